/* SPDX-License-Identifier: BSD-2-Clause */
/* The curves of Syncs: drift, lost ones, wraps, outages, a whole day. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "series_bed.h"
#include "timing_bed.h"

static double at(const struct timing_curve *curve, size_t k)
{
	assert_true(k < curve->count);
	return curve->at[k].value_ns;
}

static void curves_of_drifting_clocks_are_those_of_clocks_in_step(void **state)
{
	struct timing_config config = {.synchronised = true};
	struct timing_series in_step;

	(void)state;
	bed_begin(&config);
	bed_path.noise_ns = 10000;
	bed_pass_noisy(0, 6000);
	in_step = *bed_result();
	assert_int_equal(in_step.mtie_absence, TIMING_KNOWN);
	config.synchronised = false;
	bed_begin(&config);
	bed_path.noise_ns = 10000;
	bed_path.skew = 37e-6;
	bed_pass_noisy(0, 6000);
	bed_result();
	assert_int_equal(bed_series.mtie_absence, TIMING_KNOWN);
	assert_int_equal(bed_series.tdev_absence, TIMING_KNOWN);
	/* 6000 / 12: up to n = 256 */
	assert_int_equal(bed_series.tdev.count, 9);
	assert_true(bed_series.mtie.count >= 9);
	/* what the skew might have made is left out: of averages, the longest */
	assert_true(bed_series.matie.count >= 6);
	for (size_t k = 0; k < bed_series.matie.count; k++) {
		assert_int_equal(llround((double)bed_series.matie.at[k].tau_ns / 62.5e6), 1 << k);
		assert_true(fabs(at(&bed_series.matie, k) - at(&in_step.matie, k)) <
			    0.02 * at(&in_step.matie, k) + 50);
	}
	for (size_t k = 0; k < 9; k++) {
		assert_true(fabs(at(&bed_series.tdev, k) - at(&in_step.tdev, k)) <
			    1e-3 * at(&in_step.tdev, k) + 2);
		assert_true(fabs(at(&bed_series.mtie, k) - at(&in_step.mtie, k)) <
			    0.02 * at(&in_step.mtie, k));
	}
}

static void curves_are_the_definitions(void **state)
{
	enum { COUNT = 3000 };
	struct timing_config config = {.synchronised = true};
	int64_t *delay_ns = bed_walk(bed_seed(), COUNT, 100, 3000);

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < COUNT; i++) {
		bed_pass(i, 50 * US + delay_ns[i]);
	}
	bed_result();
	assert_int_equal(bed_series.places, COUNT);
	for (size_t k = 0; k < bed_series.tdev.count; k++) {
		double expected = bed_tdev(delay_ns, COUNT, (size_t)1 << k);

		assert_true(fabs(at(&bed_series.tdev, k) - expected) <= 1e-9 * expected);
	}
	for (size_t k = 0; k < bed_series.mtie.count; k++) {
		assert_true(at(&bed_series.mtie, k) ==
			    (double)bed_mtie(delay_ns, COUNT, (size_t)1 << k));
	}
	/* up to N / 12 and N / 2 */
	assert_int_equal(bed_series.tdev.count, 8);
	assert_int_equal(bed_series.mtie.count, 11);
	assert_true(llabs(bed_series.mtie.at[3].tau_ns - 8 * 62500000) < 1000);
	for (size_t k = 0; k < bed_series.matie.count; k++) {
		double expected = bed_matie(delay_ns, COUNT, (size_t)1 << k, 0);

		assert_true(fabs(at(&bed_series.matie, k) - expected) <= 1e-9 * expected);
		assert_true(fabs(at(&bed_series.mafe, k) -
				 expected * 1e9 / (double)bed_series.matie.at[k].tau_ns) <=
			    1e-7 * at(&bed_series.mafe, k));
	}
	free(delay_ns);
}

static void long_run_of_drifting_clocks_shows_the_path_alone(void **state)
{
	enum { COUNT = 200000 };
	struct timing_config config = {.synchronised = true};
	struct timing_series in_step;

	(void)state;
	bed_begin(&config);
	bed_path.noise_ns = 10000;
	bed_pass_noisy(0, COUNT);
	in_step = *bed_result();
	config.synchronised = false;
	bed_begin(&config);
	bed_path.noise_ns = 10000;
	bed_path.skew = -37e-6;
	bed_pass_noisy(0, COUNT);
	bed_result();
	assert_true(bed_series.mtie.count >= 16);
	for (size_t k = 0; k < bed_series.mtie.count; k++) {
		assert_true(fabs(at(&bed_series.mtie, k) - at(&in_step.mtie, k)) <
			    0.05 * at(&in_step.mtie, k));
	}
}

static void lost_syncs_hold_their_places(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_path.noise_ns = 1000;
	for (int64_t i = 0; i < 70000; i++) {
		if (i % 100 >= 5) {
			bed_pass(i, bed_noisy_delay());
		}
	}
	bed_result();
	/* the first five come before the series does */
	assert_int_equal(bed_series.places, 70000 - 5);
	assert_int_equal(bed_series.interpolated, 5 * 699);
	assert_int_equal(bed_series.tdev_absence, TIMING_KNOWN);
	assert_true(llabs(bed_series.tau0_ns - 62500000) < 10);
}

static void too_many_lost_leave_no_curve(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < 3000; i += 2) {
		bed_pass(i, 20 * US);
	}
	bed_result();
	assert_int_equal(bed_series.mtie_absence, TIMING_TOO_MANY_LOST);
	assert_int_equal(bed_series.tdev_absence, TIMING_TOO_MANY_LOST);
	assert_int_equal(bed_series.mtie.count, 0);
	assert_int_equal(bed_series.count, 1500);
}

static void outage_longer_than_a_wrap_is_told_by_the_time(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 200000);
	bed_pass_noisy(200000 + 70000, 480000);
	bed_result();
	assert_int_equal(bed_series.places, 480000);
	assert_int_equal(bed_series.interpolated, 70000);
	assert_int_equal(bed_series.breaks, 0);
}

static void silence_for_most_of_the_time_begins_the_curves_anew(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 1000);
	bed_pass_noisy(1000000, 1000100);
	bed_result();
	assert_int_equal(bed_series.breaks, 1);
	assert_int_equal(bed_series.places, 100);
	assert_int_equal(bed_series.count, 1100);
}

static void master_that_begins_anew_keeps_the_series(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 1000);
	for (int64_t i = 0; i < 1000; i++) { /* sequenceId from 0 on, 3 intervals later */
		int64_t tx_ns = bed_departure(1003 + i);
		struct sighting sync = bed_seen(PTP_SYNC, i, tx_ns + 20 * US);
		struct sighting follow_up = bed_seen(PTP_FOLLOW_UP, i, tx_ns + 120 * US);

		follow_up.message.stamp = bed_stamp(tx_ns + UTC_OFFSET_S * S);
		timing_add(bed_timing, &sync);
		timing_add(bed_timing, &follow_up);
	}
	bed_result();
	assert_int_equal(bed_series.places, 2003);
	assert_int_equal(bed_series.interpolated, 3);
}

static void sequence_ids_wrap_without_a_trace(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(65000, 65000 + 3 * 65536);
	bed_result();
	assert_int_equal(bed_series.places, 3 * 65536);
	assert_int_equal(bed_series.interpolated, 0);
	assert_int_equal(bed_series.count, 3 * 65536);
}

static void simulated_day_keeps_its_floor_and_its_skew(void **state)
{
	enum { DAY = 86400 * 16 };
	struct timing_config config = {0};

	(void)state;
	bed_begin(&config);
	bed_path.skew = 4e-6;
	bed_path.noise_ns = 5000;
	bed_pass_noisy(0, DAY);
	bed_result();
	assert_int_equal(bed_series.count, DAY);
	assert_int_equal(bed_series.places, DAY);
	assert_int_equal(bed_series.rejected, 0);
	assert_int_equal(bed_series.unpaired, 0);
	assert_int_equal(bed_series.skew_ppb, 4000);
	assert_int_equal(bed_series.floor.windows, 86400 - 200 + 1);
	assert_int_equal(bed_series.floor.failed, 0);
	/* up to n = 2^16: 4096 s */
	assert_int_equal(bed_series.tdev.count, 17);
	/* white noise: TDEV falls by the root of 2 an octave */
	for (size_t k = 1; k < 12; k++) {
		assert_true(fabs(at(&bed_series.tdev, k - 1) / at(&bed_series.tdev, k) - sqrt(2)) <
			    0.25);
	}
	assert_true(fabs(at(&bed_series.tdev, 0) - 5000) < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curves_of_drifting_clocks_are_those_of_clocks_in_step),
		cmocka_unit_test(curves_are_the_definitions),
		cmocka_unit_test(long_run_of_drifting_clocks_shows_the_path_alone),
		cmocka_unit_test(lost_syncs_hold_their_places),
		cmocka_unit_test(too_many_lost_leave_no_curve),
		cmocka_unit_test(outage_longer_than_a_wrap_is_told_by_the_time),
		cmocka_unit_test(silence_for_most_of_the_time_begins_the_curves_anew),
		cmocka_unit_test(master_that_begins_anew_keeps_the_series),
		cmocka_unit_test(sequence_ids_wrap_without_a_trace),
		cmocka_unit_test(simulated_day_keeps_its_floor_and_its_skew),
	};

	return cmocka_run_group_tests(tests, NULL, bed_end);
}
