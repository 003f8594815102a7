/* SPDX-License-Identifier: BSD-2-Clause */
/* The samples: when, of whom, and what they say. */
#include "watch.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "launch.h"
#include "placement.h"
#include "proctext.h"
#include "seats.h"
#include "watch_memory.h"
#include "watch_proc.h"
#include "watch_table.h"

static const int64_t first_gap_ns = 1000000, last_gap_ns = 100000000, longest_gap_ns = 1000000000;
static const int64_t first_numa_ns = 4000000, first_numa_gap_ns = 32000000,
		     last_numa_gap_ns = 4000000000;
static const int64_t early_ns = 500000000; /* a thread's start-up */

enum {
	COST_SHARE = 120, /* a sample costs at most that part of the time: less than 1 % */
	EAGER_SHARE = 10, /* in the first second, and while threads appear */
	NUMA_SHARE = 400, /* numa_maps holds the process's memory map while it is read */
	NUMA_EARLY_SHARE = 20,
	MIGRATION_LOOKS = 8, /* 'sched' takes as long as all the rest: not each time */
};

static const int64_t eager_ns = 1000000000;

struct watch {
	struct watch_request request;
	const struct launch_baseline *baseline;
	struct proof_seen seen;
	struct watch_table table;
	struct seats seats;
	pid_t command, excluded;
	bool lists_children; /* the kernel has /proc/PID/task/TID/children */
	int64_t start_ns, last_ns, due_ns, gap_ns, numa_due_ns, numa_gap_ns;
	uint64_t round;
	uint64_t reaped_involuntary, reaped_faults;
	uint64_t faults, early_faults, migrations; /* of threads that have gone */
	pid_t process[WATCH_TABLE_THREADS], tid[WATCH_TABLE_THREADS];
};

int watch_new(const struct watch_request *request, struct watch **ret_watch)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	size_t count = 0;
	int result;

	if (watch == NULL) {
		return -ENOMEM;
	}
	watch->request = *request;
	watch->seats.count = plan_cpus(request->plan);
	result = watch_proc_children(getpid(), getpid(), watch->process, WATCH_TABLE_THREADS,
				     &count);
	watch->lists_children = result == 0;
	if (result == -ENOENT) {
		struct proctext_stat stat;

		result = watch_proc_stat(getpid(), getpid(), &stat);
	}
	if (result < 0) {
		free(watch);
		return result;
	}
	*ret_watch = watch;
	return 0;
}

void watch_free(struct watch *watch)
{
	free(watch);
}

static int64_t cpu_time_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void watch_exclude(struct watch *watch, pid_t child)
{
	watch->excluded = child;
}

void watch_begin(struct watch *watch, pid_t command, int64_t now_ns,
		 const struct launch_baseline *baseline)
{
	watch->command = command;
	watch->baseline = baseline;
	watch->start_ns = now_ns;
	watch->last_ns = now_ns;
	watch->gap_ns = first_gap_ns;
	watch->due_ns = watch->request.is_spread ? now_ns : now_ns + first_gap_ns;
	watch->numa_gap_ns = first_numa_gap_ns;
	watch->numa_due_ns = now_ns + first_numa_ns;
}

int64_t watch_due_ns(const struct watch *watch)
{
	return watch->due_ns;
}

static void see(struct proof_sight *sight, const struct watch_thread *thread, uint32_t cpu,
		int64_t at_ns, const struct cpulist *list)
{
	if (sight->is_seen) {
		return;
	}
	*sight = (struct proof_sight){
		.is_seen = true, .tid = thread->tid, .cpu = cpu, .at_ns = at_ns};
	memcpy(sight->name, thread->name, sizeof(sight->name));
	if (list != NULL) {
		cpulist_text(list, sight->list, sizeof(sight->list));
	}
}

/* Where the thread may run, against where it was told to. */
static void check_mask(struct watch *watch, const struct watch_thread *thread, uint32_t cpu,
		       int64_t at_ns)
{
	const struct cpulist *planned = &watch->request.plan->cpus;
	struct cpulist mask, own = {0};
	int result = placement_allowed(thread->tid, &mask);

	if (result < 0) {
		watch->seen.unasked += result != -ESRCH;
		return;
	}
	if (thread->seat != WATCH_NO_SEAT) {
		cpulist_add(&own, watch->request.plan->cpu[thread->seat]);
		planned = &own;
	}
	if (!cpulist_covers(planned, &mask)) {
		see(&watch->seen.widened, thread, cpu, at_ns, &mask);
	} else if (!cpulist_is_same(&mask, planned)) {
		see(&watch->seen.narrowed, thread, cpu, at_ns, &mask);
	}
}

/* What one look at a thread, or at what is left of one, says. */
static void note(struct watch *watch, struct watch_thread *thread, const struct proctext_stat *stat,
		 int64_t now_ns)
{
	struct proof_seen *seen = &watch->seen;
	int64_t at_ns = now_ns - watch->start_ns;

	memcpy(thread->name, stat->name, sizeof(thread->name));
	seen->samples++;
	if (stat->cpu < CPULIST_CPUS) {
		cpulist_add(&seen->cpus, stat->cpu);
	}
	if (!cpulist_has(&watch->request.plan->cpus, stat->cpu)) {
		seen->outside++;
		see(&seen->strayed, thread, stat->cpu, at_ns, NULL);
	}
	check_mask(watch, thread, stat->cpu, at_ns);
	if (watch->request.fifo_priority > 0 &&
	    (stat->policy != SCHED_FIFO || stat->fifo_priority != watch->request.fifo_priority)) {
		see(&seen->demoted, thread, stat->cpu, at_ns, NULL);
	}
	thread->faults = stat->major_faults;
	if (now_ns - thread->seen_ns < early_ns) {
		thread->early_faults = stat->major_faults;
	}
}

/*
 * What its count was when it was put in its place. A thread that sleeps moves when it wakes up: one
 * that got a CPU of its own is there when it was seen there. Below the command a thread is born in
 * its place, and what it did before the first look counts. False: it isn't there yet.
 */
static bool take_first_migrations(struct watch *watch, struct watch_thread *thread, uint32_t cpu,
				  uint64_t count)
{
	bool is_command = thread->tid == watch->command;

	if (thread->seat != WATCH_NO_SEAT && cpu != watch->request.plan->cpu[thread->seat]) {
		return false;
	}
	thread->first_migrations = count;
	if (!watch->request.is_spread && is_command && watch->baseline->has_migrations) {
		thread->first_migrations = watch->baseline->migrations;
	} else if (!watch->request.is_spread && !is_command && watch->request.plan->count == 1) {
		thread->first_migrations = 0;
	}
	thread->has_migrations = true;
	return true;
}

/* How often it has moved since then. */
static void count_migrations(struct watch *watch, struct watch_thread *thread, uint32_t cpu,
			     int64_t now_ns)
{
	uint64_t count;

	if (watch_proc_migrations(thread->process, thread->tid, &count) < 0) {
		return;
	}
	watch->seen.has_migrations = true;
	if (!thread->has_migrations && !take_first_migrations(watch, thread, cpu, count)) {
		return;
	}
	thread->migrations =
		count > thread->first_migrations ? count - thread->first_migrations : 0;
	if (thread->migrations > 0) {
		see(&watch->seen.moved, thread, cpu, now_ns - watch->start_ns, NULL);
	}
}

/* A thread that wasn't there before. With is_spread it gets its CPU. */
static void welcome(struct watch *watch, struct watch_thread *thread, int64_t now_ns)
{
	const struct plan *plan = watch->request.plan;
	struct cpulist own = {0};

	watch->seen.threads++;
	thread->seat = WATCH_NO_SEAT;
	thread->seen_ns = thread->tid == watch->command ? watch->start_ns : now_ns;
	if (watch->request.is_spread) {
		size_t seat = seats_take(&watch->seats);
		int result;

		cpulist_add(&own, plan->cpu[seat]);
		result = placement_bind(thread->tid, &own);
		if (result < 0) {
			seats_leave(&watch->seats, seat); /* it has ended, or isn't ours to move */
			if (result != -ESRCH) {
				see(&watch->seen.unseated, thread, plan->cpu[seat],
				    now_ns - watch->start_ns, NULL);
			}
		} else {
			thread->seat = (uint16_t)seat;
		}
		watch->gap_ns = first_gap_ns;
	}
}

/* It couldn't be looked at. That it has ended is no reason to count; that /proc hides it is. */
static void miss(struct watch *watch, pid_t pid, int result)
{
	bool has_ended =
		result == -ESRCH || (result == -ENOENT && kill(pid, 0) < 0 && errno == ESRCH);

	watch->seen.untracked += !has_ended;
}

static void look_at_thread(struct watch *watch, pid_t process, pid_t tid, int64_t now_ns)
{
	struct proctext_stat stat;
	struct watch_thread *thread;
	int result = watch_proc_stat(process, tid, &stat);
	bool is_new;

	if (result < 0) {
		miss(watch, tid, result);
		return;
	}
	if (stat.state == 'Z' || stat.state == 'X') {
		return;
	}
	thread = watch_table_take(&watch->table, process, tid, stat.start_ticks, &is_new);
	if (thread == NULL) {
		watch->seen.untracked++;
		return;
	}
	thread->round = watch->round;
	if (is_new) {
		memcpy(thread->name, stat.name, sizeof(thread->name));
		welcome(watch, thread, now_ns);
		if (watch->request.is_spread && watch_proc_stat(process, tid, &stat) < 0) {
			return;
		}
	}
	note(watch, thread, &stat, now_ns);
	if (watch->request.needs_migrations &&
	    (!thread->has_migrations ||
	     watch->round % MIGRATION_LOOKS == (uint64_t)tid % MIGRATION_LOOKS)) {
		count_migrations(watch, thread, stat.cpu, now_ns);
	}
}

/* The processes below us, into watch->process; those that a dead parent left are ours, too. */
static size_t find_roots(struct watch *watch)
{
	size_t count = 0, kept = 0, first = 0;

	if (watch->lists_children) {
		(void)watch_proc_children(getpid(), getpid(), watch->process, WATCH_TABLE_THREADS,
					  &count);
	} else {
		watch->process[count++] = getpid();
		(void)watch_proc_descendants(watch->process, WATCH_TABLE_THREADS, &count);
		first = 1;
	}
	for (size_t i = first; i < count; i++) {
		if (watch->process[i] != watch->excluded) {
			watch->process[kept++] = watch->process[i];
		}
	}
	return kept;
}

static void look_at_memory(struct watch *watch, size_t process_count, int64_t now_ns)
{
	int64_t began_ns = cpu_time_ns(), elapsed_ns = now_ns - watch->start_ns, cost_ns, most_ns;

	watch_memory_look(watch->process, process_count, watch->request.memory_node, elapsed_ns,
			  &watch->seen);
	cost_ns = cpu_time_ns() - began_ns;
	/* where a look is dear, it is taken all the same whenever the run is twice as long */
	most_ns = elapsed_ns > cost_ns * NUMA_EARLY_SHARE ? elapsed_ns : cost_ns * NUMA_EARLY_SHARE;
	cost_ns = cost_ns * NUMA_SHARE < most_ns ? cost_ns * NUMA_SHARE : most_ns;
	watch->numa_due_ns = now_ns + (cost_ns > watch->numa_gap_ns ? cost_ns : watch->numa_gap_ns);
	watch->numa_gap_ns *= 2;
	if (watch->numa_gap_ns > last_numa_gap_ns) {
		watch->numa_gap_ns = last_numa_gap_ns;
	}
}

static void bury(struct watch *watch, const struct watch_thread *thread)
{
	watch->faults += thread->faults - thread->early_faults;
	watch->early_faults += thread->early_faults;
	watch->migrations += thread->migrations;
	if (thread->seat != WATCH_NO_SEAT) {
		seats_leave(&watch->seats, thread->seat);
	}
}

/* The threads that this round hasn't met have ended. */
static void bury_gone(struct watch *watch)
{
	for (size_t i = 0; i < watch->table.count;) {
		if (watch->table.thread[i].round != watch->round) {
			bury(watch, &watch->table.thread[i]);
			watch_table_drop(&watch->table, i);
		} else {
			i++;
		}
	}
}

/* We may have been stopped, or kept from running. */
static void note_gap(struct watch *watch, int64_t now_ns)
{
	int64_t gap_ns = now_ns - watch->last_ns;

	watch->seen.blind_ns = gap_ns > watch->seen.blind_ns ? gap_ns : watch->seen.blind_ns;
	watch->last_ns = now_ns;
}

void watch_sample(struct watch *watch, int64_t now_ns)
{
	int64_t began_ns = cpu_time_ns(), cost_ns, share;
	size_t processes = find_roots(watch), threads;

	watch->round++;
	note_gap(watch, now_ns);
	for (size_t i = 0; i < processes; i++) {
		int result = watch_proc_threads(watch->process[i], watch->tid, WATCH_TABLE_THREADS,
						&threads);

		if (result < 0) {
			miss(watch, watch->process[i], result);
			continue;
		}
		watch->seen.untracked += threads == WATCH_TABLE_THREADS; /* there may be more */
		for (size_t k = 0; k < threads; k++) {
			look_at_thread(watch, watch->process[i], watch->tid[k], now_ns);
			if (watch->lists_children) {
				(void)watch_proc_children(watch->process[i], watch->tid[k],
							  watch->process, WATCH_TABLE_THREADS,
							  &processes);
			}
		}
	}
	watch->seen.untracked += processes == WATCH_TABLE_THREADS; /* there may be more */
	bury_gone(watch);
	share = now_ns - watch->start_ns < eager_ns || watch->gap_ns == first_gap_ns ? EAGER_SHARE
										     : COST_SHARE;
	cost_ns = (cpu_time_ns() - began_ns) * share;
	/* a proof with longer gaps is none, whatever it costs */
	cost_ns = cost_ns < longest_gap_ns ? cost_ns : longest_gap_ns;
	watch->due_ns = now_ns + (cost_ns > watch->gap_ns ? cost_ns : watch->gap_ns);
	watch->gap_ns = watch->gap_ns * 2 < last_gap_ns ? watch->gap_ns * 2 : last_gap_ns;
	if (watch->request.memory_node != MACHINE_NONE && now_ns >= watch->numa_due_ns) {
		look_at_memory(watch, processes, now_ns);
	}
}

/* A zombie's last CPU, mask and counters; but for its memory, all is still there. */
static void look_at_zombie(struct watch *watch, int64_t now_ns)
{
	struct proctext_stat stat;
	struct watch_thread *thread;
	bool is_new;

	if (watch_proc_stat(watch->command, watch->command, &stat) < 0) {
		return;
	}
	thread = watch_table_take(&watch->table, watch->command, watch->command, stat.start_ticks,
				  &is_new);
	if (thread == NULL) {
		return;
	}
	if (is_new) {
		watch->seen.threads++;
		thread->seat = WATCH_NO_SEAT;
		thread->seen_ns = watch->start_ns;
	}
	thread->round = watch->round;
	note(watch, thread, &stat, now_ns);
	count_migrations(watch, thread, stat.cpu, now_ns);
}

/* Those whose parents are gone, and that are ours therefore. */
static uint64_t count_left(struct watch *watch)
{
	size_t count = find_roots(watch);
	struct proctext_stat stat;
	uint64_t left = 0;

	for (size_t i = 0; i < count; i++) {
		left += watch->process[i] != watch->command &&
			watch_proc_stat(watch->process[i], watch->process[i], &stat) == 0 &&
			stat.state != 'Z' && stat.state != 'X';
	}
	return left;
}

void watch_end(struct watch *watch, int64_t now_ns)
{
	char path[64], text[WATCH_PROC_TEXT];
	uint64_t number;

	watch->round++;
	note_gap(watch, now_ns);
	look_at_zombie(watch, now_ns);
	watch->seen.left = count_left(watch);
	watch->seen.run_ns = now_ns - watch->start_ns;
	snprintf(path, sizeof(path), "/proc/%d/status", watch->command);
	watch->seen.has_involuntary =
		watch_proc_read(path, text, sizeof(text)) == 0 &&
		proctext_number(text, "nonvoluntary_ctxt_switches", &number) == 0;
	for (size_t i = 0; i < watch->table.count; i++) {
		bury(watch, &watch->table.thread[i]);
	}
	watch_table_clear(&watch->table);
	watch->seen.migrations = watch->migrations;
	if (watch->seen.memory_reason[0] == '\0') {
		snprintf(watch->seen.memory_reason, sizeof(watch->seen.memory_reason),
			 "it ended before its numa_maps could be read");
	}
}

static uint64_t above(uint64_t value, uint64_t base)
{
	return value > base ? value - base : 0;
}

void watch_reaped(struct watch *watch, pid_t pid, const struct rusage *usage)
{
	struct proof_seen *seen = &watch->seen;
	uint64_t involuntary = (uint64_t)usage->ru_nivcsw, faults = (uint64_t)usage->ru_majflt;

	if (pid == watch->command) {
		involuntary = above(involuntary, watch->baseline->involuntary);
		faults = above(faults, watch->baseline->major_faults);
	}
	watch->reaped_involuntary += involuntary;
	watch->reaped_faults += faults;
	seen->involuntary = watch->reaped_involuntary;
	/* what no sample has seen belongs to short lives, and so to a start-up */
	seen->has_faults = true;
	seen->faults = watch->faults;
	seen->early_faults = above(watch->reaped_faults, watch->faults);
}

const struct proof_seen *watch_seen(const struct watch *watch)
{
	return &watch->seen;
}

bool watch_shared(const struct watch *watch)
{
	return watch->seats.is_shared;
}
