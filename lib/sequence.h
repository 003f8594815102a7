/* SPDX-License-Identifier: BSD-2-Clause */
/* The books of one stream's sequence numbers: loss, order, duplicates. */
#ifndef PTPROBE_SEQUENCE_H
#define PTPROBE_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "gaps.h"
#include "held.h"
#include "losspat.h"
#include "ranges.h"
#include "window.h"

enum {
	SEQUENCE_WINDOW = WINDOW_SEQS, /* seqs behind the highest that are told apart */
	SEQUENCE_RECENT = 64,          /* arrivals that n-reordering looks back on */
	SEQUENCE_CONFIRM = 3,          /* successors that confirm a jump beyond the window */
	SEQUENCE_HEAD = 32768,         /* seqs before the first one heard that may still come */
};

enum sequence_fate {
	SEQUENCE_IN_ORDER,
	SEQUENCE_REORDERED,
	SEQUENCE_DUPLICATE,
	SEQUENCE_LATE,    /* after its loss was settled, or below the window */
	SEQUENCE_OUTLIER, /* a jump that nothing has confirmed yet, or a seq behind the END */
};

struct sequence {
	/* results */
	uint64_t unique, duplicate, reordered, late, lost;
	uint64_t replicated; /* seqs of which duplicates came (RFC 5560) */
	uint64_t outliers;   /* arrivals that stayed outliers; in none of the other counts */
	uint64_t jumps;      /* confirmed jumps too long to have been carried: not loss */
	uint64_t skipped;    /* the seqs that such jumps left out */
	uint64_t missed_before_join;
	uint64_t first_seq, last_seq;    /* lowest and highest heard */
	uint64_t max_extent, extent_sum; /* RFC 4737, section 4.2 */
	int64_t max_late_ns;             /* RFC 4737, section 4.3 */
	uint64_t buffer_depth; /* most packets that had to wait for an earlier one to restore order
				*/
	uint64_t n_reordered[SEQUENCE_RECENT + 1]; /* [n]: n-reordered, and not (n+1)-reordered */
	struct losspat losspat;
	struct ranges missing;
	bool end_seen;
	uint64_t end_seq; /* number of probes sent, from END */

	/* state */
	int64_t lost_after_ns, joined_ns, spacing_ns, margin_ns, first_ns, last_ns,
		last_in_order_ns, end_ns;
	bool started, head_open, tail_settled;
	bool only_late;     /* every probe heard so far was late for its slot */
	uint64_t head_far;  /* while head_open: so many seqs that can only be missing */
	uint64_t head_last; /* while head_open: the last seq before the first one heard */
	uint64_t next;      /* one above the highest seq */
	uint64_t settled;   /* the fate of every seq below is final */
	struct held held;
	uint64_t recent[SEQUENCE_RECENT];
	struct window arrived;
	struct window duplicated; /* all clear, and not looked after, until the first duplicate */
	struct gaps gaps;
};

/*
 * Starts on zeroed memory. lost_after_ns: Tmax of RFC 7680, > 0. joined_ns: when the receiver began
 * to listen, on the clock of sequence_add; INT64_MAX when it isn't known, so that nothing before
 * the first seq heard is ever taken for lost.
 */
void sequence_init(struct sequence *sequence, int64_t lost_after_ns, int64_t joined_ns);

/*
 * The mean spacing of the departures, ns, 0 while unknown: bounds how much a jump may have lost,
 * and tells whether the probes before the first one heard were sent after the receiver had joined.
 * margin_ns: how far the time of the first one, so reckoned, may be off.
 */
void sequence_set_spacing(struct sequence *sequence, int64_t spacing_ns, int64_t margin_ns);

/*
 * To be told before each sequence_add: was the sender late for that probe's slot? While all that
 * were heard were, nothing tells when the schedule began, and the head can't be proven lost.
 */
static inline void sequence_note_late(struct sequence *sequence, bool late)
{
	sequence->only_late = late && (sequence->only_late || !sequence->started);
}

/*
 * An arrival at now_ns, on a clock that doesn't go backwards by more than it jitters. O(1). Losses
 * that now_ns settles must have been settled before (sequence_settle). The first seq is the base:
 * earlier ones are open until lost_after has passed, and then lost if they must have been sent
 * after joined_ns, else missed_before_join.
 */
enum sequence_fate sequence_add(struct sequence *sequence, uint64_t seq, int64_t now_ns);

/*
 * An END that says count probes were sent. False: it contradicts what was heard, and is ignored.
 * When no probe was heard at all, all of them are judged as those before the first one heard are.
 */
bool sequence_end(struct sequence *sequence, uint64_t count, int64_t now_ns);

/*
 * Settles what has been missing for lost_after at now_ns; the tail too, once an END has come.
 * Inline as far as nothing is missing: each arrival asks for it.
 */
void sequence_settle_open(struct sequence *sequence, int64_t now_ns);

static inline void sequence_settle(struct sequence *sequence, int64_t now_ns)
{
	if (sequence->gaps.count > 0 || sequence->end_seen) {
		sequence_settle_open(sequence, now_ns);
	}
}

/* Seqs that are missing and not settled, the tail behind the highest seq without. */
uint64_t sequence_pending(const struct sequence *sequence);

#endif
