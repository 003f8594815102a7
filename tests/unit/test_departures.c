/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "departures_bed.h"

static void stamp_is_reported_by_one_later_probe(void **state)
{
	struct departures *departures = *state;

	departures_bed_reports_none(departures);
	departures_bed_add(departures, 0);
	departures_bed_reports_none(departures);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 10);
	departures_bed_reports_none(departures);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 20);
	departures_bed_reports(departures, 0, 20);
	departures_bed_reports_none(departures);
}

static void duplicated_sched_counts_once(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 10);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 12);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 20);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 25);
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
		departures_bed_add(departures, seq);
		departures_bed_stamp(departures, (uint32_t)seq, DEPARTURES_SCHED,
				     (int64_t)seq * 1000000 + 1);
		if (seq != 3 && seq != 4 && seq != 7) {
			departures_bed_stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
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

	departures_bed_add(departures, 0);
	departures_settle(departures);
	assert_int_equal(departures->counts.unstamped, 1);
	assert_int_equal(departures->counts.sched_without_snd, 0);
}

static void no_stamp_at_all_is_a_probe_that_never_reached_the_queue(void **state)
{
	struct departures *departures = *state;

	for (uint64_t seq = 0; seq < 10; seq++) {
		departures_bed_add(departures, seq);
		if (seq != 2 && seq != 8 && seq != 9) {
			departures_bed_stamp(departures, (uint32_t)seq, DEPARTURES_SCHED,
					     (int64_t)seq * 1000000 + 1);
			departures_bed_stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
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

	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 1);
	for (uint64_t seq = 1; seq <= DEPARTURES_RING; seq++) {
		departures_bed_add(departures, seq);
	}
	assert_int_equal(departures->counts.sched_without_snd, 1);
	assert_int_equal(departures->dropped.range[0].first, 0);
	/* a stamp of what is forgotten is passed over */
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 2);
	assert_int_equal(departures->counts.strange, 1);
	assert_int_equal(departures->counts.stamped, 0);
}

static void stamps_out_of_order_are_reported_in_order(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	departures_bed_add(departures, 1);
	departures_bed_add(departures, 2);
	departures_bed_stamp(departures, 2, DEPARTURES_SOFTWARE, 2000003);
	departures_bed_stamp(departures, 1, DEPARTURES_SOFTWARE, 1000002);
	departures_bed_reports_none(departures);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 1);
	departures_bed_reports(departures, 0, 1);
	departures_bed_reports(departures, 1, 1000002);
	departures_bed_reports(departures, 2, 2000003);
	departures_bed_reports_none(departures);
}

static void missing_stamp_holds_the_others_back_only_so_long(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	for (uint32_t seq = 1; seq < DEPARTURES_PATIENCE; seq++) {
		departures_bed_add(departures, seq);
		departures_bed_stamp(departures, seq, DEPARTURES_SOFTWARE,
				     (int64_t)seq * 1000000 + 1);
	}
	departures_bed_reports_none(departures);
	departures_bed_add(departures, DEPARTURES_PATIENCE);
	departures_bed_stamp(departures, DEPARTURES_PATIENCE, DEPARTURES_SOFTWARE,
			     DEPARTURES_PATIENCE * INT64_C(1000000) + 1);
	departures_bed_reports(departures, 1, 1000001);
	departures_bed_reports(departures, 2, 2000001);
}

static void pacing_error_is_the_difference_of_the_spacings(void **state)
{
	struct departures *departures = *state;

	/* departures 100, 300, 250 ns after their slots: the spacings are off by 200 and 50 */
	departures_bed_add(departures, 0);
	departures_bed_add(departures, 1);
	departures_bed_add(departures, 2);
	departures_bed_stamp(departures, 1, DEPARTURES_SOFTWARE, 1000300);
	assert_int_equal(departures->pacing_error.total, 0);
	departures_bed_stamp(departures, 2, DEPARTURES_SOFTWARE, 2000250);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 100);
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
	departures_bed_add(departures, 0);
	departures_bed_add(departures, 1);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 100);
	departures_bed_stamp(departures, 1, DEPARTURES_SOFTWARE, 1000100);
	assert_int_equal(departures->counts.stamped, 2);
	assert_int_equal(departures->pacing_error.total, 0);
	departures_free(departures);
}

static void kernel_ids_wrap_at_32_bits(void **state)
{
	struct departures *departures = *state;

	departures->next_id = (UINT64_C(1) << 32) - 2;
	for (uint64_t seq = 0; seq < 4; seq++) {
		departures_bed_add(departures, seq);
	}
	departures_bed_stamp(departures, UINT32_MAX - 1, DEPARTURES_SOFTWARE, 1);
	departures_bed_stamp(departures, UINT32_MAX, DEPARTURES_SOFTWARE, 1000001);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 2000001);
	departures_bed_stamp(departures, 1, DEPARTURES_SOFTWARE, 3000001);
	assert_int_equal(departures->counts.stamped, 4);
	for (uint64_t seq = 0; seq < 4; seq++) {
		departures_bed_reports(departures, seq, (int64_t)seq * 1000000 + 1);
	}
}

static void after_a_restart_ids_count_from_0(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	departures_bed_add(departures, 1);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 1);
	departures_restart(departures);
	departures_bed_add(departures, 2);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 2000001);
	departures_bed_reports(departures, 0, 1);
	/* 1 was in flight: its stamp can't be told any more */
	departures_bed_stamp(departures, 1, DEPARTURES_SOFTWARE, 1000001);
	assert_int_equal(departures->counts.strange, 1);
	departures_bed_reports(departures, 2, 2000001);
}

static void stamp_from_before_a_restart_is_not_taken_for_a_later_probe(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	departures_restart(departures);
	departures_bed_add(departures, 1);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 5); /* before probe 1 was sent */
	assert_int_equal(departures->counts.strange, 1);
	assert_int_equal(departures->counts.stamped, 0);
}

static void doubt_after_a_restart_is_not_called_a_drop(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 1);
	departures_restart(departures);
	departures_bed_add(departures, 1);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 1000001);
	departures_settle(departures);
	assert_int_equal(departures->counts.unstamped, 1);
	assert_int_equal(departures->counts.unscheduled, 0);
	assert_int_equal(departures->counts.sched_without_snd, 1);
	assert_int_equal(departures->dropped.range[0].first, 1);
}

static void forged_ids_are_passed_over(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 1, DEPARTURES_SOFTWARE, 1);
	departures_bed_stamp(departures, UINT32_MAX, DEPARTURES_SOFTWARE, 1);
	departures_bed_stamp(departures, 1u << 31, DEPARTURES_SOFTWARE, 1);
	assert_int_equal(departures->counts.strange, 3);
	assert_int_equal(departures->counts.stamped, 0);
}

static void each_group_reports_its_own_departures(void **state)
{
	struct departures *departures = departures_new(2, true);
	struct departures_report report;

	(void)state;
	assert_non_null(departures);
	for (uint32_t i = 0; i < 4; i++) {
		departures_add(departures, i % 2, i / 2, i, DEPARTURES_T0);
		departures_bed_stamp(departures, i, DEPARTURES_SOFTWARE, (int64_t)i + 1);
	}
	assert_true(departures_follow_up(departures, 1, DEPARTURES_MUCH_LATER, &report));
	assert_int_equal(report.seq, 0);
	assert_int_equal(report.tx_ns, DEPARTURES_T0 + 2);
	assert_true(departures_follow_up(departures, 0, DEPARTURES_MUCH_LATER, &report));
	assert_int_equal(report.tx_ns, DEPARTURES_T0 + 1);
	assert_true(departures_follow_up(departures, 1, DEPARTURES_MUCH_LATER, &report));
	assert_int_equal(report.seq, 1);
	assert_int_equal(report.tx_ns, DEPARTURES_T0 + 4);
	assert_false(departures_follow_up(departures, 1, DEPARTURES_MUCH_LATER, &report));
	departures_free(departures);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEPARTURES_TEST(stamp_is_reported_by_one_later_probe),
		DEPARTURES_TEST(duplicated_sched_counts_once),
		DEPARTURES_TEST(sched_without_snd_is_a_drop_with_its_seq),
		DEPARTURES_TEST(no_stamp_at_all_is_a_probe_that_never_reached_the_queue),
		DEPARTURES_TEST(no_stamp_at_all_is_not_a_drop),
		DEPARTURES_TEST(drops_are_settled_when_the_ring_goes_round),
		DEPARTURES_TEST(stamps_out_of_order_are_reported_in_order),
		DEPARTURES_TEST(missing_stamp_holds_the_others_back_only_so_long),
		DEPARTURES_TEST(pacing_error_is_the_difference_of_the_spacings),
		DEPARTURES_TEST(unscheduled_departures_have_no_pacing_error),
		DEPARTURES_TEST(kernel_ids_wrap_at_32_bits),
		DEPARTURES_TEST(after_a_restart_ids_count_from_0),
		DEPARTURES_TEST(stamp_from_before_a_restart_is_not_taken_for_a_later_probe),
		DEPARTURES_TEST(doubt_after_a_restart_is_not_called_a_drop),
		DEPARTURES_TEST(forged_ids_are_passed_over),
		DEPARTURES_TEST(each_group_reports_its_own_departures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
