/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"
#include "machine_report.h"
#include "put.h"

/* number, or null where none stands for unknown. */
static int put_number(json_t *object, const char *name, uint64_t number, uint64_t none)
{
	return put(object, name, number == none ? json_null() : put_count_value(number));
}

static int put_count_if(json_t *object, const char *name, bool known, uint64_t count)
{
	return put(object, name, known ? put_count_value(count) : json_null());
}

static int put_list(json_t *object, const char *name, const struct cpulist *list)
{
	char text[CPULIST_TEXT];

	return put_text(object, name, cpulist_text(list, text, sizeof(text)));
}

/* Is there any count of interrupts at all? No machine is up without one. */
static bool has_interrupts(const struct machine *machine)
{
	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (machine->cpu[cpu].interrupts > 0) {
			return true;
		}
	}
	return false;
}

static json_t *cpu_json(const struct machine *machine, size_t cpu, bool counted)
{
	const struct machine_cpu *one = &machine->cpu[cpu];
	bool known = counted && one->is_online;
	bool of_nic = known && machine->nic.irq_count > 0;
	bool sampled = machine->sample_ns > 0;
	json_t *object = json_object();
	struct cpulist siblings;
	int failed = 0;

	machine_siblings(machine, cpu, &siblings);
	failed |= put_count(object, "cpu", cpu);
	failed |= put(object, "online", json_boolean(one->is_online));
	failed |= put_number(object, "node", one->node, MACHINE_NONE);
	failed |= put_number(object, "package", one->package, MACHINE_NONE);
	failed |= put_count_if(object, "core", one->is_online, one->core);
	if (one->is_online) {
		failed |= put_list(object, "siblings", &siblings);
	} else {
		failed |= put_text(object, "siblings", NULL);
	}
	failed |= put_number(object, "l3", one->l3, MACHINE_NONE);
	failed |= put_number(object, "capacity", one->capacity, 0);
	failed |= put_number(object, "max_khz", one->max_khz, 0);
	failed |= put(object, "isolated", json_boolean(machine_is_isolated(machine, cpu)));
	failed |= put(object, "nohz_full", json_boolean(cpulist_has(&machine->nohz_full, cpu)));
	failed |= put_count_if(object, "interrupts", known, one->interrupts);
	failed |= put_count_if(object, "interrupt_rate", known && sampled, one->interrupt_rate);
	failed |= put_count_if(object, "nic_interrupts", of_nic, one->nic_interrupts);
	failed |= put_count_if(object, "nic_interrupt_rate", of_nic && sampled,
			       one->nic_interrupt_rate);
	failed |= put_number(object, "busy_permille",
			     one->is_online && sampled ? one->busy_permille : MACHINE_NONE,
			     MACHINE_NONE);
	return put_whole(object, failed);
}

static json_t *node_json(const struct machine_node *node)
{
	json_t *object = json_object(), *distances = json_array();
	int failed = 0;

	for (uint32_t i = 0; i < node->distance_count; i++) {
		failed |= json_array_append_new(distances, put_count_value(node->distance[i]));
	}
	failed |= put_count(object, "node", node->number);
	failed |= put_list(object, "cpus", &node->cpus);
	failed |= put_count(object, "memory_kb", node->memory_kb);
	failed |= put(object, "distances", distances);
	return put_whole(object, failed);
}

static json_t *irq_json(const struct machine *machine, const struct machine_irq *irq)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "irq", irq->number);
	failed |= put_list(object, "cpus", &irq->cpus);
	failed |= put_count_if(object, "rate", machine->sample_ns > 0, irq->rate);
	return put_whole(object, failed);
}

static json_t *nic_json(const struct machine *machine)
{
	const struct machine_nic *nic = &machine->nic;
	json_t *object, *lineage, *irqs;
	int failed = 0;

	if (nic->kind == MACHINE_NIC_NONE) {
		return json_null();
	}
	object = json_object();
	lineage = json_array();
	irqs = json_array();
	for (size_t i = 0; i < nic->lineage_count; i++) {
		failed |= json_array_append_new(lineage, put_text_value(nic->lineage[i]));
	}
	for (size_t i = 0; i < nic->irq_count; i++) {
		failed |= json_array_append_new(irqs, irq_json(machine, &nic->irq[i]));
	}
	failed |= put_text(object, "interface", nic->lineage_count > 0 ? nic->lineage[0] : NULL);
	failed |= put(object, "lineage", lineage);
	failed |= put_text(object, "kind", nic->kind == MACHINE_NIC_DEVICE ? "device" : "software");
	failed |= put_number(object, "node", nic->node, MACHINE_NONE);
	failed |= put_list(object, "nodes", &nic->nodes);
	failed |= put(object, "irqs", irqs);
	failed |= put_list(object, "irq_cpus", &nic->irq_cpus);
	failed |= put_list(object, "steered", &nic->steered);
	return put_whole(object, failed);
}

json_t *machine_json(const struct machine *machine)
{
	json_t *object = json_object(), *cpus = json_array(), *nodes = json_array();
	json_t *notes = json_array();
	bool counted = has_interrupts(machine);
	int failed = 0;

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		failed |= json_array_append_new(cpus, cpu_json(machine, cpu, counted));
	}
	for (size_t i = 0; i < machine->node_count; i++) {
		failed |= json_array_append_new(nodes, node_json(&machine->node[i]));
	}
	for (size_t i = 0; i < machine->note_count; i++) {
		failed |= json_array_append_new(notes, put_text_value(machine->note[i]));
	}
	failed |= put(object, "cpus", cpus);
	failed |= put(object, "nodes", nodes);
	failed |= put_list(object, "online", &machine->online);
	failed |= put_list(object, "universe", &machine->universe);
	failed |= put_list(object, "inherited", &machine->inherited);
	failed |= put_list(object, "isolated", &machine->isolated);
	failed |= put_list(object, "partitioned", &machine->partitioned);
	failed |= put_list(object, "nohz_full", &machine->nohz_full);
	failed |= put_list(object, "big", &machine->big);
	failed |= put(object, "nic", nic_json(machine));
	failed |= put_ns_if(object, "sample_ns", machine->sample_ns > 0, machine->sample_ns);
	failed |= put(object, "notes", notes);
	return put_whole(object, failed);
}
