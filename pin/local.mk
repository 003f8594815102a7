# the pinning wrapper: the machine, the choice, the launch and its proof
noinst_LIBRARIES += pin/libpin.a
# pure: data in, data out
pin_libpin_a_SOURCES = \
	%D%/machine.c %D%/machine.h \
	%D%/partition_text.c %D%/partition_text.h

# edge: isolated partitions of cgroup v2, for the tool and for the test that holds one
PIN_PARTITION_SOURCES = \
	pin/partition.c pin/partition.h \
	pin/partition_files.c pin/partition_files.h \
	pin/partition_root.c pin/partition_root.h
