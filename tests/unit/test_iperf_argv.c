/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iperf_argv.h"

/* The arguments are these, one blank between two. */
static void expect(const struct iperf_options *options, const char *expected)
{
	char error[IPERF_ARGV_ERROR] = "", joined[IPERF_ARGUMENTS_TEXT] = "";
	struct iperf_argv argv;

	if (iperf_argv_fill(&argv, options, error) < 0) {
		fail_msg("%s", error);
	}
	for (int i = 0; i < argv.count; i++) {
		strcat(joined, i > 0 ? " " : "");
		strcat(joined, argv.argument[i]);
	}
	assert_string_equal(joined, expected);
	assert_null(argv.argument[argv.count]);
}

static void expect_refused(const struct iperf_options *options, int number, const char *part)
{
	char error[IPERF_ARGV_ERROR] = "";
	struct iperf_argv argv;

	assert_int_equal(iperf_argv_fill(&argv, options, error), number);
	assert_non_null(strstr(error, part));
}

static void a_plain_test_is_short(void **state)
{
	struct iperf_options options = {.host = "192.0.2.1", .port = 5201, .seconds = 60};

	(void)state;
	expect(&options, "iperf3 -J -i 1 -p 5201 -c 192.0.2.1 -t 60 --connect-timeout 5000");
}

static void every_option_has_iperf3s_name(void **state)
{
	struct iperf_options options = {
		.host = "2001:db8::1",
		.port = 5202,
		.bind_address = "2001:db8::2",
		.bind_device = "eth0",
		.family = 6,
		.seconds = 10,
		.omit_s = 2,
		.reverse = true,
		.zerocopy = true,
		.rate_bps = 900000000,
		.length_bytes = 65536,
		.parallel = 4,
		.window_bytes = 1048576,
		.mss_bytes = 1400,
		.tos = 0xb8,
		.cport = 40000,
		.connect_timeout_ms = 250,
		.congestion = "cubic",
	};

	(void)state;
	expect(&options, "iperf3 -J -i 1 -p 5202 -B 2001:db8::2 --bind-dev eth0 -6 -c 2001:db8::1 "
			 "-t 10 -O 2 -R -Z -b 900000000 -l 65536 -P 4 -w 1048576 -M 1400 -S 184 "
			 "--cport 40000 --connect-timeout 250 -C cubic");
}

static void udp_has_no_fragments_and_counts_in_64_bits(void **state)
{
	struct iperf_options options = {
		.host = "h", .port = 1, .seconds = 1, .udp = true, .bidirectional = true};

	(void)state;
	expect(&options, "iperf3 -J -i 1 -p 1 -c h -t 1 --bidir -u --udp-counters-64bit -l 1400 "
			 "--connect-timeout 5000");
	options.rate_unlimited = true;
	options.length_bytes = 8000;
	options.bidirectional = false;
	expect(&options, "iperf3 -J -i 1 -p 1 -c h -t 1 -u --udp-counters-64bit -b 0 -l 8000 "
			 "--connect-timeout 5000");
}

static void a_server_serves_one_test(void **state)
{
	struct iperf_options options = {
		.is_server = true, .port = 5201, .bind_address = "192.0.2.1", .family = 4};

	(void)state;
	expect(&options, "iperf3 -J -i 10 -p 5201 -B 192.0.2.1 -4 -s -1");
}

static uint32_t interval_of(uint32_t seconds, uint32_t parallel, bool bidirectional)
{
	struct iperf_options options = {.host = "h",
					.port = 1,
					.seconds = seconds,
					.parallel = parallel,
					.bidirectional = bidirectional};
	char error[IPERF_ARGV_ERROR] = "";
	struct iperf_argv argv;

	assert_int_equal(iperf_argv_fill(&argv, &options, error), 0);
	return argv.interval_s;
}

static void a_long_test_reports_less_often(void **state)
{
	(void)state;
	/* 49152 rows: two of one stream a second */
	assert_int_equal(interval_of(24576, 0, false), 1);
	assert_int_equal(interval_of(24577, 1, false), 2);
	assert_int_equal(interval_of(86400, 1, true), 8);    /* 345600 / 49152 = 7.03 */
	assert_int_equal(interval_of(86400, 32, false), 59); /* 2851200 / 49152 = 58.008 */
}

static void a_report_that_is_too_large_is_refused(void **state)
{
	struct iperf_options options = {.host = "h", .port = 1, .seconds = 86400, .parallel = 128};

	(void)state;
	expect_refused(&options, -E2BIG, "128 streams for 86400 s");
}

static void what_would_be_an_option_is_no_name(void **state)
{
	struct iperf_options options = {.host = "-F", .port = 1, .seconds = 1};

	(void)state;
	expect_refused(&options, -EINVAL, "'-F'");
	options.host = "h";
	options.congestion = "--logfile=x";
	expect_refused(&options, -EINVAL, "'--logfile=x'");
	options.congestion = NULL;
	options.bind_address = "";
	expect_refused(&options, -EINVAL, "''");
}

static void both_ways_at_once_is_one_wish(void **state)
{
	struct iperf_options options = {
		.host = "h", .port = 1, .seconds = 1, .reverse = true, .bidirectional = true};

	(void)state;
	expect_refused(&options, -EINVAL, "exclude");
}

static void names_that_do_not_fit_are_refused(void **state)
{
	char name[IPERF_ARGUMENTS_TEXT + 1];
	struct iperf_options options = {.host = name, .port = 1, .seconds = 1};

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	expect_refused(&options, -E2BIG, "too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_test_is_short),
		cmocka_unit_test(every_option_has_iperf3s_name),
		cmocka_unit_test(udp_has_no_fragments_and_counts_in_64_bits),
		cmocka_unit_test(a_server_serves_one_test),
		cmocka_unit_test(a_long_test_reports_less_often),
		cmocka_unit_test(a_report_that_is_too_large_is_refused),
		cmocka_unit_test(what_would_be_an_option_is_no_name),
		cmocka_unit_test(both_ways_at_once_is_one_wish),
		cmocka_unit_test(names_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
