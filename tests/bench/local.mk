# ours against the peers and against bare loops; run by make bench, built by make check so that they keep building
BENCH_PARTS = \
	tests/bench/bare_recv \
	tests/bench/bare_send \
	tests/bench/core_cost \
	tests/bench/exit_time \
	tests/bench/health_cost \
	tests/bench/join_time \
	tests/bench/make_capture \
	tests/bench/make_ptp \
	tests/bench/many_flows \
	tests/bench/mtie_tdev \
	tests/bench/snapshot_time \
	tests/bench/spacing \
	tests/bench/spawn_time
check_PROGRAMS += $(BENCH_PARTS)
if HAVE_PCAP
check_PROGRAMS += tests/bench/bare_pcap tests/bench/replay
endif
tests_bench_bare_pcap_SOURCES = %D%/bare_pcap.c
tests_bench_bare_pcap_LDADD = $(PCAP_LIBS)
tests_bench_replay_SOURCES = %D%/replay.c
tests_bench_replay_LDADD = $(PCAP_LIBS)
tests_bench_bare_recv_SOURCES = %D%/bare_recv.c
tests_bench_bare_recv_LDADD =
tests_bench_bare_send_SOURCES = %D%/bare_send.c
tests_bench_bare_send_LDADD =
tests_bench_core_cost_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
tests_bench_core_cost_LDFLAGS = $(AM_LDFLAGS) $(LTO_LDFLAGS)
tests_bench_core_cost_SOURCES = %D%/core_cost.c
tests_bench_core_cost_LDADD = lib/libcore.a
tests_bench_exit_time_SOURCES = %D%/exit_time.c
tests_bench_exit_time_LDADD =
tests_bench_health_cost_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
tests_bench_health_cost_LDFLAGS = $(AM_LDFLAGS) $(LTO_LDFLAGS)
tests_bench_health_cost_SOURCES = %D%/health_cost.c
tests_bench_health_cost_LDADD = capture/libcapture.a lib/libcore.a
tests_bench_join_time_SOURCES = %D%/join_time.c
tests_bench_join_time_LDADD =
tests_bench_make_capture_SOURCES = %D%/capture_output.c %D%/capture_output.h %D%/make_capture.c
tests_bench_make_capture_LDADD = capture/libcapture.a lib/libcore.a
tests_bench_make_ptp_SOURCES = %D%/capture_output.c %D%/capture_output.h %D%/make_ptp.c
tests_bench_make_ptp_LDADD = capture/libcapture.a lib/libcore.a
tests_bench_many_flows_SOURCES = %D%/many_flows.c
tests_bench_many_flows_LDADD = lib/libcore.a
tests_bench_mtie_tdev_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
tests_bench_mtie_tdev_LDFLAGS = $(AM_LDFLAGS) $(LTO_LDFLAGS)
tests_bench_mtie_tdev_SOURCES = %D%/mtie_tdev.c
tests_bench_mtie_tdev_LDADD = lib/libcore.a
tests_bench_snapshot_time_SOURCES = $(SNAPSHOT_TAKE) %D%/snapshot_time.c
tests_bench_snapshot_time_LDADD = tools/libtools.a lib/host/libhost.a lib/libcore.a \
	$(JANSSON_LIBS) $(MNL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS)
tests_bench_spacing_SOURCES = %D%/spacing.c
tests_bench_spacing_LDADD =
tests_bench_spawn_time_SOURCES = %D%/spawn_time.c
tests_bench_spawn_time_LDADD =

EXTRA_DIST += %D%/README.md %D%/bench.sh %D%/capture.sh %D%/goals.sh %D%/linking.sh %D%/net.sh %D%/pinned.sh %D%/pinning.sh %D%/ptp.sh %D%/results.sh %D%/stability.sh %D%/tools.sh
CLEANFILES += bench.json
