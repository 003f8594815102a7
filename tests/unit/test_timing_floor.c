/* SPDX-License-Identifier: BSD-2-Clause */
/* The floor packets of Syncs: by clocks in step, by clocks that drift, by clocks that run unevenly.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mask.h"
#include "series_bed.h"
#include "timing_bed.h"

static void floor_packets_of_a_quiet_and_a_loaded_path(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	config.mask = mask_find("g8261.1-fpp");
	bed_begin(&config);
	bed_path.noise_ns = 10000;
	bed_pass_noisy(0, 16 * 199);
	assert_int_equal(bed_result()->floor.absence, TIMING_TOO_SHORT);
	assert_int_equal(bed_series.mask.verdict, TIMING_INCONCLUSIVE);
	bed_pass_noisy(16 * 199, 16 * 300);
	bed_result();
	assert_int_equal(bed_series.floor.absence, TIMING_KNOWN);
	assert_int_equal(bed_series.floor.windows, 100);
	assert_int_equal(bed_series.floor.failed, 0);
	assert_true(bed_series.floor.worst_fpp > 0.999);
	assert_true(fabs(bed_series.floor.worst_fpp_nominal - bed_series.floor.worst_fpp) < 1e-2);
	assert_true(bed_series.floor.worst_fpr > 15.9);
	assert_int_equal(bed_series.mask.verdict, TIMING_PASS);
	/* all of a minute later, but for one in 200 */
	for (int64_t i = 16 * 300; i < 16 * 600; i++) {
		bed_pass(i, i % 200 == 0 ? 20 * US : 400 * US);
	}
	bed_result();
	assert_true(fabs(bed_series.floor.worst_fpp - 0.005) < 1e-9);
	assert_int_equal(bed_series.floor.worst_fpc, 16);
	assert_true(fabs(bed_series.floor.worst_fpp_nominal - 0.005) < 1e-9);
	assert_true(bed_series.floor.failed > 0);
	assert_int_equal(bed_series.mask.verdict, TIMING_FAIL);
}

static void nominal_denominator_counts_what_was_lost(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < 16 * 210; i++) {
		if (i % 4 == 0) {
			bed_pass(i, 20 * US);
		}
	}
	bed_result();
	assert_true(bed_series.floor.worst_fpp == 1);
	assert_true(fabs(bed_series.floor.worst_fpp_nominal - 0.25) < 1e-3);
}

static void floor_of_drifting_clocks_is_above_the_skew_line(void **state)
{
	struct timing_config config = {0};

	(void)state;
	bed_begin(&config);
	bed_path.noise_ns = 10000;
	bed_path.skew = 37e-6; /* 150 us in 4 s */
	bed_pass_noisy(0, 16 * 300);
	bed_result();
	assert_int_equal(bed_series.floor.absence, TIMING_KNOWN);
	assert_true(bed_series.floor.worst_fpp > 0.99);
}

/* By the definition: of a path whose Syncs' delays are these, sent one each interval. */
static double worst_share_near_least(const int64_t *delay_ns, int64_t count, int64_t in_second)
{
	int64_t least_ns = delay_ns[0];
	double worst = 1;

	for (int64_t i = 1; i < count; i++) {
		least_ns = delay_ns[i] < least_ns ? delay_ns[i] : least_ns;
	}
	for (int64_t from = 0; from + 200 * in_second <= count; from += in_second) {
		int64_t near = 0;

		for (int64_t i = from; i < from + 200 * in_second; i++) {
			near += delay_ns[i] - least_ns <= 150 * US;
		}
		worst = fmin(worst, (double)near / (double)(200 * in_second));
	}
	return worst;
}

/* Noise of twice the cluster's width: the first lines are off by hundreds of us. */
static void floor_of_a_noisy_path_is_above_the_final_line(void **state)
{
	static const int64_t seconds[] = {600, 600, 600, 3000};
	static const int64_t in_second[] = {1, 8, 128, 8};

	(void)state;
	for (size_t k = 0; k < sizeof(seconds) / sizeof(*seconds); k++) {
		struct timing_config config = {.mask = mask_find("g8261.1-fpp")};
		int64_t count = seconds[k] * in_second[k];
		int64_t *delay_ns = calloc((size_t)count, sizeof(*delay_ns));
		double truth;

		assert_non_null(delay_ns);
		bed_begin(&config);
		bed_path.interval_ns = S / in_second[k];
		bed_path.log_interval = 0;
		bed_path.noise_ns = 300000;
		bed_path.skew = 10e-6;
		for (int64_t i = 0; i < count; i++) {
			delay_ns[i] = bed_noisy_delay();
			bed_pass(i, delay_ns[i]);
		}
		truth = worst_share_near_least(delay_ns, count, in_second[k]);
		bed_result();
		assert_int_equal(bed_series.floor.absence, TIMING_KNOWN);
		/* the least of 600 and its place among them isn't known to more than some us */
		assert_true(fabs(bed_series.floor.worst_fpp - truth) < (k == 0 ? 0.05 : 0.01));
		assert_int_equal(bed_series.mask.verdict, TIMING_PASS);
		free(delay_ns);
	}
}

/*
 * A clock whose rate changes by 2 x 10^-8 a second: 20 ppm at the end of 1,000 s, 10 ms off the
 * line there. Its line is the tangent in the middle, and at both ends the curve is 2.5 ms above.
 */
static void uneven_clock_leaves_the_path_open(void **state)
{
	struct timing_config config = {.mask = mask_find("g8261.1-fpp")};

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < 16000; i++) {
		double at_s = (double)i / 16;

		bed_pass(i, 20 * US + llround(1e-8 * at_s * at_s * 1e9));
	}
	bed_result();
	assert_true(llabs(bed_series.pdv_max_ns - 2500 * US) < 20 * US);
	/* the eighths at the ends: 375 s from the middle */
	assert_true(llabs(bed_series.skew_stray_ns - 1406 * US) < 30 * US);
	assert_true(bed_series.floor.worst_fpp < 0.01);
	assert_int_equal(bed_series.mask.verdict, TIMING_INCONCLUSIVE);
	assert_non_null(strstr(bed_series.mask.reason, "strays"));
	assert_int_equal(bed_series.mtie_absence, TIMING_SKEW_UNCERTAIN);
	assert_int_equal(bed_series.matie_absence, TIMING_SKEW_UNCERTAIN);
}

static void fixed_floor_needs_clocks_in_step(void **state)
{
	struct timing_config config = {
		.floor_mode = FLOOR_FIXED,
		.floor_fixed_ns = 20000,
		.utc_offset_given = true,
		.utc_offset_s = 37,
	};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 16 * 210);
	assert_int_equal(bed_result()->floor.absence, TIMING_UNSYNCHRONISED);
	config.synchronised = true;
	bed_begin(&config);
	bed_pass_noisy(0, 16 * 210);
	assert_int_equal(bed_result()->floor.absence, TIMING_KNOWN);
	assert_true(bed_series.floor.worst_fpp == 1);
	config.utc_offset_given = false;
	bed_begin(&config);
	bed_announce(PTP_TIMESCALE, UTC_OFFSET_S);
	bed_pass_noisy(0, 16 * 210);
	assert_int_equal(bed_result()->floor.absence, TIMING_UTC_OFFSET);
	config.utc_offset_given = true;
	config.floor_fixed_ns = 21000;
	bed_begin(&config);
	bed_pass_noisy(0, 16 * 210);
	assert_true(bed_result()->floor.worst_fpp == 0);
}

/* The same clock, 1 Sync a second: what was judged 1,024 s later lay above another line. */
static void floor_whose_line_has_moved_is_not_known(void **state)
{
	struct timing_config config = {.mask = mask_find("g8261.1-fpp")};

	(void)state;
	bed_begin(&config);
	bed_path.interval_ns = S;
	bed_path.log_interval = 0;
	for (int64_t i = 0; i < 4000; i++) {
		bed_pass(i, 20 * US + llround(1e-8 * (double)i * (double)i * 1e9));
	}
	assert_int_equal(bed_result()->floor.absence, TIMING_SKEW_UNCERTAIN);
	assert_int_equal(bed_series.mask.verdict, TIMING_INCONCLUSIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floor_packets_of_a_quiet_and_a_loaded_path),
		cmocka_unit_test(nominal_denominator_counts_what_was_lost),
		cmocka_unit_test(floor_of_drifting_clocks_is_above_the_skew_line),
		cmocka_unit_test(floor_of_a_noisy_path_is_above_the_final_line),
		cmocka_unit_test(uneven_clock_leaves_the_path_open),
		cmocka_unit_test(fixed_floor_needs_clocks_in_step),
		cmocka_unit_test(floor_whose_line_has_moved_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, bed_end);
}
