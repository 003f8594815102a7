/* SPDX-License-Identifier: BSD-2-Clause */
/* Running sums of a series, kept as far back as TDEV and MATIE look: three observation intervals.
 */
#ifndef PTPROBE_SUMS_H
#define PTPROBE_SUMS_H

#include <stdint.h>

/*
 * Observation intervals are octaves, n = base 2^k samples. A sum of n successive samples is the
 * difference of two running sums, so what is averaged is every sample, at every n. The sums that
 * long intervals need are kept at a coarser stride: up to n = SUMS_SPAN intervals begin at every
 * sample, beyond at every n/512th to n/1024th of their length. That bounds the memory whatever the
 * run's length, and costs an estimate nothing: intervals that begin so close together are all but
 * the same.
 */
enum {
	SUMS_OCTAVES = 24,
	SUMS_SPAN = 1024,
	SUMS_RING = 4096, /* a power of two above 3 SUMS_SPAN */
	SUMS_LEVELS = 14, /* strides of 1, 2, 4, ... samples */
};

/* Samples beyond +-2^37 ns, 137 s, could overflow the sums of the longest intervals. */
#define SUMS_LIMIT_NS (INT64_C(1) << 37)

struct sums {
	uint64_t count;
	uint64_t total; /* modulo 2^64, as all sums: what is made of them fits again */
	uint64_t ring[SUMS_LEVELS][SUMS_RING]; /* [level][i]: total after i 2^level samples */
};

/* Where the sums of octave k begin and what they span. */
struct sums_octave {
	unsigned int level;
	uint32_t span; /* n, in strides of that level */
};

/* Forgets all samples. */
void sums_clear(struct sums *sums);

/* Takes the next sample, within +-SUMS_LIMIT_NS. */
void sums_add(struct sums *sums, int64_t value_ns);

/* Of n = base 2^k; base 1..SUMS_SPAN, k < SUMS_OCTAVES, n < 2^24. */
struct sums_octave sums_octave(uint32_t base, unsigned int k);

/* True when an interval of that octave's stride ends at the newest sample, and times n are there.
 */
static inline int sums_ends(const struct sums *sums, const struct sums_octave *octave,
			    unsigned int times)
{
	return (sums->count & ((UINT64_C(1) << octave->level) - 1)) == 0 &&
	       (sums->count >> octave->level) >= (uint64_t)times * octave->span;
}

/* The total before the last times n samples. */
static inline uint64_t sums_before(const struct sums *sums, const struct sums_octave *octave,
				   unsigned int times)
{
	uint64_t at = (sums->count >> octave->level) - (uint64_t)times * octave->span;

	return sums->ring[octave->level][at % SUMS_RING];
}

#endif
