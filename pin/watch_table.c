/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch_table.h"

#include <assert.h>
#include <string.h>

/* Neighbouring ids have neighbouring slots. */
static size_t slot_of(int32_t tid)
{
	return (size_t)tid % WATCH_TABLE_SLOTS;
}

static bool is_same(const struct watch_thread *thread, int32_t tid, uint64_t start_ticks)
{
	return thread->tid == tid && thread->start_ticks == start_ticks;
}

struct watch_thread *watch_table_take(struct watch_table *table, int32_t process, int32_t tid,
				      uint64_t start_ticks, bool *ret_is_new)
{
	size_t slot = slot_of(tid);
	struct watch_thread *thread;

	*ret_is_new = false;
	while (table->slot[slot] != 0) {
		thread = &table->thread[table->slot[slot] - 1];
		if (is_same(thread, tid, start_ticks)) {
			return thread;
		}
		slot = (slot + 1) % WATCH_TABLE_SLOTS;
	}
	if (table->count == WATCH_TABLE_THREADS) {
		return NULL;
	}
	thread = &table->thread[table->count++];
	*thread = (struct watch_thread){.tid = tid, .process = process, .start_ticks = start_ticks};
	table->slot[slot] = (uint16_t)table->count;
	*ret_is_new = true;
	return thread;
}

/* The slot that holds index. */
static size_t find_slot(const struct watch_table *table, size_t index)
{
	size_t slot = slot_of(table->thread[index].tid);

	while (table->slot[slot] != index + 1) {
		assert(table->slot[slot] != 0);
		slot = (slot + 1) % WATCH_TABLE_SLOTS;
	}
	return slot;
}

void watch_table_drop(struct watch_table *table, size_t index)
{
	size_t hole = find_slot(table, index), slot = hole, last = table->count - 1;

	assert(index < table->count);
	/* those behind it that looked further for a place move up (Knuth, 6.4, algorithm R) */
	table->slot[hole] = 0;
	for (;;) {
		size_t home;

		slot = (slot + 1) % WATCH_TABLE_SLOTS;
		if (table->slot[slot] == 0) {
			break;
		}
		home = slot_of(table->thread[table->slot[slot] - 1].tid);
		if ((slot + WATCH_TABLE_SLOTS - home) % WATCH_TABLE_SLOTS >=
		    (slot + WATCH_TABLE_SLOTS - hole) % WATCH_TABLE_SLOTS) {
			table->slot[hole] = table->slot[slot];
			table->slot[slot] = 0;
			hole = slot;
		}
	}
	if (index != last) {
		size_t moved = find_slot(table, last);

		table->thread[index] = table->thread[last];
		table->slot[moved] = (uint16_t)(index + 1);
	}
	table->count--;
}

void watch_table_clear(struct watch_table *table)
{
	table->count = 0;
	memset(table->slot, 0, sizeof(table->slot));
}
