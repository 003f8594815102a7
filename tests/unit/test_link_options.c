/* SPDX-License-Identifier: BSD-2-Clause */
/* argv of ptprobe-link to what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "argv_bed.h"
#include "link_options.h"

static struct link_options options;
static struct option_result result;

static void parse(const char *line)
{
	char **argv;
	int argc = argv_bed_cut("ptprobe-link", line, &argv);

	memset(&options, 0x5a, sizeof(options));
	link_options_parse(argc, argv, &options, &result);
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
	parse_good("-i eth0 HOST");
	assert_int_equal(options.task, LINK_LOAD);
	assert_string_equal(options.interface, "eth0");
	assert_string_equal(options.load.host, "HOST");
	assert_int_equal(options.load.seconds, 60);
	assert_int_equal(options.load.omit_s, 0);
	assert_int_equal(options.load.port, 5201);
	assert_int_equal(options.control_port, 5202);
	assert_int_equal(options.load.family, 0);
	assert_int_equal(options.load.connect_timeout_ms, 5000);
	assert_int_equal(options.load.rate_bps, 0);
	assert_int_equal(options.load.length_bytes, 0);
	assert_int_equal(options.load.tos, 0);
	assert_int_equal(options.interval_ns, 1000000000);
	assert_int_equal(options.longest_ns, INT64_C(90000000000000));
	assert_false(options.load.rate_unlimited || options.load.udp || options.load.reverse ||
		     options.load.bidirectional || options.load.zerocopy);
	assert_false(options.pin || options.json || options.nagios || options.quiet);
	assert_null(options.load.bind_address);
	assert_null(options.load.bind_device);
	assert_null(options.output);
	assert_int_equal(cpulist_count(&options.cpus), 0);
}

static void judged_by_default_are_wire_duplex_and_link(void **state)
{
	(void)state;
	parse_good("-i eth0 HOST");
	for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
		assert_int_equal(options.limits.max[class].is_judged,
				 class == NIC_WIRE || class == NIC_DUPLEX || class == NIC_LINK);
		assert_int_equal(options.limits.max[class].most, 0);
	}
	assert_int_equal(options.limits.speed_mbps, 0);
	assert_int_equal(options.limits.mtu_bytes, 0);
	assert_int_equal(options.limits.duplex, SNAPSHOT_DUPLEX_UNKNOWN);
	assert_true(options.limits.min_rate_bps == 0);
	assert_false(options.limits.has_max_retrans || options.limits.has_max_jitter ||
		     options.limits.has_max_udp_loss || options.limits.far_end_needed);
}

static void load_options_have_iperf3s_names(void **state)
{
	(void)state;
	parse_good("-i eth0 -t 10 -P 4 -R -b 100M -l 64K -p 5000 -B 192.0.2.1 -A 2,3 --cport 6000 "
		   "--connect-timeout 250ms -C cubic -w 4M -M 1400 -S 184 -Z -4 -O 2 HOST");
	assert_int_equal(options.load.seconds, 10);
	assert_int_equal(options.load.parallel, 4);
	assert_true(options.load.reverse);
	assert_int_equal(options.load.rate_bps, 100000000);
	assert_int_equal(options.load.length_bytes, 65536);
	assert_int_equal(options.load.port, 5000);
	assert_int_equal(options.control_port, 5001);
	assert_string_equal(options.load.bind_address, "192.0.2.1");
	assert_true(cpulist_has(&options.cpus, 2) && cpulist_has(&options.cpus, 3));
	assert_int_equal(options.load.cport, 6000);
	assert_int_equal(options.load.connect_timeout_ms, 250);
	assert_string_equal(options.load.congestion, "cubic");
	assert_int_equal(options.load.window_bytes, 4194304);
	assert_int_equal(options.load.mss_bytes, 1400);
	assert_int_equal(options.load.tos, 184);
	assert_true(options.load.zerocopy);
	assert_int_equal(options.load.family, 4);
	assert_int_equal(options.load.omit_s, 2);
	parse_good("-i eth0 --bidir -6 -u HOST");
	assert_true(options.load.bidirectional && options.load.udp);
	assert_int_equal(options.load.family, 6);
}

static void part_of_a_second_is_a_whole_one_to_libiperf(void **state)
{
	(void)state;
	parse_good("-i eth0 -t 1500ms -O 1ms HOST");
	assert_int_equal(options.load.seconds, 2);
	assert_int_equal(options.load.omit_s, 1);
	parse_good("-i eth0 -t 24h HOST");
	assert_int_equal(options.load.seconds, 86400);
	assert_bad("-i eth0 -t 999ms HOST", "'--time' takes");
	assert_bad("-i eth0 -t 86401s HOST", "'--time' takes");
	assert_bad("-i eth0 -O 601s HOST", "'--omit' takes");
}

static void dscp_is_a_number_or_a_name(void **state)
{
	(void)state;
	parse_good("-i eth0 --dscp 46 HOST");
	assert_int_equal(options.load.tos, 0xb8);
	parse_good("-i eth0 --dscp EF HOST");
	assert_int_equal(options.load.tos, 0xb8);
	parse_good("-i eth0 --dscp cs5 HOST");
	assert_int_equal(options.load.tos, 0xa0);
	parse_good("-i eth0 --dscp af41 HOST");
	assert_int_equal(options.load.tos, 0x88);
	parse_good("-i eth0 --dscp 0 HOST");
	assert_int_equal(options.load.tos, 0);
	assert_bad("-i eth0 --dscp 64 HOST", "a code point is");
	assert_bad("-i eth0 --dscp AF44 HOST", "a code point is");
	assert_bad("-i eth0 -S 256 HOST", "0..255");
	assert_bad("-i eth0 -S 0 --dscp 0 HOST", "set the same byte");
}

static void rates_are_iperf3s(void **state)
{
	(void)state;
	parse_good("-i eth0 -b 0 HOST");
	assert_true(options.load.rate_unlimited);
	assert_int_equal(options.load.rate_bps, 0);
	parse_good("-i eth0 -b 0 -b 1.5G HOST");
	assert_false(options.load.rate_unlimited);
	assert_int_equal(options.load.rate_bps, 1500000000);
	parse_good("-i eth0 --min-rate 940Mbps HOST");
	assert_true(options.limits.min_rate_bps == 940e6);
	assert_bad("-i eth0 -b 0.5 HOST", "a rate in bits a second");
	assert_bad("-i eth0 -b fast HOST", "a rate in bits a second");
	assert_bad("-i eth0 --min-rate 0 HOST", "a rate in bits a second");
	assert_bad("-i eth0 --min-rate -5 HOST", "a rate in bits a second");
}

static void limits_are_taken(void **state)
{
	(void)state;
	parse_good("-i eth0 --speed 1000 --duplex full --mtu 9000 --min-rate 900M --max-retrans 0 "
		   "--max host=0 --max wire=any --max length=7 --far-end HOST");
	assert_int_equal(options.limits.speed_mbps, 1000);
	assert_int_equal(options.limits.duplex, SNAPSHOT_DUPLEX_FULL);
	assert_int_equal(options.limits.mtu_bytes, 9000);
	assert_true(options.limits.has_max_retrans);
	assert_int_equal(options.limits.max_retrans, 0);
	assert_true(options.limits.max[NIC_HOST].is_judged);
	assert_false(options.limits.max[NIC_WIRE].is_judged);
	assert_true(options.limits.max[NIC_LENGTH].is_judged);
	assert_int_equal(options.limits.max[NIC_LENGTH].most, 7);
	assert_true(options.limits.far_end_needed);
	parse_good("-i eth0 -u --max-jitter 250us --max-udp-loss 0.1% --duplex half HOST");
	assert_int_equal(options.limits.max_jitter_ns, 250000);
	assert_true(options.limits.max_udp_loss.is_share);
	assert_true(options.limits.max_udp_loss.share > 0.000999 &&
		    options.limits.max_udp_loss.share < 0.001001);
	assert_int_equal(options.limits.duplex, SNAPSHOT_DUPLEX_HALF);
	assert_bad("-i eth0 --max cable=0 HOST", "not CLASS=N");
	assert_bad("-i eth0 --max wire HOST", "not CLASS=N");
	assert_bad("-i eth0 --max wire=few HOST", "neither a number nor 'any'");
	assert_bad("-i eth0 --duplex both HOST", "any|half|full");
	assert_bad("-i eth0 --mtu 67 HOST", "68..1000000");
	assert_bad("-i eth0 -u --max-udp-loss 101% HOST", "a limit is a number of datagrams");
	assert_bad("-i eth0 -u --max-jitter 5x HOST", "a duration is written");
}

static void limits_of_another_protocol_are_refused(void **state)
{
	(void)state;
	assert_bad("-i eth0 --max-jitter 1ms HOST", "are for -u");
	assert_bad("-i eth0 --max-udp-loss 0 HOST", "are for -u");
	assert_bad("-i eth0 -u --max-retrans 0 HOST", "is for TCP");
	assert_bad("-i eth0 -u -C cubic HOST", "are TCP's");
	assert_bad("-i eth0 -u -M 1400 HOST", "are TCP's");
	assert_bad("-i eth0 -u -Z HOST", "are TCP's");
}

static void lengths_are_those_that_libiperf_takes(void **state)
{
	(void)state;
	parse_good("-i eth0 -l 1M HOST");
	parse_good("-i eth0 -u -l 65507 HOST");
	parse_good("-i eth0 -u -l 16 HOST");
	assert_bad("-i eth0 -l 1048577 HOST", "1M at most");
	assert_bad("-i eth0 -u -l 65508 HOST", "16 to 65507");
	assert_bad("-i eth0 -u -l 15 HOST", "16 to 65507");
	assert_bad("-i eth0 -w 513M HOST", "512M at most");
	assert_bad("-i eth0 -w 0 HOST", "a number of bytes");
	assert_bad("-i eth0 -P 129 HOST", "1..128");
	assert_bad("-i eth0 -M 87 HOST", "88..9216");
	/* its report would not be kept whole */
	assert_bad("-i eth0 -P 128 --bidir -t 24h HOST", "fewer with -P");
}

static void each_task_has_its_operands(void **state)
{
	(void)state;
	parse_good("-i eth0 --server");
	assert_int_equal(options.task, LINK_SERVE);
	parse_good("-i eth0 --server --tests 3 --longest 1h -p 6000 -B 192.0.2.1 --pin");
	assert_int_equal(options.tests, 3);
	assert_int_equal(options.longest_ns, INT64_C(3600000000000));
	assert_int_equal(options.control_port, 6001);
	parse_good("-i eth0 --passive 10s");
	assert_int_equal(options.task, LINK_PASSIVE);
	assert_int_equal(options.passive_ns, INT64_C(10000000000));
	parse_good("-i eth0 --snapshot before.json");
	assert_int_equal(options.task, LINK_SNAPSHOT);
	assert_string_equal(options.snapshot, "before.json");
	parse_good("--compare before.json after.json");
	assert_int_equal(options.task, LINK_COMPARE);
	assert_string_equal(options.compare[0], "before.json");
	assert_string_equal(options.compare[1], "after.json");
	assert_bad("", "which interface?");
	assert_bad("HOST", "which interface?");
	assert_bad("--server", "which interface?");
	assert_bad("-i eth0", "load it against whom?");
	assert_bad("-i eth0 one other", "one HOST only");
	assert_bad("-i eth0 -- -x", "doesn't begin with '-'");
	assert_bad("-i eth0 --server HOST", "leave it out");
	assert_bad("-i eth0 --passive 1s HOST", "leave it out");
	assert_bad("-i eth0 --snapshot a HOST", "leave it out");
	assert_bad("--compare before.json", "two files");
	assert_bad("--compare", "two files");
	assert_bad("-i eth0 --server --passive 1s", "give one");
	assert_bad("-i eth0 --snapshot a --compare b c", "give one");
}

static void options_of_a_load_need_one(void **state)
{
	static const char *const loads[] = {
		"-R",    "--bidir", "-u",     "-b 1M", "-b 0",     "-l 1K",  "-P 2",      "-t 1s",
		"-O 1s", "-w 1M",   "-M 536", "-S 0",  "--dscp 0", "-C bbr", "--cport 5", "-Z",
	};
	static const char *const limits[] = {
		"--min-rate 1M",    "--max-retrans 0", "--max-jitter 1ms",
		"--max-udp-loss 0", "--far-end",
	};
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		strcpy(line, "-i eth0 --server ");
		assert_bad(strcat(line, loads[i]), "the load is the client's to choose");
		strcpy(line, "-i eth0 --passive 1s ");
		assert_bad(strcat(line, loads[i]), "there is no load");
		strcpy(line, "--compare a b ");
		assert_bad(strcat(line, loads[i]), "there is no load");
	}
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		strcpy(line, "-i eth0 --passive 1s ");
		assert_bad(strcat(line, limits[i]), "no load whose result could be judged");
		strcpy(line, "-i eth0 --server ");
		assert_bad(strcat(line, limits[i]), "no load whose result could be judged");
	}
	assert_bad("-i eth0 --passive 1s --pin", "could be placed");
	assert_bad("-i eth0 --snapshot a -A 1", "could be placed");
	assert_bad("-i eth0 --passive 1s -B 192.0.2.1", "could be bound");
}

static void what_judges_nothing_takes_no_limits_and_no_forms(void **state)
{
	static const char *const judging[] = {
		"--speed 1000", "--duplex full", "--mtu 1500", "--max host=0", "--max wire=any",
		"-J",           "--nagios",      "--prom f",   "-o f",
	};
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(judging) / sizeof(*judging); i++) {
		strcpy(line, "-i eth0 --server ");
		assert_bad(strcat(line, judging[i]), "a server judges nothing");
		strcpy(line, "-i eth0 --snapshot a ");
		assert_bad(strcat(line, judging[i]), "--snapshot ");
		strcpy(line, "-i eth0 --passive 1s ");
		parse_good(strcat(line, judging[i]));
		strcpy(line, "--compare a b ");
		parse_good(strcat(line, judging[i]));
	}
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	assert_bad("-i eth0 -4 -6 HOST", "-4 and -6");
	assert_bad("-i eth0 -4 -B fd31::1 HOST", "another family");
	assert_bad("-i eth0 --server -6 -B 192.0.2.1", "another family");
	parse_good("-i eth0 -6 -B fd31::1 HOST");
	parse_good("-i eth0 -4 -B 192.0.2.1 HOST");
	assert_bad("-i eth0 -R --bidir HOST", "--reverse and --bidir");
	assert_bad("-i eth0 --pin -A 1 HOST", "--pin chooses");
	assert_bad("-i eth0 -J --nagios HOST", "--json and --nagios");
	assert_bad("-i eth0 -q -v HOST", "-q and -v");
	assert_bad("-i eth0 --tests 1 HOST", "--tests is for --server");
	assert_bad("-i eth0 -p 65535 HOST", "1..65534");
	assert_bad("-i a/b HOST", "interface");
	assert_bad("-i eth0 -B -x HOST", "doesn't begin with '-'");
	assert_bad("-i eth0 -C -x HOST", "doesn't begin with '-'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_page),
		cmocka_unit_test(judged_by_default_are_wire_duplex_and_link),
		cmocka_unit_test(load_options_have_iperf3s_names),
		cmocka_unit_test(part_of_a_second_is_a_whole_one_to_libiperf),
		cmocka_unit_test(dscp_is_a_number_or_a_name),
		cmocka_unit_test(rates_are_iperf3s),
		cmocka_unit_test(limits_are_taken),
		cmocka_unit_test(limits_of_another_protocol_are_refused),
		cmocka_unit_test(lengths_are_those_that_libiperf_takes),
		cmocka_unit_test(each_task_has_its_operands),
		cmocka_unit_test(options_of_a_load_need_one),
		cmocka_unit_test(what_judges_nothing_takes_no_limits_and_no_forms),
		cmocka_unit_test(contradictions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
