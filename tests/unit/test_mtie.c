/* SPDX-License-Identifier: BSD-2-Clause */
/* MTIE, MATIE and the envelope, by hand and against their definitions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "envelope.h"
#include "maties.h"
#include "mtie.h"
#include "series_bed.h"

static struct mtie mtie;
static struct sums sums;
static struct maties maties;
static struct envelope envelope;

static void take(const int64_t *x, size_t count)
{
	mtie_clear(&mtie);
	for (size_t i = 0; i < count; i++) {
		mtie_add(&mtie, x[i], x[i]);
	}
}

static int64_t measured(unsigned int k)
{
	int64_t ns;

	assert_true(mtie_ns(&mtie, k, &ns));
	return ns;
}

static void mtie_of_ten_samples_by_hand(void **state)
{
	/* windows of 2: 0 3 | 3 1 | 1 4 | 4 1 | 1 5 | 5 9 | 9 2 | 2 6 | 6 5: 7 (9 2)
	 * of 3: 5 9 2: 7; 1 5 9: 8      of 5: 4 1 5 9 2: 8      of 9: 0..9: 9 */
	static const int64_t x[] = {0, 3, 1, 4, 1, 5, 9, 2, 6, 5};
	int64_t ns;

	(void)state;
	take(x, 10);
	assert_int_equal(measured(0), 7);
	assert_int_equal(measured(1), 8);
	assert_int_equal(measured(2), 8);
	assert_int_equal(measured(3), 9);
	assert_false(mtie_ns(&mtie, 4, &ns));
}

static void mtie_of_the_nist_series_is_the_definition(void **state)
{
	int64_t *x = bed_nist();

	(void)state;
	take(x, BED_NIST_COUNT);
	for (unsigned int k = 0; k < 10; k++) {
		assert_int_equal(measured(k), bed_mtie(x, BED_NIST_COUNT, (size_t)1 << k));
	}
	free(x);
}

static void every_octave_up_to_the_span_is_exact(void **state)
{
	enum { COUNT = 5000 };
	int64_t *x = bed_walk(bed_seed(), COUNT, 100, 1000);

	(void)state;
	take(x, COUNT);
	for (unsigned int k = 0; k <= MTIE_SPAN_OCTAVE; k++) {
		assert_int_equal(measured(k), bed_mtie(x, COUNT, (size_t)1 << k));
	}
	free(x);
}

static void long_windows_are_never_below_and_hardly_above(void **state)
{
	enum { COUNT = 30000 };
	int64_t *x = bed_walk(bed_seed() + 1, COUNT, 100, 10);

	(void)state;
	take(x, COUNT);
	for (unsigned int k = 11; k < 14; k++) {
		size_t n = (size_t)1 << k;

		assert_true(measured(k) >= bed_mtie(x, COUNT - (n >> 10), n));
		assert_true(measured(k) <= bed_mtie(x, COUNT, n + n / MTIE_SPAN));
	}
	free(x);
}

static void the_largest_samples_do_not_overflow(void **state)
{
	const int64_t x[] = {INT64_C(1) << 61, -(INT64_C(1) << 61), 0};

	(void)state;
	take(x, 3);
	assert_int_equal(measured(0), INT64_C(1) << 62);
}

static void fill(const int64_t *x, size_t count)
{
	envelope_clear(&envelope);
	for (size_t i = 0; i < count; i++) {
		envelope_add(&envelope, x[i]);
	}
}

static void envelope_that_is_not_full_is_the_series_itself(void **state)
{
	enum { COUNT = 3000 };
	int64_t *x = bed_walk(bed_seed() + 2, COUNT, 100, 1000);

	(void)state;
	for (int64_t i = 0; i < COUNT; i++) {
		x[i] += 7 * i;
	}
	fill(x, COUNT);
	mtie_clear(&mtie);
	envelope_replay(&envelope, 7, &mtie);
	for (int64_t i = 0; i < COUNT; i++) {
		x[i] -= 7 * i;
	}
	for (unsigned int k = 0; k < 10; k++) {
		assert_int_equal(measured(k), bed_mtie(x, COUNT, (size_t)1 << k));
	}
	free(x);
}

static void envelope_of_a_long_series_keeps_its_extremes(void **state)
{
	enum { COUNT = 100000, N = 8192 };
	int64_t *x = bed_walk(bed_seed() + 3, COUNT, 100, 10);
	unsigned int octave = 0;

	(void)state;
	fill(x, COUNT);
	while (UINT64_C(1) << octave < envelope.block) {
		octave++;
	}
	/* 2^3 samples to a block: 12500 of the 16384 blocks */
	assert_int_equal(octave, 3);
	mtie_clear(&mtie);
	envelope_replay(&envelope, 0, &mtie);
	assert_true(measured(13 - octave) >= bed_mtie(x, COUNT, N));
	/* as long as two blocks, and a stride, more */
	assert_true(measured(13 - octave) <= bed_mtie(x, COUNT, N + 2 * 8));
	free(x);
}

static void matie_by_hand(void **state)
{
	/* n 1: differences 4 -3 6: 6. n 2: (x2 + x3 - x0 - x1) / 2 = (1 + 7 - 0 - 4) / 2 = 2 */
	static const int64_t x[] = {0, 4, 1, 7};
	double ns;

	(void)state;
	sums_clear(&sums);
	maties_init(&maties, 1);
	for (int i = 0; i < 4; i++) {
		sums_add(&sums, x[i]);
		maties_add(&maties, &sums);
	}
	assert_true(maties_ns(&maties, 0, 0, &ns));
	assert_true(ns == 6);
	assert_true(maties_ns(&maties, 1, 0, &ns));
	assert_true(ns == 2);
	assert_false(maties_ns(&maties, 2, 0, &ns));
	/* 2 ns in an average of 2 s: 1 ppb */
	assert_true(maties_mafe_ppb(2, 2e9) == 1);
}

static void matie_less_a_slope_is_that_of_the_series_without_it(void **state)
{
	enum { COUNT = 6000 };
	int64_t *x = bed_walk(bed_seed() + 4, COUNT, 100, 1000);

	(void)state;
	sums_clear(&sums);
	maties_init(&maties, 1);
	for (int64_t i = 0; i < COUNT; i++) {
		x[i] += 5 * i;
		sums_add(&sums, x[i]);
		maties_add(&maties, &sums);
	}
	for (unsigned int k = 0; k <= 10; k++) {
		double ns, expected = bed_matie(x, COUNT, (size_t)1 << k, 4.5);

		assert_true(maties_ns(&maties, k, 4.5, &ns));
		assert_true(fabs(ns - expected) <= 1e-9 * expected);
	}
	free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mtie_of_ten_samples_by_hand),
		cmocka_unit_test(mtie_of_the_nist_series_is_the_definition),
		cmocka_unit_test(every_octave_up_to_the_span_is_exact),
		cmocka_unit_test(long_windows_are_never_below_and_hardly_above),
		cmocka_unit_test(the_largest_samples_do_not_overflow),
		cmocka_unit_test(envelope_that_is_not_full_is_the_series_itself),
		cmocka_unit_test(envelope_of_a_long_series_keeps_its_extremes),
		cmocka_unit_test(matie_by_hand),
		cmocka_unit_test(matie_less_a_slope_is_that_of_the_series_without_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
