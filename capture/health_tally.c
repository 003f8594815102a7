/* SPDX-License-Identifier: BSD-2-Clause */
#include "health_tally.h"

#include <stddef.h>
#include <string.h>

/* The rank-th value from the lowest, from 1. */
static int64_t value_at(const struct tally *tally, const struct hist *below, uint64_t rank)
{
	uint64_t seen = 0, negative = below != NULL ? below->total : 0;

	for (unsigned int bin = HIST_BINS; negative >= rank && bin > 0; bin--) {
		seen += hist_count(below, bin - 1);
		if (seen >= rank) {
			return -(hist_bin_low_ns(bin - 1) + hist_bin_high_ns(bin - 1)) / 2;
		}
	}
	seen = negative;
	for (unsigned int bin = 0; bin < HIST_BINS - 1; bin++) {
		seen += hist_count(&tally->above, bin);
		if (seen >= rank) {
			return (hist_bin_low_ns(bin) + hist_bin_high_ns(bin)) / 2;
		}
	}
	return tally->max_ns;
}

/* A bin's middle is never beyond what really came. */
static int64_t quantile(const struct tally *tally, const struct hist *below, double q)
{
	int64_t value_ns = value_at(tally, below, hist_rank(tally->count, q));

	if (value_ns < tally->min_ns) {
		return tally->min_ns;
	}
	return value_ns > tally->max_ns ? tally->max_ns : value_ns;
}

void tally_read(const struct tally *tally, const struct hist *below,
		struct health_spread *ret_spread)
{
	*ret_spread = (struct health_spread){0};
	if (tally->count == 0) {
		return;
	}
	*ret_spread = (struct health_spread){
		.count = tally->count,
		.min_ns = tally->min_ns,
		.p50_ns = quantile(tally, below, 0.5),
		.p99_ns = quantile(tally, below, 0.99),
		.max_ns = tally->max_ns,
		.mean_ns = tally->sum_ns / (double)tally->count,
	};
}

void tally_clear(struct tally *tally)
{
	if (tally->count > 0) {
		memset(tally, 0, sizeof(*tally));
	}
}
