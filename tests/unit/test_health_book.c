/* SPDX-License-Identifier: BSD-2-Clause */
/* The books of 16-bit sequenceIds, against counts by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "health_book.h"

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

static struct book book;
static struct book_counts counts;
static struct book_times times;
static int64_t interval_ns;

static int set_up(void **state)
{
	(void)state;
	memset(&book, 0, sizeof(book));
	memset(&counts, 0, sizeof(counts));
	times = (struct book_times){
		.now_ns = 0,
		.lost_after_ns = S,
		.spacing_ns = 100 * MS,
		.gap_ns = INT64_MIN,
	};
	return 0;
}

/* 100 ms after the one before. */
static enum book_fate hear(unsigned int id)
{
	times.now_ns += 100 * MS;
	return book_add(&book, &counts, (uint16_t)id, &times, &interval_ns);
}

static void hear_all(const unsigned int *id, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		(void)hear(id[i]);
	}
}

static void hear_run(unsigned int first, unsigned int last)
{
	for (unsigned int id = first; id <= last; id++) {
		(void)hear(id);
	}
}

static void settle(void)
{
	times.now_ns += 10 * S;
	book_settle(&book, &counts, &times);
}

#define HEAR(...)                                     \
	hear_all((const unsigned int[]){__VA_ARGS__}, \
		 sizeof((const unsigned int[]){__VA_ARGS__}) / sizeof(unsigned int))

static void expect(uint64_t unique, uint64_t lost, uint64_t duplicate, uint64_t reordered,
		   uint64_t late)
{
	assert_int_equal(counts.unique, unique);
	assert_int_equal(counts.lost, lost);
	assert_int_equal(counts.duplicate, duplicate);
	assert_int_equal(counts.reordered, reordered);
	assert_int_equal(counts.late, late);
	assert_int_equal(counts.own, 0);
}

static void a_duplicate_never_hides_a_loss(void **state)
{
	(void)state;
	HEAR(1, 2, 4, 4, 5, 6);
	settle();
	expect(5, 1, 1, 0, 0);
}

static void what_comes_behind_a_later_one_is_reordered(void **state)
{
	(void)state;
	HEAR(1, 10, 2, 3, 4, 5);
	settle();
	expect(6, 4, 0, 4, 0);
}

static void the_wrap_is_no_event(void **state)
{
	(void)state;
	HEAR(65533, 65534, 65535, 0, 1, 2);
	settle();
	expect(6, 0, 0, 0, 0);
	assert_int_equal(counts.restarts + counts.outliers, 0);
}

static void loss_and_order_are_told_across_the_wrap(void **state)
{
	(void)state;
	HEAR(65530, 65535, 65534, 1, 0, 0, 3);
	settle();
	/* 65531..65533 and 2 */
	expect(6, 4, 1, 2, 0);
}

static void one_wrap_later_an_id_is_new(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 200000; i++) {
		(void)hear(i % 65536);
	}
	settle();
	expect(200000, 0, 0, 0, 0);
}

static void what_comes_after_lost_after_is_late_and_stays_lost(void **state)
{
	(void)state;
	HEAR(1, 3);
	hear_run(4, 14);
	assert_int_equal(hear(2), BOOK_LATE);
	settle();
	expect(13, 1, 0, 0, 1);
}

static void what_comes_at_lost_after_is_in_time(void **state)
{
	(void)state;
	HEAR(1, 3);
	hear_run(4, 12);
	assert_int_equal(hear(2), BOOK_REORDERED);
	settle();
	expect(12, 0, 0, 1, 0);
}

static void what_is_missing_for_less_than_lost_after_is_pending(void **state)
{
	(void)state;
	HEAR(1, 4, 6);
	assert_int_equal(counts.pending, 3); /* 2, 3, 5 */
	assert_true(book_misses(&book, 3));
	assert_false(book_misses(&book, 4));
	assert_false(book_misses(&book, 7));
	(void)hear(3);
	assert_int_equal(counts.pending, 2);
	assert_false(book_misses(&book, 3));
	settle();
	assert_int_equal(counts.pending, 0);
	assert_false(book_misses(&book, 2));
	expect(4, 2, 0, 1, 0);
}

static void one_before_the_first_heard_is_reordered_and_not_lost(void **state)
{
	(void)state;
	HEAR(7, 5, 8);
	settle();
	expect(3, 0, 0, 1, 0);
}

static void a_restart_from_zero_is_no_loss(void **state)
{
	(void)state;
	hear_run(30000, 30100);
	times.now_ns += 5 * S;
	hear_run(0, 99);
	settle();
	expect(201, 0, 0, 0, 0);
	assert_int_equal(counts.restarts, 1);
	assert_int_equal(counts.outliers, 0);
}

/* All of its ids were there shortly before. */
static void a_restart_within_the_ids_just_heard_is_no_duplicate(void **state)
{
	(void)state;
	hear_run(0, 100);
	times.now_ns += 5 * S;
	hear_run(0, 99);
	settle();
	expect(201, 0, 0, 0, 0);
	assert_int_equal(counts.restarts, 1);
}

static void a_restart_with_loss_in_its_beginning_counts_that(void **state)
{
	(void)state;
	hear_run(30000, 30100);
	times.now_ns += 5 * S;
	HEAR(0, 1, 3, 4, 5);
	settle();
	expect(106, 1, 0, 0, 0);
	assert_int_equal(counts.restarts, 1);
}

static void a_stray_jump_is_an_outlier_and_no_loss(void **state)
{
	(void)state;
	hear_run(0, 9);
	assert_int_equal(hear(40000), BOOK_HELD);
	hear_run(10, 19);
	settle();
	expect(20, 0, 0, 0, 0);
	assert_int_equal(counts.outliers, 1);
	assert_int_equal(counts.restarts, 0);
}

/* Two devices with one identity. */
static void two_sequences_at_a_time_are_one_and_outliers(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 100; i++) {
		(void)hear(i);
		(void)hear(40000 + i);
	}
	settle();
	assert_int_equal(counts.unique, 100);
	assert_int_equal(counts.lost, 0);
	assert_int_equal(counts.outliers + book.held, 100);
	assert_int_equal(counts.restarts, 0);
}

static void an_old_copy_is_late_once_it_is_known_to_be_alone(void **state)
{
	(void)state;
	hear_run(0, 50);
	assert_int_equal(hear(3), BOOK_HELD); /* 4.7 s ago */
	hear_run(51, 60);
	settle();
	expect(61, 0, 0, 0, 1);
}

/* 60 s of silence at 10 a second, and the ids tell of 600. */
static void an_outage_is_loss_when_time_explains_it(void **state)
{
	(void)state;
	hear_run(0, 9);
	times.now_ns += 60 * S;
	hear_run(610, 619);
	settle();
	expect(20, 600, 0, 0, 0);
	assert_int_equal(counts.restarts, 0);
}

static void a_long_outage_is_loss_when_it_is_as_long_as_time_tells(void **state)
{
	(void)state;
	hear_run(0, 9);
	times.now_ns += 4000 * S;
	hear_run(40010, 40019);
	settle();
	expect(20, 40000, 0, 0, 0);
	assert_int_equal(counts.restarts, 0);
}

static void a_port_that_sends_more_often_than_it_says_loses_as_often(void **state)
{
	(void)state;
	times.spacing_ns = 10 * S;
	hear_run(0, 9);
	times.now_ns += 10 * S; /* 100 at its own spacing, 1 by what it says */
	hear_run(110, 119);
	settle();
	expect(20, 100, 0, 0, 0);
	assert_int_equal(counts.restarts, 0);
}

static void without_an_advertised_spacing_the_sequence_tells_its_own(void **state)
{
	(void)state;
	times.spacing_ns = 0;
	hear_run(0, 9);
	times.now_ns += 10 * S;
	hear_run(110, 119);
	settle();
	expect(20, 100, 0, 0, 0);
	assert_int_equal(counts.restarts, 0);
}

static void an_outage_of_nearly_all_ids_is_loss(void **state)
{
	(void)state;
	hear_run(0, 9);
	times.now_ns += 6000 * S;
	hear_run(60010, 60019);
	settle();
	expect(20, 60000, 0, 0, 0);
	assert_int_equal(counts.restarts, 0);
}

static void a_jump_that_time_does_not_explain_is_a_restart(void **state)
{
	(void)state;
	hear_run(0, 9);
	times.now_ns += S;
	hear_run(30000, 30009);
	settle();
	expect(20, 0, 0, 0, 0);
	assert_int_equal(counts.restarts, 1);
}

/* A master that was passive for an hour goes on where it was. */
static void a_pause_in_which_nothing_was_sent_is_no_loss(void **state)
{
	(void)state;
	hear_run(0, 9);
	times.now_ns += 3600 * S;
	hear_run(10, 19);
	settle();
	expect(20, 0, 0, 0, 0);
	assert_int_equal(counts.restarts, 0);
}

static void a_jump_beyond_the_slots_is_counted_at_once(void **state)
{
	(void)state;
	HEAR(0, 2);
	times.now_ns += 500 * S;
	(void)hear(5002);
	assert_int_equal(counts.lost, 1 + 4999 - (BOOK_SLOTS - 1));
	settle();
	expect(3, 5000, 0, 0, 0);
}

static void what_the_tap_missed_is_its_own(void **state)
{
	(void)state;
	HEAR(0, 1, 3);
	times.gap_ns = times.now_ns + 50 * MS;
	hear_run(10, 12);
	settle();
	assert_int_equal(counts.lost, 0);
	assert_int_equal(counts.own, 7); /* 2, and 4..9 */
	times.gap_ns = times.now_ns;
	hear_run(50000, 50009); /* who knows what was between */
	settle();
	assert_int_equal(counts.unique, 16);
	assert_int_equal(counts.lost, 0);
	assert_int_equal(counts.own, 7);
	assert_int_equal(counts.restarts, 0);
}

static void intervals_are_between_neighbours_alone(void **state)
{
	(void)state;
	(void)hear(0);
	assert_int_equal(interval_ns, -1);
	(void)hear(1);
	assert_int_equal(interval_ns, 100 * MS);
	(void)hear(3);
	assert_int_equal(interval_ns, -1);
	(void)hear(4);
	assert_int_equal(interval_ns, 100 * MS);
	(void)hear(4);
	assert_int_equal(interval_ns, -1);
	(void)hear(5);
	assert_int_equal(interval_ns, 200 * MS);
}

#define CLAIM(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_duplicate_never_hides_a_loss),
		CLAIM(what_comes_behind_a_later_one_is_reordered),
		CLAIM(the_wrap_is_no_event),
		CLAIM(loss_and_order_are_told_across_the_wrap),
		CLAIM(one_wrap_later_an_id_is_new),
		CLAIM(what_comes_after_lost_after_is_late_and_stays_lost),
		CLAIM(what_comes_at_lost_after_is_in_time),
		CLAIM(what_is_missing_for_less_than_lost_after_is_pending),
		CLAIM(one_before_the_first_heard_is_reordered_and_not_lost),
		CLAIM(a_restart_from_zero_is_no_loss),
		CLAIM(a_restart_within_the_ids_just_heard_is_no_duplicate),
		CLAIM(a_restart_with_loss_in_its_beginning_counts_that),
		CLAIM(a_stray_jump_is_an_outlier_and_no_loss),
		CLAIM(two_sequences_at_a_time_are_one_and_outliers),
		CLAIM(an_old_copy_is_late_once_it_is_known_to_be_alone),
		CLAIM(an_outage_is_loss_when_time_explains_it),
		CLAIM(a_long_outage_is_loss_when_it_is_as_long_as_time_tells),
		CLAIM(a_port_that_sends_more_often_than_it_says_loses_as_often),
		CLAIM(without_an_advertised_spacing_the_sequence_tells_its_own),
		CLAIM(an_outage_of_nearly_all_ids_is_loss),
		CLAIM(a_jump_that_time_does_not_explain_is_a_restart),
		CLAIM(a_pause_in_which_nothing_was_sent_is_no_loss),
		CLAIM(a_jump_beyond_the_slots_is_counted_at_once),
		CLAIM(what_the_tap_missed_is_its_own),
		CLAIM(intervals_are_between_neighbours_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
