/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts and load of each CPU at one moment, from /proc/interrupts and /proc/stat; two of them
 * give rates. */
#ifndef PTPROBE_MACHINE_SAMPLE_H
#define PTPROBE_MACHINE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;
struct word;

struct machine_sample {
	bool has_interrupts, has_load; /* a header, a line of a CPU was seen */
	size_t cpu_count, irq_count;
	uint64_t *interrupts, *nic_interrupts; /* of each CPU, since boot */
	uint64_t *irq;                         /* of each of the NIC's, over all CPUs */
	uint64_t *busy, *ticks;                /* of each CPU: at work, and in all */
	size_t column_count;
	uint32_t *column; /* the CPU of each column of /proc/interrupts: those online only */
};

/* For the machine's CPUs and its NIC's interrupts, which are sorted by number. 0 or -ENOMEM; to be
 * released. */
int machine_sample_init(struct machine_sample *sample, const struct machine *machine);

void machine_sample_release(struct machine_sample *sample);

/*
 * The lines of /proc/interrupts, one by one, the header ("CPU0 CPU1") first. Those that have not a
 * count for each CPU ("ERR: 0") are passed over. 0, or -EINVAL for a header that is none, or that
 * names CPUs which the machine doesn't have.
 */
int machine_sample_interrupts(struct machine_sample *sample, const struct machine *machine,
			      struct word line);

/* The lines of /proc/stat; those of other things than a CPU, and of CPUs that the machine doesn't
 * have, are passed over. */
void machine_sample_load(struct machine_sample *sample, struct word line);

/*
 * Puts the counts since boot into the machine, and, unless later is NULL, what there was a second
 * between the two, ns apart. A count that fell is taken as none.
 */
void machine_sample_apply(const struct machine_sample *first, const struct machine_sample *later,
			  int64_t ns, struct machine *machine);

#endif
