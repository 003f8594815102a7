/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "departures.h"

#define T0 INT64_C(1700000000000000000)

static int setup(void **state)
{
	*state = departures_new(1, true);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	departures_free(*state);
	return 0;
}

/* Probe seq departs in its slot of 1 ms. */
static void add(struct departures *departures, uint64_t seq)
{
	departures_add(departures, 0, seq, (int64_t)seq * 1000000, T0 + (int64_t)seq * 1000000);
}

static void stamp(struct departures *departures, uint32_t id, enum departures_stamp kind,
		  int64_t offset_ns)
{
	departures_stamp(departures, id, kind, T0 + offset_ns);
}

static void assert_follow_up(struct departures *departures, uint64_t expected_seq,
			     int64_t expected_offset_ns)
{
	uint64_t seq;
	int64_t tx_ns;

	assert_true(departures_follow_up(departures, 0, &seq, &tx_ns));
	assert_int_equal(seq, expected_seq);
	assert_int_equal(tx_ns, T0 + expected_offset_ns);
}

static void assert_no_follow_up(struct departures *departures)
{
	uint64_t seq = 77;
	int64_t tx_ns = 88;

	assert_false(departures_follow_up(departures, 0, &seq, &tx_ns));
	assert_int_equal(seq, 77);
	assert_int_equal(tx_ns, 88);
}

static void stamp_is_reported_by_one_later_probe(void **state)
{
	struct departures *departures = *state;

	assert_no_follow_up(departures);
	add(departures, 0);
	assert_no_follow_up(departures);
	stamp(departures, 0, DEPARTURES_SCHED, 10);
	assert_no_follow_up(departures);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 20);
	assert_follow_up(departures, 0, 20);
	assert_no_follow_up(departures);
}

static void duplicated_sched_counts_once(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	stamp(departures, 0, DEPARTURES_SCHED, 10);
	stamp(departures, 0, DEPARTURES_SCHED, 12);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 20);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 25);
	departures_settle(departures);
	assert_int_equal(departures->counts.scheduled, 1);
	assert_int_equal(departures->counts.stamped, 1);
	assert_int_equal(departures->counts.sched_without_snd, 0);
	assert_int_equal(departures->counts.strange, 0);
}

static void sched_without_snd_is_a_drop_with_its_seq(void **state)
{
	struct departures *departures = *state;

	for (uint64_t seq = 0; seq < 10; seq++) {
		add(departures, seq);
		stamp(departures, (uint32_t)seq, DEPARTURES_SCHED, (int64_t)seq * 1000000 + 1);
		if (seq != 3 && seq != 4 && seq != 7) {
			stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
			      (int64_t)seq * 1000000 + 2);
		}
	}
	departures_settle(departures);
	assert_int_equal(departures->counts.sched_without_snd, 3);
	assert_int_equal(departures->counts.unstamped, 0);
	assert_int_equal(departures->dropped.count, 2);
	assert_int_equal(departures->dropped.range[0].first, 3);
	assert_int_equal(departures->dropped.range[0].last, 4);
	assert_int_equal(departures->dropped.range[1].first, 7);
	assert_int_equal(departures->dropped.range[1].last, 7);
}

static void no_stamp_at_all_is_not_a_drop(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	departures_settle(departures);
	assert_int_equal(departures->counts.unstamped, 1);
	assert_int_equal(departures->counts.sched_without_snd, 0);
}

static void no_stamp_at_all_is_a_probe_that_never_reached_the_queue(void **state)
{
	struct departures *departures = *state;

	for (uint64_t seq = 0; seq < 10; seq++) {
		add(departures, seq);
		if (seq != 2 && seq != 8 && seq != 9) {
			stamp(departures, (uint32_t)seq, DEPARTURES_SCHED,
			      (int64_t)seq * 1000000 + 1);
			stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
			      (int64_t)seq * 1000000 + 2);
		}
	}
	departures_settle(departures);
	assert_int_equal(departures->counts.unscheduled, 3);
	assert_int_equal(departures->unscheduled.count, 2);
	assert_int_equal(departures->unscheduled.range[0].first, 2);
	assert_int_equal(departures->unscheduled.range[0].last, 2);
	assert_int_equal(departures->unscheduled.range[1].first, 8);
	assert_int_equal(departures->unscheduled.range[1].last, 9);
	assert_int_equal(departures->counts.sched_without_snd, 0);
}

static void drops_are_settled_when_the_ring_goes_round(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	stamp(departures, 0, DEPARTURES_SCHED, 1);
	for (uint64_t seq = 1; seq <= DEPARTURES_RING; seq++) {
		add(departures, seq);
	}
	assert_int_equal(departures->counts.sched_without_snd, 1);
	assert_int_equal(departures->dropped.range[0].first, 0);
	/* a stamp of what is forgotten is passed over */
	stamp(departures, 0, DEPARTURES_SOFTWARE, 2);
	assert_int_equal(departures->counts.strange, 1);
	assert_int_equal(departures->counts.stamped, 0);
}

static void stamps_out_of_order_are_reported_in_order(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	add(departures, 1);
	add(departures, 2);
	stamp(departures, 2, DEPARTURES_SOFTWARE, 2000003);
	stamp(departures, 1, DEPARTURES_SOFTWARE, 1000002);
	assert_no_follow_up(departures);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 1);
	assert_follow_up(departures, 0, 1);
	assert_follow_up(departures, 1, 1000002);
	assert_follow_up(departures, 2, 2000003);
	assert_no_follow_up(departures);
}

static void missing_stamp_holds_the_others_back_only_so_long(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	for (uint32_t seq = 1; seq < DEPARTURES_PATIENCE; seq++) {
		add(departures, seq);
		stamp(departures, seq, DEPARTURES_SOFTWARE, (int64_t)seq * 1000000 + 1);
	}
	assert_no_follow_up(departures);
	add(departures, DEPARTURES_PATIENCE);
	stamp(departures, DEPARTURES_PATIENCE, DEPARTURES_SOFTWARE,
	      DEPARTURES_PATIENCE * INT64_C(1000000) + 1);
	assert_follow_up(departures, 1, 1000001);
	assert_follow_up(departures, 2, 2000001);
}

static void pacing_error_is_the_difference_of_the_spacings(void **state)
{
	struct departures *departures = *state;

	/* departures 100, 300, 250 ns after their slots: the spacings are off by 200 and 50 */
	add(departures, 0);
	add(departures, 1);
	add(departures, 2);
	stamp(departures, 1, DEPARTURES_SOFTWARE, 1000300);
	assert_int_equal(departures->pacing_error.total, 0);
	stamp(departures, 2, DEPARTURES_SOFTWARE, 2000250);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 100);
	assert_int_equal(departures->pacing_error.total, 2);
	assert_int_equal(hist_count(&departures->pacing_error, hist_bin(200)), 1);
	assert_int_equal(hist_count(&departures->pacing_error, hist_bin(50)), 1);
	assert_int_equal(departures->max_pacing_error_ns, 200);
}

static void unscheduled_departures_have_no_pacing_error(void **state)
{
	struct departures *departures = departures_new(1, false);

	(void)state;
	assert_non_null(departures);
	add(departures, 0);
	add(departures, 1);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 100);
	stamp(departures, 1, DEPARTURES_SOFTWARE, 1000100);
	assert_int_equal(departures->counts.stamped, 2);
	assert_int_equal(departures->pacing_error.total, 0);
	departures_free(departures);
}

static void kernel_ids_wrap_at_32_bits(void **state)
{
	struct departures *departures = *state;

	departures->next_id = (UINT64_C(1) << 32) - 2;
	for (uint64_t seq = 0; seq < 4; seq++) {
		add(departures, seq);
	}
	stamp(departures, UINT32_MAX - 1, DEPARTURES_SOFTWARE, 1);
	stamp(departures, UINT32_MAX, DEPARTURES_SOFTWARE, 1000001);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 2000001);
	stamp(departures, 1, DEPARTURES_SOFTWARE, 3000001);
	assert_int_equal(departures->counts.stamped, 4);
	for (uint64_t seq = 0; seq < 4; seq++) {
		assert_follow_up(departures, seq, (int64_t)seq * 1000000 + 1);
	}
}

static void after_a_restart_ids_count_from_0(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	add(departures, 1);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 1);
	departures_restart(departures);
	add(departures, 2);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 2000001);
	assert_follow_up(departures, 0, 1);
	/* 1 was in flight: its stamp can't be told any more */
	stamp(departures, 1, DEPARTURES_SOFTWARE, 1000001);
	assert_int_equal(departures->counts.strange, 1);
	assert_follow_up(departures, 2, 2000001);
}

static void stamp_from_before_a_restart_is_not_taken_for_a_later_probe(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	departures_restart(departures);
	add(departures, 1);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 5); /* before probe 1 was sent */
	assert_int_equal(departures->counts.strange, 1);
	assert_int_equal(departures->counts.stamped, 0);
}

static void doubt_after_a_restart_is_not_called_a_drop(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	stamp(departures, 0, DEPARTURES_SCHED, 1);
	departures_restart(departures);
	add(departures, 1);
	stamp(departures, 0, DEPARTURES_SCHED, 1000001);
	departures_settle(departures);
	assert_int_equal(departures->counts.unstamped, 1);
	assert_int_equal(departures->counts.unscheduled, 0);
	assert_int_equal(departures->counts.sched_without_snd, 1);
	assert_int_equal(departures->dropped.range[0].first, 1);
}

static void forged_ids_are_passed_over(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	stamp(departures, 1, DEPARTURES_SOFTWARE, 1);
	stamp(departures, UINT32_MAX, DEPARTURES_SOFTWARE, 1);
	stamp(departures, 1u << 31, DEPARTURES_SOFTWARE, 1);
	assert_int_equal(departures->counts.strange, 3);
	assert_int_equal(departures->counts.stamped, 0);
}

static void each_group_reports_its_own_departures(void **state)
{
	struct departures *departures = departures_new(2, true);
	uint64_t seq;
	int64_t tx_ns;

	(void)state;
	assert_non_null(departures);
	for (uint32_t i = 0; i < 4; i++) {
		departures_add(departures, i % 2, i / 2, i, T0);
		stamp(departures, i, DEPARTURES_SOFTWARE, (int64_t)i + 1);
	}
	assert_true(departures_follow_up(departures, 1, &seq, &tx_ns));
	assert_int_equal(seq, 0);
	assert_int_equal(tx_ns, T0 + 2);
	assert_true(departures_follow_up(departures, 0, &seq, &tx_ns));
	assert_int_equal(tx_ns, T0 + 1);
	assert_true(departures_follow_up(departures, 1, &seq, &tx_ns));
	assert_int_equal(seq, 1);
	assert_int_equal(tx_ns, T0 + 4);
	assert_false(departures_follow_up(departures, 1, &seq, &tx_ns));
	departures_free(departures);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stamp_is_reported_by_one_later_probe),
		TEST(duplicated_sched_counts_once),
		TEST(sched_without_snd_is_a_drop_with_its_seq),
		TEST(no_stamp_at_all_is_a_probe_that_never_reached_the_queue),
		TEST(no_stamp_at_all_is_not_a_drop),
		TEST(drops_are_settled_when_the_ring_goes_round),
		TEST(stamps_out_of_order_are_reported_in_order),
		TEST(missing_stamp_holds_the_others_back_only_so_long),
		TEST(pacing_error_is_the_difference_of_the_spacings),
		TEST(unscheduled_departures_have_no_pacing_error),
		TEST(kernel_ids_wrap_at_32_bits),
		TEST(after_a_restart_ids_count_from_0),
		TEST(stamp_from_before_a_restart_is_not_taken_for_a_later_probe),
		TEST(doubt_after_a_restart_is_not_called_a_drop),
		TEST(forged_ids_are_passed_over),
		TEST(each_group_reports_its_own_departures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
