/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One iperf3 test as that program's own command line, which libiperf reads by
 * iperf_parse_arguments. Its setters have no -4, -6, -L, -F, -A and -T, and its header doesn't
 * declare those of --bind-dev, --rcv-timeout and --fq-rate.
 */
#ifndef PTPROBE_IPERF_ARGV_H
#define PTPROBE_IPERF_ARGV_H

#include <stdbool.h>
#include <stdint.h>

/* libiperf's own limits (3.12); beyond them it refuses a test. */
enum {
	IPERF_SECONDS = 86400,
	IPERF_OMIT_S = 600,
	IPERF_STREAMS = 128,
	IPERF_TCP_LENGTH_BYTES = 1 << 20,
	IPERF_UDP_MIN_BYTES = 16,
	IPERF_UDP_LENGTH_BYTES = 65507,
	IPERF_WINDOW_BYTES = 512 << 20,
	IPERF_MSS_BYTES = 9 * 1024,
	IPERF_UDP_PRESET_BYTES = 1400, /* what ours is without -l: no fragments in a tunnel */
	IPERF_CONNECT_PRESET_MS = 5000,
};

/* Zero or NULL leaves each at libiperf's default, except where it says otherwise. */
struct iperf_options {
	bool is_server;   /* one that serves one test; only the next five count */
	const char *host; /* of a client: the server */
	uint16_t port;
	const char *bind_address;
	const char *bind_device; /* SO_BINDTODEVICE: for everybody since Linux 5.7 */
	uint8_t family;          /* 0, 4 or 6 */
	uint32_t seconds;        /* never 0 */
	uint32_t omit_s;
	bool reverse, bidirectional, udp, zerocopy;
	uint64_t rate_bps;   /* of each stream; 0: 1 Mb/s of UDP, TCP as fast as it goes */
	bool rate_unlimited; /* -b 0 */
	uint32_t length_bytes;
	uint32_t parallel;
	uint32_t window_bytes, mss_bytes;
	uint8_t tos; /* the whole byte: DSCP << 2 */
	uint16_t cport;
	uint32_t connect_timeout_ms; /* 0: IPERF_CONNECT_PRESET_MS */
	const char *congestion;
};

enum { IPERF_ARGUMENTS = 48, IPERF_ARGUMENTS_TEXT = 1024, IPERF_ARGV_ERROR = 160 };

/* Not to be copied: the arguments lie in text. */
struct iperf_argv {
	int count;
	char *argument[IPERF_ARGUMENTS + 1]; /* NULL behind the last */
	char text[IPERF_ARGUMENTS_TEXT];
	uint32_t interval_s; /* of the reports in the JSON; longer for a test that had too many */
};

/*
 * 0; -EINVAL and error: options that exclude each other, or a word that begins with '-' where a
 * name is wanted; -E2BIG and error: the words or the report would be too large.
 */
int iperf_argv_fill(struct iperf_argv *argv, const struct iperf_options *options,
		    char error[static IPERF_ARGV_ERROR]);

#endif
