/* SPDX-License-Identifier: BSD-2-Clause */
/* Departures that a card stamps, or was to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "departures_bed.h"

/* Probe 0 departs in slot 0; the kernel hands it over 10 us, the card sends it 15 us later. */
static void cards_stamp_is_reported_when_it_is_wanted(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 5000);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	departures_bed_stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	departures_bed_reports_at(departures, 1000000, 0, 15000, true);
	assert_int_equal(departures->counts.stamped, 1);
	assert_int_equal(departures->counts.hardware, 1);
}

static void cards_stamp_may_come_before_the_kernels(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	departures_bed_reports_at(departures, 1000000, 0, 15000, true);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	assert_int_equal(departures->counts.stamped, 1);
	assert_int_equal(departures->lag.count, 1);
	assert_int_equal(departures->lag.min_ns, 5000);
}

static void cards_stamp_is_waited_for_20_ms(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	departures_bed_holds_back(departures, 1000000);
	departures_bed_holds_back(departures, 19999999);
	departures_bed_reports_at(departures, 20000000, 0, 10000, false);
	/* late, and yet counted */
	departures_bed_stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	assert_int_equal(departures->counts.hardware, 1);
}

static void cards_stamp_that_comes_in_time_is_the_one_reported(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	departures_bed_holds_back(departures, 5000000);
	departures_bed_stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	departures_bed_reports_at(departures, 6000000, 0, 15000, true);
}

static void at_a_high_rate_so_many_departures_are_as_long_as_that(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	for (uint64_t seq = 0; seq <= DEPARTURES_HARDWARE_PATIENCE; seq++) {
		departures_bed_add(departures, seq);
		departures_bed_stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
				     (int64_t)seq * 1000000 + 10000);
	}
	departures_bed_stamp(departures, 5, DEPARTURES_HARDWARE, 5015000);
	departures_bed_reports_at(departures, 0, 0, 10000, false);
	departures_bed_holds_back(departures, 0);
}

static void card_that_never_stamps_is_not_waited_for(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	for (uint64_t seq = 0; seq < DEPARTURES_HARDWARE_TRIES; seq++) {
		departures_bed_add(departures, seq);
		departures_bed_stamp(departures, (uint32_t)seq, DEPARTURES_SOFTWARE,
				     (int64_t)seq * 1000000 + 10000);
	}
	departures_bed_reports_at(departures, 0, 0, 10000, false);
	departures_bed_reports_at(departures, 0, 1, 1010000, false);
	assert_int_equal(departures->counts.hardware, 0);
	assert_int_equal(departures->counts.stamped, DEPARTURES_HARDWARE_TRIES);
}

static void without_asking_the_cards_stamp_is_not_reported(void **state)
{
	struct departures *departures = *state;

	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	departures_bed_stamp(departures, 0, DEPARTURES_HARDWARE, 15000);
	departures_bed_reports(departures, 0, 10000);
}

static void missing_stamp_of_the_card_is_no_drop(void **state)
{
	struct departures *departures = *state;

	departures->wants_hardware = true;
	departures_bed_add(departures, 0);
	departures_bed_add(departures, 1);
	departures_bed_stamp(departures, 0, DEPARTURES_SCHED, 1);
	departures_bed_stamp(departures, 0, DEPARTURES_SOFTWARE, 10000);
	departures_bed_stamp(departures, 1, DEPARTURES_SCHED, 1000001);
	departures_bed_stamp(departures, 1, DEPARTURES_HARDWARE,
			     1015000); /* the kernel's was lost */
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
	departures_bed_add(departures, 0);
	departures_bed_stamp(departures, 0, DEPARTURES_HARDWARE, -1000001);
	assert_int_equal(departures->counts.strange, 1);
	departures_bed_stamp(departures, 0, DEPARTURES_HARDWARE, -1000);
	departures_bed_reports_at(departures, 0, 0, -1000, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEPARTURES_TEST(cards_stamp_is_reported_when_it_is_wanted),
		DEPARTURES_TEST(cards_stamp_may_come_before_the_kernels),
		DEPARTURES_TEST(cards_stamp_is_waited_for_20_ms),
		DEPARTURES_TEST(cards_stamp_that_comes_in_time_is_the_one_reported),
		DEPARTURES_TEST(at_a_high_rate_so_many_departures_are_as_long_as_that),
		DEPARTURES_TEST(card_that_never_stamps_is_not_waited_for),
		DEPARTURES_TEST(without_asking_the_cards_stamp_is_not_reported),
		DEPARTURES_TEST(missing_stamp_of_the_card_is_no_drop),
		DEPARTURES_TEST(cards_stamp_may_seem_early_by_the_maps_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
