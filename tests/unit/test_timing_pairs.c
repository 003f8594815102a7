/* SPDX-License-Identifier: BSD-2-Clause */
/* Syncs and their Follow_Ups: in any order, lost, repeated, wrapped, impossible. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ptp_message.h"
#include "sighting.h"
#include "timing_pairs.h"

#define S  INT64_C(1000000000)
#define MS INT64_C(1000000)

static struct timing_pairs pairs;
static struct timing_sample sample;

static int reset(void **state)
{
	(void)state;
	memset(&pairs, 0, sizeof(pairs));
	memset(&sample, 0, sizeof(sample));
	return 0;
}

static struct sighting message(enum ptp_type type, uint16_t sequence_id, int64_t at_ns)
{
	return (struct sighting){
		.rx_ns = 1000 * S + at_ns,
		.mono_ns = at_ns,
		.stamp = STAMP_HARDWARE,
		.message =
			{
				.type = (uint8_t)type,
				.flags = PTP_TWO_STEP,
				.sequence_id = sequence_id,
			},
	};
}

static bool sync(uint16_t sequence_id, int64_t at_ns)
{
	struct sighting seen = message(PTP_SYNC, sequence_id, at_ns);

	return timing_pairs_add(&pairs, &seen, &sample);
}

static bool follow_up(uint16_t sequence_id, int64_t at_ns, int64_t origin_ns, int64_t correction)
{
	struct sighting seen = message(PTP_FOLLOW_UP, sequence_id, at_ns);

	seen.message.stamp.seconds = (uint64_t)(origin_ns / S);
	seen.message.stamp.nanoseconds = (uint32_t)(origin_ns % S);
	seen.message.correction = correction;
	return timing_pairs_add(&pairs, &seen, &sample);
}

static void follow_up_completes_its_sync(void **state)
{
	(void)state;
	assert_false(sync(7, 5 * MS));
	assert_false(follow_up(6, 6 * MS, 900 * S, 0));
	assert_true(follow_up(7, 6 * MS, 999 * S + 3, 0));
	assert_int_equal(sample.sequence_id, 7);
	assert_int_equal(sample.rx_ns, 1000 * S + 5 * MS);
	assert_int_equal(sample.mono_ns, 5 * MS);
	assert_int_equal(sample.tx_ns, 999 * S + 3);
	assert_int_equal(sample.stamp, STAMP_HARDWARE);
}

static void early_follow_up_waits_for_its_sync(void **state)
{
	(void)state;
	assert_false(follow_up(7, 4 * MS, 999 * S, 0));
	assert_true(sync(7, 5 * MS));
	assert_int_equal(sample.rx_ns, 1000 * S + 5 * MS);
	assert_int_equal(sample.tx_ns, 999 * S);
	assert_int_equal(pairs.unpaired, 0);
}

static void both_corrections_are_added(void **state)
{
	struct sighting seen = message(PTP_SYNC, 7, 5 * MS);

	(void)state;
	/* 100.5 ns and 30.5 ns: fractions add up to a whole one */
	seen.message.correction = 100 * 65536 + 32768;
	assert_false(timing_pairs_add(&pairs, &seen, &sample));
	assert_true(follow_up(7, 6 * MS, 999 * S, 30 * 65536 + 32768));
	assert_int_equal(sample.tx_ns, 999 * S + 131);
}

static void one_step_needs_no_follow_up(void **state)
{
	struct sighting seen = message(PTP_SYNC, 7, 5 * MS);

	(void)state;
	seen.message.flags = 0;
	seen.message.stamp.seconds = 999;
	seen.message.correction = 65536;
	assert_true(timing_pairs_add(&pairs, &seen, &sample));
	assert_int_equal(sample.tx_ns, 999 * S + 1);
	assert_false(follow_up(7, 6 * MS, 999 * S, 0));
}

static void repeated_messages_give_one_sample(void **state)
{
	(void)state;
	assert_false(sync(7, 5 * MS));
	assert_false(sync(7, 5 * MS + 10));
	assert_true(follow_up(7, 6 * MS, 999 * S, 0));
	assert_int_equal(sample.rx_ns, 1000 * S + 5 * MS);
	assert_false(follow_up(7, 7 * MS, 999 * S, 0));
	assert_false(sync(7, 8 * MS));
	assert_int_equal(pairs.unpaired, 0);
}

/* 10,000 a second, with Follow_Ups 0.4 s later. */
static void follow_up_behind_four_thousand_syncs_is_found(void **state)
{
	(void)state;
	for (int64_t i = 0; i < 4096; i++) {
		assert_false(sync((uint16_t)i, i * MS / 10));
	}
	for (int64_t i = 4096; i < 70000; i++) {
		assert_true(follow_up((uint16_t)(i - 4096), i * MS / 10, 999 * S + i, 0));
		assert_int_equal(sample.rx_ns, 1000 * S + (i - 4096) * MS / 10);
		assert_false(sync((uint16_t)i, i * MS / 10));
	}
	assert_int_equal(pairs.unpaired, 0);
	assert_int_equal(pairs.evicted, 0);
	/* one more before its Follow_Up: the oldest one goes, and isn't called lost */
	assert_false(sync((uint16_t)70000, 7000 * MS));
	assert_int_equal(pairs.evicted, 1);
	assert_int_equal(pairs.unpaired, 0);
}

static void what_was_cleared_is_no_half_of_anything(void **state)
{
	(void)state;
	assert_false(sync(7, 0));
	timing_pairs_clear(&pairs);
	assert_false(follow_up(7, MS, 999 * S, 0));
	assert_int_equal(timing_pairs_overdue(&pairs, 100 * S), 0);
	assert_int_equal(pairs.unpaired, 0);
	assert_true(sync(7, 2 * MS)); /* its Follow_Up came first */
	assert_int_equal(sample.rx_ns, 1000 * S + 2 * MS);
}

static void sync_without_follow_up_is_unpaired_once(void **state)
{
	(void)state;
	assert_false(sync(7, 0));
	assert_false(sync(8, 62 * MS));
	assert_true(follow_up(8, 63 * MS, 999 * S, 0));
	assert_int_equal(timing_pairs_overdue(&pairs, 100 * MS), 0);
	assert_int_equal(timing_pairs_overdue(&pairs, 6 * S), 1);
	/* its place is taken */
	assert_false(sync(7 + TIMING_PAIRS, 7 * S));
	assert_int_equal(pairs.unpaired, 1);
	assert_int_equal(timing_pairs_overdue(&pairs, 8 * S), 0);
}

static void late_follow_up_is_taken_and_one_of_another_round_is_not(void **state)
{
	(void)state;
	assert_false(sync(7, 0));
	assert_true(follow_up(7, 4 * S, 999 * S, 0));
	assert_false(sync(9, 5 * S));
	/* 65536 Syncs later */
	assert_false(follow_up(9, 517 * S, 999 * S, 0));
	assert_int_equal(pairs.unpaired, 1);
}

static void sequence_wraps(void **state)
{
	uint16_t id = 65500;

	(void)state;
	for (int64_t i = 0; i < 100; i++, id++) {
		assert_false(sync(id, i * 10 * MS));
		assert_true(follow_up(id, i * 10 * MS + MS, 999 * S, 0));
	}
	assert_int_equal(id, 64);
	assert_int_equal(pairs.unpaired, 0);
}

static void impossible_times_are_rejected_and_counted(void **state)
{
	struct sighting seen = message(PTP_FOLLOW_UP, 1, MS);

	(void)state;
	seen.message.stamp = (struct ptp_timestamp){.seconds = 5, .nanoseconds = 1000000000};
	sync(1, 0);
	assert_false(timing_pairs_add(&pairs, &seen, &sample));
	assert_int_equal(pairs.rejected, 1);
	seen.message.sequence_id = 2;
	seen.message.stamp = (struct ptp_timestamp){.seconds = (UINT64_C(1) << 48) - 1};
	sync(2, 0);
	assert_false(timing_pairs_add(&pairs, &seen, &sample));
	sync(3, 0);
	assert_false(follow_up(3, MS, 0, 0)); /* no origin at all */
	sync(4, 0);
	assert_false(follow_up(4, MS, 999 * S, INT64_MAX)); /* too large to be represented */
	assert_int_equal(pairs.rejected, 4);
	sync(5, 0);
	assert_false(follow_up(5, MS, 999 * S, INT64_MIN));
	seen = message(PTP_SYNC, 6, 0);
	seen.message.correction = INT64_MAX - 1;
	assert_false(timing_pairs_add(&pairs, &seen, &sample));
	assert_false(follow_up(6, MS, 999 * S, INT64_MAX - 1));
	assert_int_equal(pairs.rejected, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(follow_up_completes_its_sync, reset),
		cmocka_unit_test_setup(early_follow_up_waits_for_its_sync, reset),
		cmocka_unit_test_setup(both_corrections_are_added, reset),
		cmocka_unit_test_setup(one_step_needs_no_follow_up, reset),
		cmocka_unit_test_setup(repeated_messages_give_one_sample, reset),
		cmocka_unit_test_setup(follow_up_behind_four_thousand_syncs_is_found, reset),
		cmocka_unit_test_setup(what_was_cleared_is_no_half_of_anything, reset),
		cmocka_unit_test_setup(sync_without_follow_up_is_unpaired_once, reset),
		cmocka_unit_test_setup(late_follow_up_is_taken_and_one_of_another_round_is_not,
				       reset),
		cmocka_unit_test_setup(sequence_wraps, reset),
		cmocka_unit_test_setup(impossible_times_are_rejected_and_counted, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
