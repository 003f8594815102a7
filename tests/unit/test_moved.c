/* SPDX-License-Identifier: BSD-2-Clause */
/* What moved between two snapshots, by drivers' names, with numbers worked out by hand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "moved.h"
#include "nic_bed.h"

static struct snapshot before, after;
static struct moved_list list;

static void take(const char *driver, const char *when)
{
	nic_bed_snapshot(driver, "before", 0, &before);
	nic_bed_snapshot(driver, when, 60, &after);
}

static void compare(void)
{
	assert_int_equal(moved_compare(&before, &after, &list), 0);
}

static void drop(void)
{
	moved_release(&list);
	snapshot_release(&before);
	snapshot_release(&after);
}

/* What each class comes to in DRIVER.fault; those that aren't named: nothing. */
struct sums {
	uint64_t corrected, wire, duplex, link, host, memory, cloud, length, unclassified;
};

static void assert_sums(const struct sums *expected)
{
	const uint64_t sum[NIC_CLASSES] = {
		[NIC_CORRECTED] = expected->corrected,
		[NIC_WIRE] = expected->wire,
		[NIC_DUPLEX] = expected->duplex,
		[NIC_LINK] = expected->link,
		[NIC_HOST] = expected->host,
		[NIC_MEMORY] = expected->memory,
		[NIC_CLOUD] = expected->cloud,
		[NIC_LENGTH] = expected->length,
		[NIC_UNCLASSIFIED] = expected->unclassified,
	};

	for (int class = NIC_NONE; class < NIC_CLASSES; class ++) {
		if (list.sum[class] != sum[class]) {
			print_error("%s: %ju\n", nic_class_text((enum nic_class) class),
				    (uintmax_t)list.sum[class]);
		}
		assert_int_equal(list.sum[class], sum[class]);
	}
}

#define FAULT(claim, driver, ...)                       \
	static void claim(void **state)                 \
	{                                               \
		const struct sums sums = {__VA_ARGS__}; \
                                                        \
		(void)state;                            \
		take(driver, "fault");                  \
		compare();                              \
		assert_sums(&sums);                     \
		drop();                                 \
	}

FAULT(e1000e_counts_each_error_once, "e1000e", .wire = 7 + 5, .host = 3 + 3)
FAULT(igb_counts_drops_of_queues_as_the_overruns_they_are, "igb", .wire = 9, .host = 6)
FAULT(igc_tells_of_duplex, "igc", .duplex = 4 + 2)
FAULT(ixgbe_tells_of_wire_and_host, "ixgbe", .wire = 21, .host = 400 + 10)
FAULT(i40e_counts_at_its_port, "i40e", .wire = 5 + 3, .link = 1)
FAULT(ice_counts_at_its_port, "ice", .wire = 6, .link = 2, .unclassified = 11)
FAULT(mlx5_counts_at_its_phy, "mlx5", .wire = 2 + 8, .host = 30, .link = 1, .unclassified = 4,
      .corrected = 900 + 900)
FAULT(bnxt_sums_its_rings, "bnxt", .wire = 13, .unclassified = 11, .corrected = 1000)
FAULT(tg3_tells_of_wire_host_and_duplex, "tg3", .wire = 17, .host = 9, .duplex = 1)
FAULT(r8169_tells_of_the_wire, "r8169", .wire = 2)
FAULT(bcmgenet_tells_of_wire_host_and_lengths, "bcmgenet", .wire = 3 + 4, .host = 6, .length = 44)
FAULT(virtio_tells_of_drops, "virtio", .unclassified = 5)
FAULT(veth_tells_of_drops, "veth", .unclassified = 3)
FAULT(ena_tells_of_the_cloud, "ena", .cloud = 8 + 2, .memory = 1)
FAULT(the_articles_eth0_has_crc_errors, "eth0", .wire = 3)
FAULT(the_articles_eno1_has_crc_errors, "eno1", .wire = 5 + 1)

static const char *const drivers[] = {"e1000e", "igb",  "igc",  "ixgbe", "i40e",     "ice",
				      "mlx5",   "bnxt", "tg3",  "r8169", "bcmgenet", "virtio",
				      "veth",   "ena",  "eth0", "eno1"};

/* Corrected ones are no fault. */
static void a_clean_run_of_each_driver_is_clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		take(drivers[i], "clean");
		compare();
		for (size_t m = 0; m < list.count; m++) {
			if (list.moved[m].class != NIC_CORRECTED) {
				print_error("%s: %s\n", drivers[i], list.moved[m].name);
			}
			assert_int_equal(list.moved[m].class, NIC_CORRECTED);
			assert_false(list.moved[m].is_reset);
		}
		drop();
	}
}

static void each_driver_but_the_virtual_ones_can_see_the_wire(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		bool is_virtual = strcmp(drivers[i], "virtio") == 0 ||
				  strcmp(drivers[i], "veth") == 0 || strcmp(drivers[i], "ena") == 0;

		take(drivers[i], "clean");
		compare();
		if (list.sight[NIC_WIRE] !=
		    (is_virtual ? MOVED_NOT_OBSERVABLE : MOVED_OBSERVABLE)) {
			print_error("%s\n", drivers[i]);
		}
		assert_int_equal(list.sight[NIC_WIRE],
				 is_virtual ? MOVED_NOT_OBSERVABLE : MOVED_OBSERVABLE);
		assert_int_equal(list.sight[NIC_LINK], MOVED_OBSERVABLE);
		drop();
	}
}

/* The kernel has the field for every interface. */
static void the_kernels_own_field_is_no_sight_until_something_is_in_it(void **state)
{
	(void)state;
	take(NULL, NULL);
	compare();
	assert_int_equal(list.sight[NIC_WIRE], MOVED_NOT_OBSERVABLE);
	moved_release(&list);
	nic_bed_add(&before, "link.rx_crc_errors", 2);
	nic_bed_add(&after, "link.rx_crc_errors", 2);
	compare();
	assert_int_equal(list.sight[NIC_WIRE], MOVED_OBSERVABLE);
	assert_int_equal(list.sum[NIC_WIRE], 0);
	drop();
}

static void what_is_counted_only_of_frames_sent_is_no_sight_of_the_wire(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&before, "ethtool.tx_fcs_err", 0);
	nic_bed_add(&after, "ethtool.tx_fcs_err", 0);
	compare();
	assert_int_equal(list.sight[NIC_WIRE], MOVED_NOT_OBSERVABLE);
	drop();
}

static void one_damaged_frame_in_three_layers_is_one(void **state)
{
	static const char *const names[] = {"ethtool.rx_crc_errors_phy", "link.rx_crc_errors",
					    "std.mac.FrameCheckSequenceErrors"};

	(void)state;
	take(NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		nic_bed_add(&before, names[i], 0);
		nic_bed_add(&after, names[i], 1);
	}
	nic_bed_add(&after, "link.rx_errors", 1);
	compare();
	assert_int_equal(list.sum[NIC_WIRE], 1);
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 0);
	assert_int_equal(list.count, 4);
	assert_string_equal(list.moved[0].name, names[0]);
	assert_false(list.moved[0].is_copy);
	for (size_t i = 1; i < 4; i++) {
		assert_true(list.moved[i].is_copy);
	}
	drop();
}

/* Also when a driver shows many, and some of them saw less than the kernel. */
static void what_a_driver_shows_of_the_kernels_own_fields_is_counted_once(void **state)
{
	static const struct {
		const char *field;
		uint64_t driver, kernel;
	} rises[] = {{"rx_crc_errors", 9, 9},    {"rx_frame_errors", 2, 3},
		     {"rx_fifo_errors", 4, 4},   {"rx_over_errors", 5, 0},
		     {"rx_missed_errors", 6, 6}, {"tx_dropped", 7, 7},
		     {"tx_carrier_errors", 8, 8}};
	char name[COUNTERS_NAME];

	(void)state;
	take(NULL, NULL);
	for (size_t i = 0; i < sizeof(rises) / sizeof(*rises); i++) {
		snprintf(name, sizeof(name), "link.%s", rises[i].field);
		nic_bed_add(&after, name, rises[i].kernel);
		snprintf(name, sizeof(name), "ethtool.%s", rises[i].field);
		nic_bed_add(&before, name, 0);
		nic_bed_add(&after, name, rises[i].driver);
	}
	compare();
	assert_int_equal(list.sum[NIC_WIRE], 9 + 3);
	assert_int_equal(list.sum[NIC_HOST], 4 + 5 + 6);
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 7);
	assert_int_equal(list.sum[NIC_LINK], 8);
	assert_false(nic_bed_find(&list, "ethtool.rx_crc_errors")->is_copy);
	assert_true(nic_bed_find(&list, "link.rx_crc_errors")->is_copy);
	assert_true(nic_bed_find(&list, "ethtool.rx_frame_errors")->is_copy);
	drop();
}

static void the_layer_that_saw_most_counts(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&before, "ethtool.rx_fcs_errors", 0);
	nic_bed_add(&after, "ethtool.rx_fcs_errors", 2);
	nic_bed_add(&after, "link.rx_crc_errors", 5);
	compare();
	assert_int_equal(list.sum[NIC_WIRE], 5);
	assert_true(nic_bed_find(&list, "ethtool.rx_fcs_errors")->is_copy);
	drop();
}

/* "rx_errors must include ... other errors not otherwise counted" */
static void errors_beyond_what_is_counted_in_detail_are_not_lost(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&after, "link.rx_errors", 9);
	nic_bed_add(&after, "link.rx_crc_errors", 4);
	nic_bed_add(&after, "link.rx_length_errors", 3);
	compare();
	assert_int_equal(list.sum[NIC_WIRE], 4);
	assert_int_equal(list.sum[NIC_LENGTH], 3);
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 2);
	assert_false(nic_bed_find(&list, "link.rx_errors")->is_copy);
	drop();
}

static void missed_frames_do_not_explain_errors_away(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&after, "link.rx_errors", 5);
	nic_bed_add(&after, "link.rx_missed_errors", 5);
	compare();
	assert_int_equal(list.sum[NIC_HOST], 5);
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 5);
	drop();
}

static void lengths_are_counted_once_whatever_they_are_called(void **state)
{
	static const char *const names[] = {"ethtool.rx_long_length_errors",
					    "ethtool.rx_short_length_errors"};

	(void)state;
	take(NULL, NULL);
	for (size_t i = 0; i < 2; i++) {
		nic_bed_add(&before, names[i], 0);
		nic_bed_add(&after, names[i], 2);
	}
	nic_bed_add(&after, "link.rx_length_errors", 4);
	nic_bed_add(&after, "link.rx_errors", 4);
	compare();
	assert_int_equal(list.sum[NIC_LENGTH], 4);
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 0);
	drop();
}

static void a_drop_that_is_as_often_as_a_miss_is_that_and_any_other_number_is_not(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&after, "link.rx_missed_errors", 5);
	nic_bed_add(&after, "link.rx_dropped", 5);
	compare();
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 0);
	moved_release(&list);
	nic_bed_add(&after, "link.rx_dropped", 1);
	compare();
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 6);
	assert_int_equal(list.sum[NIC_HOST], 5);
	drop();
}

static void what_comes_in_does_not_explain_what_goes_out(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&after, "link.rx_crc_errors", 5);
	nic_bed_add(&after, "link.tx_errors", 5);
	compare();
	assert_int_equal(list.sum[NIC_UNCLASSIFIED], 5);
	assert_int_equal(nic_bed_find(&list, "link.tx_errors")->direction, MOVED_TX);
	assert_int_equal(nic_bed_find(&list, "link.rx_crc_errors")->direction, MOVED_RX);
	drop();
}

static void a_flap_is_counted_by_its_changes(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&after, "link.carrier_changes", 2);
	nic_bed_add(&after, "link.carrier_up_count", 1);
	nic_bed_add(&after, "link.carrier_down_count", 1);
	nic_bed_add(&before, "ethtool.link_down_events_phy", 0);
	nic_bed_add(&after, "ethtool.link_down_events_phy", 1);
	compare();
	assert_int_equal(list.sum[NIC_LINK], 2);
	assert_int_equal(list.carrier_changes, 2);
	drop();
}

/* The well-known script takes the absolute difference: 40 errors that there were not. */
static void a_reset_is_neither_an_error_nor_nothing(void **state)
{
	(void)state;
	take("igb", "clean");
	nic_bed_add(&before, "ethtool.rx_crc_errors", 1000);
	compare();
	assert_int_equal(list.sum[NIC_WIRE], 0);
	assert_int_equal(list.resets[NIC_WIRE], 1);
	assert_true(nic_bed_find(&list, "ethtool.rx_crc_errors")->is_reset);
	assert_false(nic_bed_find(&list, "ethtool.rx_crc_errors")->is_copy);
	assert_int_equal(nic_bed_find(&list, "ethtool.rx_crc_errors")->delta, 0);
	drop();
}

static void sixteen_bits_of_r8169_that_wrap_are_a_reset_of_the_host_class(void **state)
{
	(void)state;
	take("r8169", "fault");
	compare();
	assert_int_equal(list.resets[NIC_HOST], 1);
	assert_int_equal(list.resets[NIC_WIRE], 0);
	assert_true(nic_bed_find(&list, "ethtool.rx_missed")->is_reset);
	drop();
}

static void a_counter_that_was_there_only_once_says_nothing(void **state)
{
	(void)state;
	take(NULL, NULL);
	nic_bed_add(&after, "ethtool.rx_queue_7_alloc_failed", 3);
	nic_bed_add(&after, "ethtool.rx_queue_8_alloc_failed", 0);
	nic_bed_add(&before, "ethtool.rx_crc_errors", 2);
	compare();
	assert_int_equal(list.resets[NIC_MEMORY], 1);
	assert_int_equal(list.resets[NIC_WIRE], 1);
	assert_int_equal(list.sight[NIC_WIRE], MOVED_NOT_OBSERVABLE);
	assert_int_equal(list.count, 2);
	drop();
}

static void pauses_are_information_and_their_durations_no_number_of_them(void **state)
{
	static const struct {
		const char *name;
		uint64_t rise;
	} rises[] = {{"ethtool.rx_pause_ctrl_phy", 7},
		     {"ethtool.rx_global_pause", 7},
		     {"ethtool.rx_global_pause_duration", 90000},
		     {"std.pause.rx_pause_frames", 7}};

	(void)state;
	take(NULL, NULL);
	for (size_t i = 0; i < 4; i++) {
		nic_bed_add(&before, rises[i].name, 0);
		nic_bed_add(&after, rises[i].name, rises[i].rise);
	}
	compare();
	assert_int_equal(list.sum[NIC_CONGESTION], 7);
	drop();
}

static void what_the_hosts_own_queues_lost_is_told_apart(void **state)
{
	static const char *const names[] = {"softnet.dropped", "udp.RcvbufErrors",
					    "qdisc.fq_codel.0.drops"};

	(void)state;
	take(NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		nic_bed_add(&before, names[i], 0);
		nic_bed_add(&after, names[i], 1 + i);
	}
	nic_bed_add(&before, "udp.NoPorts", 0);
	nic_bed_add(&after, "udp.NoPorts", 9);
	compare();
	assert_int_equal(list.sum[NIC_HOST], 1 + 2);
	assert_int_equal(list.sum[NIC_CONGESTION], 3);
	assert_int_equal(list.count, 3);
	drop();
}

static void the_wire_comes_first(void **state)
{
	(void)state;
	take("tg3", "fault");
	compare();
	assert_string_equal(list.moved[0].name, "ethtool.rx_fcs_errors");
	assert_string_equal(list.moved[1].name, "ethtool.tx_late_collisions");
	assert_string_equal(list.moved[2].name, "ethtool.rxbds_empty");
	drop();
}

static void a_link_that_came_up_slower_has_changed(void **state)
{
	(void)state;
	take("igb", "clean");
	after.speed_mbps = 100;
	compare();
	assert_true(list.link_changed);
	moved_release(&list);
	after.speed_mbps = 0; /* unknown: nothing is known to have changed */
	compare();
	assert_false(list.link_changed);
	drop();
}

static void snapshots_of_two_cards_are_not_compared(void **state)
{
	(void)state;
	take("igb", "clean");
	strcpy(after.interface, "eth1");
	assert_int_equal(moved_compare(&before, &after, &list), -EINVAL);
	strcpy(after.interface, "eth0");
	strcpy(after.driver, "igc");
	assert_int_equal(moved_compare(&before, &after, &list), -EINVAL);
	strcpy(after.driver, ""); /* unknown */
	compare();
	moved_release(&list);
	strcpy(after.host, "beta");
	assert_int_equal(moved_compare(&before, &after, &list), -EINVAL);
	drop();
}

static void more_than_can_be_listed_is_counted_all_the_same(void **state)
{
	char name[COUNTERS_NAME];

	(void)state;
	take(NULL, NULL);
	for (int i = 0; i < COUNTERS_MAX - 100; i++) {
		snprintf(name, sizeof(name), "ethtool.rx_queue_%d_alloc_failed", i);
		nic_bed_add(&before, name, 0);
		nic_bed_add(&after, name, 1);
	}
	compare();
	assert_true(list.is_cut);
	assert_int_equal(list.count, MOVED_MAX);
	assert_int_equal(list.sum[NIC_MEMORY], COUNTERS_MAX - 100);
	drop();
}

static void advice_comes_in_the_classic_order_with_the_commands(void **state)
{
	char step[MOVED_STEPS][MOVED_STEP], text[MOVED_TEXT];

	(void)state;
	take("igb", "fault");
	assert_int_equal(moved_steps(NIC_WIRE, &after, step), 5);
	assert_memory_equal(step[0], "duplex at both ends: ethtool eth0 |", 35);
	assert_non_null(strstr(step[0], "here 1000 Mb/s, full duplex"));
	assert_memory_equal(step[1], "cable:", 6);
	assert_memory_equal(step[2], "card: reseat", 12);
	assert_memory_equal(step[3], "switch port:", 12);
	assert_non_null(strstr(step[4], "ethtool -S eth0 | grep -iE 'crc|fcs|align|symbol'"));
	moved_advice(NIC_HOST, &after, text);
	assert_memory_equal(
		text, "1) larger ring: rx is 256 of at most 4096: ethtool -G eth0 rx 4096; 2) ",
		70);
	after.rx_ring.current = 4096;
	moved_advice(NIC_HOST, &after, text);
	assert_memory_equal(text, "1) larger ring: rx is 4096, its maximum already", 47);
	drop();
}

static void every_class_that_counts_a_fault_has_a_cause_and_a_step_that_fits(void **state)
{
	char step[MOVED_STEPS][MOVED_STEP], text[MOVED_TEXT];

	(void)state;
	take("igb", "fault");
	memset(after.interface, 'e', 15);
	after.interface[15] = '\0';
	after.speed_mbps = INT32_MAX;
	after.rx_ring = (struct snapshot_ring){UINT32_MAX - 1, UINT32_MAX};
	for (int class = NIC_WIRE; class < NIC_CLASSES; class ++) {
		size_t count = moved_steps((enum nic_class) class, &after, step);

		assert_true(count > 0);
		assert_non_null(moved_cause((enum nic_class) class));
		for (size_t i = 0; i < count; i++) { /* none was cut */
			assert_true(strlen(step[i]) + 1 < MOVED_STEP);
		}
		assert_true(strlen(moved_advice((enum nic_class) class, &after, text)) + 1 <
			    MOVED_TEXT);
	}
	drop();
}

static void a_name_that_a_shell_would_run_is_in_no_command(void **state)
{
	char text[MOVED_TEXT];

	(void)state;
	take("igb", "fault");
	strcpy(after.interface, "$(reboot)");
	moved_advice(NIC_WIRE, &after, text);
	assert_null(strstr(text, "reboot"));
	assert_non_null(strstr(text, "ethtool -S IF |"));
	strcpy(after.interface, "-s");
	moved_advice(NIC_WIRE, &after, text);
	assert_null(strstr(text, "-S -s"));
	drop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e1000e_counts_each_error_once),
		cmocka_unit_test(igb_counts_drops_of_queues_as_the_overruns_they_are),
		cmocka_unit_test(igc_tells_of_duplex),
		cmocka_unit_test(ixgbe_tells_of_wire_and_host),
		cmocka_unit_test(i40e_counts_at_its_port),
		cmocka_unit_test(ice_counts_at_its_port),
		cmocka_unit_test(mlx5_counts_at_its_phy),
		cmocka_unit_test(bnxt_sums_its_rings),
		cmocka_unit_test(tg3_tells_of_wire_host_and_duplex),
		cmocka_unit_test(r8169_tells_of_the_wire),
		cmocka_unit_test(bcmgenet_tells_of_wire_host_and_lengths),
		cmocka_unit_test(virtio_tells_of_drops),
		cmocka_unit_test(veth_tells_of_drops),
		cmocka_unit_test(ena_tells_of_the_cloud),
		cmocka_unit_test(the_articles_eth0_has_crc_errors),
		cmocka_unit_test(the_articles_eno1_has_crc_errors),
		cmocka_unit_test(a_clean_run_of_each_driver_is_clean),
		cmocka_unit_test(each_driver_but_the_virtual_ones_can_see_the_wire),
		cmocka_unit_test(the_kernels_own_field_is_no_sight_until_something_is_in_it),
		cmocka_unit_test(what_is_counted_only_of_frames_sent_is_no_sight_of_the_wire),
		cmocka_unit_test(one_damaged_frame_in_three_layers_is_one),
		cmocka_unit_test(what_a_driver_shows_of_the_kernels_own_fields_is_counted_once),
		cmocka_unit_test(the_layer_that_saw_most_counts),
		cmocka_unit_test(errors_beyond_what_is_counted_in_detail_are_not_lost),
		cmocka_unit_test(missed_frames_do_not_explain_errors_away),
		cmocka_unit_test(lengths_are_counted_once_whatever_they_are_called),
		cmocka_unit_test(
			a_drop_that_is_as_often_as_a_miss_is_that_and_any_other_number_is_not),
		cmocka_unit_test(what_comes_in_does_not_explain_what_goes_out),
		cmocka_unit_test(a_flap_is_counted_by_its_changes),
		cmocka_unit_test(a_reset_is_neither_an_error_nor_nothing),
		cmocka_unit_test(sixteen_bits_of_r8169_that_wrap_are_a_reset_of_the_host_class),
		cmocka_unit_test(a_counter_that_was_there_only_once_says_nothing),
		cmocka_unit_test(pauses_are_information_and_their_durations_no_number_of_them),
		cmocka_unit_test(what_the_hosts_own_queues_lost_is_told_apart),
		cmocka_unit_test(the_wire_comes_first),
		cmocka_unit_test(a_link_that_came_up_slower_has_changed),
		cmocka_unit_test(snapshots_of_two_cards_are_not_compared),
		cmocka_unit_test(more_than_can_be_listed_is_counted_all_the_same),
		cmocka_unit_test(advice_comes_in_the_classic_order_with_the_commands),
		cmocka_unit_test(every_class_that_counts_a_fault_has_a_cause_and_a_step_that_fits),
		cmocka_unit_test(a_name_that_a_shell_would_run_is_in_no_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
