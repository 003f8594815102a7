check_PROGRAMS += tests/guest/partition_run
tests_guest_partition_run_SOURCES = %D%/partition_run.c $(PIN_PARTITION_SOURCES)
tests_guest_partition_run_LDADD = pin/libpin.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) \
	$(MNL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS)
