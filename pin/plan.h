/* SPDX-License-Identifier: BSD-2-Clause */
/* Which processors a command is to run on, and why those: the choice, and nothing but. */
#ifndef PTPROBE_PLAN_H
#define PTPROBE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"
#include "machine.h"

enum {
	PLAN_CORES = 1024, /* the most that can be asked for */
	PLAN_ROLES = 16,
	PLAN_ROLE_TEXT = 16,
	PLAN_NOTES = 16,
	PLAN_NOTE_TEXT = 300,
	PLAN_ERROR_TEXT = 300,
	PLAN_WHY_TEXT = 200,
};

enum plan_isolated { PLAN_ISOLATED_PREFER, PLAN_ISOLATED_REQUIRE, PLAN_ISOLATED_IGNORE };
enum plan_smt { PLAN_SMT_AVOID, PLAN_SMT_ALLOW };
enum plan_memory { PLAN_MEMORY_BIND, PLAN_MEMORY_PREFER, PLAN_MEMORY_LOCAL, PLAN_MEMORY_NONE };

struct plan_request {
	struct cpulist cpus; /* the user's own list, which wins; empty: choose */
	uint32_t node;       /* MACHINE_NONE: the NIC's */
	uint32_t cores;      /* 0: one, or one for each role */
	size_t role_count;
	char role[PLAN_ROLES][PLAN_ROLE_TEXT];
	unsigned int isolated; /* enum plan_isolated */
	unsigned int smt;      /* enum plan_smt */
	unsigned int memory;   /* enum plan_memory */
	bool colocate;         /* near to the NIC's interrupts rather than away from them */
	bool ignore_inherited; /* beyond the mask that this process was started with */
};

/* Why a CPU was taken, or the first thing that made another one better. */
enum plan_reason {
	PLAN_BEST,           /* taken: the best one left */
	PLAN_LISTED,         /* taken: the user named it */
	PLAN_SHARED,         /* taken, though another role or a thread of its core is already there:
				too few CPUs */
	PLAN_OFFLINE,        /* from here on: passed over */
	PLAN_NOT_ALLOWED,    /* outside the universe: the cpuset forbids it */
	PLAN_RESTRICTED,     /* outside the inherited mask, which was honoured */
	PLAN_UNLISTED,       /* the user named others */
	PLAN_OTHER_NODE,     /* not on the node, nor on one that it was extended to */
	PLAN_NOT_ISOLATED,   /* isolated ones are there, or are required */
	PLAN_SLOWER,         /* of a lower class on a hybrid machine */
	PLAN_NIC_INTERRUPTS, /* takes the NIC's interrupts, or more of them */
	PLAN_SIBLING_INTERRUPTS, /* a thread of its core does */
	PLAN_SIBLING_TAKEN,      /* its core is taken */
	PLAN_BUSY,               /* other work is on it */
	PLAN_SIBLING_BUSY,       /* a thread of its core is, or is busier */
	PLAN_FAR_CORE,           /* --colocate: no thread of a core that takes NIC interrupts */
	PLAN_FAR_CACHE,          /* another L3 than the NIC's interrupts */
	PLAN_TICKS,              /* no nohz_full */
	PLAN_MORE_INTERRUPTS,    /* of whatever source */
	PLAN_CPU0,               /* where the kernel puts what has no other place */
	PLAN_HIGHER,             /* as good as the one taken, which has a lower number */
};

struct plan_choice {
	enum plan_reason reason;
	uint32_t role;  /* taken: the index in cpu[], and in role[] if there are roles */
	uint32_t rival; /* passed over: the CPU that was better; MACHINE_NONE: no single one */
};

struct plan {
	size_t count;
	uint32_t cpu[PLAN_CORES];    /* by role, or from the best on; too few: then again in turn */
	struct cpulist cpus;         /* the same as a set */
	struct cpulist housekeeping; /* for the wrapper and its monitor; never empty */
	uint32_t node;               /* where they are; MACHINE_NONE: no locality, or several */
	uint32_t memory_node;        /* for the memory policy; MACHINE_NONE: none */
	struct cpulist extended;     /* nodes beside node that were needed (sub-NUMA clusters) */
	bool is_isolated;            /* every one is isolated, and none is shared */
	bool is_shared;              /* too few CPUs: threads or roles share one */
	size_t choice_count;         /* the machine's cpu_count */
	struct plan_choice *choice;  /* of each CPU */
	size_t note_count;           /* warnings, for people */
	char note[PLAN_NOTES][PLAN_NOTE_TEXT];
};

/*
 * Chooses by this order: online, universe, inherited mask, node, isolated, class, the NIC's
 * interrupts here and on siblings, load here and on siblings, L3, ticks, any interrupts, CPU 0,
 * number. *ret_plan is to be released. 0, or an error with one line that names what, why and the
 * remedy: -EINVAL a CPU or node of the request that can't be had, -ENODEV a node without CPUs,
 * -EXDEV a NIC over several nodes, -ENOENT no isolated CPU though required, -ENOMEM.
 */
int plan_make(const struct machine *machine, const struct plan_request *request,
	      struct plan *ret_plan, char error[static PLAN_ERROR_TEXT]);

void plan_release(struct plan *plan);

/* How many different CPUs; the first so many of cpu[] are those. */
size_t plan_cpus(const struct plan *plan);

bool plan_is_taken(const struct plan *plan, size_t cpu);

/* The reason's name in JSON: "nic-interrupts". */
const char *plan_reason_name(enum plan_reason reason);

/* A sentence for people on one CPU: "takes eth0's interrupts 24, 25 (812/s); 3 takes none". */
char *plan_why(const struct machine *machine, const struct plan *plan, size_t cpu,
	       char text[static PLAN_WHY_TEXT]);

#endif
