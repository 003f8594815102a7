/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this process's memory comes from: the kernel's memory policy, by libnuma. */
#ifndef PTPROBE_MEMORY_H
#define PTPROBE_MEMORY_H

#include <stdint.h>

#include "plan.h"

enum { MEMORY_ERROR_TEXT = 256 };

/*
 * Can a policy be had here at all? numa_available() may say yes where a container's seccomp filter
 * refuses the calls. 0; -ENOSYS a kernel without NUMA, -EPERM a filter; or -errno; and error, one
 * line with the remedy.
 */
int memory_probe(char error[static MEMORY_ERROR_TEXT]);

/*
 * Sets the policy of the calling process, which its children and exec keep: bind to the node,
 * prefer it, local (node isn't looked at), or none, which leaves it. What the kernel made of it is
 * read back and must be the same. node MACHINE_NONE: bind and prefer do nothing either. 0, -ESTALE
 * when the kernel made something else of it, or -errno; and error, one line with the remedy.
 */
int memory_apply(enum plan_memory memory, uint32_t node, char error[static MEMORY_ERROR_TEXT]);

#endif
