/* SPDX-License-Identifier: BSD-2-Clause */
/* The skew line against clocks whose drift is known. */
#include <math.h>
#include <stdlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "skew.h"

static struct skew skew;
static uint64_t random_state;

static int reset(void **state)
{
	(void)state;
	memset(&skew, 0, sizeof(skew));
	random_state = 1999;
	return 0;
}

static int64_t random_exponential_ns(double mean_ns)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return llround(-log(((random_state >> 11) + 0.5) / 9007199254740992.0) * mean_ns);
}

/* count points step_ns apart whose delay grows by slope, with exponential noise. The slope in ppm.
 */
static double measure(int count, int64_t step_ns, double slope, double noise_ns)
{
	struct skew_line line;

	for (int i = 0; i < count; i++) {
		int64_t at_ns = i * step_ns;

		skew_add(&skew, at_ns,
			 100000 + llround(slope * (double)at_ns) + random_exponential_ns(noise_ns));
	}
	assert_true(skew_line(&skew, &line));
	return line.slope * 1e6;
}

static void drift_of_37_ppm_with_noise_comes_back(void **state)
{
	(void)state;
	assert_true(fabs(measure(3000, 10000000, 37e-6, 20000) - 37) < 0.1);
}

static void drift_of_minus_37_ppm_at_128_pps_comes_back(void **state)
{
	(void)state;
	assert_true(fabs(measure(12800, 7812500, -37e-6, 50000) + 37) < 0.1);
}

static void drift_of_a_fast_stream_comes_back(void **state)
{
	(void)state;
	assert_true(fabs(measure(1000000, 100000, 5e-6, 2000) - 5) < 0.01);
}

static void clocks_in_step_have_no_skew(void **state)
{
	(void)state;
	assert_true(fabs(measure(6000, 10000000, 0, 20000)) < 0.05);
}

static void line_without_noise_is_exact(void **state)
{
	struct skew_line line;

	(void)state;
	for (int64_t i = 0; i < 1000; i++) {
		skew_add(&skew, i * 20000000, 5000 + i * 2000);
	}
	assert_true(skew_line(&skew, &line));
	assert_true(fabs(line.slope - 1e-4) < 1e-12);
	assert_true(llabs(skew_line_delay_ns(&line, 0) - 5000) <= 1);
	assert_true(llabs(skew_line_delay_ns(&line, INT64_C(10000000000)) - 1005000) <= 1);
	assert_true(llabs(skew_line_delay_ns(&line, -20000000) - 3000) <= 1);
}

static void queue_spikes_dont_tilt_the_line(void **state)
{
	struct skew_line line;

	(void)state;
	/* the second half of the run is loaded: every sample 1 ms higher, but one in fifty */
	for (int64_t i = 0; i < 6000; i++) {
		int64_t spike_ns = i > 3000 && i % 50 ? 1000000 : 0;

		skew_add(&skew, i * 10000000, i * 100 + spike_ns + random_exponential_ns(2000));
	}
	assert_true(skew_line(&skew, &line));
	assert_true(fabs(line.slope * 1e6 - 10) < 0.2);
}

static void no_point_lies_below_the_line(void **state)
{
	static int64_t delay_ns[2000];
	struct skew_line line;

	(void)state;
	for (int64_t i = 0; i < 2000; i++) {
		delay_ns[i] = 1000 + i * 300 + random_exponential_ns(40000);
		skew_add(&skew, i * 20000000, delay_ns[i]);
	}
	assert_true(skew_line(&skew, &line));
	for (int64_t i = 0; i < 1990; i++) {
		assert_true(skew_line_delay_ns(&line, i * 20000000) <= delay_ns[i] + 1);
	}
}

static void no_line_from_fewer_than_two_points(void **state)
{
	struct skew_line line = {.slope = 7};

	(void)state;
	assert_false(skew_line(&skew, &line));
	skew_add(&skew, 0, 5);
	assert_false(skew_line(&skew, &line));
	skew_add(&skew, 1, 5); /* the same block */
	assert_false(skew_line(&skew, &line));
	assert_true(line.slope == 7);
}

static void points_out_of_order_are_passed_over(void **state)
{
	struct skew_line line;

	(void)state;
	for (int64_t i = 0; i < 1000; i++) {
		skew_add(&skew, i * 20000000, 1000000 + i * 400);
		if (i % 10 == 9) {
			/* far below the line, and long ago */
			skew_add(&skew, (i - 9) * 20000000, -1000000000);
		}
	}
	assert_true(skew_line(&skew, &line));
	assert_true(fabs(line.slope - 2e-5) < 1e-12);
}

static void hull_of_more_points_than_are_kept_keeps_its_slope(void **state)
{
	struct skew_line line;

	(void)state;
	/* a parabola: each point is a hull point; its slope at the mean time is the middle's */
	for (int64_t i = 0; i < 2000; i++) {
		skew_add(&skew, i * 20000000, i * i * 10);
	}
	assert_true(skew.points <= SKEW_POINTS);
	assert_true(skew_line(&skew, &line));
	/* d/di (10 i^2) at 1000 = 20,000 ns per 20 ms = 1e-3; the kept points are some 16 apart */
	assert_true(fabs(line.slope - 1e-3) < 3e-5);
}

static void extremes_are_survived(void **state)
{
	struct skew_line line;

	(void)state;
	skew_add(&skew, -INT64_C(86400000000000), INT64_C(86400000000000));
	skew_add(&skew, 0, -INT64_C(86400000000000));
	skew_add(&skew, INT64_C(86400000000000), INT64_C(86400000000000));
	skew_add(&skew, INT64_C(604800000000000), 0);
	skew_add(&skew, INT64_C(604900000000000), 0);
	if (skew_line(&skew, &line)) {
		assert_true(isfinite(line.slope));
		(void)skew_line_delay_ns(&line, INT64_C(604800000000000));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(drift_of_37_ppm_with_noise_comes_back, reset),
		cmocka_unit_test_setup(drift_of_minus_37_ppm_at_128_pps_comes_back, reset),
		cmocka_unit_test_setup(drift_of_a_fast_stream_comes_back, reset),
		cmocka_unit_test_setup(clocks_in_step_have_no_skew, reset),
		cmocka_unit_test_setup(line_without_noise_is_exact, reset),
		cmocka_unit_test_setup(queue_spikes_dont_tilt_the_line, reset),
		cmocka_unit_test_setup(no_point_lies_below_the_line, reset),
		cmocka_unit_test_setup(no_line_from_fewer_than_two_points, reset),
		cmocka_unit_test_setup(points_out_of_order_are_passed_over, reset),
		cmocka_unit_test_setup(hull_of_more_points_than_are_kept_keeps_its_slope, reset),
		cmocka_unit_test_setup(extremes_are_survived, reset),
	};

	return cmocka_run_group_tests_name("skew", tests, NULL, NULL);
}
