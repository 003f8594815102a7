# the pinning wrapper: the machine, the choice, the launch and its proof
noinst_LIBRARIES += pin/libpin.a
# pure: data in, data out
pin_libpin_a_SOURCES = \
	%D%/machine.c %D%/machine.h \
	%D%/pin_options.c %D%/pin_options.h
