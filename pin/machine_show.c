/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "machine.h"
#include "machine_report.h"
#include "plan_parts.h"
#include "text.h"

enum {
	CORE_LINES = 64, /* beyond, cores that are alike share a line */
	IRQ_LINES = 64,
	LIST_TEXT = 64,
};

enum share { NONE, SOME, ALL };

/* A core, or several that are alike. */
struct row {
	struct cpulist cpus, taken;
	uint32_t node, package, l3, cores;
	uint32_t class_value; /* MHz, or of capacity; 0: unknown */
	enum share isolated, nohz_full;
	bool is_steered; /* by an affinity of the NIC's, or rps and xps */
	uint64_t nic_rate, rate;
};

static void print_list(const char *before, const struct cpulist *list, FILE *out)
{
	char text[LIST_TEXT];

	cpulist_text(list, text, sizeof(text));
	fprintf(out, "%s%s", before, text);
	if (strstr(text, "...") != NULL) {
		fprintf(out, " (%zu CPUs)", cpulist_count(list));
	}
}

static void print_number(uint32_t number, int width, FILE *out)
{
	if (number == MACHINE_NONE) {
		fprintf(out, "%*s", width, "-");
	} else {
		fprintf(out, "%*" PRIu32, width, number);
	}
}

static void print_sets(const struct machine *machine, FILE *out)
{
	const struct {
		const char *name;
		const struct cpulist *list;
		bool is_told; /* also when it is empty */
	} set[] = {
		{"online", &machine->online, true},
		{"allowed", &machine->universe, true},
		{"inherited", &machine->inherited, true},
		{"isolated", &machine->isolated, true},
		{"isolated by a partition", &machine->partitioned, false},
		{"nohz_full", &machine->nohz_full, true},
		{"performance cores", &machine->big, false},
	};

	for (size_t i = 0; i < sizeof(set) / sizeof(*set); i++) {
		if (cpulist_is_empty(set[i].list)) {
			if (set[i].is_told) {
				fprintf(out, "%s: none\n", set[i].name);
			}
		} else {
			fprintf(out, "%s: ", set[i].name);
			print_list("", set[i].list, out);
			fputc('\n', out);
		}
	}
}

static void print_nodes(const struct machine *machine, FILE *out)
{
	if (machine->node_count == 0) {
		fputs("nodes: none, no NUMA\n", out);
		return;
	}
	fputs("nodes:\n", out);
	for (size_t i = 0; i < machine->node_count; i++) {
		const struct machine_node *node = &machine->node[i];

		fprintf(out, "  node %" PRIu32 ": ", node->number);
		if (cpulist_is_empty(&node->cpus)) {
			fputs("no CPUs", out);
		} else {
			print_list("CPUs ", &node->cpus, out);
		}
		if (node->memory_kb > 0) {
			fprintf(out, ", %" PRIu64 " MiB", node->memory_kb / 1024);
		} else {
			fputs(", no memory", out);
		}
		for (uint32_t j = 0; j < node->distance_count && machine->node_count > 1; j++) {
			fprintf(out, "%s%" PRIu32, j == 0 ? ", distances " : " ",
				node->distance[j]);
		}
		fputc('\n', out);
	}
}

static void print_irqs(const struct machine *machine, FILE *out)
{
	const struct machine_nic *nic = &machine->nic;
	uint64_t rest = 0;

	for (size_t i = 0; i < nic->irq_count; i++) {
		const struct machine_irq *irq = &nic->irq[i];

		if (i >= IRQ_LINES) {
			rest += irq->rate;
			continue;
		}
		fprintf(out, "  interrupt %" PRIu32, irq->number);
		print_list(" on ", &irq->cpus, out);
		if (machine->sample_ns > 0) {
			fprintf(out, ", %" PRIu64 "/s", irq->rate);
		}
		fputc('\n', out);
	}
	if (nic->irq_count > IRQ_LINES) {
		fprintf(out, "  and %zu more interrupts", nic->irq_count - IRQ_LINES);
		print_list(", on ", &nic->irq_cpus, out);
		if (machine->sample_ns > 0) {
			fprintf(out, " with those above, %" PRIu64 "/s", rest);
		}
		fputc('\n', out);
	}
}

static void print_nic(const struct machine *machine, FILE *out)
{
	const struct machine_nic *nic = &machine->nic;

	if (nic->kind == MACHINE_NIC_NONE) {
		return;
	}
	for (size_t i = 0; i < nic->lineage_count; i++) {
		fputs(i > 0 ? " over " : "interface ", out);
		text_print(nic->lineage[i], out);
	}
	if (nic->kind == MACHINE_NIC_SOFTWARE) {
		fputs(": software, no locality", out);
	} else if (nic->node != MACHINE_NONE) {
		fprintf(out, ": node %" PRIu32, nic->node);
	} else if (cpulist_count(&nic->nodes) > 1) {
		char text[LIST_TEXT];

		fprintf(out, ": on several nodes (%s)",
			cpulist_text(&nic->nodes, text, sizeof(text)));
	} else {
		fputs(": node unknown", out);
	}
	if (!cpulist_is_empty(&nic->steered)) {
		print_list(", packets steered to ", &nic->steered, out);
	}
	if (nic->irq_count == 0 && nic->kind == MACHINE_NIC_DEVICE) {
		fputs(", interrupts unknown", out);
	}
	fputc('\n', out);
	print_irqs(machine, out);
}

static enum share share_of(const struct cpulist *cpus, const struct cpulist *set)
{
	return !cpulist_meets(cpus, set) ? NONE : cpulist_covers(set, cpus) ? ALL : SOME;
}

/* The core that cpu is the first thread of. */
static struct row make_row(const struct machine *machine, const struct plan *plan, size_t cpu)
{
	const struct machine_cpu *first = &machine->cpu[cpu];
	enum plan_class class = plan_class(machine);
	struct cpulist isolated = machine_isolated(machine);
	struct row row = {.node = first->node,
			  .package = first->package,
			  .l3 = first->l3,
			  .cores = 1,
			  .class_value = class == PLAN_CLASS_CAPACITY ? first->capacity
					 : class == PLAN_CLASS_FREQUENCY
						 ? (uint32_t)(first->max_khz / 1000)
						 : cpulist_has(&machine->big, cpu)};

	for (size_t i = cpu; i < machine->cpu_count; i++) {
		if (!machine->cpu[i].is_online ||
		    plan_core(machine, i) != plan_core(machine, cpu)) {
			continue;
		}
		cpulist_add(&row.cpus, i);
		if (plan != NULL && plan_is_taken(plan, i)) {
			cpulist_add(&row.taken, i);
		}
		row.is_steered = row.is_steered || plan_has_nic_affinity(machine, i);
		row.nic_rate += machine->cpu[i].nic_interrupt_rate;
		row.rate += machine->cpu[i].interrupt_rate;
	}
	row.isolated = share_of(&row.cpus, &isolated);
	row.nohz_full = share_of(&row.cpus, &machine->nohz_full);
	return row;
}

static bool is_alike(const struct row *a, const struct row *b)
{
	return a->node == b->node && a->package == b->package && a->l3 == b->l3 &&
	       a->class_value == b->class_value && a->isolated == b->isolated &&
	       a->nohz_full == b->nohz_full && a->is_steered == b->is_steered &&
	       cpulist_is_empty(&a->taken) == cpulist_is_empty(&b->taken);
}

/* Worth a closer look: cheap, for there may be thousands. */
static bool may_be_alike(const struct machine *machine, size_t cpu, const struct row *row)
{
	const struct machine_cpu *one = &machine->cpu[cpu];

	return one->is_online && one->node == row->node && one->l3 == row->l3;
}

static void join(struct row *row, const struct row *other)
{
	cpulist_join(&row->cpus, &other->cpus);
	cpulist_join(&row->taken, &other->taken);
	row->cores += other->cores;
	row->nic_rate += other->nic_rate;
	row->rate += other->rate;
}

static void print_flag(enum share share, const char *name, FILE *out)
{
	if (share != NONE) {
		fprintf(out, "  %s%s", share == SOME ? "partly " : "", name);
	}
}

static void print_row(const struct machine *machine, const struct row *row, FILE *out)
{
	fputc(cpulist_is_empty(&row->taken) ? ' ' : '*', out);
	print_number(row->node, 5, out);
	print_number(row->package, 8, out);
	print_number(row->l3, 6, out);
	switch (plan_class(machine)) {
	case PLAN_CLASS_BIG:
		fprintf(out, " %9s", row->class_value != 0 ? "P" : "E");
		break;
	case PLAN_CLASS_NONE:
		fprintf(out, " %9s", "-");
		break;
	default:
		print_number(row->class_value > 0 ? row->class_value : MACHINE_NONE, 10, out);
	}
	if (machine->sample_ns > 0) {
		fprintf(out, " %8" PRIu64 " %8" PRIu64, row->nic_rate, row->rate);
	} else {
		fprintf(out, " %8s %8s", "-", "-");
	}
	print_list("  ", &row->cpus, out);
	if (row->cores > 1) {
		fprintf(out, " (%" PRIu32 " cores)", row->cores);
	}
	print_flag(row->isolated, "isolated", out);
	print_flag(row->nohz_full, "nohz_full", out);
	if (row->is_steered) {
		fputs("  NIC interrupts", out);
	}
	if (!cpulist_is_empty(&row->taken) && !cpulist_is_same(&row->taken, &row->cpus)) {
		print_list("  takes ", &row->taken, out);
	}
	fputc('\n', out);
}

static size_t count_cores(const struct machine *machine)
{
	struct cpulist cores = {0};

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (machine->cpu[cpu].is_online) {
			cpulist_add(&cores, plan_core(machine, cpu));
		}
	}
	return cpulist_count(&cores);
}

static const char *class_heading(const struct machine *machine)
{
	switch (plan_class(machine)) {
	case PLAN_CLASS_CAPACITY:
		return "capacity";
	case PLAN_CLASS_FREQUENCY:
		return "MHz";
	default:
		return "class";
	}
}

static void print_cores(const struct machine *machine, const struct plan *plan, FILE *out)
{
	bool is_grouped = count_cores(machine) > CORE_LINES;
	struct cpulist done = {0};

	fprintf(out, "cores%s:\n", plan != NULL ? " (*: chosen)" : "");
	fprintf(out, " %5s%8s%6s %9s %8s %8s  CPUs\n", "node", "package", "L3",
		class_heading(machine), "NIC/s", "irq/s");
	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		struct row row;

		if (!machine->cpu[cpu].is_online || cpulist_has(&done, cpu)) {
			continue;
		}
		row = make_row(machine, plan, cpu);
		for (size_t i = cpu + 1; i < machine->cpu_count && is_grouped; i++) {
			if (may_be_alike(machine, i, &row) && !cpulist_has(&done, i) &&
			    !cpulist_has(&row.cpus, i)) {
				struct row other = make_row(machine, plan, i);

				if (is_alike(&row, &other)) {
					join(&row, &other);
				}
			}
		}
		print_row(machine, &row, out);
		cpulist_join(&done, &row.cpus);
	}
}

/* The user's own CPUs are those, whatever their load. */
static bool is_listed(const struct plan *plan)
{
	return plan->choice[plan->cpu[0]].reason == PLAN_LISTED;
}

void machine_show(const struct machine *machine, const struct plan *plan, FILE *out)
{
	print_sets(machine, out);
	print_nodes(machine, out);
	print_nic(machine, out);
	print_cores(machine, plan, out);
	if (plan != NULL && machine->sample_ns == 0 && !is_listed(plan)) {
		fputs("note: chosen without rates and load, which count before a command: "
		      "--sample 100ms\n",
		      out);
	}
	for (size_t i = 0; i < machine->note_count; i++) {
		fputs("note: ", out);
		text_print(machine->note[i], out);
		fputc('\n', out);
	}
}
