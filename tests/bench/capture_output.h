/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files that the generators write: frames of Ethernet, IPv4 and UDP. */
#ifndef PTPROBE_CAPTURE_OUTPUT_H
#define PTPROBE_CAPTURE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	OUTPUT_ETHERNET = 14,
	OUTPUT_IPV4 = 20,
	OUTPUT_UDP = 8,
	OUTPUT_PAYLOAD_AT = OUTPUT_ETHERNET + OUTPUT_IPV4 + OUTPUT_UDP,
	OUTPUT_FRAME_MAX = 1514,
};

enum output_format {
	OUTPUT_PCAP, /* nanoseconds */
	OUTPUT_PCAP_US,
	OUTPUT_PCAPNG, /* ends with statistics: no drops */
};

struct output {
	FILE *file;
	enum output_format format;
	uint64_t frames, bytes;
};

/* The format of that name, "pcap", "us", "pcapng"; false: there is none. */
bool output_format_find(const char *name, enum output_format *ret_format);

/* Opens the file and begins it. False, and said on standard error: it couldn't. */
bool output_begin(struct output *output, const char *program, const char *path);

void output_frame(struct output *output, const uint8_t *bytes, uint32_t length, int64_t stamp_ns);

/* Ends it; prints "frames bytes". False, and said: it couldn't be written. */
bool output_finish(struct output *output, const char *program, const char *path, int64_t start_ns,
		   int64_t end_ns);

/* The sums of RFC 1071. */
uint32_t output_sum(const uint8_t *bytes, size_t count, uint32_t sum);
uint16_t output_fold(uint32_t sum);

#endif
