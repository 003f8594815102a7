/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends the frames of a capture file from an interface, at the times between their stamps:
 *
 *   replay [-m] IF FILE
 *
 * -m: as one in another's time: PTP messages get the time that they leave at instead of the one
 * that they were made with, where they bear one. Prints "frames late_us", by how much the latest
 * was late.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"

enum { PTP_AT = 42, STAMP_AT = PTP_AT + 34, STAMP_END = STAMP_AT + 10, FRAME_MAX = 65536 };

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void wait_until(int64_t at_ns)
{
	struct timespec at = {.tv_sec = at_ns / 1000000000, .tv_nsec = at_ns % 1000000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) {
	}
}

/* A stamp that isn't zero moves by shift_ns. */
static void move_stamp(uint8_t *frame, uint32_t length, int64_t shift_ns)
{
	int64_t ns;

	if (length < STAMP_END || bytes_get_be32(frame + STAMP_AT + 2) == 0) {
		return;
	}
	ns = (int64_t)bytes_get_be32(frame + STAMP_AT + 2) * 1000000000 +
	     bytes_get_be32(frame + STAMP_AT + 6) + shift_ns;
	bytes_put_be32(frame + STAMP_AT + 2, (uint32_t)(ns / 1000000000));
	bytes_put_be32(frame + STAMP_AT + 6, (uint32_t)(ns % 1000000000));
}

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "replay: %s: %s\n", what, why);
	return 1;
}

static int replay(pcap_t *file, pcap_t *device, bool moves)
{
	static uint8_t frame[FRAME_MAX];
	int64_t first_ns = 0, began_ns = 0, began_real_ns = 0, late_ns = 0;
	uint64_t frames = 0;
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got;

	while ((got = pcap_next_ex(file, &header, &bytes)) == 1) {
		/* tv_usec holds nanoseconds */
		int64_t stamp_ns = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;
		int64_t due_ns, past_ns;

		if (frames++ == 0) {
			first_ns = stamp_ns;
			began_ns = now_ns(CLOCK_MONOTONIC);
			began_real_ns = now_ns(CLOCK_REALTIME);
		}
		if (header->caplen > FRAME_MAX) {
			return fail("frame", "too long");
		}
		memcpy(frame, bytes, header->caplen);
		if (moves) {
			move_stamp(frame, header->caplen, began_real_ns - first_ns);
		}
		due_ns = began_ns + stamp_ns - first_ns;
		wait_until(due_ns);
		if (pcap_inject(device, frame, header->caplen) < 0) {
			return fail("send", pcap_geterr(device));
		}
		past_ns = now_ns(CLOCK_MONOTONIC) - due_ns;
		late_ns = past_ns > late_ns ? past_ns : late_ns;
	}
	if (got == PCAP_ERROR) {
		return fail("read", pcap_geterr(file));
	}
	printf("%llu %lld\n", (unsigned long long)frames, (long long)late_ns / 1000);
	return 0;
}

int main(int argc, char *argv[])
{
	char error[PCAP_ERRBUF_SIZE];
	bool moves = argc > 1 && strcmp(argv[1], "-m") == 0;
	pcap_t *file, *device;
	int status;

	argc -= moves;
	argv += moves;
	if (argc != 3) {
		fprintf(stderr, "usage: replay [-m] IF FILE\n");
		return 2;
	}
	file = pcap_open_offline_with_tstamp_precision(argv[2], PCAP_TSTAMP_PRECISION_NANO, error);
	if (file == NULL) {
		return fail(argv[2], error);
	}
	device = pcap_open_live(argv[1], 64, 0, 1000, error);
	if (device == NULL) {
		pcap_close(file);
		return fail(argv[1], error);
	}
	/* it only sends */
	(void)pcap_setdirection(device, PCAP_D_OUT);
	status = replay(file, device, moves);
	pcap_close(device);
	pcap_close(file);
	return status;
}
