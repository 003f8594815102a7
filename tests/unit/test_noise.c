/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "noise.h"

static struct noise noise;

static int reset(void **state)
{
	(void)state;
	memset(&noise, 0, sizeof(noise));
	return 0;
}

static void expect_text(const struct noise *one, const char *expected)
{
	char text[256] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	noise_text(one, 1, out);
	fclose(out);
	assert_string_equal(text, expected);
}

static void only_what_exceeds_the_threshold_is_a_gap(void **state)
{
	(void)state;
	noise_add(&noise, 30);
	noise_add(&noise, 1000);
	assert_int_equal(noise.gaps.total, 0);
	assert_int_equal(noise.stolen_ns, 0);
	noise_add(&noise, 1001);
	assert_int_equal(noise.gaps.total, 1);
	assert_int_equal(noise.stolen_ns, 1001);
	assert_int_equal(noise.max_ns, 1001);
}

static void gaps_are_summed_and_the_longest_is_kept(void **state)
{
	(void)state;
	noise.cpu = 3;
	noise.duration_ns = 1000000000;
	for (int i = 0; i < 99; i++) {
		noise_add(&noise, 4000);
	}
	noise_add(&noise, 604000);
	/* 99 * 4 us + 604 us = 1 ms of a second; the 99th of 100 is still 4 us, whose bin of 32
	 * ns, 3968..3999 or 4000..4031, has its middle at 4015 */
	assert_int_equal(noise.stolen_ns, 1000000);
	expect_text(
		&noise,
		"CPU 3: 100 gaps above 1 us in 1.000 s, 0.1 % of it; p99 4.0 us, max 604.0 us\n");
}

static void a_quantile_never_exceeds_the_maximum(void **state)
{
	json_t *array;

	(void)state;
	noise.duration_ns = 1000000000;
	noise_add(&noise, 28093440); /* the lower half of its bin */
	array = noise_json(&noise, 1);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(array, 0), "p99_ns")),
			 28093440);
	json_decref(array);
}

static void a_quiet_cpu_has_no_longest_gap(void **state)
{
	json_t *array, *object;

	(void)state;
	noise.cpu = 1;
	noise.duration_ns = 500000000;
	expect_text(&noise, "CPU 1: 0 gaps above 1 us in 0.500 s, 0 % of it\n");
	array = noise_json(&noise, 1);
	object = json_array_get(array, 0);
	assert_int_equal(json_integer_value(json_object_get(object, "gaps")), 0);
	assert_true(json_is_integer(json_object_get(object, "gaps")));
	assert_true(json_is_null(json_object_get(object, "max_ns")));
	json_decref(array);
}

static void what_was_not_measured_is_null_not_zero(void **state)
{
	json_t *array, *object;

	(void)state;
	noise.cpu = 77;
	noise.error = 22;
	expect_text(&noise, "CPU 77: noise not measured: invalid argument\n");
	array = noise_json(&noise, 1);
	object = json_array_get(array, 0);
	assert_true(json_is_null(json_object_get(object, "gaps")));
	assert_true(json_is_null(json_object_get(object, "stolen_ns")));
	json_decref(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(only_what_exceeds_the_threshold_is_a_gap, reset),
		cmocka_unit_test_setup(gaps_are_summed_and_the_longest_is_kept, reset),
		cmocka_unit_test_setup(a_quantile_never_exceeds_the_maximum, reset),
		cmocka_unit_test_setup(a_quiet_cpu_has_no_longest_gap, reset),
		cmocka_unit_test_setup(what_was_not_measured_is_null_not_zero, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
