/* SPDX-License-Identifier: BSD-2-Clause */
/* How to keep interrupts and packets off the cores. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice_parts.h"
#include "machine.h"

enum {
	SINGLE_IRQS = 8, /* more are moved by a loop */
	MASK_TEXT = CPULIST_CPUS / 32 * 9 + 1,
};

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
	advice_add_other(
		work,
		advice_command(work,
			       "echo 'IRQBALANCE_BANNED_CPULIST=%s' >> %s && systemctl restart "
			       "irqbalance",
			       work->cores_text,
			       work->facts->loader == ADVICE_LOADER_GRUBBY
				       ? "/etc/sysconfig/irqbalance"
				       : "/etc/default/irqbalance"),
		"or let irqbalance run, and keep it off these cores");
}

/* "24 25 26": those that can land on the cores, for a loop. To be freed. */
static char *irqs_text(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL) {
		work->is_out_of_memory = true;
		return NULL;
	}
	for (size_t i = 0; i < nic->irq_count; i++) {
		if (cpulist_meets(&nic->irq[i].cpus, &work->cores)) {
			fprintf(out, " %" PRIu32, nic->irq[i].number);
		}
	}
	if (fclose(out) != 0) {
		work->is_out_of_memory = true;
		free(text);
		return NULL;
	}
	return text;
}

/* By their numbers: not every device has them in its own msi_irqs. */
static char *loop_text(struct advice_work *work, const char *list)
{
	char *irqs = irqs_text(work), *command = NULL;

	if (irqs != NULL) {
		command = advice_command(work,
					 "for irq in%s; do echo %s > "
					 "/proc/irq/$irq/smp_affinity_list; done",
					 irqs, list);
	}
	free(irqs);
	return command;
}

static void advise_irqs(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	const char *name = nic->lineage_count > 0 ? nic->lineage[nic->lineage_count - 1] : "";
	struct cpulist target = interrupt_cpus(work);
	char list[CPULIST_TEXT], quoted[ADVICE_NAME];
	size_t to_move = 0, left = cpulist_count(&target);

	for (size_t i = 0; i < nic->irq_count; i++) {
		to_move += cpulist_meets(&nic->irq[i].cpus, &work->cores);
	}
	if (to_move == 0) {
		return;
	}
	cpulist_text(&target, list, sizeof(list));
	if (to_move > SINGLE_IRQS) {
		advice_add(work, loop_text(work, list),
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
	if (nic->irq_count > left) {
		advice_add_other(work,
				 advice_command(work, "ethtool -L %s combined %zu",
						advice_quote(name, quoted), left),
				 "where the kernel refuses that (managed interrupts: input/output "
				 "error), fewer queues leave cores free");
	}
}

/* The masks of every queue of every interface down to the device. To be freed. */
static char *masks_text(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	char *text = NULL, quoted[ADVICE_NAME];
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL) {
		work->is_out_of_memory = true;
		return NULL;
	}
	for (size_t i = 0; i < nic->lineage_count; i++) {
		advice_quote(nic->lineage[i], quoted);
		fprintf(out,
			" /sys/class/net/%s/queues/rx-*/rps_cpus "
			"/sys/class/net/%s/queues/tx-*/xps_cpus",
			quoted, quoted);
	}
	if (fclose(out) != 0) {
		work->is_out_of_memory = true;
		free(text);
		return NULL;
	}
	return text;
}

static void advise_steering(struct advice_work *work)
{
	const struct machine_nic *nic = &work->machine->nic;
	struct cpulist target = interrupt_cpus(work);
	char mask[MASK_TEXT], *masks;

	if (nic->lineage_count == 0 || !cpulist_meets(&nic->steered, &work->cores)) {
		return;
	}
	masks = masks_text(work);
	if (masks != NULL) {
		advice_add(work,
			   advice_command(work,
					  "for mask in%s; do grep -qs '[1-9a-f]' \"$mask\" && "
					  "echo %s > \"$mask\"; done",
					  masks, mask_text(&target, mask)),
			   "%s's packets are steered (rps, xps) to the chosen cores",
			   nic->lineage[0]);
	}
	free(masks);
}

void advice_interrupts(struct advice_work *work)
{
	advise_irqbalance(work);
	advise_irqs(work);
	advise_steering(work);
}
