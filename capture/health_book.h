/* SPDX-License-Identifier: BSD-2-Clause */
/* The books of one series of 16-bit sequenceIds: loss, order, duplicates, a port's new beginning.
 */
#ifndef PTPROBE_HEALTH_BOOK_H
#define PTPROBE_HEALTH_BOOK_H

#include <stdbool.h>
#include <stdint.h>

enum {
	BOOK_SLOTS = 1024,  /* ids behind the next one that are told apart; a power of two */
	BOOK_AHEAD = 64,    /* a jump that needs no time */
	BOOK_FAR = 16384,   /* and one that time may explain by twice the rate */
	BOOK_RANGE = 64512, /* or, when it is as long as time tells within an eighth, at most so */
	BOOK_NEAR = 16,     /* of two successors that confirm a new beginning */
	BOOK_CONFIRM = 4,   /* messages that make one */
	BOOK_PACE = 1024,   /* intervals of which the mean is the spacing */
};

struct book_counts {
	uint64_t unique, lost, duplicate, reordered, late;
	uint64_t outliers; /* jumps that nothing confirmed */
	uint64_t restarts; /* new beginnings, whose jump is no loss */
	uint64_t own;      /* missing for the tap's own sake */
	uint64_t pending;  /* missing by now, and neither lost nor come yet */
};

enum book_fate {
	BOOK_IN_ORDER, /* the first one, the next one, or one behind a gap */
	BOOK_REORDERED,
	BOOK_DUPLICATE,
	BOOK_LATE,
	BOOK_HELD, /* a jump that its successors may confirm */
};

struct book_times {
	int64_t now_ns;        /* on a clock that doesn't step, within 0..2^61 */
	int64_t lost_after_ns; /* > 0 */
	int64_t spacing_ns;    /* between messages, as it is advertised; 0: it isn't */
	int64_t gap_ns;        /* until when the tap last was blind; INT64_MIN: never */
};

struct book {
	uint64_t next;      /* one above the highest id, which is widened beyond its 16 bits */
	uint64_t settled;   /* the fate of every id below is final */
	int64_t last_ns;    /* the latest message but duplicates and outliers */
	int64_t epoch_ns;   /* the first message since the port's latest beginning */
	uint32_t intervals; /* between neighbours, of late: how many, and their sum */
	double intervals_ns;
	bool started;
	uint8_t held;
	uint16_t held_id[BOOK_CONFIRM];
	int64_t held_ns[BOOK_CONFIRM];
	uint64_t slot[BOOK_SLOTS]; /* a time, and in its two lowest bits what it is of */
};

/* All zero is an empty one. */

/*
 * Enters the message id. Books balance: messages entered = unique + duplicate + late + outliers +
 * held. A jump ahead is loss when it isn't longer than time explains: 64, and twice the messages
 * that were due since the last one, at most 16,384; or up to 64,512 when it is what was due within
 * an eighth. Due is what the shorter of the two spacings tells, the advertised one and the mean of
 * the sequence itself. Any other jump, and a return to ids that came longer ago
 * than lost_after and two spacings, or were lost four lost_after ago, is held: four that ascend,
 * with none in its place between them, are the port's new beginning, and what is between is no loss
 * (restarts); else they were late (a little behind) or outliers. What is missing for lost_after is
 * lost, what comes even then late. *ret_interval_ns: since the id before this one, when both came
 * in order; else -1. O(1) on the average, at most BOOK_SLOTS steps.
 */
enum book_fate book_add(struct book *book, struct book_counts *counts, uint16_t id,
			const struct book_times *times, int64_t *ret_interval_ns);

/* Is id missing, and not lost yet? */
bool book_misses(const struct book *book, uint16_t id);

/* Settles what is missing for lost_after by now. */
void book_settle(struct book *book, struct book_counts *counts, const struct book_times *times);

/* Nothing more will come: what is held was no new beginning. */
void book_end(struct book *book, struct book_counts *counts);

#endif
