# fuzz targets: with --enable-fuzzing linked with libFuzzer, else with a driver that replays the
# corpus and seeded random inputs
FUZZ_TARGETS = \
	%D%/fuzz_counters \
	%D%/fuzz_capfile \
	%D%/fuzz_ethtool \
	%D%/fuzz_flows \
	%D%/fuzz_frame \
	%D%/fuzz_health \
	%D%/fuzz_load \
	%D%/fuzz_machine \
	%D%/fuzz_option \
	%D%/fuzz_ptp \
	%D%/fuzz_report \
	%D%/fuzz_snapshot \
	%D%/fuzz_text \
	%D%/fuzz_wire

check_PROGRAMS += $(FUZZ_TARGETS)

FUZZ_LIBS = tools/libtools.a capture/libcapture.a mcast/libmcast.a lib/libcore.a $(JANSSON_LIBS)
if FUZZING
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
FUZZ_DRIVER =
else
FUZZ_LINK = $(AM_LDFLAGS)
FUZZ_DRIVER = %D%/replay.c
TESTS += $(FUZZ_TARGETS)
endif

tests_fuzz_fuzz_counters_SOURCES = %D%/fuzz_counters.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_counters_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_counters_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_capfile_SOURCES = %D%/fuzz_capfile.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_capfile_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_capfile_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_ethtool_SOURCES = %D%/fuzz_ethtool.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_ethtool_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_ethtool_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_flows_SOURCES = %D%/fuzz_flows.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_flows_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_flows_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_frame_SOURCES = %D%/fuzz_frame.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_frame_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_frame_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_health_SOURCES = %D%/fuzz_health.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_health_LDADD = $(FUZZ_LIBS) -lm
tests_fuzz_fuzz_health_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_load_SOURCES = %D%/fuzz_load.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_load_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_load_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_machine_SOURCES = %D%/fuzz_machine.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_machine_LDADD = pin/libpin.a $(FUZZ_LIBS)
tests_fuzz_fuzz_machine_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_option_SOURCES = %D%/fuzz_option.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_option_LDADD = pin/libpin.a $(FUZZ_LIBS)
tests_fuzz_fuzz_option_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_ptp_SOURCES = %D%/fuzz_ptp.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_ptp_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_ptp_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_report_SOURCES = %D%/fuzz_report.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_report_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_report_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_snapshot_SOURCES = %D%/fuzz_snapshot.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_snapshot_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_snapshot_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_text_SOURCES = %D%/fuzz_text.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_text_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_text_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_wire_SOURCES = %D%/fuzz_wire.c %D%/fuzz.h $(FUZZ_DRIVER)
tests_fuzz_fuzz_wire_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_wire_LDFLAGS = $(FUZZ_LINK)

EXTRA_DIST += %D%/README.md %D%/replay.c %D%/seeds.sh %D%/corpus
