/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this process runs, and before whom. */
#ifndef PTPROBE_PLACEMENT_H
#define PTPROBE_PLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

struct cpulist;

enum { PLACEMENT_ERROR_TEXT = 256 };

struct placement {
	const struct cpulist *cpus; /* empty: leaves it where it may run */
	uint64_t fifo_priority;     /* 1..99 of SCHED_FIFO; 0: leaves its class */
	bool is_inherited;          /* threads and children get the class, too */
	const char *option;         /* what cpus came by, for the remedies: "-A" */
};

/*
 * Places the process. To be called before memory is touched, so that it is taken near to those
 * CPUs. 0, or -errno and error, one line: a CPU that this machine doesn't have or that the cpuset
 * forbids, or a class that needs privilege.
 */
int placement_apply(const struct placement *placement, char error[static PLACEMENT_ERROR_TEXT]);

/* Binds a thread by its id (0: the caller's) to cpus that are known to be allowed. 0 or -errno. */
int placement_bind(int32_t tid, const struct cpulist *cpus);

/* Where a thread may run. 0 or -errno. No allocation. */
int placement_allowed(int32_t tid, struct cpulist *ret_cpus);

/*
 * Where this process could run: it asks for every CPU, looks at what it got, and goes back to
 * where it was. A child that is thrown away would do it without leaving a trace, but takes longer
 * than all else that is read of a machine; the trace is that the mask counts as set by hand from
 * then on. 0 or -errno.
 */
int placement_universe(struct cpulist *ret_cpus);

#endif
