/* SPDX-License-Identifier: BSD-2-Clause */
/* Time deviation of an equidistant series (ITU-T G.810, appendix II.3; G.8260, clause I.2). */
#ifndef PTPROBE_TDEV_H
#define PTPROBE_TDEV_H

#include <stdbool.h>
#include <stdint.h>

#include "sums.h"

/*
 *   TDEV(n tau0) = sqrt(1 / (6 n^2 (N - 3n + 1)) sum over j of (sum over i = j .. j + n - 1 of
 *                       x[i + 2n] - 2 x[i + n] + x[i])^2)
 *
 * The inner sum is that of j - 1, updated: four running sums. j takes every value up to n =
 * SUMS_SPAN, beyond it those of sums.h. A constant offset of time or frequency doesn't show.
 */
struct tdev {
	struct sums_octave octave[SUMS_OCTAVES];
	unsigned int octaves;
	struct {
		double squares;
		uint64_t terms;
	} sum[SUMS_OCTAVES];
	uint32_t base;
};

/* Octaves of n = base 2^k; base is 1 for every power of two. */
void tdev_init(struct tdev *tdev, uint32_t base);

/* To be called behind each sums_add of the series. */
void tdev_add(struct tdev *tdev, const struct sums *sums);

/* Is an interval of n samples short enough to be told from count samples? tau <= T / 12 (G.8260).
 */
static inline bool tdev_is_supported(uint64_t n, uint64_t count)
{
	return n <= count / 12;
}

/* TDEV of octave k, ns; whether it is supported or not. False when there is no term. */
bool tdev_ns(const struct tdev *tdev, unsigned int k, double *ret_ns);

#endif
