# this host as every tool finds it: its clocks, counters, links, outputs and rights
noinst_LIBRARIES += lib/host/libhost.a
lib_host_libhost_a_SOURCES = \
	%D%/addresses.c %D%/addresses.h \
	%D%/clock.c %D%/clock.h \
	%D%/collector.c %D%/collector.h \
	%D%/ethnl.c %D%/ethnl.h \
	%D%/ethtool.c %D%/ethtool.h \
	%D%/file_ids.c %D%/file_ids.h \
	%D%/json_budget.c %D%/json_budget.h \
	%D%/link.c %D%/link.h \
	%D%/nic_restore.c %D%/nic_restore.h \
	%D%/nic_stamp.c %D%/nic_stamp.h \
	%D%/output.c %D%/output.h \
	%D%/phc.c %D%/phc.h \
	%D%/placement.c %D%/placement.h \
	%D%/procfs.c %D%/procfs.h \
	%D%/program.c %D%/program.h \
	%D%/report_output.c %D%/report_output.h \
	%D%/rights.c %D%/rights.h \
	%D%/rtnl.c %D%/rtnl.h \
	%D%/rtnl_counters.c %D%/rtnl_counters.h \
	%D%/signals.c %D%/signals.h \
	%D%/stamping.c %D%/stamping.h \
	%D%/trace.c %D%/trace.h \
	%D%/witness.c %D%/witness.h
