# the pinning wrapper: the machine, the choice, the launch and its proof
noinst_LIBRARIES += pin/libpin.a
# pure: data in, data out
pin_libpin_a_SOURCES = \
	%D%/machine.c %D%/machine.h \
	%D%/machine_json.c \
	%D%/machine_report.h \
	%D%/machine_text.c \
	%D%/plan.c %D%/plan.h \
	%D%/plan_choose.c \
	%D%/plan_json.c \
	%D%/plan_list.c \
	%D%/plan_parts.h \
	%D%/plan_place.c \
	%D%/plan_rank.c \
	%D%/plan_report.h \
	%D%/plan_text.c \
	%D%/plan_why.c
