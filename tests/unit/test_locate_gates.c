/* SPDX-License-Identifier: BSD-2-Clause */
/* What must never be called a place: evidence that proves nothing. And what limits make of it. */
#include "locate_bed.h"

#include <string.h>

#include "verdict.h"

#define CASE(name) cmocka_unit_test_setup_teardown(name, bed_start, bed_end)

static struct vantage *tap, *receiver;

/* 100..111 left the sender and came nowhere: the network, if the receiver's tap is to be believed.
 */
static void lose_on_the_way(void)
{
	(void)bed_sender();
	(void)bed_tap("sender");
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	bed_miss(tap, 100, 111);
	bed_miss(receiver, 100, 111);
}

static void a_tap_that_dropped_never_yields_the_network(void **state)
{
	const struct locate_row *row;

	(void)state;
	lose_on_the_way();
	tap->complete = VANTAGE_COMPLETE_NO;
	tap->own_drops = 3;
	bed_join();
	row = assert_all_at(PLACE_UNDETERMINED, 100, 111);
	assert_says(row, "dropped 3 frames itself");
	assert_int_equal(row->segments, LOCATE_PATH | LOCATE_HOST);
}

static void a_tap_that_dropped_never_yields_a_drop_in_the_sender(void **state)
{
	struct vantage *sender = bed_sender(), *by_sender = bed_tap("sender");

	(void)state;
	(void)bed_tap("rx");
	(void)bed_receiver("rx");
	by_sender->complete = VANTAGE_COMPLETE_NO;
	by_sender->own_drops = 500;
	bed_miss(by_sender, 0, 499);
	bed_join();
	/* what came to the receiver had left the sender */
	assert_count(PLACE_DELIVERED, 1000);
	bed_miss(bed.vantage[3], 100, 111);
	bed_miss(bed.vantage[2], 100, 111);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "dropped 500 frames itself");
	assert_ptr_equal(sender, bed.vantage[0]);
}

static void a_starved_tap_between_two_others_never_yields_the_network(void **state)
{
	(void)state;
	lose_on_the_way();
	/* it lost nearly everything, all of which the application got */
	tap->complete = VANTAGE_COMPLETE_NO;
	tap->own_drops = 990;
	bed_miss(tap, 10, 999);
	bed_join();
	assert_count(PLACE_NETWORK, 0);
	assert_delivered(0, 988);
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 111);
}

static void a_file_without_drop_counts_proves_nothing_until_someone_vouches(void **state)
{
	(void)state;
	lose_on_the_way();
	tap->complete = VANTAGE_COMPLETE_UNKNOWN;
	bed_join();
	assert_non_null(
		strstr(assert_all_at(PLACE_UNDETERMINED, 100, 111)->remedy, "--complete rx"));
	tap->complete = VANTAGE_COMPLETE_YES;
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 100, 111);
}

static void presence_in_a_tap_that_dropped_is_proof_all_the_same(void **state)
{
	(void)state;
	(void)bed_sender();
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	tap->complete = VANTAGE_COMPLETE_NO;
	bed_miss(receiver, 100, 111);
	bed_rise(receiver, "udp.RcvbufErrors", 12);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_SOCKET, 100, 111)->confidence, LOCATE_HIGH);
}

static void a_tap_that_began_late_says_nothing_of_what_was_before(void **state)
{
	(void)state;
	lose_on_the_way();
	bed_hide(tap, 0, 104);
	bed_join();
	assert_count(PLACE_NETWORK, 7);
	assert_count(PLACE_UNDETERMINED, 5);
	assert_says(bed_row(PLACE_UNDETERMINED), "began late: 5 were sent before it");
}

static void a_tap_that_ended_early_says_nothing_of_what_came_after(void **state)
{
	(void)state;
	lose_on_the_way();
	bed_hide(tap, 106, 999);
	bed_join();
	assert_count(PLACE_NETWORK, 6);
	assert_count(PLACE_UNDETERMINED, 6);
	assert_says(bed_row(PLACE_UNDETERMINED), "ended early");
}

static void a_tap_that_saw_nothing_of_the_run_proves_nothing(void **state)
{
	(void)state;
	lose_on_the_way();
	seqset_release(&tap->run[0].covered);
	seqset_release(&tap->run[0].seen);
	tap->runs = 0;
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "saw nothing of this run");
}

static void a_witness_that_saw_nothing_was_there_all_the_time(void **state)
{
	(void)state;
	lose_on_the_way();
	tap->beside = receiver;
	seqset_release(&tap->run[0].covered);
	seqset_release(&tap->run[0].seen);
	tap->runs = 0;
	bed_miss(receiver, 0, 999);
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 0, 999);
}

static void a_receiver_that_began_late_loses_nothing_before(void **state)
{
	(void)state;
	(void)bed_sender();
	receiver = bed_receiver("rx");
	(void)bed_tap("rx");
	bed_hide(receiver, 0, 49);
	bed_rise(receiver, "udp.RcvbufErrors", 60); /* which covers, but whom? */
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 0, 49), "began late");
}

static void without_any_tap_the_place_is_not_known(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 111);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "no capture at rx");
}

static void without_a_tap_the_sockets_own_drops_suffice_when_they_cover(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 111);
	receiver->own_drops = 11;
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "consistent with receiver-socket");
	receiver->own_drops = 12;
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_SOCKET, 100, 111)->confidence, LOCATE_HIGH);
}

static void without_a_tap_two_counters_that_cover_decide_nothing(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 111);
	bed_rise(receiver, "ethtool.rx_missed_errors", 12);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_NIC, 100, 111)->confidence, LOCATE_MEDIUM);
	bed_rise(receiver, "udp.RcvbufErrors", 12);
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 111);
}

/* A busy host's counters move by thousands, and so cover anything. */
static void without_a_tap_a_counter_must_fit_exactly(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 111);
	bed_rise(receiver, "udp.RcvbufErrors", 17674);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "consistent with receiver-socket");
}

/* ENOBUFS that the sender has tried again until the queue took it: drops to the kernel alone. */
static void drops_that_were_tried_again_are_no_losses(void **state)
{
	struct vantage *sender = bed_sender(), *by_sender = bed_tap("sender");

	(void)state;
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 111);
	bed_miss(by_sender, 100, 111);
	bed_rise(sender, "qdisc.tbf.8003:.drops", 17674);
	sender->sent.retried = 16764;
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "consistent with sender-qdisc");
}

/* mDNS on any network moves these two all day. */
static void without_a_tap_what_other_traffic_moves_decides_nothing(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 111);
	bed_rise(receiver, "udp.IgnoredMulti", 40);
	bed_rise(receiver, "ip.InReceives", 1100);
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 111);
}

static void without_the_senders_evidence_the_network_is_not_blamed(void **state)
{
	const struct locate_row *row;

	(void)state;
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	bed_miss(tap, 100, 111);
	bed_miss(receiver, 100, 111);
	bed_join();
	row = assert_all_at(PLACE_UNDETERMINED, 100, 111);
	assert_says(row, "no report and no capture of the sender");
	assert_int_equal(row->segments, LOCATE_SENDER | LOCATE_PATH);
	/* unless its wire says so */
	bed_rise(receiver, "link.rx_crc_errors", 12);
	bed_join();
	(void)assert_all_at(PLACE_LAST_HOP_WIRE, 100, 111);
}

static void without_a_receiver_what_left_is_undetermined(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	seqset_add(&bed.vantage[0]->sent.sched_without_snd.seqs, 100, 111);
	bed_join();
	assert_count(PLACE_SENDER_QDISC, 12);
	assert_count(PLACE_UNDETERMINED, 988);
	assert_says(bed_row(PLACE_UNDETERMINED), "left the sender's host");
}

static void an_unlisted_tail_is_counted_where_the_tap_has_it(void **state)
{
	(void)state;
	(void)bed_sender();
	(void)bed_tap("rx");
	receiver = bed_receiver("rx");
	/* the list ended at 111; 30 more were lost above it, and the socket says so */
	bed_miss(receiver, 100, 111);
	receiver->run[0].unlisted = 30;
	receiver->run[0].certain_last = 111;
	receiver->own_drops = 42;
	bed_join();
	assert_count(PLACE_RECEIVER_SOCKET, 42);
	assert_delivered(0, 958);
	assert_true(bed_row(PLACE_RECEIVER_SOCKET)->listed == false ||
		    !bed_row(PLACE_RECEIVER_SOCKET)->complete);
}

static void an_unlisted_tail_is_found_by_a_tap_that_lacks_it(void **state)
{
	(void)state;
	lose_on_the_way();
	/* 500..529 were lost on the way, but the receiver's list had ended before */
	bed_miss(tap, 500, 529);
	receiver->run[0].unlisted = 30;
	receiver->run[0].certain_last = 111;
	bed_join();
	assert_count(PLACE_NETWORK, 42);
	assert_delivered(0, 958);
}

static void what_could_still_have_come_is_undetermined(void **state)
{
	(void)state;
	(void)bed_sender();
	(void)bed_tap("rx");
	receiver = bed_receiver("rx");
	receiver->run[0].doubtful = 2;
	receiver->run[0].nothing_certain = true;
	bed_join();
	assert_count(PLACE_UNDETERMINED, 2);
	assert_delivered(0, 998);
}

static void a_receiver_of_other_runs_alone_has_no_run_in_common(void **state)
{
	struct verdict verdict;
	const struct locate_limits limits = {0};

	(void)state;
	(void)bed_sender();
	bed_receiver("rx")->run[0].key.run_id = 1;
	bed_join();
	assert_int_equal(joined->runs, 0);
	locate_judge(joined, &limits, &verdict);
	assert_int_equal(verdict.result, VERDICT_INCONCLUSIVE);
	assert_non_null(strstr(verdict.reason[0], "no run in common"));
}

static enum verdict_result judged(const char *expect, const char *most)
{
	struct locate_limits limits = {0};
	struct verdict verdict;
	const char *error;

	if (expect != NULL) {
		assert_int_equal(locate_limits_expect(expect, &limits, &error), 0);
	}
	if (most != NULL) {
		assert_int_equal(locate_limits_add(most, &limits, &error), 0);
	}
	locate_judge(joined, &limits, &verdict);
	assert_true(verdict.result == VERDICT_PASS || verdict.count > 0);
	return verdict.result;
}

static void limits_are_judged_whatever_the_undetermined_are(void **state)
{
	(void)state;
	lose_on_the_way();
	bed_join();
	assert_int_equal(judged(NULL, NULL), VERDICT_PASS);
	assert_int_equal(judged("network", NULL), VERDICT_PASS);
	assert_int_equal(judged("sender-qdisc", NULL), VERDICT_FAIL);
	assert_int_equal(judged(NULL, "network=12"), VERDICT_PASS);
	assert_int_equal(judged(NULL, "network=11"), VERDICT_FAIL);
	assert_int_equal(judged(NULL, "receiver-socket=0"), VERDICT_PASS);
	/* seven are the network's for sure, five nobody knows */
	bed_hide(tap, 0, 104);
	bed_join();
	assert_int_equal(judged(NULL, NULL), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged("network", NULL), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged("sender-qdisc", NULL), VERDICT_FAIL);
	assert_int_equal(judged(NULL, "network=6"), VERDICT_FAIL);
	assert_int_equal(judged(NULL, "network=11"), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged(NULL, "network=12"), VERDICT_PASS);
	assert_int_equal(judged(NULL, "receiver-socket=4"), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged(NULL, "receiver-socket=5"), VERDICT_PASS);
	assert_int_equal(judged(NULL, "sender-qdisc=0"), VERDICT_PASS);
	assert_int_equal(judged(NULL, "undetermined=4"), VERDICT_FAIL);
	assert_int_equal(judged(NULL, "undetermined=5"), VERDICT_PASS);
}

static void nothing_lost_is_not_what_was_expected(void **state)
{
	(void)state;
	(void)bed_sender();
	(void)bed_tap("rx");
	(void)bed_receiver("rx");
	bed_join();
	assert_int_equal(judged(NULL, NULL), VERDICT_PASS);
	assert_int_equal(judged("network", NULL), VERDICT_FAIL);
}

static void what_lies_behind_the_last_tap_is_never_a_pass(void **state)
{
	(void)state;
	(void)bed_tap("sender");
	(void)bed_tap("rx");
	bed_join();
	assert_int_equal(judged(NULL, NULL), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged(NULL, "network=0"), VERDICT_PASS);
	assert_int_equal(judged(NULL, "receiver-socket=0"), VERDICT_INCONCLUSIVE);
	assert_int_equal(judged("receiver-socket", NULL), VERDICT_INCONCLUSIVE);
}

static void limits_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {"",
					  "network",
					  "network=",
					  "network=-1",
					  "nowhere=1",
					  "delivered=1",
					  "=1",
					  "network=1e3",
					  "network=18446744073709551616",
					  "sender-qdisc-and-more-than-that=1"};
	struct locate_limits limits = {0};
	const char *error;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		error = NULL;
		assert_int_equal(locate_limits_add(bad[i], &limits, &error), -22);
		assert_non_null(error);
	}
	assert_int_equal(locate_limits_expect("undetermined", &limits, &error), -22);
	assert_int_equal(limits.count, 0);
	for (size_t i = 0; i < LOCATE_LIMITS; i++) {
		assert_int_equal(locate_limits_add("network=1", &limits, &error), 0);
	}
	assert_int_equal(locate_limits_add("network=1", &limits, &error), -22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_tap_that_dropped_never_yields_the_network),
		CASE(a_tap_that_dropped_never_yields_a_drop_in_the_sender),
		CASE(a_starved_tap_between_two_others_never_yields_the_network),
		CASE(a_file_without_drop_counts_proves_nothing_until_someone_vouches),
		CASE(presence_in_a_tap_that_dropped_is_proof_all_the_same),
		CASE(a_tap_that_began_late_says_nothing_of_what_was_before),
		CASE(a_tap_that_ended_early_says_nothing_of_what_came_after),
		CASE(a_tap_that_saw_nothing_of_the_run_proves_nothing),
		CASE(a_witness_that_saw_nothing_was_there_all_the_time),
		CASE(a_receiver_that_began_late_loses_nothing_before),
		CASE(without_any_tap_the_place_is_not_known),
		CASE(without_a_tap_the_sockets_own_drops_suffice_when_they_cover),
		CASE(without_a_tap_two_counters_that_cover_decide_nothing),
		CASE(without_a_tap_a_counter_must_fit_exactly),
		CASE(drops_that_were_tried_again_are_no_losses),
		CASE(without_a_tap_what_other_traffic_moves_decides_nothing),
		CASE(without_the_senders_evidence_the_network_is_not_blamed),
		CASE(without_a_receiver_what_left_is_undetermined),
		CASE(an_unlisted_tail_is_counted_where_the_tap_has_it),
		CASE(an_unlisted_tail_is_found_by_a_tap_that_lacks_it),
		CASE(what_could_still_have_come_is_undetermined),
		CASE(a_receiver_of_other_runs_alone_has_no_run_in_common),
		CASE(limits_are_judged_whatever_the_undetermined_are),
		CASE(nothing_lost_is_not_what_was_expected),
		CASE(what_lies_behind_the_last_tap_is_never_a_pass),
		CASE(limits_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
