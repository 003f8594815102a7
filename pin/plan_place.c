/* SPDX-License-Identifier: BSD-2-Clause */
/* The node to choose on, those near to it, and the one for memory. */
#include <errno.h>
#include <stdio.h>

#include "plan_parts.h"

enum {
	SAME_SOCKET = 20, /* nodes nearer than this are parts of one socket: 10 is itself, and
			     firmware gives 11 to 17 within a socket, 20 and more to the other */
	LIST_TEXT = 64,
};

bool plan_is_usable(const struct plan_work *work, size_t cpu)
{
	return work->machine->cpu[cpu].is_online && cpulist_has(&work->allowed, cpu) &&
	       (work->request->isolated != PLAN_ISOLATED_REQUIRE ||
		machine_is_isolated(work->machine, cpu));
}

/* Cores of a node that have usable CPUs, or those CPUs when siblings may be taken. */
static uint32_t count_usable(const struct plan_work *work, uint32_t node)
{
	struct cpulist seen = {0};
	uint32_t count = 0;

	for (size_t cpu = 0; cpu < work->machine->cpu_count; cpu++) {
		size_t core =
			work->request->smt == PLAN_SMT_ALLOW ? cpu : plan_core(work->machine, cpu);

		if (work->machine->cpu[cpu].node == node && plan_is_usable(work, cpu) &&
		    !cpulist_has(&seen, core)) {
			cpulist_add(&seen, core);
			count++;
		}
	}
	return count;
}

/* Has it a CPU that is online and may be used, isolated or not? */
static bool has_allowed(const struct plan_work *work, uint32_t node)
{
	for (size_t cpu = 0; cpu < work->machine->cpu_count; cpu++) {
		if (work->machine->cpu[cpu].node == node && work->machine->cpu[cpu].is_online &&
		    cpulist_has(&work->allowed, cpu)) {
			return true;
		}
	}
	return false;
}

static bool has_cpus(const struct plan_work *work, uint32_t node)
{
	for (size_t cpu = 0; cpu < work->machine->cpu_count; cpu++) {
		if (work->machine->cpu[cpu].node == node && work->machine->cpu[cpu].is_online) {
			return true;
		}
	}
	return false;
}

static bool has_memory(const struct plan_work *work, uint32_t node)
{
	const struct machine_node *found = machine_node(work->machine, node);

	return found != NULL && found->memory_kb > 0;
}

/* The nearest other node that is fit, the lowest among equals; MACHINE_NONE: none is. */
static uint32_t find_nearest(const struct plan_work *work, uint32_t from,
			     bool (*is_fit)(const struct plan_work *, uint32_t))
{
	const struct machine *machine = work->machine;
	uint32_t nearest = MACHINE_NONE, least = MACHINE_NONE;

	for (size_t i = 0; i < machine->node_count; i++) {
		uint32_t node = machine->node[i].number;
		uint32_t distance = machine_distance(machine, from, node);

		if (node != from && (nearest == MACHINE_NONE || distance < least) &&
		    is_fit(work, node)) {
			nearest = node;
			least = distance;
		}
	}
	return nearest;
}

/* The nodes that have CPUs (those of other uses: all), as a list. */
static char *nodes_text(const struct plan_work *work, bool with_cpus, char text[static LIST_TEXT])
{
	struct cpulist nodes = {0};

	for (size_t i = 0; i < work->machine->node_count; i++) {
		uint32_t node = work->machine->node[i].number;

		if (node < CPULIST_CPUS && (!with_cpus || has_cpus(work, node))) {
			cpulist_add(&nodes, node);
		}
	}
	return cpulist_text(&nodes, text, LIST_TEXT);
}

int plan_check_node(const struct plan_work *work, uint32_t node, char error[static PLAN_ERROR_TEXT])
{
	char text[LIST_TEXT];

	if (work->machine->node_count == 0) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "node %u: this machine has no NUMA nodes: leave --node out", node);
		return -EINVAL;
	}
	if (machine_node(work->machine, node) == NULL) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "node %u: no such node: this machine has nodes %s: name one of those with "
			 "--node",
			 node, nodes_text(work, false, text));
		return -EINVAL;
	}
	if (!has_cpus(work, node)) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "node %u: it has no CPU that is online: nodes with CPUs are %s: name one "
			 "of those with --node",
			 node, nodes_text(work, true, text));
		return -ENODEV;
	}
	return 0;
}

static int check_allowed(const struct plan_work *work, uint32_t node,
			 char error[static PLAN_ERROR_TEXT])
{
	char cpus[LIST_TEXT], allowed[LIST_TEXT];

	if (has_allowed(work, node)) {
		return 0;
	}
	snprintf(error, PLAN_ERROR_TEXT,
		 "node %u: none of its CPUs %s may be used, only %s: name another node with "
		 "--node, or %s",
		 node, cpulist_text(&machine_node(work->machine, node)->cpus, cpus, LIST_TEXT),
		 cpulist_text(&work->allowed, allowed, LIST_TEXT),
		 work->is_restricted ? "override the inherited mask with --ignore-inherited"
				     : "widen the cpuset");
	return -ENODEV;
}

/* What the user calls the NIC. */
static const char *nic_name(const struct machine *machine)
{
	return machine->nic.lineage_count > 0 ? machine->nic.lineage[0] : "the NIC";
}

/* The NIC's node, or the nearest that has CPUs for us; MACHINE_NONE: no locality is known. */
static int find_nic_node(struct plan_work *work, struct plan *plan, uint32_t *ret_node,
			 char error[static PLAN_ERROR_TEXT])
{
	const struct machine *machine = work->machine;
	const struct machine_nic *nic = &machine->nic;
	const char *name = nic_name(machine);
	char text[LIST_TEXT];
	uint32_t node = nic->node;

	*ret_node = MACHINE_NONE;
	if (nic->kind == MACHINE_NIC_NONE) {
		if (machine->node_count > 1) {
			plan_note(plan, "no interface (-i) and no node (--node) was named: CPUs of "
					"every node will do");
		}
		return 0;
	}
	if (node == MACHINE_NONE && cpulist_count(&nic->nodes) > 1) {
		snprintf(
			error, PLAN_ERROR_TEXT,
			"%s: its devices are on several nodes (%s): name one of them with -i, or a "
			"node with --node",
			name, cpulist_text(&nic->nodes, text, sizeof(text)));
		return -EXDEV;
	}
	if (nic->kind == MACHINE_NIC_SOFTWARE) {
		plan_note(plan,
			  "%s: no device stands behind it, no locality is known: CPUs of "
			  "every node will do",
			  name);
		return 0;
	}
	if (node == MACHINE_NONE || machine_node(machine, node) == NULL) {
		plan_note(plan, "%s: no locality is known (%s): CPUs of every node will do", name,
			  machine->node_count == 0 ? "the machine has no NUMA nodes"
						   : "its device tells no NUMA node");
		return 0;
	}
	*ret_node = node;
	if (has_allowed(work, node)) {
		return 0;
	}
	*ret_node = find_nearest(work, node, has_allowed);
	if (*ret_node == MACHINE_NONE) {
		return 0;
	}
	if (!has_cpus(work, node)) {
		work->memory_node = node;
		plan_note(plan, "node %u, %s's, has no CPU: node %u is the nearest that has", node,
			  name, *ret_node);
	} else {
		plan_note(plan,
			  "no CPU of node %u, %s's, may be used: node %u is the nearest, and "
			  "packets cross between the two",
			  node, name, *ret_node);
	}
	return 0;
}

/* Adds the nearest nodes of the same socket as long as cores are short. */
static void extend(struct plan_work *work, uint32_t count)
{
	const struct machine *machine = work->machine;
	uint32_t home = work->tier[0], have = count_usable(work, home), least = 0;

	/* by distance, then by number: each distance in turn */
	while (have < count) {
		uint32_t next = MACHINE_NONE;

		for (size_t i = 0; i < machine->node_count; i++) {
			uint32_t distance =
				machine_distance(machine, home, machine->node[i].number);

			if (distance > least && distance < next) {
				next = distance;
			}
		}
		if (next >= SAME_SOCKET) {
			return;
		}
		for (size_t i = 0; i < machine->node_count && have < count; i++) {
			uint32_t node = machine->node[i].number;

			if (node != home && machine_distance(machine, home, node) == next &&
			    count_usable(work, node) > 0) {
				work->tier[work->tier_count++] = node;
				have += count_usable(work, node);
			}
		}
		least = next;
	}
}

int plan_place(struct plan_work *work, uint32_t count, struct plan *plan,
	       char error[static PLAN_ERROR_TEXT])
{
	uint32_t home = work->request->node;
	int result = 0;

	if (home == MACHINE_NONE) {
		result = find_nic_node(work, plan, &home, error);
	} else {
		result = plan_check_node(work, home, error);
		result = result == 0 ? check_allowed(work, home, error) : result;
	}
	if (result == 0 && home != MACHINE_NONE) {
		work->tier[0] = home;
		work->tier_count = 1;
		extend(work, count);
	}
	return result;
}

/* The only node of those cpus, or MACHINE_NONE. */
static uint32_t common_node(const struct machine *machine, const struct plan *plan)
{
	uint32_t node = machine->cpu[plan->cpu[0]].node;

	for (size_t i = 1; i < plan->count; i++) {
		if (machine->cpu[plan->cpu[i]].node != node) {
			return MACHINE_NONE;
		}
	}
	return machine->node_count == 0 ? MACHINE_NONE : node;
}

static void settle_memory(const struct plan_work *work, struct plan *plan)
{
	uint32_t node = work->memory_node != MACHINE_NONE ? work->memory_node : plan->node;

	plan->memory_node = MACHINE_NONE;
	if (work->machine->node_count == 0 || work->request->memory == PLAN_MEMORY_NONE) {
		return;
	}
	if (node == MACHINE_NONE) {
		if (work->request->memory != PLAN_MEMORY_LOCAL && work->machine->node_count > 1) {
			plan_note(plan, "the CPUs are on several nodes: memory isn't bound to one, "
					"and comes from the node of whoever touches it first");
		}
		return;
	}
	plan->memory_node = has_memory(work, node) ? node : find_nearest(work, node, has_memory);
	if (plan->memory_node != MACHINE_NONE && plan->memory_node != node) {
		plan_note(plan, "node %u has no memory: node %u is the nearest that has", node,
			  plan->memory_node);
	}
}

/* The tiers, apart from the first, that CPUs were taken on. */
static void settle_extended(const struct plan_work *work, struct plan *plan)
{
	char text[LIST_TEXT];
	bool is_extended = false;

	for (size_t i = 0; i < plan->count; i++) {
		uint32_t node = work->machine->cpu[plan->cpu[i]].node;

		if (node != plan->node && node < CPULIST_CPUS) {
			cpulist_add(&plan->extended, node);
			is_extended = true;
		}
	}
	if (is_extended) {
		plan_note(plan, "node %u has too few cores: extended to node %s of the same socket",
			  plan->node, cpulist_text(&plan->extended, text, sizeof(text)));
	}
}

void plan_settle_nodes(const struct plan_work *work, struct plan *plan)
{
	const struct machine_nic *nic = &work->machine->nic;

	if (work->tier_count > 0) {
		plan->node = work->tier[0];
		settle_extended(work, plan);
	} else {
		plan->node = common_node(work->machine, plan);
	}
	if (plan->node != MACHINE_NONE && nic->kind == MACHINE_NIC_DEVICE &&
	    nic->node != MACHINE_NONE && nic->node != plan->node &&
	    (work->request->node != MACHINE_NONE || cpulist_count(&work->request->cpus) > 0)) {
		plan_note(plan, "node %u isn't %s's, which is %u: packets cross between the two",
			  plan->node, nic_name(work->machine), nic->node);
	}
	settle_memory(work, plan);
}
