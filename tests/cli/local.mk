# the commands as a user runs them; and the rules of the tree
TESTS += tests/cli/includes.sh
EXTRA_DIST += tests/cli/includes.sh
TESTS += tests/cli/front.sh tests/cli/options.sh tests/cli/completion.sh
EXTRA_DIST += tests/cli/tap.sh tests/cli/front.sh tests/cli/options.sh tests/cli/completion.sh
TESTS += tests/cli/locate.sh
EXTRA_DIST += tests/cli/locate.sh tests/data/locate
# four gigabytes through a pipe
check_PROGRAMS += tests/cli/peak
tests_cli_peak_SOURCES = %D%/peak.c
tests_cli_peak_LDADD =
TESTS += tests/cli/large.sh
EXTRA_DIST += tests/cli/large.sh
TESTS += tests/cli/hostile.sh
EXTRA_DIST += tests/cli/hostile.sh
# what the capture folder reads and writes, beside the tools that everybody uses
check_PROGRAMS += tests/cli/capfile_cat tests/cli/dump_copy
tests_cli_capfile_cat_SOURCES = %D%/capfile_cat.c
tests_cli_capfile_cat_LDADD = capture/libcapture.a lib/libcore.a
tests_cli_dump_copy_SOURCES = %D%/dump_copy.c \
	capture/dump.c capture/dump.h \
	capture/dump_file.c capture/dump_file.h \
	capture/dump_name.c capture/dump_name.h
tests_cli_dump_copy_LDADD = capture/libcapture.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) \
	$(CAPNG_LIBS) $(SECCOMP_LIBS)
TESTS += tests/cli/capfiles.sh tests/cli/dumps.sh
EXTRA_DIST += tests/cli/capfiles.sh tests/cli/dumps.sh
