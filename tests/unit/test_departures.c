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

/* So long after every slot that no stamp of the card is waited for. */
#define MUCH_LATER INT64_MAX

static void assert_follow_up(struct departures *departures, uint64_t expected_seq,
			     int64_t expected_offset_ns)
{
	struct departures_report report;

	assert_true(departures_follow_up(departures, 0, MUCH_LATER, &report));
	assert_int_equal(report.seq, expected_seq);
	assert_int_equal(report.tx_ns, T0 + expected_offset_ns);
	assert_false(report.hardware);
}

static void assert_no_follow_up(struct departures *departures)
{
	struct departures_report report = {77, 88, false};

	assert_false(departures_follow_up(departures, 0, MUCH_LATER, &report));
	assert_int_equal(report.seq, 77);
	assert_int_equal(report.tx_ns, 88);
}

/* The follow-up of seq at mono_ns is on the card's stamp, or on the kernel's. */
static void assert_reported(struct departures *departures, int64_t mono_ns, uint64_t expected_seq,
			    int64_t expected_offset_ns, bool hardware)
{
	struct departures_report report;

	assert_true(departures_follow_up(departures, 0, mono_ns, &report));
	assert_int_equal(report.seq, expected_seq);
	assert_int_equal(report.tx_ns, T0 + expected_offset_ns);
	assert_int_equal(report.hardware, hardware);
}

static void assert_held_back(struct departures *departures, int64_t mono_ns)
{
	struct departures_report report;

	assert_false(departures_follow_up(departures, 0, mono_ns, &report));
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
	struct departures_report report;

	(void)state;
	assert_non_null(departures);
	for (uint32_t i = 0; i < 4; i++) {
		departures_add(departures, i % 2, i / 2, i, T0);
		stamp(departures, i, DEPARTURES_SOFTWARE, (int64_t)i + 1);
	}
	assert_true(departures_follow_up(departures, 1, MUCH_LATER, &report));
	assert_int_equal(report.seq, 0);
	assert_int_equal(report.tx_ns, T0 + 2);
	assert_true(departures_follow_up(departures, 0, MUCH_LATER, &report));
	assert_int_equal(report.tx_ns, T0 + 1);
	assert_true(departures_follow_up(departures, 1, MUCH_LATER, &report));
	assert_int_equal(report.seq, 1);
	assert_int_equal(report.tx_ns, T0 + 4);
	assert_false(departures_follow_up(departures, 1, MUCH_LATER, &report));
	departures_free(departures);
}

/* Probe 0 departs in slot 0; the kernel hands it over 10 us, the card sends it 15 us later. */
static void cards_stamp_is_reported_when_it_is_wanted(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	add(departures, 0);
	stamp(departures, 0, DEPARTURES_SCHED, 5000);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	assert_reported(departures, 1000000, 0, 15000, true);
	assert_int_equal(departures->counts.stamped, 1);
	assert_int_equal(departures->counts.hardware, 1);
}

static void cards_stamp_may_come_before_the_kernels(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	add(departures, 0);
	stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	assert_reported(departures, 1000000, 0, 15000, true);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	assert_int_equal(departures->counts.stamped, 1);
	assert_int_equal(departures->lag.count, 1);
	assert_int_equal(departures->lag.min_ns, 5000);
}

static void cards_stamp_is_waited_for_20_ms(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	add(departures, 0);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	assert_held_back(departures, 1000000);
	assert_held_back(departures, 19999999);
	assert_reported(departures, 20000000, 0, 10000, false);
	/* late, and yet counted */
	stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	assert_int_equal(departures->counts.hardware, 1);
}

static void cards_stamp_that_comes_in_time_is_the_one_reported(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	add(departures, 0);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	assert_held_back(departures, 5000000);
	stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	assert_reported(departures, 6000000, 0, 15000, true);
}

static void at_a_high_rate_so_many_departures_are_as_long_as_that(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	for (uint64_t seq = 0; seq <= DEPARTURES_HARDWARE_PATIENCE; seq++) {
		add(departures, seq);
		stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
		      (int64_t)seq * 1000000 + 10000);
	}
	stamp(departures, 5, DEPARTURES_HARDWARE, 5015000);
	assert_reported(departures, 0, 0, 10000, false);
	assert_held_back(departures, 0);
}

static void card_that_never_stamps_is_not_waited_for(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	for (uint64_t seq = 0; seq < DEPARTURES_HARDWARE_TRIES; seq++) {
		add(departures, seq);
		stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
		      (int64_t)seq * 1000000 + 10000);
	}
	assert_reported(departures, 0, 0, 10000, false);
	assert_reported(departures, 0, 1, 1010000, false);
	assert_int_equal(departures->counts.hardware, 0);
	assert_int_equal(departures->counts.stamped, DEPARTURES_HARDWARE_TRIES);
}

static void without_asking_the_cards_stamp_is_not_reported(void **state)
{
	struct departures *departures = *state;

	add(departures, 0);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	assert_follow_up(departures, 0, 10000);
}

static void missing_stamp_of_the_card_is_no_drop(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	add(departures, 0);
	add(departures, 1);
	stamp(departures, 0, DEPARTURES_SCHED, 1);
	stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	stamp(departures, 1, DEPARTURES_SCHED, 1000001);
	stamp(departures, 1, DEPARTURES_HARDWARE, 1015000); /* the kernel's was lost */
	departures_settle(departures);
	assert_int_equal(departures->counts.sched_without_snd, 0);
	assert_int_equal(departures->counts.unstamped, 0);
	assert_int_equal(departures->counts.stamped, 2);
	assert_int_equal(departures->counts.hardware, 1);
}

/* The map between the clocks may be off: a stamp just before the send call is believed. */
static void cards_stamp_may_seem_early_by_the_maps_error(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	add(departures, 0);
	stamp(departures, 0, DEPARTURES_HARDWARE, -1000001);
	assert_int_equal(departures->counts.strange, 1);
	stamp(departures, 0, DEPARTURES_HARDWARE, -1000);
	assert_reported(departures, 0, 0, -1000, true);
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
		TEST(cards_stamp_is_reported_when_it_is_wanted),
		TEST(cards_stamp_may_come_before_the_kernels),
		TEST(cards_stamp_is_waited_for_20_ms),
		TEST(cards_stamp_that_comes_in_time_is_the_one_reported),
		TEST(at_a_high_rate_so_many_departures_are_as_long_as_that),
		TEST(card_that_never_stamps_is_not_waited_for),
		TEST(without_asking_the_cards_stamp_is_not_reported),
		TEST(missing_stamp_of_the_card_is_no_drop),
		TEST(cards_stamp_may_seem_early_by_the_maps_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
