/* SPDX-License-Identifier: BSD-2-Clause */
/* The reasons in words. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plan_parts.h"

enum { LIST_TEXT = 48 };

/* What a reason needs to be told. */
struct telling {
	const struct machine *machine;
	const struct plan *plan;
	uint32_t cpu;
	const struct plan_choice *choice;
	char *text; /* PLAN_WHY_TEXT */
};

const char *plan_reason_name(enum plan_reason reason)
{
	switch (reason) {
	case PLAN_BEST:
		return "best";
	case PLAN_LISTED:
		return "listed";
	case PLAN_SHARED:
		return "shared";
	case PLAN_OFFLINE:
		return "offline";
	case PLAN_NOT_ALLOWED:
		return "not-allowed";
	case PLAN_RESTRICTED:
		return "restricted";
	case PLAN_UNLISTED:
		return "unlisted";
	case PLAN_OTHER_NODE:
		return "other-node";
	case PLAN_NOT_ISOLATED:
		return "not-isolated";
	case PLAN_SLOWER:
		return "slower";
	case PLAN_NIC_INTERRUPTS:
		return "nic-interrupts";
	case PLAN_SIBLING_INTERRUPTS:
		return "sibling-interrupts";
	case PLAN_SIBLING_TAKEN:
		return "sibling-taken";
	case PLAN_BUSY:
		return "busy";
	case PLAN_SIBLING_BUSY:
		return "sibling-busy";
	case PLAN_FAR_CORE:
		return "far-core";
	case PLAN_FAR_CACHE:
		return "far-cache";
	case PLAN_TICKS:
		return "ticks";
	case PLAN_MORE_INTERRUPTS:
		return "more-interrupts";
	case PLAN_CPU0:
		return "cpu0";
	case PLAN_HIGHER:
		return "higher";
	}
	return "unknown";
}

static void add(const struct telling *telling, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(const struct telling *telling, const char *format, ...)
{
	size_t used = strlen(telling->text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(telling->text + used, PLAN_WHY_TEXT - used, format, arguments);
	va_end(arguments);
}

/* The interface whose interrupts they are. */
static const char *device(const struct machine *machine)
{
	const struct machine_nic *nic = &machine->nic;

	return nic->lineage_count > 0 ? nic->lineage[nic->lineage_count - 1] : "the NIC";
}

/* The numbers of the NIC's interrupts whose affinity has the CPU: " 24, 25"; a few of them. */
static void add_irqs(const struct telling *telling, size_t cpu)
{
	const struct machine_nic *nic = &telling->machine->nic;
	size_t count = 0;

	for (size_t i = 0; i < nic->irq_count; i++) {
		if (!cpulist_has(&nic->irq[i].cpus, cpu)) {
			continue;
		}
		if (count == 4) {
			add(telling, ",...");
			return;
		}
		add(telling, "%s %" PRIu32, count > 0 ? "," : "", nic->irq[i].number);
		count++;
	}
}

/* "takes eth0's interrupts 24, 25 (812/s)" */
static void add_taking(const struct telling *telling, size_t cpu)
{
	const struct machine *machine = telling->machine;
	uint64_t rate = machine->cpu[cpu].nic_interrupt_rate;

	if (rate > 0) {
		add(telling, "takes %s's interrupts", device(machine));
		add_irqs(telling, cpu);
		add(telling, " (%" PRIu64 "/s)", rate);
	} else if (cpulist_has(&machine->nic.irq_cpus, cpu)) {
		add(telling, "may take %s's interrupts", device(machine));
		add_irqs(telling, cpu);
	} else if (cpulist_has(&machine->nic.steered, cpu)) {
		add(telling, "%s's packets are steered to it (rps, xps)", device(machine));
	} else {
		add(telling, "takes none of %s's interrupts", device(machine));
	}
}

/* How the one that was better compares in that. */
static void add_rival_rate(const struct telling *telling, uint64_t rate, bool is_affine,
			   const char *whose)
{
	if (telling->choice->rival == MACHINE_NONE) {
		return;
	}
	if (rate > 0) {
		add(telling, "; %s%" PRIu32 " takes %" PRIu64 "/s", whose, telling->choice->rival,
		    rate);
	} else if (is_affine) {
		add(telling, "; %s%" PRIu32 " took none", whose, telling->choice->rival);
	} else {
		add(telling, "; %s%" PRIu32 " takes none", whose, telling->choice->rival);
	}
}

static void tell_nic_interrupts(const struct telling *telling)
{
	const struct machine *machine = telling->machine;
	uint32_t rival = telling->choice->rival;

	add_taking(telling, telling->cpu);
	if (rival != MACHINE_NONE) {
		add_rival_rate(telling, machine->cpu[rival].nic_interrupt_rate,
			       plan_has_nic_affinity(machine, rival), "");
	}
}

/* The thread of the CPU's core, but itself, that has most of what measure tells. */
static uint32_t worst_sibling(const struct machine *machine, uint32_t cpu,
			      uint64_t (*measure)(const struct machine *, size_t))
{
	uint32_t worst = MACHINE_NONE;

	for (uint32_t i = 0; i < machine->cpu_count; i++) {
		if (i != cpu && machine->cpu[i].is_online &&
		    plan_core(machine, i) == plan_core(machine, cpu) &&
		    (worst == MACHINE_NONE || measure(machine, i) > measure(machine, worst))) {
			worst = i;
		}
	}
	return worst;
}

static uint64_t nic_load(const struct machine *machine, size_t cpu)
{
	return machine->cpu[cpu].nic_interrupt_rate * 2 + plan_has_nic_affinity(machine, cpu);
}

static uint64_t busyness(const struct machine *machine, size_t cpu)
{
	uint32_t permille = machine->cpu[cpu].busy_permille;

	return permille == MACHINE_NONE ? 0 : permille;
}

static void tell_sibling_interrupts(const struct telling *telling)
{
	uint32_t sibling = worst_sibling(telling->machine, telling->cpu, nic_load);

	if (sibling != MACHINE_NONE) {
		add(telling, "its sibling %" PRIu32 " ", sibling);
		add_taking(telling, sibling);
	}
}

static void tell_busy(const struct telling *telling)
{
	uint64_t permille = busyness(telling->machine, telling->cpu);

	add(telling, "%" PRIu64 ".%" PRIu64 " %% busy with other work", permille / 10,
	    permille % 10);
}

static void tell_sibling_busy(const struct telling *telling)
{
	uint32_t sibling = worst_sibling(telling->machine, telling->cpu, busyness);
	uint64_t permille = sibling == MACHINE_NONE ? 0 : busyness(telling->machine, sibling);

	add(telling, "its sibling %" PRIu32 " is %" PRIu64 ".%" PRIu64 " %% busy", sibling,
	    permille / 10, permille % 10);
}

static void tell_slower(const struct telling *telling)
{
	const struct machine_cpu *one = &telling->machine->cpu[telling->cpu];
	uint32_t rival = telling->choice->rival;
	const struct machine_cpu *other =
		rival == MACHINE_NONE ? one : &telling->machine->cpu[rival];

	switch (plan_class(telling->machine)) {
	case PLAN_CLASS_CAPACITY:
		add(telling, "slower: capacity %" PRIu32 ", %" PRIu32 " has %" PRIu32,
		    one->capacity, rival, other->capacity);
		break;
	case PLAN_CLASS_FREQUENCY:
		add(telling, "slower: %" PRIu64 " MHz at most, %" PRIu32 " has %" PRIu64,
		    one->max_khz / 1000, rival, other->max_khz / 1000);
		break;
	default:
		add(telling, "slower: an efficiency core, %" PRIu32 " is a performance core",
		    rival);
	}
}

static void tell_best(const struct telling *telling)
{
	const struct machine *machine = telling->machine;

	add(telling, "the best left: %s",
	    machine_is_isolated(machine, telling->cpu) ? "isolated" : "not isolated");
	if (cpulist_has(&machine->nohz_full, telling->cpu)) {
		add(telling, ", nohz_full");
	}
	if (machine->nic.irq_count > 0) {
		add(telling, ", ");
		add_taking(telling, telling->cpu);
	}
}

static void tell_shared(const struct telling *telling)
{
	const struct machine *machine = telling->machine;
	size_t times = 0;

	for (size_t i = 0; i < telling->plan->count; i++) {
		times += telling->plan->cpu[i] == telling->cpu;
	}
	if (times > 1) {
		add(telling, "too few CPUs: it serves %zu times", times);
		return;
	}
	for (size_t i = 0; i < telling->plan->count; i++) {
		uint32_t other = telling->plan->cpu[i];

		if (other != telling->cpu &&
		    plan_core(machine, other) == plan_core(machine, telling->cpu)) {
			add(telling, "too few cores: it shares that of %" PRIu32, other);
			return;
		}
	}
}

static void tell_node(const struct telling *telling)
{
	uint32_t node = telling->machine->cpu[telling->cpu].node;
	struct cpulist nodes = telling->plan->extended;
	char list[LIST_TEXT];

	if (node != MACHINE_NONE) {
		add(telling, "on node %" PRIu32 ", ", node);
	}
	if (telling->plan->node < CPULIST_CPUS) {
		cpulist_add(&nodes, telling->plan->node);
	}
	add(telling, "not on node %s", cpulist_text(&nodes, list, sizeof(list)));
}

static void tell_cache(const struct telling *telling)
{
	const struct machine *machine = telling->machine;
	struct cpulist caches = {0};
	char list[LIST_TEXT];

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (cpulist_has(&machine->nic.irq_cpus, cpu) &&
		    machine->cpu[cpu].l3 < CPULIST_CPUS) {
			cpulist_add(&caches, machine->cpu[cpu].l3);
		}
	}
	add(telling, "in the L3 of CPU %" PRIu32 ", %s's interrupts are in that of %s",
	    machine->cpu[telling->cpu].l3, device(machine),
	    cpulist_text(&caches, list, sizeof(list)));
}

/* Reasons that the CPU itself doesn't add a number to. */
static void tell_plainly(const struct telling *telling)
{
	const struct machine *machine = telling->machine;
	uint32_t rival = telling->choice->rival;
	char list[LIST_TEXT];

	switch (telling->choice->reason) {
	case PLAN_LISTED:
		add(telling, "named by --cpus");
		break;
	case PLAN_OFFLINE:
		add(telling, "offline");
		break;
	case PLAN_NOT_ALLOWED:
		add(telling, "outside the cpuset, which allows %s",
		    cpulist_text(&machine->universe, list, sizeof(list)));
		break;
	case PLAN_RESTRICTED:
		add(telling, "outside the mask that this was started with, %s",
		    cpulist_text(&machine->inherited, list, sizeof(list)));
		break;
	case PLAN_UNLISTED:
		add(telling, "not named by --cpus");
		break;
	case PLAN_NOT_ISOLATED:
		add(telling, "not isolated");
		if (rival != MACHINE_NONE) {
			add(telling, ", %" PRIu32 " is", rival);
		}
		break;
	case PLAN_SIBLING_TAKEN:
		add(telling, "a thread of the same core as %" PRIu32 ", which is taken", rival);
		break;
	case PLAN_FAR_CORE:
		add(telling, "not on a core that takes %s's interrupts, %" PRIu32 " is",
		    device(machine), rival);
		break;
	case PLAN_TICKS:
		add(telling, "its tick goes on (no nohz_full), that of %" PRIu32 " stops", rival);
		break;
	case PLAN_MORE_INTERRUPTS:
		add(telling, "%" PRIu64 " interrupts/s, %" PRIu32 " has %" PRIu64,
		    machine->cpu[telling->cpu].interrupt_rate, rival,
		    machine->cpu[rival].interrupt_rate);
		break;
	case PLAN_CPU0:
		add(telling, "the kernel's own work is on CPU 0");
		break;
	case PLAN_HIGHER:
		add(telling, "as good as %" PRIu32 ", which has the lower number", rival);
		break;
	default:
		break;
	}
}

char *plan_why(const struct machine *machine, const struct plan *plan, size_t cpu,
	       char text[static PLAN_WHY_TEXT])
{
	struct telling telling = {.machine = machine,
				  .plan = plan,
				  .cpu = (uint32_t)cpu,
				  .choice = &plan->choice[cpu],
				  .text = text};

	text[0] = '\0';
	switch (telling.choice->reason) {
	case PLAN_BEST:
		tell_best(&telling);
		break;
	case PLAN_SHARED:
		tell_shared(&telling);
		break;
	case PLAN_OTHER_NODE:
		tell_node(&telling);
		break;
	case PLAN_SLOWER:
		tell_slower(&telling);
		break;
	case PLAN_NIC_INTERRUPTS:
		tell_nic_interrupts(&telling);
		break;
	case PLAN_SIBLING_INTERRUPTS:
		tell_sibling_interrupts(&telling);
		break;
	case PLAN_BUSY:
		tell_busy(&telling);
		break;
	case PLAN_SIBLING_BUSY:
		tell_sibling_busy(&telling);
		break;
	case PLAN_FAR_CACHE:
		tell_cache(&telling);
		break;
	default:
		tell_plainly(&telling);
	}
	return text;
}
