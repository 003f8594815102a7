/* SPDX-License-Identifier: BSD-2-Clause */
/* Which counters moved between two snapshots of a card, what they mean, and what isn't observable.
 */
#ifndef PTPROBE_MOVED_H
#define PTPROBE_MOVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counter_kind.h"
#include "nic_class.h"
#include "snapshot.h"

enum { MOVED_MAX = 1024, MOVED_STEPS = 5, MOVED_STEP = 240, MOVED_TEXT = 1200 };

struct moved {
	char name[COUNTERS_NAME]; /* as the snapshot has it: "ethtool.rx_crc_errors" */
	enum nic_class class;
	enum moved_direction direction;
	uint64_t delta;
	/* it went down, or was there only once: reset, wrapped, another number of queues. delta is
	 * 0 and says nothing */
	bool is_reset;
	bool is_copy; /* others in the list count the same events: not added to the class */
};

/* Can a class be seen at all on this card? */
enum moved_sight { MOVED_NOT_OBSERVABLE, MOVED_OBSERVABLE };

struct moved_list {
	/* those of a class other than NIC_NONE that moved, in the order in which they matter:
	 * moved_rank of their classes, copies behind what they are copies of, large ones first */
	size_t count;
	struct moved *moved;
	bool is_cut;                /* there were more */
	uint64_t sum[NIC_CLASSES];  /* without copies */
	size_t resets[NIC_CLASSES]; /* counters of the class that went down */
	enum moved_sight sight[NIC_CLASSES];
	int64_t carrier_changes;        /* -1: unknown */
	bool carrier_now, link_changed; /* speed or duplex differ between the two */
	int64_t seconds_ns;             /* between them; negative: after is the older one */
	/* of the interface's own books; false: unknown */
	bool rx_known, tx_known;
	uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes;
};

/*
 * Compares. Copies of one count are counted once. Of an event ("crc") in one direction the largest
 * layer counts, of the driver's port counters, its queues' sum, the kernel's, and the standard
 * ones. link.rx_errors and tx_errors hold what is counted in detail, link.rx_length_errors likewise
 * the lengths: what they have beyond that counts. A drop that is exactly as often as what the host
 * was too slow for is that. 0; -EINVAL when they are of two different cards (host, interface,
 * driver, bus); -ENOMEM. To be released.
 */
int moved_compare(const struct snapshot *before, const struct snapshot *after,
		  struct moved_list *ret_list);
void moved_release(struct moved_list *list);

/* 0: matters most. */
unsigned int moved_rank(enum nic_class class);

/* "rx", "tx"; NULL: unknown. */
const char *moved_direction_text(enum moved_direction direction);

/* The cause of a class in words, "damaged on the wire". */
const char *moved_cause(enum nic_class class);

/*
 * What to do next, in this order, one line each, with the exact commands for the snapshot's
 * interface; rings with their current and maximum values. Returns how many steps there are, 0 where
 * there is nothing to do.
 */
size_t moved_steps(enum nic_class class, const struct snapshot *snapshot,
		   char step[static MOVED_STEPS][MOVED_STEP]);

/* The same in one line: "1) duplex at both ends: ...; 2) ...". Returns text. */
char *moved_advice(enum nic_class class, const struct snapshot *snapshot,
		   char text[static MOVED_TEXT]);

#endif
