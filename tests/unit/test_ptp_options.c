/* SPDX-License-Identifier: BSD-2-Clause */
/* argv of ptprobe-ptp to what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "argv_bed.h"
#include "health.h"
#include "ptp_options.h"

static struct ptp_options options;
static struct option_result result;

static void parse(const char *line)
{
	char **argv;
	int argc = argv_bed_cut("ptprobe-ptp", line, &argv);

	memset(&options, 0x5a, sizeof(options));
	ptp_options_parse(argc, argv, &options, &result);
}

static void parse_good(const char *line)
{
	parse(line);
	argv_bed_runs(&result);
}

static void assert_bad(const char *line, const char *says)
{
	parse(line);
	argv_bed_refused(&result, says);
}

static void defaults_are_those_of_the_page(void **state)
{
	(void)state;
	parse_good("-i eth0");
	assert_string_equal(options.interface, "eth0");
	assert_int_equal(options.read.count, 0);
	assert_int_equal(options.lost_after_ns, 1000000000);
	assert_int_equal(options.announce_timeout, 3);
	assert_int_equal(options.sync_timeout, 3);
	assert_int_equal(options.floor_delta_ns, 150000);
	assert_int_equal(options.floor_window_ns, INT64_C(200000000000));
	assert_int_equal(options.snaplen, 2048);
	assert_int_equal(options.buffer_bytes, 4 << 20);
	assert_int_equal(options.count, 0);
	assert_int_equal(options.time_ns, 0);
	assert_int_equal(options.wait_ns, 0);
	assert_int_equal(options.report.interval_ns, 1000000000);
	assert_false(options.synchronised || options.utc_offset.is_given || options.no_join ||
		     options.promiscuous || options.is_transport_given || options.lists_profiles ||
		     options.lists_masks);
	assert_null(options.profile);
	assert_null(options.mask);
	assert_false(ptp_options_judge(&options));
}

static void without_a_transport_all_are_looked_at(void **state)
{
	(void)state;
	parse_good("-i eth0");
	assert_int_equal(options.transports,
			 1u << TRANSPORT_ETHERNET | 1u << TRANSPORT_UDP4 | 1u << TRANSPORT_UDP6);
	parse_good("-i eth0 -4 --l2");
	assert_int_equal(options.transports, 1u << TRANSPORT_ETHERNET | 1u << TRANSPORT_UDP4);
	assert_true(options.is_transport_given);
	parse_good("-i eth0 -6");
	assert_int_equal(options.transports, 1u << TRANSPORT_UDP6);
}

/* Are exactly those of from..to in? */
static void assert_domains(unsigned int from, unsigned int to)
{
	for (unsigned int domain = 0; domain < 256; domain++) {
		assert_int_equal(ptp_domains_have(&options.domains, (uint8_t)domain),
				 domain >= from && domain <= to);
	}
}

static void domains_are_numbers_and_ranges(void **state)
{
	(void)state;
	parse_good("-i eth0");
	assert_domains(0, 255);
	parse_good("-i eth0 --domain 0");
	assert_domains(0, 0);
	parse_good("-i eth0 --domain 24-43");
	assert_domains(24, 43);
	parse_good("-i eth0 --domain 254,255,253-255");
	assert_domains(253, 255);
	parse_good("-i eth0 --domain 63 --domain 64");
	assert_domains(63, 64);
}

static void what_is_no_domain_is_refused(void **state)
{
	static const char *const bad[] = {"256",   "-1",  "1-",  "3-2",  "1,",   ",1",
					  "1-300", "0x1", "1;2", "1000", "1-2-3"};
	char line[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(line, sizeof(line), "-i eth0 --domain=%s", bad[i]);
		assert_bad(line, "domains are numbers from 0 to 255");
	}
}

static void limits_are_kept_in_order(void **state)
{
	const struct ptp_limit *limit = options.limits.limit;

	(void)state;
	parse_good("-r f --max-loss 3 --max-missing-follow-up 0.5% --max-pdv p99.9=50us "
		   "--max-events two_masters=0 --max-events any=7 --min-messages 100");
	assert_int_equal(options.limits.count, 6);
	assert_int_equal(limit[0].metric, PTP_METRIC_LOSS);
	assert_false(limit[0].amount.is_share);
	assert_int_equal(limit[0].amount.count, 3);
	assert_int_equal(limit[1].metric, PTP_METRIC_FOLLOW_UP);
	assert_true(limit[1].amount.is_share);
	assert_float_equal(limit[1].amount.share, 0.005, 1e-12);
	assert_int_equal(limit[2].metric, PTP_METRIC_PDV);
	assert_int_equal(limit[2].duration_ns, 50000);
	assert_float_equal(limit[2].quantile, 0.999, 1e-12);
	assert_int_equal(limit[3].event, HEALTH_TWO_MASTERS);
	assert_int_equal(limit[3].amount.count, 0);
	assert_int_equal(limit[4].event, PTP_EVENTS_ANY);
	assert_int_equal(limit[4].amount.count, 7);
	assert_int_equal(limit[5].metric, PTP_METRIC_MESSAGES);
	assert_true(ptp_options_judge(&options));
}

static void anything_that_judges_makes_a_check(void **state)
{
	static const char *const lines[] = {"-r f --profile g8275.1", "-r f --mask prtc-a",
					    "-r f --grandmaster 001122.fffe.334455",
					    "-r f --max-dup 0"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		parse_good(lines[i]);
		assert_true(ptp_options_judge(&options));
	}
}

static void a_grandmaster_is_read_in_both_forms(void **state)
{
	(void)state;
	parse_good("-r f --grandmaster 001122.fffe.334455");
	assert_true(options.limits.has_grandmaster);
	assert_true(options.limits.grandmaster == UINT64_C(0x001122fffe334455));
	parse_good("-r f --grandmaster 001122fffe334455");
	assert_true(options.limits.grandmaster == UINT64_C(0x001122fffe334455));
	assert_bad("-r f --grandmaster 001122fffe33445", "a clock's identity");
}

static void every_kind_of_event_can_be_limited(void **state)
{
	char line[80];

	(void)state;
	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		snprintf(line, sizeof(line), "-r f --max-events %s=5",
			 health_event_text((enum health_event_kind)kind));
		parse_good(line);
		assert_int_equal(options.limits.limit[0].event, kind);
	}
}

static void limits_that_are_none_are_refused(void **state)
{
	(void)state;
	assert_bad("-r f --max-events two_masters", "not KIND=N");
	assert_bad("-r f --max-events =0", "not KIND=N");
	assert_bad("-r f --max-events any=", "is a number of events");
	assert_bad("-r f --max-events any=-1", "is a number of events");
	assert_bad("-r f --max-pdv p95=1us", "p50, p90, p99, p99.9 and max");
	assert_bad("-r f --max-pdv 5", "with the unit");
	assert_bad("-r f --max-unanswered many", "a count, such as 5");
	assert_bad("-r f --min-messages 0", "1 and more");
	assert_bad("-r f --min-rate 5", "a share of the advertised rate");
	assert_bad("-r f --min-rate 0%", "a share of the advertised rate");
	assert_bad("-r f --max-correction-changes 1%", "a number of changes");
}

static void one_limit_too_many_is_refused(void **state)
{
	static char name[] = "ptprobe-ptp";
	static char limits[PTP_LIMITS_MAX + 1][24];
	char *argv[PTP_LIMITS_MAX + 3] = {name};

	(void)state;
	for (int i = 0; i <= PTP_LIMITS_MAX; i++) {
		snprintf(limits[i], sizeof(limits[i]), "--max-loss=%d", i);
		argv[i + 1] = limits[i];
	}
	ptp_options_parse(PTP_LIMITS_MAX + 2, argv, &options, &result);
	assert_int_equal(result.outcome, OPTION_BAD);
	assert_non_null(strstr(result.error, "one limit too many"));
}

static void what_is_for_an_interface_is_refused_with_files(void **state)
{
	static const char *const only[] = {"--no-join", "--promiscuous", "--buffer 300000",
					   "-s 256",    "-W 1s",         "--trace"};
	char line[64];

	(void)state;
	for (size_t i = 0; i < sizeof(only) / sizeof(*only); i++) {
		snprintf(line, sizeof(line), "-r f %s", only[i]);
		assert_bad(line, "is for -i: ");
		snprintf(line, sizeof(line), "-i eth0 %s", only[i]);
		parse_good(line);
	}
	/* as if not given */
	parse_good("-r f --buffer 4194304 -s 2048");
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	assert_bad("", "give -i IF, or -r FILE");
	assert_bad("-i eth0 -r f", "exclude one another");
	assert_bad("-r - -r -", "standard input can be read once");
	assert_bad("-i any", "once for each device");
	assert_bad("-i eth0 -J --csv", "exclude one another");
	assert_bad("-i eth0 -q -v", "exclude one another");
	assert_bad("-i eth0 --utc-offset 37", "--synchronised alone");
	assert_bad("-i eth0 something", "one too many");
	assert_bad("-i eth0 --hgrm f", "unknown option");
}

static void the_wait_is_as_long_as_the_time_unless_told(void **state)
{
	(void)state;
	parse_good("-i eth0 -t 5s");
	assert_int_equal(options.wait_ns, INT64_C(5000000000));
	parse_good("-i eth0 -t 5s -W 1s");
	assert_int_equal(options.wait_ns, INT64_C(1000000000));
	parse_good("-r f -t 5s");
	assert_int_equal(options.wait_ns, 0);
}

static void the_clocks_are_what_is_told(void **state)
{
	(void)state;
	parse_good("-i eth0 --synchronised --utc-offset 37");
	assert_true(options.synchronised && options.utc_offset.is_given);
	assert_int_equal(options.utc_offset.seconds, 37);
	parse_good("-i eth0 --synchronised --utc-offset 0");
	assert_true(options.utc_offset.is_given);
	assert_int_equal(options.utc_offset.seconds, 0);
	assert_bad("-i eth0 --synchronised --utc-offset 1.5", "TAI - UTC in seconds");
}

static void floor_is_within_what_can_be_counted(void **state)
{
	static const char *const bad[] = {"--floor-window 2h",    "--floor-window 1001s",
					  "--floor-window 999ms", "--floor-delta 1s",
					  "--floor-delta 1001us", "--floor-delta 999ns",
					  "--floor-delta 500ns"};
	char line[64];

	(void)state;
	parse_good("-r f --floor-delta 1us --floor-window 1s");
	assert_int_equal(options.floor_delta_ns, 1000);
	assert_int_equal(options.floor_window_ns, 1000000000);
	parse_good("-r f --floor-delta 1ms --floor-window 1000s");
	assert_int_equal(options.floor_delta_ns, 1000000);
	assert_int_equal(options.floor_window_ns, INT64_C(1000000000000));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(line, sizeof(line), "-r f %s", bad[i]);
		assert_bad(line, "takes ");
	}
	assert_bad("-r f --floor-delta 1500ns", "whole microseconds");
	assert_bad("-r f --floor-window 1.5s", "whole seconds");
}

static void the_floor_is_of_the_run_of_a_time_or_given(void **state)
{
	(void)state;
	parse_good("-r f");
	assert_int_equal(options.floor.mode, FLOOR_SESSION);
	parse_good("-r f --floor last:200s");
	assert_int_equal(options.floor.mode, FLOOR_LAST);
	assert_int_equal(options.floor.last_ns, INT64_C(200000000000));
	parse_good("-r f --floor last:10000s --floor-window 1000s");
	parse_good("-r f --synchronised --floor 1.5us");
	assert_int_equal(options.floor.mode, FLOOR_FIXED);
	assert_int_equal(options.floor.fixed_ns, 1500);
	parse_good("-r f --synchronised --floor 1.5us --floor session");
	assert_int_equal(options.floor.mode, FLOOR_SESSION);
	assert_bad("-r f --floor 20us", "with --synchronised alone");
	assert_bad("-r f --synchronised --floor 2h", "at most 1h");
	assert_bad("-r f --floor last:199s", "from that of --floor-window to 10000s");
	assert_bad("-r f --floor last:10001s", "from that of --floor-window to 10000s");
	assert_bad("-r f --floor last:300.5s", "in whole seconds");
	assert_bad("-r f --floor last:", "is session, last:DUR");
	assert_bad("-r f --floor least", "is session, last:DUR");
}

static void a_list_needs_nothing_to_look_at(void **state)
{
	(void)state;
	parse_good("--profile list");
	assert_true(options.lists_profiles);
	assert_false(options.lists_masks);
	parse_good("--mask list");
	assert_true(options.lists_masks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_page),
		cmocka_unit_test(without_a_transport_all_are_looked_at),
		cmocka_unit_test(domains_are_numbers_and_ranges),
		cmocka_unit_test(what_is_no_domain_is_refused),
		cmocka_unit_test(limits_are_kept_in_order),
		cmocka_unit_test(anything_that_judges_makes_a_check),
		cmocka_unit_test(a_grandmaster_is_read_in_both_forms),
		cmocka_unit_test(every_kind_of_event_can_be_limited),
		cmocka_unit_test(limits_that_are_none_are_refused),
		cmocka_unit_test(one_limit_too_many_is_refused),
		cmocka_unit_test(what_is_for_an_interface_is_refused_with_files),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(the_wait_is_as_long_as_the_time_unless_told),
		cmocka_unit_test(the_clocks_are_what_is_told),
		cmocka_unit_test(floor_is_within_what_can_be_counted),
		cmocka_unit_test(the_floor_is_of_the_run_of_a_time_or_given),
		cmocka_unit_test(a_list_needs_nothing_to_look_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
