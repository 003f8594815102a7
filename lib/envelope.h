/* SPDX-License-Identifier: BSD-2-Clause */
/* The course of a series in bounded memory: the extremes of successive blocks. */
#ifndef PTPROBE_ENVELOPE_H
#define PTPROBE_ENVELOPE_H

#include <stdint.h>

#include "mtie.h"

/* While there are no more samples than blocks, each is kept as it is. */
enum { ENVELOPE_BLOCKS = 16384 };

struct envelope {
	uint64_t count;  /* samples */
	uint64_t block;  /* samples to a block, a power of two */
	uint32_t blocks; /* the last one may not be full yet */
	struct mtie_range range[ENVELOPE_BLOCKS];
};

/* Forgets all samples. */
void envelope_clear(struct envelope *envelope);

/* Takes the next sample. When blocks run out, each two become one. O(1) amortised. */
void envelope_add(struct envelope *envelope, int64_t value_ns);

/* A slope's part of the value at a place, ns. */
int64_t envelope_trend_ns(double slope_ns, double place);

/* Takes a slope out of all blocks, which must be of one sample each. */
void envelope_tilt(struct envelope *envelope, double slope_ns);

/*
 * Feeds the blocks that are full, less slope_ns a sample, to an empty mtie; its n = 2^k are blocks
 * then. Within a block the slope is taken as that of its middle.
 */
void envelope_replay(const struct envelope *envelope, double slope_ns, struct mtie *mtie);

#endif
