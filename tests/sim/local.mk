# seeded runs in virtual time against an oracle, a simulated week, and a day of PTP
SIM_TESTS = %D%/ptp_day %D%/sim %D%/week
check_PROGRAMS += $(SIM_TESTS)
TESTS += $(SIM_TESTS)
tests_sim_ptp_day_SOURCES = %D%/path.c %D%/path.h %D%/ptp_day.c
tests_sim_ptp_day_LDADD = capture/libcapture.a lib/libcore.a
tests_sim_sim_SOURCES = \
	%D%/oracle.c %D%/oracle.h \
	%D%/path.c %D%/path.h \
	%D%/sim.c
tests_sim_sim_LDADD = lib/libcore.a
tests_sim_week_SOURCES = %D%/path.c %D%/path.h %D%/week.c
tests_sim_week_LDADD = lib/libcore.a
