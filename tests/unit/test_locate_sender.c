/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the table that lie inside the sender, one claim each. */
#include "locate_bed.h"

#include <stdio.h>
#include <string.h>

#define CASE(name) cmocka_unit_test_setup_teardown(name, bed_start, bed_end)

/* The send call refused 100..111, which so came nowhere. */
static void refuse(const char *error)
{
	struct vantage *sender = bed_sender(), *receiver = bed_receiver("rx");
	struct vantage_refusal *refusal = &sender->sent.refusal[sender->sent.refusals++];

	snprintf(refusal->error, sizeof(refusal->error), "%s", error);
	refusal->list.count = 12;
	refusal->list.complete = true;
	seqset_add(&refusal->list.seqs, 100, 111);
	sender->sent.failed = 12;
	bed_miss(receiver, 100, 111);
	bed_join();
	assert_delivered(0, 988);
}

static void eperm_is_the_senders_firewall_for_certain(void **state)
{
	const struct locate_row *row;

	(void)state;
	refuse("EPERM");
	row = assert_all_at(PLACE_SENDER_FIREWALL, 100, 111);
	assert_int_equal(row->confidence, LOCATE_CERTAIN);
	assert_int_equal(row->branch, LOCATE_EVERY_BRANCH);
	assert_says(row, "EPERM");
	assert_non_null(strstr(row->remedy, "nft list ruleset"));
}

static void enobufs_is_the_senders_queue(void **state)
{
	(void)state;
	refuse("ENOBUFS");
	assert_int_equal(assert_all_at(PLACE_SENDER_QDISC, 100, 111)->confidence, LOCATE_HIGH);
}

static void another_error_is_the_senders_application_and_is_named(void **state)
{
	const struct locate_row *row;

	(void)state;
	refuse("ENETUNREACH");
	row = assert_all_at(PLACE_SENDER_APP, 100, 111);
	assert_int_equal(row->confidence, LOCATE_CERTAIN);
	assert_says(row, "ENETUNREACH");
}

static void what_the_end_counts_and_the_log_lacks_is_the_senders_application(void **state)
{
	struct vantage *sender = bed_sender(), *receiver = bed_receiver("rx");

	(void)state;
	sender->sent.used = 990;
	bed_miss(receiver, 990, 999);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_APP, 990, 999)->confidence, LOCATE_CERTAIN);
}

/* Sender with a complete list of stamps, all of which came but for 100..111. */
static struct vantage *stamped(bool scheduled)
{
	struct vantage *sender = bed_sender();
	struct vantage_list *list =
		scheduled ? &sender->sent.sched_without_snd : &sender->sent.unscheduled;

	bed_stamp(sender);
	list->count = 12;
	seqset_add(&list->seqs, 100, 111);
	bed_miss(bed_receiver("rx"), 100, 111);
	return sender;
}

static void no_sched_stamp_is_the_neighbour(void **state)
{
	const struct locate_row *row;

	(void)state;
	(void)stamped(false);
	bed_join();
	row = assert_all_at(PLACE_SENDER_NEIGHBOUR, 100, 111);
	assert_int_equal(row->confidence, LOCATE_HIGH);
	assert_says(row, "no SCHED stamp");
}

static void no_sched_stamp_without_carrier_is_the_senders_card(void **state)
{
	(void)state;
	stamped(false)->evidence.settings.carrier = EVIDENCE_NO;
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_NIC, 100, 111)->confidence, LOCATE_MEDIUM);
}

static void sched_without_snd_is_the_queue_even_when_no_counter_moves(void **state)
{
	(void)state;
	(void)stamped(true);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_QDISC, 100, 111)->confidence, LOCATE_HIGH);
}

static void sched_without_snd_names_the_qdiscs_counter(void **state)
{
	(void)state;
	bed_rise(stamped(true), "qdisc.tbf.1:.drops", 12);
	bed_join();
	assert_says(assert_all_at(PLACE_SENDER_QDISC, 100, 111), "drops +12");
}

static void carrier_that_went_is_the_senders_card_unless_the_queue_covers(void **state)
{
	struct vantage *sender = stamped(true);

	(void)state;
	bed_rise(sender, "link.carrier_changes", 2);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_NIC, 100, 111);
	bed_rise(sender, "udp.SndbufErrors", 12);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_QDISC, 100, 111);
}

static void a_cable_that_is_out_at_the_end_leaves_the_queue_its_drops(void **state)
{
	struct vantage *sender = stamped(true);

	(void)state;
	sender->evidence.settings.carrier = EVIDENCE_NO;
	bed_rise(sender, "qdisc.tbf.1:.drops", 5);
	bed_join();
	assert_count(PLACE_SENDER_QDISC, 5);
	assert_count(PLACE_SENDER_NIC, 7);
	assert_count(PLACE_UNDETERMINED, 0);
	assert_int_equal(bed_row(PLACE_SENDER_QDISC)->confidence, LOCATE_MEDIUM);
	assert_says(bed_row(PLACE_SENDER_QDISC), "drops +5");
	assert_says(bed_row(PLACE_SENDER_NIC), "no carrier at the end");
	assert_false(bed_row(PLACE_SENDER_NIC)->listed);
	bed_rise(sender, "qdisc.tbf.1:.drops", 12);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_QDISC, 100, 111);
}

static void without_drops_a_cable_that_is_out_explains_all(void **state)
{
	struct vantage *sender = stamped(true);

	(void)state;
	sender->evidence.settings.carrier = EVIDENCE_NO;
	bed_rise(sender, "qdisc.tbf.1:.drops", 0);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_NIC, 100, 111);
}

static void a_carrier_that_went_leaves_the_queue_its_drops_too(void **state)
{
	struct vantage *sender = stamped(true);

	(void)state;
	bed_rise(sender, "link.carrier_changes", 2);
	bed_rise(sender, "qdisc.tbf.1:.drops", 5);
	bed_join();
	assert_count(PLACE_SENDER_QDISC, 5);
	assert_count(PLACE_SENDER_NIC, 7);
}

static void drops_of_refused_probes_that_were_sent_again_take_nothing_from_the_carrier(void **state)
{
	struct vantage *sender = stamped(true);

	(void)state;
	sender->sent.retried = 5;
	sender->evidence.settings.carrier = EVIDENCE_NO;
	bed_rise(sender, "qdisc.tbf.1:.drops", 5);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_NIC, 100, 111);
}

/* No stamps; the sender's tap and the receiver lack 100..111. */
static struct vantage *absent(void)
{
	struct vantage *sender = bed_sender();

	bed_miss(bed_tap("sender"), 100, 111);
	bed_miss(bed_receiver("rx"), 100, 111);
	return sender;
}

static void absent_from_the_senders_tap_with_flat_counters_is_the_neighbour(void **state)
{
	const struct locate_row *row;

	(void)state;
	(void)absent();
	bed_join();
	row = assert_all_at(PLACE_SENDER_NEIGHBOUR, 100, 111);
	assert_int_equal(row->confidence, LOCATE_MEDIUM);
	assert_says(row, "absent from the sender's capture");
}

static void absent_and_sndbuf_errors_that_cover_are_the_queue(void **state)
{
	(void)state;
	bed_rise(absent(), "udp.SndbufErrors", 12);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_QDISC, 100, 111)->confidence, LOCATE_HIGH);
}

static void absent_and_out_discards_that_cover_are_the_queue(void **state)
{
	(void)state;
	bed_rise(absent(), "ip.OutDiscards", 30);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_QDISC, 100, 111);
}

static void queue_drops_that_do_not_cover_decide_their_share_no_more(void **state)
{
	(void)state;
	bed_rise(absent(), "qdisc.pfifo.1:.drops", 5);
	bed_join();
	assert_count(PLACE_SENDER_NEIGHBOUR, 7);
	assert_count(PLACE_UNDETERMINED, 5);
	assert_says(bed_row(PLACE_UNDETERMINED), "consistent with sender-qdisc");
	assert_false(bed_row(PLACE_SENDER_NEIGHBOUR)->listed);
}

static void absent_without_any_counter_is_undetermined(void **state)
{
	(void)state;
	absent()->has_evidence = false;
	bed.vantage[1]->has_evidence = false;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 111);
}

static void traced_neighbour_failures_raise_the_confidence(void **state)
{
	(void)state;
	bed_rise(absent(), "trace.NEIGH_FAILED", 12);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_NEIGHBOUR, 100, 111)->confidence, LOCATE_HIGH);
}

static void in_the_tap_without_its_stamp_is_the_driver(void **state)
{
	(void)state;
	(void)stamped(true);
	(void)bed_tap("sender");
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_DRIVER, 100, 111)->confidence, LOCATE_MEDIUM);
}

static void transmit_errors_that_cover_what_the_far_side_misses_are_the_senders_card(void **state)
{
	struct vantage *sender = bed_sender();

	(void)state;
	(void)bed_tap("sender");
	bed_miss(bed_tap("rx"), 100, 111);
	bed_miss(bed_receiver("rx"), 100, 111);
	bed_rise(sender, "ethtool.tx_carrier_errors", 12); /* e1000e */
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_NIC, 100, 111)->confidence, LOCATE_MEDIUM);
}

static void what_came_later_refutes_a_missing_stamp(void **state)
{
	struct vantage *sender = stamped(true);

	(void)state;
	/* the receiver got half of them all the same */
	seqset_add(&bed.vantage[1]->run[0].seen, 100, 105);
	bed_join();
	(void)assert_all_at(PLACE_SENDER_QDISC, 106, 111);
	assert_delivered(0, 994);
	assert_ptr_equal(sender, bed.vantage[0]);
}

/* Two groups, of which the tap and the receiver lack 6 each; the send call refused 12. */
static void refuse_of_two_groups(const char *error)
{
	struct vantage *sender = bed_sender(), *receiver = bed_receiver("rx");
	struct vantage *tap = bed_tap("sender");
	struct vantage_key other = bed_key();
	struct vantage_run *run;

	/* 2000 seqs in turn: 1000 of each of two groups; the lists tell no group */
	sender->sent.group.count = 2;
	sender->sent.used = 2000;
	sender->sent.failed = 12;
	sender->sent.refusals = 1;
	snprintf(sender->sent.refusal[0].error, VANTAGE_ERROR_NAME, "%s", error);
	sender->sent.refusal[0].list.count = 12;
	other.group.address[15]++;
	for (size_t i = 0; i < 2; i++) {
		run = vantage_add_run(i == 0 ? receiver : tap, &other);
		assert_non_null(run);
		seqset_add(&run->covered, 0, 999);
		seqset_add(&run->seen, 0, 999);
	}
	bed_miss(receiver, 100, 105);
	bed_miss(tap, 100, 105);
	for (size_t i = 0; i < 2; i++) {
		struct seqset missing = {0};

		run = &(i == 0 ? receiver : tap)->run[1];
		seqset_add(&missing, 7, 12);
		seqset_subtract(&run->seen, &missing, &run->seen);
		seqset_release(&missing);
	}
	assert_int_equal(igmp_groups_add(&receiver->evidence.settings.member, &other.group), 0);
	bed_join();
	assert_int_equal(joined->runs, 2);
	assert_count(PLACE_UNDETERMINED, 0);
	assert_count(PLACE_DELIVERED, 1988);
}

static void several_groups_are_explained_by_the_errors_of_all(void **state)
{
	(void)state;
	refuse_of_two_groups("EPERM");
	assert_count(PLACE_SENDER_FIREWALL, 12);
}

static void an_error_that_is_a_part_of_anothers_name_is_the_senders_application(void **state)
{
	(void)state;
	refuse_of_two_groups("ACCES");
	assert_count(PLACE_SENDER_APP, 12);
}

static void of_two_groups_the_share_of_the_queue_is_open(void **state)
{
	struct vantage *sender;

	(void)state;
	refuse_of_two_groups("EPERM");
	sender = bed.vantage[0];
	sender->sent.failed = 0;
	sender->sent.refusals = 0;
	sender->evidence.settings.carrier = EVIDENCE_NO;
	bed_rise(sender, "qdisc.tbf.1:.drops", 2);
	bed_join();
	assert_count(PLACE_SENDER_NIC, 8);
	assert_count(PLACE_UNDETERMINED, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(eperm_is_the_senders_firewall_for_certain),
		CASE(enobufs_is_the_senders_queue),
		CASE(another_error_is_the_senders_application_and_is_named),
		CASE(what_the_end_counts_and_the_log_lacks_is_the_senders_application),
		CASE(no_sched_stamp_is_the_neighbour),
		CASE(no_sched_stamp_without_carrier_is_the_senders_card),
		CASE(sched_without_snd_is_the_queue_even_when_no_counter_moves),
		CASE(sched_without_snd_names_the_qdiscs_counter),
		CASE(carrier_that_went_is_the_senders_card_unless_the_queue_covers),
		CASE(a_cable_that_is_out_at_the_end_leaves_the_queue_its_drops),
		CASE(without_drops_a_cable_that_is_out_explains_all),
		CASE(a_carrier_that_went_leaves_the_queue_its_drops_too),
		CASE(drops_of_refused_probes_that_were_sent_again_take_nothing_from_the_carrier),
		CASE(absent_from_the_senders_tap_with_flat_counters_is_the_neighbour),
		CASE(absent_and_sndbuf_errors_that_cover_are_the_queue),
		CASE(absent_and_out_discards_that_cover_are_the_queue),
		CASE(queue_drops_that_do_not_cover_decide_their_share_no_more),
		CASE(absent_without_any_counter_is_undetermined),
		CASE(traced_neighbour_failures_raise_the_confidence),
		CASE(in_the_tap_without_its_stamp_is_the_driver),
		CASE(transmit_errors_that_cover_what_the_far_side_misses_are_the_senders_card),
		CASE(what_came_later_refutes_a_missing_stamp),
		CASE(several_groups_are_explained_by_the_errors_of_all),
		CASE(an_error_that_is_a_part_of_anothers_name_is_the_senders_application),
		CASE(of_two_groups_the_share_of_the_queue_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
