/* SPDX-License-Identifier: BSD-2-Clause */
#include "timing_stability.h"

#include <math.h>

#define WRAP 65536
/* Intervals by which a sample may be off the place that its sequenceId tells, and the share of the
 * time since the one before. */
#define OFF_PLACES 4.0
#define OFF_SHARE  0.25
/* Places before the measured interval is more to be trusted than the advertised one. */
#define MEASURED_PLACES 16
/* Beyond it dt may be any number. */
#define MANY_PLACES 1e12

static void clear_series(struct stability *stability)
{
	stability->places = 0;
	stability->interpolated = 0;
	stability->is_tilted = false;
	stability->tilt_ns = 0;
	sums_clear(&stability->sums);
	tdev_init(&stability->tdev, 1);
	maties_init(&stability->maties, 1);
	mtie_clear(&stability->mtie);
	envelope_clear(&stability->envelope);
}

void stability_clear(struct stability *stability)
{
	clear_series(stability);
	stability->breaks = 0;
	stability->taken = 0;
	stability->filled = 0;
}

double stability_tau0_ns(const struct stability *stability)
{
	if (stability->places < 2) {
		return 0;
	}
	return fmax(0, ((double)stability->mono_ns - (double)stability->first_mono_ns) /
			       (double)(stability->places - 1));
}

/* How many places this sample is ahead of the latest. */
static int64_t places_to(const struct stability *stability, uint16_t sequence_id, int64_t mono_ns,
			 int64_t advertised_ns)
{
	int64_t ahead = (int16_t)(uint16_t)(sequence_id - stability->sequence_id), places;
	double tau0_ns = stability->places > MEASURED_PLACES || advertised_ns <= 0
				 ? stability_tau0_ns(stability)
				 : (double)advertised_ns;
	double by_time;

	if (!(tau0_ns > 0)) {
		return ahead > (int64_t)OFF_PLACES ? 1 : ahead;
	}
	by_time = fmin(((double)mono_ns - (double)stability->mono_ns) / tau0_ns, MANY_PLACES);
	if (ahead <= 0 && by_time < 0.5) {
		return ahead;
	}
	places = ahead + WRAP * llround(fmax((by_time - (double)ahead) / WRAP, 0));
	if (places >= 1 &&
	    fabs((double)places - by_time) <= fmax(OFF_PLACES, OFF_SHARE * by_time)) {
		return places;
	}
	return by_time > 1 ? llround(by_time) : 1;
}

/* All that the first samples told is taken in anew, less the slope as it is known by now. */
static void tilt(struct stability *stability, const struct stability_skew *skew)
{
	stability->is_tilted = true;
	stability->tilt_ns = skew->is_known ? skew->slope * stability_tau0_ns(stability) : 0;
	envelope_tilt(&stability->envelope, stability->tilt_ns);
	envelope_replay(&stability->envelope, 0, &stability->mtie);
}

static void push(struct stability *stability, int64_t value_ns, const struct stability_skew *skew)
{
	sums_add(&stability->sums, value_ns);
	tdev_add(&stability->tdev, &stability->sums);
	maties_add(&stability->maties, &stability->sums);
	if (!skew->is_removed) {
		mtie_add(&stability->mtie, value_ns, value_ns);
	} else {
		if (!stability->is_tilted && stability->places == ENVELOPE_BLOCKS) {
			tilt(stability, skew);
		}
		if (stability->is_tilted) {
			value_ns -=
				envelope_trend_ns(stability->tilt_ns, (double)stability->places);
			mtie_add(&stability->mtie, value_ns, value_ns);
		}
		envelope_add(&stability->envelope, value_ns);
	}
	stability->places++;
}

static bool is_too_far(int64_t value_ns)
{
	return value_ns > SUMS_LIMIT_NS || value_ns < -SUMS_LIMIT_NS;
}

int64_t stability_add(struct stability *stability, uint16_t sequence_id, int64_t mono_ns,
		      int64_t value_ns, int64_t advertised_ns, const struct stability_skew *skew)
{
	int64_t ahead = 1;

	if (stability->places > 0) {
		uint64_t gap;

		ahead = places_to(stability, sequence_id, mono_ns, advertised_ns);
		if (ahead <= 0) {
			return ahead;
		}
		gap = (uint64_t)ahead - 1;
		/* so much could only be a stranger's doing, or silence for most of the time */
		if (is_too_far(value_ns) ||
		    stability->filled + gap > stability->taken + STABILITY_GRACE) {
			clear_series(stability);
			stability->breaks++;
		} else {
			for (uint64_t i = 0; i < gap; i++) {
				push(stability, stability->value_ns, skew);
			}
			stability->interpolated += gap;
			stability->filled += gap;
		}
	}
	if (is_too_far(value_ns)) {
		return ahead;
	}
	if (stability->places == 0) {
		stability->first_mono_ns = mono_ns;
	}
	stability->sequence_id = sequence_id;
	stability->mono_ns = mono_ns;
	stability->value_ns = value_ns;
	stability->taken++;
	push(stability, value_ns, skew);
	return ahead;
}
