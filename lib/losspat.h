/* SPDX-License-Identifier: BSD-2-Clause */
/* Loss patterns: loss distance and loss periods (RFC 3357). */
#ifndef PTPROBE_LOSSPAT_H
#define PTPROBE_LOSSPAT_H

#include <stdbool.h>
#include <stdint.h>

enum {
	LOSSPAT_BUCKETS = 64,       /* bucket i counts the values 2^i .. 2^(i+1)-1 */
	LOSSPAT_DEFAULT_DELTA = 99, /* a loss at most this far from the one before is noticeable */
};

struct losspat {
	uint64_t delta;
	bool any;          /* a loss has been seen */
	uint64_t last_seq; /* the last one */
	uint64_t lost;
	uint64_t periods;
	uint64_t length; /* of the period under way */
	uint64_t longest;
	uint64_t noticeable;                      /* losses with a distance of 1..delta */
	uint64_t length_count[LOSSPAT_BUCKETS];   /* periods by length, without the one under way */
	uint64_t distance_count[LOSSPAT_BUCKETS]; /* losses by loss distance; the first has none */
};

/* delta: see LOSSPAT_DEFAULT_DELTA. */
void losspat_init(struct losspat *losspat, uint64_t delta);

/*
 * Adds the losses first..last (RFC 3357, sections 5.1 and 5.2). Runs come in ascending order; one
 * that follows the last seq without a gap prolongs its loss period.
 */
void losspat_add(struct losspat *losspat, uint64_t first, uint64_t last);

/* Share of the losses that are noticeable, 0..1 (section 6.1); 0 without a loss. */
double losspat_noticeable_rate(const struct losspat *losspat);

/* Bucket of a value > 0. */
unsigned int losspat_bucket(uint64_t value);

/* Periods of bucket i's length with the one under way. */
uint64_t losspat_length_count(const struct losspat *losspat, unsigned int bucket);

#endif
