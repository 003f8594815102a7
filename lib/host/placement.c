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

#define SET_BYTES CPU_ALLOC_SIZE(CPULIST_CPUS)

enum { CPUS_TEXT = 96 };

/* For CPU_FREE; NULL: out of memory. */
static cpu_set_t *set_new(void)
{
	cpu_set_t *set = CPU_ALLOC(CPULIST_CPUS);

	if (set != NULL) {
		CPU_ZERO_S(SET_BYTES, set);
	}
	return set;
}

/* Either 0 or -errno. */
static int set_affinity(const struct cpulist *cpus)
{
	cpu_set_t *set = set_new();
	int result;

	if (set == NULL) {
		return -ENOMEM;
	}
	for (size_t cpu = 0; cpu < CPULIST_CPUS; cpu++) {
		if (cpulist_has(cpus, cpu)) {
			CPU_SET_S(cpu, SET_BYTES, set);
		}
	}
	result = sched_setaffinity(0, SET_BYTES, set) < 0 ? -errno : 0;
	CPU_FREE(set);
	return result;
}

static int get_affinity(struct cpulist *ret_cpus)
{
	cpu_set_t *set = set_new();
	int result;

	if (set == NULL) {
		return -ENOMEM;
	}
	result = sched_getaffinity(0, SET_BYTES, set) < 0 ? -errno : 0;
	for (size_t cpu = 0; result == 0 && cpu < CPULIST_CPUS; cpu++) {
		if (CPU_ISSET_S(cpu, SET_BYTES, set)) {
			cpulist_add(ret_cpus, cpu);
		}
	}
	CPU_FREE(set);
	return result;
}

/* Every CPU that the process could be bound to: those online that its cpuset holds. */
static int get_allowed(struct cpulist *ret_cpus)
{
	struct cpulist all = {0};
	int result;

	for (size_t cpu = 0; cpu < CPULIST_CPUS; cpu++) {
		cpulist_add(&all, cpu);
	}
	result = set_affinity(&all);
	return result < 0 ? result : get_affinity(ret_cpus);
}

/* The first CPU of cpus that isn't in allowed; CPULIST_CPUS: none. */
static size_t first_missing(const struct cpulist *cpus, const struct cpulist *allowed)
{
	size_t cpu = 0;

	while (cpu < CPULIST_CPUS && (!cpulist_has(cpus, cpu) || cpulist_has(allowed, cpu))) {
		cpu++;
	}
	return cpu;
}

/* The kernel binds to what is left of a set without a word: hence the look at what is allowed. */
static int bind_to(const struct cpulist *cpus, char error[static PLACEMENT_ERROR_TEXT])
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
				 "-A, or widen its cpuset",
				 missing, cpulist_text(&allowed, text, sizeof(text)));
			return -EINVAL;
		}
		result = set_affinity(cpus);
	}
	if (result < 0) {
		snprintf(error, PLACEMENT_ERROR_TEXT, "bind to cpus %s: %s: leave -A out",
			 cpulist_text(cpus, text, sizeof(text)), text_error(-result, why));
	}
	return result;
}

static int run_first(uint64_t priority, char error[static PLACEMENT_ERROR_TEXT])
{
	struct sched_param param = {.sched_priority = (int)priority};
	struct rlimit limit = {0};
	char why[TEXT_ERROR];
	int result;

	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param) == 0) {
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

int placement_apply(const struct cpulist *cpus, uint64_t fifo_priority,
		    char error[static PLACEMENT_ERROR_TEXT])
{
	int result = 0;

	if (cpulist_count(cpus) > 0) {
		result = bind_to(cpus, error);
	}
	if (result == 0 && fifo_priority > 0) {
		result = run_first(fifo_priority, error);
	}
	return result;
}
