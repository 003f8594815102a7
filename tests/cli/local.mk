# the commands as a user runs them; and the rules of the tree
CLI_TESTS = \
	%D%/capfiles.sh \
	%D%/capture.sh \
	%D%/completion.sh \
	%D%/dumps.sh \
	%D%/front.sh \
	%D%/hostile.sh \
	%D%/includes.sh \
	%D%/large.sh \
	%D%/link_compare.sh \
	%D%/locate.sh \
	%D%/machines.sh \
	%D%/options.sh \
	%D%/pin.sh \
	%D%/ptp_fields.sh
TESTS += $(CLI_TESTS)
EXTRA_DIST += $(CLI_TESTS) %D%/tap.sh tests/data/locate
# four gigabytes through a pipe
check_PROGRAMS += tests/cli/peak
tests_cli_peak_SOURCES = %D%/peak.c
tests_cli_peak_LDADD =
# what the capture folder reads and writes, beside the tools that everybody uses
check_PROGRAMS += tests/cli/capfile_cat tests/cli/dump_copy tests/cli/ptp_fields
tests_cli_capfile_cat_SOURCES = %D%/capfile_cat.c
tests_cli_capfile_cat_LDADD = capture/libcapture.a lib/libcore.a
tests_cli_ptp_fields_SOURCES = %D%/ptp_fields.c
tests_cli_ptp_fields_LDADD = capture/libcapture.a lib/libcore.a
tests_cli_dump_copy_SOURCES = %D%/dump_copy.c \
	capture/dump.c capture/dump.h \
	capture/dump_file.c capture/dump_file.h \
	capture/dump_name.c capture/dump_name.h
tests_cli_dump_copy_LDADD = capture/libcapture.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) \
	$(CAPNG_LIBS) $(SECCOMP_LIBS)
# for ptprobe-pin: a command of many threads, one that counts its signals, and a filter around it
check_PROGRAMS += tests/cli/counts tests/cli/threads tests/cli/without
tests_cli_counts_SOURCES = %D%/counts.c
tests_cli_counts_LDADD =
tests_cli_threads_SOURCES = %D%/threads.c
tests_cli_threads_LDADD =
tests_cli_without_SOURCES = %D%/without.c
tests_cli_without_LDADD = $(SECCOMP_LIBS)
