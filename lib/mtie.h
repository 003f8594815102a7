/* SPDX-License-Identifier: BSD-2-Clause */
/* Maximum time interval error of an equidistant series (ITU-T G.810, appendix II.5). */
#ifndef PTPROBE_MTIE_H
#define PTPROBE_MTIE_H

#include <stdbool.h>
#include <stdint.h>

/*
 *   MTIE(n tau0) = max over k of (max of x[k .. k + n] - min of x[k .. k + n])
 *
 * for octaves n = 2^k, by the pyramid of Bregni's binary decomposition: the extremes of 2n samples
 * are those of two times n. Up to n = MTIE_SPAN windows begin at every sample and the result is
 * exact. Beyond, they begin at every n / MTIE_SPAN th, and are so much longer that no window is
 * missed: the result is never below MTIE(n tau0) and never above MTIE((n + n / MTIE_SPAN) tau0).
 * The memory is bounded whatever the run's length.
 */
enum {
	MTIE_OCTAVES = 24,
	MTIE_SPAN = 1024,
	MTIE_SPAN_OCTAVE = 10,
};

struct mtie_range {
	int64_t min_ns, max_ns;
};

struct mtie_octave {
	struct mtie_range last;
	int64_t peak_ns; /* the largest extent so far; -1: none */
	struct mtie_range ring[MTIE_SPAN];
};

struct mtie {
	uint64_t count;
	struct mtie_octave octave[MTIE_OCTAVES];
};

/* Forgets all samples. */
void mtie_clear(struct mtie *mtie);

/*
 * Takes the next sample, within +-2^61; or, for a series of blocks, the extremes of the next block.
 */
void mtie_add(struct mtie *mtie, int64_t min_ns, int64_t max_ns);

/* MTIE of n = 2^k, ns. False when there are less than n + 1 samples. */
bool mtie_ns(const struct mtie *mtie, unsigned int k, int64_t *ret_ns);

#endif
