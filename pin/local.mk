# the pinning wrapper: the machine, the choice, the launch and its proof
noinst_LIBRARIES += pin/libpin.a
# pure: data in, data out
pin_libpin_a_SOURCES = \
	%D%/machine.c %D%/machine.h \
	%D%/noise.c %D%/noise.h \
	%D%/proctext.c %D%/proctext.h \
	%D%/proof.c %D%/proof.h \
	%D%/proof_print.c \
	%D%/seats.c %D%/seats.h \
	%D%/watch_table.c %D%/watch_table.h

# edge: the command, started and watched
PIN_LAUNCH_SOURCES = \
	pin/bystander.c pin/bystander.h \
	pin/cstates.c pin/cstates.h \
	pin/launch.c pin/launch.h \
	pin/launch_wait.c \
	pin/memory.c pin/memory.h \
	pin/noise_measure.c pin/noise_measure.h \
	pin/watch.c pin/watch.h \
	pin/watch_proc.c pin/watch_proc.h
