/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct cpulist bed_list(const char *text)
{
	struct cpulist list = {0};
	const char *error;

	if (text[0] != '\0' && cpulist_parse(text, &list, &error) < 0) {
		fail_msg("'%s': %s", text, error);
	}
	return list;
}

static void make_nodes(struct machine *machine, unsigned int nodes)
{
	machine->node_count = nodes;
	machine->node = calloc(nodes + 1, sizeof(*machine->node));
	assert_non_null(machine->node);
	for (uint32_t i = 0; i < nodes; i++) {
		struct machine_node *node = &machine->node[i];

		*node = (struct machine_node){
			.number = i, .memory_kb = 32 << 20, .distance_count = nodes};
		node->distance = calloc(nodes, sizeof(*node->distance));
		assert_non_null(node->distance);
		for (uint32_t j = 0; j < nodes; j++) {
			node->distance[j] = i == j ? 10 : 21;
		}
	}
}

void bed_make(struct machine_bed *bed, unsigned int nodes, unsigned int cores_per_node,
	      unsigned int threads, uint32_t nic_node)
{
	unsigned int cores = (nodes > 0 ? nodes : 1) * cores_per_node;
	struct machine *machine = &bed->machine;

	*bed = (struct machine_bed){.request = {.node = MACHINE_NONE}};
	make_nodes(machine, nodes);
	machine->cpu_count = (size_t)cores * threads;
	machine->cpu = calloc(machine->cpu_count, sizeof(*machine->cpu));
	assert_non_null(machine->cpu);
	for (uint32_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		uint32_t core = cpu % cores, package = core / cores_per_node;

		machine->cpu[cpu] = (struct machine_cpu){
			.is_online = true,
			.node = nodes > 0 ? package : MACHINE_NONE,
			.package = package,
			.core = core,
			.l3 = package * cores_per_node,
		};
		cpulist_add(&machine->online, cpu);
		if (nodes > 0) {
			cpulist_add(&machine->node[package].cpus, cpu);
		}
	}
	machine->universe = machine->inherited = machine->online;
	machine->nic = (struct machine_nic){
		.kind = MACHINE_NIC_DEVICE,
		.lineage_count = 1,
		.lineage = {"eth0"},
		.node = nic_node,
	};
	machine->sample_ns = 1000000000;
}

void bed_release(struct machine_bed *bed)
{
	plan_release(&bed->plan);
	machine_release(&bed->machine);
}

void bed_isolate(struct machine_bed *bed, const char *cpus)
{
	bed->machine.isolated = bed_list(cpus);
	bed->machine.inherited = cpulist_without(&bed->machine.universe, &bed->machine.isolated);
}

void bed_offline(struct machine_bed *bed, const char *cpus)
{
	struct machine *machine = &bed->machine;
	struct cpulist list = bed_list(cpus);

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (cpulist_has(&list, cpu)) {
			machine->cpu[cpu] = (struct machine_cpu){
				.node = MACHINE_NONE,
				.package = MACHINE_NONE,
				.core = (uint32_t)cpu,
				.l3 = MACHINE_NONE,
				.busy_permille = MACHINE_NONE,
			};
		}
	}
	machine->online = cpulist_without(&machine->online, &list);
	machine->universe = cpulist_without(&machine->universe, &list);
	machine->inherited = cpulist_without(&machine->inherited, &list);
	for (size_t i = 0; i < machine->node_count; i++) {
		machine->node[i].cpus = cpulist_without(&machine->node[i].cpus, &list);
	}
}

void bed_confine(struct machine_bed *bed, const char *cpus)
{
	bed->machine.universe = bed->machine.inherited = bed_list(cpus);
}

void bed_irq(struct machine_bed *bed, uint32_t number, const char *cpus, uint64_t rate)
{
	struct machine_nic *nic = &bed->machine.nic;
	struct cpulist list = bed_list(cpus);
	size_t first = 0;

	nic->irq = realloc(nic->irq, (nic->irq_count + 1) * sizeof(*nic->irq));
	assert_non_null(nic->irq);
	nic->irq[nic->irq_count++] =
		(struct machine_irq){.number = number, .cpus = list, .rate = rate};
	while (!cpulist_has(&list, first)) {
		first++;
	}
	bed->machine.cpu[first].nic_interrupt_rate += rate;
	bed->machine.cpu[first].interrupt_rate += rate;
	bed->machine.cpu[first].nic_interrupts += rate * 10;
	bed->machine.cpu[first].interrupts += rate * 10;
	for (size_t cpu = first; cpu < CPULIST_CPUS; cpu++) {
		if (cpulist_has(&list, cpu)) {
			cpulist_add(&nic->irq_cpus, cpu);
		}
	}
}

void bed_distance(struct machine_bed *bed, uint32_t a, uint32_t b, uint32_t distance)
{
	bed->machine.node[a].distance[b] = bed->machine.node[b].distance[a] = distance;
}

void bed_expect(struct machine_bed *bed, const char *cpus)
{
	char text[4096] = "";

	plan_release(&bed->plan);
	if (plan_make(&bed->machine, &bed->request, &bed->plan, bed->error) < 0) {
		fail_msg("refused: %s", bed->error);
	}
	for (size_t i = 0; i < bed->plan.count; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u", i > 0 ? " " : "",
			 bed->plan.cpu[i]);
	}
	assert_string_equal(text, cpus);
}

void bed_expect_reason(const struct machine_bed *bed, const char *cpus, enum plan_reason reason)
{
	struct cpulist list = bed_list(cpus);

	for (size_t cpu = 0; cpu < bed->plan.choice_count; cpu++) {
		if (cpulist_has(&list, cpu) && bed->plan.choice[cpu].reason != reason) {
			fail_msg("CPU %zu: %s, not %s", cpu,
				 plan_reason_name(bed->plan.choice[cpu].reason),
				 plan_reason_name(reason));
		}
	}
}

static bool has_note(const struct machine_bed *bed, const char *part)
{
	for (size_t i = 0; i < bed->plan.note_count; i++) {
		if (strstr(bed->plan.note[i], part) != NULL) {
			return true;
		}
	}
	return false;
}

void bed_expect_note(const struct machine_bed *bed, const char *part)
{
	if (!has_note(bed, part)) {
		for (size_t i = 0; i < bed->plan.note_count; i++) {
			print_error("note: %s\n", bed->plan.note[i]);
		}
		fail_msg("no note says '%s'", part);
	}
}

void bed_expect_no_note(const struct machine_bed *bed, const char *part)
{
	if (has_note(bed, part)) {
		fail_msg("a note says '%s'", part);
	}
}

void bed_expect_why(const struct machine_bed *bed, size_t cpu, const char *why)
{
	char text[PLAN_WHY_TEXT];

	assert_string_equal(plan_why(&bed->machine, &bed->plan, cpu, text), why);
}

void bed_expect_error(struct machine_bed *bed, int number, const char *part, ...)
{
	struct plan before;
	va_list parts;
	int result;

	plan_release(&bed->plan);
	before = bed->plan;
	memset(bed->error, 0, sizeof(bed->error));
	result = plan_make(&bed->machine, &bed->request, &bed->plan, bed->error);
	if (result == 0) {
		fail_msg("not refused, CPU %u", bed->plan.cpu[0]);
	}
	assert_int_equal(result, number);
	assert_memory_equal(&before, &bed->plan, sizeof(before));
	va_start(parts, part);
	for (; part != NULL; part = va_arg(parts, const char *)) {
		if (strstr(bed->error, part) == NULL) {
			fail_msg("'%s' doesn't say '%s'", bed->error, part);
		}
	}
	va_end(parts);
}
