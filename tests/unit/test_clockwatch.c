/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps and slews by the bounds in clockwatch.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "clockwatch.h"

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

static void first_reading_is_no_step(void **state)
{
	struct clockwatch clockwatch = {0};

	(void)state;
	assert_false(clockwatch_add(&clockwatch, 1700000000 * S, 5 * S));
	assert_int_equal(clockwatch.steps, 0);
}

static void steady_clocks_never_step(void **state)
{
	struct clockwatch clockwatch = {0};

	(void)state;
	for (int64_t i = 0; i < 100000; i++) {
		assert_false(
			clockwatch_add(&clockwatch, 1700000000 * S + i * 10 * MS, i * 10 * MS));
	}
	assert_int_equal(clockwatch.steps, 0);
}

static void step_either_way_is_told_with_its_size(void **state)
{
	struct clockwatch clockwatch = {0};

	(void)state;
	clockwatch_add(&clockwatch, 1000 * S, 1 * S);
	assert_true(clockwatch_add(&clockwatch, 1003 * S, 2 * S));
	assert_int_equal(clockwatch.last_step_ns, 2 * S);
	assert_true(clockwatch_add(&clockwatch, 904 * S, 3 * S));
	assert_int_equal(clockwatch.last_step_ns, -100 * S);
	assert_int_equal(clockwatch.steps, 2);
}

static void one_step_is_told_once(void **state)
{
	struct clockwatch clockwatch = {0};

	(void)state;
	clockwatch_add(&clockwatch, 1000 * S, 1 * S);
	assert_true(clockwatch_add(&clockwatch, 1000 * S + 60 * MS, 1 * S + 10 * MS));
	assert_false(clockwatch_add(&clockwatch, 1000 * S + 70 * MS, 1 * S + 20 * MS));
	assert_int_equal(clockwatch.steps, 1);
}

/* 500 ppm of 100 ms are 50 us, and 1 ms is allowed beside */
static void fastest_slew_is_no_step(void **state)
{
	struct clockwatch clockwatch = {0};
	int64_t real_ns = 1000 * S;

	(void)state;
	clockwatch_add(&clockwatch, real_ns, 0);
	for (int64_t i = 1; i <= 1000; i++) {
		real_ns += 100 * MS + 50000;
		assert_false(clockwatch_add(&clockwatch, real_ns, i * 100 * MS));
	}
}

static void bound_is_a_millisecond_beside_the_slew(void **state)
{
	struct clockwatch clockwatch = {0};

	(void)state;
	clockwatch_add(&clockwatch, 0, 0);
	assert_false(clockwatch_add(&clockwatch, 100 * MS + MS + 50000, 100 * MS));
	clockwatch = (struct clockwatch){0};
	clockwatch_add(&clockwatch, 0, 0);
	assert_true(clockwatch_add(&clockwatch, 100 * MS + MS + 50001, 100 * MS));
}

static void extremes_do_not_overflow(void **state)
{
	struct clockwatch clockwatch = {0};

	(void)state;
	clockwatch_add(&clockwatch, INT64_MIN, 0);
	(void)clockwatch_add(&clockwatch, INT64_MAX, INT64_MAX);
	(void)clockwatch_add(&clockwatch, INT64_MIN, INT64_MAX);
	(void)clockwatch_add(&clockwatch, INT64_MAX, 0);
	assert_true(clockwatch.started);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_reading_is_no_step),
		cmocka_unit_test(steady_clocks_never_step),
		cmocka_unit_test(step_either_way_is_told_with_its_size),
		cmocka_unit_test(one_step_is_told_once),
		cmocka_unit_test(fastest_slew_is_no_step),
		cmocka_unit_test(bound_is_a_millisecond_beside_the_slew),
		cmocka_unit_test(extremes_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
