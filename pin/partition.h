/* SPDX-License-Identifier: BSD-2-Clause */
/* An isolated partition of cgroup v2 (cpuset.cpus.partition), made for one command and taken down.
 */
#ifndef PTPROBE_PARTITION_H
#define PTPROBE_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

struct cpulist;

enum { PARTITION_PATH = 256, PARTITION_ERROR_TEXT = 400 };

struct partition {
	char path[PARTITION_PATH]; /* "/sys/fs/cgroup/ptprobe-pin.1234"; "" when there is none */
	int directory;             /* its descriptor; -1: none */
};

/*
 * Takes down partitions that wrappers left which no longer live (killed with SIGKILL). Returns how
 * many; those that can't be removed are left.
 */
unsigned int partition_sweep(void);

/*
 * Makes one of cpus, with memory of node memory_node (MACHINE_NONE: of every node), and reads back
 * that it is isolated; else the kernel's reason is in error. force: though isolcpus= is set.
 * 0 or -errno and error, one line with the remedy; nothing is left behind then.
 */
int partition_make(const struct cpulist *cpus, uint32_t memory_node, bool force,
		   struct partition *ret_partition, char error[static PARTITION_ERROR_TEXT]);

/* Moves the calling process into it: for the child, before exec. 0 or -errno. Async-signal-safe. */
int partition_join(const struct partition *partition);

/* Is it still isolated? 0; -ESTALE and the kernel's words in error, when it isn't; or -errno. */
int partition_check(const struct partition *partition, char error[static PARTITION_ERROR_TEXT]);

/* Back to a member, its processes (if any are left) to the parent, and removed. 0 or -errno and
 * error. */
int partition_remove(struct partition *partition, char error[static PARTITION_ERROR_TEXT]);

#endif
