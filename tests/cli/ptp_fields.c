/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PTP messages of a capture file, for the tests:
 *
 *   ptp_fields FILE       a line a message, its fields divided by tabs and written as tshark writes
 *                         them: the frame's number; the header's fields in their order; seconds and
 *                         nanoseconds of the timestamp; what an Announce says, in the order of its
 *                         bytes; the requesting or target port; the types of the TLVs; TTL, DSCP,
 *                         VID and priority. Empty where there is none.
 *
 * What on PTP's ports can't be read is a line of the frame's number and what it is. Status 0, or 1
 * with the error on stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capfile.h"
#include "sighting.h"

static int read_fd(void *context, void *buffer, size_t size, size_t *ret_got)
{
	ssize_t got = read(*(int *)context, buffer, size);

	if (got < 0) {
		return -errno;
	}
	*ret_got = (size_t)got;
	return 0;
}

static void print_header(const struct ptp_message *message)
{
	/* tshark rounds down, and writes what is negative without its sign */
	int64_t ns = ptp_correction_ns(message->correction);

	ns -= message->correction < 0 && (message->correction & 0xffff) != 0;
	printf("\t0x%02x\t0x%02x\t%u\t%u\t%u\t%u\t%u\t0x%04x\t%" PRIu64 "\t%.15g\t%" PRIu32,
	       message->sdo_id >> 8, message->type, message->minor_version, message->version,
	       message->length, message->sdo_id & 0xff, message->domain, message->flags,
	       (uint64_t)ns, (double)(message->correction & 0xffff) / 65536,
	       message->type_specific);
	printf("\t0x%016" PRIx64 "\t%u\t%u\t%u\t%d", message->source.clock, message->source.port,
	       message->sequence_id, message->control, message->log_interval);
}

static void print_stamp(const struct ptp_message *message)
{
	if (message->type == PTP_SIGNALING || message->type == PTP_MANAGEMENT) {
		printf("\t\t");
		return;
	}
	printf("\t%" PRIu64 "\t%" PRIu32, message->stamp.seconds, message->stamp.nanoseconds);
}

static void print_announce(const struct ptp_message *message)
{
	const struct ptp_announce *announce = &message->announce;

	if (message->type != PTP_ANNOUNCE) {
		printf("\t\t\t\t\t\t\t\t\t");
		return;
	}
	printf("\t%d\t%u\t%u\t0x%02x\t%u\t%u\t0x%016" PRIx64 "\t%u\t0x%02x", announce->utc_offset,
	       announce->priority1, announce->clock_class, announce->clock_accuracy,
	       announce->variance, announce->priority2, announce->grandmaster,
	       announce->steps_removed, announce->time_source);
}

static void print_requesting(const struct ptp_message *message)
{
	switch (message->type) {
	case PTP_DELAY_RESP:
	case PTP_PDELAY_RESP:
	case PTP_PDELAY_RESP_FOLLOW_UP:
	case PTP_SIGNALING:
	case PTP_MANAGEMENT:
		printf("\t0x%016" PRIx64 "\t%u", message->requesting.clock,
		       message->requesting.port);
		break;
	default:
		printf("\t\t");
	}
}

static void print_tlvs(const struct ptp_message *message)
{
	struct ptp_tlv tlv;
	const char *divider = "\t";

	if (message->tlvs_length == 0) {
		printf("\t");
	}
	for (size_t offset = 0; ptp_message_tlv(message, &offset, &tlv); divider = ",") {
		printf("%s%u", divider, tlv.type);
	}
}

static void print_if_known(int number)
{
	if (number < 0) {
		printf("\t");
	} else {
		printf("\t%d", number);
	}
}

static void print_message(const struct sighting *sighting)
{
	print_header(&sighting->message);
	print_stamp(&sighting->message);
	print_announce(&sighting->message);
	print_requesting(&sighting->message);
	print_tlvs(&sighting->message);
	print_if_known(sighting->ttl);
	print_if_known(sighting->dscp);
	print_if_known(sighting->vlan);
	print_if_known(sighting->pcp);
	printf("\n");
}

static void print_frame(uint64_t number, const struct frame *frame)
{
	static const char *const failures[] = {
		[SIGHTING_MALFORMED] = "malformed",
		[SIGHTING_VERSION] = "version",
		[SIGHTING_SHORT] = "short",
	};
	struct sighting sighting;
	enum sighting_result result = sighting_look(frame, frame->stamp_ns, &sighting);

	switch (result) {
	case SIGHTING_OTHER:
		return;
	case SIGHTING_MESSAGE:
	case SIGHTING_CUT:
		printf("%" PRIu64, number);
		print_message(&sighting);
		return;
	default:
		printf("%" PRIu64 "\t%s\n", number, failures[result]);
	}
}

int main(int argc, char **argv)
{
	struct capfile *file;
	struct frame frame;
	uint64_t number = 0;
	int fd, got;

	if (argc != 2) {
		fprintf(stderr, "usage: ptp_fields FILE\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	file = capfile_new(read_fd, &fd);
	if (fd < 0 || file == NULL) {
		fprintf(stderr, "ptp_fields: open '%s': %s\n", argv[1], strerror(errno));
		capfile_free(file);
		return 1;
	}
	while ((got = capfile_next(file, &frame)) == 1) {
		print_frame(++number, &frame);
	}
	if (got < 0) {
		fprintf(stderr, "ptp_fields: '%s': %s\n", argv[1], capfile_error(file));
	}
	capfile_free(file);
	close(fd);
	return got < 0 ? 1 : 0;
}
