/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What capfile reads of a file, for the tests and the bench:
 *
 *   capfile_cat FILE      a line a frame: "stamp captured length link_type direction"; then the
 * facts capfile_cat -n FILE   the facts alone
 *
 * The facts: "format frames F sections S interfaces I dropped D received R start T truncated B",
 * "?" where the file doesn't tell. Status 0, or 1 with the error on stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capfile.h"

static int read_fd(void *context, void *buffer, size_t size, size_t *ret_got)
{
	ssize_t got = read(*(int *)context, buffer, size);

	if (got < 0) {
		return -errno;
	}
	*ret_got = (size_t)got;
	return 0;
}

static void print_frame(const struct frame *frame)
{
	static const char *const directions[] = {
		[FRAME_UNKNOWN] = "unknown", [FRAME_INCOMING] = "in", [FRAME_OUTGOING] = "out"};

	printf("%" PRId64 ".%09" PRId64 " %" PRIu32 " %" PRIu32 " %u %s\n",
	       frame->stamp_ns / 1000000000, frame->stamp_ns % 1000000000, frame->captured,
	       frame->length, frame->link_type, directions[frame->direction]);
}

static void print_if(const char *name, bool known, uint64_t number)
{
	if (known) {
		printf(" %s %" PRIu64, name, number);
	} else {
		printf(" %s ?", name);
	}
}

static void print_facts(const struct capfile_facts *facts)
{
	static const char *const formats[] = {"none", "pcap-us", "pcap-ns", "pcapng"};

	printf("%s frames %" PRIu64 " sections %" PRIu64 " interfaces %" PRIu64,
	       formats[facts->format], facts->frames, facts->sections, facts->interfaces);
	print_if("dropped", facts->drops_known, facts->dropped);
	print_if("received", facts->received_known, facts->received);
	print_if("start", facts->start_known, (uint64_t)facts->start_ns);
	printf(" truncated %s\n", facts->truncated ? "yes" : "no");
}

int main(int argc, char **argv)
{
	bool facts_only = argc == 3 && strcmp(argv[1], "-n") == 0;
	const char *path = argv[argc - 1];
	struct capfile *file;
	struct frame frame;
	int fd, got;

	if (argc != 2 && !facts_only) {
		fprintf(stderr, "usage: capfile_cat [-n] FILE\n");
		return 2;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	file = capfile_new(read_fd, &fd);
	if (fd < 0 || file == NULL) {
		fprintf(stderr, "capfile_cat: open '%s': %s\n", path, strerror(errno));
		return 1;
	}
	while ((got = capfile_next(file, &frame)) == 1) {
		if (!facts_only) {
			print_frame(&frame);
		}
	}
	if (got < 0) {
		fprintf(stderr, "capfile_cat: '%s': %s\n", path, capfile_error(file));
	}
	print_facts(capfile_facts(file));
	capfile_free(file);
	close(fd);
	return got < 0 ? 1 : 0;
}
