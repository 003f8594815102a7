/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies a capture through capfile and dump, for the tests:
 *
 *   dump_copy [-R] [-C BYTES] [-G SECONDS] [-W COUNT] [-d EVERY] [-s SNAPLEN] [-t TICK_NS] IN OUT
 *
 * -R: gives up all rights but RIGHTS_REPLACE once the first file is open. -d N: pretends that the
 * tap dropped a frame for each N that came; without it the counts are unknown. -t: a quiet time of
 * so long at the end. Probes at the place where make_capture puts them are told to dump as runs.
 * Prints "frames bytes names" and the names on stderr. Status 5 when OUT couldn't be written.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "capfile.h"
#include "dump.h"
#include "pcapng.h"
#include "rights.h"

enum { MAGIC_AT = 42, RUN_ID_AT = 50, NEEDED = 58 };

struct copy {
	uint64_t frames, every;
	int64_t tick_ns;
	bool drops_rights;
};

static int read_fd(void *context, void *buffer, size_t size, size_t *ret_got)
{
	ssize_t got = read(*(int *)context, buffer, size);

	if (got < 0) {
		return -errno;
	}
	*ret_got = (size_t)got;
	return 0;
}

static void get_counts(void *context, struct dump_counts *ret_counts)
{
	const struct copy *copy = context;
	uint64_t dropped = copy->every > 0 ? copy->frames / copy->every : PCAPNG_UNKNOWN;

	*ret_counts = (struct dump_counts){
		.received = copy->every > 0 ? copy->frames + dropped : PCAPNG_UNKNOWN,
		.dropped = dropped,
		.interface_dropped = copy->every > 0 ? 0 : PCAPNG_UNKNOWN,
		.accepted = PCAPNG_UNKNOWN,
		.delivered = copy->every > 0 ? copy->frames : PCAPNG_UNKNOWN,
	};
}

static int copy_frame(struct copy *copy, struct dump *dump, const struct frame *frame)
{
	int got = dump_frame(dump, frame);

	if (got == 0) {
		copy->frames++;
		if (frame->captured >= NEEDED && memcmp(frame->bytes + MAGIC_AT, "PTPb", 4) == 0) {
			dump_run_id(dump, bytes_get_be64(frame->bytes + RUN_ID_AT));
		}
	}
	return got;
}

/* The end of it: 0, or 5 with the error on stderr. */
static int finish(const struct copy *copy, struct dump *dump)
{
	const struct dump_facts *facts = dump_facts(dump);
	struct dump_counts counts;
	int err;

	get_counts((void *)copy, &counts);
	err = dump_close(dump, copy->every > 0 ? &counts : NULL);
	if (err < 0) {
		fprintf(stderr, "dump_copy: %s\n", dump_error(dump));
	}
	fprintf(stderr, "%llu %llu %zu\n", (unsigned long long)facts->frames,
		(unsigned long long)facts->bytes, facts->names);
	for (size_t i = 0; i < facts->names; i++) {
		fprintf(stderr, "%s\n", facts->name[i]);
	}
	dump_free(dump);
	return err < 0 ? 5 : 0;
}

static int run(struct copy *copy, struct capfile *file, struct dump_config *config)
{
	char error[DUMP_ERROR], rights[RIGHTS_TEXT];
	struct frame frame;
	struct dump *dump;
	int got = capfile_next(file, &frame);

	if (got == 1) {
		if (dump_open(config, &dump, error) < 0) {
			fprintf(stderr, "dump_copy: %s\n", error);
			return 5;
		}
		if (dump_begin(dump, frame.stamp_ns, frame.link_type) < 0) {
			fprintf(stderr, "dump_copy: %s\n", dump_error(dump));
			dump_free(dump);
			return 5;
		}
		if (copy->drops_rights && rights_drop(RIGHTS_REPLACE, rights) < 0) {
			fprintf(stderr, "dump_copy: %s\n", rights);
			return 4;
		}
		while (got == 1 && copy_frame(copy, dump, &frame) == 0) {
			got = capfile_next(file, &frame);
		}
		if (copy->tick_ns > 0) {
			(void)dump_tick(dump, frame.stamp_ns + copy->tick_ns);
		}
		return finish(copy, dump);
	}
	fprintf(stderr, "dump_copy: %s\n", got < 0 ? capfile_error(file) : "no frames");
	return 1;
}

static int usage(void)
{
	fprintf(stderr, "usage: dump_copy [-R] [-C BYTES] [-G SECONDS] [-W COUNT] [-d EVERY] "
			"[-s SNAPLEN] [-t TICK_NS] IN OUT\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct copy copy = {0};
	struct dump_config config = {
		.interface = "eth0",
		.filter = "udp",
		.hardware = "test",
		.os = "Linux",
		.application = "dump_copy",
		.snaplen = 262144,
		.counts = get_counts,
		.context = &copy,
	};
	struct capfile *file;
	int option, fd, status;

	while ((option = getopt(argc, argv, "C:G:RW:d:s:t:")) != -1) {
		uint64_t number = optarg != NULL ? strtoull(optarg, NULL, 10) : 0;

		switch (option) {
		case 'C':
			config.rotate_bytes = number;
			break;
		case 'G':
			config.rotate_seconds = number;
			break;
		case 'R':
			copy.drops_rights = true;
			break;
		case 'W':
			config.file_count = (uint32_t)number;
			break;
		case 'd':
			copy.every = number;
			break;
		case 's':
			config.snaplen = (uint32_t)number;
			break;
		case 't':
			copy.tick_ns = (int64_t)number;
			break;
		default:
			return usage();
		}
	}
	if (optind + 2 != argc) {
		return usage();
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	config.path = argv[optind + 1];
	fd = open(argv[optind], O_RDONLY | O_CLOEXEC);
	file = capfile_new(read_fd, &fd);
	if (fd < 0 || file == NULL) {
		fprintf(stderr, "dump_copy: open '%s': %s\n", argv[optind], strerror(errno));
		return 1;
	}
	status = run(&copy, file, &config);
	capfile_free(file);
	close(fd);
	return status;
}
