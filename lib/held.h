/* SPDX-License-Identifier: BSD-2-Clause */
/* Arrivals far ahead of their stream, held until others confirm that it has gone on there. */
#ifndef PTPROBE_HELD_H
#define PTPROBE_HELD_H

#include <stdbool.h>
#include <stdint.h>

enum { HELD_MAX = 8 };

struct held {
	uint32_t count;
	bool plausible;         /* the path could have carried what they jumped over */
	uint64_t seq[HELD_MAX]; /* in order of arrival, copies among them */
};

/* Is seq within distance of the first one held? held->count > 0. */
bool held_is_near(const struct held *held, uint64_t seq, uint64_t distance);

/* Number of different seqs, their lowest and their highest; count > 0 for these two. */
uint32_t held_distinct(const struct held *held);
uint64_t held_lowest(const struct held *held);
uint64_t held_highest(const struct held *held);

#endif
