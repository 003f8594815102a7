/* SPDX-License-Identifier: BSD-2-Clause */
/* The distribution of a delay above its own minimum: packet delay variation (RFC 5481,
 * section 4.2). */
#ifndef PTPROBE_SPREAD_H
#define PTPROBE_SPREAD_H

#include <stdint.h>

#include "hist.h"

/*
 * The minimum isn't known until the end, and to subtract a running one would bias the result low.
 * So the first SPREAD_EXACT samples are kept as they are; then they move into a histogram whose
 * zero lies at or below the minimum; whenever a new minimum falls through it, it moves twice as
 * far as the time before.
 */
enum { SPREAD_EXACT = 2048 };

/* Count, mean, and sum of the squared deviations from it. */
struct spread_moments {
	uint64_t count;
	double mean_ns, m2;
};

/*
 * The samples that are not in the moments yet: a division for each sample would be the slowest step
 * of all, so they are taken in by the block. Sums of the distances from the block's first.
 */
enum { SPREAD_BLOCK = 64 };

struct spread_block {
	uint32_t count;
	double base_ns, sum_ns, squares;
};

struct spread {
	uint64_t count;
	int64_t first_ns;
	int64_t min_ns, max_ns;        /* exact; as they were given, not above the minimum */
	struct spread_moments moments; /* of the values less the first, but for those in block */
	struct spread_block block;
	int64_t zero_ns;     /* the value that the histogram counts as 0 */
	int64_t headroom_ns; /* its last move, a power of two */
	union {
		int64_t sample_ns[SPREAD_EXACT]; /* while count <= SPREAD_EXACT */
		struct hist hist;                /* of the distances from zero_ns */
	};
};

/* All zero is an empty spread, too. Leaves the samples' memory untouched. */
void spread_clear(struct spread *spread);

/* value_ns: any, within +-2^47 (a day and a half) of the first. */
void spread_add(struct spread *spread, int64_t value_ns);

/*
 * Quantile q (0..1) above the minimum, ns; 0 when empty. Exact for up to SPREAD_EXACT samples, else
 * within half a bin: 0.4 % of the distance from the histogram's zero. What was more than 128 times
 * headroom_ns away while the minimum still fell may be two bins off.
 */
int64_t spread_quantile_ns(const struct spread *spread, double q);

/* Mean above the minimum, standard deviation (of the population), ns; 0 when empty. */
double spread_mean_ns(const struct spread *spread);
double spread_stddev_ns(const struct spread *spread);

/* Writes the distribution above the minimum into *ret_hist. */
void spread_export(const struct spread *spread, struct hist *ret_hist);

#endif
