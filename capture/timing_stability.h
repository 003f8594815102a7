/* SPDX-License-Identifier: BSD-2-Clause */
/* An equidistant series made of samples that aren't quite, and what MTIE, TDEV and MATIE say of it.
 * See timing.h on how. */
#ifndef PTPROBE_TIMING_STABILITY_H
#define PTPROBE_TIMING_STABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "envelope.h"
#include "maties.h"
#include "mtie.h"
#include "sums.h"
#include "tdev.h"

struct timing_series;

/* Places that a young series may hold more than it has samples. */
enum { STABILITY_GRACE = 1024 };

struct stability {
	uint64_t places, interpolated; /* of this series */
	uint64_t breaks;               /* times that it began anew */
	uint64_t taken, filled;        /* over all series: what bounds the work that a gap makes */
	/* the latest sample in order */
	uint16_t sequence_id;
	int64_t mono_ns, value_ns;
	int64_t first_mono_ns;
	/*
	 * MTIE of clocks with a skew: the slope isn't known until the end. The envelope keeps every
	 * sample while it can. When it is full, what is known of the slope by then is taken out of
	 * it and of all that follows; what is wrong with it, at the end.
	 */
	bool is_tilted;
	double tilt_ns; /* a place */
	struct sums sums;
	struct tdev tdev;
	struct maties maties;
	struct mtie mtie;
	struct envelope envelope;
};

/* What the clocks do, and what is known of it. */
struct stability_skew {
	bool is_removed; /* else the clocks are synchronised */
	bool is_known;
	double slope;       /* ns per ns */
	double uncertainty; /* likewise */
};

void stability_clear(struct stability *stability);

/*
 * Takes a sample: its delay less the first of the series. advertised_ns: the interval between
 * Syncs, 0 if none is advertised. Returns how many places it is ahead of the one before, or 0 or
 * less when it came too late to have a place. O(1) amortised.
 */
int64_t stability_add(struct stability *stability, uint16_t sequence_id, int64_t mono_ns,
		      int64_t value_ns, int64_t advertised_ns, const struct stability_skew *skew);

/* The mean interval between places, ns; 0: not known. */
double stability_tau0_ns(const struct stability *stability);

/* Writes the curves and their absences. scratch is overwritten. */
void stability_result(const struct stability *stability, const struct stability_skew *skew,
		      int64_t resolution_ns, struct mtie *scratch, struct timing_series *series);

#endif
