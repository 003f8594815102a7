/* SPDX-License-Identifier: BSD-2-Clause */
/* What /proc/PID writes of a thread, read (proc(5)). */
#ifndef PTPROBE_PROCTEXT_H
#define PTPROBE_PROCTEXT_H

#include <stdint.h>

enum { PROCTEXT_NAME = 16 }; /* TASK_COMM_LEN */

/* Of 'stat'; in brackets the number of the field. */
struct proctext_stat {
	char name[PROCTEXT_NAME]; /* [2]: anything, ") " and newlines, too */
	char state;               /* [3] */
	int32_t parent;           /* [4] */
	uint64_t major_faults;    /* [12] */
	uint64_t start_ticks;     /* [22] */
	uint32_t cpu;             /* [39] */
	uint32_t fifo_priority;   /* [40] */
	uint32_t policy;          /* [41]: SCHED_FIFO is 1 */
};

/* 0 or -EINVAL. */
int proctext_stat(const char *text, struct proctext_stat *ret_stat);

/*
 * The number behind a name, and a colon, that begins a line: "nonvoluntary_ctxt_switches" of
 * 'status', "se.nr_migrations" of 'sched'. 0, -ENODATA no such line, -EINVAL no number there.
 */
int proctext_number(const char *text, const char *name, uint64_t *ret_number);

/*
 * A line of 'numa_maps' that is private memory of the process (anonymous, heap, stack; a file's
 * pages in the page cache lie where the first reader put them): adds its KiB on node, and on all
 * nodes. Other lines add nothing.
 */
void proctext_numa(const char *line, uint32_t node, uint64_t *on_node_kb, uint64_t *all_kb);

#endif
