/* SPDX-License-Identifier: BSD-2-Clause */
#include "placement.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cpulist.h"
#include "text.h"

#define SETS (CPULIST_CPUS / CPU_SETSIZE)

enum { CPUS_TEXT = 96 };

/* As many CPUs as Linux can have: one set holds 1,024. */
struct sets {
	cpu_set_t set[SETS];
};

int placement_bind(int32_t tid, const struct cpulist *cpus)
{
	struct sets sets = {0};

	for (size_t cpu = 0; cpu < CPULIST_CPUS; cpu++) {
		if (cpulist_has(cpus, cpu)) {
			CPU_SET_S(cpu, sizeof(sets), sets.set);
		}
	}
	return sched_setaffinity(tid, sizeof(sets), sets.set) < 0 ? -errno : 0;
}

int placement_allowed(int32_t tid, struct cpulist *ret_cpus)
{
	struct cpulist cpus = {0};
	struct sets sets = {0};

	if (sched_getaffinity(tid, sizeof(sets), sets.set) < 0) {
		return -errno;
	}
	for (size_t cpu = 0; cpu < CPULIST_CPUS; cpu++) {
		if (cpu % CPU_SETSIZE == 0 && CPU_COUNT(&sets.set[cpu / CPU_SETSIZE]) == 0) {
			cpu += CPU_SETSIZE - 1;
		} else if (CPU_ISSET_S(cpu, sizeof(sets), sets.set)) {
			cpulist_add(&cpus, cpu);
		}
	}
	*ret_cpus = cpus;
	return 0;
}

/* Every CPU that the process could be bound to: those online that its cpuset holds. */
static int get_allowed(struct cpulist *ret_cpus)
{
	struct cpulist all = {0};
	int result;

	for (size_t cpu = 0; cpu < CPULIST_CPUS; cpu++) {
		cpulist_add(&all, cpu);
	}
	result = placement_bind(0, &all);
	return result < 0 ? result : placement_allowed(0, ret_cpus);
}

int placement_universe(struct cpulist *ret_cpus)
{
	struct cpulist before;
	int result = placement_allowed(0, &before);

	if (result == 0) {
		result = get_allowed(ret_cpus);
		(void)placement_bind(0, &before);
	}
	return result;
}

/* The first CPU of cpus that isn't in allowed; CPULIST_CPUS: none. */
static size_t first_missing(const struct cpulist *cpus, const struct cpulist *allowed)
{
	struct cpulist missing = cpulist_without(cpus, allowed);

	return cpulist_next(&missing, 0);
}

/* The kernel binds to what is left of a set without a word: hence the look at what is allowed. */
static int bind_to(const struct cpulist *cpus, const char *option,
		   char error[static PLACEMENT_ERROR_TEXT])
{
	char text[CPUS_TEXT], why[TEXT_ERROR];
	struct cpulist allowed = {0};
	int result = get_allowed(&allowed);
	size_t missing;

	if (result == 0) {
		missing = first_missing(cpus, &allowed);
		if (missing < CPULIST_CPUS) {
			snprintf(error, PLACEMENT_ERROR_TEXT,
				 "cpu %zu: this process may run on %s only: name one of those with "
				 "%s, or widen its cpuset",
				 missing, cpulist_text(&allowed, text, sizeof(text)), option);
			return -EINVAL;
		}
		result = placement_bind(0, cpus);
	}
	if (result < 0) {
		snprintf(error, PLACEMENT_ERROR_TEXT, "bind to cpus %s: %s: leave %s out",
			 cpulist_text(cpus, text, sizeof(text)), text_error(-result, why), option);
	}
	return result;
}

static int run_first(uint64_t priority, bool is_inherited, char error[static PLACEMENT_ERROR_TEXT])
{
	struct sched_param param = {.sched_priority = (int)priority};
	struct rlimit limit = {0};
	int policy = is_inherited ? SCHED_FIFO : SCHED_FIFO | SCHED_RESET_ON_FORK;
	char why[TEXT_ERROR];
	int result;

	if (sched_setscheduler(0, policy, &param) == 0) {
		return 0;
	}
	result = -errno;
	(void)getrlimit(RLIMIT_RTPRIO, &limit);
	text_error(-result, why);
	if (result == -EPERM && limit.rlim_cur >= priority) {
		snprintf(error, PLACEMENT_ERROR_TEXT,
			 "SCHED_FIFO %" PRIu64 ": %s: its control group grants no real-time: raise "
			 "cpu.rt_runtime_us",
			 priority, why);
	} else if (result == -EPERM) {
		snprintf(error, PLACEMENT_ERROR_TEXT,
			 "SCHED_FIFO %" PRIu64 ": %s: needs CAP_SYS_NICE or a higher 'ulimit -r' "
			 "(%llu)%s",
			 priority, why, (unsigned long long)limit.rlim_cur,
			 geteuid() == 0 ? ", and a control group with cpu.rt_runtime_us" : "");
	} else {
		snprintf(error, PLACEMENT_ERROR_TEXT,
			 "SCHED_FIFO %" PRIu64 ": %s: leave --fifo out", priority, why);
	}
	return result;
}

int placement_apply(const struct placement *placement, char error[static PLACEMENT_ERROR_TEXT])
{
	int result = 0;

	if (cpulist_count(placement->cpus) > 0) {
		result = bind_to(placement->cpus, placement->option, error);
	}
	if (result == 0 && placement->fifo_priority > 0) {
		result = run_first(placement->fifo_priority, placement->is_inherited, error);
	}
	return result;
}
