/* SPDX-License-Identifier: BSD-2-Clause */
/* Who heard nothing must be shown to have listened, before that is a loss. */
#include "locate_bed.h"

#include <string.h>

#include "verdict.h"

#define CASE(name) cmocka_unit_test_setup_teardown(name, bed_start, bed_end)
#define SECOND_NS  INT64_C(1000000000)

static struct vantage *sender, *tap, *receiver;

/* A receiver and the witness beside it, who know nothing of the run. By their clocks they were
 * there from 3 s before the sender's one second until 5 s after it. */
static void hear_nothing(void)
{
	sender = bed_sender();
	(void)bed_tap("sender");
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	tap->beside = receiver;
	bed_forget(tap);
	bed_forget(receiver);
}

static enum verdict_result judged(const char *most)
{
	struct locate_limits limits = {0};
	struct verdict verdict;
	const char *error;

	if (most != NULL) {
		assert_int_equal(locate_limits_add(most, &limits, &error), 0);
	}
	locate_judge(joined, &limits, &verdict);
	return verdict.result;
}

static void one_that_listened_throughout_proves_the_network(void **state)
{
	(void)state;
	hear_nothing();
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 0, 999);
	assert_int_equal(judged(NULL), VERDICT_PASS);
}

static void one_that_had_given_up_before_proves_nothing(void **state)
{
	const struct locate_row *row;

	(void)state;
	hear_nothing();
	receiver->end_ns = 2 * SECOND_NS;
	bed_join();
	row = assert_all_at(PLACE_UNDETERMINED, 0, 999);
	assert_says(row, "nothing tells that it listened");
	assert_says(row, "saw nothing of this run");
	assert_int_equal(row->segments, LOCATE_PATH | LOCATE_HOST);
	assert_int_equal(judged(NULL), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged("network=0"), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged("sender-qdisc=0"), VERDICT_PASS);
}

static void one_that_came_after_or_during_the_run_proves_nothing(void **state)
{
	(void)state;
	hear_nothing();
	receiver->start_ns = 6 * SECOND_NS;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 0, 999);
	receiver->start_ns = 4 * SECOND_NS + SECOND_NS / 2;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 0, 999);
}

static void a_report_that_tells_no_times_proves_nothing(void **state)
{
	(void)state;
	hear_nothing();
	receiver->start_ns = receiver->end_ns = 0;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 0, 999);
}

static void clocks_must_be_synchronised_or_one(void **state)
{
	(void)state;
	hear_nothing();
	receiver->synchronised = false;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 0, 999);
	strcpy(sender->host, "host1");
	strcpy(receiver->host, "host1");
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 0, 999);
}

/* Less than a second is within what two synchronised clocks may differ by. */
static void two_clocks_take_a_margin(void **state)
{
	(void)state;
	hear_nothing();
	receiver->start_ns = 3 * SECOND_NS + 1;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 0, 999);
	receiver->start_ns = 3 * SECOND_NS;
	receiver->end_ns = 6 * SECOND_NS - 1;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 0, 999);
	receiver->end_ns = 6 * SECOND_NS;
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 0, 999);
}

/* Its socket is opened after its witness's, and closed before. */
static void what_its_witness_saw_meanwhile_it_would_have_heard(void **state)
{
	(void)state;
	(void)bed_tap("sender");
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	tap->beside = receiver;
	bed_forget(receiver);
	bed_rise(receiver, "ip.InDelivers", 0);
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_FIREWALL, 0, 999);
	/* for 10 ms of the 1 s it didn't: 10 of 1000 probes, or twice as many, and one */
	receiver->start_ns = 4 * SECOND_NS + SECOND_NS / 100;
	bed_join();
	assert_count(PLACE_RECEIVER_FIREWALL, 979);
	assert_count(PLACE_UNDETERMINED, 21);
	receiver->start_ns = 4 * SECOND_NS + SECOND_NS / 2;
	bed_join();
	assert_count(PLACE_UNDETERMINED, 1000);
}

static struct vantage_key other_group(void)
{
	struct vantage_key key = bed_key();

	key.group.address[sizeof(key.group.address) - 1]++;
	return key;
}

/* It listened from the middle of the run on, by what came of another group. */
static void an_unheard_group_is_covered_as_the_heard_ones_are(void **state)
{
	struct vantage_key key = other_group();
	struct vantage_run *run;

	(void)state;
	(void)bed_tap("sender");
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	tap->beside = receiver;
	bed_forget(tap);
	receiver->run[0].key = key;
	bed_hide(receiver, 0, 490);
	run = vantage_add_run(bed.vantage[0], &key);
	assert_non_null(run);
	seqset_add(&run->covered, 0, BED_SEQS - 1);
	seqset_add(&run->seen, 0, BED_SEQS - 1);
	run->end_known = true;
	run->used = BED_SEQS;
	assert_int_equal(igmp_groups_add(&receiver->evidence.settings.member, &key.group), 0);
	bed_join();
	/* seq 491 of this group may have gone before that of the other: 492..999 are provable */
	assert_count(PLACE_NETWORK, 508);
	assert_count(PLACE_UNDETERMINED, 492 + 491);
	for (size_t i = 0; i < joined->rows; i++) {
		if (joined->row[i].place == PLACE_NETWORK) {
			assert_int_equal(joined->row[i].seqs.range[0].first, 492);
		}
	}
}

static void a_membership_that_was_lacking_at_another_time_is_a_guess(void **state)
{
	struct vantage_key other = other_group();

	(void)state;
	hear_nothing();
	igmp_groups_release(&receiver->evidence.settings.member);
	assert_int_equal(igmp_groups_add(&receiver->evidence.settings.member, &other.group), 0);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_MEMBERSHIP, 0, 999)->confidence, LOCATE_HIGH);
	receiver->end_ns = 2 * SECOND_NS;
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_MEMBERSHIP, 0, 999)->confidence, LOCATE_LOW);
}

/* The sender's frames come by it as they leave. */
static void a_receiver_on_the_senders_host_has_no_capture_of_its_own(void **state)
{
	(void)state;
	(void)bed_sender();
	(void)bed_tap("sender");
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	tap->beside = receiver;
	tap->run[0].side = VANTAGE_SIDE_SENDER;
	bed_forget(receiver);
	bed_rise(receiver, "ip.InReceives", 0);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 0, 999), "the sender is on that host");
	assert_count(PLACE_RECEIVER_INGRESS, 0);
}

static void it_is_evidence_of_the_sender_instead(void **state)
{
	(void)state;
	(void)bed_sender();
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	tap->beside = receiver;
	tap->run[0].side = VANTAGE_SIDE_SENDER;
	bed_miss(tap, 100, 111);
	bed_miss(receiver, 100, 111);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_NEIGHBOUR, 100, 111);
}

static void a_sender_without_an_end_leaves_it_open(void **state)
{
	(void)state;
	receiver = bed_receiver("rx");
	receiver->run[0].end_known = false;
	bed_join();
	assert_delivered(0, 1000);
	assert_int_equal(judged(NULL), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged("network=0"), VERDICT_INCONCLUSIVE);
	/* its report tells */
	(void)bed_sender();
	bed_join();
	assert_int_equal(judged(NULL), VERDICT_PASS);
}

static void an_end_that_anyone_saw_closes_it(void **state)
{
	(void)state;
	(void)bed_tap("rx");
	receiver = bed_receiver("rx");
	receiver->run[0].end_known = false;
	bed_join();
	assert_int_equal(judged(NULL), VERDICT_PASS);
}

static void a_receiver_of_another_run_is_never_a_pass(void **state)
{
	(void)state;
	(void)bed_sender();
	(void)bed_tap("sender");
	(void)bed_tap("one");
	(void)bed_receiver("one");
	bed_join();
	assert_int_equal(judged("network=0"), VERDICT_PASS);
	bed_receiver("two")->run[0].key.run_id = 1;
	bed_join();
	assert_delivered(0, 1000);
	assert_int_equal(judged(NULL), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged("network=0"), VERDICT_INCONCLUSIVE);
}

/* What a report can hold is counted; what is beyond is no probe. */
static void hostile_counts_stay_exact(void **state)
{
	const struct locate_row *row;

	(void)state;
	sender = bed_sender();
	receiver = bed_receiver("rx");
	sender->sent.used = UINT64_MAX;
	bed_join();
	assert_true(joined->run[0].count == INT64_MAX);
	row = bed_row(PLACE_UNDETERMINED);
	assert_non_null(row);
	assert_true(row->complete);
	assert_true(row->count == (uint64_t)INT64_MAX - 1000);
	assert_true(row->seqs.range[0].last == INT64_MAX - 1);
	assert_int_equal(judged("network=0"), VERDICT_INCONCLUSIVE);
}

static void what_was_refused_beyond_the_run_is_no_probe(void **state)
{
	struct vantage_refusal *refusal;

	(void)state;
	sender = bed_sender();
	(void)bed_receiver("rx");
	sender->sent.refusals = 1;
	sender->sent.failed = 10;
	refusal = &sender->sent.refusal[0];
	strcpy(refusal->error, "EPERM");
	refusal->list.count = 10;
	refusal->list.complete = true;
	seqset_add(&refusal->list.seqs, 5000, 5009);
	bed_join();
	assert_delivered(0, 1000);
	assert_count(PLACE_SENDER_FIREWALL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_that_listened_throughout_proves_the_network),
		CASE(one_that_had_given_up_before_proves_nothing),
		CASE(one_that_came_after_or_during_the_run_proves_nothing),
		CASE(a_report_that_tells_no_times_proves_nothing),
		CASE(clocks_must_be_synchronised_or_one),
		CASE(two_clocks_take_a_margin),
		CASE(what_its_witness_saw_meanwhile_it_would_have_heard),
		CASE(an_unheard_group_is_covered_as_the_heard_ones_are),
		CASE(a_membership_that_was_lacking_at_another_time_is_a_guess),
		CASE(a_receiver_on_the_senders_host_has_no_capture_of_its_own),
		CASE(it_is_evidence_of_the_sender_instead),
		CASE(a_sender_without_an_end_leaves_it_open),
		CASE(an_end_that_anyone_saw_closes_it),
		CASE(a_receiver_of_another_run_is_never_a_pass),
		CASE(hostile_counts_stay_exact),
		CASE(what_was_refused_beyond_the_run_is_no_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
