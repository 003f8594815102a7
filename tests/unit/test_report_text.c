/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpulist.h"
#include "report_sample.h"
#include "text.h"

static struct sample sample;

static int reset(void **state)
{
	(void)state;
	sample_init(&sample);
	return 0;
}

static void plain(const struct report *report, FILE *out)
{
	report_text(report, false, out);
}

static void coloured(const struct report *report, FILE *out)
{
	report_text(report, true, out);
}

static void verdict_alone(const struct report *report, FILE *out)
{
	report_verdict_text(report, false, out);
}

static void expect_line(const char *line)
{
	if (strstr(sample_text(plain, &sample.report), line) == NULL) {
		print_error("%s\n", sample_text(plain, &sample.report));
		fail_msg("no \"%s\"", line);
	}
}

static void expect_no(const char *words)
{
	assert_null(strstr(sample_text(plain, &sample.report), words));
}

static void whole_report_of_one_flow(void **state)
{
	(void)state;
	report_note(&sample.report, "receive buffer is 212992 bytes");
	assert_string_equal(
		sample_text(plain, &sample.report),
		"ptprobe-recv 0.1.0 on alpha, interface eth0, from 2023-11-14T22:13:20Z for 3.00 s, lost after 1.00 s\n"
		"flow 1a2b3c: 10.77.0.1:40112 to 239.255.31.9:31900, ended\n"
		"  sent               100  seq 0-99, one every 10.0 ms\n"
		"  received            98  95 unique, within 1.00 s, 50.2 kb/s\n"
		"  lost                 5  5 % in 3 periods, longest 2; noticeable rate 80 %\n"
		"  missing     12-13, 40, 77-78\n"
		"  duplicate            2  2.11 %, of 1 probe\n"
		"  reordered            3  3.16 %, extent at most 4, mean 2.5, late by at most "
		"30.0 ms, buffer of 3\n"
		"  late                 1  later than 1.00 s: their loss stands\n"
		"  corrupt              4\n"
		"  jitter      617 ns (RFC 3550)\n"
		"  |IPDV|      mean 3.33 us, p50 1.00 us, p99 8.00 us, p99.9 8.00 us, max 8.00 us, "
		"3 samples, few for p99 and p99.9\n"
		"  PDV         p50 1.00 us, p99 10.0 us, p99.9 10.0 us, max 10.0 us, "
		"4 samples, few for p99 and p99.9\n"
		"  skew        -37.000 ppm, give or take 0.250; PDV without it: p50 900 ns, p99 9.00 us, p99.9 9.00 us\n"
		"  delay       min 5.00 us, mean 8.25 us, max 15.0 us "
		"(both clocks say that they are synchronised)\n"
		"  outage      20.0 ms at most\n"
		"  TTL         1; DSCP 46\n"
		"  stamps      departure software 75 %, user 25 %; arrival software 100 %\n"
		"alien: 9 datagrams that are no probes, 2 of them of another version of ptprobe\n"
		"corrupt: 1 more that can't be told to be of one flow\n"
		"note: receive buffer is 212992 bytes\n"
		"PASS: measured; no limit was set\n");
}

static void placement_is_a_line_when_it_was_asked_for(void **state)
{
	struct cpulist cpus = {0};

	(void)state;
	expect_no("placed");
	sample.report.cpus = &cpus;
	expect_no("placed");
	sample.report.fifo_priority = 50;
	expect_line("\nplaced: SCHED_FIFO 50\n");
	cpulist_add(&cpus, 2);
	expect_line("\nplaced: CPU 2, SCHED_FIFO 50\n");
	cpulist_add(&cpus, 3);
	sample.report.fifo_priority = 0;
	expect_line("\nplaced: CPUs 2-3\n");
}

static void zero_loss_tells_its_bound(void **state)
{
	(void)state;
	sample.flow[0].counts.lost = 0;
	sample.flow[0].counts.unique = 3000;
	expect_line(
		"  lost                 0  0 of 3000 lost: below 3/3000 (0.1 %) with 95 % confidence\n");
}

static void own_drops_are_not_called_the_networks(void **state)
{
	(void)state;
	sample.report.own_drops = 3;
	expect_line(
		"of these up to 3 were dropped by this receiver's own socket, not by the network\n");
	sample.report.own_drops = 99; /* no more than were lost */
	expect_line(
		"of these up to 5 were dropped by this receiver's own socket, not by the network\n");
	sample.verdict.result = VERDICT_INCONCLUSIVE;
	expect_line("next: give the receiver a core of its own (-A)");
	expect_no("next: run a receiver one hop nearer");
}

static void many_missing_ranges_are_cut_short(void **state)
{
	(void)state;
	for (uint64_t seq = 80; seq < 90; seq += 2) {
		ranges_add(&sample.missing, seq, seq);
	}
	expect_line("  missing     12-13, 40, 77-78, 80, 82, 84 and 2 more ranges\n");
	sample.missing.incomplete = true;
	expect_line("84 and more than 2 more ranges\n");
}

static void unknown_end_is_told(void **state)
{
	(void)state;
	sample.flow[0].sent_known = false;
	sample.flow[0].ends = 0;
	sample.flow[0].state = FLOW_SILENT;
	sample.verdict.result = VERDICT_INCONCLUSIVE;
	expect_line("31900, sender_gone\n  sent           unknown  no END seen  seq 0-99");
	expect_line("next: see whether the sender was stopped or the path broke");
}

static void unsynchronised_delay_is_not_printed(void **state)
{
	(void)state;
	sample.report.synchronised = false;
	expect_line("  delay       unknown: the clocks aren't synchronised\n");
	expect_no("min 5.00 us");
	expect_line("  PDV         p50 1.00 us");
}

static void enough_samples_need_no_caveat(void **state)
{
	(void)state;
	sample.flow[0].delay_count = 1000;
	expect_line("max 10.0 us, 1000 samples\n");
	sample.flow[0].delay_count = 999;
	expect_line("max 10.0 us, 999 samples, few for p99.9\n");
}

static void nothing_heard_is_told(void **state)
{
	(void)state;
	sample.report.flows = 0;
	sample.verdict.result = VERDICT_INCONCLUSIVE;
	verdict_reason(&sample.verdict, "no probe came");
	expect_line("\nno probe came\n");
	expect_line("\nINCONCLUSIVE: no probe came\nnext: check that the sender runs");
}

static void many_flows_are_a_table_and_the_worst(void **state)
{
	(void)state;
	for (size_t i = 1; i < 6; i++) {
		sample.flow[i] = sample.flow[0];
		sample.flow[i].key.run_id += (uint64_t)i << 40;
	}
	sample.flow[3].counts.lost = 7;
	sample.report.flows = 6;
	expect_line(
		"flow   from            to                      sent  received    lost    dup  reord"
		"   late corrupt   jitter  PDV p99  PDV max\n"
		"1a2b3c 10.77.0.1:40112 239.255.31.9:31900       100        98       5      2      3"
		"      1       4   617 ns  10.0 us  10.0 us\n");
	expect_line("all                                             600       588      32     12"
		    "     18      6      24\n\nthe worst:\nflow 1a2b3f: ");
}

static void frames_without_ip_have_no_port(void **state)
{
	static const uint8_t mac[2][6] = {{2, 0, 0, 0, 0, 1}, {0x01, 0x1b, 0x19, 0x00, 0x00, 0x00}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		sample.flow[i] = sample.flow[0];
		sample.flow[i].encoding = FLOW_PTP;
		sample.flow[i].domain = 99;
		sample.flow[i].key.source.port = sample.flow[i].key.group.port = 319 + (uint16_t)i;
		endpoint_set_mac(&sample.flow[i].key.source, mac[0]);
		endpoint_set_mac(&sample.flow[i].key.group, mac[1]);
	}
	sample.report.flows = 2;
	expect_line(
		"flow 1a2b3c: 02:00:00:00:00:01 to 01:1b:19:00:00:00, Syncs of domain 99 on the "
		"event path, ended\n");
	expect_line(
		"flow 1a2b3c: 02:00:00:00:00:01 to 01:1b:19:00:00:00, Follow_Ups of domain 99 on "
		"the general path, ended\n");
	for (size_t i = 2; i < 6; i++) {
		sample.flow[i] = sample.flow[i % 2];
	}
	sample.report.flows = 6;
	expect_line("flow   from              to                               sent  received ");
	expect_line("\n1a2b3c 02:00:00:00:00:01 01:1b:19:00:00:00 (event)         100        98 ");
	expect_line("\n1a2b3c 02:00:00:00:00:01 01:1b:19:00:00:00 (general)       100        98 ");
}

static void names_from_strangers_cannot_steer_the_terminal(void **state)
{
	(void)state;
	sample.report.host = "a\033[2Jb\n\xc2\x9b"
			     "31m\xe2\x80\xae\xff\xc3\xa9";
	sample.report.interface = "x\ry";
	report_note(&sample.report, "on %s", "\033]0;hi\a");
	expect_line(
		"on a\\x1b[2Jb\\x0a\\xc2\\x9b31m\\xe2\\x80\\xae\\xff\xc3\xa9, interface x\\x0dy,");
	expect_line("note: on \\x1b]0;hi\\x07\n");
}

static void colour_is_for_the_verdict_alone(void **state)
{
	const char *text;

	(void)state;
	text = sample_text(coloured, &sample.report);
	assert_non_null(strstr(text, "\n\033[1;32mPASS\033[0m: measured; no limit was set\n"));
	assert_int_equal(strcspn(text, "\033"), strstr(text, "\033[1;32mPASS") - text);
	expect_no("\033");
}

static void verdict_begins_with_its_word(void **state)
{
	(void)state;
	sample.report.limits_set = true;
	assert_string_equal(sample_text(verdict_alone, &sample.report),
			    "PASS: within all limits\n");
	sample.verdict.result = VERDICT_FAIL;
	verdict_reason(&sample.verdict, "one");
	verdict_reason(&sample.verdict, "two");
	assert_string_equal(sample_text(verdict_alone, &sample.report), "FAIL: one\n  two\n");
}

static void header(const struct report *report, FILE *out)
{
	(void)report;
	report_interval_text_header(out);
}

static struct flow_interval interval;

static void line(const struct report *report, FILE *out)
{
	report_interval_text(report->flow, &interval, INT64_C(9000000000), INT64_C(10000000000),
			     out);
}

static void interval_lines_stand_under_their_header(void **state)
{
	(void)state;
	interval = (struct flow_interval){
		.counts = {.received = 128,
			   .unique = 126,
			   .lost = 3,
			   .duplicate = 2,
			   .reordered = 4,
			   .late = 5,
			   .corrupt = 6,
			   .bytes = 8192},
		.delay_count = 126,
		.pdv_max_ns = 12345,
		.jitter_ns = 1234,
	};
	assert_string_equal(
		sample_text(header, &sample.report),
		"           time s  received      rate   lost    dup  reord  late corrupt"
		"   jitter  PDV max  flow\n");
	assert_string_equal(
		sample_text(line, &sample.report),
		"    9.00-   10.00       128 65.5 kb/s      3      2      4     5       6"
		"  1.23 us  12.3 us  1a2b3c 239.255.31.9\n");
}

static void interval_without_arrivals_has_no_delay(void **state)
{
	(void)state;
	interval = (struct flow_interval){.counts = {.lost = 10}, .jitter_ns = 617};
	assert_string_equal(
		sample_text(line, &sample.report),
		"    9.00-   10.00         0  0.00 b/s     10      0      0     0       0"
		"   617 ns        -  1a2b3c 239.255.31.9\n");
}

static void shares_keep_three_digits(void **state)
{
	static const struct {
		double share;
		const char *text;
	} vector[] = {
		{0, "0 %"},
		{1, "100 %"},
		{0.05, "5 %"},
		{0.021053, "2.11 %"},
		{0.12345, "12.3 %"},
		{0.000129, "0.0129 %"},
		{3e-9, "0.0000003 %"},
		{-0.5, "-50 %"},
		{1e300, "-"},
		{1.0 / 3, "33.3 %"},
	};
	char text[TEXT_SHARE];

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(*vector); i++) {
		assert_string_equal(text_share(vector[i].share, text), vector[i].text);
	}
}

/* RFC 3629, section 4 */
static void utf_8_is_told_from_other_bytes(void **state)
{
	static const struct {
		const char *text;
		size_t length;
	} vector[] = {
		{"", 0},
		{"a", 1},
		{"\x7f", 1},
		{"\x80", 0},
		{"\xc1\xbf", 0},
		{"\xc2\x80", 2},
		{"\xc2", 0},
		{"\xdf\xbf", 2},
		{"\xe0\x9f\xbf", 0},
		{"\xe0\xa0\x80", 3},
		{"\xed\x9f\xbf", 3},
		{"\xed\xa0\x80", 0},
		{"\xef\xbf\xbf", 3},
		{"\xe2\x82", 0},
		{"\xf0\x8f\xbf\xbf", 0},
		{"\xf0\x90\x80\x80", 4},
		{"\xf4\x8f\xbf\xbf", 4},
		{"\xf4\x90\x80\x80", 0},
		{"\xf5\x80\x80\x80", 0},
		{"\xff", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(*vector); i++) {
		assert_int_equal(text_character_length(vector[i].text), vector[i].length);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(whole_report_of_one_flow, reset),
		cmocka_unit_test_setup(placement_is_a_line_when_it_was_asked_for, reset),
		cmocka_unit_test_setup(zero_loss_tells_its_bound, reset),
		cmocka_unit_test_setup(own_drops_are_not_called_the_networks, reset),
		cmocka_unit_test_setup(many_missing_ranges_are_cut_short, reset),
		cmocka_unit_test_setup(unknown_end_is_told, reset),
		cmocka_unit_test_setup(unsynchronised_delay_is_not_printed, reset),
		cmocka_unit_test_setup(enough_samples_need_no_caveat, reset),
		cmocka_unit_test_setup(nothing_heard_is_told, reset),
		cmocka_unit_test_setup(many_flows_are_a_table_and_the_worst, reset),
		cmocka_unit_test_setup(frames_without_ip_have_no_port, reset),
		cmocka_unit_test_setup(names_from_strangers_cannot_steer_the_terminal, reset),
		cmocka_unit_test_setup(colour_is_for_the_verdict_alone, reset),
		cmocka_unit_test_setup(verdict_begins_with_its_word, reset),
		cmocka_unit_test_setup(interval_lines_stand_under_their_header, reset),
		cmocka_unit_test_setup(interval_without_arrivals_has_no_delay, reset),
		cmocka_unit_test(shares_keep_three_digits),
		cmocka_unit_test(utf_8_is_told_from_other_bytes),
	};

	return cmocka_run_group_tests_name("report_text", tests, NULL, NULL);
}
