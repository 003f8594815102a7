/* SPDX-License-Identifier: BSD-2-Clause */
/* When the Follow_Up of a Sync may go, and with which stamp. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "departures.h"
#include "follow_ups.h"
#include "wire.h"

#define T0    INT64_C(1700000000000000000) /* the stamps' clock */
#define MS_NS INT64_C(1000000)

struct bed {
	struct departures *departures;
	struct follow_ups follow_ups;
};

static struct bed bed;

static int set_up(void **state)
{
	(void)state;
	memset(&bed.follow_ups, 0, sizeof(bed.follow_ups));
	bed.departures = departures_new(1, true);
	return bed.departures ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	departures_free(bed.departures);
	return 0;
}

/* The Sync seq is sent at ms seq. */
static void sync(uint64_t seq)
{
	struct follow_up follow_up = {
		.seq = seq,
		.departure = bed.departures->next_id,
		.sync_ns = (int64_t)seq * MS_NS,
	};

	departures_add(bed.departures, 0, seq, (int64_t)seq * MS_NS, T0 + (int64_t)seq * MS_NS);
	follow_ups_add(&bed.follow_ups, &follow_up);
}

static void assert_waits(int64_t now_ns)
{
	struct follow_up follow_up;
	int64_t tx_ns;

	assert_false(follow_ups_due(&bed.follow_ups, bed.departures, now_ns, &follow_up, &tx_ns));
}

static void assert_goes(int64_t now_ns, uint64_t seq, int64_t expected_tx_ns)
{
	struct follow_up follow_up;
	int64_t tx_ns = 77;

	assert_true(follow_ups_due(&bed.follow_ups, bed.departures, now_ns, &follow_up, &tx_ns));
	assert_int_equal(follow_up.seq, seq);
	assert_int_equal(tx_ns, expected_tx_ns);
	follow_ups_take(&bed.follow_ups);
}

static void it_goes_once_its_stamp_has_come(void **state)
{
	(void)state;
	sync(0);
	assert_waits(0);
	departures_stamp(bed.departures, 0, DEPARTURES_SCHED, T0 + 5);
	assert_waits(1);
	departures_stamp(bed.departures, 0, DEPARTURES_SOFTWARE, T0 + 9);
	assert_goes(1, 0, T0 + 9);
	assert_waits(2);
	assert_int_equal(follow_ups_count(&bed.follow_ups), 0);
}

static void it_goes_without_once_it_has_waited_10_ms(void **state)
{
	(void)state;
	sync(3);
	assert_int_equal(follow_ups_wake_ns(&bed.follow_ups), 13 * MS_NS);
	assert_waits(13 * MS_NS - 1);
	assert_goes(13 * MS_NS, 3, 0);
	assert_true(follow_ups_wake_ns(&bed.follow_ups) == INT64_MAX);
}

static void a_late_stamp_is_still_taken_while_it_has_not_gone(void **state)
{
	(void)state;
	sync(0);
	departures_stamp(bed.departures, 0, DEPARTURES_SOFTWARE, T0 + 12 * MS_NS);
	assert_goes(20 * MS_NS, 0, T0 + 12 * MS_NS);
}

static void the_order_is_the_syncs(void **state)
{
	(void)state;
	sync(0);
	sync(1);
	departures_stamp(bed.departures, 1, DEPARTURES_SOFTWARE, T0 + MS_NS + 9);
	assert_waits(2 * MS_NS);
	assert_goes(10 * MS_NS, 0, 0);
	assert_goes(10 * MS_NS, 1, T0 + MS_NS + 9);
}

static void a_sync_that_never_left_is_followed_up_at_once(void **state)
{
	struct follow_up refused = {.seq = 4, .departure = FOLLOW_UP_NO_DEPARTURE};

	(void)state;
	follow_ups_add(&bed.follow_ups, &refused);
	assert_goes(0, 4, 0);
}

static void a_stamp_that_cannot_be_told_any_more_is_not_waited_for(void **state)
{
	(void)state;
	sync(0);
	sync(1);
	departures_stamp(bed.departures, 0, DEPARTURES_SOFTWARE, T0 + 1);
	departures_restart(bed.departures);
	sync(2);
	assert_goes(3 * MS_NS, 0, T0 + 1);
	assert_goes(3 * MS_NS, 1, 0);
	assert_waits(3 * MS_NS);
}

static void one_that_the_departures_have_forgotten_goes_without(void **state)
{
	(void)state;
	sync(0);
	for (uint64_t seq = 1; seq <= DEPARTURES_RING; seq++) {
		departures_add(bed.departures, 0, seq, 0, T0);
	}
	assert_goes(0, 0, 0);
}

static void the_line_holds_all_and_wraps(void **state)
{
	(void)state;
	bed.follow_ups.at = bed.follow_ups.end = UINT32_MAX - 10;
	for (uint64_t seq = 0; seq < FOLLOW_UPS_RING; seq++) {
		sync(seq);
	}
	for (uint64_t seq = 0; seq < FOLLOW_UPS_RING; seq++) {
		assert_goes(INT64_MAX, seq, 0);
	}
	assert_int_equal(follow_ups_count(&bed.follow_ups), 0);
}

static void the_cards_stamp_is_waited_for_and_called_so(void **state)
{
	struct follow_up follow_up;
	int64_t tx_ns;

	(void)state;
	bed.departures->wants_hardware = true;
	sync(0);
	departures_stamp(bed.departures, 0, DEPARTURES_SOFTWARE, T0 + 9);
	assert_waits(MS_NS);
	departures_stamp(bed.departures, 0, DEPARTURES_HARDWARE, T0 + 12);
	assert_true(follow_ups_due(&bed.follow_ups, bed.departures, MS_NS, &follow_up, &tx_ns));
	assert_int_equal(tx_ns, T0 + 12);
	assert_int_equal(follow_up.flags, WIRE_FOLLOW_UP_HARDWARE);
}

static void without_the_cards_stamp_the_kernels_goes_after_the_patience(void **state)
{
	struct follow_up follow_up;
	int64_t tx_ns;

	(void)state;
	bed.departures->wants_hardware = true;
	sync(0);
	departures_stamp(bed.departures, 0, DEPARTURES_SOFTWARE, T0 + 9);
	assert_waits(FOLLOW_UP_PATIENCE_NS - 1);
	assert_true(follow_ups_due(&bed.follow_ups, bed.departures, FOLLOW_UP_PATIENCE_NS,
				   &follow_up, &tx_ns));
	assert_int_equal(tx_ns, T0 + 9);
	assert_int_equal(follow_up.flags, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_goes_once_its_stamp_has_come),
		TEST(it_goes_without_once_it_has_waited_10_ms),
		TEST(a_late_stamp_is_still_taken_while_it_has_not_gone),
		TEST(the_order_is_the_syncs),
		TEST(a_sync_that_never_left_is_followed_up_at_once),
		TEST(a_stamp_that_cannot_be_told_any_more_is_not_waited_for),
		TEST(one_that_the_departures_have_forgotten_goes_without),
		TEST(the_line_holds_all_and_wraps),
		TEST(the_cards_stamp_is_waited_for_and_called_so),
		TEST(without_the_cards_stamp_the_kernels_goes_after_the_patience),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
