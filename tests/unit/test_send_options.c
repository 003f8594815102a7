/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "send_options.h"

static struct option_result parse(struct send_options *options, const char *line)
{
	static char text[512];
	char *argv[32] = {(char *)"ptprobe-send"};
	struct option_result result;
	int argc = 1;

	assert_true(strlen(line) < sizeof(text));
	strcpy(text, line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		argv[argc++] = word;
	}
	send_options_parse(argc, argv, options, &result);
	return result;
}

static void assert_runs(struct send_options *options, const char *line)
{
	struct option_result result = parse(options, line);

	if (result.outcome != OPTION_RUN) {
		fail_msg("'%s' is refused: %s", line, result.error);
	}
}

static void assert_refused(const char *line, const char *remedy)
{
	struct send_options options;
	struct option_result result = parse(&options, line);

	if (result.outcome != OPTION_BAD) {
		fail_msg("'%s' is accepted", line);
	}
	if (!strstr(result.error, remedy)) {
		fail_msg("'%s': '%s' doesn't name '%s'", line, result.error, remedy);
	}
	assert_null(strchr(result.error, '\n'));
}

static void defaults_are_bounded(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "");
	assert_int_equal(options.time_ns, INT64_C(10000000000));
	assert_int_equal(options.count, 0);
	assert_int_equal(options.ttl, 1);
	assert_int_equal(options.length, 64);
	assert_int_equal(options.pcp, -1);
	assert_int_equal(options.group.first.port, 31900);
	assert_int_equal(options.plan.pattern, PACING_PERIODIC);
	/* 128 a second is 7.8125 ms */
	assert_int_equal(pacing_wire_period_ns(&options.plan, 1), 7812500);
}

static void drop_reasons_are_traced_when_asked_for(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-c 1");
	assert_false(options.trace);
	assert_runs(&options, "-c 1 --trace");
	assert_true(options.trace);
}

static void count_lifts_the_default_time_only(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-c 100");
	assert_int_equal(options.time_ns, 0);
	assert_runs(&options, "-c 100 -t 3s");
	assert_int_equal(options.time_ns, INT64_C(3000000000));
	assert_runs(&options, "-t 0");
	assert_int_equal(options.time_ns, 0);
	assert_int_equal(options.count, 0);
}

static void rate_in_bits_is_of_the_payload(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-r 1Mbps -l 125");
	/* 1,000 bits each: 1,000 a second */
	assert_int_equal(pacing_wire_period_ns(&options.plan, 1), 1000000);
	assert_runs(&options, "-r 0.5");
	assert_int_equal(pacing_wire_period_ns(&options.plan, 1), INT64_C(2000000000));
}

static void rate_above_10_mbps_needs_to_be_allowed(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-r 10Mbps");
	assert_refused("-r 10.1Mbps", "--allow-rate 10100000bps");
	assert_refused("-r 100000", "--allow-rate 51200000bps");
	assert_refused("-r 20Mbps --allow-rate 19Mbps", "raise");
	assert_runs(&options, "-r 20Mbps --allow-rate 20Mbps");
	assert_runs(&options, "-r 100000 --allow-rate 100000pps");
	assert_runs(&options, "-r 20Mbps --allow-rate max");
	/* the padding counts */
	assert_refused("-r 1000 -l 2000", "--allow-rate");
}

static void max_rate_needs_max_allowed(void **state)
{
	struct send_options options;

	(void)state;
	assert_refused("-r max", "--allow-rate max");
	assert_refused("-r max --allow-rate 1Gbps", "--allow-rate max");
	assert_runs(&options, "-r max --allow-rate max");
	assert_int_equal(options.plan.pattern, PACING_MAX);
	assert_refused("-r max --allow-rate max --pattern poisson", "--pattern");
}

static void ptp_groups_are_refused_whatever_is_allowed(void **state)
{
	(void)state;
	assert_refused("224.0.1.129", "PTP");
	assert_refused("--allow-group 224.0.1.129", "PTP");
	assert_refused("--allow-group 224.0.0.107", "PTP");
	assert_refused("--allow-group [ff0e::181]:4000", "PTP");
	assert_refused("--allow-group 224.0.1.120+20", "PTP");
}

static void groups_of_others_need_to_be_allowed(void **state)
{
	struct send_options options;

	(void)state;
	assert_refused("224.1.1.1", "--allow-group");
	assert_refused("232.1.1.1", "--allow-group");
	assert_refused("ff0e::1234", "--allow-group");
	assert_runs(&options, "--allow-group 224.1.1.1");
	assert_runs(&options, "239.1.1.1:4000+16");
	assert_int_equal(options.group.count, 16);
	assert_runs(&options, "10.0.0.1,232.1.1.1");
	assert_runs(&options, "[ff15::1]:4000");
}

static void unicast_is_refused(void **state)
{
	(void)state;
	assert_refused("10.1.1.1", "multicast");
	assert_refused("--allow-group 10.1.1.1", "multicast");
	assert_refused("--allow-group 255.255.255.255", "multicast");
}

static void link_local_group_needs_its_link(void **state)
{
	struct send_options options;

	(void)state;
	assert_refused("ff12::1", "-i");
	assert_runs(&options, "-i eth0 ff12::1");
}

static void source_of_the_operand_is_the_address_to_bind_to(void **state)
{
	struct send_options options;
	char text[ENDPOINT_ADDRESS_TEXT];

	(void)state;
	assert_runs(&options, "10.0.0.1,232.1.1.1");
	assert_true(options.has_bind);
	assert_string_equal(endpoint_address_text(&options.bind, text), "10.0.0.1");
	assert_runs(&options, "-B 10.0.0.1 10.0.0.1,232.1.1.1");
	assert_refused("-B 10.0.0.2 10.0.0.1,232.1.1.1", "leave one out");
	assert_refused("-B 2001:db8::1 239.1.1.1", "families");
	assert_runs(&options, "239.1.1.1");
	assert_false(options.has_bind);
}

static void families_are_insisted_on(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-4");
	assert_refused("-6", "ff15::1");
	assert_refused("-4 ff15::1", "239.255.31.9");
	assert_runs(&options, "-6 ff15::1");
}

static void code_points_have_names(void **state)
{
	static const struct {
		const char *line;
		uint8_t dscp;
	} known[] = {
		{"--dscp 0", 0},     {"--dscp 63", 63},  {"--dscp EF", 46},   {"--dscp ef", 46},
		{"--dscp CS1", 8},   {"--dscp CS7", 56}, {"--dscp AF11", 10}, {"--dscp AF43", 38},
		{"--dscp AF21", 18}, {"--dscp VA", 44},  {"--dscp LE", 1},    {"--dscp CS0", 0},
	};
	struct send_options options;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_runs(&options, known[i].line);
		assert_int_equal(options.dscp, known[i].dscp);
	}
	assert_refused("--dscp 64", "0..63");
	assert_refused("--dscp AF44", "AF11..AF43");
	assert_refused("--dscp AF1", "AF11..AF43");
	assert_refused("--dscp CS8", "CS0..CS7");
	assert_refused("--dscp -1", "0..63");
}

static void patterns_are_known(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "--pattern burst:10 -r 1000");
	assert_int_equal(options.plan.pattern, PACING_BURST);
	assert_int_equal(pacing_wire_period_ns(&options.plan, 1), 10000000);
	assert_runs(&options, "--pattern poisson --seed 18446744073709551615");
	assert_true(options.seed.given);
	assert_true(options.plan.seed == UINT64_MAX);
	assert_refused("--pattern burst:0", "burst:N");
	assert_refused("--pattern burst", "burst:N");
	assert_refused("--pattern sine", "periodic");
}

static void ranges_are_checked(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-l 65000 -r 10");
	assert_refused("-l 63", "64");
	assert_refused("-l 65001", "65000");
	assert_refused("-T 256", "255");
	assert_refused("--pcp 8", "0..7");
	assert_refused("-c 0", "1");
	assert_refused("-r 0", "out of range");
	assert_refused("-r fast", "1000pps");
	assert_refused("-r 0.0001", "out of range");
	assert_refused("--allow-rate max -r 2000000000", "out of range");
	assert_refused("239.1.1.1 239.1.1.2", "239.1.1.2");
}

static void placement_is_left_alone_unless_told(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "");
	assert_int_equal(cpulist_count(&options.cpus), 0);
	assert_int_equal(options.fifo_priority, 0);
	assert_runs(&options, "-A 2-3 --fifo 50");
	assert_int_equal(cpulist_count(&options.cpus), 2);
	assert_true(cpulist_has(&options.cpus, 3));
	assert_int_equal(options.fifo_priority, 50);
	/* the last one counts alone */
	assert_runs(&options, "-A 2-3 --cpus 5");
	assert_int_equal(cpulist_count(&options.cpus), 1);
	assert_true(cpulist_has(&options.cpus, 5));
	assert_refused("-A 3-1", "lower number");
	assert_refused("-A all", "0-3,8");
	assert_refused("--fifo 0", "1..99");
	assert_refused("--fifo 100", "1..99");
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	assert_refused("-J --json-stream", "choose one");
	assert_refused("--offload 239.1.1.1+4", "+4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_bounded),
		cmocka_unit_test(drop_reasons_are_traced_when_asked_for),
		cmocka_unit_test(count_lifts_the_default_time_only),
		cmocka_unit_test(rate_in_bits_is_of_the_payload),
		cmocka_unit_test(rate_above_10_mbps_needs_to_be_allowed),
		cmocka_unit_test(max_rate_needs_max_allowed),
		cmocka_unit_test(ptp_groups_are_refused_whatever_is_allowed),
		cmocka_unit_test(groups_of_others_need_to_be_allowed),
		cmocka_unit_test(unicast_is_refused),
		cmocka_unit_test(link_local_group_needs_its_link),
		cmocka_unit_test(source_of_the_operand_is_the_address_to_bind_to),
		cmocka_unit_test(families_are_insisted_on),
		cmocka_unit_test(code_points_have_names),
		cmocka_unit_test(patterns_are_known),
		cmocka_unit_test(ranges_are_checked),
		cmocka_unit_test(placement_is_left_alone_unless_told),
		cmocka_unit_test(contradictions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
