/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the table between the two taps, one claim each; and that nothing else says network.
 */
#include "locate_bed.h"

#include <string.h>

#define CASE(name) cmocka_unit_test_setup_teardown(name, bed_start, bed_end)

/* 100..111 left the sender by its loss-free tap, and are in no vantage behind it. */
static struct vantage *tap, *receiver;

static void lose_on_the_way(void)
{
	(void)bed_sender();
	(void)bed_tap("sender");
	tap = bed_tap("rx");
	receiver = bed_receiver("rx");
	bed_miss(tap, 100, 111);
	bed_miss(receiver, 100, 111);
}

static const struct locate_row *when_it_rises(const char *name, uint64_t rise, enum place place)
{
	lose_on_the_way();
	bed_rise(receiver, name, rise);
	bed_join();
	assert_delivered(0, 988);
	return assert_all_at(place, 100, 111);
}

static void between_two_loss_free_taps_is_the_network(void **state)
{
	const struct locate_row *row;

	(void)state;
	lose_on_the_way();
	bed_join();
	row = assert_all_at(PLACE_NETWORK, 100, 111);
	assert_int_equal(row->confidence, LOCATE_MEDIUM);
	assert_says(row, "by elimination");
	assert_string_equal(joined->branch[row->branch].name, "rx");
}

static void departure_stamps_serve_as_well_as_a_tap_at_the_sender(void **state)
{
	(void)state;
	bed_stamp(bed_sender());
	bed_miss(bed_tap("rx"), 100, 111);
	bed_miss(bed_receiver("rx"), 100, 111);
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 100, 111);
}

/* Drivers' own names (design/link.md): each driver calls it differently. */
static void crc_errors_of_every_driver_are_the_last_hop(void **state)
{
	static const char *const name[] = {
		"link.rx_crc_errors",         /* rtnl_link_stats64 */
		"link.rx_frame_errors",       /* the same */
		"ethtool.rx_crc_errors",      /* e1000e, igb, ixgbe */
		"ethtool.rx_align_errors",    /* e1000e */
		"ethtool.port.rx_crc_errors", /* i40e */
		"ethtool.port.illegal_bytes", /* i40e */
		"ethtool.rx_crc_errors_phy",  /* mlx5 */
		"ethtool.rx_symbol_err_phy",  /* mlx5 */
		"ethtool.rx_fcs_err_frames",  /* bnxt */
		"ethtool.rx_fcs_errors",      /* tg3 */
		"ethtool.align_errors",       /* r8169 */
		"ethtool.rx_crc",             /* bcmgenet */
	};

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		const struct locate_row *row = when_it_rises(name[i], 12, PLACE_LAST_HOP_WIRE);

		assert_int_equal(row->confidence, LOCATE_HIGH);
		assert_says(row, "+12 on rx");
		assert_non_null(strstr(row->remedy, "cable"));
		(void)bed_end(state);
		(void)bed_start(state);
	}
}

static void overruns_of_every_driver_are_the_receivers_card(void **state)
{
	static const char *const name[] = {
		"link.rx_missed_errors",        /* rtnl_link_stats64 */
		"link.rx_fifo_errors",          /* the same */
		"link.rx_over_errors",          /* the same */
		"ethtool.rx_missed_errors",     /* e1000e, igb, ixgbe */
		"ethtool.rx_no_buffer_count",   /* e1000e, igb */
		"ethtool.rx_out_of_buffer",     /* mlx5 */
		"ethtool.rxbds_empty",          /* tg3 */
		"ethtool.rx_missed",            /* r8169 */
		"ethtool.rbuf_ovflow_cnt",      /* bcmgenet */
		"ethtool.alloc_rx_buff_failed", /* e1000e */
	};

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		const struct locate_row *row = when_it_rises(name[i], 14, PLACE_RECEIVER_NIC);

		assert_int_equal(row->confidence, LOCATE_HIGH);
		assert_non_null(strstr(row->remedy, "ethtool -G"));
		(void)bed_end(state);
		(void)bed_start(state);
	}
}

static void softnet_drops_are_the_backlog(void **state)
{
	(void)state;
	assert_int_equal(when_it_rises("softnet.dropped", 12, PLACE_RECEIVER_BACKLOG)->confidence,
			 LOCATE_MEDIUM);
}

static void a_queues_own_xdp_drops_are_summed_over_the_queues(void **state)
{
	(void)state;
	lose_on_the_way();
	bed_rise(receiver, "ethtool.rx_queue_0_xdp_drops", 5); /* veth */
	bed_rise(receiver, "ethtool.rx_queue_1_xdp_drops", 7);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_XDP, 100, 111)->confidence, LOCATE_HIGH);
}

static void packets_that_the_card_brought_past_an_xdp_program_are_its(void **state)
{
	(void)state;
	lose_on_the_way();
	tap->run[0].frames = 988;
	tap->evidence.settings.xdp = EVIDENCE_XDP_NATIVE;
	bed_rise(tap, "link.rx_packets", 1030);
	bed_join();
	/* 42 frames of which 30 are others, at least: it needn't be these */
	assert_says(assert_all_at(PLACE_UNDETERMINED, 100, 111), "consistent with receiver-xdp");
	/* with ten ENDs */
	bed_rise(tap, "link.rx_packets", 1010);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_XDP, 100, 111)->confidence, LOCATE_MEDIUM);
	/* 988 and the 12, to the last one */
	bed_rise(tap, "link.rx_packets", 1000);
	bed_join();
	assert_int_equal(assert_all_at(PLACE_RECEIVER_XDP, 100, 111)->confidence, LOCATE_HIGH);
	/* without a program they are other traffic */
	tap->evidence.settings.xdp = EVIDENCE_XDP_NONE;
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 100, 111);
}

static void the_same_error_counted_thrice_is_counted_once(void **state)
{
	(void)state;
	lose_on_the_way();
	/* port, queue and netdev tell of the same six */
	bed_rise(receiver, "link.rx_crc_errors", 6);
	bed_rise(receiver, "ethtool.rx_crc_errors", 6);
	bed_rise(receiver, "ethtool.port.rx_crc_errors", 6);
	bed_join();
	assert_count(PLACE_LAST_HOP_WIRE, 0);
	assert_count(PLACE_NETWORK, 6);
	assert_count(PLACE_UNDETERMINED, 6);
	assert_says(bed_row(PLACE_UNDETERMINED), "consistent with last-hop-wire");
}

static void transmit_counters_of_the_receiver_say_nothing(void **state)
{
	(void)state;
	(void)when_it_rises("ethtool.tx_crc_errors", 12, PLACE_NETWORK);
	(void)bed_end(state);
	(void)bed_start(state);
	(void)when_it_rises("link.tx_fifo_errors", 12, PLACE_NETWORK);
}

static void counters_that_add_up_exactly_split_the_losses(void **state)
{
	(void)state;
	lose_on_the_way();
	bed_rise(receiver, "ethtool.rx_crc_errors", 4);
	bed_rise(receiver, "ethtool.rx_missed_errors", 8);
	bed_join();
	assert_count(PLACE_LAST_HOP_WIRE, 4);
	assert_count(PLACE_RECEIVER_NIC, 8);
	assert_count(PLACE_UNDETERMINED, 0);
	assert_false(bed_row(PLACE_RECEIVER_NIC)->listed);
	assert_false(bed_row(PLACE_RECEIVER_NIC)->complete);
}

static void a_counter_that_went_down_is_no_evidence(void **state)
{
	(void)state;
	lose_on_the_way();
	bed_counter(receiver, "ethtool.rx_missed_errors", 65530, 20); /* r8169's 16 bits */
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 100, 111);
	for (size_t i = 0; i < joined->lacks; i++) {
		if (strstr(joined->lack[i], "rx_missed_errors") != NULL) {
			return;
		}
	}
	fail_msg("the reset isn't told");
}

static void frames_that_came_damaged_stay_the_networks(void **state)
{
	(void)state;
	lose_on_the_way();
	tap->run[0].corrupt = 12;
	bed_join();
	assert_says(assert_all_at(PLACE_NETWORK, 100, 111), "12 arrived damaged");
}

static void without_the_receivers_counters_the_network_is_a_guess(void **state)
{
	(void)state;
	lose_on_the_way();
	tap->has_evidence = false;
	receiver->has_evidence = false;
	bed_join();
	assert_int_equal(assert_all_at(PLACE_NETWORK, 100, 111)->confidence, LOCATE_LOW);
}

static void two_captures_alone_locate_the_network(void **state)
{
	(void)state;
	(void)bed_tap("sender");
	bed_miss(bed_tap("rx"), 100, 111);
	bed_join();
	(void)assert_all_at(PLACE_NETWORK, 100, 111);
	assert_delivered(0, 988);
	assert_says(bed_row(PLACE_DELIVERED), "no receiver's report");
}

static void without_losses_everything_is_delivered(void **state)
{
	(void)state;
	(void)bed_sender();
	(void)bed_tap("sender");
	(void)bed_tap("rx");
	(void)bed_receiver("rx");
	bed_join();
	assert_int_equal(joined->rows, 1);
	assert_count(PLACE_DELIVERED, 1000);
	for (size_t i = 0; i < RUNGS; i++) {
		assert_true(joined->run[0].branch[0].rung[i].known);
		assert_int_equal(joined->run[0].branch[0].rung[i].passed, 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(between_two_loss_free_taps_is_the_network),
		CASE(departure_stamps_serve_as_well_as_a_tap_at_the_sender),
		CASE(crc_errors_of_every_driver_are_the_last_hop),
		CASE(overruns_of_every_driver_are_the_receivers_card),
		CASE(softnet_drops_are_the_backlog),
		CASE(a_queues_own_xdp_drops_are_summed_over_the_queues),
		CASE(packets_that_the_card_brought_past_an_xdp_program_are_its),
		CASE(the_same_error_counted_thrice_is_counted_once),
		CASE(transmit_counters_of_the_receiver_say_nothing),
		CASE(counters_that_add_up_exactly_split_the_losses),
		CASE(a_counter_that_went_down_is_no_evidence),
		CASE(frames_that_came_damaged_stay_the_networks),
		CASE(without_the_receivers_counters_the_network_is_a_guess),
		CASE(two_captures_alone_locate_the_network),
		CASE(without_losses_everything_is_delivered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
