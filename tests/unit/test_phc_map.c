/* SPDX-License-Identifier: BSD-2-Clause */
/* The map from a card's clock to the host's, by hand and against clocks whose drift is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "phc_map.h"

#define S    INT64_C(1000000000)
#define REAL (INT64_C(1700000000) * S)
#define TAI  (REAL + 37 * S)
#define BOOT (INT64_C(1699990000) * S) /* CLOCK_REALTIME when CLOCK_MONOTONIC was 0 */

static struct phc_map map;
static uint64_t seed = 1588;

static int reset(void **state)
{
	(void)state;
	memset(&map, 0, sizeof(map));
	return 0;
}

static enum phc_map_result add(int64_t phc_ns, int64_t real_ns)
{
	struct phc_sample sample = {phc_ns, real_ns, real_ns - BOOT, 0};

	return phc_map_add(&map, &sample);
}

static void assert_maps(int64_t phc_ns, int64_t expected_real_ns)
{
	int64_t real_ns;

	assert_true(phc_map_real_ns(&map, phc_ns, &real_ns));
	assert_int_equal(real_ns, expected_real_ns);
}

static void assert_unknown(int64_t phc_ns)
{
	int64_t real_ns = 77;

	assert_false(phc_map_real_ns(&map, phc_ns, &real_ns));
	assert_int_equal(real_ns, 77);
}

static void without_a_sample_nothing_is_known(void **state)
{
	int64_t ppb = 77;

	(void)state;
	assert_unknown(TAI);
	assert_false(phc_map_rate_ppb(&map, &ppb));
	assert_int_equal(ppb, 77);
}

static void one_sample_is_an_offset(void **state)
{
	(void)state;
	assert_int_equal(add(TAI, REAL), PHC_MAP_STEADY);
	assert_maps(TAI, REAL);
	assert_maps(TAI + 12345, REAL + 12345);
	assert_maps(TAI - 12345, REAL - 12345);
}

/* The card's clock is 100 ppm slow: of a second of its own the host has 1 s + 100 us. */
static void between_two_samples_it_is_interpolated(void **state)
{
	int64_t ppb;

	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S + 100000);
	assert_maps(TAI + S / 2, REAL + S / 2 + 50000);
	assert_maps(TAI + S / 4, REAL + S / 4 + 25000);
	assert_true(phc_map_rate_ppb(&map, &ppb));
	assert_int_equal(ppb, 100000);
}

static void beyond_the_samples_the_line_goes_on(void **state)
{
	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S + 100000);
	assert_maps(TAI + 2 * S, REAL + 2 * S + 200000);
	assert_maps(TAI - S, REAL - S - 100000);
}

static void but_not_farther_than_its_reach(void **state)
{
	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S);
	assert_maps(TAI + S + PHC_MAP_REACH_NS, REAL + S + PHC_MAP_REACH_NS);
	assert_unknown(TAI + S + PHC_MAP_REACH_NS + 1);
	assert_maps(TAI - PHC_MAP_REACH_NS, REAL - PHC_MAP_REACH_NS);
	assert_unknown(TAI - PHC_MAP_REACH_NS - 1);
	assert_unknown(INT64_MAX);
	assert_unknown(INT64_MIN);
}

/* Each stretch has its own rate: a stamp is mapped by that of its own time. */
static void stamp_that_comes_late_is_mapped_by_the_samples_beside_it(void **state)
{
	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S);
	add(TAI + 2 * S, REAL + 2 * S + 100000);
	assert_maps(TAI + S / 2, REAL + S / 2);
	assert_maps(TAI + 3 * S / 2, REAL + 3 * S / 2 + 50000);
}

static void step_of_the_card_is_told_with_its_size(void **state)
{
	(void)state;
	add(REAL, REAL);
	add(REAL + S, REAL + S);
	/* someone sets it to TAI */
	assert_int_equal(add(TAI + 2 * S, REAL + 2 * S), PHC_MAP_PHC_STEPPED);
	assert_int_equal(map.phc_steps, 1);
	assert_int_equal(map.host_steps, 0);
	assert_int_equal(map.last_step_ns, 37 * S);
	assert_maps(TAI + 2 * S + 500, REAL + 2 * S + 500);
	assert_int_equal(add(TAI + 3 * S, REAL + 3 * S), PHC_MAP_STEADY);
}

static void small_step_of_the_card_is_told_too(void **state)
{
	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S);
	assert_int_equal(add(TAI + 2 * S - 300000, REAL + 2 * S), PHC_MAP_PHC_STEPPED);
	assert_int_equal(map.last_step_ns, -300000);
}

static void card_that_goes_back_was_stepped(void **state)
{
	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S);
	assert_int_equal(add(TAI + S - 5, REAL + 2 * S), PHC_MAP_PHC_STEPPED);
	assert_int_equal(add(0, REAL + 3 * S), PHC_MAP_PHC_STEPPED);
	assert_maps(7, REAL + 3 * S + 7);
	assert_int_equal(map.phc_steps, 2);
}

static void step_of_the_host_is_not_blamed_on_the_card(void **state)
{
	struct phc_sample sample = {TAI + 2 * S, REAL + 2 * S - 5 * S, REAL + 2 * S - BOOT, 0};

	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S);
	assert_int_equal(phc_map_add(&map, &sample), PHC_MAP_HOST_STEPPED);
	assert_int_equal(map.phc_steps, 0);
	assert_int_equal(map.host_steps, 1);
	assert_maps(TAI + 2 * S, REAL + 2 * S - 5 * S);
}

/* A servo's correction, 150 ppm at once: no step. */
static void servo_that_turns_the_card_is_no_step(void **state)
{
	(void)state;
	add(TAI, REAL);
	add(TAI + S, REAL + S);
	assert_int_equal(add(TAI + 2 * S, REAL + 2 * S + 150000), PHC_MAP_STEADY);
	assert_int_equal(map.phc_steps, 0);
}

/* Two rough samples 20 ms apart may draw a line that is off by 2000 ppm: no step follows from it.
 */
static void rough_samples_close_together_are_no_reason_to_see_a_step(void **state)
{
	struct phc_sample sample = {TAI, REAL + 20000, REAL + 20000 - BOOT, 20000};

	(void)state;
	phc_map_add(&map, &sample);
	sample = (struct phc_sample){TAI + S / 50, REAL + S / 50 - 20000,
				     REAL + S / 50 - 20000 - BOOT, 20000};
	assert_int_equal(phc_map_add(&map, &sample), PHC_MAP_STEADY);
	sample = (struct phc_sample){TAI + S / 25, REAL + S / 25, REAL + S / 25 - BOOT, 20000};
	assert_int_equal(phc_map_add(&map, &sample), PHC_MAP_STEADY);
	assert_int_equal(map.worst_uncertain_ns, 20000);
}

static void forged_times_are_survived(void **state)
{
	static const int64_t extreme[] = {INT64_MIN, -1, 0, 1, TAI, INT64_MAX};
	enum { EXTREMES = sizeof(extreme) / sizeof(extreme[0]) };
	int64_t real_ns, ppb;

	(void)state;
	for (int i = 0; i < EXTREMES * EXTREMES * EXTREMES; i++) {
		struct phc_sample sample = {extreme[i % EXTREMES], extreme[i / EXTREMES % EXTREMES],
					    extreme[i / EXTREMES / EXTREMES], i % 3};

		phc_map_add(&map, &sample);
		for (int j = 0; j < EXTREMES; j++) {
			(void)phc_map_real_ns(&map, extreme[j], &real_ns);
		}
		(void)phc_map_rate_ppb(&map, &ppb);
	}
}

static double draw(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (double)(seed >> 11) / 9007199254740992.0;
}

/*
 * The oracle integrates the card's rate, which a servo moves by at most 20 ppb at each of its ticks
 * of 1/8 s, itself. Samples come each second, off by up to u. The map may be off by the samples'
 * uncertainty, tilted along the line (2u over one second at least, for the second beyond), and by
 * what the servo has done since: 8 ticks of 20 ppb over a second each way, and over the line's 4 s.
 */
static void drifting_clock_is_followed_within_its_samples_uncertainty(void **state)
{
	const double tick_ns = 125e6, u_ns = 100, turn = 20e-9;
	double phc_ns = 0, rate = (draw() - 0.5) * 200e-6, worst_ns = 0;
	const double allowed_ns = u_ns + 2 * u_ns + 8 * turn * 1e9 * 5;

	(void)state;
	for (int tick = 0; tick < 8 * 3600; tick++) {
		int64_t real_ns = REAL + llround(tick * tick_ns), mapped_ns;
		int64_t now_ns = TAI + llround(phc_ns);

		if (tick % 8 == 0) {
			int64_t noise_ns = llround((draw() - 0.5) * 2 * u_ns);
			struct phc_sample sample = {now_ns, real_ns + noise_ns,
						    real_ns + noise_ns - BOOT, (int64_t)u_ns};

			assert_int_equal(phc_map_add(&map, &sample), PHC_MAP_STEADY);
		}
		if (tick >= 8) {
			double off_ns;

			assert_true(phc_map_real_ns(&map, now_ns, &mapped_ns));
			off_ns = fabs((double)(mapped_ns - real_ns));
			worst_ns = off_ns > worst_ns ? off_ns : worst_ns;
		}
		phc_ns += tick_ns * (1 + rate);
		rate += (draw() - 0.5) * 2 * turn;
	}
	printf("# worst %.0f ns of the %.0f allowed\n", worst_ns, allowed_ns);
	assert_true(worst_ns <= allowed_ns);
	assert_int_equal(map.samples, 3600);
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_sample_nothing_is_known),
		TEST(one_sample_is_an_offset),
		TEST(between_two_samples_it_is_interpolated),
		TEST(beyond_the_samples_the_line_goes_on),
		TEST(but_not_farther_than_its_reach),
		TEST(stamp_that_comes_late_is_mapped_by_the_samples_beside_it),
		TEST(step_of_the_card_is_told_with_its_size),
		TEST(small_step_of_the_card_is_told_too),
		TEST(card_that_goes_back_was_stepped),
		TEST(step_of_the_host_is_not_blamed_on_the_card),
		TEST(servo_that_turns_the_card_is_no_step),
		TEST(rough_samples_close_together_are_no_reason_to_see_a_step),
		TEST(forged_times_are_survived),
		TEST(drifting_clock_is_followed_within_its_samples_uncertainty),
	};

	if (argc > 1) {
		seed = strtoull(argv[1], NULL, 10);
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
