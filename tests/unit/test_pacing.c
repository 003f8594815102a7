/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "pacing.h"

#define START INT64_C(1000000000000)

static struct pacing make(enum pacing_pattern pattern, uint64_t num, uint64_t den, uint32_t burst)
{
	struct pacing pacing;

	pacing_init(&pacing,
		    &(struct pacing_plan){
			    .pattern = pattern,
			    .period_num = num,
			    .period_den = den,
			    .burst = burst,
			    .seed = 42,
		    },
		    START);
	return pacing;
}

static void first_slot_is_at_the_start(void **state)
{
	struct pacing pacing = make(PACING_PERIODIC, 1000000, 1, 1);

	(void)state;
	assert_int_equal(pacing.next_ns, START);
	assert_int_equal(pacing.slot, 0);
}

static void billion_slots_accumulate_no_rounding(void **state)
{
	/* 3 a second: 333333333 + 1/3 ns each */
	struct pacing pacing = make(PACING_PERIODIC, 1000000000, 3, 1);

	(void)state;
	pacing_advance(&pacing);
	assert_int_equal(pacing.next_ns, START + 333333333);
	pacing_advance(&pacing);
	assert_int_equal(pacing.next_ns, START + 666666666);
	pacing_advance(&pacing);
	assert_int_equal(pacing.next_ns, START + 1000000000);
	/* the next one is slot 10^9 + 1: 10^9 * 10^9 / 3 ns later, by hand */
	pacing.slot = UINT64_C(1000000000);
	pacing_advance(&pacing);
	assert_int_equal(pacing.next_ns, START + INT64_C(333333333666666666));
}

static void every_slot_of_many_is_the_exact_floor(void **state)
{
	/* 7 in 10 us; slots k and k + 7 are exactly 10 us apart */
	struct pacing pacing = make(PACING_PERIODIC, 10000, 7, 1);
	static const int64_t by_hand[7] = {0, 1428, 2857, 4285, 5714, 7142, 8571};

	(void)state;
	for (int64_t k = 0; k < 7000000; k++) {
		if (pacing.next_ns != START + k / 7 * 10000 + by_hand[k % 7]) {
			fail_msg("slot %lld is at %lld", (long long)k, (long long)pacing.next_ns);
		}
		pacing_advance(&pacing);
	}
}

static void a_schedule_of_ages_saturates(void **state)
{
	struct pacing pacing = make(PACING_PERIODIC, UINT64_C(1000000000000000000), 1, 1);

	(void)state;
	pacing.slot = UINT64_MAX - 1;
	pacing_advance(&pacing);
	assert_true(pacing.next_ns > START);
}

static void poisson_has_the_mean_and_variance_of_exponential_gaps(void **state)
{
	enum { SAMPLES = 1000000 };
	struct pacing pacing = make(PACING_POISSON, 1000000, 1, 1);
	double sum = 0, squares = 0, mean, variance;

	(void)state;
	printf("# seed %llu\n", (unsigned long long)pacing.plan.seed);
	for (int i = 0; i < SAMPLES; i++) {
		int64_t before_ns = pacing.next_ns;
		double gap;

		pacing_advance(&pacing);
		gap = (double)(pacing.next_ns - before_ns) / 1e6;
		assert_true(gap >= 0);
		sum += gap;
		squares += gap * gap;
	}
	mean = sum / SAMPLES;
	variance = squares / SAMPLES - mean * mean;
	/* standard errors: 0.001 of the mean, sqrt(8)/1000 of the variance; five of each */
	assert_true(mean > 0.995 && mean < 1.005);
	assert_true(variance > 0.985 && variance < 1.015);
}

static void same_seed_gives_the_same_schedule(void **state)
{
	struct pacing a = make(PACING_POISSON, 1000, 1, 1), b = a;
	struct pacing_plan other = a.plan;
	struct pacing c;

	(void)state;
	other.seed++;
	pacing_init(&c, &other, START);
	for (int i = 0; i < 1000; i++) {
		pacing_advance(&a);
		pacing_advance(&b);
		pacing_advance(&c);
		assert_int_equal(a.next_ns, b.next_ns);
	}
	assert_int_not_equal(a.next_ns, c.next_ns);
}

static void burst_departs_at_one_time_and_keeps_the_rate(void **state)
{
	struct pacing pacing = make(PACING_BURST, 1000, 1, 4);

	(void)state;
	for (int64_t k = 0; k < 40; k++) {
		assert_int_equal(pacing.next_ns, START + k / 4 * 4000);
		pacing_advance(&pacing);
	}
}

static void late_is_more_than_half_a_period(void **state)
{
	struct pacing pacing = make(PACING_PERIODIC, 1000, 1, 1);
	struct pacing burst = make(PACING_BURST, 1000, 1, 4);

	(void)state;
	assert_false(pacing_is_late(&pacing, START, START + 500));
	assert_true(pacing_is_late(&pacing, START, START + 501));
	assert_false(pacing_is_late(&burst, START, START + 2000));
	assert_true(pacing_is_late(&burst, START, START + 2001));
}

static void late_departures_and_the_largest_slip_are_counted(void **state)
{
	struct pacing pacing = make(PACING_PERIODIC, 1000, 1, 1);

	(void)state;
	pacing_depart(&pacing, START, START + 10);
	pacing_depart(&pacing, START + 1000, START + 1900);
	pacing_depart(&pacing, START + 2000, START + 2600);
	assert_int_equal(pacing.late, 2);
	assert_int_equal(pacing.max_slip_ns, 900);
}

static void late_slot_is_not_skipped(void **state)
{
	struct pacing pacing = make(PACING_PERIODIC, 1000, 1, 1);

	(void)state;
	pacing_depart(&pacing, pacing.next_ns, START + 100000);
	pacing_advance(&pacing);
	assert_int_equal(pacing.next_ns, START + 1000);
	assert_int_equal(pacing.slot, 1);
}

static void max_is_always_due_and_never_late(void **state)
{
	struct pacing pacing = make(PACING_MAX, 0, 0, 1);

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(pacing.next_ns, START);
		assert_false(pacing_is_late(&pacing, pacing.next_ns, START + 1000000000));
		pacing_depart(&pacing, pacing.next_ns, START + 1000000000);
		pacing_advance(&pacing);
	}
	assert_int_equal(pacing.late, 0);
	assert_int_equal(pacing_slots_before(&pacing, START + 1000000000), 0);
}

static void slots_before_an_end_are_those_that_remain(void **state)
{
	struct pacing pacing = make(PACING_PERIODIC, 10000, 7, 1);
	struct pacing burst = make(PACING_BURST, 1000, 1, 4);
	uint64_t expected = 0;

	(void)state;
	for (struct pacing walk = pacing; walk.next_ns < START + 100000; pacing_advance(&walk)) {
		expected++;
	}
	assert_int_equal(expected, 70);
	assert_int_equal(pacing_slots_before(&pacing, START + 100000), 70);
	assert_int_equal(pacing_slots_before(&pacing, START + 100001), 71);
	pacing_advance(&pacing);
	assert_int_equal(pacing_slots_before(&pacing, START + 100000), 69);
	assert_int_equal(pacing_slots_before(&pacing, START), 0);
	/* bursts at 0, 4000, 8000 */
	assert_int_equal(pacing_slots_before(&burst, START + 8000), 8);
	assert_int_equal(pacing_slots_before(&burst, START + 8001), 12);
}

static void wire_period_is_the_spacing_that_one_group_sees(void **state)
{
	struct pacing_plan plan = {
		.pattern = PACING_PERIODIC, .period_num = 7812500, .period_den = 1, .burst = 1};

	(void)state;
	assert_int_equal(pacing_wire_period_ns(&plan, 1), 7812500);
	assert_int_equal(pacing_wire_period_ns(&plan, 3), 23437500);
	plan.pattern = PACING_BURST;
	plan.burst = 10;
	assert_int_equal(pacing_wire_period_ns(&plan, 1), 78125000);
	assert_int_equal(pacing_wire_period_ns(&plan, 20), 156250000);
	plan.pattern = PACING_POISSON;
	assert_int_equal(pacing_wire_period_ns(&plan, 1), 0);
	plan.pattern = PACING_MAX;
	assert_int_equal(pacing_wire_period_ns(&plan, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_slot_is_at_the_start),
		cmocka_unit_test(billion_slots_accumulate_no_rounding),
		cmocka_unit_test(every_slot_of_many_is_the_exact_floor),
		cmocka_unit_test(a_schedule_of_ages_saturates),
		cmocka_unit_test(poisson_has_the_mean_and_variance_of_exponential_gaps),
		cmocka_unit_test(same_seed_gives_the_same_schedule),
		cmocka_unit_test(burst_departs_at_one_time_and_keeps_the_rate),
		cmocka_unit_test(late_is_more_than_half_a_period),
		cmocka_unit_test(late_departures_and_the_largest_slip_are_counted),
		cmocka_unit_test(late_slot_is_not_skipped),
		cmocka_unit_test(max_is_always_due_and_never_late),
		cmocka_unit_test(slots_before_an_end_are_those_that_remain),
		cmocka_unit_test(wire_period_is_the_spacing_that_one_group_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
