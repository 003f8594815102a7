/* SPDX-License-Identifier: BSD-2-Clause */
/* Loss distance and loss period against RFC 3357. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "losspat.h"

/* The stream of ten packets of section 5.4 with 2, 5, 7 and 9 lost: distances 3, 2, 2; four
 * periods. */
static void example_of_rfc_3357(void **state)
{
	struct losspat losspat;

	(void)state;
	losspat_init(&losspat, LOSSPAT_DEFAULT_DELTA);
	losspat_add(&losspat, 2, 2);
	losspat_add(&losspat, 5, 5);
	losspat_add(&losspat, 7, 7);
	losspat_add(&losspat, 9, 9);
	assert_int_equal(losspat.lost, 4);
	assert_int_equal(losspat.periods, 4);
	assert_int_equal(losspat.longest, 1);
	assert_int_equal(losspat.noticeable, 3);
	assert_true(fabs(losspat_noticeable_rate(&losspat) - 0.75) < 1e-12);
	assert_int_equal(losspat.distance_count[losspat_bucket(2)], 3); /* 2, 2 and 3 share one */
	assert_int_equal(losspat_length_count(&losspat, 0), 4);
}

static void noticeable_is_a_distance_of_at_most_delta(void **state)
{
	struct losspat losspat;

	(void)state;
	losspat_init(&losspat, 2);
	losspat_add(&losspat, 2, 2);
	losspat_add(&losspat, 5, 5);
	losspat_add(&losspat, 7, 7);
	losspat_add(&losspat, 9, 9);
	assert_int_equal(losspat.noticeable, 2);

	losspat_init(&losspat, LOSSPAT_DEFAULT_DELTA);
	losspat_add(&losspat, 1000, 1000);
	losspat_add(&losspat, 1099, 1099); /* 99: noticeable */
	losspat_add(&losspat, 1199, 1199); /* 100: not */
	assert_int_equal(losspat.noticeable, 1);
	assert_true(fabs(losspat_noticeable_rate(&losspat) - 1.0 / 3) < 1e-12);
}

static void burst_is_one_period_and_its_followers_have_distance_one(void **state)
{
	struct losspat losspat;

	(void)state;
	losspat_init(&losspat, LOSSPAT_DEFAULT_DELTA);
	losspat_add(&losspat, 100, 104);
	losspat_add(&losspat, 200, 202);
	assert_int_equal(losspat.lost, 8);
	assert_int_equal(losspat.periods, 2);
	assert_int_equal(losspat.longest, 5);
	assert_int_equal(losspat.distance_count[0], 4 + 2);
	assert_int_equal(losspat.distance_count[losspat_bucket(96)], 1);
	assert_int_equal(losspat.noticeable, 7);
	assert_int_equal(losspat_length_count(&losspat, losspat_bucket(5)), 1);
	assert_int_equal(losspat_length_count(&losspat, losspat_bucket(3)), 1);
}

static void run_that_follows_without_gap_prolongs_the_period(void **state)
{
	struct losspat losspat;

	(void)state;
	losspat_init(&losspat, LOSSPAT_DEFAULT_DELTA);
	losspat_add(&losspat, 10, 12);
	losspat_add(&losspat, 13, 13);
	losspat_add(&losspat, 14, 19);
	assert_int_equal(losspat.periods, 1);
	assert_int_equal(losspat.longest, 10);
	assert_int_equal(losspat.lost, 10);
	assert_int_equal(losspat.distance_count[0], 9);
	for (unsigned int bucket = 0; bucket < LOSSPAT_BUCKETS; bucket++) {
		assert_int_equal(losspat_length_count(&losspat, bucket), bucket == 3);
	}
}

static void first_loss_has_no_distance_even_at_seq_0(void **state)
{
	struct losspat losspat;

	(void)state;
	losspat_init(&losspat, LOSSPAT_DEFAULT_DELTA);
	assert_true(losspat_noticeable_rate(&losspat) == 0);
	losspat_add(&losspat, 0, 0);
	assert_int_equal(losspat.noticeable, 0);
	for (unsigned int bucket = 0; bucket < LOSSPAT_BUCKETS; bucket++) {
		assert_int_equal(losspat.distance_count[bucket], 0);
	}
	losspat_add(&losspat, 1, 1);
	assert_int_equal(losspat.noticeable, 1);
	assert_int_equal(losspat.periods, 1);
}

static void bucket_is_the_power_of_two(void **state)
{
	(void)state;
	assert_int_equal(losspat_bucket(1), 0);
	assert_int_equal(losspat_bucket(2), 1);
	assert_int_equal(losspat_bucket(3), 1);
	assert_int_equal(losspat_bucket(4), 2);
	assert_int_equal(losspat_bucket(UINT64_MAX), 63);
	for (unsigned int i = 1; i < 64; i++) {
		assert_int_equal(losspat_bucket(UINT64_C(1) << i), i);
		assert_int_equal(losspat_bucket((UINT64_C(1) << i) - 1), i - 1);
	}
}

static void huge_runs_count_in_one_step(void **state)
{
	struct losspat losspat;

	(void)state;
	losspat_init(&losspat, LOSSPAT_DEFAULT_DELTA);
	losspat_add(&losspat, 1, UINT64_C(1) << 62);
	losspat_add(&losspat, UINT64_C(1) << 63, UINT64_C(1) << 63);
	assert_int_equal(losspat.lost, (UINT64_C(1) << 62) + 1);
	assert_int_equal(losspat.longest, UINT64_C(1) << 62);
	assert_int_equal(losspat.noticeable, (UINT64_C(1) << 62) - 1);
	assert_int_equal(losspat.distance_count[62], 1);
}

/* One lost packet after another, each looked at by itself, as the RFC defines it. */
static void random_runs_equal_the_definition(void **state)
{
	struct losspat losspat;
	uint64_t distance_count[LOSSPAT_BUCKETS] = {0}, length_count[LOSSPAT_BUCKETS] = {0};
	uint64_t lost = 0, periods = 0, noticeable = 0, length = 0, last = 0, seq = 0;
	uint32_t random = 3357;

	(void)state;
	losspat_init(&losspat, 7);
	for (int run = 0; run < 3000; run++) {
		uint64_t first, run_length;

		random = random * 1664525 + 1013904223;
		first = seq + random / 65536 % 12;
		random = random * 1664525 + 1013904223;
		run_length = 1 + random / 65536 % 6;
		losspat_add(&losspat, first, first + run_length - 1);
		for (seq = first; seq < first + run_length; seq++) {
			uint64_t distance = lost ? seq - last : 0;

			if (distance != 1) {
				periods++;
				if (length) {
					length_count[(int)log2(length)]++;
				}
				length = 0;
			}
			if (lost) {
				distance_count[(int)log2(distance)]++;
				noticeable += distance <= 7;
			}
			length++;
			lost++;
			last = seq;
		}
	}
	length_count[(int)log2(length)]++;
	assert_int_equal(losspat.lost, lost);
	assert_int_equal(losspat.periods, periods);
	assert_int_equal(losspat.noticeable, noticeable);
	assert_memory_equal(losspat.distance_count, distance_count, sizeof(distance_count));
	for (unsigned int bucket = 0; bucket < LOSSPAT_BUCKETS; bucket++) {
		assert_int_equal(losspat_length_count(&losspat, bucket), length_count[bucket]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_of_rfc_3357),
		cmocka_unit_test(noticeable_is_a_distance_of_at_most_delta),
		cmocka_unit_test(burst_is_one_period_and_its_followers_have_distance_one),
		cmocka_unit_test(run_that_follows_without_gap_prolongs_the_period),
		cmocka_unit_test(first_loss_has_no_distance_even_at_seq_0),
		cmocka_unit_test(bucket_is_the_power_of_two),
		cmocka_unit_test(huge_runs_count_in_one_step),
		cmocka_unit_test(random_runs_equal_the_definition),
	};

	return cmocka_run_group_tests_name("losspat", tests, NULL, NULL);
}
