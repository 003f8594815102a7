/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "seats.h"

static void main_thread_gets_the_first_cpu(void **state)
{
	struct seats seats = {.count = 3};

	(void)state;
	assert_int_equal(seats_take(&seats), 0);
}

static void each_thread_gets_a_cpu_of_its_own_while_there_are_any(void **state)
{
	struct seats seats = {.count = 3};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(seats_take(&seats), i);
	}
	assert_false(seats.is_shared);
}

static void more_threads_than_cpus_go_round_and_are_shared(void **state)
{
	static const size_t expected[] = {0, 1, 0, 1, 0};
	struct seats seats = {.count = 2};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(seats_take(&seats), expected[i]);
		assert_int_equal(seats.is_shared, i >= 2);
	}
}

static void the_cpu_of_a_thread_that_ended_is_taken_before_one_is_shared(void **state)
{
	struct seats seats = {.count = 3};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)seats_take(&seats);
	}
	seats_leave(&seats, 1);
	assert_int_equal(seats_take(&seats), 1);
	assert_false(seats.is_shared);
	assert_int_equal(seats_take(&seats), 0);
	assert_true(seats.is_shared);
}

static void one_cpu_takes_them_all(void **state)
{
	struct seats seats = {.count = 1};

	(void)state;
	for (size_t i = 0; i < 4096; i++) {
		assert_int_equal(seats_take(&seats), 0);
	}
	for (size_t i = 0; i < 4096; i++) {
		seats_leave(&seats, 0);
	}
	assert_int_equal(seats.taken[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(main_thread_gets_the_first_cpu),
		cmocka_unit_test(each_thread_gets_a_cpu_of_its_own_while_there_are_any),
		cmocka_unit_test(more_threads_than_cpus_go_round_and_are_shared),
		cmocka_unit_test(the_cpu_of_a_thread_that_ended_is_taken_before_one_is_shared),
		cmocka_unit_test(one_cpu_takes_them_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
