/* SPDX-License-Identifier: BSD-2-Clause */
/* Loss, and what is none: RFC 7680, the head, the tail, gaps and late ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sequence_bed.h"

/* RFC 5560: three copies of 2 and two of 3 are three duplicates of two packets */
static void replicated_packets_are_counted_once(void **state)
{
	static const uint64_t arrivals[] = {1, 2, 2, 3, 2, 3, 4};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.unique, 4);
	assert_int_equal(sequence.duplicate, 3);
	assert_int_equal(sequence.replicated, 2);
	/* the bits of a window ago don't count */
	hear_run(5, 2 + SEQUENCE_WINDOW);
	hear(2 + SEQUENCE_WINDOW);
	assert_int_equal(sequence.replicated, 3);
}

static void duplicate_does_not_hide_a_loss(void **state)
{
	static const uint64_t arrivals[] = {1, 2, 4, 4, 5, 6}, lost[][2] = {{3, 3}};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 5);
	assert_int_equal(sequence.lost, 1);
	assert_int_equal(sequence.duplicate, 1);
	assert_int_equal(sequence.reordered, 0);
	assert_int_equal(sequence.late, 0);
	assert_ranges(lost, 1);
}

static void first_seq_heard_is_the_base(void **state)
{
	(void)state;
	hear_run(1000, 1010);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.missed_before_join, 1000);
	assert_int_equal(sequence.first_seq, 1000);
	assert_int_equal(sequence.missing.count, 0);
}

static void base_far_into_the_run_is_missed_not_lost(void **state)
{
	(void)state;
	hear_run(UINT64_C(5000000000), UINT64_C(5000000100));
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.missed_before_join, UINT64_C(5000000000));
	assert_int_equal(sequence_pending(&sequence), 0);
}

static void first_five_dropped_after_the_join_are_lost(void **state)
{
	static const uint64_t lost[][2] = {{0, 4}};

	(void)state;
	sequence_init(&sequence, LOST_AFTER, 0);
	sequence_set_spacing(&sequence, MS, 10 * MS);
	hear_run(5, 20);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 5);
	assert_int_equal(sequence.missed_before_join, 0);
	assert_ranges(lost, 1);
}

/* however long the head, also beyond what a window can hold */
static void forty_thousand_dropped_after_the_join_are_lost(void **state)
{
	static const uint64_t lost[][2] = {{0, 199999}};

	(void)state;
	sequence_init(&sequence, LOST_AFTER, 0);
	sequence_set_spacing(&sequence, MS / 1000, MS);
	now_ns = 300 * MS;
	hear_run(200000, 200020);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 200000);
	assert_int_equal(sequence.missed_before_join, 0);
	assert_ranges(lost, 1);
}

static void receiver_that_joins_late_has_no_phantom_loss(void **state)
{
	(void)state;
	sequence_init(&sequence, LOST_AFTER, now_ns);
	sequence_set_spacing(&sequence, MS, 10 * MS);
	hear_run(3000, 3100);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.missed_before_join, 3000);
}

static void stragglers_from_before_the_join_make_no_phantom_loss(void **state)
{
	(void)state;
	sequence_init(&sequence, LOST_AFTER, now_ns);
	sequence_set_spacing(&sequence, MS, 10 * MS);
	(void)hear(3000);
	assert_int_equal(hear(2998), SEQUENCE_REORDERED); /* 2999 came before the join */
	assert_int_equal(hear(2900), SEQUENCE_REORDERED);
	hear_run(3001, 3100);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.unique, 103);
	assert_int_equal(sequence.missed_before_join, 2998);
}

static void without_a_spacing_nothing_before_the_base_is_lost(void **state)
{
	(void)state;
	sequence_init(&sequence, LOST_AFTER, 0);
	hear_run(5, 20);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.missed_before_join, 5);
}

static void lost_tail_is_lost_when_an_end_tells(void **state)
{
	static const uint64_t lost[][2] = {{7, 9}};

	(void)state;
	hear_run(0, 6);
	assert_true(sequence_end(&sequence, 10, now_ns));
	assert_int_equal(sequence.lost, 0);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 3);
	assert_true(sequence.tail_settled);
	assert_ranges(lost, 1);
	assert_int_equal(sequence.losspat.periods, 1);
}

static void lost_tail_is_unknown_without_an_end(void **state)
{
	(void)state;
	hear_run(0, 6);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_false(sequence.tail_settled);
	assert_false(sequence.end_seen);
}

static void repeated_end_changes_nothing(void **state)
{
	(void)state;
	hear_run(0, 9);
	assert_true(sequence_end(&sequence, 10, now_ns));
	assert_true(sequence_end(&sequence, 10, now_ns + MS));
	assert_int_equal(sequence_pending(&sequence), 0);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.unique, 10);
}

static void end_that_contradicts_what_was_heard_is_ignored(void **state)
{
	(void)state;
	hear_run(0, 9);
	assert_false(sequence_end(&sequence, 9, now_ns));
	assert_false(sequence.end_seen);
	assert_int_equal(hear(10), SEQUENCE_IN_ORDER);
	assert_int_equal(sequence.lost, 0);
}

static void probe_after_the_end_but_within_lost_after_is_in_time(void **state)
{
	(void)state;
	hear_run(0, 7);
	assert_true(sequence_end(&sequence, 10, now_ns));
	assert_int_equal(hear(9), SEQUENCE_IN_ORDER);
	assert_int_equal(hear(8), SEQUENCE_REORDERED);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.unique, 10);
}

static void probe_after_the_tail_was_settled_is_late(void **state)
{
	(void)state;
	hear_run(0, 7);
	assert_true(sequence_end(&sequence, 10, now_ns));
	wait_beyond_lost_after();
	assert_int_equal(hear(9), SEQUENCE_LATE);
	assert_int_equal(sequence.lost, 2);
	assert_int_equal(sequence.late, 1);
	assert_int_equal(sequence.unique, 8);
}

static void late_packet_is_not_counted_lost_twice_nor_found(void **state)
{
	static const uint64_t lost[][2] = {{2, 2}};

	(void)state;
	hear_run(0, 1);
	hear_run(3, 5);
	now_ns += LOST_AFTER;
	assert_int_equal(hear(2), SEQUENCE_LATE);
	assert_int_equal(sequence.lost, 1);
	assert_int_equal(sequence.late, 1);
	assert_int_equal(sequence.unique, 5);
	assert_int_equal(sequence.reordered, 0);
	assert_int_equal(sequence.duplicate, 0);
	hear_run(6, 9);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 1);
	assert_ranges(lost, 1);
}

static void gaps_settle_by_the_age_of_each(void **state)
{
	static const uint64_t lost[][2] = {{1, 1}};

	(void)state;
	hear_run(0, 0);
	hear_run(2, 2);
	now_ns += LOST_AFTER / 2;
	hear_run(4, 4);
	sequence_settle(&sequence, now_ns + LOST_AFTER * 3 / 4);
	assert_int_equal(sequence.lost, 1);
	assert_int_equal(sequence_pending(&sequence), 1);
	assert_ranges(lost, 1);
}

/* every second one comes 0.6 s late, and more than 4,096 gaps are open at a time: nothing is lost
 */
static void more_gaps_than_there_is_room_for_cause_no_loss(void **state)
{
	const uint64_t last = 4 * GAPS_MAX, behind = 2 * GAPS_MAX + 2048;

	(void)state;
	now_ns = 0;
	for (uint64_t seq = 0; seq <= last + behind; seq += 2) {
		now_ns = (int64_t)seq * LOST_AFTER / 16384;
		sequence_settle(&sequence, now_ns);
		if (seq <= last) {
			(void)sequence_add(&sequence, seq, now_ns);
		}
		if (seq > behind) {
			assert_int_equal(sequence_add(&sequence, seq - behind - 1, now_ns),
					 SEQUENCE_REORDERED);
		}
	}
	wait_beyond_lost_after();
	assert_true(sequence.gaps.merges > 0);
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.late, 0);
	assert_int_equal(sequence.unique, last + 1);
}

/* merged gaps are settled within a 64th of lost_after of their time */
static void merged_gaps_are_settled_in_time(void **state)
{
	const uint64_t last = 2 * (GAPS_MAX + 100);

	(void)state;
	now_ns = 0;
	for (uint64_t seq = 0; seq <= last; seq += 2) {
		now_ns += LOST_AFTER / 8192;
		(void)sequence_add(&sequence, seq, now_ns);
	}
	assert_true(sequence.gaps.merges > 0);
	assert_int_equal(sequence.lost, 0);
	sequence_settle(&sequence, LOST_AFTER + LOST_AFTER / 32);
	assert_true(sequence.lost >= 120 && sequence.lost <= 260);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, last / 2);
}

static void missing_ranges_beyond_their_room_are_said_to_be_incomplete(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq <= 2 * (RANGES_MAX + 10); seq += 2) {
		(void)hear(seq);
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.missing.count, RANGES_MAX);
	assert_true(sequence.missing.incomplete);
	assert_int_equal(sequence.lost, RANGES_MAX + 10);
}

static void all_lost_is_told_by_the_end_alone(void **state)
{
	(void)state;
	sequence_init(&sequence, LOST_AFTER, 0);
	sequence_set_spacing(&sequence, 10 * MS, 10 * MS);
	(void)sequence_end(&sequence, 100, now_ns);
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 0);
	assert_int_equal(sequence.lost, 100);
	assert_int_equal(sequence.missed_before_join, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(replicated_packets_are_counted_once, bed_reset),
		cmocka_unit_test_setup(duplicate_does_not_hide_a_loss, bed_reset),
		cmocka_unit_test_setup(first_seq_heard_is_the_base, bed_reset),
		cmocka_unit_test_setup(base_far_into_the_run_is_missed_not_lost, bed_reset),
		cmocka_unit_test_setup(first_five_dropped_after_the_join_are_lost, bed_reset),
		cmocka_unit_test_setup(forty_thousand_dropped_after_the_join_are_lost, bed_reset),
		cmocka_unit_test_setup(receiver_that_joins_late_has_no_phantom_loss, bed_reset),
		cmocka_unit_test_setup(stragglers_from_before_the_join_make_no_phantom_loss,
				       bed_reset),
		cmocka_unit_test_setup(without_a_spacing_nothing_before_the_base_is_lost,
				       bed_reset),
		cmocka_unit_test_setup(lost_tail_is_lost_when_an_end_tells, bed_reset),
		cmocka_unit_test_setup(lost_tail_is_unknown_without_an_end, bed_reset),
		cmocka_unit_test_setup(repeated_end_changes_nothing, bed_reset),
		cmocka_unit_test_setup(end_that_contradicts_what_was_heard_is_ignored, bed_reset),
		cmocka_unit_test_setup(probe_after_the_end_but_within_lost_after_is_in_time,
				       bed_reset),
		cmocka_unit_test_setup(probe_after_the_tail_was_settled_is_late, bed_reset),
		cmocka_unit_test_setup(late_packet_is_not_counted_lost_twice_nor_found, bed_reset),
		cmocka_unit_test_setup(gaps_settle_by_the_age_of_each, bed_reset),
		cmocka_unit_test_setup(more_gaps_than_there_is_room_for_cause_no_loss, bed_reset),
		cmocka_unit_test_setup(merged_gaps_are_settled_in_time, bed_reset),
		cmocka_unit_test_setup(missing_ranges_beyond_their_room_are_said_to_be_incomplete,
				       bed_reset),
		cmocka_unit_test_setup(all_lost_is_told_by_the_end_alone, bed_reset),
	};

	return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
