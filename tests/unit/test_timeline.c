/* SPDX-License-Identifier: BSD-2-Clause */
/* A file's stamps to a time that doesn't step back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "timeline.h"

#define S_NS INT64_C(1000000000)

static struct timeline timeline;
static bool stepped;

static int clear(void **state)
{
	(void)state;
	timeline = (struct timeline){0};
	return 0;
}

static int64_t add(int64_t stamp_ns)
{
	return timeline_add(&timeline, stamp_ns, &stepped);
}

static void stamps_that_ascend_are_the_time(void **state)
{
	(void)state;
	for (int64_t s = 1700000000; s < 1700000010; s++) {
		assert_int_equal(add(s * S_NS), s * S_NS);
		assert_false(stepped);
	}
}

static void small_disorder_is_kept(void **state)
{
	(void)state;
	assert_int_equal(add(1000 * S_NS), 1000 * S_NS);
	assert_int_equal(add(1000 * S_NS - 5000), 1000 * S_NS - 5000);
	assert_int_equal(add(999 * S_NS), 999 * S_NS);
	assert_false(stepped);
	assert_int_equal(timeline.last_ns, 1000 * S_NS);
}

static void after_a_step_back_time_goes_on_where_it_stood(void **state)
{
	(void)state;
	add(1000 * S_NS);
	assert_int_equal(add(963 * S_NS), 1000 * S_NS);
	assert_true(stepped);
	assert_int_equal(timeline.steps, 1);
	assert_int_equal(timeline.last_step_ns, 37 * S_NS);
	assert_int_equal(add(964 * S_NS), 1001 * S_NS);
	assert_false(stepped);
}

static void any_stamp_stays_within_bounds(void **state)
{
	static const int64_t wild[] = {INT64_MAX, INT64_MIN, 0, -1, INT64_C(1) << 61, INT64_MAX, 1};
	int64_t ns;

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof(wild) / sizeof(*wild); i++) {
			ns = add(wild[i]);
			assert_true(ns >= 0 && ns <= INT64_C(1) << 61);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(stamps_that_ascend_are_the_time, clear),
		cmocka_unit_test_setup(small_disorder_is_kept, clear),
		cmocka_unit_test_setup(after_a_step_back_time_goes_on_where_it_stood, clear),
		cmocka_unit_test_setup(any_stamp_stays_within_bounds, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
