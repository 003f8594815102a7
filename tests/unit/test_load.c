/* SPDX-License-Identifier: BSD-2-Clause */
/* What iperf3 3.12 really wrote (tests/data/iperf), and what others wrote or could. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data.h"
#include "load.h"

static json_t *document_of(const char *text)
{
	json_error_t cause;
	json_t *document = json_loads(text, 0, &cause);

	if (document == NULL) {
		fail_msg("%s", cause.text);
	}
	return document;
}

static int parse_text(const char *text, struct load *load, char error[static LOAD_ERROR_TEXT])
{
	json_t *document = document_of(text);
	int result = load_parse(document, load, error);

	json_decref(document);
	return result;
}

static int parse_file(const char *name, struct load *load, char error[static LOAD_ERROR_TEXT])
{
	char path[64], *text;
	int result;

	snprintf(path, sizeof(path), "iperf/%s.json", name);
	text = data_text(path);
	result = parse_text(text, load, error);
	free(text);
	return result;
}

static struct load load_of(const char *name)
{
	char error[LOAD_ERROR_TEXT] = "";
	struct load load;

	if (parse_file(name, &load, error) < 0) {
		fail_msg("%s: %s", name, error);
	}
	return load;
}

/* Refused with a message that holds both; the result is left as it was. */
static void expect_failure(const char *name, const char *what, const char *remedy)
{
	char error[LOAD_ERROR_TEXT] = "";
	struct load load, before;

	memset(&load, 0x5a, sizeof(load));
	before = load;
	assert_int_equal(parse_file(name, &load, error), -EPROTO);
	if (strstr(error, what) == NULL || strstr(error, remedy) == NULL) {
		fail_msg("%s: '%s'", name, error);
	}
	assert_memory_equal(&load, &before, sizeof(load));
}

static void tcp_has_both_ends_of_one_way(void **state)
{
	struct load load = load_of("tcp");

	(void)state;
	assert_false(load.is_udp || load.reverse || load.bidirectional || load.is_interrupted);
	assert_true(load.forward.known && load.forward.sent_known && load.forward.received_known);
	assert_int_equal(load.forward.sent_bytes, 3506307072);
	assert_int_equal(load.forward.received_bytes, 3505258496);
	assert_int_equal((uint64_t)load.forward.sent_bps, 9346429197);
	assert_int_equal((uint64_t)load.forward.received_bps, 9337532904);
	assert_true(load.forward.retransmits_known);
	assert_int_equal(load.forward.retransmits, 1610);
	assert_false(load.backward.known || load.udp_known);
	assert_true(load.cpu_known);
	assert_int_equal((int)(load.cpu_local * 1000), 42635);
	assert_int_equal((int)(load.cpu_remote * 1000), 40554);
	assert_string_equal(load.congestion, "bbr");
	assert_int_equal((int)(load.seconds * 1e6 + 0.5), 3003156);
	assert_int_equal(load.interval_count, 3);
	assert_int_equal(load.empty_intervals, 0);
}

static void reverse_goes_backward(void **state)
{
	struct load load = load_of("reverse");

	(void)state;
	assert_true(load.reverse);
	assert_false(load.forward.known);
	assert_int_equal(load.backward.received_bytes, 2080505856);
	assert_int_equal((uint64_t)load.backward.sent_bps, 5535382029);
	assert_int_equal(load.backward.retransmits, 633);
}

static void bidirectional_is_seen_by_its_sums(void **state)
{
	struct load load = load_of("bidir");

	(void)state;
	assert_true(load.bidirectional);
	assert_false(load.reverse);
	assert_int_equal(load.forward.sent_bytes, 1903820800);
	assert_int_equal(load.forward.received_bytes, 1898971136);
	assert_int_equal(load.backward.sent_bytes, 2097152000);
	assert_int_equal(load.backward.received_bytes, 2092171264);
	assert_int_equal(load.forward.retransmits, 7185);
	assert_int_equal(load.backward.retransmits, 7708);
}

static void intervals_to_be_omitted_are_not_stalls(void **state)
{
	struct load load = load_of("tcp_parallel");

	(void)state;
	assert_int_equal(load.interval_count, 3);
	assert_int_equal(load.empty_intervals, 0);
	assert_int_equal((int)(load.seconds * 1e6 + 0.5), 2004109);
	assert_int_equal(load.forward.retransmits, 45);
}

static void udp_is_what_the_receiver_says(void **state)
{
	struct load load = load_of("udp");

	(void)state;
	assert_true(load.is_udp && load.udp_known);
	assert_int_equal(load.packets, 5356);
	assert_int_equal(load.lost, 0);
	assert_int_equal((int)(load.jitter_ms * 1e6 + 0.5), 19014);
	assert_false(load.forward.retransmits_known);
	load = load_of("udp_reverse");
	assert_true(load.reverse && load.udp_known);
	assert_int_equal(load.packets, 3572);
	assert_int_equal((int)(load.jitter_ms * 1e6 + 0.5), 56531);
	assert_int_equal(load.backward.received_bytes, 5000800);
}

static void udp_of_both_ways_is_added(void **state)
{
	struct load load = load_of("udp_bidir");

	(void)state;
	assert_true(load.bidirectional && load.udp_known);
	assert_int_equal(load.packets, 863 + 864);
	/* the larger one */
	assert_int_equal((int)(load.jitter_ms * 1e6 + 0.5), 42802);
}

static void link_down_for_six_seconds_is_a_stall(void **state)
{
	struct load load = load_of("link_down");

	(void)state;
	/* libiperf called both a success */
	assert_int_equal(load.interval_count, 12);
	assert_int_equal(load.empty_intervals, 6);
	/* from 3.000221 to 9.001718 */
	assert_int_equal((int)(load.longest_stall_s * 1000), 6001);
	load = load_of("link_down_reverse");
	assert_int_equal(load.empty_intervals, 6);
	assert_int_equal((int)(load.longest_stall_s * 1000), 6000);
}

static void an_error_is_told_with_what_to_do(void **state)
{
	(void)state;
	expect_failure("refused", "unable to connect to server: Connection refused",
		       "start 'ptprobe-link --server'");
	expect_failure("busy", "busy running a test", "wait until its test has ended");
	expect_failure("killed", "Connection reset by peer", "its server ended or crashed");
}

static void an_interrupted_test_has_this_ends_sums(void **state)
{
	struct load load = load_of("interrupted");

	(void)state;
	assert_true(load.is_interrupted && load.forward.known && load.forward.sent_known);
	assert_int_equal(load.forward.sent_bytes, 1643642880);
	/* the other end said nothing: 0 in the document isn't a measurement */
	assert_false(load.forward.received_known || load.cpu_known);
	assert_int_equal((int)(load.seconds * 1e6 + 0.5), 2594277);
}

static void an_empty_end_is_no_success(void **state)
{
	char error[LOAD_ERROR_TEXT] = "";
	struct load load;

	(void)state;
	assert_int_equal(parse_text("{\"start\":{},\"intervals\":[],\"end\":{}}", &load, error),
			 -EPROTO);
	assert_non_null(strstr(error, "without a result"));
	assert_int_equal(parse_text("{\"start\":{},\"intervals\":[],\"end\":{\"streams\":[]}}",
				    &load, error),
			 -EPROTO);
}

static void what_is_no_report_is_refused(void **state)
{
	static const char *const wrong[] = {
		"[]",
		"{}",
		"{\"start\":[],\"intervals\":[],\"end\":{}}",
		"{\"start\":{},\"intervals\":{},\"end\":{}}",
		"{\"start\":{},\"intervals\":[],\"end\":7}",
	};
	char error[LOAD_ERROR_TEXT];
	struct load load;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		error[0] = '\0';
		assert_int_equal(parse_text(wrong[i], &load, error), -EINVAL);
		assert_non_null(strstr(error, "iperf3"));
	}
}

/* A document with this end, and one interval. */
static int parse_end(const char *test, const char *end, const char *sum, struct load *load)
{
	char text[2048], error[LOAD_ERROR_TEXT];

	snprintf(text, sizeof(text),
		 "{\"start\":{\"test_start\":{%s}},\"intervals\":[{\"sum\":{%s}}],\"end\":{%s}}",
		 test, sum, end);
	return parse_text(text, load, error);
}

static void numbers_that_cannot_be_are_unknown(void **state)
{
	static const char *const wrong[] = {"-1", "1e19", "\"7\"", "null", "true", "[1]"};
	struct load load;
	char end[256];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		snprintf(end, sizeof(end),
			 "\"sum_sent\":{\"bytes\":8,\"bits_per_second\":64},"
			 "\"sum_received\":{\"bytes\":%s,\"bits_per_second\":64}",
			 wrong[i]);
		assert_int_equal(parse_end("", end, "", &load), 0);
		assert_true(load.forward.sent_known);
		assert_false(load.forward.received_known);
		assert_int_equal(load.forward.received_bytes, 0);
		assert_false(load.forward.retransmits_known || load.cpu_known);
	}
}

static void udp_of_3_1_has_one_sum(void **state)
{
	struct load load;

	(void)state;
	assert_int_equal(parse_end("\"protocol\":\"UDP\"",
				   "\"sum\":{\"seconds\":2,\"bytes\":1000000,\"bits_per_second\":"
				   "4000000,\"jitter_ms\":0.5,\"lost_packets\":50,\"packets\":200}",
				   "", &load),
			 0);
	assert_int_equal(load.forward.sent_bytes, 1000000);
	/* 150 of 200 */
	assert_int_equal(load.forward.received_bytes, 750000);
	assert_int_equal((uint64_t)load.forward.received_bps, 3000000);
	assert_int_equal(load.lost, 50);
	assert_int_equal(load.packets, 200);
}

static void out_of_order_is_of_all_streams(void **state)
{
	struct load load;

	(void)state;
	assert_int_equal(parse_end("\"protocol\":\"UDP\"",
				   "\"sum_sent\":{\"bytes\":8,\"bits_per_second\":64},"
				   "\"streams\":[{\"udp\":{\"out_of_order\":3}},{\"udp\":{\"out_of_"
				   "order\":4}},{\"udp\":{}},7]",
				   "", &load),
			 0);
	assert_int_equal(load.out_of_order, 7);
	assert_false(load.udp_known);
}

static void a_last_scrap_of_an_interval_is_no_stall(void **state)
{
	static const char end[] = "\"sum_sent\":{\"bytes\":8,\"bits_per_second\":64}";
	struct load load;

	(void)state;
	assert_int_equal(parse_end("", end, "\"bytes\":0,\"seconds\":0.002", &load), 0);
	assert_int_equal(load.empty_intervals, 0);
	assert_int_equal(parse_end("", end, "\"bytes\":0,\"seconds\":0.1", &load), 0);
	assert_int_equal(load.empty_intervals, 1);
	assert_int_equal(parse_end("", end, "\"bytes\":0,\"seconds\":1,\"omitted\":true", &load),
			 0);
	assert_int_equal(load.empty_intervals, 0);
}

static void text_of_a_stranger_steers_no_terminal(void **state)
{
	char error[LOAD_ERROR_TEXT] = "", text[2048];
	struct load load;

	(void)state;
	assert_int_equal(parse_text("{\"start\":{},\"intervals\":[],\"end\":{},\"error\":"
				    "\"a\\u001b[2Jb\\u009bc\\u007fd\"}",
				    &load, error),
			 -EPROTO);
	assert_int_equal(strncmp(error, "a?[2Jb?c?d: ", 12), 0);
	/* and is cut between two characters */
	strcpy(text, "{\"start\":{},\"intervals\":[],\"end\":{},\"error\":\"x");
	for (int i = 0; i < 200; i++) {
		strcat(text, "\xc3\xa9");
	}
	strcat(text, "\"}");
	assert_int_equal(parse_text(text, &load, error), -EPROTO);
	assert_non_null(strstr(error, "\xc3\xa9: repeat it"));
}

static void json_has_null_for_the_unknown(void **state)
{
	struct load load = load_of("interrupted");
	json_t *json = load_json(&load);
	const json_t *forward = json_object_get(json, "forward");

	(void)state;
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "sent_bytes")), 1643642880);
	assert_int_equal(json_integer_value(json_object_get(json, "sent_bps")), 5068519298);
	assert_true(json_is_null(json_object_get(json, "received_bps")));
	assert_true(json_is_null(json_object_get(json, "backward")));
	assert_true(json_is_null(json_object_get(json, "jitter_ns")));
	assert_true(json_is_null(json_object_get(json, "cpu_remote")));
	assert_true(json_is_true(json_object_get(json, "interrupted")));
	assert_int_equal(json_integer_value(json_object_get(json, "duration_ns")), 2594277000);
	assert_int_equal(json_integer_value(json_object_get(forward, "retransmits")), 2419);
	json_decref(json);
	load = load_of("udp");
	json = load_json(&load);
	assert_int_equal(json_integer_value(json_object_get(json, "jitter_ns")), 19014);
	assert_string_equal(json_string_value(json_object_get(json, "protocol")), "udp");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_has_both_ends_of_one_way),
		cmocka_unit_test(reverse_goes_backward),
		cmocka_unit_test(bidirectional_is_seen_by_its_sums),
		cmocka_unit_test(intervals_to_be_omitted_are_not_stalls),
		cmocka_unit_test(udp_is_what_the_receiver_says),
		cmocka_unit_test(udp_of_both_ways_is_added),
		cmocka_unit_test(link_down_for_six_seconds_is_a_stall),
		cmocka_unit_test(an_error_is_told_with_what_to_do),
		cmocka_unit_test(an_interrupted_test_has_this_ends_sums),
		cmocka_unit_test(an_empty_end_is_no_success),
		cmocka_unit_test(what_is_no_report_is_refused),
		cmocka_unit_test(numbers_that_cannot_be_are_unknown),
		cmocka_unit_test(udp_of_3_1_has_one_sum),
		cmocka_unit_test(out_of_order_is_of_all_streams),
		cmocka_unit_test(a_last_scrap_of_an_interval_is_no_stall),
		cmocka_unit_test(text_of_a_stranger_steers_no_terminal),
		cmocka_unit_test(json_has_null_for_the_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
