# every kind of test in its folder; all of them speak TAP
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	NM='$(NM)'; export NM;

include tests/unit/local.mk
include tests/sim/local.mk
include tests/cli/local.mk
include tests/fuzz/local.mk
include tests/lab/local.mk
include tests/guest/local.mk
include tests/bench/local.mk

EXTRA_DIST += %D%/data
# The recorded machines there have links, some of them round, as sysfs has: automake's own tar would
# follow them (-h), and its format holds no path of more than 99 bytes.
am__tar = $${TAR-tar} --format=ustar -cf - "$$tardir"

# The main job, end to end, in half a minute.
demo: all tests/lab/relay$(EXEEXT)
	@PTPROBE_BUILD='$(abs_top_builddir)' $(srcdir)/tests/lab/demo.sh

# Ours against iperf, sockperf, mgen, iperf3 and bare loops.
bench: all $(check_PROGRAMS)
	@PTPROBE_BUILD='$(abs_top_builddir)' $(srcdir)/tests/bench/bench.sh

# The unit tests under valgrind.
check-valgrind:
	$(AM_V_at)$(MAKE) check TESTS='$(UNIT_TESTS) $(LAB_UNIT_TESTS)' \
		LOG_COMPILER='valgrind -q --error-exitcode=99 --leak-check=full'

.PHONY: demo bench check-valgrind
