/* SPDX-License-Identifier: BSD-2-Clause */
/* Delay: RFC 3550 jitter, RFC 5481 IPDV and PDV, follow-ups, impossible samples. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "delay.h"

#define MS    INT64_C(1000000)
#define EPOCH INT64_C(1700000000000000000)
#define DAY   INT64_C(86400000000000)

static struct delay delay;

static int reset(void **state)
{
	(void)state;
	memset(&delay, 0, sizeof(delay));
	return 0;
}

/* The probe seq, sent at seq ms, that was delay_ns under way. */
static void arrive(uint64_t seq, int64_t delay_ns)
{
	int64_t sent_ns = EPOCH + (int64_t)seq * MS;

	delay_add(&delay, seq, sent_ns + delay_ns, sent_ns, sent_ns - EPOCH + 1000 * MS);
}

static void flush(void)
{
	delay_flush(&delay, INT64_C(1) << 60);
}

static void jitter_is_rfc_3550_in_integers(void **state)
{
	/* by hand, 16 times the jitter: 0 + 100 - (8 >> 4) = 100; 100 + 50 - (108 >> 4) = 144;
	 * 144 + 250 - (152 >> 4) = 385; 385 + 0 - (393 >> 4) = 361; 361 + 1 - (369 >> 4) = 339 */
	static const int64_t delay_ns[] = {1000, 1100, 1050, 1300, 1300, 1299};

	(void)state;
	for (uint64_t i = 0; i < 6; i++) {
		arrive(i, delay_ns[i]);
	}
	flush();
	assert_int_equal(delay.jitter_x16_ns, 339);
	assert_int_equal(delay.spread.count, 6);
}

static void jitter_rounds_half_up(void **state)
{
	/* 104; 104 + 0 - (112 >> 4) = 97: truncation would leave 98 */
	(void)state;
	arrive(0, 1000);
	arrive(1, 1104);
	arrive(2, 1104);
	flush();
	assert_int_equal(delay.jitter_x16_ns, 97);
}

static void first_packet_gives_no_jitter(void **state)
{
	(void)state;
	arrive(0, 5 * MS);
	flush();
	assert_int_equal(delay.jitter_x16_ns, 0);
	assert_int_equal(delay.later.total + delay.earlier.total, 0);
	assert_int_equal(delay.spread.count, 1);
}

static void jitter_settles_at_the_mean_difference(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		arrive(i, i % 2 ? 9000 : 5000);
	}
	flush();
	assert_in_range(delay.jitter_x16_ns >> 4, 3990, 4010);
}

static void jitter_goes_by_arrival_and_ipdv_by_departure(void **state)
{
	(void)state;
	/* arrivals 0 2 1 3: |d| = 20, 10, 20 -> 20, 30 - (28 >> 4) = 29, 49 - (37 >> 4) = 47 */
	arrive(0, 1010);
	arrive(2, 1030);
	arrive(1, 1020);
	arrive(3, 1040);
	flush();
	assert_int_equal(delay.jitter_x16_ns, 47);
	/* departures: +10 thrice */
	assert_int_equal(delay.later.total, 3);
	assert_int_equal(delay.earlier.total, 0);
	assert_int_equal(delay.ipdv_min_ns, 10);
	assert_int_equal(delay.ipdv_max_ns, 10);
	assert_true(fabs(delay.ipdv_sum_ns - 30) < 1e-9);
	assert_int_equal(delay_abs_ipdv_quantile_ns(&delay, 0.5), 10);
}

static void ipdv_is_undefined_beside_a_loss(void **state)
{
	(void)state;
	arrive(0, 100);
	arrive(1, 150);
	/* 2 is lost */
	arrive(3, 900);
	arrive(4, 880);
	flush();
	assert_int_equal(delay.later.total, 1);
	assert_int_equal(delay.earlier.total, 1);
	assert_int_equal(delay.ipdv_max_ns, 50);
	assert_int_equal(delay.ipdv_min_ns, -20);
	assert_int_equal(delay_abs_ipdv_quantile_ns(&delay, 0), 20);
	assert_int_equal(delay_abs_ipdv_quantile_ns(&delay, 1), 50);
}

static void old_seqs_in_the_ring_are_no_neighbours(void **state)
{
	(void)state;
	/* DELAY_RECENT apart: the same place in the ring */
	arrive(0, 100);
	arrive(DELAY_RECENT + 1, 900);
	arrive(2 * DELAY_RECENT, 100);
	flush();
	assert_int_equal(delay.later.total + delay.earlier.total, 0);
}

static void pdv_is_above_the_minimum_of_the_whole_run(void **state)
{
	(void)state;
	/* a running minimum would take the first three for 0, 0, 0 */
	for (uint64_t i = 0; i < 3; i++) {
		arrive(i, 9000 - (int64_t)i * 1000);
	}
	arrive(3, 1000);
	flush();
	assert_int_equal(delay.first_ns, 9000);
	assert_int_equal(spread_quantile_ns(&delay.spread, 1), 8000);
	assert_int_equal(spread_quantile_ns(&delay.spread, 0.75), 7000);
	assert_int_equal(spread_quantile_ns(&delay.spread, 0.5), 6000);
	assert_int_equal(spread_quantile_ns(&delay.spread, 0.25), 0);
	assert_int_equal(delay.spread.min_ns + delay.first_ns, 1000);
}

static void follow_up_after_its_probe_replaces_the_sent_time(void **state)
{
	(void)state;
	arrive(0, 1000);
	delay_follow_up(&delay, 0, EPOCH + 300, STAMP_SOFTWARE);
	arrive(1, 1000);
	delay_follow_up(&delay, 1, EPOCH + MS + 100, STAMP_HARDWARE);
	flush();
	assert_int_equal(delay.first_ns, 700);
	assert_int_equal(delay.later.total, 1);
	assert_int_equal(delay.ipdv_max_ns, 200);
	assert_int_equal(delay.stamps[STAMP_SOFTWARE], 1);
	assert_int_equal(delay.stamps[STAMP_HARDWARE], 1);
	assert_int_equal(delay.stamps[STAMP_USER], 0);
}

static void follow_up_before_its_probe_waits_for_it(void **state)
{
	(void)state;
	arrive(0, 1000);
	delay_follow_up(&delay, 0, EPOCH + 400, STAMP_SOFTWARE);
	delay_follow_up(&delay, 1, EPOCH + MS + 500, STAMP_SOFTWARE);
	arrive(1, 2000);
	flush();
	assert_int_equal(delay.first_ns, 600);
	assert_int_equal(delay.ipdv_max_ns, 900);
	assert_int_equal(delay.stamps[STAMP_SOFTWARE], 2);
}

static void old_follow_up_leaves_a_newer_one_alone(void **state)
{
	(void)state;
	arrive(0, 1000);
	delay_follow_up(&delay, DELAY_EARLY + 5, EPOCH + (DELAY_EARLY + 5) * MS + 400,
			STAMP_SOFTWARE);
	delay_follow_up(&delay, 5, EPOCH + 5 * MS + 400, STAMP_SOFTWARE); /* late, again */
	arrive(DELAY_EARLY + 5, 1000);
	flush();
	assert_int_equal(delay.stamps[STAMP_SOFTWARE], 1);
	assert_int_equal(delay.spread.max_ns - delay.spread.min_ns, 400);
}

static void sample_without_follow_up_uses_the_sent_time(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		arrive(i, 1000);
		if (i != 10) {
			delay_follow_up(&delay, i, EPOCH + (int64_t)i * MS + 400, STAMP_SOFTWARE);
		}
	}
	flush();
	assert_int_equal(delay.spread.count, 100);
	assert_int_equal(delay.stamps[STAMP_USER], 1);
	assert_int_equal(delay.stamps[STAMP_SOFTWARE], 99);
	assert_int_equal(delay.ipdv_max_ns, 400);
	assert_int_equal(delay.ipdv_min_ns, -400);
}

static void stream_without_follow_ups_is_measured_by_the_sent_time(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 10 * DELAY_PENDING; i++) {
		arrive(i, 1000 + (int64_t)(i % 2));
	}
	flush();
	assert_int_equal(delay.spread.count, 10 * DELAY_PENDING);
	assert_int_equal(delay.stamps[STAMP_USER], 10 * DELAY_PENDING);
	assert_int_equal(delay.later.total + delay.earlier.total, 10 * DELAY_PENDING - 1);
}

static void missing_follow_up_holds_nothing_up_for_long(void **state)
{
	(void)state;
	arrive(0, 1000);
	for (uint64_t i = 1; i <= 2 * DELAY_FOLLOW_UP_LAG; i++) {
		arrive(i, 1000);
		delay_follow_up(&delay, i, EPOCH + (int64_t)i * MS, STAMP_SOFTWARE);
	}
	/* without a flush: what has its follow-up, and those behind whom the stream has moved on */
	assert_true(delay.spread.count >= DELAY_FOLLOW_UP_LAG);
	assert_int_equal(delay.stamps[STAMP_USER], 1);
}

static void flush_closes_only_what_arrived_before(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		arrive(i, 1000);
	}
	/* arrive() takes 1 s + seq ms for the monotonic time */
	delay_flush(&delay, 1005 * MS);
	assert_int_equal(delay.spread.count, 5);
	flush();
	assert_int_equal(delay.spread.count, 10);
}

static void impossible_samples_are_rejected_and_counted(void **state)
{
	(void)state;
	arrive(0, 1000);
	arrive(1, 2 * DAY);
	arrive(2, 1100);
	arrive(3, -2 * DAY);
	arrive(4, 1200);
	flush();
	assert_int_equal(delay.rejected, 2);
	assert_int_equal(delay.splits, 0);
	assert_int_equal(delay.spread.count, 3);
	assert_int_equal(spread_quantile_ns(&delay.spread, 1), 200);
}

static void day_of_offset_between_the_clocks_is_no_reason_to_reject(void **state)
{
	(void)state;
	/* the first sample is taken away first: clocks that are decades apart are measured */
	for (uint64_t i = 0; i < 10; i++) {
		arrive(i, -EPOCH / 2 + (int64_t)i);
	}
	flush();
	assert_int_equal(delay.rejected, 0);
	assert_int_equal(delay.spread.count, 10);
	assert_int_equal(delay.first_ns, -EPOCH / 2);
	assert_int_equal(spread_quantile_ns(&delay.spread, 1), 9);
}

static void three_impossible_samples_that_agree_begin_a_new_series(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		arrive(i, 1000);
	}
	for (uint64_t i = 10; i < 30; i++) {
		arrive(i, 3 * DAY + (int64_t)i);
	}
	flush();
	assert_int_equal(delay.splits, 1);
	assert_in_range(delay.spread.count, 17, 20);
	assert_true(delay.rejected <= 3);
	assert_true(delay.spread.max_ns - delay.spread.min_ns < 100);
	assert_true(delay.ipdv_max_ns <= 1 && delay.ipdv_min_ns >= 0);
}

static void impossible_samples_that_disagree_begin_none(void **state)
{
	(void)state;
	arrive(0, 1000);
	for (uint64_t i = 1; i < 30; i++) {
		arrive(i, (i % 2 ? 3 : -5) * DAY * (int64_t)i);
	}
	arrive(30, 1000);
	flush();
	assert_int_equal(delay.splits, 0);
	assert_int_equal(delay.rejected, 29);
	assert_int_equal(delay.spread.count, 2);
}

static void forged_first_sample_doesnt_spoil_the_run(void **state)
{
	(void)state;
	arrive(0, -EPOCH); /* a stranger's: received at the epoch, as it were */
	for (uint64_t i = 1; i < 1000; i++) {
		arrive(i, 1000 + (int64_t)(i % 10));
	}
	flush();
	assert_in_range(delay.spread.count, 990, 999);
	assert_int_equal(spread_quantile_ns(&delay.spread, 1), 9);
}

static void extremes_neither_overflow_nor_poison_the_mean(void **state)
{
	static const int64_t extreme[] = {INT64_MIN, INT64_MIN + 1, -1,       0,
					  1,         INT64_MAX - 1, INT64_MAX};
	const size_t count = sizeof(extreme) / sizeof(extreme[0]);
	uint64_t seq = 0;

	(void)state;
	for (size_t rx = 0; rx < count; rx++) {
		for (size_t tx = 0; tx < count; tx++) {
			for (size_t fu = 0; fu < count; fu++) {
				delay_add(&delay, seq, extreme[rx], extreme[tx], (int64_t)seq);
				delay_follow_up(&delay, seq, extreme[fu], STAMP_SOFTWARE);
				delay_follow_up(&delay, seq + 1, extreme[tx], STAMP_HARDWARE);
				delay_follow_up(&delay, UINT64_MAX - 1 - seq, extreme[rx],
						STAMP_SOFTWARE);
				seq++;
			}
		}
	}
	flush();
	assert_true(isfinite(spread_mean_ns(&delay.spread)));
	assert_true(isfinite(spread_stddev_ns(&delay.spread)));
	assert_true(isfinite(delay.ipdv_sum_ns));
	assert_true(delay.jitter_x16_ns >= 0);
	(void)delay_abs_ipdv_quantile_ns(&delay, 0.999);
}

static void split_gives_up_the_series_and_goes_on(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		arrive(i, 1000);
	}
	delay_split(&delay);
	for (uint64_t i = 100; i < 200; i++) {
		arrive(i, 5000000 + (int64_t)(i % 2));
	}
	flush();
	assert_int_equal(delay.splits, 1);
	assert_int_equal(delay.spread.count, 100);
	assert_int_equal(delay.first_ns, 5000000);
	assert_int_equal(spread_quantile_ns(&delay.spread, 1), 1);
	assert_int_equal(delay.ipdv_max_ns, 1);
	assert_int_equal(delay.ipdv_min_ns, -1);
	assert_int_equal(delay.later.total + delay.earlier.total, 99);
	assert_true(delay.jitter_x16_ns >> 4 <= 1);
}

static void skew_of_37_ppm_is_found_and_taken_away(void **state)
{
	struct skew_line line;
	uint64_t random = 37;

	(void)state;
	for (uint64_t i = 0; i < 60000; i++) {
		double unit;

		random = random * 6364136223846793005u + 1442695040888963407u;
		unit = ((random >> 11) + 0.5) / 9007199254740992.0;
		arrive(i, 100000 + (int64_t)i * 37 + (int64_t)(-log(unit) * 20000));
	}
	flush();
	assert_true(skew_line(&delay.skew, &line));
	assert_true(fabs(line.slope * 1e6 - 37) < 0.1);
	/* drift alone is 2.2 ms in the minute; the noise's 99.9th percentile 20 us * ln 1000 */
	assert_true(spread_quantile_ns(&delay.spread, 1) > 2200000);
	assert_true(delay.detrended.total > 50000);
	assert_true(hist_quantile_ns(&delay.detrended, 0.5) < 20000);
	assert_true(hist_quantile_ns(&delay.detrended, 0.999) < 160000);
}

static void interval_holds_only_its_own_samples(void **state)
{
	(void)state;
	arrive(0, 1000);
	arrive(1, 1400);
	flush();
	assert_int_equal(delay.interval.count, 2);
	assert_int_equal(delay.interval.max_ns - delay.interval.min_ns, 400);
	delay.interval = (struct delay_interval){0};
	arrive(2, 9000);
	arrive(3, 9100);
	flush();
	assert_int_equal(delay.interval.count, 2);
	assert_int_equal(delay.interval.min_ns, 8000);
	assert_int_equal(delay.interval.max_ns, 8100);
	assert_true(fabs(delay.interval.sum_ns - 16100) < 1e-6);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(jitter_is_rfc_3550_in_integers, reset),
		cmocka_unit_test_setup(jitter_rounds_half_up, reset),
		cmocka_unit_test_setup(first_packet_gives_no_jitter, reset),
		cmocka_unit_test_setup(jitter_settles_at_the_mean_difference, reset),
		cmocka_unit_test_setup(jitter_goes_by_arrival_and_ipdv_by_departure, reset),
		cmocka_unit_test_setup(ipdv_is_undefined_beside_a_loss, reset),
		cmocka_unit_test_setup(old_seqs_in_the_ring_are_no_neighbours, reset),
		cmocka_unit_test_setup(pdv_is_above_the_minimum_of_the_whole_run, reset),
		cmocka_unit_test_setup(follow_up_after_its_probe_replaces_the_sent_time, reset),
		cmocka_unit_test_setup(follow_up_before_its_probe_waits_for_it, reset),
		cmocka_unit_test_setup(old_follow_up_leaves_a_newer_one_alone, reset),
		cmocka_unit_test_setup(sample_without_follow_up_uses_the_sent_time, reset),
		cmocka_unit_test_setup(stream_without_follow_ups_is_measured_by_the_sent_time,
				       reset),
		cmocka_unit_test_setup(missing_follow_up_holds_nothing_up_for_long, reset),
		cmocka_unit_test_setup(flush_closes_only_what_arrived_before, reset),
		cmocka_unit_test_setup(impossible_samples_are_rejected_and_counted, reset),
		cmocka_unit_test_setup(day_of_offset_between_the_clocks_is_no_reason_to_reject,
				       reset),
		cmocka_unit_test_setup(three_impossible_samples_that_agree_begin_a_new_series,
				       reset),
		cmocka_unit_test_setup(impossible_samples_that_disagree_begin_none, reset),
		cmocka_unit_test_setup(forged_first_sample_doesnt_spoil_the_run, reset),
		cmocka_unit_test_setup(extremes_neither_overflow_nor_poison_the_mean, reset),
		cmocka_unit_test_setup(split_gives_up_the_series_and_goes_on, reset),
		cmocka_unit_test_setup(skew_of_37_ppm_is_found_and_taken_away, reset),
		cmocka_unit_test_setup(interval_holds_only_its_own_samples, reset),
	};

	return cmocka_run_group_tests_name("delay", tests, NULL, NULL);
}
