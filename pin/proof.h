/* SPDX-License-Identifier: BSD-2-Clause */
/* Did the placement hold? What was planned against what was seen. */
#ifndef PTPROBE_PROOF_H
#define PTPROBE_PROOF_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "plan.h"
#include "proctext.h"

enum {
	PROOF_ITEMS = 9,
	PROOF_DETAIL_TEXT = 240,
	PROOF_ADVICE_TEXT = 240,
	PROOF_REASON_TEXT = 120,
	PROOF_NUMBERS = 5,
	PROOF_LIST_TEXT = 64,
};

/* The first time that something was seen. */
struct proof_sight {
	bool is_seen;
	int32_t tid;
	char name[PROCTEXT_NAME];
	uint32_t cpu;
	int64_t at_ns; /* after the start */
	char list[PROOF_LIST_TEXT];
};

/*
 * What was seen of the command, all its threads and their children. Each number has its has_; what
 * wasn't to be had is unknown, never 0.
 */
struct proof_seen {
	int64_t run_ns;
	uint64_t samples;   /* of single threads */
	uint64_t threads;   /* different ones */
	uint64_t left;      /* processes that outlived the command, which waited for none of them */
	uint64_t untracked; /* looks that failed: no room for so many at once, or /proc didn't tell
			     */
	int64_t blind_ns;   /* the longest time between two looks */
	uint64_t unasked;   /* looks at a thread's mask that failed */

	struct cpulist cpus;        /* that they were seen on */
	uint64_t outside;           /* samples outside the plan */
	struct proof_sight strayed; /* the first of those */

	struct proof_sight widened;  /* a mask that reaches beyond the plan, or, spread, isn't the
					thread's own CPU: list is the mask, tid the thread */
	struct proof_sight narrowed; /* a mask that is part of the plan only */
	struct proof_sight unseated; /* spread: a thread that couldn't be given the CPU cpu */

	bool has_migrations;
	uint64_t migrations;      /* after each thread was put in its place */
	struct proof_sight moved; /* the thread with the first of them; cpu: where it was then */
	bool has_involuntary;
	uint64_t involuntary; /* switches: of the command and what it waited for */
	bool has_faults;
	uint64_t early_faults; /* major ones of each thread's first half second */
	uint64_t faults;       /* and thereafter */

	bool has_memory;
	uint64_t on_node_kb, private_kb; /* of numa_maps, all processes together: the worst sight */
	uint64_t memory_looks;
	int64_t memory_ns;      /* the last one, after the start */
	uint64_t memory_unread; /* processes that it couldn't be read of, or that were too many */
	char memory_reason[PROOF_REASON_TEXT]; /* why not, when not */

	struct proof_sight demoted; /* a thread that wasn't in SCHED_FIFO's class at the priority */
};

struct proof_input {
	const struct machine *machine; /* as it was before */
	const struct plan *plan;
	const struct plan_request *wanted; /* memory, colocate */
	const struct proof_seen *seen;
	uint64_t fifo_priority; /* 0: not asked for */
	bool is_spread;
	const char *
		memory_refused; /* why no policy was set although one was asked for; NULL: it was */
	/* the machine after; NULL: it couldn't be read again, and interrupts_reason says why */
	const struct machine *after;
	const char *interrupts_reason;
	bool has_partition;
	bool partition_is_known, partition_holds;
	const char *partition_text; /* the kernel's words when it doesn't hold, or isn't known */
};

enum proof_result { PROOF_PASS, PROOF_FAIL, PROOF_UNAVAILABLE };

struct proof_item {
	const char *what; /* "cpus" */
	enum proof_result result;
	bool is_required; /* of the placement; else of its quality */
	char detail[PROOF_DETAIL_TEXT];
	char advice[PROOF_ADVICE_TEXT]; /* what to do about a failure; "" */
	bool has_observed;
	struct cpulist observed; /* of cpus: where threads were seen */
	size_t number_count;
	struct {
		const char *name;
		uint64_t value;
	} number[PROOF_NUMBERS];
};

enum proof_verdict {
	PROOF_HELD,
	PROOF_INCOMPLETE, /* something required is unavailable */
	PROOF_VIOLATED,   /* something required failed */
};

struct proof {
	enum proof_verdict verdict;
	size_t count;
	struct proof_item item[PROOF_ITEMS];
};

/*
 * Items in order: cpus, affinity, migrations, switches, faults, memory, interrupts; policy when a
 * class was asked for; partition when one was made. Required are cpus, affinity, migrations,
 * policy, partition, and memory when it was to be bound.
 */
void proof_judge(const struct proof_input *input, struct proof *ret_proof);

/* Is so much on the node as it should be? */
bool proof_is_on_node(uint64_t on_node_kb, uint64_t private_kb);

const char *proof_verdict_name(enum proof_verdict verdict); /* "held", "incomplete", "violated" */
const char *proof_result_name(enum proof_result result);    /* "pass", "fail", "unavailable" */

/* A line for each item, "PASS cpus  planned 2; ...", what to do below those that failed, and the
 * verdict; with SGR sequences when colour. */
void proof_text(const struct proof *proof, bool colour, FILE *out);

/* The array proof[]; NULL: out of memory. */
json_t *proof_json(const struct proof *proof);

#endif
