/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of counters, and what became of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "counters.h"

static void a_counter_is_found_by_its_name(void **state)
{
	struct counters counters = {0};
	uint64_t value = 7;

	(void)state;
	assert_int_equal(counters_get(&counters, "udp.InErrors", &value), -ENOENT);
	assert_int_equal(counters_add(&counters, "udp.InErrors", UINT64_MAX), 0);
	assert_int_equal(counters_add(&counters, "udp.InError", 3), 0);
	assert_int_equal(counters_get(&counters, "udp.InErrors", &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(counters_get(&counters, "udp.InErrorss", &value), -ENOENT);
	assert_true(value == UINT64_MAX);
	assert_null(counters_find(&counters, ""));
	counters_release(&counters);
}

static void what_comes_twice_is_summed(void **state)
{
	struct counters counters = {0};
	uint64_t value;

	(void)state;
	assert_int_equal(counters_add(&counters, "softnet.dropped", 3), 0);
	assert_int_equal(counters_add(&counters, "softnet.dropped", 4), 0);
	assert_int_equal(counters.count, 1);
	assert_int_equal(counters_get(&counters, "softnet.dropped", &value), 0);
	assert_int_equal(value, 7);
	counters_release(&counters);
}

static void a_cleared_list_is_empty(void **state)
{
	struct counters counters = {0};
	uint64_t value;

	(void)state;
	counters_clear(&counters);
	assert_int_equal(counters_add(&counters, "a", 1), 0);
	counters_clear(&counters);
	assert_int_equal(counters.count, 0);
	assert_int_equal(counters_get(&counters, "a", &value), -ENOENT);
	assert_int_equal(counters_add(&counters, "a", 2), 0);
	assert_int_equal(counters_get(&counters, "a", &value), 0);
	assert_int_equal(value, 2);
	counters_release(&counters);
}

static void names_that_cannot_be_told_apart_or_printed_are_refused(void **state)
{
	char longest[COUNTERS_NAME], too_long[COUNTERS_NAME + 1];
	struct counters counters = {0};

	(void)state;
	memset(longest, 'x', sizeof(longest));
	memset(too_long, 'x', sizeof(too_long));
	longest[sizeof(longest) - 1] = '\0';
	too_long[sizeof(too_long) - 1] = '\0';
	assert_int_equal(counters_add(&counters, longest, 1), 0);
	assert_int_equal(counters_add(&counters, too_long, 1), -EINVAL);
	assert_int_equal(counters_add(&counters, "", 1), -EINVAL);
	assert_int_equal(counters_add(&counters, "a b", 1), -EINVAL);
	assert_int_equal(counters_add(&counters, "a\x1b[2J", 1), -EINVAL);
	assert_int_equal(counters_add(&counters, "a\xff", 1), -EINVAL);
	assert_int_equal(counters.count, 1);
	counters_release(&counters);
}

static void a_drivers_own_string_is_made_a_name(void **state)
{
	struct counters counters = {0};
	char too_long[COUNTERS_NAME];

	(void)state;
	memset(too_long, 'x', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	assert_int_equal(counters_add_to(&counters, "ethtool", "rx frames (bad)\t", 5), 0);
	assert_string_equal(counters.counter[0].name, "ethtool.rx_frames_(bad)_");
	assert_int_equal(counters_add_to(&counters, "ethtool", "", 5), -EINVAL);
	assert_int_equal(counters_add_to(&counters, "ethtool", too_long, 5), -EINVAL);
	counters_release(&counters);
}

static void sixteen_thousand_counters_are_held_and_no_more(void **state)
{
	struct counters counters = {0};
	char name[COUNTERS_NAME];
	uint64_t value;

	(void)state;
	for (int i = 0; i < COUNTERS_MAX; i++) {
		snprintf(name, sizeof(name), "ethtool.q%d", i);
		assert_int_equal(counters_add(&counters, name, (uint64_t)i), 0);
	}
	assert_int_equal(counters_add(&counters, "one.more", 1), -E2BIG);
	assert_int_equal(counters_add(&counters, "ethtool.q16383", 1), 0);
	for (int i = 0; i < COUNTERS_MAX - 1; i += 101) {
		snprintf(name, sizeof(name), "ethtool.q%d", i);
		assert_int_equal(counters_get(&counters, name, &value), 0);
		assert_int_equal(value, i);
	}
	counters_release(&counters);
}

static void a_change_is_a_rise_a_standstill_a_reset_or_unknown(void **state)
{
	struct counters before = {0}, after = {0};
	uint64_t rise = 99;

	(void)state;
	assert_int_equal(counters_add(&before, "rose", 5), 0);
	assert_int_equal(counters_add(&after, "rose", 12), 0);
	assert_int_equal(counters_add(&before, "flat", 5), 0);
	assert_int_equal(counters_add(&after, "flat", 5), 0);
	assert_int_equal(counters_add(&before, "reset", 5), 0);
	assert_int_equal(counters_add(&after, "reset", 4), 0);
	assert_int_equal(counters_add(&before, "went", 5), 0);
	assert_int_equal(counters_add(&after, "came", 5), 0);

	assert_int_equal(counters_delta(&before, &after, "rose", &rise), COUNTERS_ROSE);
	assert_int_equal(rise, 7);
	assert_int_equal(counters_delta(&before, &after, "flat", &rise), COUNTERS_FLAT);
	assert_int_equal(rise, 0);
	rise = 99;
	assert_int_equal(counters_delta(&before, &after, "reset", &rise), COUNTERS_RESET);
	assert_int_equal(rise, 0);
	assert_int_equal(counters_delta(&before, &after, "went", &rise), COUNTERS_UNKNOWN);
	assert_int_equal(counters_delta(&before, &after, "came", &rise), COUNTERS_UNKNOWN);
	assert_int_equal(counters_delta(&before, &after, "never", &rise), COUNTERS_UNKNOWN);
	counters_release(&before);
	counters_release(&after);
}

static void the_rise_of_many_has_a_sum_and_a_largest(void **state)
{
	static const struct {
		const char *name;
		uint64_t before, after;
	} qdiscs[] = {
		{"qdisc.tbf.1.drops", 10, 196},
		{"qdisc.bfifo.2.drops", 0, 186},
		{"qdisc.bfifo.2.overlimits", 0, 1000},
		{"qdisc.mq.3.drops", 7, 2},
		{"qdisc.drops", 0, 1}, /* the two ends mustn't overlap */
		{"ethtool.qdisc.drops", 0, 1},
	};
	struct counters before = {0}, after = {0};
	struct counters_rise rise;

	(void)state;
	for (size_t i = 0; i < sizeof(qdiscs) / sizeof(*qdiscs); i++) {
		assert_int_equal(counters_add(&before, qdiscs[i].name, qdiscs[i].before), 0);
		assert_int_equal(counters_add(&after, qdiscs[i].name, qdiscs[i].after), 0);
	}
	assert_int_equal(counters_add(&after, "qdisc.new.4.drops", 500), 0);
	rise = counters_rise(&before, &after, "qdisc.", ".drops");
	assert_int_equal(rise.known, 3);
	assert_int_equal(rise.resets, 1);
	assert_int_equal(rise.sum, 372);
	assert_int_equal(rise.max, 186);
	counters_release(&before);
	counters_release(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_is_found_by_its_name),
		cmocka_unit_test(what_comes_twice_is_summed),
		cmocka_unit_test(a_cleared_list_is_empty),
		cmocka_unit_test(names_that_cannot_be_told_apart_or_printed_are_refused),
		cmocka_unit_test(a_drivers_own_string_is_made_a_name),
		cmocka_unit_test(sixteen_thousand_counters_are_held_and_no_more),
		cmocka_unit_test(a_change_is_a_rise_a_standstill_a_reset_or_unknown),
		cmocka_unit_test(the_rise_of_many_has_a_sum_and_a_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
