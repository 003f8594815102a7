/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports as vantages: what good ones tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "vantage_bed.h"

static void a_receivers_report_tells_what_was_seen(void **state)
{
	const struct vantage *vantage;
	const struct vantage_run *run;

	(void)state;
	assert_int_equal(vantage_bed_read(HEAD("ptprobe-recv") "'flows':[" FLOW "}]}"), 0);
	assert_int_equal(vantage_bed.count, 1);
	vantage = vantage_bed.vantage[0];
	assert_int_equal(vantage->role, VANTAGE_RECEIVER);
	assert_string_equal(vantage->host, "host1");
	assert_string_equal(vantage->interface, "eth0");
	assert_int_equal(vantage->own_drops, 7);
	assert_false(vantage->has_evidence);
	assert_int_equal(vantage->runs, 1);
	run = &vantage->run[0];
	assert_true(run->key.run_id == UINT64_C(0x7c3a90d417be2c05));
	assert_int_equal(run->key.group.port, 31900);
	assert_int_equal(seqset_count(&run->covered), 100);
	assert_int_equal(seqset_count(&run->seen), 95);
	assert_false(seqset_has(&run->seen, 11));
	assert_true(seqset_has(&run->seen, 13));
	assert_true(run->end_known);
	assert_int_equal(run->used, 100);
	assert_int_equal(run->late, 1);
	assert_int_equal(run->corrupt, 2);
	assert_int_equal(run->unlisted + run->doubtful, 0);
	assert_true(run->certain_last == UINT64_MAX);
	assert_false(run->nothing_certain);
}

static void a_senders_report_tells_what_was_refused_and_never_left(void **state)
{
	const struct vantage_sent *sent;

	(void)state;
	assert_int_equal(vantage_bed_read(HEAD("ptprobe-send") SENDER "}"), 0);
	sent = &vantage_bed.vantage[0]->sent;
	assert_int_equal(sent->used, 100);
	assert_int_equal(sent->failed, 3);
	assert_int_equal(sent->fragments, 2);
	assert_int_equal(sent->stamp_every, 1);
	assert_true(sent->stamps_listed);
	assert_int_equal(seqset_count(&sent->unscheduled.seqs), 1);
	assert_int_equal(seqset_count(&sent->sched_without_snd.seqs), 2);
	assert_false(sent->sched_without_snd.complete);
	assert_int_equal(sent->refusals, 1);
	assert_string_equal(sent->refusal[0].error, "EPERM");
	assert_true(seqset_has(&sent->refusal[0].list.seqs, 2));
}

static void a_sender_of_pairs_tells_of_syncs_and_follow_ups(void **state)
{
	struct vantage_key key = {.run_id = UINT64_C(0x7c3a90d417be2c05)};
	const struct vantage_sent *sent;
	uint64_t used = 0;

	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-send") "'sender':{'run_id':'7c3a90d417be2c05','encoding':'ptp',"
					"'group':'01:1b:19:00:00:00','port':319,'groups':1,"
					"'sent':97,'failed':3,'stamp_every':1,'errors':"
					"{'EPERM':3,'ENOBUFS':9},"
					"'unscheduled':{'count':1,'ranges':[[5,5]],"
					"'complete':true},"
					"'follow_ups':{'port':320,'sent':98,'failed':2}}}"),
		0);
	assert_int_equal(endpoint_parse_mac("01:1b:19:00:00:00", &key.group), 0);
	key.group.port = 319;
	sent = vantage_sent_of(vantage_bed.vantage[0], &key);
	assert_non_null(sent);
	assert_int_equal(seqset_count(&sent->unscheduled.seqs), 1);
	assert_int_equal(sent->failed, 3);
	assert_int_equal(sent->retried, 7); /* of 12 errors 5 were failures */
	assert_true(vantage_has_sent(vantage_bed.vantage[0], &key, &used));
	assert_int_equal(used, 100);
	key.group.port = 320;
	sent = vantage_sent_of(vantage_bed.vantage[0], &key);
	assert_non_null(sent);
	assert_true(seqset_is_empty(&sent->unscheduled.seqs)); /* of the Syncs */
	assert_false(sent->stamps_listed);
	assert_int_equal(sent->failed, 2);
	assert_int_equal(sent->refusal[0].list.count, 2);
	assert_true(vantage_has_sent(vantage_bed.vantage[0], &key, &used));
	assert_int_equal(used, 100);
	key.group.port = 321;
	assert_null(vantage_sent_of(vantage_bed.vantage[0], &key));
}

static void a_sender_before_this_version_is_read_as_well(void **state)
{
	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD("ptprobe-send") "'sender':{" KEY "'sent':10,'failed':0}}"),
		0);
	assert_int_equal(vantage_bed.vantage[0]->sent.used, 10);
	assert_false(vantage_bed.vantage[0]->sent.stamps_listed);
}

static void a_sender_of_several_groups_tells_counts_and_no_seqs(void **state)
{
	struct vantage_key key = {.run_id = UINT64_C(0x7c3a90d417be2c05)};
	uint64_t used = 0;

	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-send") "'sender':{" KEY "'groups':3,'sent':97,'failed':3,"
					"'failed_ranges':[{'error':'EPERM','count':3,'ranges':[[1,1]],"
					"'complete':true}]}}"),
		0);
	assert_int_equal(vantage_bed.vantage[0]->sent.refusal[0].list.count, 3);
	assert_true(seqset_is_empty(&vantage_bed.vantage[0]->sent.refusal[0].list.seqs));
	/* 100 in turn: 34, 33, 33 */
	assert_int_equal(endpoint_parse_address("239.255.31.9", &key.group), 0);
	key.group.port = 31900;
	assert_true(vantage_has_sent(vantage_bed.vantage[0], &key, &used));
	assert_int_equal(used, 34);
	assert_int_equal(endpoint_parse_address("239.255.31.11", &key.group), 0);
	assert_true(vantage_has_sent(vantage_bed.vantage[0], &key, &used));
	assert_int_equal(used, 33);
	assert_int_equal(endpoint_parse_address("239.255.31.12", &key.group), 0);
	assert_false(vantage_has_sent(vantage_bed.vantage[0], &key, &used));
	assert_int_equal(endpoint_parse_address("239.255.31.8", &key.group), 0);
	assert_false(vantage_has_sent(vantage_bed.vantage[0], &key, &used));
}

static void a_captures_completeness_is_yes_no_or_unknown(void **state)
{
	(void)state;
	assert_int_equal(vantage_bed_read(HEAD("ptprobe-capture") CAPTURE
					  ",'flows':[" FLOW ",'side':'sender','frames':98,"
					  "'fragmented':4}]}"),
			 0);
	assert_int_equal(vantage_bed.vantage[0]->complete, VANTAGE_COMPLETE_YES);
	assert_int_equal(vantage_bed.vantage[0]->run[0].side, VANTAGE_SIDE_SENDER);
	assert_int_equal(vantage_bed.vantage[0]->run[0].frames, 98);
	assert_int_equal(vantage_bed.vantage[0]->run[0].fragmented, 4);
	assert_int_equal(vantage_bed_read(HEAD("ptprobe-capture") "'capture':{'complete':false,"
								  "'offloaded':3},'flows':[]}"),
			 0);
	assert_int_equal(vantage_bed.vantage[1]->complete, VANTAGE_COMPLETE_NO);
	assert_true(vantage_bed.vantage[1]->offloaded);
	assert_int_equal(vantage_bed_read(HEAD("ptprobe-capture") "'capture':{'complete':null},"
								  "'flows':[]}"),
			 0);
	assert_int_equal(vantage_bed.vantage[2]->complete, VANTAGE_COMPLETE_UNKNOWN);
}

static void a_witness_is_the_tap_beside_its_report(void **state)
{
	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD("ptprobe-recv") "'flows':[" FLOW "}],'witness':" HEAD(
			"ptprobe-capture") CAPTURE ",'flows':[" FLOW "}]}}"),
		0);
	assert_int_equal(vantage_bed.count, 2);
	assert_int_equal(vantage_bed.vantage[1]->role, VANTAGE_TAP);
	assert_ptr_equal(vantage_bed.vantage[1]->beside, vantage_bed.vantage[0]);
	assert_int_equal(vantage_bed.vantage[1]->side, VANTAGE_SIDE_RECEIVER);
	assert_int_equal(vantages_settle(&vantage_bed, vantage_bed_error), 0);
	assert_string_equal(vantage_bed.vantage[0]->name, "host1:eth0");
	assert_string_equal(vantage_bed.vantage[1]->name, "host1:eth0");
}

static void a_witness_of_a_sender_is_on_its_side(void **state)
{
	(void)state;
	assert_int_equal(vantage_bed_read(HEAD("ptprobe-send") SENDER ",'witness':" HEAD(
				 "ptprobe-capture") CAPTURE ",'flows':[]}}"),
			 0);
	assert_int_equal(vantage_bed.vantage[1]->side, VANTAGE_SIDE_SENDER);
	assert_int_equal(vantages_settle(&vantage_bed, vantage_bed_error), 0);
	assert_string_equal(vantage_bed.vantage[1]->name, "sender");
}

static void a_receivers_witness_may_stand_at_the_sender(void **state)
{
	const struct vantage *witness;

	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD("ptprobe-recv") "'flows':[],'witness':" HEAD(
			"ptprobe-capture") CAPTURE ",'flows':[" FLOW ",'side':'sender'}]}}"),
		0);
	witness = vantage_bed.vantage[1];
	assert_int_equal(vantages_settle(&vantage_bed, vantage_bed_error), 0);
	assert_string_equal(witness->name, "host1:eth0");
	assert_int_equal(vantage_side_of(witness, &witness->run[0]), VANTAGE_SIDE_SENDER);
	assert_int_equal(vantage_side_of(witness, NULL), VANTAGE_SIDE_RECEIVER);
}

static void times_are_read_and_strange_ones_are_unknown(void **state)
{
	const struct vantage *vantage;

	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD("ptprobe-capture") CAPTURE
				 ",'start_ns':1700000000000000000,'end_ns':1700000003000000000,"
				 "'synchronised':true,'flows':[" FLOW
				 ",'frames':95,'first_frame_ns':1700000001000000000,"
				 "'last_frame_ns':1700000002000000000}]}"),
		0);
	vantage = vantage_bed.vantage[0];
	assert_int_equal(vantage->start_ns, INT64_C(1700000000000000000));
	assert_int_equal(vantage->end_ns, INT64_C(1700000003000000000));
	assert_true(vantage->synchronised);
	assert_int_equal(vantage->run[0].first_frame_ns, INT64_C(1700000001000000000));
	assert_int_equal(vantage->run[0].last_frame_ns, INT64_C(1700000002000000000));
	assert_int_equal(
		vantage_bed_read(HEAD("ptprobe-recv") "'start_ns':-5,'end_ns':"
						      "9223372036854775807,'synchronised':'yes',"
						      "'flows':[]}"),
		0);
	vantage = vantage_bed.vantage[1];
	assert_int_equal(vantage->start_ns, 0);
	assert_int_equal(vantage->end_ns, 0);
	assert_false(vantage->synchronised);
}

static void evidence_is_read_with_the_report(void **state)
{
	uint64_t rise = 0;

	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-recv") "'flows':[],'evidence':{'interface':'eth0',"
					"'before':{'udp.RcvbufErrors':4},'after':{'udp.RcvbufErrors':9},"
					"'settings':{'up':true,'carrier':true,'mtu':1500,'rp_filter':null,"
					"'xdp':'none','member':['239.255.31.9']},'unavailable':[]}}"),
		0);
	assert_true(vantage_bed.vantage[0]->has_evidence);
	assert_int_equal(
		evidence_delta(&vantage_bed.vantage[0]->evidence, "udp.RcvbufErrors", &rise),
		COUNTERS_ROSE);
	assert_int_equal(rise, 5);
}

static void before_the_join_nothing_is_covered(void **state)
{
	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-recv") "'flows':[{" KEY
					"'first_seq':30,'last_seq':80,'sent':null,'unique':51,'lost':0,"
					"'late':0,'corrupt':0,'missed_before_join':30,"
					"'missing':{'ranges':[],'complete':true}}]}"),
		0);
	assert_int_equal(vantage_bed.vantage[0]->run[0].covered.range[0].first, 30);
	assert_int_equal(vantage_bed.vantage[0]->run[0].covered.range[0].last, 80);
	assert_false(vantage_bed.vantage[0]->run[0].end_known);
}

static void a_run_of_which_only_the_end_came_is_covered_whole(void **state)
{
	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-recv") "'flows':[{" KEY
					"'first_seq':100,'last_seq':0,'sent':100,'unique':0,'lost':100,"
					"'late':0,'corrupt':0,'missed_before_join':0,"
					"'missing':{'ranges':[[0,99]],'complete':true}}]}"),
		0);
	assert_int_equal(seqset_count(&vantage_bed.vantage[0]->run[0].covered), 100);
	assert_true(seqset_is_empty(&vantage_bed.vantage[0]->run[0].seen));
}

static void what_a_list_has_no_room_for_is_counted(void **state)
{
	const struct vantage_run *run;

	(void)state;
	/* ten were lost, five are listed */
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-recv") "'flows':[{" KEY
					"'first_seq':0,'last_seq':99,'sent':100,'unique':90,'lost':10,"
					"'late':0,'corrupt':0,'missed_before_join':0,"
					"'missing':{'ranges':[[10,12],[40,41]],'complete':false}}]}"),
		0);
	run = &vantage_bed.vantage[0]->run[0];
	assert_int_equal(run->unlisted, 5);
	assert_int_equal(run->doubtful, 0);
	assert_int_equal(run->certain_last, 41);
}

static void what_is_pending_or_was_skipped_is_doubtful(void **state)
{
	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-recv") "'flows':[{" KEY
					"'first_seq':0,'last_seq':99,'sent':null,'unique':93,'lost':5,"
					"'late':0,'corrupt':0,'missed_before_join':0,'pending':2,"
					"'missing':{'ranges':[[10,12],[40,41]],'complete':true}}]}"),
		0);
	assert_int_equal(vantage_bed.vantage[0]->run[0].doubtful, 2);
	assert_int_equal(vantage_bed.vantage[0]->run[0].certain_last, 41);
	/* sent: 100, of which 20 were no more than a jump of the sender's numbers */
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-recv") "'flows':[{" KEY
					"'first_seq':0,'last_seq':99,'sent':80,'unique':75,'lost':5,"
					"'late':0,'corrupt':0,'missed_before_join':0,'skipped':20,"
					"'missing':{'ranges':[[10,12],[40,41]],'complete':true}}]}"),
		0);
	assert_int_equal(vantage_bed.vantage[1]->run[0].doubtful, 20);
	assert_true(vantage_bed.vantage[1]->run[0].nothing_certain);
}

static void the_same_run_from_two_addresses_is_one(void **state)
{
	(void)state;
	assert_int_equal(vantage_bed_read(HEAD("ptprobe-recv") "'flows':[" FLOW "}," FLOW "}]}"),
			 0);
	assert_int_equal(vantage_bed.vantage[0]->runs, 1);
	assert_int_equal(vantage_bed.vantage[0]->run[0].late, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		VANTAGE_TEST(a_receivers_report_tells_what_was_seen),
		VANTAGE_TEST(a_senders_report_tells_what_was_refused_and_never_left),
		VANTAGE_TEST(a_sender_of_pairs_tells_of_syncs_and_follow_ups),
		VANTAGE_TEST(a_sender_before_this_version_is_read_as_well),
		VANTAGE_TEST(a_sender_of_several_groups_tells_counts_and_no_seqs),
		VANTAGE_TEST(a_captures_completeness_is_yes_no_or_unknown),
		VANTAGE_TEST(a_witness_is_the_tap_beside_its_report),
		VANTAGE_TEST(a_witness_of_a_sender_is_on_its_side),
		VANTAGE_TEST(a_receivers_witness_may_stand_at_the_sender),
		VANTAGE_TEST(times_are_read_and_strange_ones_are_unknown),
		VANTAGE_TEST(evidence_is_read_with_the_report),
		VANTAGE_TEST(before_the_join_nothing_is_covered),
		VANTAGE_TEST(a_run_of_which_only_the_end_came_is_covered_whole),
		VANTAGE_TEST(what_a_list_has_no_room_for_is_counted),
		VANTAGE_TEST(what_is_pending_or_was_skipped_is_doubtful),
		VANTAGE_TEST(the_same_run_from_two_addresses_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
