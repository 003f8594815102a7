/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "spread.h"
#include "verdict.h"

static struct limits limits;
static struct circumstances circumstances;
static struct spread spread;
static struct flow_snapshot flow[2];
static struct verdict verdict;

/* Two flows of 10,000 probes, all received. */
static int reset(void **state)
{
	(void)state;
	memset(&limits, 0, sizeof(limits));
	memset(&circumstances, 0, sizeof(circumstances));
	spread_clear(&spread);
	for (int i = 1; i <= 1000; i++) {
		spread_add(&spread, i * 100); /* PDV 0, 100, .. 99,900 ns */
	}
	for (size_t i = 0; i < 2; i++) {
		flow[i] = (struct flow_snapshot){
			.key = {.run_id = i == 0 ? 0x0211111111111111 : 0x0222222222222222,
				.group = {.port = 31900}},
			.state = FLOW_ENDED,
			.last_seq = 9999,
			.sent_known = true,
			.sent = 10000,
			.ends = 10,
			.counts = {.received = 10000, .unique = 10000},
			.period_ns = 1000000,
			.delay_count = 1000,
			.pdv_max_ns = 99900,
			.jitter_ns = 5000,
			.spread = &spread,
		};
		endpoint_set_ipv4(&flow[i].key.source, (const uint8_t[]){10, 77, 0, 1});
		endpoint_set_ipv4(&flow[i].key.group, (const uint8_t[]){239, 255, 31, 9});
	}
	return 0;
}

static void limit(enum limit_metric metric, const char *text)
{
	const char *error = NULL;

	assert_int_equal(limits_add(&limits, metric, text, &error), 0);
	assert_null(error);
}

static void lose(struct flow_snapshot *of, uint64_t lost)
{
	of->counts.lost = lost;
	of->counts.unique = of->counts.received = of->sent - lost;
}

static void expect(enum verdict_result expected, size_t flows)
{
	verdict_judge(&limits, flow, flows, &circumstances, &verdict);
	if (verdict.result != expected) {
		for (size_t i = 0; i < verdict.count; i++) {
			print_error("%s\n", verdict.reason[i]);
		}
	}
	assert_string_equal(verdict_text(verdict.result), verdict_text(expected));
	/* a pass needs no reason, and nothing else goes without one */
	assert_int_equal(verdict.count > 0, expected != VERDICT_PASS);
}

static void expect_reason(const char *reason)
{
	for (size_t i = 0; i < verdict.count; i++) {
		if (strcmp(verdict.reason[i], reason) == 0) {
			return;
		}
	}
	for (size_t i = 0; i < verdict.count; i++) {
		print_error("%s\n", verdict.reason[i]);
	}
	fail_msg("no \"%s\"", reason);
}

#define FLOW_0 "flow 021111 from 10.77.0.1 to 239.255.31.9:31900: "
#define FLOW_1 "flow 022222 from 10.77.0.1 to 239.255.31.9:31900: "

static void measured_and_no_limit_is_a_pass(void **state)
{
	(void)state;
	lose(&flow[0], 5000);
	expect(VERDICT_PASS, 1);
}

static void loss_beyond_a_count_fails(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "5");
	lose(&flow[0], 5);
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 6);
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0 "lost 6 of 10000 (0.06 %), limit 5");
}

static void loss_beyond_a_share_fails(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "0.1%"); /* 10 of 10,000 */
	lose(&flow[0], 10);
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 11);
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0 "lost 11 of 10000 (0.11 %), limit 0.1 %");
}

static void no_loss_allowed_is_a_limit_too(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "0");
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 1);
	expect(VERDICT_FAIL, 1);
}

static void every_flow_is_judged(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "5");
	lose(&flow[1], 6);
	expect(VERDICT_FAIL, 2);
	assert_int_equal(verdict.count, 1);
	expect_reason(FLOW_1 "lost 6 of 10000 (0.06 %), limit 5");
}

static void own_drops_cannot_explain_more_loss_than_they_are(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "10");
	circumstances.own_drops = 100;
	lose(&flow[0], 120); /* the network's are 20 at least */
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0
		      "lost 120 of 10000 (1.2 %), limit 10; own drops can't explain all of it");
	lose(&flow[0], 110);
	expect(VERDICT_INCONCLUSIVE, 1);
}

static void own_drops_explain_loss_away(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "10");
	circumstances.own_drops = 100;
	lose(&flow[0], 90);
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason("this receiver's own sockets dropped 100 datagrams: as many losses may not "
		      "be the network's");
}

static void own_drops_without_any_loss_are_no_pass(void **state)
{
	(void)state;
	circumstances.own_drops = 1;
	expect(VERDICT_INCONCLUSIVE, 1);
}

static void own_drops_cannot_explain_every_flow_at_once(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "10");
	circumstances.own_drops = 100;
	lose(&flow[0], 70);
	lose(&flow[1], 50);
	expect(VERDICT_INCONCLUSIVE, 2); /* 60 + 40 */
	lose(&flow[1], 51);
	expect(VERDICT_FAIL, 2);
	expect_reason("all flows: 101 packets short of their limits, and only 100 own drops to "
		      "explain them");
}

static void own_drops_do_not_make_duplicates_or_disorder(void **state)
{
	(void)state;
	limit(LIMIT_DUPLICATE, "1");
	circumstances.own_drops = 1000;
	flow[0].counts.duplicate = 2;
	expect(VERDICT_FAIL, 1);
	limits.count = 0;
	limit(LIMIT_REORDER, "1");
	flow[0].counts.reordered = 2;
	expect(VERDICT_FAIL, 1);
}

static void duplicates_and_disorder_are_shares_of_the_unique(void **state)
{
	(void)state;
	limit(LIMIT_DUPLICATE, "0.1%");
	limit(LIMIT_REORDER, "0.2%");
	flow[0].counts.duplicate = 10;
	flow[0].counts.reordered = 20;
	expect(VERDICT_PASS, 1);
	flow[0].counts.duplicate = 11;
	flow[0].counts.reordered = 21;
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0 "duplicate 11 of 10000 (0.11 %), limit 0.1 %");
	expect_reason(FLOW_0 "reordered 21 of 10000 (0.21 %), limit 0.2 %");
}

static void too_few_received_fail(void **state)
{
	(void)state;
	limit(LIMIT_RECEIVED, "9990");
	lose(&flow[0], 10);
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 11);
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0 "received 9989 of 10000, at least 9990 wanted");
	limits.count = 0;
	limit(LIMIT_RECEIVED, "99.9%");
	expect(VERDICT_FAIL, 1);
	lose(&flow[0], 10);
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 11);
	circumstances.own_drops = 1; /* might have been the one */
	expect(VERDICT_INCONCLUSIVE, 1);
}

static void jitter_beyond_its_limit_fails(void **state)
{
	(void)state;
	limit(LIMIT_JITTER, "5us");
	expect(VERDICT_PASS, 1);
	flow[0].jitter_ns = 5001; /* reads 5.00 us, too */
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0 "jitter 5001 ns, limit 5000 ns");
	flow[0].jitter_ns = 12340;
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0 "jitter 12.3 us, limit 5.00 us");
}

/* The samples are 0, 100, .. 99,900 ns: nearest rank 999 of 1,000 is 99,800. */
static void pdv_is_judged_at_its_percentile(void **state)
{
	(void)state;
	limit(LIMIT_PDV, "p99.9=99800ns");
	limit(LIMIT_PDV, "p50=49900ns");
	limit(LIMIT_PDV, "max=99900ns");
	expect(VERDICT_PASS, 1);
	limit(LIMIT_PDV, "p99.9=90us");
	limit(LIMIT_PDV, "80us");
	expect(VERDICT_FAIL, 1);
	assert_int_equal(verdict.count, 2);
	expect_reason(FLOW_0 "PDV p99.9 99.8 us, limit 90.0 us");
	expect_reason(FLOW_0 "PDV max 99.9 us, limit 80.0 us");
}

static void clock_step_spoils_delay_limits_alone(void **state)
{
	(void)state;
	circumstances.clock_steps = 1;
	limit(LIMIT_LOSS, "5");
	limit(LIMIT_OUTAGE, "1s");
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 6);
	expect(VERDICT_FAIL, 1);
	lose(&flow[0], 0);
	limit(LIMIT_PDV, "1us"); /* violated, but by the step as may be */
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(FLOW_0 "a clock was stepped: its delay can't be judged");
	limits.count = 0;
	limit(LIMIT_JITTER, "1s");
	expect(VERDICT_INCONCLUSIVE, 1);
}

static void step_of_the_senders_clock_spoils_its_flow(void **state)
{
	(void)state;
	limit(LIMIT_PDV, "1ms");
	flow[1].splits = 1;
	expect(VERDICT_INCONCLUSIVE, 2);
	assert_int_equal(verdict.count, 1);
	expect_reason(FLOW_1 "a clock was stepped: its delay can't be judged");
}

static void delay_limit_without_a_sample_is_inconclusive(void **state)
{
	(void)state;
	limit(LIMIT_PDV, "1ms");
	flow[0].delay_count = 1;
	expect(VERDICT_PASS, 1);
	flow[0].delay_count = 0;
	expect(VERDICT_INCONCLUSIVE, 1);
	limits.count = 0;
	expect(VERDICT_PASS, 1);
	limit(LIMIT_JITTER, "1ms");
	flow[0].delay_count = 1; /* jitter is of two */
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(FLOW_0 "1 samples of delay: too few to judge it");
}

static void outage_beyond_its_limit_fails(void **state)
{
	(void)state;
	limit(LIMIT_OUTAGE, "50ms");
	flow[0].longest_outage_ns = 50000000;
	expect(VERDICT_PASS, 1);
	flow[0].longest_outage_ns = 80000000;
	expect(VERDICT_FAIL, 1);
	expect_reason(FLOW_0 "outage 80.0 ms, limit 50.0 ms");
}

static void outage_is_explained_by_as_many_own_drops(void **state)
{
	(void)state;
	limit(LIMIT_OUTAGE, "50ms");
	flow[0].longest_outage_ns = 80000000;
	circumstances.own_drops = 30; /* of one period of 1 ms each: 50 ms remain */
	expect(VERDICT_INCONCLUSIVE, 1);
	circumstances.own_drops = 29;
	expect(VERDICT_FAIL, 1);
	flow[0].period_ns = 0; /* no telling what a drop is worth */
	expect(VERDICT_INCONCLUSIVE, 1);
}

static void nothing_received_is_inconclusive(void **state)
{
	(void)state;
	limit(LIMIT_RECEIVED, "1");
	limit(LIMIT_LOSS, "0");
	expect(VERDICT_INCONCLUSIVE, 0);
	expect_reason("no probe came");
	limits.count = 0;
	expect(VERDICT_INCONCLUSIVE, 0);
}

static void end_without_a_probe_is_no_pass(void **state)
{
	(void)state;
	flow[0].counts = (struct flow_counts){0};
	flow[0].sent = 0;
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(FLOW_0 "not one probe came");
}

static void unknown_end_is_inconclusive(void **state)
{
	(void)state;
	flow[0].sent_known = false;
	flow[0].ends = 0;
	flow[0].state = FLOW_RUNNING;
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(FLOW_0 "no END came: the loss at its tail is unknown");
}

static void own_stop_of_a_running_stream_needs_no_end(void **state)
{
	(void)state;
	flow[0].sent_known = false;
	flow[0].ends = 0;
	flow[0].state = FLOW_RUNNING;
	circumstances.stopped_by_us = true;
	expect(VERDICT_PASS, 1);
	limit(LIMIT_LOSS, "0");
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 1);
	expect(VERDICT_FAIL, 1);
}

static void unsettled_gap_is_inconclusive(void **state)
{
	(void)state;
	flow[0].sent_known = false;
	flow[0].state = FLOW_RUNNING;
	flow[0].pending = 3;
	circumstances.stopped_by_us = true;
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(FLOW_0 "3 missing probes could still have come");
}

static void silent_stream_is_inconclusive_however_it_was_stopped(void **state)
{
	(void)state;
	flow[0].sent_known = false;
	flow[0].ends = 0;
	flow[0].state = FLOW_SILENT;
	expect(VERDICT_INCONCLUSIVE, 1);
	circumstances.stopped_by_us = true;
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(FLOW_0 "fell silent without an END: the loss at its tail is unknown");
}

static void violated_limit_fails_even_without_an_end(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "5");
	flow[0].sent_known = false;
	flow[0].state = FLOW_SILENT;
	lose(&flow[0], 6); /* more could only be worse */
	expect(VERDICT_FAIL, 1);
	assert_int_equal(verdict.count, 2);
	expect_reason(FLOW_0 "fell silent without an END: the loss at its tail is unknown");
}

static void unexplained_jump_is_inconclusive(void **state)
{
	(void)state;
	flow[0].jumps = 1;
	flow[0].skipped = 1000000;
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(FLOW_0 "its sequence numbers jumped over 1000000 that can't have been sent");
}

static void streams_beyond_the_maximum_are_inconclusive(void **state)
{
	(void)state;
	circumstances.overflow = 7;
	expect(VERDICT_INCONCLUSIVE, 2);
	expect_reason("7 datagrams belong to more streams than can be told apart");
}

static void link_that_went_down_is_told_with_the_loss(void **state)
{
	(void)state;
	circumstances.link_downs = 2;
	limit(LIMIT_LOSS, "5");
	expect(VERDICT_PASS, 1);
	lose(&flow[0], 6);
	expect(VERDICT_FAIL, 1);
	expect_reason("this host's link went down 2 times meanwhile");
}

static void follow_ups_without_one_sync_are_inconclusive(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		flow[i].key.run_id = flow[0].key.run_id;
		flow[i].encoding = FLOW_PTP;
		flow[i].key.group.port = 320 - (uint16_t)i;
	}
	expect(VERDICT_PASS, 2);
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(
		"flow 021111 from 10.77.0.1 to 239.255.31.9:320: its Follow_Ups came, and not one Sync: does the path pass "
		"event messages (port 319)?");
	/* another run's Syncs are no help */
	flow[1].key.run_id++;
	expect(VERDICT_INCONCLUSIVE, 2);
	flow[0].encoding = FLOW_NATIVE; /* whatever its port */
	expect(VERDICT_PASS, 1);
}

static void frames_without_ip_have_a_path_and_no_port(void **state)
{
	static const uint8_t mac[6] = {0x01, 0x1b, 0x19, 0x00, 0x00, 0x00};

	(void)state;
	flow[0].encoding = FLOW_PTP;
	flow[0].key.group.port = 320;
	endpoint_set_mac(&flow[0].key.group, mac);
	expect(VERDICT_INCONCLUSIVE, 1);
	expect_reason(
		"flow 021111 from 10.77.0.1 to 01:1b:19:00:00:00 (general): its Follow_Ups came, "
		"and not one Sync: does the path pass event messages?");
}

static void reasons_are_bounded_and_the_verdict_stands(void **state)
{
	static struct flow_snapshot many[VERDICT_REASONS + 10];

	(void)state;
	limit(LIMIT_LOSS, "0");
	lose(&flow[0], 1);
	for (size_t i = 0; i < VERDICT_REASONS + 10; i++) {
		many[i] = flow[0];
	}
	verdict_judge(&limits, many, VERDICT_REASONS + 10, &circumstances, &verdict);
	assert_int_equal(verdict.result, VERDICT_FAIL);
	assert_int_equal(verdict.count, VERDICT_REASONS);
}

static void limits_are_read(void **state)
{
	(void)state;
	limit(LIMIT_LOSS, "0.1%");
	limit(LIMIT_RECEIVED, "5");
	limit(LIMIT_JITTER, "50us");
	limit(LIMIT_PDV, "p99.9=50us");
	limit(LIMIT_PDV, "max=1ms");
	limit(LIMIT_PDV, "2ms");
	limit(LIMIT_PDV, "p100=3ms");
	assert_int_equal(limits.count, 7);
	assert_true(limits.limit[0].amount.is_share);
	assert_int_equal(limits.limit[1].amount.count, 5);
	assert_int_equal(limits.limit[2].duration_ns, 50000);
	assert_true(limits.limit[3].quantile > 0.99899999 && limits.limit[3].quantile < 0.99900001);
	assert_int_equal(limits.limit[3].duration_ns, 50000);
	assert_true(limits.limit[4].quantile == 1 && limits.limit[5].quantile == 1 &&
		    limits.limit[6].quantile == 1);
	assert_int_equal(limits.limit[5].duration_ns, 2000000);
}

static void bad_limits_are_refused_with_a_remedy(void **state)
{
	static const struct {
		enum limit_metric metric;
		const char *text, *remedy;
	} bad[] = {
		{LIMIT_LOSS, "", "such as 5"},
		{LIMIT_LOSS, "-1", "such as 5"},
		{LIMIT_LOSS, "101%", "such as 5"},
		{LIMIT_REORDER, "5us", "such as 5"},
		{LIMIT_JITTER, "1%", "such as 50us"},
		{LIMIT_OUTAGE, "x", "such as 50us"},
		{LIMIT_OUTAGE, "100", "with its unit"},
		{LIMIT_JITTER, "50", "with its unit"},
		{LIMIT_PDV, "p99=1", "with the unit"},
		{LIMIT_PDV, "p99.9", "p99.9=50us"},
		{LIMIT_PDV, "p99.9=", "p99.9=50us"},
		{LIMIT_PDV, "p0=1ms", "percentile"},
		{LIMIT_PDV, "p101=1ms", "percentile"},
		{LIMIT_PDV, "p=1ms", "percentile"},
		{LIMIT_PDV, "p99%=1ms", "percentile"},
		{LIMIT_PDV, "pmax=1ms", "percentile"},
		{LIMIT_PDV, "min=1ms", "percentile"},
		{LIMIT_PDV, "=1ms", "percentile"},
		{LIMIT_PDV, "p99.99999999999999999999=1ms", "percentile"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *error = NULL;

		assert_int_equal(limits_add(&limits, bad[i].metric, bad[i].text, &error), -EINVAL);
		assert_non_null(error);
		assert_non_null(strstr(error, bad[i].remedy));
	}
	assert_int_equal(limits.count, 0);
}

static void one_limit_too_many_is_refused(void **state)
{
	const char *error = NULL;

	(void)state;
	for (int i = 0; i < LIMITS_MAX; i++) {
		limit(LIMIT_LOSS, "1");
	}
	assert_int_equal(limits_add(&limits, LIMIT_LOSS, "1", &error), -ENOSPC);
	assert_non_null(error);
}

static void exit_statuses_are_the_documented_ones(void **state)
{
	(void)state;
	assert_int_equal(verdict_status(VERDICT_PASS), 0);
	assert_int_equal(verdict_status(VERDICT_FAIL), 1);
	assert_int_equal(verdict_status(VERDICT_INCONCLUSIVE), 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(measured_and_no_limit_is_a_pass, reset),
		cmocka_unit_test_setup(loss_beyond_a_count_fails, reset),
		cmocka_unit_test_setup(loss_beyond_a_share_fails, reset),
		cmocka_unit_test_setup(no_loss_allowed_is_a_limit_too, reset),
		cmocka_unit_test_setup(every_flow_is_judged, reset),
		cmocka_unit_test_setup(own_drops_cannot_explain_more_loss_than_they_are, reset),
		cmocka_unit_test_setup(own_drops_explain_loss_away, reset),
		cmocka_unit_test_setup(own_drops_without_any_loss_are_no_pass, reset),
		cmocka_unit_test_setup(own_drops_cannot_explain_every_flow_at_once, reset),
		cmocka_unit_test_setup(own_drops_do_not_make_duplicates_or_disorder, reset),
		cmocka_unit_test_setup(duplicates_and_disorder_are_shares_of_the_unique, reset),
		cmocka_unit_test_setup(too_few_received_fail, reset),
		cmocka_unit_test_setup(jitter_beyond_its_limit_fails, reset),
		cmocka_unit_test_setup(pdv_is_judged_at_its_percentile, reset),
		cmocka_unit_test_setup(clock_step_spoils_delay_limits_alone, reset),
		cmocka_unit_test_setup(step_of_the_senders_clock_spoils_its_flow, reset),
		cmocka_unit_test_setup(delay_limit_without_a_sample_is_inconclusive, reset),
		cmocka_unit_test_setup(outage_beyond_its_limit_fails, reset),
		cmocka_unit_test_setup(outage_is_explained_by_as_many_own_drops, reset),
		cmocka_unit_test_setup(nothing_received_is_inconclusive, reset),
		cmocka_unit_test_setup(end_without_a_probe_is_no_pass, reset),
		cmocka_unit_test_setup(unknown_end_is_inconclusive, reset),
		cmocka_unit_test_setup(own_stop_of_a_running_stream_needs_no_end, reset),
		cmocka_unit_test_setup(unsettled_gap_is_inconclusive, reset),
		cmocka_unit_test_setup(silent_stream_is_inconclusive_however_it_was_stopped, reset),
		cmocka_unit_test_setup(violated_limit_fails_even_without_an_end, reset),
		cmocka_unit_test_setup(unexplained_jump_is_inconclusive, reset),
		cmocka_unit_test_setup(streams_beyond_the_maximum_are_inconclusive, reset),
		cmocka_unit_test_setup(link_that_went_down_is_told_with_the_loss, reset),
		cmocka_unit_test_setup(follow_ups_without_one_sync_are_inconclusive, reset),
		cmocka_unit_test_setup(frames_without_ip_have_a_path_and_no_port, reset),
		cmocka_unit_test_setup(reasons_are_bounded_and_the_verdict_stands, reset),
		cmocka_unit_test_setup(limits_are_read, reset),
		cmocka_unit_test_setup(bad_limits_are_refused_with_a_remedy, reset),
		cmocka_unit_test_setup(one_limit_too_many_is_refused, reset),
		cmocka_unit_test_setup(exit_statuses_are_the_documented_ones, reset),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
