/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cpulist.h"

static struct cpulist list_of(const char *text)
{
	const char *error = NULL;
	struct cpulist list;

	if (cpulist_parse(text, &list, &error) < 0) {
		fail_msg("'%s' was refused: %s", text, error);
	}
	return list;
}

static void expect_text(const char *given, const char *expected)
{
	struct cpulist list = list_of(given);
	char text[CPULIST_TEXT];

	assert_string_equal(cpulist_text(&list, text, sizeof(text)), expected);
}

/* Refused, with a message that holds part; the list is left as it was. */
static void expect_refused(const char *text, const char *part)
{
	struct cpulist list, before;
	const char *error = NULL;

	memset(&list, 0x5a, sizeof(list));
	before = list;
	assert_int_equal(cpulist_parse(text, &list, &error), -EINVAL);
	assert_non_null(error);
	if (strstr(error, part) == NULL) {
		fail_msg("'%s': '%s' doesn't say '%s'", text, error, part);
	}
	assert_memory_equal(&list, &before, sizeof(list));
}

static void numbers_ranges_and_steps_are_understood(void **state)
{
	struct cpulist list = list_of("0-3,8,10-14:2");

	(void)state;
	for (size_t cpu = 0; cpu < CPULIST_CPUS; cpu++) {
		bool wanted = cpu <= 3 || cpu == 8 || cpu == 10 || cpu == 12 || cpu == 14;

		assert_int_equal(cpulist_has(&list, cpu), wanted);
	}
	assert_int_equal(cpulist_count(&list), 8);
}

static void a_step_need_not_meet_the_end(void **state)
{
	(void)state;
	expect_text("0-8:3", "0,3,6");
	expect_text("5-6:7", "5");
	expect_text("7-7:2", "7");
}

static void text_is_the_kernels(void **state)
{
	struct cpulist empty = {0};
	char text[16] = "x";

	(void)state;
	expect_text("0", "0");
	expect_text("3,2,1", "1-3");
	expect_text("0,1", "0-1");
	expect_text("1-3,2-5,5", "1-5");
	expect_text("63,64,65,127-128", "63-65,127-128");
	expect_text("007", "7");
	assert_string_equal(cpulist_text(&empty, text, sizeof(text)), "");
	assert_int_equal(cpulist_count(&empty), 0);
}

static void last_cpu_is_the_bound_less_one(void **state)
{
	char text[32], whole[32];

	(void)state;
	snprintf(text, sizeof(text), "%d", CPULIST_CPUS - 1);
	expect_text(text, text);
	snprintf(whole, sizeof(whole), "0-%d", CPULIST_CPUS - 1);
	expect_text(whole, whole);
	expect_refused("8192", text);
	expect_refused("0-8192", text);
	expect_refused("18446744073709551616", text);
	expect_refused("0-99999999999999999999999999", text);
	assert_int_equal(CPULIST_CPUS, 8192);
}

static void cpus_beyond_the_bound_are_in_no_set(void **state)
{
	struct cpulist list = list_of("0-8191");

	(void)state;
	assert_true(cpulist_has(&list, CPULIST_CPUS - 1));
	assert_false(cpulist_has(&list, CPULIST_CPUS));
	assert_false(cpulist_has(&list, SIZE_MAX));
	assert_int_equal(cpulist_count(&list), CPULIST_CPUS);
}

static void the_next_member_is_found(void **state)
{
	struct cpulist list = list_of("0,63-64,200,8191"), empty = {0};

	(void)state;
	assert_int_equal(cpulist_next(&list, 0), 0);
	assert_int_equal(cpulist_next(&list, 1), 63);
	assert_int_equal(cpulist_next(&list, 64), 64);
	assert_int_equal(cpulist_next(&list, 65), 200);
	assert_int_equal(cpulist_next(&list, 201), 8191);
	assert_int_equal(cpulist_next(&list, 8192), CPULIST_CPUS);
	assert_int_equal(cpulist_next(&empty, 0), CPULIST_CPUS);
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",      ",",       "0,",  ",0",     "0,,1", "a",   "0-",     "-1",
		"0-3-5", "0 ",      " 0",  "0\n",    "0x1",  "+1",  "0:2",    "0-3:",
		"0-3:x", "0-3:1/2", "all", "0-3:-1", "1.5",  "0;1", "0-3,8-", "0-\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		expect_refused(wrong[i], "written like 0-3,8");
	}
}

static void what_is_wrong_with_a_range_is_said(void **state)
{
	(void)state;
	expect_refused("3-0", "lower number");
	expect_refused("0-3:0", "step");
	expect_refused("0,5-4", "lower number");
}

static void longest_text_fits(void **state)
{
	char text[CPULIST_TEXT];
	struct cpulist list = {0}, again;

	(void)state;
	for (size_t cpu = 0; cpu < CPULIST_CPUS; cpu++) {
		if (cpu % 3 != 2) {
			cpulist_add(&list, cpu);
		}
	}
	assert_null(strstr(cpulist_text(&list, text, sizeof(text)), "..."));
	again = list_of(text);
	assert_memory_equal(&again, &list, sizeof(list));
}

static void text_that_does_not_fit_is_cut_at_a_comma(void **state)
{
	struct cpulist list = list_of("0-1,10-11,100-101,1000-1001");
	char text[32];

	(void)state;
	assert_string_equal(cpulist_text(&list, text, 16), "0-1,10-11,...");
	assert_string_equal(cpulist_text(&list, text, 21), "0-1,10-11,...");
	assert_string_equal(cpulist_text(&list, text, 22), "0-1,10-11,100-101,...");
	assert_string_equal(cpulist_text(&list, text, 32), "0-1,10-11,100-101,1000-1001");
	list = list_of("1000-1001,2000-2001");
	assert_string_equal(cpulist_text(&list, text, 16), "1000-1001,...");
}

static void sets_are_joined_and_compared(void **state)
{
	struct cpulist a = list_of("0-3,64,8191"), b = list_of("2-5,64"), empty = {0};
	struct cpulist common = cpulist_both(&a, &b), rest = cpulist_without(&a, &b);
	char text[64];

	(void)state;
	assert_string_equal(cpulist_text(&common, text, sizeof(text)), "2-3,64");
	assert_string_equal(cpulist_text(&rest, text, sizeof(text)), "0-1,8191");
	assert_true(cpulist_is_empty(&empty));
	assert_false(cpulist_is_empty(&rest));
	rest = cpulist_without(&rest, &a);
	assert_true(cpulist_is_empty(&rest));
	assert_true(cpulist_is_same(&a, &a));
	assert_false(cpulist_is_same(&a, &b));
	assert_true(cpulist_meets(&a, &b));
	assert_false(cpulist_meets(&a, &empty));
	assert_true(cpulist_covers(&a, &common));
	assert_true(cpulist_covers(&a, &a));
	assert_true(cpulist_covers(&empty, &empty));
	assert_false(cpulist_covers(&a, &b));
	cpulist_join(&b, &a);
	assert_string_equal(cpulist_text(&b, text, sizeof(text)), "0-5,64,8191");
	assert_true(cpulist_covers(&b, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_ranges_and_steps_are_understood),
		cmocka_unit_test(a_step_need_not_meet_the_end),
		cmocka_unit_test(text_is_the_kernels),
		cmocka_unit_test(last_cpu_is_the_bound_less_one),
		cmocka_unit_test(cpus_beyond_the_bound_are_in_no_set),
		cmocka_unit_test(the_next_member_is_found),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(what_is_wrong_with_a_range_is_said),
		cmocka_unit_test(longest_text_fits),
		cmocka_unit_test(text_that_does_not_fit_is_cut_at_a_comma),
		cmocka_unit_test(sets_are_joined_and_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
