/* SPDX-License-Identifier: BSD-2-Clause */
/* TDEV against published values and against its definition. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "series_bed.h"
#include "tdev.h"

static struct sums sums;
static struct tdev tdev;

static void take(const int64_t *x, size_t count, uint32_t base)
{
	sums_clear(&sums);
	tdev_init(&tdev, base);
	for (size_t i = 0; i < count; i++) {
		sums_add(&sums, x[i]);
		tdev_add(&tdev, &sums);
	}
}

static double measured(unsigned int k)
{
	double ns;

	assert_true(tdev_ns(&tdev, k, &ns));
	return ns;
}

static void assert_near(double value, double expected, double share)
{
	if (!(fabs(value - expected) <= share * fabs(expected))) {
		fail_msg("%.9g instead of %.9g", value, expected);
	}
}

static void nine_frequencies_of_nbs_monograph_140_give_the_published_tdev(void **state)
{
	/* NIST SP 1065, section 12.4, table 30: 892 809 823 798 671 644 883 903 677, TDEV 52.67135
	 * at tau 1 and 86.35831 at tau 2 */
	static const int64_t y[] = {892, 809, 823, 798, 671, 644, 883, 903, 677};
	int64_t x[10] = {0};

	(void)state;
	for (int i = 0; i < 9; i++) {
		x[i + 1] = x[i] + y[i];
	}
	take(x, 10, 1);
	assert_near(measured(0), 52.67135, 1e-7);
	assert_near(measured(1), 86.35831, 1e-7);
}

static void thousand_frequencies_of_nist_give_the_published_tdev(void **state)
{
	/* NIST SP 1065, table 31: TDEV at tau 1, 10, 100 */
	static const struct {
		uint32_t n;
		double tdev;
	} published[] = {{1, 1.687202e-01}, {10, 3.563623e-01}, {100, 1.253382e+00}};
	int64_t *x = bed_nist();

	(void)state;
	for (int i = 0; i < 3; i++) {
		take(x, BED_NIST_COUNT, published[i].n);
		assert_near(measured(0) / BED_NIST_SCALE, published[i].tdev, 1e-6);
	}
	free(x);
}

static void every_octave_up_to_the_span_is_the_definition(void **state)
{
	enum { COUNT = 4000 };
	int64_t *x = bed_walk(bed_seed(), COUNT, 50, 1000);

	(void)state;
	take(x, COUNT, 1);
	for (unsigned int k = 0; k <= 10; k++) {
		assert_near(measured(k), bed_tdev(x, COUNT, (size_t)1 << k), 1e-9);
	}
	free(x);
}

static void long_intervals_at_a_coarser_stride_are_the_definition_within_a_hundredth(void **state)
{
	enum { COUNT = 60000 };
	int64_t *x = bed_walk(bed_seed() + 1, COUNT, 50, 1000);

	(void)state;
	take(x, COUNT, 1);
	for (unsigned int k = 11; tdev_is_supported(UINT64_C(1) << k, COUNT); k++) {
		assert_near(measured(k), bed_tdev(x, COUNT, (size_t)1 << k), 1e-2);
	}
	free(x);
}

static void offsets_of_time_and_frequency_do_not_show(void **state)
{
	enum { COUNT = 3000 };
	int64_t *x = bed_walk(bed_seed() + 2, COUNT, 50, 1000);
	double before[7];

	(void)state;
	take(x, COUNT, 1);
	for (unsigned int k = 0; k < 7; k++) {
		before[k] = measured(k);
	}
	for (int64_t i = 0; i < COUNT; i++) {
		x[i] += 1000000000 - 37000 * i;
	}
	take(x, COUNT, 1);
	for (unsigned int k = 0; k < 7; k++) {
		assert_near(measured(k), before[k], 1e-12);
	}
	free(x);
}

static void the_largest_samples_do_not_overflow(void **state)
{
	enum { COUNT = 50000 };
	int64_t *x = calloc(COUNT, sizeof(*x));

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		x[i] = (i / 8192) % 2 == 0 ? SUMS_LIMIT_NS : -SUMS_LIMIT_NS;
	}
	take(x, COUNT, 1);
	for (unsigned int k = 0; k < 12; k++) {
		assert_near(measured(k), bed_tdev(x, COUNT, (size_t)1 << k), 1e-2);
	}
	free(x);
}

static void only_a_twelfth_of_the_run_is_supported(void **state)
{
	(void)state;
	assert_true(tdev_is_supported(1, 12));
	assert_false(tdev_is_supported(1, 11));
	assert_true(tdev_is_supported(1024, 12288));
	assert_false(tdev_is_supported(1024, 12287));
}

static void three_intervals_are_the_least(void **state)
{
	const int64_t x[] = {0, 5, 1};
	double ns = -1;

	(void)state;
	take(x, 2, 1);
	assert_false(tdev_ns(&tdev, 0, &ns));
	/* (1 - 2 * 5 + 0)^2 / 6 */
	take(x, 3, 1);
	assert_near(measured(0), sqrt(81 / 6.0), 1e-12);
	assert_false(tdev_ns(&tdev, 1, &ns));
	assert_true(ns < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nine_frequencies_of_nbs_monograph_140_give_the_published_tdev),
		cmocka_unit_test(thousand_frequencies_of_nist_give_the_published_tdev),
		cmocka_unit_test(every_octave_up_to_the_span_is_the_definition),
		cmocka_unit_test(
			long_intervals_at_a_coarser_stride_are_the_definition_within_a_hundredth),
		cmocka_unit_test(offsets_of_time_and_frequency_do_not_show),
		cmocka_unit_test(the_largest_samples_do_not_overflow),
		cmocka_unit_test(only_a_twelfth_of_the_run_is_supported),
		cmocka_unit_test(three_intervals_are_the_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
