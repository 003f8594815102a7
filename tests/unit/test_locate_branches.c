/* SPDX-License-Identifier: BSD-2-Clause */
/* Several receivers, and how inputs find to one another. */
#include "locate_bed.h"

#include <string.h>

#define CASE(name) cmocka_unit_test_setup_teardown(name, bed_start, bed_end)

enum { ONE, TWO, THREE, BRANCHES };

static const char *const name[BRANCHES] = {"one", "two", "three"};
static struct vantage *tap[BRANCHES], *receiver[BRANCHES];

static void three_receivers(void)
{
	(void)bed_sender();
	(void)bed_tap("sender");
	for (size_t i = 0; i < BRANCHES; i++) {
		tap[i] = bed_tap(name[i]);
		receiver[i] = bed_receiver(name[i]);
	}
}

static void lose(size_t branch, uint64_t first, uint64_t last)
{
	bed_miss(tap[branch], first, last);
	bed_miss(receiver[branch], first, last);
}

static void lost_at_all_is_upstream_of_the_split(void **state)
{
	const struct locate_row *row;

	(void)state;
	three_receivers();
	for (size_t i = 0; i < BRANCHES; i++) {
		lose(i, 100, 111);
	}
	bed_join();
	row = assert_all_at(PLACE_NETWORK, 100, 111);
	assert_int_equal(row->branch, LOCATE_EVERY_BRANCH);
	assert_says(row, "all receivers");
	for (size_t i = 0; i < BRANCHES; i++) {
		assert_delivered((int)i, 988);
		assert_int_equal(joined->run[0].branch[i].lost, 12);
	}
}

static void lost_at_one_is_that_branch(void **state)
{
	const struct locate_row *row;

	(void)state;
	three_receivers();
	lose(TWO, 100, 111);
	bed_join();
	row = assert_all_at(PLACE_NETWORK, 100, 111);
	assert_string_equal(joined->branch[row->branch].name, "two");
	assert_says(row, "only at two, downstream of the split");
	assert_delivered(ONE, 1000);
	assert_delivered(TWO, 988);
}

static void one_run_can_lose_before_and_behind_the_split(void **state)
{
	uint64_t shared = 0, own = 0;

	(void)state;
	three_receivers();
	for (size_t i = 0; i < BRANCHES; i++) {
		lose(i, 100, 111);
	}
	lose(ONE, 500, 502);
	bed_join();
	for (size_t i = 0; i < joined->rows; i++) {
		if (joined->row[i].place == PLACE_NETWORK) {
			uint64_t *count =
				joined->row[i].branch == LOCATE_EVERY_BRANCH ? &shared : &own;

			*count += joined->row[i].count;
		}
	}
	assert_int_equal(shared, 12);
	assert_int_equal(own, 3);
}

/* A receiver's own faults can't make the others miss the same probes. */
static void errors_of_one_receiver_do_not_explain_what_all_miss(void **state)
{
	(void)state;
	three_receivers();
	for (size_t i = 0; i < BRANCHES; i++) {
		lose(i, 100, 111);
	}
	bed_rise(receiver[TWO], "link.rx_crc_errors", 40);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_NETWORK, 100, 111)->branch, LOCATE_EVERY_BRANCH);
}

static void transmit_errors_do_not_explain_what_one_branch_misses(void **state)
{
	(void)state;
	three_receivers();
	lose(TWO, 100, 111);
	bed_rise(bed.vantage[0], "ethtool.tx_carrier_errors", 12);
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 100, 111);
}

static void each_receiver_has_its_own_sockets_losses(void **state)
{
	(void)state;
	three_receivers();
	bed_miss(receiver[ONE], 10, 14);
	bed_rise(receiver[ONE], "udp.RcvbufErrors", 5);
	bed_miss(receiver[THREE], 20, 27);
	receiver[THREE]->own_drops = 8;
	bed_join();
	assert_count(PLACE_RECEIVER_SOCKET, 13);
	assert_count(PLACE_UNDETERMINED, 0);
	assert_delivered(ONE, 995);
	assert_delivered(TWO, 1000);
	assert_delivered(THREE, 992);
}

static void losses_in_the_sender_are_told_once_for_all(void **state)
{
	(void)state;
	three_receivers();
	bed_miss(bed.vantage[1], 0, 9);
	for (size_t i = 0; i < BRANCHES; i++) {
		lose(i, 0, 9);
	}
	bed_join();
	assert_int_equal(assert_all_at(PLACE_SENDER_NEIGHBOUR, 0, 9)->branch, LOCATE_EVERY_BRANCH);
}

/* One that got it proves that it left the sender, of whom nothing else is known. */
static void a_second_receiver_serves_as_evidence_of_the_sender(void **state)
{
	(void)state;
	tap[ONE] = bed_tap("one");
	receiver[ONE] = bed_receiver("one");
	receiver[TWO] = bed_receiver("two");
	lose(ONE, 100, 111);
	bed_join();
	assert_string_equal(joined->branch[assert_all_at(PLACE_NETWORK, 100, 111)->branch].name,
			    "one");
}

static void undetermined_at_all_hints_at_the_split(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	for (size_t i = 0; i < 2; i++) {
		receiver[i] = bed_receiver(name[i]);
		bed_miss(receiver[i], 100, 111);
	}
	bed_join();
	assert_count(PLACE_UNDETERMINED, 24);
	assert_int_equal(joined->rows, 4);
	for (size_t i = 0; i < joined->rows; i++) {
		if (joined->row[i].place == PLACE_UNDETERMINED) {
			assert_says(&joined->row[i], "upstream of the split");
		}
	}
}

static void settle(int expected, const char *text)
{
	char error[VANTAGE_ERROR_TEXT] = "";

	assert_int_equal(vantages_settle(&bed, error), expected);
	if (text != NULL) {
		assert_non_null(strstr(error, text));
	}
}

static struct vantage *unnamed(struct vantage *vantage, const char *host, const char *interface)
{
	vantage->is_named = false;
	strcpy(vantage->host, host);
	strcpy(vantage->interface, interface);
	return vantage;
}

static void a_tap_finds_its_receiver_by_host_and_interface(void **state)
{
	(void)state;
	unnamed(bed_receiver(""), "host1", "eth0");
	unnamed(bed_receiver(""), "host1", "eth1");
	tap[0] = unnamed(bed_tap(""), "host1", "eth1");
	settle(0, NULL);
	assert_string_equal(tap[0]->name, "host1:eth1");
	assert_string_equal(bed.vantage[1]->name, "host1:eth1");
}

static void a_tap_finds_a_receiver_that_the_user_named(void **state)
{
	(void)state;
	receiver[0] = bed_receiver("hall");
	unnamed(receiver[0], "host1", "eth0");
	receiver[0]->is_named = true;
	tap[0] = unnamed(bed_tap(""), "host1", "eth0");
	settle(0, NULL);
	assert_string_equal(tap[0]->name, "hall");
}

static void the_only_tap_and_the_only_receiver_are_a_pair(void **state)
{
	(void)state;
	unnamed(bed_receiver(""), "host1", "eth0");
	(void)bed_tap("receiver"); /* --tap receiver=rx.pcap */
	bed_join();
	assert_int_equal(joined->branches, 1);
	assert_string_equal(joined->branch[0].name, "receiver");
}

static void two_reports_of_one_receiver_are_refused(void **state)
{
	(void)state;
	unnamed(bed_receiver(""), "host1", "eth0");
	unnamed(bed_receiver(""), "host1", "eth0");
	settle(-22, "--receiver NAME=FILE");
}

static void two_senders_are_refused(void **state)
{
	(void)state;
	(void)bed_sender();
	(void)bed_sender();
	settle(-22, "both reports of the sender");
}

static void a_tap_of_an_unknown_side_is_refused(void **state)
{
	(void)state;
	tap[0] = unnamed(bed_tap(""), "host1", "eth0");
	tap[0]->side = VANTAGE_SIDE_UNKNOWN;
	settle(-22, "--tap sender=FILE or --tap receiver=FILE");
}

static void a_tap_takes_the_side_that_its_flows_tell(void **state)
{
	(void)state;
	tap[0] = unnamed(bed_tap(""), "host1", "eth0");
	tap[0]->side = VANTAGE_SIDE_UNKNOWN;
	tap[0]->run[0].side = VANTAGE_SIDE_SENDER;
	settle(0, NULL);
	assert_string_equal(tap[0]->name, "sender");
}

static void a_tap_that_saw_nothing_belongs_to_who_runs_beside_it(void **state)
{
	(void)state;
	unnamed(bed_receiver(""), "host1", "eth0");
	tap[0] = unnamed(bed_tap(""), "host1", "eth0");
	seqset_release(&tap[0]->run[0].covered);
	seqset_release(&tap[0]->run[0].seen);
	tap[0]->runs = 0;
	tap[0]->side = VANTAGE_SIDE_UNKNOWN;
	settle(0, NULL);
	assert_int_equal(tap[0]->side, VANTAGE_SIDE_RECEIVER);
	assert_string_equal(tap[0]->name, "host1:eth0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(lost_at_all_is_upstream_of_the_split),
		CASE(lost_at_one_is_that_branch),
		CASE(one_run_can_lose_before_and_behind_the_split),
		CASE(errors_of_one_receiver_do_not_explain_what_all_miss),
		CASE(transmit_errors_do_not_explain_what_one_branch_misses),
		CASE(each_receiver_has_its_own_sockets_losses),
		CASE(losses_in_the_sender_are_told_once_for_all),
		CASE(a_second_receiver_serves_as_evidence_of_the_sender),
		CASE(undetermined_at_all_hints_at_the_split),
		CASE(a_tap_finds_its_receiver_by_host_and_interface),
		CASE(a_tap_finds_a_receiver_that_the_user_named),
		CASE(the_only_tap_and_the_only_receiver_are_a_pair),
		CASE(two_reports_of_one_receiver_are_refused),
		CASE(two_senders_are_refused),
		CASE(a_tap_of_an_unknown_side_is_refused),
		CASE(a_tap_takes_the_side_that_its_flows_tell),
		CASE(a_tap_that_saw_nothing_belongs_to_who_runs_beside_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
