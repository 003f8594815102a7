# a machine with NUMA nodes, SMT, isolated CPUs and NICs with clocks, in qemu; see README.md. Not part
# of make check: what it boots is a download of 120 MB
GUEST_TESTS = \
	%D%/machine.sh \
	%D%/pin_choose.sh \
	%D%/pin_partition.sh
EXTRA_DIST += $(GUEST_TESTS) %D%/README.md %D%/fetch.sh %D%/init %D%/pin.sh %D%/run.sh
MOSTLYCLEANFILES += tests/guest/*.console

# what runs in it
check_PROGRAMS += tests/guest/threads
tests_guest_threads_SOURCES = %D%/threads.c
tests_guest_threads_LDADD = lib/libcore.a

check-guest: all tests/cli/without$(EXEEXT) tests/guest/threads$(EXEEXT)
	$(AM_V_at)$(MAKE) check-TESTS TESTS='$(GUEST_TESTS)' \
		SH_LOG_COMPILER='$(SHELL) $(abs_srcdir)/tests/guest/run.sh --build $(abs_builddir)'

.PHONY: check-guest
