/* SPDX-License-Identifier: BSD-2-Clause */
#include "hist.h"

#include <math.h>

int64_t hist_bin_low_ns(unsigned int bin)
{
	unsigned int octave;

	if (bin < HIST_LINEAR) {
		return bin;
	}
	octave = 8 + (bin - HIST_LINEAR) / HIST_PER_OCTAVE;
	return (int64_t)(HIST_PER_OCTAVE + (bin - HIST_LINEAR) % HIST_PER_OCTAVE) << (octave - 7);
}

int64_t hist_bin_high_ns(unsigned int bin)
{
	return bin < HIST_BINS - 1 ? hist_bin_low_ns(bin + 1) - 1 : HIST_MAX_NS;
}

void hist_carry(struct hist *hist, unsigned int bin, uint64_t times)
{
	uint32_t i = 0;

	while (i < hist->carries && hist->carry[i].bin != bin) {
		i++;
	}
	if (i == HIST_CARRIES || (i < hist->carries && times + hist->carry[i].times > UINT16_MAX)) {
		hist->low[bin] = UINT32_MAX;
		return;
	}
	if (i == hist->carries) {
		hist->carries++;
		hist->carry[i].bin = (uint16_t)bin;
		hist->carry[i].times = 0;
	}
	hist->carry[i].times = (uint16_t)(hist->carry[i].times + times);
}

void hist_put(struct hist *hist, unsigned int bin, uint64_t count)
{
	uint64_t low = hist->low[bin] + (count & UINT32_MAX);
	uint64_t times = (count >> 32) + (low >> 32);

	hist->low[bin] = (uint32_t)low;
	if (times > 0) {
		hist_carry(hist, bin, times);
	}
	hist->total += count;
}

uint64_t hist_count(const struct hist *hist, unsigned int bin)
{
	for (uint32_t i = 0; i < hist->carries; i++) {
		if (hist->carry[i].bin == bin) {
			return ((uint64_t)hist->carry[i].times << 32) + hist->low[bin];
		}
	}
	return hist->low[bin];
}

void hist_merge(struct hist *hist, const struct hist *from)
{
	for (unsigned int i = 0; i < HIST_BINS; i++) {
		hist_put(hist, i, hist_count(from, i));
	}
}

uint64_t hist_rank(uint64_t total, double q)
{
	/* the margin keeps 0.99 * 100, which is 99.00000000000001 in binary, at rank 99 */
	double rank = ceil(q * (double)total - 1e-9 * (double)total);

	if (rank < 1) {
		return 1;
	}
	return rank >= (double)total ? total : (uint64_t)rank;
}

int64_t hist_quantile_ns(const struct hist *hist, double q)
{
	uint64_t rank, seen = 0;

	if (hist->total == 0) {
		return 0;
	}
	rank = hist_rank(hist->total, q);
	for (unsigned int i = 0; i < HIST_BINS; i++) {
		seen += hist_count(hist, i);
		if (seen >= rank) {
			return (hist_bin_low_ns(i) + hist_bin_high_ns(i)) / 2;
		}
	}
	return HIST_MAX_NS;
}
