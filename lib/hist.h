/* SPDX-License-Identifier: BSD-2-Clause */
/* A log-linear histogram of non-negative nanoseconds: fixed memory, mergeable. */
#ifndef PTPROBE_HIST_H
#define PTPROBE_HIST_H

#include <stdint.h>

enum {
	HIST_LINEAR = 256, /* values below it have a bin each */
	HIST_PER_OCTAVE = 128,
	HIST_BINS = 3968, /* 256 + 29 octaves of 128: up to 2^37 ns, 137 s */
	HIST_CARRIES = 256,
};

/* Larger values are counted in the last bin; the exact maximum is the owner's to keep. */
#define HIST_MAX_NS ((INT64_C(1) << 37) - 1)

/*
 * Memory is what bounds the number of streams, so a bin has 32 bits; the few that ever need more
 * have theirs in carry. When 256 bins hold over 2^32 samples each, a further one stays at its
 * maximum.
 */
struct hist {
	uint64_t total;
	uint32_t low[HIST_BINS]; /* the counts, modulo 2^32: read them by hist_count */
	uint32_t carries;
	struct {
		uint16_t bin, times;
	} carry[HIST_CARRIES]; /* times 2^32 more */
};

/* Bin of value_ns (negative: 0). A bin's midpoint is within 0.4 % of every value in it. */
static inline unsigned int hist_bin(int64_t value_ns)
{
	unsigned int octave;

	if (value_ns < HIST_LINEAR) {
		return value_ns < 0 ? 0 : (unsigned int)value_ns;
	}
	if (value_ns > HIST_MAX_NS) {
		return HIST_BINS - 1;
	}
	octave = 63 - (unsigned int)__builtin_clzll((unsigned long long)value_ns); /* 8..36 */
	return HIST_LINEAR + (octave - 8) * HIST_PER_OCTAVE +
	       (unsigned int)((uint64_t)value_ns >> (octave - 7)) - HIST_PER_OCTAVE;
}

/* Lowest and highest value of a bin, ns. bin < HIST_BINS. */
int64_t hist_bin_low_ns(unsigned int bin);
int64_t hist_bin_high_ns(unsigned int bin);

/* Books times more overflows of bin. */
void hist_carry(struct hist *hist, unsigned int bin, uint64_t times);

static inline void hist_add(struct hist *hist, int64_t value_ns)
{
	unsigned int bin = hist_bin(value_ns);

	if (++hist->low[bin] == 0) {
		hist_carry(hist, bin, 1);
	}
	hist->total++;
}

/* Adds count samples to bin. */
void hist_put(struct hist *hist, unsigned int bin, uint64_t count);

/* Number of samples in bin. */
uint64_t hist_count(const struct hist *hist, unsigned int bin);

/* Adds all that from holds to hist. */
void hist_merge(struct hist *hist, const struct hist *from);

/*
 * Rank of quantile q (0..1) among total samples, from 1: the smallest rank that has at least q of
 * all at or below it (nearest rank). total > 0.
 */
uint64_t hist_rank(uint64_t total, double q);

/* Midpoint of the bin that holds quantile q, ns; 0 when empty. */
int64_t hist_quantile_ns(const struct hist *hist, double q);

#endif
