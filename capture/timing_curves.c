/* SPDX-License-Identifier: BSD-2-Clause */
/* The curves of an equidistant series. */
#include "timing_stability.h"

#include <math.h>

#include "timing.h"

/* Blocks that a window must have for its length to be right within 2 %. */
#define LEAST_BLOCKS 64
/* What the skew's error may make of a value before it isn't one. */
#define SKEW_SHARE 0.25

static void add_tau(struct timing_curve *curve, double tau_ns, double value_ns)
{
	if (curve->count < TIMING_TAUS && tau_ns < 0x1p62) {
		curve->at[curve->count++] = (struct timing_tau){
			.tau_ns = llround(tau_ns),
			.value_ns = value_ns,
		};
	}
}

/* True when the whole of it is below what the stamps can tell. */
static bool is_too_coarse(const struct timing_curve *curve, int64_t resolution_ns)
{
	if (resolution_ns <= 1) {
		return false;
	}
	for (size_t i = 0; i < curve->count; i++) {
		if (curve->at[i].value_ns > (double)resolution_ns) {
			return false;
		}
	}
	return true;
}

static enum timing_absence settle(struct timing_curve *curve, bool is_left_out,
				  int64_t resolution_ns)
{
	if (curve->count == 0) {
		return is_left_out ? TIMING_SKEW_UNCERTAIN : TIMING_TOO_SHORT;
	}
	if (is_too_coarse(curve, resolution_ns)) {
		curve->count = 0;
		return TIMING_TOO_COARSE;
	}
	return TIMING_KNOWN;
}

/* MTIE of n = 2^k places as far as it can be told; off_ns is what is wrong with the slope. */
static bool find_mtie(const struct stability *stability, const struct stability_skew *skew,
		      const struct mtie *replayed, unsigned int k, int64_t *ret_ns)
{
	unsigned int block_octave = 0;

	if (!skew->is_removed) {
		return mtie_ns(&stability->mtie, k, ret_ns);
	}
	while (UINT64_C(1) << block_octave < stability->envelope.block) {
		block_octave++;
	}
	if (block_octave > 0 && UINT64_C(1) << k < LEAST_BLOCKS * stability->envelope.block) {
		return mtie_ns(&stability->mtie, k, ret_ns);
	}
	return k >= block_octave && mtie_ns(replayed, k - block_octave, ret_ns);
}

/* True when the skew's uncertainty has left something out. */
static bool make_mtie(const struct stability *stability, const struct stability_skew *skew,
		      struct mtie *scratch, struct timing_curve *curve)
{
	double tau0_ns = stability_tau0_ns(stability);
	double slope_ns = skew->slope * tau0_ns, off_ns = 0, error_ns = 0;
	bool is_left_out = false;

	if (skew->is_removed) {
		off_ns = slope_ns - stability->tilt_ns;
		mtie_clear(scratch);
		envelope_replay(&stability->envelope, off_ns, scratch);
		error_ns = skew->uncertainty * tau0_ns;
	}
	for (unsigned int k = 0; k < MTIE_OCTAVES; k++) {
		double n = (double)(UINT64_C(1) << k);
		double wrong_ns = error_ns * n;
		int64_t value_ns;

		if (n > (double)stability->places / 2 ||
		    !find_mtie(stability, skew, scratch, k, &value_ns)) {
			break;
		}
		if (stability->is_tilted && n < LEAST_BLOCKS * (double)stability->envelope.block) {
			wrong_ns += fabs(off_ns) * n;
		}
		if (wrong_ns <= SKEW_SHARE * (double)value_ns) {
			add_tau(curve, n * tau0_ns, (double)value_ns);
		} else {
			is_left_out = true;
		}
	}
	return is_left_out;
}

static void make_tdev(const struct stability *stability, struct timing_curve *curve)
{
	double tau0_ns = stability_tau0_ns(stability), value_ns;

	for (unsigned int k = 0; k < SUMS_OCTAVES; k++) {
		if (!tdev_is_supported(UINT64_C(1) << k, stability->places) ||
		    !tdev_ns(&stability->tdev, k, &value_ns)) {
			break;
		}
		add_tau(curve, (double)(UINT64_C(1) << k) * tau0_ns, value_ns);
	}
}

/* Likewise. */
static bool make_maties(const struct stability *stability, const struct stability_skew *skew,
			struct timing_series *series)
{
	double tau0_ns = stability_tau0_ns(stability), value_ns;
	double slope_ns = skew->is_removed ? skew->slope * tau0_ns : 0;
	double error_ns = skew->is_removed ? skew->uncertainty * tau0_ns : 0;
	bool is_left_out = false;

	for (unsigned int k = 0; k < SUMS_OCTAVES; k++) {
		double n = (double)(UINT64_C(1) << k);

		if (!maties_ns(&stability->maties, k, slope_ns, &value_ns)) {
			break;
		}
		if (error_ns * n <= SKEW_SHARE * value_ns) {
			add_tau(&series->matie, n * tau0_ns, value_ns);
			add_tau(&series->mafe, n * tau0_ns, maties_mafe_ppb(value_ns, n * tau0_ns));
		} else {
			is_left_out = true;
		}
	}
	return is_left_out;
}

void stability_result(const struct stability *stability, const struct stability_skew *skew,
		      int64_t resolution_ns, struct mtie *scratch, struct timing_series *series)
{
	enum timing_absence absence = TIMING_KNOWN;
	bool is_left_out;

	if (stability->places < 2 || !(stability_tau0_ns(stability) > 0)) {
		absence = TIMING_TOO_SHORT;
	} else if ((double)stability->interpolated >
		   TIMING_INTERPOLATED * (double)stability->places) {
		absence = TIMING_TOO_MANY_LOST;
	}
	series->mtie_absence = series->tdev_absence = series->matie_absence = absence;
	if (absence != TIMING_KNOWN) {
		return;
	}
	make_tdev(stability, &series->tdev);
	series->tdev_absence = settle(&series->tdev, false, resolution_ns);
	if (skew->is_removed && !skew->is_known) {
		series->mtie_absence = series->matie_absence = TIMING_SKEW;
		return;
	}
	is_left_out = make_mtie(stability, skew, scratch, &series->mtie);
	series->mtie_absence = settle(&series->mtie, is_left_out, resolution_ns);
	is_left_out = make_maties(stability, skew, series);
	series->matie_absence = settle(&series->matie, is_left_out, resolution_ns);
	if (series->matie_absence != TIMING_KNOWN) {
		series->mafe.count = 0;
	}
}
