/* SPDX-License-Identifier: BSD-2-Clause */
/* Which counters moved between two snapshots of a card, what they mean, and what isn't observable.
 */
#ifndef PTPROBE_MOVED_H
#define PTPROBE_MOVED_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "nic_class.h"
#include "snapshot.h"

enum { MOVED_MAX = 1024, MOVED_TEXT = 300 };

enum moved_direction { MOVED_UNKNOWN, MOVED_RX, MOVED_TX };

struct moved {
	char name[COUNTERS_NAME]; /* as the snapshot has it: "ethtool.rx_crc_errors" */
	enum nic_class class;
	enum moved_direction direction;
	uint64_t delta;
	bool is_reset; /* it went down: reset or wrapped, delta says nothing */
	bool is_copy;  /* another one in the list counts the same events: not added to the class */
};

/* Can a class be seen at all on this card? */
enum moved_sight { MOVED_NOT_OBSERVABLE, MOVED_OBSERVABLE };

struct moved_list {
	size_t count; /* those of a class other than NIC_NONE that moved, in the order of classes */
	struct moved *moved;
	bool is_cut;                /* there were more */
	uint64_t sum[NIC_CLASSES];  /* without copies */
	size_t resets[NIC_CLASSES]; /* counters of the class that went down */
	enum moved_sight sight[NIC_CLASSES];
	int64_t carrier_changes;        /* -1: unknown */
	bool carrier_now, link_changed; /* speed or duplex differ between the two */
	int64_t seconds_ns;             /* between them */
};

/*
 * Compares. Copies of one count (port, queues, netdev: "ethtool.rx_crc_errors",
 * "link.rx_crc_errors", "std.mac.FrameCheckSequenceErrors", "ethtool.rx_queue_0_drops") are counted
 * once: of a class and direction the largest layer counts. 0, -EINVAL when they are of two
 * different interfaces (host, interface, driver), -ENOMEM. To be released.
 */
int moved_compare(const struct snapshot *before, const struct snapshot *after,
		  struct moved_list *ret_list);
void moved_release(struct moved_list *list);

/* The cause of a class in words, "damaged on the wire"; and what to do next, with the interface's
 * name and the exact ethtool commands; rings with their current and maximum values. */
const char *moved_cause(enum nic_class class);
char *moved_advice(enum nic_class class, const struct snapshot *snapshot,
		   char text[static MOVED_TEXT]);

#endif
