/* SPDX-License-Identifier: BSD-2-Clause */
/* Where partitions can be made on this host, and why they can't. */
#ifndef PTPROBE_PARTITION_ROOT_H
#define PTPROBE_PARTITION_ROOT_H

#include "partition.h"

/*
 * The root of the cgroup2 hierarchy that this process sees: its descriptor, to be closed, and its
 * path; or -errno and error when there is none that has cpuset and can be written to.
 */
int partition_root_open(char path[static PARTITION_PATH], char error[static PARTITION_ERROR_TEXT]);

/* For writing: cgroup.procs of this process' own group below root. A descriptor or -errno. */
int partition_root_home(int root);

/* 0; -EBUSY and error when the kernel was booted with isolcpus= and it isolates CPUs. */
int partition_root_isolcpus(char error[static PARTITION_ERROR_TEXT]);

#endif
