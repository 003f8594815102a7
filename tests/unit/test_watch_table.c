/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "watch_table.h"

static struct watch_table table;
static uint32_t random_state;

static int reset(void **state)
{
	(void)state;
	memset(&table, 0, sizeof(table));
	random_state = 4711;
	return 0;
}

static uint32_t random_below(uint32_t bound)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % bound;
}

static struct watch_thread *take(int32_t tid, uint64_t start, bool expect_new)
{
	bool is_new;
	struct watch_thread *thread = watch_table_take(&table, 1, tid, start, &is_new);

	assert_non_null(thread);
	assert_int_equal(is_new, expect_new);
	assert_int_equal(thread->tid, tid);
	return thread;
}

static void a_thread_is_found_again(void **state)
{
	struct watch_thread *thread = take(100, 5, true);

	(void)state;
	thread->faults = 3;
	assert_ptr_equal(take(100, 5, false), thread);
	assert_int_equal(thread->faults, 3);
}

static void an_id_used_again_is_another_thread(void **state)
{
	(void)state;
	take(100, 5, true)->faults = 3;
	assert_int_equal(take(100, 6, true)->faults, 0);
	assert_int_equal(table.count, 2);
	assert_int_equal(take(100, 5, false)->faults, 3);
}

static void the_full_table_takes_no_more_but_knows_its_own(void **state)
{
	bool is_new;

	(void)state;
	for (int32_t tid = 1; tid <= WATCH_TABLE_THREADS; tid++) {
		take(tid, 0, true);
	}
	assert_null(watch_table_take(&table, 1, 99999, 0, &is_new));
	take(17, 0, false);
	watch_table_drop(&table, 0);
	take(99999, 0, true);
}

/* Against a plain array of what should be in; ids that share slots. */
static void after_any_additions_and_removals_each_is_found(void **state)
{
	enum { IDS = 600 };
	bool is_in[IDS] = {false};
	bool is_new;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		uint32_t id = random_below(IDS);
		/* 200 slots for 600 ids, at the end of the table, so that they run over it */
		int32_t tid = (int32_t)(WATCH_TABLE_SLOTS - 100 + id % 200 +
					id / 200 * WATCH_TABLE_SLOTS);
		struct watch_thread *thread = watch_table_take(&table, 1, tid, 0, &is_new);

		assert_non_null(thread);
		assert_int_equal(is_new, !is_in[id]);
		is_in[id] = true;
		if (random_below(2) == 0) {
			watch_table_drop(&table, (size_t)(thread - table.thread));
			is_in[id] = false;
		}
	}
	watch_table_clear(&table);
	take(WATCH_TABLE_SLOTS - 1, 0, true);
	assert_int_equal(table.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_thread_is_found_again, reset),
		cmocka_unit_test_setup(an_id_used_again_is_another_thread, reset),
		cmocka_unit_test_setup(the_full_table_takes_no_more_but_knows_its_own, reset),
		cmocka_unit_test_setup(after_any_additions_and_removals_each_is_found, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
