/* SPDX-License-Identifier: BSD-2-Clause */
/* The spread of delays above their minimum against the sorted truth. */
#include <math.h>
#include <stdlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "spread.h"

static struct spread spread;
static uint64_t random_state;

static double random_unit(void)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return ((random_state >> 11) + 0.5) / 9007199254740992.0;
}

static int64_t random_exponential_ns(double mean_ns)
{
	return llround(-log(random_unit()) * mean_ns);
}

static int reset(void **state)
{
	(void)state;
	memset(&spread, 0, sizeof(spread));
	random_state = 5481;
	return 0;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static const double quantiles[] = {0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1};

/* Sorts sample_ns and compares all that spread tells; exact: the quantiles without any error. Else
 * half a bin is allowed, and 1 % of the distance from zero where zero had to move. */
static void assert_spread(int64_t *sample_ns, size_t count, int exact)
{
	double sum = 0, squares = 0, mean;

	qsort(sample_ns, count, sizeof(*sample_ns), compare);
	assert_int_equal(spread.count, count);
	assert_int_equal(spread.min_ns, sample_ns[0]);
	assert_int_equal(spread.max_ns, sample_ns[count - 1]);
	for (size_t i = 0; i < count; i++) {
		sum += (double)(sample_ns[i] - sample_ns[0]);
	}
	mean = sum / count;
	for (size_t i = 0; i < count; i++) {
		double deviation = (double)(sample_ns[i] - sample_ns[0]) - mean;

		squares += deviation * deviation;
	}
	assert_true(fabs(spread_mean_ns(&spread) - mean) <= 1e-9 * mean + 1e-3);
	assert_true(fabs(spread_stddev_ns(&spread) - sqrt(squares / count)) <=
		    1e-6 * sqrt(squares / count) + 1e-3);
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		size_t rank = (size_t)ceil(quantiles[i] * count - 1e-9);
		int64_t want_ns = sample_ns[rank ? rank - 1 : 0] - sample_ns[0];
		int64_t got_ns = spread_quantile_ns(&spread, quantiles[i]);
		double allowed = 0;

		if (!exact) {
			assert_true(spread.zero_ns <= sample_ns[0]);
			allowed = 1 + (spread.headroom_ns > 0 ? 0.01 : 0.004) *
					      ((double)want_ns + (sample_ns[0] - spread.zero_ns));
		}
		if (fabs((double)(got_ns - want_ns)) > allowed) {
			print_message("# quantile %g: %lld, want %lld +- %.0f, zero %lld below\n",
				      quantiles[i], (long long)got_ns, (long long)want_ns, allowed,
				      (long long)(sample_ns[0] - spread.zero_ns));
			fail();
		}
	}
}

static void feed(int64_t (*value_ns)(size_t i), size_t count)
{
	int64_t *sample_ns = malloc(count * sizeof(*sample_ns));

	assert_non_null(sample_ns);
	for (size_t i = 0; i < count; i++) {
		sample_ns[i] = value_ns(i);
		spread_add(&spread, sample_ns[i]);
	}
	assert_spread(sample_ns, count, count <= SPREAD_EXACT);
	free(sample_ns);
}

static void empty_spread_is_zero(void **state)
{
	(void)state;
	assert_int_equal(spread_quantile_ns(&spread, 0.5), 0);
	assert_true(spread_mean_ns(&spread) == 0);
	assert_true(spread_stddev_ns(&spread) == 0);
}

static int64_t noise(size_t i)
{
	(void)i;
	return 50000 + random_exponential_ns(2000);
}

static int64_t negative_noise(size_t i)
{
	(void)i;
	return -3000000000 + random_exponential_ns(200000);
}

static void first_2048_samples_are_exact(void **state)
{
	static const size_t counts[] = {1, 2, 3, 10, 1000, 2047, 2048};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		reset(state);
		feed(noise, counts[i]);
		reset(state);
		feed(negative_noise, counts[i]);
	}
}

static void more_samples_are_within_the_error_bound(void **state)
{
	static const size_t counts[] = {2049, 2050, 5000, 100000};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		reset(state);
		feed(noise, counts[i]);
		reset(state);
		feed(negative_noise, counts[i]);
	}
}

static int64_t late_minimum(size_t i)
{
	return i == 90000 ? 1000 : 5000000 + random_exponential_ns(30000);
}

static void minimum_that_comes_late_shifts_everything(void **state)
{
	(void)state;
	feed(late_minimum, 100000);
}

static int64_t falling(size_t i)
{
	/* -37 ppm at 100 pps: 370 ns from one probe to the next */
	return -370 * (int64_t)i + random_exponential_ns(2000);
}

static void minimum_that_falls_for_an_hour(void **state)
{
	(void)state;
	feed(falling, 360000);
}

static int64_t rising(size_t i)
{
	return 370 * (int64_t)i + random_exponential_ns(2000);
}

static void delay_that_rises_for_an_hour(void **state)
{
	(void)state;
	feed(rising, 360000);
}

static int64_t steps(size_t i)
{
	static const int64_t level_ns[] = {0, 700000, -2500000, 40000, -9000000, 8000000};

	return level_ns[i / 7000 % 6] + random_exponential_ns(500);
}

static void steps_both_ways(void **state)
{
	(void)state;
	feed(steps, 70000);
}

static int64_t constant(size_t i)
{
	(void)i;
	return 12345;
}

static void constant_delay_has_no_spread(void **state)
{
	(void)state;
	feed(constant, 5000);
	for (double q = 0; q <= 1; q += 0.125) {
		assert_int_equal(spread_quantile_ns(&spread, q), 0);
	}
}

static int64_t wide(size_t i)
{
	/* over nine decades, down to 30 s: the histogram reaches 137 s */
	return llround(pow(10, random_unit() * 9) * (i % 2 ? 1 : 30));
}

static void nine_decades(void **state)
{
	(void)state;
	feed(wide, 50000);
}

static void extremes_stay_finite(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		spread_add(&spread, i % 2 ? INT64_C(1) << 47 : -(INT64_C(1) << 47));
	}
	assert_int_equal(spread.min_ns, -(INT64_C(1) << 47));
	assert_int_equal(spread.max_ns, INT64_C(1) << 47);
	assert_true(isfinite(spread_mean_ns(&spread)));
	assert_true(isfinite(spread_stddev_ns(&spread)));
	assert_true(spread_quantile_ns(&spread, 0.25) >= 0);
}

static void export_holds_every_sample(void **state)
{
	static const size_t counts[] = {0, 1, 2048, 2049, 30000};
	struct hist hist;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		uint64_t total = 0;

		reset(state);
		memset(&hist, 0x77, sizeof(hist));
		for (size_t j = 0; j < counts[i]; j++) {
			spread_add(&spread, noise(j));
		}
		spread_export(&spread, &hist);
		assert_int_equal(hist.total, counts[i]);
		for (unsigned int bin = 0; bin < HIST_BINS; bin++) {
			total += hist_count(&hist, bin);
		}
		assert_int_equal(total, counts[i]);
		if (counts[i] > 1) {
			double want_ns = (double)spread_quantile_ns(&spread, 0.9);
			double got_ns = (double)hist_quantile_ns(&hist, 0.9);

			assert_true(fabs(got_ns - want_ns) <= 1 + 0.02 * want_ns);
		}
	}
}

static void cleared_spread_starts_anew(void **state)
{
	(void)state;
	feed(falling, 10000);
	spread_clear(&spread);
	feed(noise, 1000);
	spread_clear(&spread);
	feed(negative_noise, 5000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_spread_is_zero, reset),
		cmocka_unit_test_setup(first_2048_samples_are_exact, reset),
		cmocka_unit_test_setup(more_samples_are_within_the_error_bound, reset),
		cmocka_unit_test_setup(minimum_that_comes_late_shifts_everything, reset),
		cmocka_unit_test_setup(minimum_that_falls_for_an_hour, reset),
		cmocka_unit_test_setup(delay_that_rises_for_an_hour, reset),
		cmocka_unit_test_setup(steps_both_ways, reset),
		cmocka_unit_test_setup(constant_delay_has_no_spread, reset),
		cmocka_unit_test_setup(nine_decades, reset),
		cmocka_unit_test_setup(extremes_stay_finite, reset),
		cmocka_unit_test_setup(export_holds_every_sample, reset),
		cmocka_unit_test_setup(cleared_spread_starts_anew, reset),
	};

	return cmocka_run_group_tests_name("spread", tests, NULL, NULL);
}
