/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /proc/PID/task/TID of the processes below this one, without allocating. */
#ifndef PTPROBE_WATCH_PROC_H
#define PTPROBE_WATCH_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proctext_stat;

enum { WATCH_PROC_TEXT = 8192, WATCH_PROC_PIDS = 8192 };

/* A file below /proc as text of at most size - 1 bytes. 0 or -errno. */
int watch_proc_read(const char *path, char *text, size_t size);

/* Of a thread, or of a zombie. 0 or -errno. */
int watch_proc_stat(pid_t process, pid_t tid, struct proctext_stat *ret_stat);

/* How often it came to another CPU. -ENOENT: the kernel has no 'sched' (CONFIG_SCHED_DEBUG). */
int watch_proc_migrations(pid_t process, pid_t tid, uint64_t *ret_count);

/* The threads of a process, up to max. 0 or -errno. */
int watch_proc_threads(pid_t process, pid_t tid[], size_t max, size_t *ret_count);

/*
 * Appends the children of a process, or of one of its threads, to pid[] up to max. Without
 * CONFIG_PROC_CHILDREN, -ENOENT: see watch_proc_descendants.
 */
int watch_proc_children(pid_t process, pid_t tid, pid_t pid[], size_t max, size_t *count);

/* Appends the children of all those in pid[] and theirs, by a look at every process; for kernels
 * without the list. 0 or -errno. */
int watch_proc_descendants(pid_t pid[], size_t max, size_t *count);

/* KiB of private memory on node, and on all of them. 0 or -errno: -EACCES another user's. */
int watch_proc_numa(pid_t process, uint32_t node, uint64_t *on_node_kb, uint64_t *all_kb);

#endif
