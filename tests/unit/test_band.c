/* SPDX-License-Identifier: BSD-2-Clause */
/* The highest and the lowest of a series above a line that is known later only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "band.h"

#define MS INT64_C(1000000)

static struct band band;

static int reset(void **state)
{
	(void)state;
	memset(&band, 0, sizeof(band));
	return 0;
}

static void add(int64_t at_ns, int64_t delay_ns, const struct skew_line *line)
{
	struct skew_point point = {.at_ns = at_ns, .delay_ns = delay_ns};

	band_add(&band, &point,
		 line != NULL ? delay_ns - skew_line_delay_ns(line, at_ns) : delay_ns, line);
}

static void a_band_without_samples_is_flat(void **state)
{
	struct skew_line line = {.slope = 1e-5};

	(void)state;
	assert_int_equal(band_max_ns(&band, &line), 0);
	assert_int_equal(band_stray_ns(&band, &line), 0);
}

/* 10 ppm: 10 ns in each ms. Sample 20 is 5,000 ns up, which a later one in raw exceeds. */
static void early_spike_is_as_high_as_the_final_line_says(void **state)
{
	struct skew_line line = {.slope = 1e-5};

	(void)state;
	for (int64_t i = 0; i < 200; i++) {
		add(i * MS, i * 10 + (i == 20 ? 5000 : 0), NULL);
	}
	assert_int_equal(band_max_ns(&band, &line), 5000);
	for (int64_t i = 200; i < 100000; i++) {
		add(i * MS, i * 10, &line);
	}
	assert_true(band.stretches <= BAND_STRETCHES);
	assert_int_equal(band_max_ns(&band, &line), 5000);
	assert_int_equal(band_stray_ns(&band, &line), 0);
}

/* Each third sample is noise of 900 ns; the least delay is 700 ns up from 1/2 to 3/4 of all. */
static void stray_is_of_the_least_delay_not_of_noise(void **state)
{
	struct skew_line line = {.slope = 0};

	(void)state;
	for (int64_t i = 0; i < 64000; i++) {
		add(i * MS, (i % 3 == 0 ? 900 : 0) + (i >= 32000 && i < 48000 ? 700 : 0), &line);
	}
	assert_int_equal(band_stray_ns(&band, &line), 700);
	assert_int_equal(band_max_ns(&band, &line), 1600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_band_without_samples_is_flat, reset),
		cmocka_unit_test_setup(early_spike_is_as_high_as_the_final_line_says, reset),
		cmocka_unit_test_setup(stray_is_of_the_least_delay_not_of_noise, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
