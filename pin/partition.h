/* SPDX-License-Identifier: BSD-2-Clause */
/* An isolated partition of cgroup v2 (cpuset.cpus.partition), made for one command and taken down.
 */
#ifndef PTPROBE_PARTITION_H
#define PTPROBE_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include "partition_text.h"

struct cpulist;

enum { PARTITION_ERROR_TEXT = 512 };

/*
 * It lies right below the hierarchy's root, since the parent of a partition must be one. Its
 * descriptors are closed on exec; the first also holds a lock (flock) that tells a sweep in another
 * PID namespace that the wrapper lives, so a child that outlives the wrapper must not keep it.
 */
struct partition {
	char path[PARTITION_PATH]; /* "/sys/fs/cgroup/ptprobe-pin.1234.98765"; "" when there is none
				    */
	int directory;             /* its descriptor; -1: none */
	int processes;             /* its cgroup.procs, for partition_join; -1: none */
};

#define PARTITION_INIT ((struct partition){.directory = -1, .processes = -1})

/*
 * Takes down partitions that wrappers left which no longer live (killed with SIGKILL); what still
 * runs there goes to the root control group. Returns how many; those that can't be removed are
 * left.
 */
unsigned int partition_sweep(void);

/*
 * Makes one of cpus, with memory of node memory_node (MACHINE_NONE: of every node), and reads back
 * that it is isolated; else the kernel's reason is in error. force: though isolcpus= is set, when
 * making and removing a partition moves other tasks onto the CPUs that it keeps free. The root's
 * cgroup.subtree_control keeps +cpuset: it changes nothing for groups that don't use it, and those
 * that have begun to can't be told.
 * 0 or -errno and error, one line with the remedy; nothing is left behind then.
 */
int partition_make(const struct cpulist *cpus, uint32_t memory_node, bool force,
		   struct partition *ret_partition, char error[static PARTITION_ERROR_TEXT]);

/*
 * Moves the calling process into it: for the child, before exec, and before it sets its affinity
 * and memory policy, which the kernel fits to the partition when it joins. 0 or -errno.
 * Async-signal-safe.
 */
int partition_join(const struct partition *partition);

/* Is it still isolated? 0; -ESTALE and the kernel's words in error, when it isn't; or -errno. */
int partition_check(const struct partition *partition, char error[static PARTITION_ERROR_TEXT]);

/*
 * Back to a member, its processes (if any are left) to this process' own group, and removed; waits
 * for those that are just exiting, up to 3 s. *partition is as PARTITION_INIT then, also on
 * failure. 0, also when there is none; or -errno and error.
 */
int partition_remove(struct partition *partition, char error[static PARTITION_ERROR_TEXT]);

#endif
