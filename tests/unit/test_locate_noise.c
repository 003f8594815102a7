/* SPDX-License-Identifier: BSD-2-Clause */
/* Other traffic moves counters, too: no place is named on their word that may be innocent. */
#include "locate_bed.h"

#include <string.h>

#define CASE(name) cmocka_unit_test_setup_teardown(name, bed_start, bed_end)

static struct vantage *sender, *tap, *receiver;

/* 100..119 came to the receiver's tap, and not to the application. */
static void lose_in_the_host(void)
{
	sender = bed_sender();
	(void)bed_tap("sender");
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 119);
}

/* Nor to the receiver's tap. */
static void lose_on_the_way(void)
{
	lose_in_the_host();
	bed_miss(tap, 100, 119);
	tap->run[0].frames = 980;
}

/* The firewall's: IP delivered so many fewer. */
static void add_gap(uint64_t count)
{
	bed_rise(receiver, "ip.InReceives", 1100);
	bed_rise(receiver, "ip.InDelivers", 1100 - count);
}

static void a_counter_that_fits_beats_one_that_covers(void **state)
{
	(void)state;
	lose_in_the_host();
	add_gap(80); /* 60 of which the reverse path filter counts by name */
	bed_rise(receiver, "tcpext.IPReversePathFilter", 60);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_FIREWALL, 100, 119)->confidence,
			 LOCATE_MEDIUM);
}

static void the_ends_share_the_fate_of_the_probes(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "tcpext.IPReversePathFilter", 30);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_RPFILTER, 100, 119)->confidence, LOCATE_HIGH);
	/* one that fits without them is a better fit */
	bed_rise(receiver, "udp.RcvbufErrors", 20);
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_SOCKET, 100, 119);
}

static void two_that_fit_decide_nothing(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "tcpext.IPReversePathFilter", 20);
	bed_rise(receiver, "udp.RcvbufErrors", 20);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "consistent with receiver-socket");
	assert_says(bed_row(PLACE_UNDETERMINED), "consistent with receiver-rpfilter");
}

static void the_only_one_that_covers_is_less_sure(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "udp.RcvbufErrors", 77);
	bed_rise(receiver, "udp.IgnoredMulti", 5);
	add_gap(3);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_SOCKET, 100, 119)->confidence, LOCATE_MEDIUM);
	/* a counter with a name has moved as well: some may be there */
	bed_rise(receiver, "udp.InCsumErrors", 1);
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 119);
}

static void drops_of_clsact_that_ip_does_not_miss_are_the_other_directions(void **state)
{
	(void)state;
	lose_in_the_host();
	add_gap(20);
	bed_rise(tap, "ip.InReceives", 1100);
	bed_rise(receiver, "qdisc.clsact.ffff.drops", 62);
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_FIREWALL, 100, 119);
	/* whose they are isn't known where IP can't be compared */
	tap->offloaded = true;
	bed_rise(receiver, "ip.InDelivers", 1100);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_INGRESS, 100, 119)->confidence,
			 LOCATE_MEDIUM);
}

static void what_another_namespace_drops_decides_nothing(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "trace.TC_INGRESS", 60);
	bed_rise(receiver, "trace.IP_RPFILTER", 20);
	add_gap(20);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_FIREWALL, 100, 119)->confidence,
			 LOCATE_MEDIUM);
	bed_rise(receiver, "trace.NETFILTER_DROP", 500);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_FIREWALL, 100, 119)->confidence, LOCATE_HIGH);
	assert_says(bed_row(PLACE_RECEIVER_FIREWALL), "trace.NETFILTER_DROP +500");
	/* the host's own counter stood still, so it was none of its drops */
	bed_rise(receiver, "ip.InDelivers", 1100);
	bed_rise(receiver, "trace.NETFILTER_DROP", 0);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "no counter explains them");
}

static void a_program_that_lets_other_frames_pass_is_not_named(void **state)
{
	(void)state;
	lose_on_the_way();
	tap->evidence.settings.xdp = EVIDENCE_XDP_GENERIC;
	bed_rise(tap, "link.rx_packets", 980 + 102);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "consistent with receiver-xdp");
	/* and the network is, when it can't have been so many */
	bed_rise(tap, "link.rx_packets", 980 + 3);
	bed_join();
	assert_count(PLACE_NETWORK, 17);
	assert_count(PLACE_UNDETERMINED, 3);
}

/* Only the receiver's report: another sender's probes and ours share the socket. */
static void without_taps(void)
{
	sender = bed_sender();
	bed_stamp(sender);
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 119);
	receiver->own_drops = 959;
	bed_rise(receiver, "udp.RcvbufErrors", 959);
}

static void add_another_run(void)
{
	struct vantage_key key = bed_key();

	key.run_id ^= 1;
	assert_non_null(vantage_add_run(receiver, &key));
}

static void the_drops_of_a_socket_are_its_runs_when_it_heard_no_other(void **state)
{
	(void)state;
	without_taps();
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_SOCKET, 100, 119)->confidence, LOCATE_HIGH);
	add_another_run();
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "consistent with receiver-socket");
}

static void strangers_at_its_port_are_others_too(void **state)
{
	(void)state;
	without_taps();
	receiver->aliens = 2004;
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 119);
}

static void beside_others_drops_a_gap_is_not_the_sockets(void **state)
{
	(void)state;
	lose_in_the_host();
	receiver->aliens = 2004;
	receiver->own_drops = 1500;
	bed_rise(receiver, "udp.RcvbufErrors", 1500);
	add_gap(10); /* the other ten were the socket's */
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "consistent with receiver-socket");
	assert_says(bed_row(PLACE_UNDETERMINED), "consistent with receiver-firewall");
	/* nothing else can have been it */
	add_gap(0);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_SOCKET, 100, 119)->confidence, LOCATE_MEDIUM);
}

static void late_probes_are_not_the_networks(void **state)
{
	(void)state;
	lose_on_the_way();
	tap->run[0].late = 20;
	receiver->run[0].late = 20;
	bed_join();
	assert_count(PLACE_NETWORK, 0);
	assert_says(bed_row(PLACE_UNDETERMINED),
		    "up to 20 came later than --lost-after: not lost, late");
	assert_int_equal(bed_row(PLACE_UNDETERMINED)->count, 20);
	/* of the eight that can't have been late nobody doubts it */
	tap->run[0].late = 12;
	receiver->run[0].late = 12;
	bed_join();
	assert_count(PLACE_NETWORK, 8);
	assert_count(PLACE_UNDETERMINED, 12);
	assert_delivered(0, 980);
}

/* Copies of one probe: arrivals aren't probes. */
static void late_arrivals_are_never_called_delivered(void **state)
{
	(void)state;
	lose_in_the_host();
	receiver->run[0].late = 21;
	bed_join();
	assert_count(PLACE_DELIVERED, 980);
	assert_count(PLACE_UNDETERMINED, 20);
}

static void late_arrivals_and_drops_are_told_apart(void **state)
{
	(void)state;
	lose_in_the_host();
	receiver->run[0].late = 3;
	bed_rise(receiver, "udp.RcvbufErrors", 17);
	bed_join();
	assert_count(PLACE_DELIVERED, 980);
	assert_count(PLACE_RECEIVER_SOCKET, 17);
	assert_count(PLACE_UNDETERMINED, 3);
	assert_false(bed_row(PLACE_RECEIVER_SOCKET)->listed);
}

static void what_was_late_on_the_way_is_not_late_in_the_host_again(void **state)
{
	(void)state;
	lose_on_the_way();
	bed_miss(receiver, 500, 508);
	tap->run[0].late = 20;
	receiver->run[0].late = 20;
	bed_rise(receiver, "udp.RcvbufErrors", 9);
	bed_join();
	assert_count(PLACE_RECEIVER_SOCKET, 9);
	assert_count(PLACE_UNDETERMINED, 20);
}

static void the_receivers_own_link_is_not_the_network(void **state)
{
	const struct locate_row *row;

	(void)state;
	lose_on_the_way();
	bed_rise(receiver, "link.carrier_changes", 2);
	bed_join();
	row = assert_all_at(PLACE_UNDETERMINED, 100, 119);
	assert_says(row, "consistent with last-hop-wire: the carrier of rx changed 2 times");
	bed_rise(receiver, "link.carrier_changes", 0);
	receiver->evidence.settings.carrier = EVIDENCE_NO;
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "no carrier at the end");
	/* an error that was counted as often is another thing */
	bed_rise(receiver, "link.rx_crc_errors", 20);
	bed_join();
	(void)assert_all_at(PLACE_LAST_HOP_WIRE, 100, 119);
}

static void all_receivers_links_at_once_are_not_the_network(void **state)
{
	struct vantage *other, *others;

	(void)state;
	lose_on_the_way();
	others = bed_tap("ry");
	other = bed_receiver("ry");
	bed_miss(others, 100, 119);
	bed_miss(other, 100, 119);
	bed_rise(receiver, "link.carrier_changes", 2);
	bed_join();
	/* the other one's was up all the time, and had none of them either */
	(void)assert_all_at(PLACE_NETWORK, 100, 119);
	bed_rise(other, "link.carrier_changes", 2);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "consistent with last-hop-wire");
}

static void under_a_stacked_device_nobody_has_looked(void **state)
{
	const struct locate_row *row;

	(void)state;
	lose_on_the_way();
	strcpy(receiver->evidence.interface, "mv0");
	strcpy(receiver->evidence.settings.kind, "macvlan");
	bed_join();
	row = assert_all_at(PLACE_UNDETERMINED, 100, 119);
	assert_says(row, "mv0 of rx is a macvlan: the device below it, in the same host, was not");
	assert_non_null(strstr(row->remedy, "capture on the lower device"));
	/* unless a counter fits */
	bed_rise(receiver, "softnet.dropped", 20);
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_BACKLOG, 100, 119);
	bed_rise(receiver, "softnet.dropped", 0);
	strcpy(receiver->evidence.settings.kind, "veth");
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 100, 119);
}

static void under_a_senders_stacked_device_neither(void **state)
{
	(void)state;
	lose_on_the_way();
	strcpy(sender->evidence.interface, "br0");
	strcpy(sender->evidence.settings.kind, "bridge");
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 119), "br0 of sender is a bridge");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_counter_that_fits_beats_one_that_covers),
		CASE(the_ends_share_the_fate_of_the_probes),
		CASE(two_that_fit_decide_nothing),
		CASE(the_only_one_that_covers_is_less_sure),
		CASE(drops_of_clsact_that_ip_does_not_miss_are_the_other_directions),
		CASE(what_another_namespace_drops_decides_nothing),
		CASE(a_program_that_lets_other_frames_pass_is_not_named),
		CASE(the_drops_of_a_socket_are_its_runs_when_it_heard_no_other),
		CASE(strangers_at_its_port_are_others_too),
		CASE(beside_others_drops_a_gap_is_not_the_sockets),
		CASE(late_probes_are_not_the_networks),
		CASE(late_arrivals_are_never_called_delivered),
		CASE(late_arrivals_and_drops_are_told_apart),
		CASE(what_was_late_on_the_way_is_not_late_in_the_host_again),
		CASE(the_receivers_own_link_is_not_the_network),
		CASE(all_receivers_links_at_once_are_not_the_network),
		CASE(under_a_stacked_device_nobody_has_looked),
		CASE(under_a_senders_stacked_device_neither),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
