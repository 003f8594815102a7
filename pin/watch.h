/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at the command's threads while it runs, and at what is left of it at the end. */
#ifndef PTPROBE_WATCH_H
#define PTPROBE_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proof.h"

struct launch_baseline;
struct rusage;
struct seats;
struct watch;

struct watch_request {
	const struct plan *plan;
	uint32_t memory_node;   /* that numa_maps is read for; MACHINE_NONE: it isn't needed */
	uint64_t fifo_priority; /* 0: none */
	bool is_spread;
	bool needs_migrations; /* of each thread: when each has but one CPU */
};

/* All the memory that it takes. 0, -ENOMEM, or what opening /proc gave. */
int watch_new(const struct watch_request *request, struct watch **ret_watch);
void watch_free(struct watch *watch);

/* Begins: command is the process, a child of this one. */
void watch_begin(struct watch *watch, pid_t command, int64_t now_ns,
		 const struct launch_baseline *baseline);

/* Another child of ours, which isn't the command's. */
void watch_exclude(struct watch *watch, pid_t child);

/* When the next sample is due: after 2 ms, twice as long, up to 100 ms; with is_spread, from the
 * beginning whenever a new thread was found. Later when a sample took more than 1 % of that,
 * but within a second. */
int64_t watch_due_ns(const struct watch *watch);

/* Looks at every thread of the command and of its descendants; with is_spread, gives each new one
 * its CPU. */
void watch_sample(struct watch *watch, int64_t now_ns);

/* The command has ended, and isn't reaped yet. */
void watch_end(struct watch *watch, int64_t now_ns);

/* What a process below us, reaped, and those that it waited for used. */
void watch_reaped(struct watch *watch, pid_t pid, const struct rusage *usage);

/* What was seen; valid after watch_end until watch_free. */
const struct proof_seen *watch_seen(const struct watch *watch);

/* With is_spread: two threads had the same CPU at one time. */
bool watch_shared(const struct watch *watch);

#endif
