/* SPDX-License-Identifier: BSD-2-Clause */
/* A processor's floor: how often, and for how long, it is taken from a task that only spins. */
#ifndef PTPROBE_NOISE_H
#define PTPROBE_NOISE_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "hist.h"

/* Shorter gaps are the loop itself, its cache misses and the reading of the clock. */
#define NOISE_THRESHOLD_NS INT64_C(1000)

/* All zero but cpu: nothing measured. */
struct noise {
	uint32_t cpu;
	int error;           /* errno: it couldn't be measured; 0 */
	int64_t duration_ns; /* that was spun */
	int64_t stolen_ns;   /* the sum of the gaps */
	int64_t max_ns;      /* the longest one */
	struct hist gaps;
};

/*
 * Takes two readings of the clock that followed each other: a gap when they are more than the
 * threshold apart. duration_ns is the caller's to set.
 */
static inline void noise_add(struct noise *noise, int64_t gap_ns)
{
	if (gap_ns > NOISE_THRESHOLD_NS) {
		noise->stolen_ns += gap_ns;
		noise->max_ns = gap_ns > noise->max_ns ? gap_ns : noise->max_ns;
		hist_add(&noise->gaps, gap_ns);
	}
}

/* "CPU 3: 812 gaps in 1.000 s, 0.15 % of it; p99 4.2 us, max 61.0 us" for each. */
void noise_text(const struct noise noise[], size_t count, FILE *out);

/* noise[] {cpu, duration_ns, threshold_ns, gaps, stolen_ns, p50_ns, p99_ns, max_ns}; the numbers
 * null where it couldn't be measured. NULL: out of memory. */
json_t *noise_json(const struct noise noise[], size_t count);

#endif
