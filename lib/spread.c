/* SPDX-License-Identifier: BSD-2-Clause */
#include "spread.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void spread_clear(struct spread *spread)
{
	memset(spread, 0, offsetof(struct spread, sample_ns));
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The middle of the bin that holds the rank-th smallest sample, above the minimum. */
static int64_t find_rank(const struct spread *spread, uint64_t rank)
{
	int64_t widest_ns = spread->max_ns - spread->min_ns, above_ns = widest_ns;
	uint64_t seen = 0;

	for (unsigned int i = 0; i < HIST_BINS && seen < rank; i++) {
		seen += hist_count(&spread->hist, i);
		above_ns = (hist_bin_low_ns(i) + hist_bin_high_ns(i)) / 2 -
			   (spread->min_ns - spread->zero_ns);
	}
	if (above_ns < 0) {
		return 0;
	}
	return above_ns < widest_ns ? above_ns : widest_ns;
}

static void fill_bins(struct spread *spread, const int64_t *sample_ns, int64_t zero_ns)
{
	memset(&spread->hist, 0, sizeof(spread->hist));
	spread->zero_ns = zero_ns;
	for (unsigned int i = 0; i < SPREAD_EXACT; i++) {
		hist_add(&spread->hist, sample_ns[i] - zero_ns);
	}
}

/*
 * The exact samples become bins. Zero lies below the minimum by a power of two of up to a quarter
 * of the median: near enough for the bins to be fine, and deep enough for the slightly lower minima
 * that noise will bring.
 */
static void start_bins(struct spread *spread)
{
	int64_t sample_ns[SPREAD_EXACT];
	int64_t median_ns;

	memcpy(sample_ns, spread->sample_ns, sizeof(sample_ns));
	fill_bins(spread, sample_ns, spread->min_ns);
	median_ns = find_rank(spread, SPREAD_EXACT / 2);
	spread->headroom_ns = 1;
	while (spread->headroom_ns * 8 <= median_ns) {
		spread->headroom_ns *= 2;
	}
	fill_bins(spread, sample_ns, spread->min_ns - spread->headroom_ns);
}

/*
 * Adds to the bins of to what from counts, shift_ns higher or lower (but not below zero). A bin
 * that comes to lie across others is shared out in proportion; what a whole number can't express is
 * passed on to the next bin, so that many bins of few samples move as far as they should on the
 * whole.
 */
static void shift_bins(struct hist *to, const struct hist *from, int64_t shift_ns)
{
	double carry = 0.5;

	for (unsigned int i = 0; i < HIST_BINS; i++) {
		uint64_t count = hist_count(from, i), given = 0;
		int64_t low_ns = hist_bin_low_ns(i) + shift_ns;
		int64_t high_ns = hist_bin_high_ns(i) + shift_ns;

		for (int64_t at_ns = low_ns; given < count; at_ns++) {
			unsigned int bin = hist_bin(at_ns);
			uint64_t due = count;

			at_ns = hist_bin_high_ns(bin);
			if (at_ns < high_ns && bin < HIST_BINS - 1) {
				double share = (double)count * (double)(at_ns - low_ns + 1) /
						       (double)(high_ns - low_ns + 1) +
					       carry;

				due = share < (double)count ? (uint64_t)share : count;
				carry = share - (double)due < 1 ? share - (double)due : 1;
			}
			if (due > given) {
				hist_put(to, bin, due - given);
				given = due;
			}
		}
	}
}

/*
 * value_ns lies below zero: a lower zero, by a power of two that at least doubles each time. So
 * this stays rare, and the bins up to 128 times as far out fit into their new ones exactly.
 */
static void lower_zero(struct spread *spread, int64_t value_ns)
{
	struct hist old;

	do {
		spread->headroom_ns *= 2;
	} while (spread->zero_ns - spread->headroom_ns > value_ns);
	old = spread->hist;
	memset(&spread->hist, 0, sizeof(spread->hist));
	shift_bins(&spread->hist, &old, spread->headroom_ns);
	spread->zero_ns -= spread->headroom_ns;
}

/* Both together (Chan, Golub, LeVeque 1979). */
static struct spread_moments unite(const struct spread_moments *moments,
				   const struct spread_block *block)
{
	double before = (double)moments->count, more = block->count, all = before + more;
	struct spread_moments united = *moments;
	double mean_ns, delta_ns;

	if (block->count == 0) {
		return united;
	}
	mean_ns = block->base_ns + block->sum_ns / more;
	delta_ns = mean_ns - moments->mean_ns;
	united.count += block->count;
	united.mean_ns += delta_ns * more / all;
	united.m2 += block->squares - block->sum_ns * block->sum_ns / more +
		     delta_ns * delta_ns * before * more / all;
	return united;
}

static void add_moments(struct spread *spread, double relative_ns)
{
	struct spread_block *block = &spread->block;
	double distance_ns;

	if (block->count == 0) {
		*block = (struct spread_block){.base_ns = relative_ns};
	}
	distance_ns = relative_ns - block->base_ns;
	block->sum_ns += distance_ns;
	block->squares += distance_ns * distance_ns;
	if (++block->count == SPREAD_BLOCK) {
		spread->moments = unite(&spread->moments, block);
		block->count = 0;
	}
}

void spread_add(struct spread *spread, int64_t value_ns)
{
	if (spread->count == 0) {
		spread->first_ns = value_ns;
		spread->min_ns = value_ns;
		spread->max_ns = value_ns;
	}
	if (value_ns < spread->min_ns) {
		spread->min_ns = value_ns;
	}
	if (value_ns > spread->max_ns) {
		spread->max_ns = value_ns;
	}
	if (spread->count < SPREAD_EXACT) {
		spread->sample_ns[spread->count] = value_ns;
	} else {
		if (spread->count == SPREAD_EXACT) {
			start_bins(spread);
		}
		if (value_ns < spread->zero_ns) {
			lower_zero(spread, value_ns);
		}
		hist_add(&spread->hist, value_ns - spread->zero_ns);
	}
	spread->count++;
	add_moments(spread, (double)(value_ns - spread->first_ns));
}

int64_t spread_quantile_ns(const struct spread *spread, double q)
{
	int64_t sorted_ns[SPREAD_EXACT];
	uint64_t rank;

	if (spread->count == 0) {
		return 0;
	}
	rank = hist_rank(spread->count, q);
	if (rank == spread->count) {
		return spread->max_ns - spread->min_ns;
	}
	if (spread->count > SPREAD_EXACT) {
		return find_rank(spread, rank);
	}
	memcpy(sorted_ns, spread->sample_ns, spread->count * sizeof(sorted_ns[0]));
	qsort(sorted_ns, spread->count, sizeof(sorted_ns[0]), compare);
	return sorted_ns[rank - 1] - spread->min_ns;
}

double spread_mean_ns(const struct spread *spread)
{
	struct spread_moments moments = unite(&spread->moments, &spread->block);

	return moments.mean_ns + (double)(spread->first_ns - spread->min_ns);
}

double spread_stddev_ns(const struct spread *spread)
{
	struct spread_moments moments = unite(&spread->moments, &spread->block);

	/* of equal samples rounding may leave less than nothing */
	return moments.m2 > 0 ? sqrt(moments.m2 / (double)moments.count) : 0;
}

void spread_export(const struct spread *spread, struct hist *ret_hist)
{
	memset(ret_hist, 0, sizeof(*ret_hist));
	if (spread->count <= SPREAD_EXACT) {
		for (uint64_t i = 0; i < spread->count; i++) {
			hist_add(ret_hist, spread->sample_ns[i] - spread->min_ns);
		}
		return;
	}
	shift_bins(ret_hist, &spread->hist, spread->zero_ns - spread->min_ns);
}
