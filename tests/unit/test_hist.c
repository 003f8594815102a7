/* SPDX-License-Identifier: BSD-2-Clause */
/* The histogram's bins, error bound, merge and quantiles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hist.h"

static void values_below_256_ns_have_a_bin_each(void **state)
{
	(void)state;
	for (int64_t value_ns = 0; value_ns < HIST_LINEAR; value_ns++) {
		unsigned int bin = hist_bin(value_ns);

		assert_int_equal(bin, value_ns);
		assert_int_equal(hist_bin_low_ns(bin), value_ns);
		assert_int_equal(hist_bin_high_ns(bin), value_ns);
	}
}

static void bins_join_without_gap_or_overlap(void **state)
{
	(void)state;
	assert_int_equal(hist_bin_low_ns(0), 0);
	for (unsigned int bin = 0; bin < HIST_BINS; bin++) {
		int64_t low_ns = hist_bin_low_ns(bin), high_ns = hist_bin_high_ns(bin);

		assert_true(low_ns <= high_ns);
		assert_int_equal(hist_bin(low_ns), bin);
		assert_int_equal(hist_bin(high_ns), bin);
		if (bin + 1 < HIST_BINS) {
			assert_int_equal(hist_bin_low_ns(bin + 1), high_ns + 1);
		}
	}
	assert_int_equal(hist_bin_high_ns(HIST_BINS - 1), HIST_MAX_NS);
}

static void edges_worked_by_hand(void **state)
{
	/* 256..511 in 128 bins of 2, 512..1023 in 128 of 4, 2^36.. in 128 of 2^29 */
	(void)state;
	assert_int_equal(hist_bin(256), 256);
	assert_int_equal(hist_bin(257), 256);
	assert_int_equal(hist_bin(258), 257);
	assert_int_equal(hist_bin(511), 383);
	assert_int_equal(hist_bin(512), 384);
	assert_int_equal(hist_bin(515), 384);
	assert_int_equal(hist_bin(516), 385);
	assert_int_equal(hist_bin(INT64_C(1) << 36), 256 + 28 * 128);
	assert_int_equal(hist_bin((INT64_C(1) << 36) + (INT64_C(1) << 29)), 256 + 28 * 128 + 1);
	assert_int_equal(hist_bin(HIST_MAX_NS), HIST_BINS - 1);
}

static void extremes_stay_in_the_outer_bins(void **state)
{
	(void)state;
	assert_int_equal(hist_bin(-1), 0);
	assert_int_equal(hist_bin(INT64_MIN), 0);
	assert_int_equal(hist_bin(HIST_MAX_NS + 1), HIST_BINS - 1);
	assert_int_equal(hist_bin(INT64_MAX), HIST_BINS - 1);
}

static void assert_near(const struct hist *hist, int64_t value_ns)
{
	double error = fabs((double)hist_quantile_ns(hist, 0.5) - value_ns);

	assert_true(error <= 0.004 * value_ns);
}

static void midpoint_is_within_0_4_percent_over_the_whole_range(void **state)
{
	(void)state;
	for (unsigned int bin = 0; bin < HIST_BINS; bin++) {
		struct hist hist = {0};

		hist_add(&hist, hist_bin_low_ns(bin));
		assert_near(&hist, hist_bin_low_ns(bin));
		assert_near(&hist, hist_bin_high_ns(bin));
	}
}

static void merge_adds_bin_by_bin(void **state)
{
	struct hist odd = {0}, even = {0}, both = {0};

	(void)state;
	for (int64_t value_ns = 1; value_ns < HIST_MAX_NS; value_ns += value_ns / 3 + 1) {
		hist_add(value_ns % 2 ? &odd : &even, value_ns);
		hist_add(&both, value_ns);
	}
	hist_merge(&odd, &even);
	assert_int_equal(odd.total, both.total);
	for (unsigned int bin = 0; bin < HIST_BINS; bin++) {
		assert_int_equal(hist_count(&odd, bin), hist_count(&both, bin));
	}
}

/* A week at a million a second in one bin is 6e11. */
static void bin_holds_more_than_32_bits(void **state)
{
	struct hist hist = {0}, twice = {0};

	(void)state;
	hist_put(&hist, hist_bin(100), UINT64_C(604800000000));
	hist_put(&hist, hist_bin(7), UINT32_MAX);
	hist_add(&hist, 7);
	hist_add(&hist, 7);
	hist_add(&hist, 5000);
	assert_int_equal(hist_count(&hist, hist_bin(100)), UINT64_C(604800000000));
	assert_int_equal(hist_count(&hist, hist_bin(7)), UINT64_C(4294967297));
	assert_int_equal(hist_count(&hist, hist_bin(5000)), 1);
	assert_int_equal(hist.total, UINT64_C(609094967298));
	hist_merge(&twice, &hist);
	hist_merge(&twice, &hist);
	assert_int_equal(hist_count(&twice, hist_bin(100)), UINT64_C(1209600000000));
	assert_int_equal(hist_count(&twice, hist_bin(7)), UINT64_C(8589934594));
	assert_int_equal(twice.total, UINT64_C(1218189934596));
	assert_int_equal(hist_quantile_ns(&twice, 0.007), 7);
	assert_int_equal(hist_quantile_ns(&twice, 0.0071), 100);
	assert_int_equal(hist_quantile_ns(&twice, 0.9999), 100);
}

static void rank_is_the_nearest_rank(void **state)
{
	/* ceil(q * total), at least 1: the definition */
	(void)state;
	assert_int_equal(hist_rank(1, 0), 1);
	assert_int_equal(hist_rank(1, 0.5), 1);
	assert_int_equal(hist_rank(1, 1), 1);
	assert_int_equal(hist_rank(2, 0.5), 1);
	assert_int_equal(hist_rank(2, 0.51), 2);
	assert_int_equal(hist_rank(5, 0.3), 2);
	assert_int_equal(hist_rank(5, 0.4), 2);
	assert_int_equal(hist_rank(5, 0.5), 3);
	assert_int_equal(hist_rank(100, 0.99), 99);
	assert_int_equal(hist_rank(100, 0.991), 100);
	assert_int_equal(hist_rank(100, 1), 100);
	assert_int_equal(hist_rank(1000, 0.999), 999);
	assert_int_equal(hist_rank(1000, 0.9), 900);
	assert_int_equal(hist_rank(10, 0.9), 9);
	assert_int_equal(hist_rank(10, 0.1), 1);
}

static void rank_of_a_decimal_share_isnt_one_too_high_for_rounding(void **state)
{
	/* 0.999 as a double is a little above or below; 1,000 k samples have rank 999 k all the
	 * same */
	(void)state;
	for (uint64_t k = 1; k <= 100000; k += 7) {
		assert_int_equal(hist_rank(1000 * k, 0.999), 999 * k);
		assert_int_equal(hist_rank(100 * k, 0.99), 99 * k);
		assert_int_equal(hist_rank(10 * k, 0.9), 9 * k);
		assert_int_equal(hist_rank(2 * k, 0.5), k);
	}
}

static void quantiles_of_small_values_are_exact(void **state)
{
	struct hist hist = {0};

	(void)state;
	assert_int_equal(hist_quantile_ns(&hist, 0.5), 0);
	for (int64_t value_ns = 1; value_ns <= 100; value_ns++) {
		hist_add(&hist, value_ns);
	}
	assert_int_equal(hist_quantile_ns(&hist, 0), 1);
	assert_int_equal(hist_quantile_ns(&hist, 0.01), 1);
	assert_int_equal(hist_quantile_ns(&hist, 0.011), 2);
	assert_int_equal(hist_quantile_ns(&hist, 0.5), 50);
	assert_int_equal(hist_quantile_ns(&hist, 0.9), 90);
	assert_int_equal(hist_quantile_ns(&hist, 0.99), 99);
	assert_int_equal(hist_quantile_ns(&hist, 1), 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_below_256_ns_have_a_bin_each),
		cmocka_unit_test(bins_join_without_gap_or_overlap),
		cmocka_unit_test(edges_worked_by_hand),
		cmocka_unit_test(extremes_stay_in_the_outer_bins),
		cmocka_unit_test(midpoint_is_within_0_4_percent_over_the_whole_range),
		cmocka_unit_test(merge_adds_bin_by_bin),
		cmocka_unit_test(bin_holds_more_than_32_bits),
		cmocka_unit_test(rank_is_the_nearest_rank),
		cmocka_unit_test(rank_of_a_decimal_share_isnt_one_too_high_for_rounding),
		cmocka_unit_test(quantiles_of_small_values_are_exact),
	};

	return cmocka_run_group_tests_name("hist", tests, NULL, NULL);
}
