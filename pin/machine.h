/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine as it matters for placing: processors, memory nodes, a NIC and its interrupts. */
#ifndef PTPROBE_MACHINE_H
#define PTPROBE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"

enum {
	MACHINE_NODES = 1024, /* the most that Linux can be configured for */
	MACHINE_IRQS = 4096,  /* of one NIC: twice the most that MSI-X has */
	MACHINE_LINEAGE =
		8, /* interfaces from the one that was named down to the one with a device */
	MACHINE_IFNAME = 16, /* IFNAMSIZ */
	MACHINE_NOTES = 16,  /* what couldn't be read, and what that means */
	MACHINE_NOTE_TEXT = 200,
	MACHINE_ERROR_TEXT = 300,
};

#define MACHINE_NONE UINT32_MAX /* no such number, or unknown */

struct machine_cpu {
	bool is_online;
	uint32_t node;     /* MACHINE_NONE: no NUMA here */
	uint32_t package;  /* physical_package_id; MACHINE_NONE: unknown */
	uint32_t core;     /* the lowest CPU of thread_siblings_list; its own number when unknown */
	uint32_t l3;       /* the lowest CPU that shares its L3 cache; MACHINE_NONE: unknown */
	uint32_t capacity; /* cpu_capacity, 1024 being the machine's best; 0: unknown */
	uint64_t max_khz;  /* cpufreq/cpuinfo_max_freq; 0: unknown */
	uint64_t interrupts;     /* of every source, since boot */
	uint64_t nic_interrupts; /* of the NIC's own, since boot */
	uint64_t interrupt_rate; /* a second, between the two samples; 0 when there is only one */
	uint64_t nic_interrupt_rate;
	uint32_t busy_permille; /* between the two samples; MACHINE_NONE: one sample only */
};

struct machine_node {
	uint32_t number;
	struct cpulist cpus; /* online ones; empty: a node of memory alone */
	uint64_t memory_kb;  /* MemTotal; 0: a node without memory */
	uint32_t distance_count;
	uint32_t *distance; /* to machine->node[i], in that order: 10 is itself; NULL: unknown */
};

struct machine_irq {
	uint32_t number;
	struct cpulist cpus; /* effective_affinity_list, else smp_affinity_list */
	uint64_t rate;       /* a second, over all CPUs */
};

enum machine_nic_kind {
	MACHINE_NIC_NONE,     /* no interface was asked for */
	MACHINE_NIC_DEVICE,   /* a device stands behind it */
	MACHINE_NIC_SOFTWARE, /* lo, veth, dummy, ifb, tap, a bridge of such: no locality */
};

struct machine_nic {
	enum machine_nic_kind kind;
	/* lineage[0] is what was asked for, the last one has the device: "bond0", "eth2" */
	size_t lineage_count;
	char lineage[MACHINE_LINEAGE][MACHINE_IFNAME];
	uint32_t node;        /* MACHINE_NONE: no locality is known */
	struct cpulist nodes; /* several: lower interfaces on different nodes, ambiguous */
	size_t irq_count;
	struct machine_irq *irq; /* from msi_irqs/, else the device's irq */
	struct cpulist irq_cpus; /* all of theirs */
	struct cpulist steered;  /* rps_cpus and xps_cpus of every queue */
};

struct machine {
	size_t cpu_count; /* one more than the highest possible CPU */
	struct machine_cpu *cpu;
	struct cpulist online;
	struct cpulist
		universe; /* where this process could run: the cpuset's, isolated ones included */
	struct cpulist inherited;   /* where it may run as it was started */
	struct cpulist isolated;    /* cpu/isolated: isolcpus= */
	struct cpulist partitioned; /* cpuset.cpus.isolated: isolated partitions of cgroup v2 */
	struct cpulist nohz_full;
	struct cpulist big; /* cpu_core/cpus of a hybrid machine; empty: not hybrid by that */
	size_t node_count;  /* 0: no NUMA */
	struct machine_node *node; /* ascending by number */
	struct machine_nic nic;
	bool has_interrupts; /* /proc/interrupts was read: a CPU's 0 is known */
	int64_t sample_ns;   /* between the two samples; 0: only one was taken */
	size_t note_count;
	char note[MACHINE_NOTES][MACHINE_NOTE_TEXT];
};

/* Frees what it holds; *machine is all zero then. */
void machine_release(struct machine *machine);

/* The node of that number; NULL: none. */
const struct machine_node *machine_node(const struct machine *machine, uint32_t number);

/* From node a to node b; MACHINE_NONE: unknown. */
uint32_t machine_distance(const struct machine *machine, uint32_t a, uint32_t b);

/* Isolated in one way or the other. */
bool machine_is_isolated(const struct machine *machine, size_t cpu);

/* Those that are. */
struct cpulist machine_isolated(const struct machine *machine);

/* How many nodes have memory. */
size_t machine_memories(const struct machine *machine);

/* Threads of the same core; *ret_siblings without cpu itself. */
void machine_siblings(const struct machine *machine, size_t cpu, struct cpulist *ret_siblings);

/* Appends a note, printf-like; beyond MACHINE_NOTES they are left out. */
void machine_note(struct machine *machine, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
