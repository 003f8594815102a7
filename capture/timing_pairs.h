/* SPDX-License-Identifier: BSD-2-Clause */
/* One master's Syncs and the Follow_Ups that tell when they left. */
#ifndef PTPROBE_TIMING_PAIRS_H
#define PTPROBE_TIMING_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "delay.h"

struct sighting;

/*
 * A power of two. A capture whose Follow_Ups come by another queue, or from another file, has them
 * behind many a Sync: at 10,000 a second these are 0.4 s.
 */
enum { TIMING_PAIRS = 4096 };

/* What comes so much later is of another round of the sequenceId, or of no use. */
#define TIMING_PAIR_AGE_NS INT64_C(5000000000)

/* A Sync whose departure is known. */
struct timing_sample {
	uint16_t sequence_id;
	int64_t rx_ns, mono_ns;
	int64_t tx_ns; /* origin and corrections */
	enum stamp stamp;
};

enum timing_half { TIMING_NOTHING, TIMING_SYNC, TIMING_FOLLOW_UP, TIMING_BOTH };

struct timing_pair {
	enum timing_half half;
	uint32_t generation;         /* of another than pairs' it is nothing */
	struct timing_sample sample; /* as far as it is known */
	int64_t mono_ns;             /* of the half that came first */
	int64_t correction;          /* ns times 2^16 */
	bool is_impossible;
};

/* All zero is an empty one. */
struct timing_pairs {
	uint64_t unpaired; /* two-step Syncs without Follow_Up, but for those that wait */
	uint64_t evicted;  /* those that a later Sync has displaced while they could still wait */
	uint64_t rejected; /* those that can't be: no time, or no correction */
	uint32_t generation;
	struct timing_pair pair[TIMING_PAIRS];
};

/*
 * Feeds a Sync or a Follow_Up. True: a sample is complete. The Follow_Up may come first. Repeated
 * ones are passed over.
 */
bool timing_pairs_add(struct timing_pairs *pairs, const struct sighting *sighting,
		      struct timing_sample *ret_sample);

/* Forgets all, without a look at each pair: strangers may have it done often. */
void timing_pairs_clear(struct timing_pairs *pairs);

/* Those that wait at mono_ns and have waited too long. */
uint64_t timing_pairs_overdue(const struct timing_pairs *pairs, int64_t mono_ns);

/* base + a correctionField's ns; false when that is no number, or none that can be. */
bool timing_correct(int64_t base_ns, int64_t correction, int64_t *ret_ns);

#endif
