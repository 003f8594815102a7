/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine_text.h"
#include "sysfs_parts.h"
#include "words.h"

static int add_irq(struct sysfs *sysfs, uint32_t number)
{
	struct machine_nic *nic = &sysfs->machine->nic;

	for (size_t i = 0; i < nic->irq_count; i++) {
		if (nic->irq[i].number == number) {
			return 0;
		}
	}
	if (nic->irq_count == MACHINE_IRQS) {
		return -E2BIG;
	}
	if ((nic->irq_count & (nic->irq_count - 1)) == 0) { /* full at every power of two */
		size_t room = nic->irq_count == 0 ? 1 : 2 * nic->irq_count;
		struct machine_irq *larger = realloc(nic->irq, room * sizeof(*larger));

		if (larger == NULL) {
			return -ENOMEM;
		}
		nic->irq = larger;
	}
	nic->irq[nic->irq_count++] = (struct machine_irq){.number = number};
	return 0;
}

/* 0 or -errno; a name that is no number is passed over. */
static int add_msi(struct sysfs *sysfs, const struct sysfs_names *names)
{
	uint64_t number;
	int err = 0;

	for (size_t i = 0; i < names->count && err == 0; i++) {
		struct word word = {names->name[i], strlen(names->name[i])};

		if (word_number(&word, 10, &number) == 0 && number < MACHINE_NONE) {
			err = add_irq(sysfs, (uint32_t)number);
		}
	}
	return err;
}

/* -ENOENT: neither file is there. */
static int add_of(struct sysfs *sysfs, const char *path)
{
	struct sysfs_names names = {0};
	int err = sysfs_names(sysfs, "", &names, "%s/msi_irqs", path);
	size_t count = names.count;
	int64_t number;

	if (err == 0) {
		err = add_msi(sysfs, &names);
		sysfs_names_free(&names);
	}
	if (err < 0 && err != -ENOENT) {
		return err;
	}
	if (count > 0) {
		return err;
	}
	err = sysfs_number(sysfs, &number, "%s/irq", path);
	if (err < 0) {
		return err;
	}
	if (number < 0 || number >= MACHINE_NONE) {
		return -EINVAL;
	}
	return number > 0 ? add_irq(sysfs, (uint32_t)number) : 0; /* 0: it has none */
}

struct by_name {
	struct sysfs *sysfs;
	const char *name, *device;
};

static int take_named(void *context, struct word line)
{
	const struct by_name *by = context;
	uint32_t number;

	return machine_text_irq_of(line, by->name, &number) ||
			       machine_text_irq_of(line, by->device, &number)
		       ? add_irq(by->sysfs, number)
		       : 0;
}

/* On a board, whose devices have no file that tells. */
static int add_named(struct sysfs *sysfs, const char *name, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct by_name by = {sysfs, name, slash != NULL ? slash + 1 : path};
	size_t before = sysfs->machine->nic.irq_count;
	int err = sysfs_lines(sysfs, "proc/interrupts", take_named, &by);

	if (err == 0 && sysfs->machine->nic.irq_count == before) {
		machine_note(sysfs->machine, "%s: its interrupts are unknown", name);
	}
	return err == -ENOMEM || err == -E2BIG ? err : 0;
}

int sysfs_irqs(struct sysfs *sysfs, const char *name, const char *path)
{
	size_t before = sysfs->machine->nic.irq_count;
	char at[SYSFS_PATH];
	int err = -ENOENT;

	snprintf(at, sizeof(at), "%s", path);
	while (err == -ENOENT && strcmp(at, "sys/devices") != 0 && strchr(at, '/') != NULL) {
		err = add_of(sysfs, at);
		*strrchr(at, '/') = '\0';
	}
	if (err == -EINVAL || err == -EACCES) {
		sysfs_note(sysfs, err, "the interface's interrupts are looked up by name");
	}
	if (err != -ENOMEM && err != -E2BIG && sysfs->machine->nic.irq_count == before) {
		err = add_named(sysfs, name, path);
	}
	if (err == -E2BIG) {
		machine_note(sysfs->machine, "%s: more than %d interrupts: the rest is left out",
			     name, MACHINE_IRQS);
	}
	return err == -ENOMEM ? err : 0;
}

static int compare_irqs(const void *a, const void *b)
{
	uint32_t first = ((const struct machine_irq *)a)->number;
	uint32_t second = ((const struct machine_irq *)b)->number;

	return first < second ? -1 : first > second;
}

int sysfs_irq_cpus(struct sysfs *sysfs)
{
	struct machine_nic *nic = &sysfs->machine->nic;

	if (nic->irq_count > 1) {
		qsort(nic->irq, nic->irq_count, sizeof(*nic->irq), compare_irqs);
	}
	for (size_t i = 0; i < nic->irq_count; i++) {
		struct machine_irq *irq = &nic->irq[i];
		int err = sysfs_list(sysfs, &irq->cpus, "proc/irq/%u/effective_affinity_list",
				     irq->number);

		/* empty while it isn't in use */
		if (err < 0 || cpulist_next(&irq->cpus, 0) == CPULIST_CPUS) {
			err = sysfs_list(sysfs, &irq->cpus, "proc/irq/%u/smp_affinity_list",
					 irq->number);
		}
		if (err < 0) {
			sysfs_note(sysfs, err, "where this interrupt goes is unknown");
		}
		cpulist_join(&nic->irq_cpus, &irq->cpus);
	}
	return 0;
}
