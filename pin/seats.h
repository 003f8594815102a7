/* SPDX-License-Identifier: BSD-2-Clause */
/* --threads=spread: a CPU for each thread. */
#ifndef PTPROBE_SEATS_H
#define PTPROBE_SEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

/*
 * A thread gets the CPU with the fewest threads, the plan's first ones first: so the main thread
 * has the first CPU, and more threads than CPUs go round. Set count to the plan's and the rest to
 * 0.
 */
struct seats {
	size_t count;
	uint16_t taken[PLAN_CORES];
	bool is_shared; /* at one time or another, two threads had the same CPU */
};

/* Which of the plan's CPUs, an index, the next thread gets. count > 0. */
size_t seats_take(struct seats *seats);

/* The thread has ended. */
void seats_leave(struct seats *seats, size_t seat);

#endif
