/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void machine_release(struct machine *machine)
{
	free(machine->cpu);
	for (size_t i = 0; i < machine->node_count; i++) {
		free(machine->node[i].distance);
	}
	free(machine->node);
	free(machine->nic.irq);
	*machine = (struct machine){0};
}

const struct machine_node *machine_node(const struct machine *machine, uint32_t number)
{
	for (size_t i = 0; i < machine->node_count; i++) {
		if (machine->node[i].number == number) {
			return &machine->node[i];
		}
	}
	return NULL;
}

uint32_t machine_distance(const struct machine *machine, uint32_t a, uint32_t b)
{
	const struct machine_node *from = machine_node(machine, a);
	const struct machine_node *to = machine_node(machine, b);
	size_t index;

	if (from == NULL || to == NULL) {
		return MACHINE_NONE;
	}
	index = (size_t)(to - machine->node);
	return index < from->distance_count ? from->distance[index] : MACHINE_NONE;
}

bool machine_is_isolated(const struct machine *machine, size_t cpu)
{
	return cpulist_has(&machine->isolated, cpu) || cpulist_has(&machine->partitioned, cpu);
}

struct cpulist machine_isolated(const struct machine *machine)
{
	struct cpulist isolated = machine->isolated;

	cpulist_join(&isolated, &machine->partitioned);
	return isolated;
}

size_t machine_memories(const struct machine *machine)
{
	size_t count = 0;

	for (size_t i = 0; i < machine->node_count; i++) {
		count += machine->node[i].memory_kb > 0;
	}
	return count;
}

void machine_siblings(const struct machine *machine, size_t cpu, struct cpulist *ret_siblings)
{
	*ret_siblings = (struct cpulist){0};
	for (size_t i = 0; i < machine->cpu_count; i++) {
		if (i != cpu && machine->cpu[i].core == machine->cpu[cpu].core) {
			cpulist_add(ret_siblings, i);
		}
	}
}

void machine_note(struct machine *machine, const char *format, ...)
{
	va_list arguments;

	if (machine->note_count == MACHINE_NOTES) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(machine->note[machine->note_count++], MACHINE_NOTE_TEXT, format, arguments);
	va_end(arguments);
}
