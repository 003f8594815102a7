# the pinning wrapper: the machine, the choice, the launch and its proof
noinst_LIBRARIES += pin/libpin.a
# pure: data in, data out
pin_libpin_a_SOURCES = \
	%D%/advice.c %D%/advice.h \
	%D%/advice_arguments.c \
	%D%/advice_interrupts.c \
	%D%/advice_parts.h \
	%D%/advice_print.c \
	%D%/machine.c %D%/machine.h \
	%D%/machine_json.c %D%/machine_report.h \
	%D%/machine_sample.c %D%/machine_sample.h \
	%D%/machine_show.c \
	%D%/machine_text.c %D%/machine_text.h \
	%D%/noise.c %D%/noise.h \
	%D%/partition_text.c %D%/partition_text.h \
	%D%/pin_options.c %D%/pin_options.h \
	%D%/plan.c %D%/plan.h \
	%D%/plan_choose.c \
	%D%/plan_json.c %D%/plan_report.h \
	%D%/plan_list.c \
	%D%/plan_parts.h \
	%D%/plan_place.c \
	%D%/plan_rank.c \
	%D%/plan_text.c \
	%D%/plan_why.c \
	%D%/proctext.c %D%/proctext.h \
	%D%/proof.c %D%/proof.h \
	%D%/proof_print.c \
	%D%/seats.c %D%/seats.h \
	%D%/watch_table.c %D%/watch_table.h

# edge: the facts that advice depends on
PIN_FACTS_SOURCES = pin/advice_facts.c pin/advice_facts.h
# and what it shares with the reader of sysfs
PIN_PATH_SOURCES = pin/sysfs_path.c pin/sysfs_path.h

# edge: sysfs and procfs, this machine's or a recorded one's
PIN_SYSFS_SOURCES = \
	pin/sysfs.c pin/sysfs.h \
	pin/sysfs_allowed.c \
	pin/sysfs_cpus.c \
	pin/sysfs_file.c pin/sysfs_file.h \
	pin/sysfs_irqs.c \
	pin/sysfs_nic.c \
	pin/sysfs_nodes.c \
	pin/sysfs_parts.h \
	$(PIN_PATH_SOURCES) \
	pin/sysfs_sample.c

# edge: isolated partitions of cgroup v2
PIN_PARTITION_SOURCES = \
	pin/partition.c pin/partition.h \
	pin/partition_files.c pin/partition_files.h \
	pin/partition_root.c pin/partition_root.h

# edge: the command, started and watched
PIN_LAUNCH_SOURCES = \
	pin/bystander.c pin/bystander.h \
	pin/cstates.c pin/cstates.h \
	pin/launch.c pin/launch.h \
	pin/launch_wait.c \
	pin/memory.c pin/memory.h \
	pin/noise_measure.c pin/noise_measure.h \
	pin/watch.c pin/watch.h \
	pin/watch_memory.c pin/watch_memory.h \
	pin/watch_proc.c pin/watch_proc.h

# libnuma is optional: without it this program is all that is missing
if HAVE_NUMA
bin_PROGRAMS += ptprobe-pin
endif
ptprobe_pin_SOURCES = \
	%D%/pin.c %D%/pin.h \
	%D%/pin_command.c \
	%D%/pin_main.c \
	%D%/pin_print.c \
	%D%/pin_report.c %D%/pin_report.h \
	$(PIN_FACTS_SOURCES) \
	$(PIN_LAUNCH_SOURCES) \
	$(PIN_PARTITION_SOURCES) \
	$(PIN_SYSFS_SOURCES)
ptprobe_pin_LDADD = pin/libpin.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) $(NUMA_LIBS)
