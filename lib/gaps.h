/* SPDX-License-Identifier: BSD-2-Clause */
/* The open gaps of a stream, in ascending order: what is missing, since when. */
#ifndef PTPROBE_GAPS_H
#define PTPROBE_GAPS_H

#include <stdint.h>

enum {
	GAPS_MAX = 4096,
	GAPS_MERGE_SHARE = 64,
};

/* Seqs first..last were passed over by one arrival; which of them have come since, others know. */
struct gap {
	uint64_t first, last;
	uint64_t opened_index; /* that arrival's index among the unique ones */
	int64_t opened_ns;
};

/* All zero is an empty list. */
struct gaps {
	uint32_t at, count;
	uint64_t merges;          /* times that neighbours were merged for want of room */
	struct gap gap[GAPS_MAX]; /* from at on, around the end */
};

/*
 * Adds a gap behind all others. When there is no room, gaps that were opened within a 64th of
 * lost_after_ns of each other become one, of the latest one's time and index, with what lies
 * between them: so none is ever taken for older than it is, nor for younger by more than that.
 */
void gaps_open(struct gaps *gaps, const struct gap *gap, int64_t lost_after_ns);

/* The oldest gap, NULL when there is none; and taking it from the list. */
struct gap *gaps_oldest(struct gaps *gaps);
void gaps_drop_oldest(struct gaps *gaps);

/* The n-th gap from the oldest; n < count. */
const struct gap *gaps_nth(const struct gaps *gaps, uint32_t n);

/* The gap that seq lies in, or NULL. */
const struct gap *gaps_find(const struct gaps *gaps, uint64_t seq);

#endif
