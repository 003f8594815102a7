/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts on links; among them each case in which the well-known script is wrong (link.md). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "link_bed.h"
#include "nic_bed.h"
#include "report.h"

static struct link_bed bed;

static int end(void **state)
{
	(void)state;
	link_bed_release(&bed);
	return 0;
}

static void set(const char *near, const char *near_when, const char *far, const char *far_when)
{
	link_bed_set(&bed, near, near_when, far, far_when);
}

/* The verdict, and a reason that has that part; NULL: no reason at all. */
static void assert_verdict(enum verdict_result expected, const char *part)
{
	const struct verdict *verdict = &bed.verdict;
	bool is_found;

	link_bed_judge(&bed);
	is_found = part == NULL && verdict->count == 0;
	for (size_t i = 0; part != NULL && i < verdict->count; i++) {
		is_found = is_found || strstr(verdict->reason[i], part) != NULL;
	}
	if (verdict->result != expected || !is_found) {
		print_error("%s\n", verdict_text(verdict->result));
		for (size_t i = 0; i < verdict->count; i++) {
			print_error("%s\n", verdict->reason[i]);
		}
	}
	assert_int_equal(verdict->result, expected);
	assert_true(is_found);
}

static void a_clean_link_with_both_ends_seen_passes(void **state)
{
	(void)state;
	set("igb", "clean", "tg3", "clean");
	assert_verdict(VERDICT_PASS, NULL);
}

static void a_far_end_that_was_not_seen_is_a_note(void **state)
{
	struct report report = {0};

	(void)state;
	set("igb", "clean", NULL, NULL);
	assert_verdict(VERDICT_PASS, NULL);
	link_notes(&bed.limits, &bed.result, &report);
	assert_int_equal(report.notes, 1);
	assert_string_equal(
		report.note[0],
		"only this end was seen: a stock iperf3 server tells nothing of its card");
	bed.limits.far_end_needed = true;
	assert_verdict(VERDICT_INCONCLUSIVE, "far end was not seen: a stock iperf3 server");
}

static void a_far_end_that_is_lost_meanwhile_is_inconclusive(void **state)
{
	struct report report = {0};

	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.result.far.is_lost = true;
	bed.result.far.why = "nobody listens";
	assert_verdict(VERDICT_INCONCLUSIVE,
		       "far end was seen before the load, not after it: nobody listens");
	link_notes(&bed.limits, &bed.result, &report);
	assert_int_equal(report.notes, 0);
}

/* The script's nine names don't have it. */
static void rx_crc_errors_which_the_script_ignores_fail(void **state)
{
	(void)state;
	set("e1000e", "fault", NULL, NULL);
	assert_verdict(VERDICT_FAIL,
		       "this end, eth0: 12 wire errors (ethtool.rx_crc_errors), limit 0");
}

static void names_that_end_in_phy_which_the_script_ignores_fail(void **state)
{
	(void)state;
	set("mlx5", "fault", NULL, NULL);
	assert_verdict(VERDICT_FAIL, "10 wire errors (ethtool.rx_symbol_err_phy), limit 0");
}

static void rx_missed_errors_which_the_script_ignores_fail_when_asked_for(void **state)
{
	const char *error;

	(void)state;
	set("ixgbe", "clean", NULL, NULL);
	nic_bed_add(&bed.near[1], "ethtool.rx_missed_errors", 400);
	assert_verdict(VERDICT_PASS, NULL);
	assert_int_equal(link_limits_max(&bed.limits, "host=0", &error), 0);
	assert_verdict(VERDICT_FAIL, "400 host errors (ethtool.rx_missed_errors), limit 0");
	assert_int_equal(link_limits_max(&bed.limits, "host=400", &error), 0);
	assert_verdict(VERDICT_PASS, NULL);
}

/* The script finds nothing to compare, and passes. */
static void a_driver_with_none_of_the_scripts_names_does_not_pass(void **state)
{
	static const char *const drivers[] = {"virtio", "veth", "ena"};
	const char *error;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		set(drivers[i], "clean", "igb", "clean");
		assert_verdict(VERDICT_INCONCLUSIVE, "CRC not observable here");
		assert_int_equal(bed.verdict.count, 1);
		assert_int_equal(link_limits_max(&bed.limits, "wire=any", &error), 0);
		assert_verdict(VERDICT_PASS, NULL);
		link_bed_release(&bed);
	}
	set("virtio", "clean", NULL, NULL);
	assert_verdict(VERDICT_INCONCLUSIVE,
		       "this end, eth0: CRC not observable here: virtio counts no damaged frames");
}

/* The script takes the absolute value of the difference. */
static void a_reset_that_the_script_hides_is_inconclusive(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	nic_bed_add(&bed.near[0], "ethtool.rx_crc_errors", 5);
	assert_verdict(VERDICT_INCONCLUSIVE, "ethtool.rx_crc_errors went down");
}

static void a_reset_of_what_is_not_judged_does_not_matter(void **state)
{
	const char *error;

	(void)state;
	set("r8169", "clean", NULL, NULL);
	nic_bed_add(&bed.near[0], "ethtool.rx_missed", 3);
	assert_verdict(VERDICT_PASS, NULL);
	assert_int_equal(link_limits_max(&bed.limits, "host=0", &error), 0);
	assert_verdict(VERDICT_INCONCLUSIVE, "ethtool.rx_missed went down");
}

static void a_link_of_another_speed_which_the_script_does_not_look_at_fails(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.limits.speed_mbps = 1000;
	assert_verdict(VERDICT_PASS, NULL);
	bed.near[0].speed_mbps = 100;
	bed.near[1].speed_mbps = 100;
	assert_verdict(VERDICT_FAIL, "100 Mb/s, 1000 Mb/s expected");
	bed.near[1].speed_mbps = 0;
	assert_verdict(VERDICT_INCONCLUSIVE, "its speed isn't known, 1000 Mb/s expected");
}

static void a_link_of_another_duplex_fails_and_an_unknown_one_is_inconclusive(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.limits.duplex = SNAPSHOT_DUPLEX_FULL;
	assert_verdict(VERDICT_PASS, NULL);
	bed.near[0].duplex = bed.near[1].duplex = SNAPSHOT_DUPLEX_HALF;
	assert_verdict(VERDICT_FAIL, "half duplex, full duplex expected");
	bed.near[1].duplex = SNAPSHOT_DUPLEX_UNKNOWN;
	assert_verdict(VERDICT_INCONCLUSIVE, "its duplex isn't known, full duplex expected");
}

static void another_mtu_fails(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.limits.mtu_bytes = 9000;
	assert_verdict(VERDICT_FAIL, "MTU 1500, 9000 expected");
}

static void a_carrier_that_went_which_the_script_does_not_look_at_fails(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	nic_bed_add(&bed.near[1], "link.carrier_changes", 2);
	nic_bed_add(&bed.near[1], "link.carrier_down_count", 1);
	nic_bed_add(&bed.near[1], "link.carrier_up_count", 1);
	assert_verdict(VERDICT_FAIL, "2 link errors (link.carrier_changes), limit 0");
}

static void a_link_that_came_back_slower_fails(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.near[1].speed_mbps = 100;
	assert_verdict(VERDICT_FAIL, "the link changed from 1000 Mb/s full to 100 Mb/s full");
}

static void no_carrier_at_the_end_fails(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.near[1].carrier = SNAPSHOT_NO;
	assert_verdict(VERDICT_FAIL, "no carrier at the end");
}

/* The script looks at the client's card alone: what the client sends is damaged for the server. */
static void errors_of_the_far_card_which_the_script_never_sees_fail(void **state)
{
	(void)state;
	set("igb", "clean", "tg3", "fault");
	assert_verdict(VERDICT_FAIL, "far end, eth0: 17 wire errors (ethtool.rx_fcs_errors)");
	assert_verdict(VERDICT_FAIL, "far end, eth0: 1 duplex error (ethtool.tx_late_collisions)");
}

static void a_far_card_without_wire_counters_is_inconclusive(void **state)
{
	(void)state;
	set("igb", "clean", "virtio", "clean");
	assert_verdict(VERDICT_INCONCLUSIVE, "far end, eth0: CRC not observable here");
}

/* The script's interface option doesn't bind the load. */
static void a_load_that_went_elsewhere_is_inconclusive(void **state)
{
	uint64_t bytes;

	(void)state;
	set("igb", "clean", NULL, NULL);
	assert_int_equal(counters_get(&bed.near[0].counters, "link.tx_bytes", &bytes), 0);
	nic_bed_add(&bed.near[0], "link.tx_bytes", UINT64_C(7050000000));
	assert_verdict(VERDICT_INCONCLUSIVE, "the load didn't go out through eth0");
}

/* The far host's routes are its own. */
static void a_load_that_came_in_elsewhere_is_inconclusive(void **state)
{
	(void)state;
	set("igb", "clean", "tg3", "clean");
	nic_bed_add(&bed.far[0], "link.rx_bytes", UINT64_C(7050000000));
	assert_verdict(VERDICT_INCONCLUSIVE, "far end: the load didn't come in through eth0");
}

static void a_throughput_below_the_minimum_fails(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.limits.min_rate_bps = 900e6;
	assert_verdict(VERDICT_PASS, NULL);
	bed.load.forward.received_bps = 312e6;
	assert_verdict(VERDICT_FAIL, "forward: 312 Mb/s arrived, at least 900 Mb/s wanted");
	/* as of a load that was told to stop: its receiver has said nothing */
	bed.load.forward.received_known = false;
	assert_verdict(VERDICT_INCONCLUSIVE, "it isn't known what arrived");
	bed.load.forward.known = false;
	assert_verdict(VERDICT_INCONCLUSIVE, "it isn't known what arrived");
}

/* A test that is cut short has this end's figures only. */
static void a_rate_that_is_not_known_is_not_zero(void **state)
{
	struct report report = {0};

	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.load.forward.received_known = false;
	bed.load.forward.received_bps = 0;
	assert_verdict(VERDICT_PASS, NULL);
	link_notes(&bed.limits, &bed.result, &report);
	for (size_t i = 0; i < report.notes; i++) {
		assert_null(strstr(report.note[i], "of TCP on a link"));
	}
	bed.limits.min_rate_bps = 900e6;
	assert_verdict(VERDICT_INCONCLUSIVE, "forward: it isn't known what arrived");
}

static void of_two_ways_each_has_to_be_fast_enough(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.limits.min_rate_bps = 900e6;
	bed.load.bidirectional = true;
	bed.load.backward = bed.load.forward;
	bed.load.backward.received_bps = 100e6;
	assert_verdict(VERDICT_FAIL, "backward: 100 Mb/s arrived");
	bed.load.bidirectional = false;
	assert_verdict(VERDICT_PASS, NULL);
	bed.load.reverse = true;
	assert_verdict(VERDICT_FAIL, "backward: 100 Mb/s arrived");
}

/* A note, as nobody said how fast it should be. */
static void a_slow_load_without_any_error_is_a_note(void **state)
{
	struct report report = {0};

	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.load.forward.received_bps = 90e6;
	assert_verdict(VERDICT_PASS, NULL);
	link_notes(&bed.limits, &bed.result, &report);
	assert_int_equal(report.notes, 2);
	assert_non_null(strstr(report.note[1], "90.0 Mb/s of TCP on a link of 1000 Mb/s"));
}

/* A clean veth shows thousands. */
static void retransmits_alone_blame_no_cable(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.load.forward.retransmits = 3409;
	assert_verdict(VERDICT_PASS, NULL);
	bed.limits.has_max_retrans = true;
	bed.limits.max_retrans = 100;
	assert_verdict(VERDICT_FAIL, "3409 retransmits, limit 100: of themselves they say nothing "
				     "of the cable");
	bed.load.forward.retransmits_known = false;
	assert_verdict(VERDICT_INCONCLUSIVE, "it isn't known how often TCP retransmitted");
}

static void set_udp(uint64_t lost, double jitter_ms)
{
	bed.load.is_udp = true;
	bed.load.udp_known = true;
	bed.load.packets = 1000000;
	bed.load.lost = lost;
	bed.load.jitter_ms = jitter_ms;
	bed.load.forward.retransmits_known = false;
}

static void datagrams_lost_beyond_the_limit_fail(void **state)
{
	(void)state;
	set("igb", "clean", "tg3", "clean");
	set_udp(1001, 0.2);
	assert_verdict(VERDICT_PASS, NULL); /* no limit: nobody is blamed */
	bed.limits.has_max_udp_loss = true;
	bed.limits.max_udp_loss = (struct units_amount){.is_share = true, .share = 0.001};
	assert_verdict(VERDICT_FAIL, "lost 1001 of 1000000 datagrams (0.1 %), limit 1000");
	bed.load.lost = 1000;
	assert_verdict(VERDICT_PASS, NULL);
}

static void datagrams_that_the_host_lost_are_not_the_links(void **state)
{
	(void)state;
	set("igb", "clean", "tg3", "clean");
	set_udp(5000, 0.2);
	bed.limits.has_max_udp_loss = true;
	nic_bed_add(&bed.far[0], "udp.RcvbufErrors", 10);
	nic_bed_add(&bed.far[1], "udp.RcvbufErrors", 5010);
	assert_verdict(VERDICT_INCONCLUSIVE,
		       "the host lost 5000 of them (RcvbufErrors): it was too slow, not the link");
	bed.load.lost = 5001;
	assert_verdict(VERDICT_FAIL, "(RcvbufErrors) don't explain all of it");
	/* the sender's own receive buffers explain nothing */
	bed.load.lost = 5000;
	bed.load.reverse = true;
	assert_verdict(VERDICT_FAIL, "lost 5000 of 1000000");
}

static void jitter_beyond_the_limit_fails_and_of_tcp_is_unknown(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.limits.has_max_jitter = true;
	bed.limits.max_jitter_ns = 100000;
	assert_verdict(VERDICT_INCONCLUSIVE, "the jitter isn't known");
	set_udp(0, 0.25);
	assert_verdict(VERDICT_FAIL, "jitter 250 us, limit 100 us");
	set_udp(0, 0.05);
	assert_verdict(VERDICT_PASS, NULL);
}

/* libiperf calls it a success. */
static void a_stall_while_the_carrier_was_gone_fails(void **state)
{
	const char *error;

	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.load.empty_intervals = 6;
	bed.load.longest_stall_s = 6;
	nic_bed_add(&bed.near[1], "link.carrier_changes", 2);
	assert_verdict(VERDICT_FAIL, "nothing went for 6.0 s while the carrier changed 2 times");
	assert_int_equal(link_limits_max(&bed.limits, "link=any", &error), 0);
	assert_verdict(VERDICT_FAIL, "nothing went for 6.0 s while the carrier changed 2 times");
}

static void a_stall_that_no_card_explains_is_inconclusive(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.load.empty_intervals = 6;
	bed.load.longest_stall_s = 6;
	assert_verdict(VERDICT_INCONCLUSIVE, "nothing went for 6.0 s (6 of 60 intervals)");
	bed.load.empty_intervals = 60;
	assert_verdict(VERDICT_INCONCLUSIVE, "nothing went in any interval");
}

static void a_load_that_was_too_short_or_too_long_is_inconclusive(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.load.seconds = 41;
	assert_verdict(VERDICT_INCONCLUSIVE, "the load ended after 41.0 s of 60.0 s");
	bed.load.seconds = 66;
	assert_verdict(VERDICT_INCONCLUSIVE, "took 66.0 s instead of 60.0 s");
	bed.load.seconds = 60;
	bed.result.wall_s = 70;
	assert_verdict(VERDICT_INCONCLUSIVE, "60.0 s of load took 70.0 s by the clock");
}

/* --omit 3s: 63 s by the clock, of which libiperf tells of 60. */
static void what_was_left_out_at_the_start_is_no_delay(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.result.omit_s = 30;
	bed.result.wall_s = 90.3;
	assert_verdict(VERDICT_PASS, NULL);
	bed.result.wall_s = 99;
	assert_verdict(VERDICT_INCONCLUSIVE, "60.0 s of load took 69.0 s by the clock");
}

static void a_load_that_failed_is_inconclusive_unless_a_card_tells_why(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.result.load = NULL;
	bed.result.load_error = "unable to connect to server: connection refused";
	assert_verdict(VERDICT_INCONCLUSIVE, "the load failed: unable to connect");
	link_bed_release(&bed);
	set("igb", "fault", NULL, NULL);
	bed.result.load = NULL;
	bed.result.load_error = "the server is gone";
	assert_verdict(VERDICT_FAIL, "the load failed: the server is gone");
	assert_non_null(strstr(bed.verdict.reason[0], "9 wire errors"));
}

static void a_wire_without_frames_shows_nothing(void **state)
{
	uint64_t packets;

	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.result.load = NULL;
	assert_verdict(VERDICT_PASS, NULL); /* watched, with frames */
	assert_int_equal(counters_get(&bed.near[1].counters, "link.rx_packets", &packets), 0);
	nic_bed_add(&bed.near[0], "link.rx_packets", packets - 1000);
	assert_verdict(VERDICT_INCONCLUSIVE, "no frame came in");
}

static void a_limit_on_a_load_without_a_load_is_inconclusive(void **state)
{
	(void)state;
	set("igb", "clean", NULL, NULL);
	bed.result.load = NULL;
	bed.limits.min_rate_bps = 1e6;
	assert_verdict(VERDICT_INCONCLUSIVE, "there was no load");
}

static void snapshots_in_the_wrong_order_are_inconclusive(void **state)
{
	struct snapshot swapped;

	(void)state;
	set("igb", "clean", NULL, NULL);
	swapped = bed.near[0];
	bed.near[0] = bed.near[1];
	bed.near[1] = swapped;
	bed.result.load = NULL;
	assert_verdict(VERDICT_INCONCLUSIVE, "the second snapshot is older than the first");
}

static void limits_on_classes_are_read(void **state)
{
	static const char *const refused[] = {"wire",     "=5",      "wire=",  "wire=-1",
					      "wire=1.5", "wires=1", "none=0", "wire=any "};
	struct link_limits limits;
	const char *error = NULL;

	(void)state;
	link_limits_init(&limits);
	for (int class = NIC_NONE; class < NIC_CLASSES; class ++) {
		assert_int_equal(limits.max[class].is_judged,
				 class == NIC_WIRE || class == NIC_DUPLEX || class == NIC_LINK);
	}
	assert_int_equal(link_limits_max(&limits, "unclassified=12", &error), 0);
	assert_true(limits.max[NIC_UNCLASSIFIED].is_judged);
	assert_int_equal(limits.max[NIC_UNCLASSIFIED].most, 12);
	assert_int_equal(link_limits_max(&limits, "link=any", &error), 0);
	assert_false(limits.max[NIC_LINK].is_judged);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		error = NULL;
		assert_int_equal(link_limits_max(&limits, refused[i], &error), -EINVAL);
		assert_non_null(error);
	}
}

#define TEST(claim) cmocka_unit_test_teardown(claim, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_clean_link_with_both_ends_seen_passes),
		TEST(a_far_end_that_was_not_seen_is_a_note),
		TEST(a_far_end_that_is_lost_meanwhile_is_inconclusive),
		TEST(rx_crc_errors_which_the_script_ignores_fail),
		TEST(names_that_end_in_phy_which_the_script_ignores_fail),
		TEST(rx_missed_errors_which_the_script_ignores_fail_when_asked_for),
		TEST(a_driver_with_none_of_the_scripts_names_does_not_pass),
		TEST(a_reset_that_the_script_hides_is_inconclusive),
		TEST(a_reset_of_what_is_not_judged_does_not_matter),
		TEST(a_link_of_another_speed_which_the_script_does_not_look_at_fails),
		TEST(a_link_of_another_duplex_fails_and_an_unknown_one_is_inconclusive),
		TEST(another_mtu_fails),
		TEST(a_carrier_that_went_which_the_script_does_not_look_at_fails),
		TEST(a_link_that_came_back_slower_fails),
		TEST(no_carrier_at_the_end_fails),
		TEST(errors_of_the_far_card_which_the_script_never_sees_fail),
		TEST(a_far_card_without_wire_counters_is_inconclusive),
		TEST(a_load_that_went_elsewhere_is_inconclusive),
		TEST(a_load_that_came_in_elsewhere_is_inconclusive),
		TEST(a_throughput_below_the_minimum_fails),
		TEST(a_rate_that_is_not_known_is_not_zero),
		TEST(of_two_ways_each_has_to_be_fast_enough),
		TEST(a_slow_load_without_any_error_is_a_note),
		TEST(retransmits_alone_blame_no_cable),
		TEST(datagrams_lost_beyond_the_limit_fail),
		TEST(datagrams_that_the_host_lost_are_not_the_links),
		TEST(jitter_beyond_the_limit_fails_and_of_tcp_is_unknown),
		TEST(a_stall_while_the_carrier_was_gone_fails),
		TEST(a_stall_that_no_card_explains_is_inconclusive),
		TEST(a_load_that_was_too_short_or_too_long_is_inconclusive),
		TEST(what_was_left_out_at_the_start_is_no_delay),
		TEST(a_load_that_failed_is_inconclusive_unless_a_card_tells_why),
		TEST(a_wire_without_frames_shows_nothing),
		TEST(a_limit_on_a_load_without_a_load_is_inconclusive),
		TEST(snapshots_in_the_wrong_order_are_inconclusive),
		cmocka_unit_test(limits_on_classes_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
