/* SPDX-License-Identifier: BSD-2-Clause */
/* A probe or a PTP message inside an Ethernet frame, read without any of ptprobe's own code: a
 * shared bug would hide. */
#ifndef PTPROBE_LAB_FRAME_H
#define PTPROBE_LAB_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame_probe {
	size_t udp;     /* offset of the UDP header in the frame */
	size_t payload; /* offset of the UDP payload */
	size_t length;  /* bytes of it in this frame */
	bool is_fragment;
	bool is_end;
	uint64_t run_id, seq;
	uint8_t source[16], group[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	uint16_t source_port, port;    /* host order */
};

/* Finds a native probe or END (doc/wire-format.md) in a frame; of a fragmented one the first
 * fragment. */
bool frame_find_probe(const uint8_t *frame, size_t length, struct frame_probe *ret_probe);

struct frame_ptp {
	size_t at; /* offset of the PTP header in the frame */
	uint8_t type, domain;
	uint64_t clock; /* sourcePortIdentity */
	uint16_t port, sequence_id;
};

/* Finds a PTP message (IEEE 1588-2019, 13.3), version 2, in a frame: EtherType 88F7, tagged or not,
 * or UDP to port 319 or 320. */
bool frame_find_ptp(const uint8_t *frame, size_t length, struct frame_ptp *ret_ptp);

/* Adds ns to the message's correctionField, and mends the UDP checksum. */
void frame_correct(uint8_t *frame, size_t length, const struct frame_ptp *ptp, uint64_t ns);

/* Clears its twoStep flag (13.3.2.8), likewise. */
void frame_make_one_step(uint8_t *frame, size_t length, const struct frame_ptp *ptp);

/*
 * Writes the UDP checksum (RFC 768, RFC 8200 section 8.1) of a frame that holds a whole UDP
 * datagram over IPv4 or IPv6; leaves every other frame alone.
 */
void frame_write_checksum(uint8_t *frame, size_t length);

/* Flips one bit behind the magic, another one for each seq, and mends the UDP checksum. */
void frame_corrupt(uint8_t *frame, size_t length, const struct frame_probe *probe);

/* Destroys the magic and mends the UDP checksum. */
void frame_make_alien(uint8_t *frame, size_t length, const struct frame_probe *probe);

#endif
