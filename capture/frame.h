/* SPDX-License-Identifier: BSD-2-Clause */
/* A captured frame, and the UDP datagrams in it. */
#ifndef PTPROBE_FRAME_H
#define PTPROBE_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum frame_direction {
	FRAME_UNKNOWN,
	FRAME_INCOMING,
	FRAME_OUTGOING,
};

/* One frame as a tap or a file hands it over. */
struct frame {
	const uint8_t *bytes;
	uint32_t captured; /* bytes that are there */
	uint32_t length;   /* bytes that the frame had on the wire; >= captured */
	int64_t stamp_ns;  /* since the Unix epoch */
	uint16_t link_type; /* LINKTYPE_, as in a pcap file: 1 Ethernet, 113 SLL, 276 SLL2, 101 raw */
	enum frame_direction direction;
};

#endif
