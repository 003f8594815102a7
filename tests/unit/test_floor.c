/* SPDX-License-Identifier: BSD-2-Clause */
/* Floor packets, by hand; the fastest packets of both ways, by hand. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "floor.h"
#include "series_bed.h"
#include "twoway.h"

#define S  INT64_C(1000000000)
#define US INT64_C(1000)

static struct floor *bed;
static struct twoway twoway;

static void begin(enum floor_mode mode, uint32_t window_s)
{
	struct floor_config config = {
		.mode = mode,
		.fixed_ns = 100 * US,
		.last_s = window_s,
		.delta_us = 150,
		.window_s = window_s,
	};

	floor_free(bed);
	bed = floor_new(&config);
	assert_non_null(bed);
}

static int end(void **state)
{
	(void)state;
	floor_free(bed);
	bed = NULL;
	return 0;
}

/* count packets in that second. */
static void send(int64_t second, int count, int64_t delay_ns)
{
	for (int i = 0; i < count; i++) {
		floor_add(bed, second * S + i * 1000, delay_ns);
	}
}

static struct floor_result result(void)
{
	struct floor_result result;

	assert_true(floor_result(bed, &result));
	return result;
}

/* The packets of the claim below, by the second: 100 us is bin 0 of a second's own count. */
static void seconds_at_once_are_as_their_packets(void **state)
{
	static const struct {
		int64_t least_ns;
		uint32_t count[151];
		uint64_t packets;
	} second[] = {
		{100 * US, {[0] = 1}, 10},
		{400 * US, {[0] = 10}, 10},
		{249 * US, {[0] = 2, [3] = 8}, 10},
		{100 * US, {[0] = 3}, 10},
	};
	struct floor_config config = {.delta_us = 150, .window_s = 2};
	struct floor *copy = floor_new(&config);
	struct floor_result found;

	(void)state;
	assert_non_null(copy);
	begin(FLOOR_SESSION, 2);
	for (int64_t i = 0; i < 4; i++) {
		floor_add_second(bed, i * S, second[i].least_ns, second[i].count,
				 second[i].packets);
	}
	/* what a copy is given, the original doesn't have */
	floor_copy(copy, bed);
	floor_add(copy, 4 * S, 100 * US);
	assert_true(floor_result(copy, &found));
	assert_int_equal(found.windows, 3);
	assert_true(fabs(found.worst_fpp - 0.05) < 1e-12);
	assert_int_equal(found.worst_fpc, 1);
	assert_int_equal(result().windows, 2);
	floor_free(copy);
}

static void packets_near_the_floor_are_counted_by_hand(void **state)
{
	struct floor_result found;

	(void)state;
	begin(FLOOR_SESSION, 2);
	/* seconds 0..3: 1 of 10, 0 of 10, 2 of 10, 3 of 10 within 150 us of 100 us */
	send(0, 1, 100 * US), send(0, 9, 300 * US);
	send(1, 10, 400 * US);
	send(2, 2, 249 * US), send(2, 8, 252 * US);
	send(3, 3, 100 * US), send(3, 7, 999 * US);
	assert_true(floor_result(bed, &found));
	send(4, 1, 100 * US);
	found = result();
	/* windows 0-1: 1 of 20; 1-2: 2 of 20; 2-3: 5 of 20 */
	assert_int_equal(found.windows, 3);
	assert_int_equal(found.failed, 0);
	assert_true(fabs(found.worst_fpp - 0.05) < 1e-12);
	assert_true(fabs(found.mean_fpp - (0.05 + 0.1 + 0.25) / 3) < 1e-12);
	assert_int_equal(found.worst_fpc, 1);
	assert_int_equal(found.worst_at_ns, 0);
	assert_int_equal(found.floor_ns, 100 * US);
}

static void a_lower_floor_that_comes_late_is_that_of_every_window(void **state)
{
	struct floor_result found;

	(void)state;
	begin(FLOOR_SESSION, 2);
	for (int64_t i = 0; i < 4; i++) {
		send(i, 5, 200 * US);
		send(i, 5, 260 * US);
	}
	send(4, 10, 100 * US);
	send(5, 1, 100 * US);
	found = result();
	/* floor 100: those at 200 are within 150 us, those at 260 aren't */
	assert_int_equal(found.windows, 4);
	assert_true(fabs(found.worst_fpp - 0.5) < 1e-12);
	assert_int_equal(found.failed, 0);
	/* floor 10: nothing before is within 150 us but the packets at 100 */
	send(5, 9, 10 * US);
	send(6, 1, 10 * US);
	found = result();
	assert_int_equal(found.windows, 5);
	assert_int_equal(found.failed, 3);
	assert_true(found.worst_fpp == 0);
	assert_int_equal(found.worst_fpc, 0);
	/* 0 0 0 (3: 10 of 20) (4: 20 of 20) */
	assert_true(fabs(found.mean_fpp - 1.5 / 5) < 1e-12);
}

static void below_one_percent_fails(void **state)
{
	(void)state;
	begin(FLOOR_SESSION, 1);
	send(0, 1, 100 * US), send(0, 99, 900 * US);  /* 1 % */
	send(1, 1, 100 * US), send(1, 100, 900 * US); /* 1 of 101 */
	send(2, 1, 100 * US);
	assert_int_equal(result().windows, 2);
	assert_int_equal(result().failed, 1);
	assert_int_equal(result().worst_at_ns, S);
}

static void fixed_floor_does_not_count_what_is_below(void **state)
{
	(void)state;
	begin(FLOOR_FIXED, 1);
	send(0, 1, 99 * US), send(0, 1, 100 * US), send(0, 1, 250 * US), send(0, 1, 251 * US);
	send(1, 1, 100 * US);
	assert_int_equal(result().worst_fpc, 2);
	assert_true(result().worst_fpp == 0.5);
}

static void floor_of_the_last_seconds_rises_again(void **state)
{
	(void)state;
	begin(FLOOR_LAST, 2);
	send(0, 4, 100 * US);
	send(1, 4, 400 * US);
	send(2, 4, 500 * US);
	send(3, 4, 500 * US);
	send(4, 1, 500 * US);
	/* 0-1: 4 of 8 at 100; 1-2: floor 400, 8 of 8; 2-3: 8 of 8 */
	assert_int_equal(result().windows, 3);
	assert_true(fabs(result().mean_fpp - 2.5 / 3) < 1e-12);
	assert_int_equal(result().floor_ns, 500 * US);
}

static void silence_longer_than_the_window_fails_each_window_of_it(void **state)
{
	(void)state;
	begin(FLOOR_SESSION, 2);
	send(0, 4, 100 * US);
	send(1000000, 4, 100 * US);
	/* windows that end with second 1 .. 999999; that of 0-1 has packets */
	assert_int_equal(result().windows, 999999);
	assert_int_equal(result().failed, 999998);
	assert_int_equal(result().worst_at_ns, S);
}

/* The definition, with d_min of all samples. */
static void check_random(uint64_t seed)
{
	enum { SECONDS = 40, RATE = 50, WINDOW = 5, COUNT = SECONDS * RATE };
	int64_t bin[COUNT], least = INT64_MAX;
	double worst = 2, sum = 0;
	uint64_t failed = 0;

	begin(FLOOR_SESSION, WINDOW);
	for (int i = 0; i < COUNT; i++) {
		double drift_us = 600 - 15.0 * i / RATE;
		int64_t delay_ns = llround(1000 * (drift_us + 500 * bed_random(&seed))) - 300000;

		bin[i] = (int64_t)floor((double)delay_ns / 1000);
		least = bin[i] < least ? bin[i] : least;
		floor_add(bed, i / RATE * S + i % RATE, delay_ns);
	}
	floor_add(bed, SECONDS * S, 1000000);
	for (int from = 0; from + WINDOW <= SECONDS; from++) {
		int near = 0;

		for (int i = from * RATE; i < (from + WINDOW) * RATE; i++) {
			near += bin[i] <= least + 150;
		}
		failed += near * 100 < WINDOW * RATE;
		worst = fmin(worst, (double)near / (WINDOW * RATE));
		sum += (double)near / (WINDOW * RATE);
	}
	assert_int_equal(result().windows, SECONDS - WINDOW + 1);
	assert_int_equal(result().failed, failed);
	assert_true(result().worst_fpp == worst);
	assert_true(fabs(result().mean_fpp - sum / (SECONDS - WINDOW + 1)) < 1e-9);
	assert_int_equal(result().floor_ns, least * 1000);
}

static void falling_floor_in_one_pass_is_that_of_two_passes(void **state)
{
	uint64_t seed = bed_seed();

	(void)state;
	for (uint64_t i = 0; i < 20; i++) {
		check_random(seed + i);
	}
}

static void config_out_of_range_is_refused(void **state)
{
	(void)state;
	assert_int_equal(floor_check(&(struct floor_config){.delta_us = 150, .window_s = 200}), 0);
	assert_int_equal(floor_check(&(struct floor_config){.delta_us = 0, .window_s = 200}),
			 -ERANGE);
	assert_int_equal(floor_check(&(struct floor_config){.delta_us = 150, .window_s = 1001}),
			 -ERANGE);
	assert_int_equal(
		floor_check(&(struct floor_config){
			.mode = FLOOR_LAST, .delta_us = 150, .window_s = 200, .last_s = 199}),
		-ERANGE);
}

static void two_way_error_is_half_the_difference_of_the_fastest(void **state)
{
	(void)state;
	memset(&twoway, 0, sizeof(twoway));
	/* 800 forward: two of them, 0.25 %: 1000 and 1100; 401 back: two, 500 and 600 */
	for (int64_t i = 0; i < 800; i++) {
		twoway_add(&twoway, TWOWAY_FORWARD, i * S / 5, 1000 + (799 - i) * 100);
	}
	for (int64_t i = 0; i < 401; i++) {
		twoway_add(&twoway, TWOWAY_REVERSE, i * S / 5, 500 + i * 100);
	}
	twoway_add(&twoway, TWOWAY_FORWARD, 200 * S, 9);
	assert_int_equal(twoway.windows, 1);
	assert_true(fabs(twoway.sum_ns - (1050 - 550) / 2.0) < 1e-9);
	assert_int_equal(twoway.packets[TWOWAY_REVERSE], 401);
}

static void window_with_one_direction_has_no_error(void **state)
{
	(void)state;
	memset(&twoway, 0, sizeof(twoway));
	twoway_add(&twoway, TWOWAY_FORWARD, 0, 100);
	twoway_add(&twoway, TWOWAY_REVERSE, 1, 40);
	twoway_add(&twoway, TWOWAY_FORWARD, 250 * S, 100);
	twoway_add(&twoway, TWOWAY_FORWARD, 700 * S, 300);
	twoway_add(&twoway, TWOWAY_REVERSE, 701 * S, 100);
	twoway_add(&twoway, TWOWAY_FORWARD, 2000 * S, 100);
	assert_int_equal(twoway.windows, 2);
	assert_int_equal(twoway.one_way_windows, 1);
	assert_true(twoway.min_ns == 30);
	assert_true(twoway.max_ns == 100);
	assert_true(twoway.sum_ns == 130);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void fastest_of_many_are_those_of_a_sort(void **state)
{
	enum { COUNT = 100000, SELECTED = 250 };
	uint64_t seed = bed_seed();
	int64_t *sorted = calloc(COUNT, sizeof(*sorted));
	double sum = 0;

	(void)state;
	memset(&twoway, 0, sizeof(twoway));
	for (int i = 0; i < COUNT; i++) {
		sorted[i] = (int64_t)(1e6 * bed_random(&seed));
		twoway_add(&twoway, TWOWAY_FORWARD, i, sorted[i]);
	}
	twoway_add(&twoway, TWOWAY_REVERSE, COUNT, 0);
	twoway_add(&twoway, TWOWAY_REVERSE, 200 * S, 0);
	qsort(sorted, COUNT, sizeof(*sorted), compare);
	for (int i = 0; i < SELECTED; i++) {
		sum += (double)sorted[i];
	}
	assert_int_equal(twoway.windows, 1);
	assert_true(fabs(twoway.sum_ns - sum / SELECTED / 2) < 1e-6);
	free(sorted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds_at_once_are_as_their_packets),
		cmocka_unit_test(packets_near_the_floor_are_counted_by_hand),
		cmocka_unit_test(a_lower_floor_that_comes_late_is_that_of_every_window),
		cmocka_unit_test(below_one_percent_fails),
		cmocka_unit_test(fixed_floor_does_not_count_what_is_below),
		cmocka_unit_test(floor_of_the_last_seconds_rises_again),
		cmocka_unit_test(silence_longer_than_the_window_fails_each_window_of_it),
		cmocka_unit_test(falling_floor_in_one_pass_is_that_of_two_passes),
		cmocka_unit_test(config_out_of_range_is_refused),
		cmocka_unit_test(two_way_error_is_half_the_difference_of_the_fastest),
		cmocka_unit_test(window_with_one_direction_has_no_error),
		cmocka_unit_test(fastest_of_many_are_those_of_a_sort),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
