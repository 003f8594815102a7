/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "units.h"

enum { UNTOUCHED = 4711 };

static void expect_ns(const char *text, int64_t expected_ns)
{
	int64_t ns = UNTOUCHED;

	assert_int_equal(units_parse_duration(text, &ns), 0);
	assert_int_equal(ns, expected_ns);
}

static void expect_no_duration(const char *text, int error)
{
	int64_t ns = UNTOUCHED;

	assert_int_equal(units_parse_duration(text, &ns), error);
	assert_int_equal(ns, UNTOUCHED);
}

static void uint_is_exact_up_to_64_bits(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(units_parse_uint("18446744073709551615", 0, UINT64_MAX, &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(units_parse_uint("0", 0, 9, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(units_parse_uint("007", 0, 9, &value), 0);
	assert_int_equal(value, 7);
}

static void uint_beyond_64_bits_is_out_of_range(void **state)
{
	uint64_t value = UNTOUCHED;

	(void)state;
	assert_int_equal(units_parse_uint("18446744073709551616", 0, UINT64_MAX, &value), -ERANGE);
	/* wraps around to 0 before its last digit */
	assert_int_equal(units_parse_uint("184467440737095516160", 0, UINT64_MAX, &value), -ERANGE);
	assert_int_equal(units_parse_uint("99999999999999999999999", 0, UINT64_MAX, &value),
			 -ERANGE);
	assert_int_equal(value, UNTOUCHED);
}

static void uint_keeps_to_its_bounds(void **state)
{
	uint64_t value = UNTOUCHED;

	(void)state;
	assert_int_equal(units_parse_uint("0", 1, 255, &value), -ERANGE);
	assert_int_equal(units_parse_uint("256", 1, 255, &value), -ERANGE);
	assert_int_equal(value, UNTOUCHED);
	assert_int_equal(units_parse_uint("1", 1, 255, &value), 0);
	assert_int_equal(units_parse_uint("255", 1, 255, &value), 0);
	assert_int_equal(value, 255);
}

static void uint_refuses_sign_space_junk_and_nothing(void **state)
{
	static const char *const junk[] = {"", "+1", "-1", " 1", "1 ", "0x10", "1e3", "1.0", "one"};
	uint64_t value = UNTOUCHED;

	(void)state;
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		assert_int_equal(units_parse_uint(junk[i], 0, UINT64_MAX, &value), -EINVAL);
	}
	assert_int_equal(value, UNTOUCHED);
}

static void durations_have_exact_ns(void **state)
{
	(void)state;
	expect_ns("0", 0);
	expect_ns("10s", INT64_C(10000000000));
	expect_ns("10", INT64_C(10000000000));
	expect_ns("1.5ms", 1500000);
	expect_ns("250us", 250000);
	expect_ns("40ns", 40);
	expect_ns("5m", INT64_C(300000000000));
	expect_ns("1h", INT64_C(3600000000000));
	expect_ns("2d", INT64_C(172800000000000));
	expect_ns("1.5h", INT64_C(5400000000000));
	expect_ns("1MS", 1000000);
}

/* 0.1 and 0.3 have no finite binary form; 2^53 + 1 ns is beyond what a double can tell apart. */
static void durations_do_not_pass_through_floating_point(void **state)
{
	(void)state;
	expect_ns("0.1s", 100000000);
	expect_ns("0.3us", 300);
	expect_ns("0.000000001s", 1);
	expect_ns("9007199254740993ns", INT64_C(9007199254740993));
	expect_ns("9007199.254740993s", INT64_C(9007199254740993));
	expect_ns("0.1234567890123456789999999999s", 123456789);
}

static void duration_finer_than_a_ns_is_rounded_to_the_nearest(void **state)
{
	(void)state;
	expect_ns("1.4ns", 1);
	expect_ns("1.5ns", 2);
	expect_ns("0.0000000015s", 2);
}

/* 36,525 days of 86,400 s */
static void durations_end_at_100_years(void **state)
{
	(void)state;
	expect_ns("36525d", INT64_C(3155760000000000000));
	expect_no_duration("36526d", -ERANGE);
	expect_no_duration("3155760000.000000001s", -ERANGE);
	expect_no_duration("18446744073709551615d", -ERANGE);
	expect_no_duration("18446744073709551616ns", -ERANGE);
	expect_no_duration("99999999999999999999999999999999999999999", -ERANGE);
}

static void duration_refuses_what_is_none(void **state)
{
	static const char *const junk[] = {"",    "s",     "-1s", "+1s", " 1s",  "1 s",
					   "1s ", "1.",    "1.s", ".5s", "1e3",  "1,5s",
					   "1y",  "1..5s", "inf", "nan", "0x1s", "10sec"};

	(void)state;
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		expect_no_duration(junk[i], -EINVAL);
	}
	expect_no_duration("99999999999999999999999x", -EINVAL);
}

static void expect_rate(const char *text, enum units_rate_kind kind, double value)
{
	struct units_rate rate;

	assert_int_equal(units_parse_rate(text, &rate), 0);
	assert_int_equal(rate.kind, kind);
	assert_true(rate.value == value);
}

static void rates_are_probes_or_bits(void **state)
{
	(void)state;
	expect_rate("1000", UNITS_RATE_PPS, 1000);
	expect_rate("1000pps", UNITS_RATE_PPS, 1000);
	expect_rate("2.5kpps", UNITS_RATE_PPS, 2500);
	expect_rate("1Mpps", UNITS_RATE_PPS, 1e6);
	expect_rate("0.1pps", UNITS_RATE_PPS, 0.1);
	expect_rate("10Mbps", UNITS_RATE_BPS, 1e7);
	expect_rate("10mbps", UNITS_RATE_BPS, 1e7);
	expect_rate("1Gbps", UNITS_RATE_BPS, 1e9);
	expect_rate("500kbit", UNITS_RATE_BPS, 5e5);
	expect_rate("2.2Mbit/s", UNITS_RATE_BPS, 2200000);
	expect_rate("9.98Mb/s", UNITS_RATE_BPS, 9980000);
	expect_rate("max", UNITS_RATE_MAX, 0);
	expect_rate("0.001", UNITS_RATE_PPS, 0.001);
	expect_rate("1000Gbps", UNITS_RATE_BPS, 1e12);
}

static void rate_out_of_range_or_none_is_refused(void **state)
{
	static const char *const junk[] = {"",    "k",   "pps", "-1",   "1 pps",
					   "1kk", "10x", "1pp", "maxi", "1pps1"};
	static const char *const range[] = {"0",
					    "0pps",
					    "0.0009",
					    "1001Gbps",
					    "18446744073709551616",
					    "0.0000000000000000001pps"};
	struct units_rate rate = {.value = UNTOUCHED};

	(void)state;
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		assert_int_equal(units_parse_rate(junk[i], &rate), -EINVAL);
	}
	for (size_t i = 0; i < sizeof(range) / sizeof(*range); i++) {
		assert_int_equal(units_parse_rate(range[i], &rate), -ERANGE);
	}
	assert_true(rate.value == UNTOUCHED);
}

static void bare_prefix_or_bytes_are_too_ambiguous_for_a_rate(void **state)
{
	struct units_rate rate;

	(void)state;
	assert_int_equal(units_parse_rate("10M", &rate), -EINVAL);
	assert_int_equal(units_parse_rate("10MBps", &rate), -EINVAL);
	assert_int_equal(units_parse_rate("10Bps", &rate), -EINVAL);
}

static void amount_is_a_count_or_a_share(void **state)
{
	struct units_amount amount;

	(void)state;
	assert_int_equal(units_parse_amount("5", &amount), 0);
	assert_false(amount.is_share);
	assert_int_equal(amount.count, 5);
	assert_int_equal(units_parse_amount("0.1%", &amount), 0);
	assert_true(amount.is_share);
	assert_true(amount.share == 0.001);
	assert_int_equal(units_parse_amount("100%", &amount), 0);
	assert_true(amount.share == 1);
	assert_int_equal(units_parse_amount("0%", &amount), 0);
	assert_true(amount.is_share && amount.share == 0);
}

static void amount_refuses_half_a_packet_and_more_than_all(void **state)
{
	struct units_amount amount = {.count = UNTOUCHED};

	(void)state;
	assert_int_equal(units_parse_amount("0.5", &amount), -EINVAL);
	assert_int_equal(units_parse_amount("1.0", &amount), -EINVAL);
	assert_int_equal(units_parse_amount("%", &amount), -EINVAL);
	assert_int_equal(units_parse_amount("1%%", &amount), -EINVAL);
	assert_int_equal(units_parse_amount("1 %", &amount), -EINVAL);
	assert_int_equal(units_parse_amount("", &amount), -EINVAL);
	assert_int_equal(units_parse_amount("100.1%", &amount), -ERANGE);
	assert_int_equal(units_parse_amount("18446744073709551616", &amount), -ERANGE);
	assert_int_equal(units_parse_amount("18446744073709551616%", &amount), -ERANGE);
	assert_int_equal(amount.count, UNTOUCHED);
}

static void expect_duration_text(int64_t ns, const char *expected)
{
	char text[UNITS_TEXT];

	assert_string_equal(units_duration_text(ns, text), expected);
}

static void duration_text_has_three_digits_and_its_unit(void **state)
{
	(void)state;
	expect_duration_text(0, "0 ns");
	expect_duration_text(7, "7 ns");
	expect_duration_text(999, "999 ns");
	expect_duration_text(1000, "1.00 us");
	expect_duration_text(12345, "12.3 us");
	expect_duration_text(-12345, "-12.3 us");
	expect_duration_text(1500000, "1.50 ms");
	expect_duration_text(INT64_C(10000000000), "10.0 s");
	expect_duration_text(INT64_C(3600000000000), "3600 s");
	expect_duration_text(INT64_C(36000000000000), "10.0 h");
	expect_duration_text(INT64_C(3155760000000000000), "36525 d");
	expect_duration_text(INT64_MIN, "-106752 d");
}

static void duration_text_carries_when_it_rounds_up(void **state)
{
	(void)state;
	expect_duration_text(9994, "9.99 us");
	expect_duration_text(9995, "10.0 us");
	expect_duration_text(99950, "100 us");
	expect_duration_text(999499, "999 us");
	expect_duration_text(999500, "1.00 ms");
	expect_duration_text(999999999, "1.00 s");
}

static void expect_rate_text(double bits_per_second, const char *expected)
{
	char text[UNITS_TEXT];

	assert_string_equal(units_rate_text(bits_per_second, text), expected);
}

static void rate_text_has_three_digits_and_its_unit(void **state)
{
	char text[UNITS_TEXT];

	(void)state;
	expect_rate_text(0, "0.00 b/s");
	expect_rate_text(65536, "65.5 kb/s");
	expect_rate_text(9980000, "9.98 Mb/s");
	expect_rate_text(999600, "1.00 Mb/s");
	expect_rate_text(1e9, "1.00 Gb/s");
	expect_rate_text(1e12, "1.00 Tb/s");
	assert_int_equal(strlen(units_rate_text(1e300, text)), UNITS_TEXT - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uint_is_exact_up_to_64_bits),
		cmocka_unit_test(uint_beyond_64_bits_is_out_of_range),
		cmocka_unit_test(uint_keeps_to_its_bounds),
		cmocka_unit_test(uint_refuses_sign_space_junk_and_nothing),
		cmocka_unit_test(durations_have_exact_ns),
		cmocka_unit_test(durations_do_not_pass_through_floating_point),
		cmocka_unit_test(duration_finer_than_a_ns_is_rounded_to_the_nearest),
		cmocka_unit_test(durations_end_at_100_years),
		cmocka_unit_test(duration_refuses_what_is_none),
		cmocka_unit_test(rates_are_probes_or_bits),
		cmocka_unit_test(rate_out_of_range_or_none_is_refused),
		cmocka_unit_test(bare_prefix_or_bytes_are_too_ambiguous_for_a_rate),
		cmocka_unit_test(amount_is_a_count_or_a_share),
		cmocka_unit_test(amount_refuses_half_a_packet_and_more_than_all),
		cmocka_unit_test(duration_text_has_three_digits_and_its_unit),
		cmocka_unit_test(duration_text_carries_when_it_rounds_up),
		cmocka_unit_test(rate_text_has_three_digits_and_its_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
