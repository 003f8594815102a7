/* SPDX-License-Identifier: BSD-2-Clause */
/* Jumps of the sequence number: stray ones, and those that are true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sequence_bed.h"

static void seq_behind_the_end_is_an_outlier(void **state)
{
	(void)state;
	hear_run(0, 9);
	assert_true(sequence_end(&sequence, 10, now_ns));
	assert_int_equal(hear(10), SEQUENCE_OUTLIER);
	assert_int_equal(hear(12), SEQUENCE_OUTLIER);
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 10);
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.last_seq, 9);
	assert_int_equal(sequence.outliers + sequence.held.count, 2);
}

static void lone_jump_to_2_to_the_63_is_an_outlier(void **state)
{
	(void)state;
	hear_run(0, 9);
	assert_int_equal(hear(UINT64_C(1) << 63), SEQUENCE_OUTLIER);
	hear_run(10, 19);
	wait_beyond_lost_after();
	assert_int_equal(sequence.outliers + sequence.held.count, 1);
	assert_int_equal(sequence.unique, 20);
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.jumps, 0);
	assert_int_equal(sequence.last_seq, 19);
	assert_int_equal(sequence.duplicate + sequence.late + sequence.reordered, 0);
}

static void scattered_jumps_never_confirm_each_other(void **state)
{
	uint64_t seq = 3;

	(void)state;
	hear_run(0, 9);
	for (int i = 0; i < 1000; i++) {
		seq = seq * 6364136223846793005u + 1442695040888963407u;
		assert_int_equal(hear(seq | UINT64_C(1) << 62), SEQUENCE_OUTLIER);
	}
	hear_run(10, 19);
	wait_beyond_lost_after();
	assert_int_equal(sequence.outliers + sequence.held.count, 1000);
	assert_int_equal(sequence.unique, 20);
	assert_int_equal(sequence.lost, 0);
}

static void jump_among_good_arrivals_is_never_confirmed(void **state)
{
	uint64_t far = UINT64_C(1) << 63;

	(void)state;
	hear_run(0, 9);
	for (uint64_t i = 0; i < 10; i++) {
		assert_int_equal(hear(far + i), SEQUENCE_OUTLIER);
		assert_int_equal(hear(10 + i), SEQUENCE_IN_ORDER);
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.jumps, 0);
	assert_int_equal(sequence.outliers + sequence.held.count, 10);
	assert_int_equal(sequence.unique, 20);
	assert_int_equal(sequence.lost, 0);
}

/* 83,000 lost in a row, and the path swaps and duplicates what comes then, with a straggler between
 */
static void books_are_exact_when_the_first_after_an_outage_are_in_disorder(void **state)
{
	static const uint64_t lost[][2] = {{9, 9}, {11, 83009}};
	static const uint64_t after[] = {83011, 83010, 83010, 10, 83013, 83012, 83012, 83014};

	(void)state;
	sequence_set_spacing(&sequence, MS, 0);
	hear_run(0, 8);
	now_ns += 83000 * MS;
	hear_all(after, COUNT_OF(after));
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 9 + 1 + 5);
	assert_int_equal(sequence.duplicate, 2);
	assert_int_equal(sequence.reordered, 2);
	assert_int_equal(sequence.late, 0);
	assert_int_equal(sequence.outliers, 0);
	assert_int_equal(sequence.jumps, 0);
	assert_int_equal(sequence.lost, 83000);
	assert_ranges(lost, 2);
}

/* An END tells that the last three were no strays. */
static void end_confirms_what_is_held(void **state)
{
	(void)state;
	sequence_set_spacing(&sequence, MS, 0);
	hear_run(0, 9);
	now_ns += 83000 * MS;
	assert_int_equal(hear(83010), SEQUENCE_OUTLIER);
	assert_int_equal(hear(83011), SEQUENCE_OUTLIER);
	assert_true(sequence_end(&sequence, 83012, now_ns));
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 12);
	assert_int_equal(sequence.lost, 83000);
	assert_int_equal(sequence.outliers, 0);
}

static void two_successors_do_not_confirm_a_jump(void **state)
{
	uint64_t seq = UINT64_C(1) << 63;

	(void)state;
	hear_run(0, 9);
	assert_int_equal(hear(seq), SEQUENCE_OUTLIER);
	assert_int_equal(hear(seq + 1), SEQUENCE_OUTLIER);
	assert_int_equal(hear(seq + 2), SEQUENCE_OUTLIER);
	hear_run(10, 19);
	wait_beyond_lost_after();
	assert_int_equal(sequence.outliers + sequence.held.count, 3);
	assert_int_equal(sequence.unique, 20);
	assert_int_equal(sequence.jumps, 0);
}

static void confirmed_jump_too_long_to_be_carried_is_not_loss(void **state)
{
	uint64_t seq = UINT64_C(1) << 63;

	(void)state;
	sequence_set_spacing(&sequence, MS, 0);
	hear_run(0, 9);
	for (int i = 0; i < SEQUENCE_CONFIRM; i++) {
		assert_int_equal(hear(seq + i), SEQUENCE_OUTLIER);
	}
	assert_int_equal(hear(seq + SEQUENCE_CONFIRM), SEQUENCE_IN_ORDER);
	hear_run(seq + 4, seq + 9);
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 20);
	assert_int_equal(sequence.outliers + sequence.held.count, 0);
	assert_int_equal(sequence.jumps, 1);
	assert_int_equal(sequence.skipped, seq - 10);
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.missing.count, 0);
	assert_int_equal(sequence.last_seq, seq + 9);
	assert_int_equal(hear(5), SEQUENCE_LATE);
}

static void plausible_jump_beyond_the_window_is_loss(void **state)
{
	static const uint64_t lost[][2] = {{100, 100099}};

	/* 100,000 probes of 10 us spacing in the one second that nothing came */
	(void)state;
	sequence_set_spacing(&sequence, MS / 100, 0);
	hear_run(0, 99);
	now_ns += 1000 * MS;
	for (uint64_t seq = 100100; seq < 100110; seq++) {
		(void)hear(seq);
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 110);
	assert_int_equal(sequence.lost, 100000);
	assert_int_equal(sequence.jumps, 0);
	assert_int_equal(sequence.outliers + sequence.held.count, 0);
	assert_ranges(lost, 1);
}

/* The rate alone would have carried 100,000, and a window of them is let pass: 200,000 takes twice.
 */
static void jump_within_twice_the_rate_is_loss(void **state)
{
	(void)state;
	sequence_set_spacing(&sequence, MS / 100, 0);
	hear_run(0, 99);
	now_ns += 1000 * MS;
	for (uint64_t seq = 200100; seq < 200110; seq++) {
		(void)hear(seq);
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 200000);
	assert_int_equal(sequence.jumps, 0);
}

static void jump_beyond_twice_the_rate_is_not_loss(void **state)
{
	(void)state;
	sequence_set_spacing(&sequence, MS / 100, 0);
	hear_run(0, 99);
	now_ns += 10 * MS;
	for (uint64_t seq = 100100; seq < 100110; seq++) {
		(void)hear(seq);
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 110);
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.jumps, 1);
	assert_int_equal(sequence.skipped, 100000);
}

static void open_gap_before_a_jump_stays_loss(void **state)
{
	(void)state;
	sequence_set_spacing(&sequence, MS, 0);
	hear_run(0, 9);
	hear_run(12, 19);
	for (uint64_t i = 0; i < 10; i++) {
		(void)hear((UINT64_C(1) << 63) + i);
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 2);
	assert_int_equal(sequence.unique, 28);
	assert_int_equal(sequence.skipped, (UINT64_C(1) << 63) - 20);
}

static void highest_seqs_of_all_do_not_wrap_the_books(void **state)
{
	(void)state;
	sequence_set_spacing(&sequence, MS, 0);
	hear_run(0, 9);
	for (uint64_t seq = UINT64_MAX - 5; seq != 0; seq++) {
		(void)hear(seq);
	}
	assert_int_not_equal(hear(5), SEQUENCE_IN_ORDER);
	assert_int_not_equal(hear(11), SEQUENCE_IN_ORDER);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
	assert_true(sequence.unique <= 16);
	assert_true(sequence.last_seq >= sequence.first_seq);
}

static void stream_may_begin_at_the_highest_seq(void **state)
{
	(void)state;
	(void)hear(UINT64_MAX);
	(void)hear(0);
	(void)hear(UINT64_MAX);
	(void)hear(1);
	(void)sequence_end(&sequence, UINT64_MAX, now_ns);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(seq_behind_the_end_is_an_outlier, bed_reset),
		cmocka_unit_test_setup(lone_jump_to_2_to_the_63_is_an_outlier, bed_reset),
		cmocka_unit_test_setup(scattered_jumps_never_confirm_each_other, bed_reset),
		cmocka_unit_test_setup(jump_among_good_arrivals_is_never_confirmed, bed_reset),
		cmocka_unit_test_setup(
			books_are_exact_when_the_first_after_an_outage_are_in_disorder, bed_reset),
		cmocka_unit_test_setup(end_confirms_what_is_held, bed_reset),
		cmocka_unit_test_setup(two_successors_do_not_confirm_a_jump, bed_reset),
		cmocka_unit_test_setup(confirmed_jump_too_long_to_be_carried_is_not_loss,
				       bed_reset),
		cmocka_unit_test_setup(plausible_jump_beyond_the_window_is_loss, bed_reset),
		cmocka_unit_test_setup(jump_within_twice_the_rate_is_loss, bed_reset),
		cmocka_unit_test_setup(jump_beyond_twice_the_rate_is_not_loss, bed_reset),
		cmocka_unit_test_setup(open_gap_before_a_jump_stays_loss, bed_reset),
		cmocka_unit_test_setup(highest_seqs_of_all_do_not_wrap_the_books, bed_reset),
		cmocka_unit_test_setup(stream_may_begin_at_the_highest_seq, bed_reset),
	};

	return cmocka_run_group_tests_name("sequence_jump", tests, NULL, NULL);
}
