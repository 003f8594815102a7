/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "argv_bed.h"
#include "send_options.h"

static struct option_result parse(struct send_options *options, const char *line)
{
	struct option_result result;
	char **argv;
	int argc = argv_bed_cut("ptprobe-send", line, &argv);

	send_options_parse(argc, argv, options, &result);
	return result;
}

static void assert_runs(struct send_options *options, const char *line)
{
	struct option_result result = parse(options, line);

	argv_bed_runs(&result);
}

static void assert_refused(const char *line, const char *remedy)
{
	struct send_options options;
	struct option_result result = parse(&options, line);

	argv_bed_refused(&result, remedy);
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

static void ptp_probes_go_to_its_group_in_a_domain_of_their_own(void **state)
{
	struct send_options options;
	char text[ENDPOINT_TEXT];

	(void)state;
	assert_runs(&options, "-i eth0 --ptp");
	assert_true(options.ptp.given);
	assert_int_equal(options.ptp.domain, 99);
	assert_string_equal(endpoint_text(&options.group.first, text), "224.0.1.129:319");
	assert_int_equal(options.length, 44);
	assert_int_equal(options.ttl, 1);
	assert_int_equal(options.listen_ns, INT64_C(3000000000));
	/* 128 a second, of pairs of 44 + 118 bytes */
	assert_int_equal(pacing_wire_period_ns(&options.plan, 1), 7812500);
	assert_true(options.rate_bps == 128 * 162 * 8);
	assert_runs(&options, "-i eth0 --ptp=0 -6");
	assert_int_equal(options.ptp.domain, 0);
	assert_string_equal(endpoint_text(&options.group.first, text), "[ff0e::181]:319");
	assert_runs(&options, "-i eth0 --ptp=255 ff02::181");
	assert_int_equal(options.ptp.domain, 255);
	assert_string_equal(endpoint_text(&options.group.first, text), "[ff02::181]:319");
	assert_runs(&options, "-i eth0 --ptp 239.1.1.1:319");
	assert_string_equal(endpoint_text(&options.group.first, text), "239.1.1.1:319");
	assert_runs(&options, "-i eth0 --ptp 10.0.0.1,232.1.1.1");
	assert_true(options.has_bind);
	assert_refused("-i eth0 --ptp=256", "0..255");
	assert_refused("-i eth0 --ptp=-1", "0..255");
	assert_refused("-i eth0 --ptp 224.1.1.1", "--allow-group");
	assert_refused("-i eth0 --ptp 239.1.1.1:31900", "leave the port out");
	assert_refused("-i eth0 --ptp 239.1.1.1:320", "leave the port out");
	assert_refused("-i eth0 --ptp 239.1.1.1+2", "+2");
	assert_refused("-i eth0 --ptp -6 239.1.1.1", "ff0e::181");
	assert_refused("-i eth0 --ptp -4 ff02::181", "224.0.1.129");
}

static void ptp_frames_go_to_a_group_of_ethernet(void **state)
{
	struct send_options options;
	char text[ENDPOINT_TEXT];

	(void)state;
	assert_runs(&options, "-i eth0 --ptp --l2");
	assert_string_equal(endpoint_text(&options.group.first, text), "01:1b:19:00:00:00");
	assert_int_equal(options.group.count, 1);
	assert_int_equal(options.ttl, 0);
	assert_runs(&options, "-i eth0 --ptp --l2=01-80-C2-00-00-0E --pcp 4");
	assert_string_equal(endpoint_text(&options.group.first, text), "01:80:c2:00:00:0e");
	assert_runs(&options, "-i eth0 --l2");
	assert_true(options.ptp.given);
	assert_int_equal(options.ptp.domain, 99);
	assert_int_equal(options.length, 44);
	assert_runs(&options, "-i eth0 --l2 --ptp=7");
	assert_int_equal(options.ptp.domain, 7);
	assert_refused("--l2", "-i");
	assert_refused("-i eth0 --ptp --l2=02-00-00-00-00-01", "01-1B-19");
	assert_refused("-i eth0 --ptp --l2=ff", "01-1B-19");
	assert_refused("-i eth0 --l2=ff:ff:ff:ff:ff:ff", "--allow-group");
	assert_refused("-i eth0 --l2=01-80-C2-00-00-00", "--allow-group");
	assert_runs(&options, "-i eth0 --l2=01-80-C2-00-00-00 --allow-group");
	assert_refused("-i eth0 --ptp --l2 239.1.1.1", "--l2=MAC");
	assert_refused("-i eth0 --ptp --l2 -6", "leave -6 out");
	assert_refused("-i eth0 --ptp --l2 -B 10.0.0.1", "--bind");
	assert_refused("-i eth0 --ptp --l2 --dscp EF", "--pcp");
	assert_refused("-i eth0 --ptp --l2 -T 2", "--ttl");
}

static void ptp_probes_are_few_unless_more_are_allowed(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-i eth0 --ptp -r 128");
	assert_runs(&options, "-i eth0 --ptp -r 165888bps");
	/* half as many again, of 1296 bits each */
	assert_runs(&options, "-i eth0 --ptp -r 248832bps --allow-rate 192");
	assert_int_equal(pacing_wire_period_ns(&options.plan, 1), 5208333);
	assert_runs(&options, "-i eth0 --ptp -r 1000 --allow-rate 1000");
	assert_runs(&options, "-i eth0 --ptp -r 1000 --allow-rate max");
	assert_refused("-i eth0 --ptp -r 129", "--allow-rate 129pps");
	assert_refused("-i eth0 --ptp -r 165889bps", "--allow-rate 129pps");
	assert_refused("-i eth0 --ptp -r 1000 --allow-rate 999", "raise");
	assert_refused("-i eth0 --ptp -r max --allow-rate max", "128");
}

static void ptp_probes_are_preceded_by_listening(void **state)
{
	struct send_options options;

	(void)state;
	assert_runs(&options, "-i eth0 --ptp --listen 10s");
	assert_int_equal(options.listen_ns, INT64_C(10000000000));
	assert_runs(&options, "-i eth0 --ptp --listen 0 --force");
	assert_int_equal(options.listen_ns, 0);
	assert_true(options.force);
	assert_refused("--ptp", "-i");
	assert_refused("-i eth0 --ptp --listen 0", "--force");
	assert_refused("-i eth0 --ptp --listen 2999ms", "3s");
	assert_refused("-i eth0 --ptp --listen 1s --force", "3s");
	assert_refused("-i eth0 --listen 5s", "--ptp");
	assert_refused("-i eth0 --force", "--ptp");
}

static void ptp_messages_have_lengths_of_their_own(void **state)
{
	(void)state;
	assert_refused("-i eth0 --ptp -l 64", "--length");
	assert_refused("-i eth0 --ptp --offload", "--offload");
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
		cmocka_unit_test(ptp_probes_go_to_its_group_in_a_domain_of_their_own),
		cmocka_unit_test(ptp_frames_go_to_a_group_of_ethernet),
		cmocka_unit_test(ptp_probes_are_few_unless_more_are_allowed),
		cmocka_unit_test(ptp_probes_are_preceded_by_listening),
		cmocka_unit_test(ptp_messages_have_lengths_of_their_own),
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
