/* SPDX-License-Identifier: BSD-2-Clause */
/* A control group's files in cgroupfs. */
#ifndef PTPROBE_PARTITION_FILES_H
#define PTPROBE_PARTITION_FILES_H

#include <stddef.h>

#include "partition.h"

struct cpulist;

/* Opens a control group, or one below it. A descriptor or -errno. */
int partition_open(int directory, const char *name);

/* The file's text without the last newline, up to size - 1 bytes. 0 or -errno. */
int partition_read(int directory, const char *name, char *text, size_t size);

/* Async-signal-safe. 0 or -errno. */
int partition_write(int directory, const char *name, const char *text);

/*
 * Removes the group of that name below parent. What runs in it or below it goes to the group whose
 * cgroup.procs home is (-1: none), or else to parent. Waits for what is just exiting, 3 s at most.
 * 0 or -errno.
 */
int partition_take_down(int parent, const char *name, int home);

/*
 * The partition below parent, other than own, that has one of cpus: its name, and the CPU.
 * False: none.
 */
bool partition_rival(int parent, const char *own, const struct cpulist *cpus,
		     char name[static PARTITION_PATH], size_t *ret_cpu);

#endif
