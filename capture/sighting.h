/* SPDX-License-Identifier: BSD-2-Clause */
/* A PTP message as it was seen: when, how it was carried, and what it says. */
#ifndef PTPROBE_SIGHTING_H
#define PTPROBE_SIGHTING_H

#include <stdbool.h>
#include <stdint.h>

#include "delay.h"
#include "endpoint.h"
#include "ptp_message.h"

struct frame;

enum transport {
	TRANSPORT_ETHERNET, /* EtherType 88F7 */
	TRANSPORT_UDP4,
	TRANSPORT_UDP6,
};

struct sighting {
	int64_t rx_ns;   /* as stamped: CLOCK_REALTIME's, or of the clock that wrote the file */
	int64_t mono_ns; /* the same instant on a clock that doesn't step */
	enum stamp stamp;
	enum transport transport;
	struct endpoint source,
		destination; /* MAC addresses with TRANSPORT_ETHERNET; ports of UDP */
	int16_t ttl, dscp;   /* -1: unknown */
	int16_t vlan, pcp;   /* of the outer tag; -1: untagged, or not told */
	struct ptp_message message;
};

enum sighting_result {
	SIGHTING_OTHER,     /* no PTP in it */
	SIGHTING_MESSAGE,   /* a message, whole */
	SIGHTING_CUT,       /* a message whose TLVs the capture has cut */
	SIGHTING_MALFORMED, /* on PTP's ports or EtherType, and nothing that can be read */
	SIGHTING_VERSION,   /* PTP of another version */
	SIGHTING_SHORT,     /* PTP whose header or body the capture has cut */
};

/*
 * Looks into a frame of any bytes for a PTP message, in Ethernet or in UDP to or from port 319 or
 * 320. mono_ns: see observer_add. *ret_sighting is written with SIGHTING_MESSAGE and SIGHTING_CUT.
 */
enum sighting_result sighting_look(const struct frame *frame, int64_t mono_ns,
				   struct sighting *ret_sighting);

#endif
