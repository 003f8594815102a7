/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the sequence books share: one receiver, a clock, and arrivals. */
#ifndef PTPROBE_SEQUENCE_BED_H
#define PTPROBE_SEQUENCE_BED_H

#include <stddef.h>
#include <stdint.h>

#include "sequence.h"

#define MS          INT64_C(1000000)
#define LOST_AFTER  (1000 * MS)
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

extern struct sequence sequence;
extern int64_t now_ns;

/* cmocka's set-up: a receiver that doesn't know when it joined, so that the base is the first
 * heard. */
int bed_reset(void **state);

/* seq arrives 1 ms after the one before, settled first as flow_add does. */
enum sequence_fate hear(uint64_t seq);
void hear_all(const uint64_t *seq, size_t count);

/* first..last arrive, and each is found to be in order. */
void hear_run(uint64_t first, uint64_t last);

void wait_beyond_lost_after(void);

/* The missing ranges are exactly these. */
void assert_ranges(const uint64_t (*want)[2], size_t count);

#endif
