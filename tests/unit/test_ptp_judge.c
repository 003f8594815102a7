/* SPDX-License-Identifier: BSD-2-Clause */
/* What was found out about PTP traffic, and the verdict on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ptp_judge.h"
#include "ptp_limits.h"
#include "ptp_findings.h"
#include "report.h"
#include "verdict.h"

/* A healthy master with 1000 two-step Syncs, and a slave with 500 Delay_Reqs. */
static struct health_counts counts;
static struct health_port port[2];
static struct timing_series series;
static struct report_tap tap;
static struct profile profile;
static struct ptp_findings findings;
static struct ptp_limits limits;
static struct verdict verdict;

#define MASTER UINT64_C(0x001122fffe334455)

static int setup(void **state)
{
	(void)state;
	counts = (struct health_counts){.messages = 3000};
	memset(port, 0, sizeof(port));
	port[0].identity = (struct ptp_port_identity){.clock = MASTER, .port = 1};
	port[0].has_announce = true;
	port[0].is_master = true;
	port[0].announce.grandmaster = MASTER;
	port[0].streams = 1;
	port[0].stream[0] = (struct health_stream){
		.type = PTP_SYNC,
		.count = 1000,
		.has_sequence = true,
		.unique = 1000,
		.two_step = 1000,
	};
	port[1].identity = (struct ptp_port_identity){.clock = MASTER + 1, .port = 1};
	port[1].streams = 1;
	port[1].stream[0] = (struct health_stream){
		.type = PTP_DELAY_REQ,
		.count = 500,
		.has_sequence = true,
		.unique = 500,
		.answered = 500,
	};
	series = (struct timing_series){
		.master = port[0].identity,
		.count = 1000,
		.skew_known = true,
		.skew_removed = true,
		.pdv_p50_ns = 1000,
		.pdv_p90_ns = 2000,
		.pdv_p99_ns = 3000,
		.pdv_p999_ns = 4000,
		.pdv_max_ns = 5000,
		.mask = {.verdict = TIMING_PASS},
	};
	tap = (struct report_tap){.frames = 4000};
	findings = (struct ptp_findings){
		.counts = &counts,
		.ports = 2,
		.port = port,
		.series = 1,
		.timing = &series,
		.resolution_ns = 1,
		.tap = &tap,
	};
	limits = (struct ptp_limits){0};
	return 0;
}

static void limit(int (*parser)(const char *, void *, const char **), const char *text)
{
	const char *error = "";

	assert_int_equal(parser(text, &limits, &error), 0);
}

/* The result, and what the first reason holds; NULL: there is none. */
static void assert_judged(enum verdict_result expected, const char *reason)
{
	ptp_judge(&limits, &findings, &verdict);
	assert_int_equal(verdict.result, expected);
	if (reason == NULL) {
		assert_int_equal(verdict.count, 0);
	} else {
		assert_true(verdict.count > 0);
		if (strstr(verdict.reason[0], reason) == NULL) {
			fail_msg("'%s' lacks '%s'", verdict.reason[0], reason);
		}
		assert_null(strchr(verdict.reason[0], '\n'));
	}
}

static void without_limits_what_was_measured_passes(void **state)
{
	(void)state;
	counts.events[HEALTH_TWO_MASTERS] = 3;
	port[0].stream[0].lost = 10;
	assert_judged(VERDICT_PASS, NULL);
}

static void a_limit_is_what_may_just_be(void **state)
{
	(void)state;
	limit(ptp_limits_loss, "10");
	port[0].stream[0].lost = 10;
	assert_judged(VERDICT_PASS, NULL);
	port[0].stream[0].lost = 11;
	assert_judged(VERDICT_FAIL, "domain 0, 001122.fffe.334455-1: 11 of 1011 sync lost "
				    "(1.09 %), limit 10");
}

static void a_share_is_of_those_that_were_sent(void **state)
{
	(void)state;
	limit(ptp_limits_loss, "1%");
	port[0].stream[0].unique = 990; /* of 1000 */
	port[0].stream[0].lost = 10;
	assert_judged(VERDICT_PASS, NULL);
	port[0].stream[0].unique = 989;
	port[0].stream[0].lost = 11;
	assert_judged(VERDICT_FAIL, "11 of 1000 sync lost");
}

static void what_the_end_left_open_may_exceed_a_limit(void **state)
{
	(void)state;
	limit(ptp_limits_loss, "2");
	port[0].stream[0].lost = 1;
	port[0].stream[0].pending = 1;
	assert_judged(VERDICT_PASS, NULL);
	port[0].stream[0].pending = 2;
	assert_judged(VERDICT_INCONCLUSIVE,
		      "domain 0, 001122.fffe.334455-1: 2 more sync may be lost: the end came "
		      "within --lost-after of them, limit 2");
	port[0].stream[0].lost = 3;
	assert_judged(VERDICT_FAIL, "3 of 1003 sync lost");
}

static void what_waited_at_the_end_may_exceed_a_limit(void **state)
{
	(void)state;
	limit(ptp_limits_follow_up, "0");
	limit(ptp_limits_unanswered, "10%");
	port[1].stream[0].waiting = 55; /* of 555: 9.9 % */
	assert_judged(VERDICT_PASS, NULL);
	port[1].stream[0].waiting = 56;
	assert_judged(VERDICT_INCONCLUSIVE, "56 more delay_req may be unanswered");
	port[1].stream[0].waiting = 0;
	port[0].stream[0].waiting = 1;
	assert_judged(VERDICT_INCONCLUSIVE, "1 more sync may be without their Follow_Up: the end "
					    "came within --lost-after of it, limit 0");
}

static void a_sequence_that_began_anew_may_have_lost_more(void **state)
{
	(void)state;
	limit(ptp_limits_duplicate, "0");
	port[0].stream[0].restarts = 1;
	assert_judged(VERDICT_PASS, NULL);
	limit(ptp_limits_loss, "1%");
	assert_judged(VERDICT_INCONCLUSIVE,
		      "domain 0, 001122.fffe.334455-1: its sync began anew 1 time: what was lost "
		      "before that isn't known");
}

static void what_is_out_of_sequence_may_hide_a_loss(void **state)
{
	(void)state;
	limit(ptp_limits_loss, "1%");
	port[0].stream[0].outliers = 1;
	assert_judged(VERDICT_INCONCLUSIVE, "1 sync was out of its sequence: old copies");
	port[0].stream[0].outliers = 63; /* a sixteenth of 1000 is 62.5 */
	assert_judged(VERDICT_INCONCLUSIVE,
		      "63 sync were out of its sequence: two devices with one identity?");
}

static void messages_of_too_many_sequences_are_a_doubt(void **state)
{
	(void)state;
	port[0].stream[0].unbooked = 3;
	port[1].stream[0].unbooked = 4;
	assert_judged(VERDICT_INCONCLUSIVE,
		      "7 messages of more than 1024 sequences weren't followed");
}

static void drops_may_have_made_what_was_not_heard(void **state)
{
	(void)state;
	limit(ptp_limits_events, "any=1");
	limit(ptp_limits_messages, "3010");
	counts.events[HEALTH_SYNC_TIMEOUT] = 2;
	findings.own_drops = 10;
	assert_judged(VERDICT_INCONCLUSIVE,
		      "2 events of any kind, limit 1: the tap's own drops may have made them");
	findings.own_drops = 9;
	assert_judged(VERDICT_FAIL, "3000 messages came, 3010 are asked for");
	findings.own_drops = 10;
	counts.events[HEALTH_TWO_MASTERS] = 2; /* no drop makes these */
	assert_judged(VERDICT_FAIL, "4 events of any kind, limit 1");
}

static void each_port_and_type_is_judged_by_itself(void **state)
{
	(void)state;
	limit(ptp_limits_loss, "10");
	port[0].stream[0].lost = 10;
	port[1].stream[0].lost = 10;
	assert_judged(VERDICT_PASS, NULL);
	port[1].stream[0].lost = 11;
	assert_judged(VERDICT_FAIL, "delay_req lost");
	assert_int_equal(verdict.count, 1);
}

static void loss_that_the_tap_may_have_made_is_no_fail(void **state)
{
	(void)state;
	limit(ptp_limits_loss, "0");
	port[0].stream[0].lost = 5;
	findings.own_drops = 5;
	assert_judged(VERDICT_INCONCLUSIVE, "the tap's own drops may be among them");
	findings.own_drops = 4;
	assert_judged(VERDICT_FAIL, "5 of 1005 sync lost");
}

static void duplicates_and_disorder_are_never_the_taps(void **state)
{
	(void)state;
	limit(ptp_limits_duplicate, "0");
	limit(ptp_limits_reorder, "0");
	findings.own_drops = 100;
	port[0].stream[0].duplicate = 1;
	port[0].stream[0].reordered = 2;
	assert_judged(VERDICT_FAIL, "1 of 1000 sync duplicated");
	assert_non_null(strstr(verdict.reason[1], "2 of 1000 sync reordered"));
}

static void missing_follow_ups_and_answers_are_judged(void **state)
{
	(void)state;
	limit(ptp_limits_follow_up, "1");
	limit(ptp_limits_unanswered, "1%");
	port[0].stream[0].missing_follow_up = 1;
	port[1].stream[0].answered = 495;
	port[1].stream[0].unanswered = 5;
	assert_judged(VERDICT_PASS, NULL);
	port[0].stream[0].missing_follow_up = 2;
	assert_judged(VERDICT_FAIL, "2 of 1000 sync without their Follow_Up");
	port[0].stream[0].missing_follow_up = 0;
	port[1].stream[0].answered = 494;
	port[1].stream[0].unanswered = 6;
	assert_judged(VERDICT_FAIL, "6 of 500 delay_req unanswered (1.2 %), limit 1 %");
}

static void what_was_not_there_to_be_judged_is_inconclusive(void **state)
{
	(void)state;
	limit(ptp_limits_follow_up, "0");
	port[0].stream[0].two_step = 0;
	port[0].stream[0].one_step = 1000;
	assert_judged(VERDICT_PASS, NULL);
	port[0].stream[0].one_step = 0;
	assert_judged(VERDICT_INCONCLUSIVE, "no Sync came");
	setup(state);
	limit(ptp_limits_unanswered, "0");
	port[1].streams = 0;
	assert_judged(VERDICT_INCONCLUSIVE, "no Delay_Req or Pdelay_Req");
	setup(state);
	limit(ptp_limits_pdv, "1ms");
	findings.series = 0;
	assert_judged(VERDICT_INCONCLUSIVE, "no master's Syncs could be timed");
	setup(state);
	limit(ptp_limits_grandmaster, "001122.fffe.334455");
	port[0].has_announce = false;
	assert_judged(VERDICT_INCONCLUSIVE, "no Announce came");
}

static void lasting_changes_of_the_correction_are_judged(void **state)
{
	struct health_stream *sync = &port[0].stream[0];

	limit(ptp_limits_correction, "1");
	sync->correction_followed = true;
	sync->correction.count = 9;
	sync->correction_changes = 1;
	assert_judged(VERDICT_PASS, NULL);
	sync->correction_changes = 2;
	assert_judged(VERDICT_FAIL, "domain 0, 001122.fffe.334455-1: the correction of its sync "
				    "changed for good 2 times, limit 1");
	/* no change could have been told of 8 */
	setup(state);
	limit(ptp_limits_correction, "0");
	sync->correction_followed = true;
	sync->correction.count = 8;
	assert_judged(VERDICT_INCONCLUSIVE, "too few messages came to tell a change");
	sync->correction.count = 1000;
	sync->correction_followed = false;
	assert_judged(VERDICT_INCONCLUSIVE, "too few messages came to tell a change");
}

static void the_rate_is_judged_where_one_is_advertised(void **state)
{
	struct health_stream *sync = &port[0].stream[0], *request = &port[1].stream[0];

	limit(ptp_limits_rate, "90%");
	assert_judged(VERDICT_INCONCLUSIVE, "no message came that advertises its rate");
	sync->advertised_ns = 1000000000;
	sync->rate_intervals = 2;
	sync->rate_ratio = 0.9;
	assert_judged(VERDICT_PASS, NULL);
	sync->rate_ratio = 0.89;
	assert_judged(VERDICT_FAIL, "domain 0, 001122.fffe.334455-1: sync came at 89 % of the rate "
				    "that they advertise, limit 90 %");
	sync->rate_intervals = 1;
	assert_judged(VERDICT_INCONCLUSIVE, "too few sync came to tell their rate");
	/* a slave may ask as seldom as it likes */
	setup(state);
	limit(ptp_limits_rate, "90%");
	sync->advertised_ns = request->advertised_ns = 1000000000;
	sync->rate_intervals = request->rate_intervals = 100;
	sync->rate_ratio = 1;
	request->rate_ratio = 0.5;
	assert_judged(VERDICT_PASS, NULL);
}

static void each_percentile_is_judged(void **state)
{
	static const char *const just[] = {"p50=1us",   "p90=2us", "p99=3us",
					   "p99.9=4us", "5us",     "max=5us"};
	static const char *const less[] = {"p50=999ns",    "p90=1999ns", "p99=2999ns",
					   "p99.9=3999ns", "4999ns",     "max=4999ns"};

	for (size_t i = 0; i < sizeof(just) / sizeof(*just); i++) {
		setup(state);
		limit(ptp_limits_pdv, just[i]);
		assert_judged(VERDICT_PASS, NULL);
		setup(state);
		limit(ptp_limits_pdv, less[i]);
		assert_judged(VERDICT_FAIL, "the delay variation of its Syncs at ");
	}
}

static void drift_of_the_clocks_is_no_fail(void **state)
{
	(void)state;
	limit(ptp_limits_pdv, "1us");
	series.skew_removed = false;
	assert_judged(VERDICT_INCONCLUSIVE, "the clocks' drift couldn't be removed");
	series.synchronised = true;
	assert_judged(VERDICT_FAIL, "at max is 5.00 us, limit 1.00 us");
}

static void excess_that_uneven_clocks_could_make_is_no_fail(void **state)
{
	(void)state;
	limit(ptp_limits_pdv, "1us");
	series.skew_stray_ns = 1999; /* twice that, and 5 us less the limit of 1 us */
	assert_judged(VERDICT_FAIL, "at max is 5.00 us, limit 1.00 us");
	series.skew_stray_ns = 2000;
	assert_judged(VERDICT_INCONCLUSIVE, "strays from the clocks' skew");
	series.skew_removed = false;
	series.synchronised = true;
	assert_judged(VERDICT_FAIL, "at max is 5.00 us, limit 1.00 us");
}

static void coarse_stamps_and_a_stepped_clock_are_inconclusive(void **state)
{
	(void)state;
	limit(ptp_limits_pdv, "p50=1us");
	findings.resolution_ns = 1001;
	assert_judged(VERDICT_INCONCLUSIVE, "too coarse for a limit of 1.00 us");
	findings.resolution_ns = 1000;
	assert_judged(VERDICT_PASS, NULL);
	findings.clock_steps = 1;
	assert_judged(VERDICT_INCONCLUSIVE, "the clock was stepped 1 time");
	limits.count = 0; /* nothing that time matters to */
	assert_judged(VERDICT_PASS, NULL);
}

static void masters_that_were_not_timed_are_inconclusive(void **state)
{
	(void)state;
	findings.untimed = 7;
	assert_judged(VERDICT_PASS, NULL); /* nothing asks for it */
	limit(ptp_limits_pdv, "1ms");
	assert_judged(VERDICT_INCONCLUSIVE, "7 Syncs were of more than 16 masters");
	assert_int_equal(verdict.count, 1);
	limits.count = 0;
	findings.mask = "prtc-a";
	assert_judged(VERDICT_INCONCLUSIVE, "7 Syncs were of more than 16 masters");
}

static void syncs_that_no_figure_has_are_inconclusive(void **state)
{
	struct timing_series two[2] = {series, series};

	(void)state;
	limit(ptp_limits_pdv, "1ms");
	series.rejected = 200;
	assert_judged(VERDICT_INCONCLUSIVE, "200 of its Syncs tell a time or a correction");
	limit(ptp_limits_pdv, "1us"); /* what was timed is bad enough */
	assert_judged(VERDICT_FAIL, "at max is 5.00 us");
	setup(state);
	findings.mask = "tbc-a";
	series.rejected = 1;
	assert_judged(VERDICT_INCONCLUSIVE, "1 of its Syncs tells a time");
	/* beside a master that could be timed, one that couldn't */
	setup(state);
	limit(ptp_limits_pdv, "1ms");
	two[1].count = 0;
	two[1].unpaired = 2000;
	findings.timing = two;
	findings.series = 2;
	assert_judged(VERDICT_INCONCLUSIVE, "couldn't be timed: their Follow_Ups are missing");
	two[1].count = 1800;
	two[1].unpaired = 200; /* 10 % */
	assert_judged(VERDICT_PASS, NULL);
	two[1].unpaired = 201;
	assert_judged(VERDICT_INCONCLUSIVE, "201 of its 2001 Syncs couldn't be timed");
}

static void timing_that_began_anew_is_known_in_parts(void **state)
{
	(void)state;
	series.splits = 2;
	assert_judged(VERDICT_PASS, NULL);
	limit(ptp_limits_pdv, "1ms");
	assert_judged(VERDICT_INCONCLUSIVE,
		      "its time was stepped, and the timing began anew 2 times");
	limits.count = 0;
	findings.mask = "tbc-a";
	assert_judged(VERDICT_INCONCLUSIVE, "began anew 2 times");
	assert_int_equal(verdict.count, 1);
	/* the stamps' clock did it */
	findings.clock_steps = 2;
	assert_judged(VERDICT_INCONCLUSIVE, "the clock was stepped 2 times");
	assert_int_equal(verdict.count, 1);
}

static void events_are_limited_by_kind_and_in_all(void **state)
{
	(void)state;
	limit(ptp_limits_events, "two_masters=0");
	counts.events[HEALTH_SYNC_TIMEOUT] = 5;
	assert_judged(VERDICT_PASS, NULL);
	limit(ptp_limits_events, "any=4");
	assert_judged(VERDICT_FAIL, "5 events of any kind, limit 4");
	counts.events[HEALTH_TWO_MASTERS] = 1;
	assert_judged(VERDICT_FAIL, "1 event of two_masters, limit 0");
}

static void any_other_grandmaster_fails(void **state)
{
	(void)state;
	limit(ptp_limits_grandmaster, "001122.fffe.334455");
	assert_judged(VERDICT_PASS, NULL);
	counts.foreign = 3;
	port[0].foreign = (struct health_foreign){.count = 3, .grandmaster = MASTER + 2};
	port[0].announce.grandmaster = MASTER + 1;
	assert_judged(VERDICT_FAIL, "announces grandmaster 001122.fffe.334456, not "
				    "001122.fffe.334455 (3 Announces)");
	/* and one that is over, though no event tells of it */
	port[0].announce.grandmaster = MASTER;
	assert_judged(VERDICT_FAIL, "announced grandmaster 001122.fffe.334457 for a while");
	assert_int_equal(verdict.count, 1);
	port[0].foreign.count = 2;
	assert_judged(VERDICT_FAIL, "announced grandmaster 001122.fffe.334457 for a while");
	assert_non_null(strstr(verdict.reason[1], "1 Announce of more ports than are followed"));
}

static void a_profile_asks_for_the_rate_that_is_advertised(void **state)
{
	struct health_stream *sync = &port[0].stream[0];

	(void)state;
	strcpy(profile.name, "default-e2e");
	findings.profile = &profile;
	sync->advertised_ns = 1000000000;
	sync->rate_intervals = 10;
	/* one in 1.3 and one in 0.7 of the intervals */
	for (size_t i = 0; i < 2; i++) {
		sync->rate_ratio = (double[]){0.7693, 1.4285}[i];
		assert_judged(VERDICT_PASS, NULL);
		sync->rate_ratio = (double[]){0.769, 1.4287}[i];
		assert_judged(VERDICT_FAIL,
			      (const char *[]){"profile default-e2e: domain 0, "
					       "001122.fffe.334455-1: sync came at 76.9 % of the "
					       "rate that they advertise",
					       "sync came at 143 % of"}[i]);
	}
	sync->rate_intervals = 9;
	assert_judged(VERDICT_PASS, NULL);
}

static void a_broken_profile_fails_with_its_rules(void **state)
{
	(void)state;
	strcpy(profile.name, "g8275.1");
	findings.profile = &profile;
	assert_judged(VERDICT_PASS, NULL);
	counts.violations[PROFILE_TTL] = 1;
	counts.violations[PROFILE_DOMAIN] = 7;
	assert_judged(VERDICT_FAIL, "profile g8275.1: 7 messages break it in 'domain'");
	assert_non_null(strstr(verdict.reason[1], "1 message breaks it in 'ttl'"));
}

static void a_masks_verdict_counts(void **state)
{
	(void)state;
	findings.mask = "prtc-a";
	assert_judged(VERDICT_PASS, NULL);
	series.mask = (struct timing_mask){.verdict = TIMING_INCONCLUSIVE, .reason = "too short"};
	assert_judged(VERDICT_INCONCLUSIVE, "mask prtc-a: too short");
	series.mask = (struct timing_mask){.verdict = TIMING_FAIL, .reason = "MTIE"};
	assert_judged(VERDICT_FAIL, "mask prtc-a: MTIE");
	findings.series = 0;
	assert_judged(VERDICT_INCONCLUSIVE, "mask prtc-a: no master's Syncs");
}

static void too_few_messages_fail(void **state)
{
	(void)state;
	limit(ptp_limits_messages, "3000");
	assert_judged(VERDICT_PASS, NULL);
	counts.messages = 2999;
	assert_judged(VERDICT_FAIL, "2999 messages came, 3000 are asked for");
}

static void what_bounds_the_trust_is_inconclusive(void **state)
{
	findings.own_drops = 1;
	assert_judged(VERDICT_INCONCLUSIVE, "the tap itself lost 1 frame");
	setup(state);
	tap.truncated = true;
	assert_judged(VERDICT_INCONCLUSIVE, "a file is cut short");
	setup(state);
	findings.is_gone = true;
	findings.link_downs = 1;
	assert_judged(VERDICT_INCONCLUSIVE, "the interface is gone");
	assert_int_equal(verdict.count, 1);
	setup(state);
	findings.link_downs = 2;
	assert_judged(VERDICT_INCONCLUSIVE, "the link went down 2 times");
	setup(state);
	counts.overflow = 9;
	assert_judged(VERDICT_INCONCLUSIVE, "9 messages of more than");
	setup(state);
	findings.passed.cut_short = 2;
	assert_judged(VERDICT_INCONCLUSIVE, "2 messages were cut short");
	setup(state);
	counts.messages = 0;
	findings.ports = findings.series = 0;
	assert_judged(VERDICT_INCONCLUSIVE, "no PTP message came; 4000 frames were looked at");
}

static void a_fail_comes_before_what_is_unknown(void **state)
{
	(void)state;
	limit(ptp_limits_messages, "9999");
	tap.truncated = true;
	assert_judged(VERDICT_FAIL, "9999 are asked for");
	assert_int_equal(verdict.count, 2);
	assert_non_null(strstr(verdict.reason[1], "a file is cut short"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_limits_what_was_measured_passes, setup),
		cmocka_unit_test_setup(a_limit_is_what_may_just_be, setup),
		cmocka_unit_test_setup(a_share_is_of_those_that_were_sent, setup),
		cmocka_unit_test_setup(what_the_end_left_open_may_exceed_a_limit, setup),
		cmocka_unit_test_setup(what_waited_at_the_end_may_exceed_a_limit, setup),
		cmocka_unit_test_setup(a_sequence_that_began_anew_may_have_lost_more, setup),
		cmocka_unit_test_setup(what_is_out_of_sequence_may_hide_a_loss, setup),
		cmocka_unit_test_setup(messages_of_too_many_sequences_are_a_doubt, setup),
		cmocka_unit_test_setup(drops_may_have_made_what_was_not_heard, setup),
		cmocka_unit_test_setup(each_port_and_type_is_judged_by_itself, setup),
		cmocka_unit_test_setup(loss_that_the_tap_may_have_made_is_no_fail, setup),
		cmocka_unit_test_setup(duplicates_and_disorder_are_never_the_taps, setup),
		cmocka_unit_test_setup(missing_follow_ups_and_answers_are_judged, setup),
		cmocka_unit_test_setup(what_was_not_there_to_be_judged_is_inconclusive, setup),
		cmocka_unit_test_setup(lasting_changes_of_the_correction_are_judged, setup),
		cmocka_unit_test_setup(the_rate_is_judged_where_one_is_advertised, setup),
		cmocka_unit_test_setup(each_percentile_is_judged, setup),
		cmocka_unit_test_setup(drift_of_the_clocks_is_no_fail, setup),
		cmocka_unit_test_setup(excess_that_uneven_clocks_could_make_is_no_fail, setup),
		cmocka_unit_test_setup(coarse_stamps_and_a_stepped_clock_are_inconclusive, setup),
		cmocka_unit_test_setup(masters_that_were_not_timed_are_inconclusive, setup),
		cmocka_unit_test_setup(syncs_that_no_figure_has_are_inconclusive, setup),
		cmocka_unit_test_setup(timing_that_began_anew_is_known_in_parts, setup),
		cmocka_unit_test_setup(events_are_limited_by_kind_and_in_all, setup),
		cmocka_unit_test_setup(any_other_grandmaster_fails, setup),
		cmocka_unit_test_setup(a_profile_asks_for_the_rate_that_is_advertised, setup),
		cmocka_unit_test_setup(a_broken_profile_fails_with_its_rules, setup),
		cmocka_unit_test_setup(a_masks_verdict_counts, setup),
		cmocka_unit_test_setup(too_few_messages_fail, setup),
		cmocka_unit_test_setup(what_bounds_the_trust_is_inconclusive, setup),
		cmocka_unit_test_setup(a_fail_comes_before_what_is_unknown, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
