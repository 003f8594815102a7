# a machine with NUMA nodes, SMT, isolated CPUs and NICs with clocks, in qemu; see README.md. Not part
# of make check: what it boots is a download of 120 MB
GUEST_TESTS = \
	%D%/machine.sh \
	%D%/pin_choose.sh \
	%D%/pin_partition.sh \
	%D%/stamps.sh
EXTRA_DIST += $(GUEST_TESTS) %D%/README.md %D%/fetch.sh %D%/init %D%/pin.sh %D%/run.sh
MOSTLYCLEANFILES += tests/guest/*.console

# what runs in it
check_PROGRAMS += tests/guest/threads
tests_guest_threads_SOURCES = %D%/threads.c
tests_guest_threads_LDADD = lib/libcore.a

check_PROGRAMS += tests/guest/clocks tests/guest/hwtstamp tests/guest/igb_unlatch
tests_guest_clocks_SOURCES = %D%/clocks.c
tests_guest_clocks_LDADD =
tests_guest_hwtstamp_SOURCES = %D%/hwtstamp.c
tests_guest_hwtstamp_LDADD =
tests_guest_igb_unlatch_SOURCES = %D%/igb_unlatch.c
tests_guest_igb_unlatch_LDADD =

check-guest: all tests/cli/without$(EXEEXT) tests/guest/threads$(EXEEXT) \
		tests/guest/clocks$(EXEEXT) tests/guest/hwtstamp$(EXEEXT) \
		tests/guest/igb_unlatch$(EXEEXT)
	$(AM_V_at)$(MAKE) check-TESTS TESTS='$(GUEST_TESTS)' \
		SH_LOG_COMPILER='$(SHELL) $(abs_srcdir)/tests/guest/run.sh --build $(abs_builddir)'

.PHONY: check-guest
