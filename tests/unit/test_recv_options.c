/* SPDX-License-Identifier: BSD-2-Clause */
/* argv of ptprobe-recv to what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "argv_bed.h"
#include "output.h"
#include "recv_options.h"

static struct recv_options options;
static struct option_result result;

static void parse(const char *line)
{
	char **argv;
	int argc = argv_bed_cut("ptprobe-recv", line, &argv);

	memset(&options, 0x5a, sizeof(options));
	recv_options_parse(argc, argv, &options, &result);
}

static void assert_bad(const char *line, const char *says)
{
	parse(line);
	argv_bed_refused(&result, says);
}

static void defaults_are_those_of_the_page(void **state)
{
	char text[ENDPOINT_TEXT];

	(void)state;
	parse("");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_string_equal(endpoint_text(&options.group.first, text), "239.255.31.9:31900");
	assert_int_equal(options.group.count, 1);
	assert_null(options.interface);
	assert_int_equal(options.count, 0);
	assert_int_equal(options.time_ns, 0);
	assert_int_equal(options.wait_ns, 0);
	assert_int_equal(options.report.interval_ns, 1000000000);
	assert_int_equal(options.lost_after_ns, 1000000000);
	assert_int_equal(options.rcvbuf_bytes, 16 << 20);
	assert_int_equal(options.report.form, REPORT_TEXT);
	assert_int_equal(options.report.color, OUTPUT_COLOR_AUTO);
	assert_null(options.report.output);
	assert_int_equal(options.report.limits.count, 0);
	assert_false(options.report.quiet || options.report.verbose || options.offload);
	assert_false(options.trace || options.witness);
}

static void every_option_reaches_its_field(void **state)
{
	(void)state;
	parse("-i eth0 -c 10 -t 5s -W 2s -I 250ms -L 20ms -o out --rcvbuf 65536 10.0.0.1,232.1.1.1:99+7");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_string_equal(options.interface, "eth0");
	assert_int_equal(options.count, 10);
	assert_int_equal(options.time_ns, 5000000000);
	assert_int_equal(options.wait_ns, 2000000000);
	assert_int_equal(options.report.interval_ns, 250000000);
	assert_int_equal(options.lost_after_ns, 20000000);
	assert_string_equal(options.report.output, "out");
	assert_int_equal(options.rcvbuf_bytes, 65536);
	assert_true(options.group.has_source);
	assert_int_equal(options.group.count, 7);
	assert_int_equal(options.group.first.port, 99);
	parse("--offload --trace --witness -q --color=never --prom p --hgrm h");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_true(options.offload && options.trace && options.witness && options.report.quiet);
	assert_int_equal(options.report.color, OUTPUT_COLOR_NEVER);
	assert_string_equal(options.report.prometheus, "p");
	assert_string_equal(options.report.hgrm, "h");
	parse("-A 2-3 --fifo 50");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(cpulist_count(&options.cpus), 2);
	assert_true(cpulist_has(&options.cpus, 3));
	assert_int_equal(options.fifo_priority, 50);
}

static void ptp_has_groups_of_its_own(void **state)
{
	char text[ENDPOINT_TEXT];

	(void)state;
	parse("--ptp");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_true(options.ptp.is_given && !options.ptp.has_domain && !options.l2.is_given);
	assert_string_equal(endpoint_text(&options.group.first, text), "224.0.1.129:319");
	parse("--ptp=42 -6");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_true(options.ptp.has_domain);
	assert_int_equal(options.ptp.domain, 42);
	assert_string_equal(endpoint_text(&options.group.first, text), "[ff0e::181]:319");
	parse("--ptp=0 10.0.0.1,239.1.2.3+4");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_string_equal(endpoint_text(&options.group.first, text), "239.1.2.3:319");
	assert_int_equal(options.group.count, 4);
	assert_true(options.group.has_source);
	parse("--ptp 239.1.2.3:319");
	assert_int_equal(result.outcome, OPTION_RUN);
}

static void frames_are_heard_to_both_addresses_or_one(void **state)
{
	char text[ENDPOINT_TEXT];

	(void)state;
	parse("-i eth0 --l2");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_true(options.ptp.is_given && !options.ptp.has_domain && options.hears_both_macs);
	assert_string_equal(endpoint_text(&options.group.first, text), "01:1b:19:00:00:00");
	assert_string_equal(endpoint_text(&options.other_mac, text), "01:80:c2:00:00:0e");
	parse("-i eth0 --ptp=7 --l2=01-80-C2-00-00-0E");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(options.ptp.domain, 7);
	assert_false(options.hears_both_macs);
	assert_string_equal(endpoint_text(&options.group.first, text), "01:80:c2:00:00:0e");
	assert_int_equal(options.group.count, 1);
}

static void what_ptp_does_not_go_with_is_refused(void **state)
{
	(void)state;
	assert_bad("--ptp=256", "0 to 255");
	assert_bad("--ptp=x", "0 to 255");
	assert_bad("--ptp 239.1.2.3:31901", "319 and 320");
	assert_bad("--ptp --offload", "--offload");
	assert_bad("-i eth0 --l2=01:02", "01-1B-19-00-00-00");
	assert_bad("-i eth0 --l2=00:1b:19:00:00:00", "multicast MAC");
	assert_bad("-i eth0 --l2 239.1.2.3", "--l2=MAC");
	assert_bad("-i eth0 --l2 -6", "leave -4 and -6 away");
	assert_bad("--l2", "-i IF");
}

static void wait_is_at_most_time_unless_told(void **state)
{
	(void)state;
	parse("-t 3s");
	assert_int_equal(options.wait_ns, 3000000000);
	parse("-t 3s -W 9s");
	assert_int_equal(options.wait_ns, 9000000000);
}

static void each_form_has_its_option(void **state)
{
	const struct {
		const char *line;
		enum report_form form;
	} cases[] = {
		{"-J", REPORT_JSON},
		{"--json", REPORT_JSON},
		{"--json-stream", REPORT_JSON_STREAM},
		{"--csv", REPORT_CSV},
		{"--influx", REPORT_INFLUX},
		{"--nagios", REPORT_NAGIOS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(cases[i].line);
		assert_int_equal(result.outcome, OPTION_RUN);
		assert_int_equal(options.report.form, cases[i].form);
	}
}

static void contradictions_are_refused_in_one_line(void **state)
{
	(void)state;
	assert_bad("-J --csv", "exclude one another");
	assert_bad("--influx --nagios", "exclude one another");
	assert_bad("-q -v", "exclude one another");
	assert_bad("-4 -6", "exclude one another");
	assert_bad("-6 239.1.1.1", "IPv6 group");
	assert_bad("-4 [ff15::1]:5000", "IPv4 group");
}

static void wrong_arguments_are_refused(void **state)
{
	(void)state;
	assert_bad("10.0.0.1", "10.0.0.1");
	assert_bad("-i a/b", "interface");
	assert_bad("-i eth\x1b[0m", "interface");
	assert_bad("--lost-after 0", "lost-after");
	assert_bad("--max-pdv nonsense", "max-pdv");
	assert_bad("--rcvbuf 1", "rcvbuf");
	assert_bad("239.1.1.1 239.1.1.2", "239.1.1.2");
}

static void limits_add_up_in_order(void **state)
{
	(void)state;
	parse("--max-loss 0 --max-dup 1 --max-reorder 2 --max-jitter 1ms --max-pdv p99.9=50us "
	      "--max-outage 1s --min-received 10");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(options.report.limits.count, 7);
	assert_int_equal(options.report.limits.limit[0].metric, LIMIT_LOSS);
	assert_int_equal(options.report.limits.limit[1].metric, LIMIT_DUPLICATE);
	assert_int_equal(options.report.limits.limit[2].metric, LIMIT_REORDER);
	assert_int_equal(options.report.limits.limit[3].metric, LIMIT_JITTER);
	assert_int_equal(options.report.limits.limit[4].metric, LIMIT_PDV);
	assert_int_equal(options.report.limits.limit[4].duration_ns, 50000);
	assert_int_equal(options.report.limits.limit[5].metric, LIMIT_OUTAGE);
	assert_int_equal(options.report.limits.limit[6].metric, LIMIT_RECEIVED);
}

static void limits_beyond_the_room_are_refused(void **state)
{
	static char name[] = "ptprobe-recv", limit[] = "--max-loss=1";
	static char *argv[LIMITS_MAX + 3];

	(void)state;
	argv[0] = name;
	for (int i = 0; i <= LIMITS_MAX; i++) {
		argv[1 + i] = limit;
	}
	recv_options_parse(LIMITS_MAX + 1, argv, &options, &result);
	assert_int_equal(result.outcome, OPTION_RUN);
	recv_options_parse(LIMITS_MAX + 2, argv, &options, &result);
	assert_int_equal(result.outcome, OPTION_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_page),
		cmocka_unit_test(every_option_reaches_its_field),
		cmocka_unit_test(ptp_has_groups_of_its_own),
		cmocka_unit_test(frames_are_heard_to_both_addresses_or_one),
		cmocka_unit_test(what_ptp_does_not_go_with_is_refused),
		cmocka_unit_test(wait_is_at_most_time_unless_told),
		cmocka_unit_test(each_form_has_its_option),
		cmocka_unit_test(contradictions_are_refused_in_one_line),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(limits_add_up_in_order),
		cmocka_unit_test(limits_beyond_the_room_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
