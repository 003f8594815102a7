/* SPDX-License-Identifier: BSD-2-Clause */
/* One stream's delay: jitter, IPDV, PDV, clock skew. */
#ifndef PTPROBE_DELAY_H
#define PTPROBE_DELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"
#include "skew.h"
#include "spread.h"

enum {
	DELAY_PENDING = 256, /* arrivals that await their follow-up; a power of two */
	DELAY_EARLY = 64,    /* follow-ups that came before their probe */
	DELAY_RECENT = 256,  /* delays kept for their neighbours' IPDV; a power of two */
	DELAY_FOLLOW_UP_LAG =
		32,        /* once a follow-up so much later is here, an earlier one won't come */
	DELAY_RESTART = 3, /* impossible samples in a row that agree: the clock was stepped */
};

#define DELAY_IMPOSSIBLE_NS INT64_C(86400000000000)

/* Where a stamp was taken. */
enum stamp {
	STAMP_USER,
	STAMP_SOFTWARE,
	STAMP_HARDWARE,
	STAMP_KINDS,
};

struct delay_arrival {
	uint64_t seq;
	int64_t rx_ns, tx_ns;
	int64_t mono_ns;
	enum stamp tx_stamp;
};

struct delay_interval {
	uint64_t count;
	int64_t min_ns, max_ns; /* relative to the first delay of the series */
	double sum_ns;          /* likewise */
};

struct delay {
	/* results; all of the series since the last split */
	struct spread spread;       /* D - first D */
	int64_t first_ns;           /* first D */
	int64_t jitter_x16_ns;      /* RFC 3550, A.8, 16 times */
	struct hist later, earlier; /* IPDV >= 0, and the others' magnitude */
	double ipdv_sum_ns, ipdv_abs_sum_ns;
	int64_t ipdv_min_ns, ipdv_max_ns;
	struct skew skew;
	struct hist detrended; /* D above the skew line as it was known when D came */
	int64_t detrended_max_ns;
	uint64_t stamps[STAMP_KINDS]; /* departures by the source of their stamp; over all series */
	uint64_t rejected;            /* impossible samples */
	uint64_t splits;
	struct delay_interval interval;

	/* state */
	int64_t first_tx_ns, last_ns;
	bool has_last;
	uint32_t rejected_in_row;
	int64_t rejected_ns;
	bool has_line;
	struct skew_line line;
	uint64_t follow_up_mark; /* highest seq that a follow-up was of, plus 1 */
	uint64_t pending_at, pending_end;
	uint16_t slot[DELAY_PENDING]; /* where in pending a seq is, by its low bits */
	struct delay_arrival pending[DELAY_PENDING];
	struct {
		uint64_t seq_plus_1;
		int64_t tx_ns;
		enum stamp stamp;
	} early[DELAY_EARLY];
	struct {
		uint64_t seq_plus_1;
		int64_t delay_ns;
	} recent[DELAY_RECENT];
};

/* All zero is an empty delay. */

/*
 * A probe's first arrival, in arrival order: D = rx_ns - sent_ns until a follow-up tells better.
 * mono_ns is the arrival on a clock without steps.
 */
void delay_add(struct delay *delay, uint64_t seq, int64_t rx_ns, int64_t sent_ns, int64_t mono_ns);

/* The departure of seq as the kernel or the NIC stamped it. It may come before the probe. */
void delay_follow_up(struct delay *delay, uint64_t seq, int64_t tx_ns, enum stamp stamp);

/* Closes the samples that arrived before mono_ns without waiting any longer for their follow-up. */
void delay_flush(struct delay *delay, int64_t mono_ns);

/* A clock was stepped: what was measured so far is given up and a new series begins. */
void delay_split(struct delay *delay);

struct delay_skew {
	double slope; /* ns per ns: how much faster the receiver's clock runs */
	int64_t ppb;
	int64_t uncertainty_ppb; /* the median delay above the line, over the line's edge */
};

/* False when it isn't known, or not to be believed: no clock is off by its own rate. */
bool delay_skew(const struct delay *delay, struct delay_skew *ret_skew);

/* Quantile q of |IPDV|, ns. */
int64_t delay_abs_ipdv_quantile_ns(const struct delay *delay, double q);

#endif
