# three hosts made of network namespaces, and the relay between two of them (lab.sh)
check_LIBRARIES += tests/lab/liblab.a
tests_lab_liblab_a_SOURCES = \
	%D%/frame.c %D%/frame.h \
	%D%/port.c %D%/port.h \
	%D%/relay.c %D%/relay.h \
	%D%/script.c %D%/script.h %D%/script_fate.c \
	%D%/truth.c %D%/truth.h

check_PROGRAMS += tests/lab/relay
tests_lab_relay_SOURCES = %D%/relay_main.c
tests_lab_relay_LDADD = tests/lab/liblab.a $(JANSSON_LIBS)

check_PROGRAMS += tests/lab/xdp_drop
tests_lab_xdp_drop_SOURCES = %D%/xdp_drop.c
tests_lab_xdp_drop_LDADD = $(MNL_LIBS)

check_PROGRAMS += tests/lab/stranger
tests_lab_stranger_SOURCES = %D%/stranger.c
tests_lab_stranger_LDADD =

UNIT_TESTS += tests/lab/test_script tests/lab/test_truth
tests_lab_test_script_LDADD = tests/lab/liblab.a $(CMOCKA_LIBS)
tests_lab_test_truth_LDADD = tests/lab/liblab.a $(JANSSON_LIBS) $(CMOCKA_LIBS)

LAB_TESTS = \
	%D%/capture.sh \
	%D%/capture_faults.sh \
	%D%/capture_kinds.sh \
	%D%/datagrams.sh \
	%D%/evidence.sh \
	%D%/examples.sh \
	%D%/families.sh \
	%D%/forms.sh \
	%D%/groups.sh \
	%D%/impair.sh \
	%D%/limits.sh \
	%D%/link.sh \
	%D%/link_idle.sh \
	%D%/link_attacks.sh \
	%D%/link_counters.sh \
	%D%/link_ends.sh \
	%D%/link_faults.sh \
	%D%/link_limits.sh \
	%D%/link_load.sh \
	%D%/link_lost.sh \
	%D%/load.sh \
	%D%/locate_branches.sh \
	%D%/locate_bursts.sh \
	%D%/locate_ipv6.sh \
	%D%/locate_late.sh \
	%D%/locate_network.sh \
	%D%/locate_noise.sh \
	%D%/locate_receiver.sh \
	%D%/locate_sender.sh \
	%D%/locate_trust.sh \
	%D%/output.sh \
	%D%/own_drops.sh \
	%D%/placement.sh \
	%D%/ptp_announces.sh \
	%D%/ptp_beside.sh \
	%D%/ptp_books.sh \
	%D%/ptp_events.sh \
	%D%/ptp_faults.sh \
	%D%/ptp_listen.sh \
	%D%/ptp_monitor.sh \
	%D%/ptp_locate.sh \
	%D%/ptp_recv.sh \
	%D%/ptp_recv_beside.sh \
	%D%/ptp_peers.sh \
	%D%/ptp_send.sh \
	%D%/ptp_transports.sh \
	%D%/rate.sh \
	%D%/rights.sh \
	%D%/senders.sh \
	%D%/silence.sh \
	%D%/stamps.sh \
	%D%/stopping.sh \
	%D%/table.sh \
	%D%/witness.sh
TESTS += $(LAB_TESTS)
EXTRA_DIST += $(LAB_TESTS) %D%/demo.sh %D%/examples_link.sh %D%/examples_ptp.sh %D%/lab.sh %D%/linking.sh %D%/locating.sh \
	%D%/ptping.sh
