/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this process runs, and before whom. */
#ifndef PTPROBE_PLACEMENT_H
#define PTPROBE_PLACEMENT_H

#include <stdint.h>

struct cpulist;

enum { PLACEMENT_ERROR_TEXT = 256 };

/*
 * Binds the process to cpus (empty: leaves it where it may run), and gives it the priority 1..99 of
 * SCHED_FIFO (0: leaves its class). To be called before memory is touched, so that it is taken near
 * to those CPUs. Children don't inherit the class. 0, or -errno and error, one line: a CPU that
 * this machine doesn't have or that the cpuset forbids, or a class that needs privilege.
 */
int placement_apply(const struct cpulist *cpus, uint64_t fifo_priority,
		    char error[static PLACEMENT_ERROR_TEXT]);

#endif
