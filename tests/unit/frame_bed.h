/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames built from literal headers, for the tests of what looks into them. */
#ifndef PTPROBE_FRAME_BED_H
#define PTPROBE_FRAME_BED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

struct frame_bed {
	uint8_t bytes[70000];
	size_t length;
};

void frame_bed_clear(struct frame_bed *bed);

/* Appends bytes written as hexadecimal digits; blanks are passed over. */
void frame_bed_hex(struct frame_bed *bed, const char *hex);

void frame_bed_bytes(struct frame_bed *bed, const void *bytes, size_t length);

/* Ethernet to 01:00:5e:7f:1f:09 from 02:00:00:00:00:01, of that type. */
void frame_bed_ethernet(struct frame_bed *bed, uint16_t type);

/*
 * IPv4 from 10.31.0.1 to 239.255.31.9, TTL 3, DSCP 46, UDP from port 40000 to 31900, ahead of
 * length bytes of payload that are to follow. fragment: the field of flags and offset.
 */
void frame_bed_ipv4(struct frame_bed *bed, size_t length, uint16_t fragment);

/* IPv6 from fd31::1 to ff15::1, hop limit 3, DSCP 46, ahead of length bytes of the header next. */
void frame_bed_ipv6(struct frame_bed *bed, size_t length, uint8_t next);

/* UDP from 40000 to 31900 ahead of length bytes. */
void frame_bed_udp(struct frame_bed *bed, size_t length);

/* A probe of run 0a0b0c0d0e0f1011, length bytes with a right CRC. */
void frame_bed_probe(struct frame_bed *bed, uint64_t seq, size_t length);

/* All of it as a frame. */
struct frame frame_bed_frame(const struct frame_bed *bed, uint16_t link_type);

#endif
