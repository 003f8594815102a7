/* SPDX-License-Identifier: BSD-2-Clause */
/* What one counter of a snapshot counts, by its name: so that two names for one thing are seen. */
#ifndef PTPROBE_COUNTER_KIND_H
#define PTPROBE_COUNTER_KIND_H

#include <stdbool.h>

#include "counters.h"
#include "nic_class.h"

enum moved_direction { MOVED_UNKNOWN, MOVED_RX, MOVED_TX };

/* Where it is counted. One event is counted in several of these, and in each of them whole. */
enum counter_layer {
	COUNTER_PORT,     /* the driver's, of the card: "ethtool.rx_crc_errors_phy" */
	COUNTER_NETDEV,   /* the kernel's, and what a driver shows of it: "link.rx_crc_errors" */
	COUNTER_STANDARD, /* IEEE 802.3's, RFC 2819's: "std.mac.FrameCheckSequenceErrors" */
	COUNTER_QUEUE,    /* the driver's, of one queue, priority or lane: to be summed */
};

/* How it relates to others of its class and direction. */
enum counter_role {
	COUNTER_EVENT,     /* counts an event of its own */
	COUNTER_ERRORS,    /* link.rx_errors: holds what is counted in detail beside it */
	COUNTER_LENGTHS,   /* link.rx_length_errors: likewise of lengths */
	COUNTER_DROPS,     /* may be what the host was too slow for, under another name */
	COUNTER_HALF,      /* carrier_up_count: a part of carrier_changes */
	COUNTER_DURATIONS, /* of pauses: no number of them */
};

struct counter_kind {
	enum nic_class class; /* NIC_NONE: the rest says nothing */
	enum moved_direction direction;
	enum counter_layer layer;
	enum counter_role role;
	char event[COUNTERS_NAME]; /* "crc", of whatever spelling */
};

/* name: as the snapshot has it, "ethtool.rx_queue_0_drops". */
void counter_kind_of(const char *name, struct counter_kind *ret_kind);

#endif
