/* SPDX-License-Identifier: BSD-2-Clause */
/* Masks: their limits, their files, their verdicts. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mask.h"
#include "timing.h"

static struct timing_series series;
static struct timing_mask verdict;
static struct mask mask;
static char error[MASK_ERROR];

static double limit(const char *name, enum mask_curve curve, double tau_s)
{
	double ns = -1;

	assert_non_null(mask_find(name));
	return mask_limit_ns(mask_find(name), curve, tau_s, &ns) ? ns : -1;
}

static void assert_near(double value, double expected)
{
	if (fabs(value - expected) > 1e-3 * fabs(expected)) {
		fail_msg("%g instead of %g", value, expected);
	}
}

static void limits_of_the_recommendations(void **state)
{
	(void)state;
	/* G.8271.1: 100 + 75 tau, 277 + 1.1 tau, 580 */
	assert_near(limit("g8271.1-c", MASK_MTIE, 2), 250);
	assert_near(limit("g8271.1-c", MASK_MTIE, 100), 387);
	assert_near(limit("g8271.1-c", MASK_MTIE, 10000), 580);
	assert_true(limit("g8271.1-c", MASK_MTIE, 1.2) < 0);
	assert_true(limit("g8271.1-c", MASK_MTIE, 10001) < 0);
	/* G.8272 */
	assert_near(limit("prtc-a", MASK_MTIE, 100), 52.5);
	assert_near(limit("prtc-a", MASK_MTIE, 300), 100);
	assert_near(limit("prtc-a", MASK_TDEV, 0.1), 3);
	assert_near(limit("prtc-a", MASK_TDEV, 500), 15);
	assert_near(limit("prtc-a", MASK_TDEV, 2000), 30);
	assert_near(mask_find("g8271.1-c")->max_te_ns, 1100);
	assert_near(mask_find("prtc-a")->max_te_ns, 100);
	assert_near(mask_find("prtc-b")->max_te_ns, 40);
	assert_near(mask_find("tbc-a")->max_te_ns, 100);
	assert_near(mask_find("tbc-b")->max_te_ns, 70);
	assert_near(mask_find("tbc-c")->max_te_ns, 30);
	assert_near(mask_find("g8271.2-pts")->max_te_ns, 1100);
	assert_null(mask_find("prtc-z"));
}

static void every_named_mask_is_found(void **state)
{
	size_t count = 0;

	(void)state;
	for (; mask_name(count) != NULL; count++) {
		assert_string_equal(mask_find(mask_name(count))->name, mask_name(count));
	}
	assert_int_equal(count, 8);
}

static int parse(const char *text)
{
	return mask_parse(text, strlen(text), &mask, error);
}

static void file_is_read(void **state)
{
	double ns;

	(void)state;
	assert_int_equal(parse("# ours\n title = our network \nmax_te = 1.1us\nfpp = 2%\n"
			       "mtie\n0.1 100ns # from here\n10 10us\n\n100s\t10us\r\n"
			       "tdev\n1 3ns\n100 3ns"),
			 0);
	assert_string_equal(mask.title, "our network");
	assert_near(mask.max_te_ns, 1100);
	assert_near(mask.least_fpp, 0.02);
	/* straight in a double-logarithmic plot */
	assert_true(mask_limit_ns(&mask, MASK_MTIE, 1, &ns));
	assert_near(ns, 1000);
	assert_true(mask_limit_ns(&mask, MASK_MTIE, 0.1, &ns));
	assert_near(ns, 100);
	assert_true(mask_limit_ns(&mask, MASK_MTIE, 50, &ns));
	assert_near(ns, 10000);
	assert_true(mask_limit_ns(&mask, MASK_TDEV, 10, &ns));
	assert_near(ns, 3);
	assert_false(mask_limit_ns(&mask, MASK_TDEV, 0.5, &ns));
}

static void lines_before_any_heading_are_mtie_in_s_and_ns(void **state)
{
	double ns;

	(void)state;
	assert_int_equal(parse("# tau limit\n0.1 100\n1 250.5\n10s 1us\ntdev\n1 3\n100 3ns\n"), 0);
	assert_int_equal(mask.pieces[MASK_MTIE], 2);
	assert_int_equal(mask.pieces[MASK_TDEV], 1);
	assert_true(mask_limit_ns(&mask, MASK_MTIE, 0.1, &ns));
	assert_near(ns, 100);
	assert_true(mask_limit_ns(&mask, MASK_MTIE, 1, &ns));
	assert_near(ns, 250.5);
	assert_true(mask_limit_ns(&mask, MASK_MTIE, 10, &ns));
	assert_near(ns, 1000);
	assert_true(mask_limit_ns(&mask, MASK_TDEV, 10, &ns));
	assert_near(ns, 3);
}

static void wrong_files_are_refused_with_the_line_and_what_to_write(void **state)
{
	static const struct {
		const char *text, *error;
	} wrong[] = {
		{"max_te = 100\n", "line 1: '100' has no unit: write '100ns' or '100us'"},
		{"0.1 100ns\n", "line 1: one line 'tau limit' is no curve: write at least two"},
		{"0.1\n", "line 1: '0.1' is no line of a mask: write 'tau limit', below 'mtie' or "
			  "'tdev'"},
		{"mtei 1us\n", "line 1: 'mtei 1us' is no line of a mask: write 'tau limit', "
			       "below 'mtie' or 'tdev'"},
		{"1 0\n", "line 1: '0' is no limit: write ns, like '30', or '1.1us'"},
		{"1 1\n2 2\nmtie\n3 3\n", "line 3: this heading was there before: write its lines "
					  "below the first one"},
		{"mtie\n1 1us\n1 2us\n",
		 "line 3: tau 1 isn't above the one before: write them rising"},
		{"mtie\n1 1us\n", "line 2: 'mtie' needs at least two lines 'tau limit' below it"},
		{"mtie\nx 1us\n", "line 2: 'x' is no tau: write seconds, like '0.1', or '100ms'"},
		{"mtie\n1 -1us\n", "line 2: '-1us' is no limit: write one like '1.1us' or '30ns'"},
		{"fpp = 3\n", "line 1: '3' is no share: write one like '1%'"},
		{"size = 3\n",
		 "line 1: 'size' is not known: write title, max_te, fpp, mtie or tdev"},
		{"title =\n", "line 1: 'title' has no value"},
		{"", "line 0: there is no limit in it: write max_te, fpp, mtie or tdev"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(parse(wrong[i].text), -EINVAL);
		assert_string_equal(error, wrong[i].error);
	}
	assert_int_equal(mask_parse("mtie\0", 5, &mask, error), -EINVAL);
}

/* Of octaves from 1/16 s that reach far enough, flat. */
static void measure(double mtie_ns, double tdev_ns)
{
	series = (struct timing_series){.synchronised = true};
	series.mtie.count = series.tdev.count = 18;
	for (int k = 0; k < 18; k++) {
		int64_t tau_ns = INT64_C(62500000) << k;

		series.mtie.at[k] = (struct timing_tau){.tau_ns = tau_ns, .value_ns = mtie_ns};
		series.tdev.at[k] = (struct timing_tau){.tau_ns = tau_ns, .value_ns = tdev_ns};
	}
	series.two_way_windows = 10;
	series.two_way_min_ns = -50;
	series.two_way_max_ns = 20;
	series.floor = (struct timing_floor){
		.delta_ns = 150000,
		.window_ns = INT64_C(200000000000),
		.windows = 10,
		.worst_fpp = 0.5,
	};
}

static void judge(const char *name, int64_t resolution_ns)
{
	mask_judge(mask_find(name), &series, resolution_ns, &verdict);
}

static void what_keeps_within_all_limits_passes(void **state)
{
	(void)state;
	measure(20, 2);
	for (size_t i = 0; mask_name(i) != NULL; i++) {
		if (!mask_find(mask_name(i))->is_te_of_all) {
			judge(mask_name(i), 1);
			assert_int_equal(verdict.verdict, TIMING_PASS);
			assert_string_equal(verdict.reason, "");
		}
	}
	judge("tbc-c", 1);
	assert_int_equal(verdict.verdict, TIMING_FAIL);
	assert_string_equal(verdict.reason, "two-way time error 50.0 ns: the limit is 30 ns");
}

/* A clock may be 400 ns off in what all but the fastest packets tell. */
static void fastest_packets_break_a_limit_of_all_but_do_not_keep_it(void **state)
{
	static const char *const of_all[] = {"g8271.1-c", "prtc-a", "tbc-a", "tbc-b"};

	(void)state;
	measure(20, 2); /* with a two-way time error of 50 ns */
	for (size_t i = 0; i < sizeof(of_all) / sizeof(*of_all); i++) {
		judge(of_all[i], 1);
		assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
		assert_non_null(strstr(verdict.reason, "fastest 0.25 % of the packets keep"));
	}
	judge("prtc-b", 1);
	assert_int_equal(verdict.verdict, TIMING_FAIL);
	judge("g8271.2-pts", 1);
	assert_int_equal(verdict.verdict, TIMING_PASS);
}

static void reason_names_the_limit_and_tau(void **state)
{
	(void)state;
	measure(20, 2);
	series.tdev.at[4].value_ns = 3.5;
	judge("prtc-a", 1);
	assert_int_equal(verdict.verdict, TIMING_FAIL);
	assert_string_equal(verdict.reason, "TDEV 3.5 ns at tau 1 s: the limit is 3.0 ns");
	measure(20, 2);
	series.floor.worst_fpp = 0.0099;
	judge("g8261.1-fpp", 1);
	assert_int_equal(verdict.verdict, TIMING_FAIL);
	assert_string_equal(verdict.reason, "floor packets: 0.990 % in the worst window of 200 s, "
					    "the limit is 1 %");
}

static void what_was_not_measured_is_inconclusive(void **state)
{
	(void)state;
	measure(20, 2);
	series.two_way_absence = TIMING_ONE_WAY;
	judge("tbc-a", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	assert_string_equal(verdict.reason, "two-way time error: only one direction was seen");
	measure(20, 2);
	series.floor.absence = TIMING_TOO_SHORT;
	judge("g8261.1-fpp", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	measure(20, 2);
	series.floor.window_ns = 1000;
	judge("g8261.1-fpp", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	measure(20, 2);
	series.floor.mode = FLOOR_LAST;
	judge("g8261.1-fpp", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	measure(20, 2);
	series.mtie.count = 10; /* up to 32 s */
	judge("prtc-a", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	assert_string_equal(verdict.reason,
			    "MTIE: measured up to tau 32 s, the limit reaches to 1e+04 s");
	measure(20, 2);
	series.tdev.count = 0;
	series.tdev_absence = TIMING_TOO_MANY_LOST;
	judge("prtc-a", 1);
	assert_string_equal(verdict.reason, "TDEV: too many samples are missing");
}

static void a_series_that_began_anew_is_inconclusive(void **state)
{
	(void)state;
	measure(20, 2);
	series.breaks = 1;
	judge("prtc-a", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	assert_string_equal(verdict.reason,
			    "MTIE: the series began anew 1 time: what was before isn't known");
	series.mtie.at[0].value_ns = 200;
	series.mtie.at[4].value_ns = 200;
	judge("prtc-a", 1);
	assert_int_equal(verdict.verdict, TIMING_FAIL);
	judge("g8271.2-pts", 1); /* no curve */
	assert_int_equal(verdict.verdict, TIMING_PASS);
}

static void unsynchronised_clocks_leave_mtie_open_but_not_tdev(void **state)
{
	(void)state;
	measure(20, 2);
	series.synchronised = false;
	series.two_way_absence = TIMING_UNSYNCHRONISED;
	judge("prtc-a", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	series.tdev.at[4].value_ns = 3.5;
	judge("prtc-a", 1);
	assert_int_equal(verdict.verdict, TIMING_FAIL);
	assert_int_equal(parse("tdev\n0.1 3ns\n100 3ns"), 0);
	series.tdev.at[4].value_ns = 2;
	mask_judge(&mask, &series, 1, &verdict);
	assert_int_equal(verdict.verdict, TIMING_PASS);
}

static void limit_below_the_resolution_is_inconclusive(void **state)
{
	(void)state;
	measure(2000, 2000);
	judge("prtc-a", 1000);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	judge("g8261.1-fpp", 1000);
	assert_int_equal(verdict.verdict, TIMING_PASS);
}

static void excess_that_a_filter_might_remove_is_no_fail(void **state)
{
	(void)state;
	measure(2000, 2);
	judge("g8271.1-c", 1);
	assert_int_equal(verdict.verdict, TIMING_INCONCLUSIVE);
	assert_string_equal(verdict.reason, "MTIE 2000.0 ns at tau 2 s: the limit is 250.0 ns, "
					    "behind a low-pass filter that was not applied");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_of_the_recommendations),
		cmocka_unit_test(every_named_mask_is_found),
		cmocka_unit_test(file_is_read),
		cmocka_unit_test(lines_before_any_heading_are_mtie_in_s_and_ns),
		cmocka_unit_test(wrong_files_are_refused_with_the_line_and_what_to_write),
		cmocka_unit_test(what_keeps_within_all_limits_passes),
		cmocka_unit_test(fastest_packets_break_a_limit_of_all_but_do_not_keep_it),
		cmocka_unit_test(reason_names_the_limit_and_tau),
		cmocka_unit_test(what_was_not_measured_is_inconclusive),
		cmocka_unit_test(a_series_that_began_anew_is_inconclusive),
		cmocka_unit_test(unsynchronised_clocks_leave_mtie_open_but_not_tdev),
		cmocka_unit_test(limit_below_the_resolution_is_inconclusive),
		cmocka_unit_test(excess_that_a_filter_might_remove_is_no_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
