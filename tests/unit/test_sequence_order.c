/* SPDX-License-Identifier: BSD-2-Clause */
/* Order and duplicates: RFC 4737, and the window that tells them apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sequence_bed.h"

static void early_packet_makes_those_it_overtook_reordered(void **state)
{
	static const uint64_t arrivals[] = {1, 10, 2, 3, 4, 5}, lost[][2] = {{6, 9}};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.reordered, 4);
	assert_int_equal(sequence.max_extent, 4);
	assert_int_equal(sequence.extent_sum, 1 + 2 + 3 + 4);
	assert_int_equal(sequence.max_late_ns, 4 * MS);
	assert_int_equal(sequence.buffer_depth, 1);
	/* of 2 the one just before is larger, and no more; of 3, 4, 5 it isn't */
	assert_int_equal(sequence.n_reordered[1], 1);
	assert_int_equal(sequence.n_reordered[2], 0);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 4);
	assert_ranges(lost, 1);
}

/* The degree of n-reordering by RFC 4737, section 5: the run of larger seqs just before. */
static void one_late_packet_is_n_reordered_by_its_displacement(void **state)
{
	static const uint64_t arrivals[] = {1, 2, 3, 5, 6, 7, 8, 4, 9, 10};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.reordered, 1);
	assert_int_equal(sequence.max_extent, 4);
	assert_int_equal(sequence.max_late_ns, 4 * MS);
	assert_int_equal(sequence.buffer_depth, 4);
	assert_int_equal(sequence.n_reordered[4], 1);
	assert_int_equal(sequence.n_reordered[1] + sequence.n_reordered[2] +
				 sequence.n_reordered[3] + sequence.n_reordered[5],
			 0);
}

static void pair_overtaken_by_one_has_extents_one_and_two(void **state)
{
	static const uint64_t arrivals[] = {1, 2, 3, 4, 7, 5, 6, 8, 9, 10};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.reordered, 2);
	assert_int_equal(sequence.max_extent, 2);
	assert_int_equal(sequence.extent_sum, 3);
	assert_int_equal(sequence.buffer_depth, 1);
	assert_int_equal(sequence.n_reordered[1], 1); /* 5; before 6 came 5, which is smaller */
}

static void block_overtaken_by_a_block_waits_for_its_first(void **state)
{
	static const uint64_t arrivals[] = {1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.reordered, 3);
	assert_int_equal(sequence.max_extent, 6);
	assert_int_equal(sequence.extent_sum, 4 + 5 + 6);
	assert_int_equal(sequence.buffer_depth, 4);
	assert_int_equal(sequence.n_reordered[4], 1);
	assert_int_equal(sequence.n_reordered[1], 0);
}

static void reversed_run_is_n_reordered_by_rising_n(void **state)
{
	static const uint64_t arrivals[] = {1, 6, 5, 4, 3, 2, 7};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.reordered, 4);
	assert_int_equal(sequence.extent_sum, 1 + 2 + 3 + 4);
	assert_int_equal(sequence.buffer_depth, 4);
	for (int n = 1; n <= 4; n++) {
		assert_int_equal(sequence.n_reordered[n], 1);
	}
	assert_int_equal(sequence.n_reordered[5], 0);
}

static void duplicates_are_left_out_of_the_order(void **state)
{
	static const uint64_t arrivals[] = {1, 2, 4, 4, 4, 2, 3};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.duplicate, 3);
	assert_int_equal(sequence.reordered, 1);
	assert_int_equal(sequence.max_extent, 1);
	assert_int_equal(sequence.n_reordered[1], 1);
	assert_int_equal(sequence.buffer_depth, 1);
}

static void n_reordering_beyond_the_ring_counts_at_its_end(void **state)
{
	(void)state;
	hear_run(0, 9);
	hear_run(11, 110);
	assert_int_equal(hear(10), SEQUENCE_REORDERED);
	assert_int_equal(sequence.n_reordered[SEQUENCE_RECENT], 1);
	assert_int_equal(sequence.max_extent, 100);
	assert_int_equal(sequence.buffer_depth, 100);
}

static void one_arrival_is_never_n_reordered_beyond_its_predecessors(void **state)
{
	/* two came before, so n is at most 2, though the ring's zeroes are no larger either */
	static const uint64_t arrivals[] = {5, 6, 4};

	(void)state;
	hear_all(arrivals, COUNT_OF(arrivals));
	assert_int_equal(sequence.n_reordered[2], 1);
	assert_int_equal(sequence.n_reordered[3] + sequence.n_reordered[SEQUENCE_RECENT], 0);
}

static void start_in_reverse_is_reordering(void **state)
{
	(void)state;
	assert_int_equal(hear(1), SEQUENCE_IN_ORDER);
	assert_int_equal(hear(0), SEQUENCE_REORDERED);
	hear_run(2, 9);
	wait_beyond_lost_after();
	assert_int_equal(sequence.unique, 10);
	assert_int_equal(sequence.reordered, 1);
	assert_int_equal(sequence.max_extent, 1);
	assert_int_equal(sequence.first_seq, 0);
	assert_int_equal(sequence.last_seq, 9);
	assert_int_equal(sequence.lost, 0);
	assert_int_equal(sequence.missed_before_join, 0);
}

static void packet_just_before_lost_after_is_only_reordered(void **state)
{
	int64_t opened_ns;

	(void)state;
	hear_run(0, 1);
	(void)hear(3);
	opened_ns = now_ns;
	assert_int_equal(sequence_add(&sequence, 2, opened_ns + LOST_AFTER - 1),
			 SEQUENCE_REORDERED);
	assert_int_equal(sequence.max_late_ns, LOST_AFTER - 1);
	(void)sequence_add(&sequence, 5, opened_ns + LOST_AFTER);
	sequence_settle(&sequence, opened_ns + 2 * LOST_AFTER + 1);
	assert_int_equal(sequence_add(&sequence, 4, opened_ns + 2 * LOST_AFTER + 1), SEQUENCE_LATE);
}

static void packet_in_the_middle_splits_its_gap(void **state)
{
	static const uint64_t lost[][2] = {{1, 4}, {6, 9}};

	(void)state;
	hear_run(0, 0);
	hear_run(10, 10);
	assert_int_equal(hear(5), SEQUENCE_REORDERED);
	assert_int_equal(sequence_pending(&sequence), 8);
	assert_int_equal(hear(5), SEQUENCE_DUPLICATE);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 8);
	assert_int_equal(sequence.losspat.periods, 2);
	assert_ranges(lost, 2);
}

/* Words of a bitmap that are cleared by the first packet landing in them would keep the bits of
 * 65,536 seqs ago when that packet is lost. */
static void loss_at_the_start_of_a_bitmap_word_makes_no_false_duplicates(void **state)
{
	(void)state;
	now_ns = 0;
	for (uint64_t seq = 0; seq < UINT64_C(3) * SEQUENCE_WINDOW; seq++) {
		if (seq >= SEQUENCE_WINDOW && seq % 64 == 0 && seq % 192 == 0) {
			continue;
		}
		assert_int_equal(sequence_add(&sequence, seq, now_ns), SEQUENCE_IN_ORDER);
		now_ns += MS;
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.duplicate, 0);
	assert_int_equal(sequence.lost + sequence.unique, 3 * SEQUENCE_WINDOW);
}

static void burst_loss_over_many_words_makes_no_false_duplicates(void **state)
{
	(void)state;
	hear_run(0, 2 * SEQUENCE_WINDOW);
	hear_run(2 * SEQUENCE_WINDOW + 50001, 2 * SEQUENCE_WINDOW + 50010);
	for (uint64_t seq = 2 * SEQUENCE_WINDOW + 50000; seq > 2 * SEQUENCE_WINDOW + 49500; seq--) {
		now_ns -= MS; /* hear moves on, and this is to stay within lost_after */
		assert_int_equal(hear(seq), SEQUENCE_REORDERED);
	}
	wait_beyond_lost_after();
	assert_int_equal(sequence.duplicate, 0);
	assert_int_equal(sequence.lost, 49500);
}

static void packet_below_the_window_is_late(void **state)
{
	(void)state;
	(void)sequence_add(&sequence, 0, now_ns);
	for (uint64_t seq = 2; seq < SEQUENCE_WINDOW + 100; seq++) {
		(void)sequence_add(&sequence, seq, now_ns + (int64_t)seq);
	}
	now_ns += SEQUENCE_WINDOW + 200;
	assert_int_equal(sequence_add(&sequence, 1, now_ns), SEQUENCE_LATE);
	assert_int_equal(sequence_add(&sequence, 0, now_ns), SEQUENCE_LATE);
	assert_int_equal(sequence.late, 2);
	assert_int_equal(sequence.duplicate, 0);
	assert_int_equal(sequence.lost, 1);
	assert_int_equal(sequence.unique, SEQUENCE_WINDOW + 99);
}

static void oldest_of_the_window_is_still_told_apart(void **state)
{
	(void)state;
	hear_run(0, SEQUENCE_WINDOW - 1);
	assert_int_equal(hear(0), SEQUENCE_DUPLICATE);
	hear_run(SEQUENCE_WINDOW, SEQUENCE_WINDOW);
	assert_int_equal(hear(0), SEQUENCE_LATE);
	assert_int_equal(hear(1), SEQUENCE_DUPLICATE);
}

static void missing_is_lost_only_beyond_lost_after(void **state)
{
	(void)state;
	hear_run(0, 0);
	hear_run(2, 2);
	sequence_settle(&sequence, now_ns + LOST_AFTER);
	assert_int_equal(sequence.lost, 0);
	sequence_settle(&sequence, now_ns + LOST_AFTER + 1);
	assert_int_equal(sequence.lost, 1);
}

static void clock_that_jitters_backwards_settles_nothing_early(void **state)
{
	(void)state;
	(void)sequence_add(&sequence, 0, now_ns);
	(void)sequence_add(&sequence, 2, now_ns - 50000);
	(void)sequence_add(&sequence, 4, now_ns - 90000);
	assert_int_equal(sequence_add(&sequence, 3, now_ns - 95000), SEQUENCE_REORDERED);
	assert_int_equal(sequence_add(&sequence, 1, now_ns), SEQUENCE_REORDERED);
	assert_true(sequence.max_late_ns >= 0);
	wait_beyond_lost_after();
	assert_int_equal(sequence.lost, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(early_packet_makes_those_it_overtook_reordered, bed_reset),
		cmocka_unit_test_setup(one_late_packet_is_n_reordered_by_its_displacement,
				       bed_reset),
		cmocka_unit_test_setup(pair_overtaken_by_one_has_extents_one_and_two, bed_reset),
		cmocka_unit_test_setup(block_overtaken_by_a_block_waits_for_its_first, bed_reset),
		cmocka_unit_test_setup(reversed_run_is_n_reordered_by_rising_n, bed_reset),
		cmocka_unit_test_setup(duplicates_are_left_out_of_the_order, bed_reset),
		cmocka_unit_test_setup(n_reordering_beyond_the_ring_counts_at_its_end, bed_reset),
		cmocka_unit_test_setup(one_arrival_is_never_n_reordered_beyond_its_predecessors,
				       bed_reset),
		cmocka_unit_test_setup(start_in_reverse_is_reordering, bed_reset),
		cmocka_unit_test_setup(packet_just_before_lost_after_is_only_reordered, bed_reset),
		cmocka_unit_test_setup(packet_in_the_middle_splits_its_gap, bed_reset),
		cmocka_unit_test_setup(loss_at_the_start_of_a_bitmap_word_makes_no_false_duplicates,
				       bed_reset),
		cmocka_unit_test_setup(burst_loss_over_many_words_makes_no_false_duplicates,
				       bed_reset),
		cmocka_unit_test_setup(packet_below_the_window_is_late, bed_reset),
		cmocka_unit_test_setup(oldest_of_the_window_is_still_told_apart, bed_reset),
		cmocka_unit_test_setup(missing_is_lost_only_beyond_lost_after, bed_reset),
		cmocka_unit_test_setup(clock_that_jitters_backwards_settles_nothing_early,
				       bed_reset),
	};

	return cmocka_run_group_tests_name("sequence_order", tests, NULL, NULL);
}
