/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpulist.h"
#include "report_sample.h"

static struct sample sample;

static int reset(void **state)
{
	(void)state;
	sample_init(&sample);
	return 0;
}

/* Names, values and types: jansson tells 0 from 0.0. */
static void expect_json(json_t *actual, const char *expected_text)
{
	json_error_t error;
	json_t *expected = json_loads(expected_text, 0, &error);

	assert_non_null(expected);
	assert_non_null(actual);
	if (!json_equal(actual, expected)) {
		char *text = json_dumps(actual, JSON_INDENT(1));

		print_error("%s\n", text);
		free(text);
		fail_msg("isn't as expected");
	}
	json_decref(expected);
}

static json_t *flow_json(json_t *report)
{
	return json_array_get(json_object_get(report, "flows"), 0);
}

static void common_members_are_those_of_the_schema(void **state)
{
	json_t *report;

	(void)state;
	report_note(&sample.report, "%d buffers", 3);
	report = report_json(&sample.report);
	assert_int_equal(json_object_del(report, "flows"), 0);
	expect_json(report,
		    "{\"schema\":\"ptprobe/1\",\"tool\":\"ptprobe-recv\",\"version\":\"0.1.0\","
		    "\"argv\":[\"ptprobe-recv\",\"-i\",\"eth0\",\"239.255.31.9\"],"
		    "\"host\":\"alpha\",\"interface\":\"eth0\",\"start_ns\":1700000000000000000,"
		    "\"end_ns\":1700000003000000000,\"synchronised\":true,\"placement\":null,"
		    "\"verdict\":{\"result\":\"pass\",\"reasons\":[]},"
		    "\"own_drops\":0,\"notes\":[\"3 buffers\"],\"lost_after_ns\":1000000000,"
		    "\"counts\":{\"datagrams\":112,\"alien\":9,\"other_version\":2,\"corrupt\":5,"
		    "\"corrupt_unattributed\":1,\"overflow\":0,\"unheard_ends\":0,"
		    "\"foreign_ptp\":0,\"unvouched_syncs\":0,\"other_domain\":0}}");
	json_decref(report);
}

static void placement_is_told_as_far_as_it_was_asked_for(void **state)
{
	struct cpulist cpus = {0};
	json_t *report;

	(void)state;
	sample.report.cpus = &cpus;
	sample.report.fifo_priority = 50;
	report = report_json(&sample.report);
	expect_json(json_object_get(report, "placement"), "{\"cpus\":null,\"fifo\":50}");
	json_decref(report);

	cpulist_add(&cpus, 2);
	cpulist_add(&cpus, 3);
	cpulist_add(&cpus, 5);
	report = report_json(&sample.report);
	expect_json(json_object_get(report, "placement"), "{\"cpus\":\"2-3,5\",\"fifo\":50}");
	json_decref(report);

	sample.report.fifo_priority = 0;
	report = report_json(&sample.report);
	expect_json(json_object_get(report, "placement"), "{\"cpus\":\"2-3,5\",\"fifo\":null}");
	json_decref(report);
}

static void flow_members_are_those_of_the_schema(void **state)
{
	json_t *report = report_json(&sample.report);

	(void)state;
	expect_json(
		flow_json(report),
		"{\"run_id\":\"1a2b3c4d5e6f7082\",\"source\":\"10.77.0.1\",\"source_port\":40112,"
		"\"group\":\"239.255.31.9\",\"port\":31900,\"encoding\":\"native\",\"state\":\"ended\","
		"\"first_seq\":0,\"last_seq\":99,\"sent\":100,\"received\":98,\"unique\":95,\"lost\":5,"
		"\"duplicate\":2,\"reordered\":3,\"late\":1,\"corrupt\":4,\"bytes\":6272,"
		"\"missed_before_join\":0,\"pending\":0,\"outliers\":0,\"jumps\":0,\"skipped\":0,"
		"\"gaps_merged\":0,\"ends\":10,\"sender_late\":0,\"duration_ns\":1000000000,"
		"\"silence_ns\":2000000000,\"period_ns\":10000000,"
		"\"loss\":{\"ratio\":0.05,\"below_ratio_95\":null,\"periods\":3,\"longest_period\":2,"
		"\"longest_outage_ns\":20000000,\"noticeable_rate\":0.8,"
		"\"period_lengths\":[{\"from\":1,\"to\":1,\"count\":1},{\"from\":2,\"to\":3,\"count\":2}],"
		/* 13-12, 40-13, 77-40, 78-77 */
		"\"distances\":[{\"from\":1,\"to\":1,\"count\":2},{\"from\":16,\"to\":31,\"count\":1},"
		"{\"from\":32,\"to\":63,\"count\":1}]},"
		"\"missing\":{\"ranges\":[[12,13],[40,40],[77,78]],\"complete\":true},"
		"\"reorder\":{\"ratio\":0.03125,\"max_extent\":4,\"mean_extent\":2.5,"
		"\"max_late_ns\":30000000,\"buffer_depth\":3,\"n_reordered\":{\"1\":3,\"2\":2,\"3\":1}},"
		"\"duplication\":{\"ratio\":0.015625,\"replicated\":1,\"replicated_ratio\":0.0078125},"
		"\"delay\":{\"clock\":\"synchronised\",\"source\":\"software\","
		"\"source_share\":{\"hardware\":0.0,\"software\":0.75,\"user\":0.25},"
		"\"receive_source\":\"software\","
		"\"receive_source_share\":{\"hardware\":0.0,\"software\":1.0,\"user\":0.0},"
		"\"samples\":4,\"rejected\":0,\"splits\":0,\"min_ns\":5000,\"mean_ns\":8250,"
		"\"max_ns\":15000,\"stddev_ns\":3961,\"p50_ns\":6000,\"p90_ns\":15000,"
		"\"p99_ns\":15000,\"p999_ns\":15000,\"jitter_ns\":617},"
		"\"pdv\":{\"samples\":4,\"p50_ns\":1000,\"p90_ns\":10000,\"p99_ns\":10000,"
		"\"p999_ns\":10000,\"max_ns\":10000,\"mean_ns\":3250,\"stddev_ns\":3961},"
		"\"pdv_skew_removed\":{\"samples\":2,\"p50_ns\":900,\"p90_ns\":9000,\"p99_ns\":9001,"
		"\"p999_ns\":9002},"
		"\"ipdv\":{\"samples\":3,\"min_ns\":1000,\"max_ns\":8000,\"mean_ns\":3333,"
		"\"abs_mean_ns\":3333,\"abs_p50_ns\":1000,\"abs_p90_ns\":8000,\"abs_p99_ns\":8000,"
		"\"abs_p999_ns\":8000,\"abs_max_ns\":8000},"
		"\"skew_ppb\":-37000,\"skew_uncertainty_ppb\":250,\"ttl\":{\"min\":1,\"max\":1},\"dscp\":{\"46\":98}}");
	json_decref(report);
}

static void expect_absolute_delay(bool expected)
{
	static const char *const name[] = {"min_ns", "mean_ns", "max_ns", "p50_ns",
					   "p90_ns", "p99_ns",  "p999_ns"};
	json_t *report = report_json(&sample.report);
	json_t *delay = json_object_get(flow_json(report), "delay");

	assert_string_equal(json_string_value(json_object_get(delay, "clock")),
			    expected ? "synchronised" : "unsynchronised");
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		json_t *value = json_object_get(delay, name[i]);

		assert_true(expected ? json_is_integer(value) : json_is_null(value));
	}
	/* differences need no common time */
	assert_true(json_is_integer(json_object_get(delay, "jitter_ns")));
	assert_true(json_is_integer(
		json_object_get(json_object_get(flow_json(report), "pdv"), "p99_ns")));
	json_decref(report);
}

static void delay_is_null_unless_both_clocks_are_synchronised(void **state)
{
	(void)state;
	expect_absolute_delay(true);
	sample.report.synchronised = false;
	expect_absolute_delay(false);
	sample.report.synchronised = true;
	sample.flow[0].sender_synchronised = false;
	expect_absolute_delay(false);
}

static void unknown_numbers_are_null(void **state)
{
	struct flow_snapshot *flow = &sample.flow[0];
	json_t *report, *object;

	(void)state;
	flow->sent_known = false;
	flow->delay_count = flow->ipdv_count = flow->detrended_count = 0;
	flow->skew_known = false;
	flow->ttl_min = flow->ttl_max = -1;
	memset(flow->tx_stamps, 0, sizeof(flow->tx_stamps));
	flow->loss_ratio = 0.0 / (flow->delay_mean_ns - flow->delay_mean_ns); /* no number */
	report = report_json(&sample.report);
	object = flow_json(report);
	assert_true(json_is_null(json_object_get(object, "sent")));
	assert_true(json_is_null(json_object_get(object, "skew_ppb")));
	assert_true(json_is_null(json_object_get(object, "pdv_skew_removed")));
	assert_true(json_is_null(json_object_get(json_object_get(object, "pdv"), "p50_ns")));
	assert_true(json_is_null(json_object_get(json_object_get(object, "ipdv"), "max_ns")));
	assert_true(json_is_null(json_object_get(json_object_get(object, "delay"), "jitter_ns")));
	assert_true(json_is_null(json_object_get(json_object_get(object, "delay"), "source")));
	assert_true(json_is_null(json_object_get(json_object_get(object, "ttl"), "min")));
	assert_true(json_is_null(json_object_get(json_object_get(object, "loss"), "ratio")));
	json_decref(report);
}

static void zero_loss_is_bounded(void **state)
{
	json_t *report, *loss;

	(void)state;
	sample.flow[0].counts.lost = 0;
	sample.flow[0].counts.unique = 300;
	report = report_json(&sample.report);
	loss = json_object_get(flow_json(report), "loss");
	assert_true(json_real_value(json_object_get(loss, "below_ratio_95")) == 0.01);
	json_decref(report);
}

static void forged_extremes_stay_integers(void **state)
{
	json_t *report;

	(void)state;
	sample.flow[0].last_seq = UINT64_MAX - 1;
	sample.flow[0].delay_min_ns = INT64_MAX;
	sample.flow[0].delay_mean_ns = 1e300;
	report = report_json(&sample.report);
	assert_true(json_integer_value(json_object_get(flow_json(report), "last_seq")) ==
		    INT64_MAX);
	assert_true(json_integer_value(json_object_get(json_object_get(flow_json(report), "delay"),
						       "mean_ns")) == INT64_MAX);
	json_decref(report);
}

static void argument_that_is_no_utf_8_does_not_lose_the_report(void **state)
{
	char argument[][16] = {"ptprobe-recv", "a\xff\xc3\xa9\xc3", "\xed\xa0\x80"};
	char *argv[] = {argument[0], argument[1], argument[2], NULL};
	json_t *report;

	(void)state;
	sample.report.argc = 3;
	sample.report.argv = argv;
	sample.report.host = "h\xfe";
	report = report_json(&sample.report);
	expect_json(json_object_get(report, "argv"),
		    "[\"ptprobe-recv\",\"a\\ufffd\xc3\xa9\\ufffd\",\"\\ufffd\\ufffd\\ufffd\"]");
	assert_string_equal(json_string_value(json_object_get(report, "host")), "h\xef\xbf\xbd");
	json_decref(report);
}

static void tool_that_hears_no_streams_has_common_members_alone(void **state)
{
	json_t *report;

	(void)state;
	sample.report.counts = NULL;
	sample.report.interface = NULL;
	report = report_json(&sample.report);
	assert_int_equal(json_object_size(report), 13);
	assert_null(json_object_get(report, "flows"));
	assert_true(json_is_null(json_object_get(report, "interface")));
	json_decref(report);
}

static void interval_is_one_object(void **state)
{
	struct flow_interval interval = {
		.counts = {.received = 10, .unique = 9, .lost = 1, .duplicate = 1, .bytes = 640},
		.delay_count = 9,
		.pdv_max_ns = 4000,
		.pdv_mean_ns = 1999.6,
		.jitter_ns = 617,
	};
	static const char expected[] =
		"{\"type\":\"interval\",\"from_ns\":1000000000,\"to_ns\":2000000000,"
		"\"run_id\":\"1a2b3c4d5e6f7082\",\"source\":\"10.77.0.1\",\"source_port\":40112,"
		"\"group\":\"239.255.31.9\",\"port\":31900,\"received\":10,\"unique\":9,\"lost\":1,"
		"\"duplicate\":1,\"reordered\":0,\"late\":0,\"corrupt\":0,\"bytes\":640,"
		"\"delay_samples\":9,\"jitter_ns\":617,\"pdv_max_ns\":4000,\"pdv_mean_ns\":2000}";
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	assert_int_equal(report_json_write(report_interval_json(&sample.flow[0], &interval,
								1000000000, 2000000000),
					   true, out),
			 0);
	fclose(out);
	assert_int_equal(strlen(text), strlen(expected) + 1);
	assert_memory_equal(text, expected, strlen(expected));
	assert_int_equal(text[length - 1], '\n');
	free(text);
}

static void interval_without_a_sample_has_no_delay(void **state)
{
	struct flow_interval interval = {.delay_count = 0, .jitter_ns = 617};
	json_t *object = report_interval_json(&sample.flow[0], &interval, 0, 1);

	(void)state;
	assert_true(json_is_null(json_object_get(object, "pdv_max_ns")));
	/* RFC 3550's jitter goes on over intervals */
	assert_int_equal(json_integer_value(json_object_get(object, "jitter_ns")), 617);
	json_decref(object);
}

static void full_disk_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(report_json_write(json_object(), true, full), -EIO);
	fclose(full);
	assert_int_equal(report_json_write(NULL, true, stderr), -EIO);
}

static char *read_page(void)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];
	char *page = calloc(1, 65536);
	FILE *file;

	snprintf(path, sizeof(path), "%s/doc/ptprobe-report.5", srcdir != NULL ? srcdir : ".");
	file = fopen(path, "r");
	assert_non_null(page);
	assert_non_null(file);
	assert_in_range(fread(page, 1, 65535, file), 1, 65534);
	fclose(file);
	return page;
}

static bool is_word_in(const char *word, const char *text)
{
	for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
		if (strchr(" \n", at[-1]) != NULL && strchr(" \n", at[strlen(word)]) != NULL) {
			return true;
		}
	}
	return false;
}

static void expect_names_in(json_t *value, const char *page)
{
	const char *name;
	json_t *member;
	size_t i;

	json_array_foreach(value, i, member)
	{
		expect_names_in(member, page);
	}
	json_object_foreach(value, name, member)
	{
		if (name[0] >= '0' && name[0] <= '9') { /* numbers: n-reordering, DSCP */
			continue;
		}
		if (!is_word_in(name, page)) {
			fail_msg("'%s' is missing in ptprobe-report(5)", name);
		}
		expect_names_in(member, page);
	}
}

static void manual_names_every_member(void **state)
{
	struct flow_interval interval = {.jitter_ns = 1};
	char *page = read_page();
	json_t *report = report_json(&sample.report);
	json_t *object = report_interval_json(sample.flow, &interval, 0, 1);

	(void)state;
	expect_names_in(report, page);
	expect_names_in(object, page);
	assert_false(is_word_in("no_such_member", page));
	json_decref(report);
	json_decref(object);
	free(page);
}

static unsigned long allocations_left;

static void *scarce_malloc(size_t size)
{
	if (allocations_left == 0) {
		return NULL;
	}
	allocations_left--;
	return malloc(size);
}

/* A report with a hole would be a lie. Leaks are for the sanitizer and valgrind to find. */
static void want_of_memory_gives_the_whole_report_or_none(void **state)
{
	json_t *whole = report_json(&sample.report), *report;
	unsigned long needed = 0;

	(void)state;
	json_set_alloc_funcs(scarce_malloc, free);
	do {
		allocations_left = needed++;
		report = report_json(&sample.report);
	} while (report == NULL);
	json_set_alloc_funcs(malloc, free);
	assert_true(needed > 100);
	assert_true(json_equal(report, whole));
	json_decref(report);
	json_decref(whole);
}

static void one_note_too_many_is_dropped(void **state)
{
	(void)state;
	for (int i = 0; i < REPORT_NOTES + 2; i++) {
		report_note(&sample.report, "note %d", i);
	}
	assert_int_equal(sample.report.notes, REPORT_NOTES);
	assert_string_equal(sample.report.note[REPORT_NOTES - 1], "note 31");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(common_members_are_those_of_the_schema, reset),
		cmocka_unit_test_setup(placement_is_told_as_far_as_it_was_asked_for, reset),
		cmocka_unit_test_setup(flow_members_are_those_of_the_schema, reset),
		cmocka_unit_test_setup(delay_is_null_unless_both_clocks_are_synchronised, reset),
		cmocka_unit_test_setup(unknown_numbers_are_null, reset),
		cmocka_unit_test_setup(zero_loss_is_bounded, reset),
		cmocka_unit_test_setup(forged_extremes_stay_integers, reset),
		cmocka_unit_test_setup(argument_that_is_no_utf_8_does_not_lose_the_report, reset),
		cmocka_unit_test_setup(tool_that_hears_no_streams_has_common_members_alone, reset),
		cmocka_unit_test_setup(interval_is_one_object, reset),
		cmocka_unit_test_setup(interval_without_a_sample_has_no_delay, reset),
		cmocka_unit_test_setup(full_disk_is_told, reset),
		cmocka_unit_test_setup(manual_names_every_member, reset),
		cmocka_unit_test_setup(want_of_memory_gives_the_whole_report_or_none, reset),
		cmocka_unit_test_setup(one_note_too_many_is_dropped, reset),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
