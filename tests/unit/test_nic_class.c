/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of real drivers, and what they tell of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "nic_class.h"

#define CLAIM(claim, wanted, ...)                                                       \
	static void claim(void **state)                                                 \
	{                                                                               \
		static const char *const names[] = {__VA_ARGS__};                       \
                                                                                        \
		(void)state;                                                            \
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {           \
			enum nic_class got = nic_class_of(names[i]);                    \
                                                                                        \
			if (got != (wanted)) {                                          \
				print_error("%s: %s\n", names[i], nic_class_text(got)); \
			}                                                               \
			assert_int_equal(got, wanted);                                  \
		}                                                                       \
	}

CLAIM(e1000e_igb_ixgbe_tell_of_the_wire, NIC_WIRE, "rx_crc_errors", "rx_align_errors",
      "rx_frame_errors", "link.rx_crc_errors", "ethtool.rx_crc_errors")
CLAIM(i40e_tells_of_the_wire, NIC_WIRE, "port.rx_crc_errors", "port.illegal_bytes")
CLAIM(mlx5_tells_of_the_wire, NIC_WIRE, "rx_crc_errors_phy", "rx_symbol_err_phy",
      "rx_pcs_symbol_err_phy")
CLAIM(bnxt_tg3_bcmgenet_r8169_tell_of_the_wire, NIC_WIRE, "rx_fcs_err_frames", "rx_fcs_errors",
      "rx_crc", "rx_fcs", "rx_align", "align_errors", "RX_CODE_ERR")
CLAIM(uncorrectable_codewords_tell_of_the_wire, NIC_WIRE, "fec_uncorrectable_blocks",
      "rx_fec_uncorrectable_symbols", "FECUncorrectedCodewords")
CLAIM(what_fec_has_mended_is_a_note, NIC_CORRECTED, "fec_corrected_blocks",
      "rx_fec_corrected_symbols", "fec_corr_err")
CLAIM(late_collisions_tell_of_duplex, NIC_DUPLEX, "tx_late_collisions", "tx_late_col",
      "tx_window_errors", "tx_excess_collisions", "tx_aborted_errors", "link.tx_aborted_errors")
CLAIM(carrier_and_link_down_tell_of_the_link, NIC_LINK, "tx_carrier_errors", "link_down_events_phy",
      "link.carrier_changes", "mac_local_faults.nic")
CLAIM(missed_frames_tell_of_the_host, NIC_HOST, "rx_missed_errors", "rx_no_buffer_count",
      "rx_out_of_buffer", "rxbds_empty", "rx_missed", "rbuf_ovflow_cnt", "rx_fifo_errors",
      "rx_over_errors", "rx_overrun", "rx_missed_errors_phy", "link.rx_missed_errors")
CLAIM(failed_allocations_tell_of_memory, NIC_MEMORY, "alloc_rx_buff_failed", "rx_alloc_fail",
      "alloc_rx_page_failed")
CLAIM(allowances_tell_of_the_cloud, NIC_CLOUD, "bw_in_allowance_exceeded", "pps_allowance_exceeded",
      "conntrack_allowance_exceeded")
CLAIM(pause_frames_tell_of_congestion, NIC_CONGESTION, "rx_flow_control_xoff", "tx_pause_frames",
      "rx_global_pause", "tx_pause_ctrl_phy")
CLAIM(odd_lengths_tell_of_the_mtu, NIC_LENGTH, "rx_length_errors", "rx_oversize_pkts_phy",
      "rx_jabbers_phy", "rx_runt", "rx_fragments", "rx_undersize", "rx_long_length_errors")
CLAIM(what_else_goes_wrong_is_unclassified, NIC_UNCLASSIFIED, "rx_discards_phy", "rx_discard_pkts",
      "port.rx_dropped", "rx_errors", "tx_dropped", "rx_csum_offload_errors", "rx_queue_0_drops",
      "rx_queue_3_xdp_drops")
CLAIM(harmless_counters_are_of_no_class, NIC_NONE, "rx_packets", "tx_bytes", "multicast",
      "rx_csum_offload_good", "rx_csum_unnecessary", "csum_unneeded", "tx_hwtstamp_timeouts",
      "rx_hwtstamp_cleared", "fcoe_bad_fccrc", "rx_smbus_drops", "fdir_miss", "rx_64b_frames_err",
      "rx_octets_err", "lro_cso_error", "fdir_overflow", "")

CLAIM(the_standard_names_are_classed_as_the_drivers_are, NIC_WIRE,
      "std.mac.FrameCheckSequenceErrors", "std.mac.AlignmentErrors",
      "std.phy.SymbolErrorDuringCarrier", "std.fec.uncorrectable_blocks")
CLAIM(and_those_of_collisions, NIC_DUPLEX, "std.mac.LateCollisions",
      "std.mac.FramesAbortedDueToXSColls", "std.mac.FramesWithExcessiveDeferral")
CLAIM(and_those_of_lengths, NIC_LENGTH, "std.mac.FrameTooLongErrors", "std.mac.InRangeLengthErrors",
      "std.mac.OutOfRangeLengthField", "std.rmon.etherStatsJabbers", "rx_frame_too_long_errors",
      "rx_ovrsz_frames", "rx_undrsz_frames", "rx_jbr_frames", "rx_mtu_err", "rx_outrange",
      "rx_in_range_len_errors_phy", "rx_out_of_range_len_phy")
CLAIM(and_those_of_what_is_right, NIC_NONE, "std.mac.FramesWithDeferredXmissions",
      "std.mac.OctetsReceivedOK", "std.ctrl.MACControlFramesReceived")

/* Each was called a fault, of the cable even, on a link that had none. */
CLAIM(what_a_filter_turned_away_is_no_fault, NIC_NONE, "rx_steer_missed_packets", "rx_filter_miss",
      "mdf_err_cnt")
CLAIM(a_runt_with_a_right_fcs_is_no_fault_of_the_wire, NIC_NONE, "rx_runt_valid_fcs")
CLAIM(one_with_a_wrong_fcs_is, NIC_WIRE, "rx_runt_inval_fcs_align")
CLAIM(errors_before_the_correction_are_a_note, NIC_CORRECTED, "rx_err_lane_0_phy",
      "rx_corrected_bits_phy")
CLAIM(commands_to_the_card_are_no_pause, NIC_NONE, "admin_q_pause", "ena_admin_q_aborted_cmd")
CLAIM(a_default_is_no_fault, NIC_NONE, "rx_default_queue")
CLAIM(a_card_that_starved_tells_of_the_host, NIC_HOST, "rx_no_dma_resources", "tx_underrun")
CLAIM(a_failed_allocation_by_another_name_tells_of_memory, NIC_MEMORY, "rx_buff_alloc_err",
      "rx_total_oom_discards")

/* "miss" is in it; a card that missed nothing was called too slow. */
CLAIM(a_transmission_is_nothing_missed, NIC_NONE, "tx_deferred_transmissions", "retransmissions")
CLAIM(nor_is_an_interrupt_or_a_deferred_frame_an_error, NIC_NONE, "tx_interrupts", "tx_deferred_ok",
      "rx_interrupts_transferred")
CLAIM(and_hides_nothing_else, NIC_HOST, "transmissions_missed")

static void a_name_without_end_is_read_as_far_as_it_matters(void **state)
{
	char name[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(name) - 1; i++) {
		name[i] = 'x';
	}
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(nic_class_of(name), NIC_NONE);
}

static void every_class_has_a_word(void **state)
{
	(void)state;
	for (int class = NIC_NONE; class < NIC_CLASSES; class ++) {
		assert_non_null(nic_class_text((enum nic_class) class));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e1000e_igb_ixgbe_tell_of_the_wire),
		cmocka_unit_test(i40e_tells_of_the_wire),
		cmocka_unit_test(mlx5_tells_of_the_wire),
		cmocka_unit_test(bnxt_tg3_bcmgenet_r8169_tell_of_the_wire),
		cmocka_unit_test(uncorrectable_codewords_tell_of_the_wire),
		cmocka_unit_test(what_fec_has_mended_is_a_note),
		cmocka_unit_test(late_collisions_tell_of_duplex),
		cmocka_unit_test(carrier_and_link_down_tell_of_the_link),
		cmocka_unit_test(missed_frames_tell_of_the_host),
		cmocka_unit_test(failed_allocations_tell_of_memory),
		cmocka_unit_test(allowances_tell_of_the_cloud),
		cmocka_unit_test(pause_frames_tell_of_congestion),
		cmocka_unit_test(odd_lengths_tell_of_the_mtu),
		cmocka_unit_test(what_else_goes_wrong_is_unclassified),
		cmocka_unit_test(harmless_counters_are_of_no_class),
		cmocka_unit_test(the_standard_names_are_classed_as_the_drivers_are),
		cmocka_unit_test(and_those_of_collisions),
		cmocka_unit_test(and_those_of_lengths),
		cmocka_unit_test(and_those_of_what_is_right),
		cmocka_unit_test(what_a_filter_turned_away_is_no_fault),
		cmocka_unit_test(a_runt_with_a_right_fcs_is_no_fault_of_the_wire),
		cmocka_unit_test(one_with_a_wrong_fcs_is),
		cmocka_unit_test(errors_before_the_correction_are_a_note),
		cmocka_unit_test(commands_to_the_card_are_no_pause),
		cmocka_unit_test(a_default_is_no_fault),
		cmocka_unit_test(a_card_that_starved_tells_of_the_host),
		cmocka_unit_test(a_failed_allocation_by_another_name_tells_of_memory),
		cmocka_unit_test(a_transmission_is_nothing_missed),
		cmocka_unit_test(nor_is_an_interrupt_or_a_deferred_frame_an_error),
		cmocka_unit_test(and_hides_nothing_else),
		cmocka_unit_test(a_name_without_end_is_read_as_far_as_it_matters),
		cmocka_unit_test(every_class_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
