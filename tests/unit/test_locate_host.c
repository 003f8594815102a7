/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the table inside the receiver, one claim each. */
#include "locate_bed.h"

#include <string.h>

#define CASE(name) cmocka_unit_test_setup_teardown(name, bed_start, bed_end)

static struct vantage *sender, *tap, *receiver;

/* 100..111 came to the receiver's tap, and not to the application. */
static void lose_in_the_host(void)
{
	sender = bed_sender();
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	bed_miss(receiver, 100, 111);
}

static const struct locate_row *when_it_rises(const char *name, uint64_t rise, enum place place)
{
	lose_in_the_host();
	bed_rise(receiver, name, rise);
	bed_join();
	assert_delivered(0, 988);
	return assert_all_at(place, 100, 111);
}

static void assert_high(const struct locate_row *row)
{
	assert_int_equal(row->confidence, LOCATE_HIGH);
}

static void receive_buffer_errors_are_the_socket(void **state)
{
	const struct locate_row *row;

	(void)state;
	row = when_it_rises("udp.RcvbufErrors", 12, PLACE_RECEIVER_SOCKET);
	assert_high(row);
	assert_says(row, "udp.RcvbufErrors +12 on rx");
	assert_non_null(strstr(row->remedy, "net.core.rmem_max"));
}

static void drops_of_its_own_socket_are_the_socket(void **state)
{
	(void)state;
	lose_in_the_host();
	receiver->own_drops = 12;
	bed_join();
	assert_high(assert_all_at(PLACE_RECEIVER_SOCKET, 100, 111));
}

static void wrong_checksums_are_not_the_socket_though_it_counts_them(void **state)
{
	(void)state;
	lose_in_the_host();
	receiver->own_drops = 12;
	bed_rise(receiver, "udp.InCsumErrors", 12);
	bed_join();
	assert_high(assert_all_at(PLACE_RECEIVER_CHECKSUM, 100, 111));
}

static void reverse_path_filter_is_named(void **state)
{
	(void)state;
	assert_high(when_it_rises("tcpext.IPReversePathFilter", 12, PLACE_RECEIVER_RPFILTER));
}

static void fewer_packets_at_ip_than_frames_at_the_tap_are_the_ingress(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(tap, "ip.InReceives", 988);
	bed_join();
	assert_high(assert_all_at(PLACE_RECEIVER_INGRESS, 100, 111));
}

static void drops_of_clsact_are_the_ingress(void **state)
{
	(void)state;
	assert_high(when_it_rises("qdisc.clsact.ffff:.drops", 12, PLACE_RECEIVER_INGRESS));
}

/* 50 datagrams in each frame: IP counts what it gets, the tap what it sees. */
static void super_frames_are_no_evidence_of_the_ingress(void **state)
{
	(void)state;
	lose_in_the_host();
	tap->offloaded = true;
	tap->run[0].frames = 1000;
	bed_rise(tap, "ip.InReceives", 20);
	bed_rise(receiver, "udp.RcvbufErrors", 12);
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_SOCKET, 100, 111);
}

/* The receiver began after its tap: its own InReceives must not be held against the tap's frames.
 */
static void counters_of_another_window_are_no_evidence_of_the_ingress(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "ip.InReceives", 500);
	bed_rise(receiver, "ip.InDelivers", 500);
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 111);
}

static void a_gap_inside_ip_is_the_firewall(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "ip.InDelivers", 988);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_FIREWALL, 100, 111)->confidence,
			 LOCATE_MEDIUM);
	bed_rise(receiver, "trace.NETFILTER_DROP", 12);
	bed_join();
	assert_high(assert_all_at(PLACE_RECEIVER_FIREWALL, 100, 111));
}

static void a_gap_that_other_counters_name_is_not_the_firewalls(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "ip.InDelivers", 988);
	bed_rise(receiver, "ip.InHdrErrors", 12);
	bed_join();
	(void)assert_all_at(PLACE_UNDETERMINED, 100, 111);
}

static void datagrams_that_no_socket_wanted_are_the_membership(void **state)
{
	(void)state;
	assert_int_equal(
		when_it_rises("udp.IgnoredMulti", 12, PLACE_RECEIVER_MEMBERSHIP)->confidence,
		LOCATE_MEDIUM);
}

/* Nothing was heard, and the group isn't among those joined. */
static void without_the_membership_everything_is_lost_there(void **state)
{
	const struct locate_row *row;

	(void)state;
	lose_in_the_host();
	bed_miss(receiver, 0, 999);
	receiver->evidence.settings.member.count = 0;
	bed_join();
	row = assert_all_at(PLACE_RECEIVER_MEMBERSHIP, 0, 999);
	assert_high(row);
	assert_says(row, "239.255.31.9");
}

/* A switch need not even send it there. */
static void without_the_membership_an_empty_tap_is_not_the_network(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_miss(receiver, 0, 999);
	bed_miss(tap, 0, 999);
	(void)bed_tap("sender");
	receiver->evidence.settings.member.count = 0;
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_MEMBERSHIP, 0, 999);
}

static void a_receiver_that_heard_other_groups_of_the_run_is_certain(void **state)
{
	(void)state;
	lose_in_the_host();
	receiver->run[0].key.group.address[15] = 77;
	receiver->evidence.settings.member.group[0].address[15] = 77;
	bed_join();
	/* its report says nothing of the sender's group */
	assert_int_equal(assert_all_at(PLACE_RECEIVER_MEMBERSHIP, 0, 999)->confidence,
			 LOCATE_CERTAIN);
}

static void a_receiver_that_heard_nothing_takes_part_in_the_run(void **state)
{
	(void)state;
	lose_in_the_host();
	seqset_release(&receiver->run[0].covered);
	seqset_release(&receiver->run[0].seen);
	receiver->runs = 0;
	bed_rise(receiver, "udp.RcvbufErrors", 1000);
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_SOCKET, 0, 999);
}

static void a_missing_fragment_is_the_reassembly(void **state)
{
	(void)state;
	lose_in_the_host();
	sender->sent.fragments = 3;
	tap->run[0].fragmented = 1000;
	/* 988 of three fragments each, and two of each of the other twelve */
	bed_rise(receiver, "ip.ReasmReqds", 988 * 3 + 12 * 2);
	bed_rise(receiver, "ip.ReasmOKs", 988);
	bed_join();
	assert_high(assert_all_at(PLACE_RECEIVER_REASSEMBLY, 100, 111));
	/* fewer fragments than datagrams that are to be explained */
	bed_rise(receiver, "ip.ReasmReqds", 988 * 3 + 11);
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "consistent with receiver-reass");
}

static void failed_reassembly_is_told_by_the_kernel_as_well(void **state)
{
	(void)state;
	lose_in_the_host();
	tap->run[0].fragmented = 1000;
	bed_rise(receiver, "ip.ReasmFails", 12);
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_REASSEMBLY, 100, 111);
}

static void no_counter_leaves_it_undetermined(void **state)
{
	(void)state;
	lose_in_the_host();
	bed_join();
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "no counter explains them");
	assert_int_equal(bed_row(PLACE_UNDETERMINED)->segments, LOCATE_HOST);
}

static void a_counter_that_does_not_cover_is_consistent_only(void **state)
{
	const struct locate_row *row;

	(void)state;
	row = when_it_rises("udp.RcvbufErrors", 5, PLACE_UNDETERMINED);
	assert_says(row, "consistent with receiver-socket: udp.RcvbufErrors +5 on rx (of 12)");
}

static void ipv6_is_judged_by_ipv6s_counters(void **state)
{
	static const uint8_t group[16] = {0xff, 0x15, [14] = 0x1f, [15] = 0x09};

	(void)state;
	lose_in_the_host();
	bed_rise(receiver, "udp.RcvbufErrors", 12);
	bed_rise(receiver, "udp6.InCsumErrors", 12);
	memcpy(sender->sent.group.first.address, group, sizeof(group));
	memcpy(tap->run[0].key.group.address, group, sizeof(group));
	memcpy(receiver->run[0].key.group.address, group, sizeof(group));
	bed_join();
	(void)assert_all_at(PLACE_RECEIVER_CHECKSUM, 100, 111);
}

static void traced_reasons_decide_where_no_counter_was_read(void **state)
{
	static const struct {
		const char *reason;
		enum place place;
	} traced[] = {
		{"trace.TC_INGRESS", PLACE_RECEIVER_INGRESS},
		{"trace.IP_RPFILTER", PLACE_RECEIVER_RPFILTER},
		{"trace.UDP_CSUM", PLACE_RECEIVER_CHECKSUM},
		{"trace.SOCKET_RCVBUFF", PLACE_RECEIVER_SOCKET},
		{"trace.NETFILTER_DROP", PLACE_RECEIVER_FIREWALL},
	};

	for (size_t i = 0; i < sizeof(traced) / sizeof(*traced); i++) {
		lose_in_the_host();
		bed_forget_counters(receiver);
		bed_forget_counters(tap);
		bed_rise(receiver, traced[i].reason, 12);
		bed_join();
		assert_high(assert_all_at(traced[i].place, 100, 111));
		(void)bed_end(state);
		(void)bed_start(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(receive_buffer_errors_are_the_socket),
		CASE(drops_of_its_own_socket_are_the_socket),
		CASE(wrong_checksums_are_not_the_socket_though_it_counts_them),
		CASE(reverse_path_filter_is_named),
		CASE(fewer_packets_at_ip_than_frames_at_the_tap_are_the_ingress),
		CASE(drops_of_clsact_are_the_ingress),
		CASE(super_frames_are_no_evidence_of_the_ingress),
		CASE(counters_of_another_window_are_no_evidence_of_the_ingress),
		CASE(a_gap_inside_ip_is_the_firewall),
		CASE(a_gap_that_other_counters_name_is_not_the_firewalls),
		CASE(datagrams_that_no_socket_wanted_are_the_membership),
		CASE(without_the_membership_everything_is_lost_there),
		CASE(without_the_membership_an_empty_tap_is_not_the_network),
		CASE(a_receiver_that_heard_other_groups_of_the_run_is_certain),
		CASE(a_receiver_that_heard_nothing_takes_part_in_the_run),
		CASE(a_missing_fragment_is_the_reassembly),
		CASE(failed_reassembly_is_told_by_the_kernel_as_well),
		CASE(no_counter_leaves_it_undetermined),
		CASE(a_counter_that_does_not_cover_is_consistent_only),
		CASE(ipv6_is_judged_by_ipv6s_counters),
		CASE(traced_reasons_decide_where_no_counter_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
