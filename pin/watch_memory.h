/* SPDX-License-Identifier: BSD-2-Clause */
/* One look at where the memory of the command's processes is. */
#ifndef PTPROBE_WATCH_MEMORY_H
#define PTPROBE_WATCH_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proof_seen;

/* Reads numa_maps of the processes, of 64 at most, and keeps the worst sight in *seen. */
void watch_memory_look(const pid_t process[], size_t count, uint32_t node, int64_t at_ns,
		       struct proof_seen *seen);

#endif
