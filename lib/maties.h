/* SPDX-License-Identifier: BSD-2-Clause */
/* MATIE and MAFE: the maximum average time interval error, and the maximum average frequency error
 * that it makes (ITU-T G.8260, clause I.3). */
#ifndef PTPROBE_MATIES_H
#define PTPROBE_MATIES_H

#include <stdbool.h>
#include <stdint.h>

#include "sums.h"

/*
 *   MATIE(n tau0) = max over k of 1/n |sum over i = k .. k + n - 1 of x[i + n] - x[i]|
 *   MAFE(n tau0) = MATIE(n tau0) / (n tau0)
 *
 * Both extremes are kept, so that a frequency offset that is known only at the end can be taken out
 * then, exactly. k as in sums.h.
 */
struct maties {
	struct sums_octave octave[SUMS_OCTAVES];
	unsigned int octaves;
	struct {
		int64_t min_ns, max_ns; /* n times the average */
		uint64_t terms;
	} sum[SUMS_OCTAVES];
	uint32_t base;
};

/* Octaves of n = base 2^k. */
void maties_init(struct maties *maties, uint32_t base);

/* To be called behind each sums_add of the series. */
void maties_add(struct maties *maties, const struct sums *sums);

/*
 * MATIE of octave k, ns, of the series less slope_ns a sample. False when there are less than 2n
 * samples.
 */
bool maties_ns(const struct maties *maties, unsigned int k, double slope_ns, double *ret_ns);

/* MAFE, a ratio times 1e9, of a MATIE at tau_ns > 0. */
static inline double maties_mafe_ppb(double matie_ns, double tau_ns)
{
	return matie_ns / tau_ns * 1e9;
}

#endif
