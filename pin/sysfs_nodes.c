/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>

#include "machine_text.h"
#include "sysfs_parts.h"

#define NODES "sys/devices/system/node"

/* A node's CPUs: those online. The first node that claims a CPU has it. */
static void read_cpus(struct sysfs *sysfs, struct machine_node *node)
{
	struct machine *machine = sysfs->machine;
	struct cpulist cpus = {0};
	int err = sysfs_list(sysfs, &cpus, NODES "/node%u/cpulist", node->number);

	if (err < 0) {
		sysfs_note(sysfs, err, "taken as a node without CPUs");
	}
	for (size_t i = cpulist_next(&cpus, 0); i < CPULIST_CPUS; i = cpulist_next(&cpus, i + 1)) {
		if (cpulist_has(&machine->online, i) && machine->cpu[i].node == MACHINE_NONE) {
			machine->cpu[i].node = node->number;
			cpulist_add(&node->cpus, i);
		}
	}
}

static void read_memory(struct sysfs *sysfs, struct machine_node *node)
{
	int err = sysfs_text(sysfs, NODES "/node%u/meminfo", node->number);

	err = err < 0 ? err : machine_text_memory(sysfs->text, &node->memory_kb);
	if (err < 0) {
		sysfs_note(sysfs, err, "taken as a node without memory");
	}
}

/* The kernel writes a distance for each node that is online, ascending: as they are in node[]. */
static int read_distances(struct sysfs *sysfs, struct machine_node *node)
{
	size_t room = sysfs->machine->node_count;
	uint32_t *distance = malloc(room * sizeof(*distance)), count = 0;
	int err;

	if (distance == NULL) {
		return -ENOMEM;
	}
	err = sysfs_text(sysfs, NODES "/node%u/distance", node->number);
	err = err < 0 ? err : machine_text_distances(sysfs->text, room, distance, &count);
	if (err == 0 && count != room) {
		err = -EINVAL;
	}
	if (err < 0) {
		free(distance);
		sysfs_note(sysfs, err, "its distances are unknown");
		return 0;
	}
	node->distance = distance;
	node->distance_count = count;
	return 0;
}

int sysfs_nodes(struct sysfs *sysfs)
{
	struct machine *machine = sysfs->machine;
	struct cpulist online; /* numbers of nodes */
	int err = sysfs_text(sysfs, NODES "/online");
	size_t count;

	err = err < 0 ? err : machine_text_list(sysfs->text, &online);
	count = err < 0 ? 0 : cpulist_count(&online);
	if (err == 0 && (count == 0 || cpulist_next(&online, MACHINE_NODES) < CPULIST_CPUS)) {
		err = -EINVAL;
	}
	if (err == -ENOENT) { /* a kernel without NUMA */
		return 0;
	}
	if (err < 0) {
		sysfs_note(sysfs, err, "taken as a machine without NUMA");
		return 0;
	}
	machine->node = calloc(count, sizeof(*machine->node));
	if (machine->node == NULL) {
		return -ENOMEM;
	}
	for (size_t i = cpulist_next(&online, 0); i < CPULIST_CPUS;
	     i = cpulist_next(&online, i + 1)) {
		machine->node[machine->node_count++].number = (uint32_t)i;
	}
	for (size_t i = 0; i < count && err == 0; i++) {
		read_cpus(sysfs, &machine->node[i]);
		read_memory(sysfs, &machine->node[i]);
		err = read_distances(sysfs, &machine->node[i]);
	}
	return err;
}
