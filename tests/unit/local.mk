# one cmocka program for each pure file; TAP
UNIT_TESTS =
UNIT_TESTS += tests/unit/test_wire
UNIT_TESTS += tests/unit/test_capfile_damage
UNIT_TESTS += tests/unit/test_capfile_drops
UNIT_TESTS += tests/unit/test_capfile_pcap
UNIT_TESTS += tests/unit/test_capfile_pcapng
UNIT_TESTS += tests/unit/test_cpulist
UNIT_TESTS += tests/unit/test_crc32c
UNIT_TESTS += tests/unit/test_clockwatch
UNIT_TESTS += tests/unit/test_silence
UNIT_TESTS += tests/unit/test_recv_options
UNIT_TESTS += tests/unit/test_hist
UNIT_TESTS += tests/unit/test_spread
UNIT_TESTS += tests/unit/test_losspat
UNIT_TESTS += tests/unit/test_run_id
UNIT_TESTS += tests/unit/test_sequence
UNIT_TESTS += tests/unit/test_sequence_jump
UNIT_TESTS += tests/unit/test_sequence_order
UNIT_TESTS += tests/unit/test_band
UNIT_TESTS += tests/unit/test_skew
UNIT_TESTS += tests/unit/test_floor
UNIT_TESTS += tests/unit/test_mask
UNIT_TESTS += tests/unit/test_mtie
UNIT_TESTS += tests/unit/test_tdev
UNIT_TESTS += tests/unit/test_timing
UNIT_TESTS += tests/unit/test_timing_curves
UNIT_TESTS += tests/unit/test_timing_floor
UNIT_TESTS += tests/unit/test_timing_pairs
UNIT_TESTS += tests/unit/test_delay
UNIT_TESTS += tests/unit/test_flow
UNIT_TESTS += tests/unit/test_flows
UNIT_TESTS += tests/unit/test_send_options
UNIT_TESTS += tests/unit/test_departures
UNIT_TESTS += tests/unit/test_departures_card
UNIT_TESTS += tests/unit/test_follow_ups
UNIT_TESTS += tests/unit/test_pacing
UNIT_TESTS += tests/unit/test_phc_map
UNIT_TESTS += tests/unit/test_stamps
UNIT_TESTS += tests/unit/test_partition_text
UNIT_TESTS += tests/unit/test_pcapng
UNIT_TESTS += tests/unit/test_units
UNIT_TESTS += tests/unit/test_wide
UNIT_TESTS += tests/unit/test_endpoint
UNIT_TESTS += tests/unit/test_group
UNIT_TESTS += tests/unit/test_option
UNIT_TESTS += tests/unit/test_report
UNIT_TESTS += tests/unit/test_report_lines
UNIT_TESTS += tests/unit/test_report_text
UNIT_TESTS += tests/unit/test_verdict
UNIT_TESTS += tests/unit/test_counters
UNIT_TESTS += tests/unit/test_counters_proc
UNIT_TESTS += tests/unit/test_ethnl_parse
UNIT_TESTS += tests/unit/test_evidence
UNIT_TESTS += tests/unit/test_igmp
UNIT_TESTS += tests/unit/test_link_judge
UNIT_TESTS += tests/unit/test_link_report
UNIT_TESTS += tests/unit/test_moved
UNIT_TESTS += tests/unit/test_nic_class
UNIT_TESTS += tests/unit/test_trace_format
UNIT_TESTS += tests/unit/test_locate_absence
UNIT_TESTS += tests/unit/test_locate_books
UNIT_TESTS += tests/unit/test_locate_branches
UNIT_TESTS += tests/unit/test_locate_gates
UNIT_TESTS += tests/unit/test_locate_host
UNIT_TESTS += tests/unit/test_locate_noise
UNIT_TESTS += tests/unit/test_locate_path
UNIT_TESTS += tests/unit/test_locate_sender
UNIT_TESTS += tests/unit/test_iperf_argv
UNIT_TESTS += tests/unit/test_iperf_units
UNIT_TESTS += tests/unit/test_link_options
UNIT_TESTS += tests/unit/test_link_words
UNIT_TESTS += tests/unit/test_load
UNIT_TESTS += tests/unit/test_seqbag
UNIT_TESTS += tests/unit/test_seqset
UNIT_TESTS += tests/unit/test_snapshot
UNIT_TESTS += tests/unit/test_vantage
UNIT_TESTS += tests/unit/test_vantage_refusals
UNIT_TESTS += tests/unit/test_noise
UNIT_TESTS += tests/unit/test_proctext
UNIT_TESTS += tests/unit/test_proof
UNIT_TESTS += tests/unit/test_seats
UNIT_TESTS += tests/unit/test_watch_table
ARGV_BED = %D%/argv_bed.c %D%/argv_bed.h
tests_unit_test_capture_options_SOURCES = $(ARGV_BED) %D%/test_capture_options.c
tests_unit_test_link_options_SOURCES = $(ARGV_BED) %D%/test_link_options.c
tests_unit_test_pin_options_SOURCES = $(ARGV_BED) %D%/test_pin_options.c
tests_unit_test_ptp_options_SOURCES = $(ARGV_BED) %D%/test_ptp_options.c
tests_unit_test_recv_options_SOURCES = $(ARGV_BED) %D%/test_recv_options.c
tests_unit_test_send_options_SOURCES = $(ARGV_BED) %D%/test_send_options.c
tests_unit_test_locate_absence_SOURCES = \
	%D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_absence.c
tests_unit_test_locate_books_SOURCES = %D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_books.c
tests_unit_test_locate_branches_SOURCES = \
	%D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_branches.c
tests_unit_test_locate_gates_SOURCES = %D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_gates.c
tests_unit_test_locate_host_SOURCES = %D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_host.c
tests_unit_test_locate_noise_SOURCES = %D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_noise.c
tests_unit_test_locate_path_SOURCES = %D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_path.c
tests_unit_test_locate_sender_SOURCES = %D%/locate_bed.c %D%/locate_bed.h %D%/test_locate_sender.c
tests_unit_test_counters_proc_SOURCES = %D%/data.c %D%/data.h %D%/test_counters_proc.c
NIC_BED = %D%/data.c %D%/data.h %D%/nic_bed.c %D%/nic_bed.h
LINK_BED = $(NIC_BED) %D%/link_bed.c %D%/link_bed.h
tests_unit_test_link_judge_SOURCES = $(LINK_BED) %D%/test_link_judge.c
tests_unit_test_link_report_SOURCES = $(LINK_BED) %D%/test_link_report.c
tests_unit_test_moved_SOURCES = $(NIC_BED) %D%/test_moved.c
tests_unit_test_load_SOURCES = %D%/data.c %D%/data.h %D%/test_load.c
tests_unit_test_igmp_SOURCES = %D%/data.c %D%/data.h %D%/test_igmp.c
tests_unit_test_trace_format_SOURCES = %D%/data.c %D%/data.h %D%/test_trace_format.c
UNIT_TESTS += tests/unit/test_frame
UNIT_TESTS += tests/unit/test_ptp_message
UNIT_TESTS += tests/unit/test_ptp_judge
UNIT_TESTS += tests/unit/test_ptp_options
UNIT_TESTS += tests/unit/test_ptp_heard
UNIT_TESTS += tests/unit/test_ptp_pairs
UNIT_TESTS += tests/unit/test_ptp_shape
UNIT_TESTS += tests/unit/test_observer
UNIT_TESTS += tests/unit/test_sighting
UNIT_TESTS += tests/unit/test_health_book
UNIT_TESTS += tests/unit/test_health_flood
UNIT_TESTS += tests/unit/test_health_master
UNIT_TESTS += tests/unit/test_health_pairs
UNIT_TESTS += tests/unit/test_health_stream
UNIT_TESTS += tests/unit/test_profile
UNIT_TESTS += tests/unit/test_profile_contents
UNIT_TESTS += tests/unit/test_profile_file
UNIT_TESTS += tests/unit/test_timeline
UNIT_TESTS += tests/unit/test_capture_options
UNIT_TESTS += tests/unit/test_pin_options
UNIT_TESTS += tests/unit/test_advice
UNIT_TESTS += tests/unit/test_advice_facts
UNIT_TESTS += tests/unit/test_plan
UNIT_TESTS += tests/unit/test_plan_place
UNIT_TESTS += tests/unit/test_plan_random
UNIT_TESTS += tests/unit/test_plan_text
tests_unit_test_capfile_damage_SOURCES = \
	%D%/capfile_bed.c %D%/capfile_bed.h %D%/test_capfile_damage.c
tests_unit_test_capfile_drops_SOURCES = \
	%D%/capfile_bed.c %D%/capfile_bed.h %D%/test_capfile_drops.c
tests_unit_test_capfile_pcap_SOURCES = \
	%D%/capfile_bed.c %D%/capfile_bed.h %D%/test_capfile_pcap.c
tests_unit_test_capfile_pcapng_SOURCES = \
	%D%/capfile_bed.c %D%/capfile_bed.h %D%/test_capfile_pcapng.c
tests_unit_test_pcapng_SOURCES = %D%/capfile_bed.c %D%/capfile_bed.h %D%/test_pcapng.c
DEPARTURES_BED = %D%/departures_bed.c %D%/departures_bed.h
tests_unit_test_departures_SOURCES = $(DEPARTURES_BED) %D%/test_departures.c
tests_unit_test_departures_card_SOURCES = $(DEPARTURES_BED) %D%/test_departures_card.c
VANTAGE_BED = %D%/vantage_bed.c %D%/vantage_bed.h
tests_unit_test_vantage_SOURCES = $(VANTAGE_BED) %D%/test_vantage.c
tests_unit_test_vantage_refusals_SOURCES = $(VANTAGE_BED) %D%/test_vantage_refusals.c
tests_unit_test_report_SOURCES = %D%/report_sample.c %D%/report_sample.h %D%/test_report.c
tests_unit_test_report_lines_SOURCES = \
	%D%/report_sample.c %D%/report_sample.h %D%/test_report_lines.c
tests_unit_test_report_text_SOURCES = \
	%D%/report_sample.c %D%/report_sample.h %D%/test_report_text.c
tests_unit_test_frame_SOURCES = %D%/frame_bed.c %D%/frame_bed.h %D%/test_frame.c
tests_unit_test_observer_SOURCES = %D%/frame_bed.c %D%/frame_bed.h %D%/test_observer.c
tests_unit_test_ptp_message_SOURCES = %D%/frame_bed.c %D%/frame_bed.h %D%/test_ptp_message.c
tests_unit_test_ptp_heard_SOURCES = %D%/frame_bed.c %D%/frame_bed.h %D%/test_ptp_heard.c
tests_unit_test_ptp_shape_SOURCES = %D%/frame_bed.c %D%/frame_bed.h %D%/test_ptp_shape.c
tests_unit_test_profile_SOURCES = %D%/profile_bed.c %D%/profile_bed.h %D%/test_profile.c
tests_unit_test_profile_contents_SOURCES = \
	%D%/profile_bed.c %D%/profile_bed.h %D%/test_profile_contents.c
tests_unit_test_profile_file_SOURCES = \
	%D%/profile_bed.c %D%/profile_bed.h %D%/test_profile_file.c
tests_unit_test_sighting_SOURCES = %D%/frame_bed.c %D%/frame_bed.h %D%/test_sighting.c
HEALTH_BED = %D%/health_bed.c %D%/health_bed.h
tests_unit_test_health_flood_SOURCES = $(HEALTH_BED) %D%/test_health_flood.c
tests_unit_test_health_master_SOURCES = $(HEALTH_BED) %D%/test_health_master.c
tests_unit_test_health_pairs_SOURCES = $(HEALTH_BED) %D%/test_health_pairs.c
tests_unit_test_health_stream_SOURCES = $(HEALTH_BED) %D%/test_health_stream.c
tests_unit_test_sequence_SOURCES = %D%/sequence_bed.c %D%/sequence_bed.h %D%/test_sequence.c
tests_unit_test_sequence_jump_SOURCES = \
	%D%/sequence_bed.c %D%/sequence_bed.h %D%/test_sequence_jump.c
tests_unit_test_sequence_order_SOURCES = \
	%D%/sequence_bed.c %D%/sequence_bed.h %D%/test_sequence_order.c

SERIES_BED = %D%/series_bed.c %D%/series_bed.h
tests_unit_test_floor_SOURCES = $(SERIES_BED) %D%/test_floor.c
tests_unit_test_mtie_SOURCES = $(SERIES_BED) %D%/test_mtie.c
tests_unit_test_tdev_SOURCES = $(SERIES_BED) %D%/test_tdev.c
TIMING_BED = $(SERIES_BED) %D%/timing_bed.c %D%/timing_bed.h
tests_unit_test_timing_SOURCES = $(TIMING_BED) %D%/test_timing.c
tests_unit_test_timing_curves_SOURCES = $(TIMING_BED) %D%/test_timing_curves.c
tests_unit_test_timing_floor_SOURCES = $(TIMING_BED) %D%/test_timing_floor.c
tests_unit_test_advice_SOURCES = %D%/machine_bed.c %D%/machine_bed.h %D%/test_advice.c
tests_unit_test_advice_facts_SOURCES = \
	%D%/test_advice_facts.c $(PIN_FACTS_SOURCES) $(PIN_PATH_SOURCES)
tests_unit_test_plan_SOURCES = %D%/machine_bed.c %D%/machine_bed.h %D%/test_plan.c
# the machine as ptprobe-pin reads it
PIN_SYSFS_TESTS = \
	tests/unit/test_sysfs_live \
	tests/unit/test_sysfs_machines \
	tests/unit/test_sysfs_trees
UNIT_TESTS += $(PIN_SYSFS_TESTS) tests/unit/test_machine_sample tests/unit/test_machine_text
PIN_LIBS = pin/libpin.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
tests_unit_test_sysfs_live_SOURCES = %D%/test_sysfs_live.c $(PIN_SYSFS_SOURCES)
tests_unit_test_sysfs_live_LDADD = $(PIN_LIBS)
tests_unit_test_sysfs_machines_SOURCES = \
	%D%/sysfs_bed.c %D%/sysfs_bed.h %D%/test_sysfs_machines.c $(PIN_SYSFS_SOURCES)
tests_unit_test_sysfs_machines_LDADD = $(PIN_LIBS)
tests_unit_test_sysfs_trees_SOURCES = \
	%D%/sysfs_bed.c %D%/sysfs_bed.h %D%/test_sysfs_trees.c $(PIN_SYSFS_SOURCES)
tests_unit_test_sysfs_trees_LDADD = $(PIN_LIBS)
tests_unit_test_machine_sample_LDADD = $(PIN_LIBS)
tests_unit_test_machine_text_LDADD = $(PIN_LIBS)
tests_unit_test_plan_place_SOURCES = %D%/machine_bed.c %D%/machine_bed.h %D%/test_plan_place.c
tests_unit_test_plan_random_SOURCES = %D%/machine_bed.c %D%/machine_bed.h %D%/test_plan_random.c
tests_unit_test_plan_text_SOURCES = %D%/machine_bed.c %D%/machine_bed.h %D%/test_plan_text.c

LDADD = tools/libtools.a capture/libcapture.a pin/libpin.a mcast/libmcast.a lib/libcore.a $(JANSSON_LIBS) $(CMOCKA_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
