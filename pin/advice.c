/* SPDX-License-Identifier: BSD-2-Clause */
#include "advice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "advice_parts.h"
#include "machine.h"
#include "plan.h"
#include "put.h"
#include "text.h"

enum {
	SINGLE_IRQS = 8, /* more are moved by a loop */
	SHALLOW_US = 10, /* an idle state left faster than this does no harm */
	NAME_TEXT = 4 * MACHINE_IFNAME + 3,
	MASK_TEXT = CPULIST_CPUS / 32 * 9 + 1,
};

void advice_release(struct advice *advice)
{
	for (size_t i = 0; i < advice->count; i++) {
		free(advice->item[i].why);
		free(advice->item[i].command);
	}
	*advice = (struct advice){0};
}

void advice_add(struct advice_work *work, char *command, const char *format, ...)
{
	struct advice *advice = &work->advice;
	va_list arguments;
	char *why = NULL;
	int length;

	if (advice->count == ADVICE_ITEMS) {
		free(command);
		return;
	}
	va_start(arguments, format);
	length = vasprintf(&why, format, arguments);
	va_end(arguments);
	if (length < 0) {
		free(command);
		work->is_out_of_memory = true;
		return;
	}
	advice->item[advice->count++] = (struct advice_item){.why = why, .command = command};
}

char *advice_command(struct advice_work *work, const char *format, ...)
{
	va_list arguments;
	char *command = NULL;
	int length;

	va_start(arguments, format);
	length = vasprintf(&command, format, arguments);
	va_end(arguments);
	if (length < 0) {
		work->is_out_of_memory = true;
		return NULL;
	}
	return command;
}

/* A name as a shell takes it for one word: the kernel allows nearly anything in it. */
static char *quote(const char *name, char text[static NAME_TEXT])
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:@";
	char *to = text;

	if (name[strspn(name, plain)] == '\0') {
		snprintf(text, NAME_TEXT, "%s", name);
		return text;
	}
	*to++ = '\'';
	for (; *name != '\0'; name++) {
		if (*name == '\'') {
			memcpy(to, "'\\''", 4);
			to += 4;
		} else {
			*to++ = *name;
		}
	}
	*to++ = '\'';
	*to = '\0';
	return text;
}

/* As rps_cpus takes it: "3,ffffffff", the highest 32 CPUs first. */
static char *mask_text(const struct cpulist *cpus, char text[static MASK_TEXT])
{
	size_t used = 0;

	for (size_t group = CPULIST_CPUS / 32; group-- > 0;) {
		uint32_t bits = (uint32_t)(cpus->word[group / 2] >> group % 2 * 32);

		if (used > 0) {
			used += (size_t)snprintf(text + used, MASK_TEXT - used, ",%08" PRIx32,
						 bits);
		} else if (bits != 0 || group == 0) {
			used += (size_t)snprintf(text, MASK_TEXT, "%" PRIx32, bits);
		}
	}
	return text;
}

/* The taken CPUs and the other threads of their cores; without CPU 0's core, which can't be. */
static void find_cores(struct advice_work *work)
{
	const struct machine *machine = work->machine;
	struct cpulist cores = {0}, kept = {0};

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		uint32_t core = machine->cpu[cpu].core;

		if (plan_is_taken(work->plan, cpu) && core < CPULIST_CPUS &&
		    core != machine->cpu[0].core) {
			cpulist_add(&cores, core);
		}
	}
	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (machine->cpu[cpu].is_online && cpulist_has(&cores, machine->cpu[cpu].core)) {
			cpulist_add(&work->cores, cpu);
		}
	}
	kept = cpulist_without(&machine->online, &work->cores);
	kept = cpulist_without(&kept, &machine->isolated);
	work->rest = cpulist_without(&kept, &machine->partitioned);
	if (cpulist_is_empty(&work->rest)) {
		work->rest = kept;
	}
}

/* Where interrupts may go: what is left of the NIC's node, or of the nearest. */
static struct cpulist interrupt_cpus(const struct advice_work *work)
{
	const struct machine *machine = work->machine;
	struct cpulist nearest = work->rest;
	uint32_t least = MACHINE_NONE;

	for (size_t i = 0; i < machine->node_count; i++) {
		struct cpulist left = cpulist_both(&work->rest, &machine->node[i].cpus);
		uint32_t distance =
			machine_distance(machine, machine->nic.node, machine->node[i].number);

		if (distance < least && !cpulist_is_empty(&left)) {
			nearest = left;
			least = distance;
		}
	}
	return nearest;
}

static void advise_irqbalance(struct advice_work *work)
{
	if (work->facts->irqbalance != ADVICE_YES) {
		return;
	}
	advice_add(work, advice_command(work, "systemctl disable --now irqbalance"),
		   "irqbalance runs, and moves interrupts back onto the chosen cores");
	advice_add(work,
		   advice_command(work,
				  "echo 'IRQBALANCE_BANNED_CPULIST=%s' >> %s && systemctl restart "
				  "irqbalance",
				  work->cores_text,
				  work->facts->loader == ADVICE_LOADER_GRUBBY
					  ? "/etc/sysconfig/irqbalance"
					  : "/etc/default/irqbalance"),
		   "or let irqbalance run, and keep it off these cores");
}

static void advise_irqs(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	const char *name = nic->lineage_count > 0 ? nic->lineage[nic->lineage_count - 1] : "";
	struct cpulist target = interrupt_cpus(work);
	char list[CPULIST_TEXT], quoted[NAME_TEXT];
	size_t to_move = 0;

	for (size_t i = 0; i < nic->irq_count; i++) {
		to_move += cpulist_meets(&nic->irq[i].cpus, &work->cores);
	}
	if (to_move == 0) {
		return;
	}
	cpulist_text(&target, list, sizeof(list));
	quote(name, quoted);
	if (to_move > SINGLE_IRQS) {
		advice_add(work,
			   advice_command(work,
					  "for irq in $(ls /sys/class/net/%s/device/msi_irqs); do "
					  "echo %s > /proc/irq/$irq/smp_affinity_list; done",
					  quoted, list),
			   "%zu of %s's interrupts can land on the chosen cores", to_move, name);
	}
	for (size_t i = 0; i < nic->irq_count && to_move <= SINGLE_IRQS; i++) {
		if (cpulist_meets(&nic->irq[i].cpus, &work->cores)) {
			advice_add(work,
				   advice_command(work,
						  "echo %s > /proc/irq/%" PRIu32
						  "/smp_affinity_list",
						  list, nic->irq[i].number),
				   "%s's interrupt %" PRIu32 " can land on the chosen cores", name,
				   nic->irq[i].number);
		}
	}
	advice_add(
		work,
		advice_command(work, "ethtool -L %s combined %zu", quoted, cpulist_count(&target)),
		"if the kernel refuses that (managed interrupts: input/output error), fewer "
		"queues leave cores free");
}

static void advise_steering(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	struct cpulist target = interrupt_cpus(work);
	char mask[MASK_TEXT], quoted[NAME_TEXT];

	if (nic->lineage_count == 0 || !cpulist_meets(&nic->steered, &work->cores)) {
		return;
	}
	quote(nic->lineage[nic->lineage_count - 1], quoted);
	advice_add(work,
		   advice_command(work,
				  "for mask in /sys/class/net/%s/queues/rx-*/rps_cpus "
				  "/sys/class/net/%s/queues/tx-*/xps_cpus; do grep -q '[1-9a-f]' "
				  "\"$mask\" && echo %s > \"$mask\"; done",
				  quoted, quoted, mask_text(&target, mask)),
		   "%s's packets are steered (rps, xps) to the chosen cores",
		   nic->lineage[nic->lineage_count - 1]);
}

static void advise_power(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	char quoted[NAME_TEXT];

	if (work->facts->governor[0] != '\0' && strcmp(work->facts->governor, "performance") != 0) {
		advice_add(work, advice_command(work, "cpupower frequency-set -g performance"),
			   "the governor is '%s': the core starts slow after each idle moment",
			   work->facts->governor);
	}
	if (work->facts->idle_latency_us != MACHINE_NONE &&
	    work->facts->idle_latency_us > SHALLOW_US) {
		advice_add(work,
			   nic->lineage_count > 0
				   ? advice_command(work,
						    "ptprobe-pin -i %s --no-cstates -- COMMAND",
						    quote(nic->lineage[0], quoted))
				   : advice_command(work, "ptprobe-pin --no-cstates -- COMMAND"),
			   "an idle core takes up to %" PRIu32
			   " us to wake up: keep it out of deep idle states while the command runs",
			   work->facts->idle_latency_us);
	}
}

static void advise_runtime(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	struct cpulist cpus = work->plan->cpus;
	char list[CPULIST_TEXT], quoted[NAME_TEXT];

	if (work->is_isolated || !cpulist_is_empty(&work->machine->isolated)) {
		return; /* a partition beside isolcpus= moves tasks onto its CPUs */
	}
	if (work->facts->cpuset_version == 1) {
		advice_add(work, NULL,
			   "cpuset is bound to version 1 of cgroups, hence no --partition: boot "
			   "with cgroup_no_v1=cpuset to have it");
		return;
	}
	advice_add(work,
		   nic->lineage_count > 0 && work->plan->node == nic->node
			   ? advice_command(work, "ptprobe-pin -i %s --partition -- COMMAND",
					    quote(nic->lineage[0], quoted))
			   : advice_command(work, "ptprobe-pin --cpus %s --partition -- COMMAND",
					    cpulist_text(&cpus, list, sizeof(list))),
		   "or, without a reboot, isolate them while the command runs");
}

int advice_make(const struct machine *machine, const struct plan *plan,
		const struct advice_facts *facts, struct advice *ret_advice)
{
	struct advice_work work = {.machine = machine, .plan = plan, .facts = facts};
	struct cpulist isolated = machine_isolated(machine);

	find_cores(&work);
	cpulist_text(&work.cores, work.cores_text, sizeof(work.cores_text));
	work.is_isolated = cpulist_covers(&isolated, &work.cores);
	if (cpulist_is_empty(&work.cores) || cpulist_is_empty(&work.rest)) {
		advice_add(&work, NULL,
			   "there is no core but CPU 0's to isolate, which the kernel's own work "
			   "needs: interrupts and other tasks stay on it");
	} else {
		advice_arguments(&work);
		advise_runtime(&work);
		advise_irqbalance(&work);
		advise_irqs(&work);
		advise_steering(&work);
	}
	advise_power(&work);
	if (work.is_out_of_memory) {
		advice_release(&work.advice);
		return -ENOMEM;
	}
	*ret_advice = work.advice;
	return 0;
}

void advice_text(const struct advice *advice, FILE *out)
{
	if (advice->count == 0) {
		fputs("# nothing is to be done: what could be looked at is as it should be\n", out);
	}
	for (size_t i = 0; i < advice->count; i++) {
		fputs("# ", out);
		text_print(advice->item[i].why, out);
		fputc('\n', out);
		if (advice->item[i].command != NULL) {
			text_print(advice->item[i].command, out);
			fputc('\n', out);
		}
	}
}

json_t *advice_json(const struct advice *advice)
{
	json_t *array = json_array();
	int failed = 0;

	for (size_t i = 0; i < advice->count; i++) {
		json_t *object = json_object();
		int broken = 0;

		broken |= put_text(object, "why", advice->item[i].why);
		broken |= put_text(object, "command", advice->item[i].command);
		failed |= json_array_append_new(array, put_whole(object, broken));
	}
	return put_whole(array, failed);
}
