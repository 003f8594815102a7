/* SPDX-License-Identifier: BSD-2-Clause */
/* A captured frame, and the UDP datagram or PTP message in it. */
#ifndef PTPROBE_FRAME_H
#define PTPROBE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow.h"

enum frame_direction {
	FRAME_UNKNOWN,
	FRAME_INCOMING,
	FRAME_OUTGOING,
};

/* LINKTYPE_ values that can be read (https://www.tcpdump.org/linktypes.html). */
enum frame_link_type {
	FRAME_NULL = 0, /* BSD loopback: an address family in the byte order of the writer */
	FRAME_ETHERNET = 1,
	FRAME_RAW_12 = 12, /* DLT_RAW of most systems, as some wrote it to files */
	FRAME_RAW_14 = 14, /* of OpenBSD */
	FRAME_RAW = 101,
	FRAME_LOOP = 108,
	FRAME_SLL = 113, /* Linux cooked */
	FRAME_IPV4 = 228,
	FRAME_IPV6 = 229,
	FRAME_SLL2 = 276,
};

/* One frame as a tap or a file hands it over. */
struct frame {
	const uint8_t *bytes;
	uint32_t captured;  /* bytes that are there */
	uint32_t length;    /* bytes that the frame had on the wire; >= captured */
	int64_t stamp_ns;   /* since the Unix epoch */
	uint16_t link_type; /* LINKTYPE_, as in a pcap file: enum frame_link_type, or any other */
	enum frame_direction direction;
};

enum frame_kind {
	FRAME_OTHER,    /* nothing that could hold a probe, or cut before it could be told */
	FRAME_DATAGRAM, /* UDP: all of a datagram, or its first fragment */
	FRAME_FRAGMENT, /* a later fragment of UDP: no more is known of it than the addresses */
	FRAME_PTP,      /* a PTP message in Ethernet (EtherType 88F7) */
};

struct frame_view {
	enum frame_kind kind;
	bool is_fragment; /* a first one: length is what the UDP header says of the whole */
	enum frame_direction direction;
	int16_t vlan, pcp; /* VID and priority of the outer tag; -1: untagged, or not told */
	/*
	 * source, group, ttl, dscp (-1: there are none) and rx_ns, the frame's stamp. With
	 * FRAME_PTP the addresses are MAC addresses (of a cooked frame there is no destination:
	 * zero), and the ports 0.
	 */
	struct arrival arrival;
	const uint8_t *payload; /* of UDP, or the PTP message and maybe padding; within the frame */
	uint32_t captured;      /* bytes of payload that are there; <= length */
	uint32_t length;        /* bytes that it had on the wire */
};

/*
 * Looks into a frame of any bytes: Ethernet with up to two VLAN tags (802.1Q, 802.1ad), cooked, raw
 * IP or loopback; IPv4 and IPv6 with their options and a fragment header. Checksums are not looked
 * at: behind offloading they are often wrong in a capture. A super-frame's IP and UDP lengths may
 * be zero: then the datagram ends where the frame does. Returns ret_view's kind; with FRAME_OTHER
 * the other members mean nothing.
 */
enum frame_kind frame_look(const struct frame *frame, struct frame_view *ret_view);

#endif
