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

void hist_merge(struct hist *hist, const struct hist *from)
{
	for (unsigned int i = 0; i < HIST_BINS; i++) {
		hist->count[i] += from->count[i];
	}
	hist->total += from->total;
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
		seen += hist->count[i];
		if (seen >= rank) {
			return (hist_bin_low_ns(i) + hist_bin_high_ns(i)) / 2;
		}
	}
	return HIST_MAX_NS;
}
