/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report says of stamps: where they came from, which didn't come, and what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "report.h"
#include "stamps.h"
#include "verdict.h"

static struct report report;
static struct verdict verdict;

static int reset(void **state)
{
	(void)state;
	memset(&report, 0, sizeof(report));
	memset(&verdict, 0, sizeof(verdict));
	return 0;
}

static struct stamps hardware(uint64_t came, uint64_t software, bool is_receiver)
{
	return (struct stamps){
		.want = STAMPS_HARDWARE,
		.interface = "eth0",
		.in_hardware = true,
		.configured = true,
		.setting = "rx filter ptpv2-event",
		.is_receiver = is_receiver,
		.what = is_receiver ? "arrivals of PTP over UDP" : "departures",
		.phc = {.index = 3,
			.method = "extended",
			.samples = 7,
			.uncertain_ns = 450,
			.rate_known = true,
			.rate_ppb = -12},
		.counts = {.hardware = came, .software = software, .missing = software},
		.lag = {2, 1500, 2500},
	};
}

static void judge(const struct stamps *stamps)
{
	stamps_note(stamps, &report);
	stamps_judge(stamps, &verdict);
}

static void all_in_hardware_is_a_pass_without_a_word(void **state)
{
	struct stamps stamps = hardware(100, 0, true);

	(void)state;
	judge(&stamps);
	assert_int_equal(verdict.result, VERDICT_PASS);
	assert_int_equal(report.notes, 0);
}

static void card_that_accepts_and_never_stamps_is_told_so(void **state)
{
	struct stamps stamps = hardware(0, 6, true);

	(void)state;
	stamps.hint = "; some can't";
	judge(&stamps);
	assert_string_equal(report.note[0],
			    "eth0 accepted rx filter ptpv2-event and stamped none of 6 arrivals of "
			    "PTP over UDP: software stamps were taken instead; some can't");
	assert_int_equal(verdict.result, VERDICT_INCONCLUSIVE);
	assert_string_equal(verdict.reason[0],
			    "6 of 6 arrivals of PTP over UDP have no hardware stamp");
}

static void stamps_that_the_card_missed_are_counted(void **state)
{
	struct stamps stamps = hardware(97, 3, false);

	(void)state;
	judge(&stamps);
	assert_string_equal(report.note[0], "eth0 stamped 97 of 100 departures, 3 it missed");
	assert_int_equal(verdict.result, VERDICT_INCONCLUSIVE);
}

static void by_default_a_missing_one_is_no_reason_to_doubt(void **state)
{
	struct stamps stamps = hardware(97, 3, false);

	(void)state;
	stamps.want = STAMPS_AUTO;
	judge(&stamps);
	assert_int_equal(report.notes, 1);
	assert_int_equal(verdict.result, VERDICT_PASS);
	assert_int_equal(verdict.count, 0);
}

static void without_a_card_the_reason_is_given(void **state)
{
	struct stamps stamps = {
		.want = STAMPS_HARDWARE,
		.lacks = "'lo' has no clock that stamps departures",
		.what = "departures",
		.phc = {.index = -1},
		.counts = {.software = 5, .missing = 5},
	};

	(void)state;
	judge(&stamps);
	assert_string_equal(report.note[0],
			    "no hardware stamps: 'lo' has no clock that stamps departures: "
			    "software stamps were taken instead");
	assert_string_equal(verdict.reason[0],
			    "5 of 5 departures have no hardware stamp: 'lo' has no clock that "
			    "stamps departures");
	assert_int_equal(verdict.result, VERDICT_INCONCLUSIVE);
}

static void violated_limit_stays_a_fail(void **state)
{
	struct stamps stamps = hardware(0, 6, true);

	(void)state;
	verdict.result = VERDICT_FAIL;
	stamps_judge(&stamps, &verdict);
	assert_int_equal(verdict.result, VERDICT_FAIL);
}

static void cards_clock_that_was_set_is_told(void **state)
{
	struct stamps stamps = hardware(100, 0, true);

	(void)state;
	stamps.phc.steps = 1;
	stamps.phc.last_step_ns = 37000000000;
	judge(&stamps);
	assert_string_equal(report.note[0],
			    "the clock of eth0 (/dev/ptp3) was set 1 times, last by 37.0 s: "
			    "hardware stamps of those moments are wrong or missing");
}

static void json_has_each_direction_and_the_clock(void **state)
{
	struct stamps stamps = hardware(97, 3, true);
	json_t *json = stamps_json(&stamps), *wanted;

	(void)state;
	wanted = json_loads(
		"{\"asked\": \"hardware\", \"hwstamp\": true, \"setting\": \"rx filter "
		"ptpv2-event\", \"lacks\": null, \"tx\": null, \"rx\": {\"hardware\": 97, "
		"\"software\": 3, \"user\": 0, \"missing\": 3}, \"lag\": {\"min_ns\": 1500, \"max_ns\": 2500}, \"phc\": {\"device\": "
		"\"/dev/ptp3\", \"method\": \"extended\", \"samples\": 7, \"uncertainty_ns\": "
		"450, \"rate_ppb\": -12, \"steps\": 0}}",
		0, NULL);
	assert_non_null(wanted);
	assert_true(json_equal(json, wanted));
	json_decref(json);
	json_decref(wanted);
}

static void lag_is_of_the_first_one_on(void **state)
{
	struct stamps_lag lag = {0};

	(void)state;
	stamps_lag_add(&lag, 20);
	assert_int_equal(lag.min_ns, 20);
	stamps_lag_add(&lag, -5);
	stamps_lag_add(&lag, 30);
	assert_int_equal(lag.min_ns, -5);
	assert_int_equal(lag.max_ns, 30);
	assert_int_equal(lag.count, 3);
}

static void text_is_one_line(void **state)
{
	struct stamps stamps = hardware(97, 3, true);
	char text[128] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	stamps_text(&stamps, out);
	fclose(out);
	assert_string_equal(text, "97 hardware (eth0, /dev/ptp3 known to 450 ns), 3 software");
}

static void options_that_contradict_each_other_are_refused(void **state)
{
	(void)state;
	assert_null(stamps_check(STAMPS_AUTO, false, false, true));
	assert_null(stamps_check(STAMPS_AUTO, true, true, false));
	assert_null(stamps_check(STAMPS_HARDWARE, true, true, false));
	assert_null(stamps_check(STAMPS_USER, false, false, false));
	assert_non_null(stamps_check(STAMPS_SOFTWARE, true, true, false));
	assert_non_null(stamps_check(STAMPS_USER, true, true, false));
	assert_non_null(stamps_check(STAMPS_AUTO, true, false, false));
	assert_non_null(stamps_check(STAMPS_AUTO, true, true, true));
	assert_non_null(stamps_check(STAMPS_HARDWARE, false, true, true));
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_in_hardware_is_a_pass_without_a_word),
		TEST(card_that_accepts_and_never_stamps_is_told_so),
		TEST(stamps_that_the_card_missed_are_counted),
		TEST(by_default_a_missing_one_is_no_reason_to_doubt),
		TEST(without_a_card_the_reason_is_given),
		TEST(violated_limit_stays_a_fail),
		TEST(cards_clock_that_was_set_is_told),
		TEST(json_has_each_direction_and_the_clock),
		TEST(lag_is_of_the_first_one_on),
		TEST(text_is_one_line),
		TEST(options_that_contradict_each_other_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
