/* SPDX-License-Identifier: BSD-2-Clause */
/* From a network card's own clock to the host's: measured, never reckoned from a time scale. */
#ifndef PTPROBE_PHC_MAP_H
#define PTPROBE_PHC_MAP_H

#include <stdbool.h>
#include <stdint.h>

enum { PHC_MAP_SAMPLES = 8 };

/* Stamps so far from the samples aren't mapped. */
#define PHC_MAP_REACH_NS INT64_C(5000000000)

/* The card's clock and the host's at one instant. */
struct phc_sample {
	int64_t phc_ns;       /* as the card counts: mostly TAI, but whatever it is set to */
	int64_t real_ns;      /* CLOCK_REALTIME */
	int64_t mono_ns;      /* CLOCK_MONOTONIC */
	int64_t uncertain_ns; /* the two lie apart by at most so much, 0..1 s */
};

enum phc_map_result {
	PHC_MAP_STEADY,       /* as expected of two clocks that run at their own rates */
	PHC_MAP_PHC_STEPPED,  /* the card's clock was set: the map begins anew */
	PHC_MAP_HOST_STEPPED, /* CLOCK_REALTIME was set: likewise */
};

struct phc_map {
	/* results */
	uint64_t samples, phc_steps, host_steps;
	int64_t last_step_ns;       /* of the card's clock, by its own count */
	int64_t worst_uncertain_ns; /* of all samples */
	/* state */
	uint32_t count;                            /* since the last step, at most those kept */
	struct phc_sample sample[PHC_MAP_SAMPLES]; /* oldest first */
	double rate;       /* what the host's clock gains on the card's, per ns of the latter */
	double rate_error; /* by how much that may be off */
};

/* All zero is an empty map. */

/*
 * Takes a sample, in their order. A step is what differs from the line through the samples before
 * by more than their uncertainty, 10 us, and 200 ppm (2000 ppm while there is no line yet) of the
 * time between: more than a servo turns a clock at once.
 */
enum phc_map_result phc_map_add(struct phc_map *map, const struct phc_sample *sample);

/*
 * A stamp of the card's clock as CLOCK_REALTIME: interpolated between the samples beside it, beyond
 * the newest and the oldest along the line through the last seconds' samples. False when there is
 * no sample, or none within PHC_MAP_REACH_NS.
 */
bool phc_map_real_ns(const struct phc_map *map, int64_t phc_ns, int64_t *ret_real_ns);

/* What the host's clock gains on the card's, parts in 10^9. False with fewer than two samples. */
bool phc_map_rate_ppb(const struct phc_map *map, int64_t *ret_ppb);

#endif
