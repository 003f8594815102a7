/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the plan share among themselves. */
#ifndef PTPROBE_PLAN_PARTS_H
#define PTPROBE_PLAN_PARTS_H

#include "plan.h"

/* What candidates are compared by, the first difference deciding; the lower value is the better. */
enum plan_key {
	PLAN_KEY_TIER, /* the node, before those that it was extended to */
	PLAN_KEY_LAST, /* CPU 0 where no locality speaks for it */
	PLAN_KEY_ISOLATED,
	PLAN_KEY_CLASS,
	PLAN_KEY_NIC_RATE,
	PLAN_KEY_NIC_AFFINITY,
	PLAN_KEY_SIBLING_RATE,
	PLAN_KEY_SIBLING_AFFINITY,
	PLAN_KEY_COLOCATION, /* instead of the last four: enum plan_colocation */
	PLAN_KEY_BUSY,
	PLAN_KEY_SIBLING_BUSY,
	PLAN_KEY_CACHE,
	PLAN_KEY_TICKS,
	PLAN_KEY_INTERRUPTS,
	PLAN_KEY_CPU0,
	PLAN_KEY_NUMBER,
	PLAN_KEYS,
};

enum plan_colocation {
	PLAN_COLOCATED_CORE,  /* another thread of a core that takes the NIC's interrupts */
	PLAN_COLOCATED_CACHE, /* shares its L3, or whether it does is unknown */
	PLAN_COLOCATED_SELF,  /* takes them itself */
	PLAN_COLOCATED_NOT,
};

enum plan_class { PLAN_CLASS_NONE, PLAN_CLASS_BIG, PLAN_CLASS_CAPACITY, PLAN_CLASS_FREQUENCY };

enum {
	PLAN_BUSY_PERMILLE = 50, /* from here on a thread disturbs its core's others */
	PLAN_OCCUPIED_PERMILLE =
		250, /* from here on a command would have to share the CPU: below,
			it may be the sample's own work, counted in ticks of 10 ms */
};

struct plan_candidate {
	uint32_t cpu;
	bool is_taken;
	uint64_t key[PLAN_KEYS];
};

struct plan_work {
	const struct machine *machine;
	const struct plan_request *request;
	struct cpulist allowed;       /* the universe, less what the inherited mask leaves out */
	bool is_restricted;           /* by the inherited mask */
	size_t tier_count;            /* 0: no locality, every node will do */
	uint32_t tier[MACHINE_NODES]; /* the node, and those that it was extended to */
	uint32_t memory_node; /* the NIC's, which has no CPU; MACHINE_NONE: where they are */
	size_t candidate_count;
	struct plan_candidate *candidate;
};

/* The cpu's core; its own number for one that makes no sense. */
uint32_t plan_core(const struct machine *machine, size_t cpu);

/* What tells the fast CPUs of the machine from the slow ones. */
enum plan_class plan_class(const struct machine *machine);

/* Does a CPU take, or may it take, the NIC's interrupts by an affinity of theirs or by steering? */
bool plan_has_nic_affinity(const struct machine *machine, size_t cpu);

/* Online, allowed, and isolated if that is required. */
bool plan_is_usable(const struct plan_work *work, size_t cpu);

/*
 * Finds the node to choose on, and those that it needs to be extended to for count cores: tiers.
 * See plan_make for its errors.
 */
int plan_place(struct plan_work *work, uint32_t count, struct plan *plan,
	       char error[static PLAN_ERROR_TEXT]);

/* No such node, or one without CPUs: the error of plan_make. 0 when it will do. */
int plan_check_node(const struct plan_work *work, uint32_t node,
		    char error[static PLAN_ERROR_TEXT]);

/* Where the plan's CPUs are, and where their memory is to be: sets its node and memory_node. */
void plan_settle_nodes(const struct plan_work *work, struct plan *plan);

/* Fills candidate[], which has room for every CPU, best first. 0 or -ENOMEM. */
int plan_rank(struct plan_work *work);

/* Why candidate isn't as good as better: the first key in which it is worse. */
enum plan_reason plan_compare(const struct plan_candidate *candidate,
			      const struct plan_candidate *better);

/* Takes cpu as the next one. */
void plan_take(struct plan *plan, uint32_t cpu, enum plan_reason reason);

/* When count are needed and fewer were taken: those serve again, in turn. */
void plan_repeat(struct plan *plan, uint32_t count);

/* Is the cpu ruled out before it is compared? True: *ret_reason is why. */
bool plan_rules_out(const struct plan_work *work, size_t cpu, enum plan_reason *ret_reason);

/* Takes the user's own list, or the best ones; a reason for each CPU. See plan_make. */
int plan_take_listed(const struct plan_work *work, uint32_t count, struct plan *plan,
		     char error[static PLAN_ERROR_TEXT]);
int plan_choose(struct plan_work *work, uint32_t count, struct plan *plan,
		char error[static PLAN_ERROR_TEXT]);

/* Appends a note, printf-like; beyond PLAN_NOTES they are left out. */
void plan_note(struct plan *plan, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
