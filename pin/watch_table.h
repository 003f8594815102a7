/* SPDX-License-Identifier: BSD-2-Clause */
/* The threads that are followed, by their id. */
#ifndef PTPROBE_WATCH_TABLE_H
#define PTPROBE_WATCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proctext.h"

enum { WATCH_TABLE_THREADS = 4096, WATCH_TABLE_SLOTS = 8192, WATCH_NO_SEAT = UINT16_MAX };

struct watch_thread {
	int32_t tid, process;
	uint64_t start_ticks; /* with the id, no other thread's */
	char name[PROCTEXT_NAME];
	uint64_t round;  /* the last look at it */
	int64_t seen_ns; /* the first one */
	uint16_t seat;   /* index into the plan's cpu[]; WATCH_NO_SEAT: it has none of its own */
	bool has_migrations;
	uint64_t first_migrations, migrations;
	uint64_t faults, early_faults;
};

/* All zero is an empty one. */
struct watch_table {
	size_t count;
	struct watch_thread thread[WATCH_TABLE_THREADS];
	uint16_t slot[WATCH_TABLE_SLOTS]; /* by hash; an index + 1, 0: free */
};

/* The thread; a new one, all zero but for what names it, with *ret_is_new. NULL: no room. */
struct watch_thread *watch_table_take(struct watch_table *table, int32_t process, int32_t tid,
				      uint64_t start_ticks, bool *ret_is_new);

/* Takes thread[index] out; another one has that index then. */
void watch_table_drop(struct watch_table *table, size_t index);

void watch_table_clear(struct watch_table *table);

#endif
