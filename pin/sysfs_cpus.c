/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sysfs_parts.h"
#include "text.h"

#define CPUS "sys/devices/system/cpu"

static int essential(struct sysfs *sysfs, int err, char error[static MACHINE_ERROR_TEXT])
{
	char why[TEXT_ERROR];

	snprintf(error, MACHINE_ERROR_TEXT, "/%.150s: %s: %s", sysfs->path, sysfs_why(err, why),
		 err == -EINVAL ? "a list of CPUs is needed, like 0-3,8"
				: "mount sysfs there, or name the root of a recorded machine");
	return err;
}

/* The first of the files that is there; empty names no CPU. 0 or -errno. */
static int read_first(struct sysfs *sysfs, const char *const *names, struct cpulist *ret_list)
{
	int err = -ENOENT;

	for (size_t i = 0; err == -ENOENT && names[i] != NULL; i++) {
		err = sysfs_list(sysfs, ret_list, CPUS "/%s", names[i]);
	}
	return err < 0 ? err : cpulist_next(ret_list, 0) == CPULIST_CPUS ? -EINVAL : 0;
}

/* A list that may be missing, then empty, as it is left where it makes no sense. */
static void read_optional(struct sysfs *sysfs, struct cpulist *list, const char *path,
			  const char *consequence)
{
	int err = sysfs_list(sysfs, list, "%s", path);

	if (err < 0 && err != -ENOENT) {
		sysfs_note(sysfs, err, consequence);
	}
}

static void read_sets(struct sysfs *sysfs)
{
	struct machine *machine = sysfs->machine;

	read_optional(sysfs, &machine->isolated, CPUS "/isolated", "taken as no isolcpus=");
	read_optional(sysfs, &machine->nohz_full, CPUS "/nohz_full", "taken as no nohz_full=");
	read_optional(sysfs, &machine->big, "sys/devices/cpu_core/cpus", "taken as not hybrid");
	read_optional(sysfs, &machine->partitioned, "sys/fs/cgroup/cpuset.cpus.isolated",
		      "taken as no isolated partition");
	if (cpulist_next(&machine->partitioned, 0) == CPULIST_CPUS) {
		/* where v1 and v2 are mounted both */
		read_optional(sysfs, &machine->partitioned,
			      "sys/fs/cgroup/unified/cpuset.cpus.isolated",
			      "taken as no isolated partition");
	}
}

/* Is cpu in the list that a file of its own directory holds? It then holds for all on it. */
static bool read_group(struct sysfs *sysfs, size_t cpu, const char *file, struct cpulist *ret_group,
		       const char *consequence)
{
	struct cpulist group;
	int err = sysfs_list(sysfs, &group, CPUS "/cpu%zu/%s", cpu, file);

	if (err == 0 && !cpulist_has(&group, cpu)) {
		err = -EINVAL;
	}
	if (err == 0) {
		*ret_group = group;
	} else if (err != -ENOENT) {
		sysfs_note(sysfs, err, consequence);
	}
	return err == 0;
}

static void read_core(struct sysfs *sysfs, size_t cpu)
{
	struct machine_cpu *of = sysfs->machine->cpu;
	struct cpulist group = {0};
	size_t first;

	if (!read_group(sysfs, cpu, "topology/thread_siblings_list", &group,
			"taken as a core of its own")) {
		cpulist_add(&group, cpu);
	}
	first = cpulist_next(&group, 0);
	for (size_t i = first; i < CPULIST_CPUS; i = cpulist_next(&group, i + 1)) {
		of[i].core = of[i].core == MACHINE_NONE ? (uint32_t)first : of[i].core;
	}
}

static void read_package(struct sysfs *sysfs, size_t cpu)
{
	struct machine_cpu *of = sysfs->machine->cpu;
	struct cpulist group = {0};
	int64_t number;
	int err = sysfs_number(sysfs, &number, CPUS "/cpu%zu/topology/physical_package_id", cpu);

	if (err == -EINVAL || (err == 0 && number >= MACHINE_NONE)) {
		sysfs_note(sysfs, -EINVAL, "its socket is unknown");
	} else if (err == 0 && number >= 0) { /* -1: the firmware doesn't say */
		if (!read_group(sysfs, cpu, "topology/core_siblings_list", &group,
				"its socket is read for each CPU")) {
			cpulist_add(&group, cpu);
		}
		for (size_t i = cpulist_next(&group, 0); i < CPULIST_CPUS;
		     i = cpulist_next(&group, i + 1)) {
			of[i].package = (uint32_t)number;
		}
	}
}

static void read_l3(struct sysfs *sysfs, size_t cpu)
{
	struct machine_cpu *of = sysfs->machine->cpu;
	struct cpulist group;
	int64_t level;

	if (!read_group(sysfs, cpu, "cache/index3/shared_cpu_list", &group,
			"its L3 cache is unknown") ||
	    (sysfs_number(sysfs, &level, CPUS "/cpu%zu/cache/index3/level", cpu) == 0 &&
	     level != 3)) {
		return;
	}
	for (size_t first = cpulist_next(&group, 0), i = first; i < CPULIST_CPUS;
	     i = cpulist_next(&group, i + 1)) {
		of[i].l3 = (uint32_t)first;
	}
}

/* A file of each CPU that all have or none. -ENOENT: none; the others stay 0. */
static int read_each(struct sysfs *sysfs, const char *file, const char *consequence,
		     void (*set)(struct machine_cpu *cpu, uint64_t value))
{
	const struct cpulist *online = &sysfs->machine->online;
	int64_t number;
	int err = 0;

	for (size_t i = cpulist_next(online, 0); i < CPULIST_CPUS && err != -ENOENT;
	     i = cpulist_next(online, i + 1)) {
		err = sysfs_number(sysfs, &number, CPUS "/cpu%zu/%s", i, file);
		if (err == 0 && number >= 0 && number < UINT32_MAX) {
			set(&sysfs->machine->cpu[i], (uint64_t)number);
		} else if (err != -ENOENT) {
			sysfs_note(sysfs, err == 0 ? -EINVAL : err, consequence);
		}
	}
	return err == -ENOENT ? err : 0;
}

static void set_capacity(struct machine_cpu *cpu, uint64_t value)
{
	cpu->capacity = (uint32_t)value;
}

static void set_max_khz(struct machine_cpu *cpu, uint64_t value)
{
	cpu->max_khz = value;
}

/* is_placed: nothing is compared any more, and only who shares a core matters. */
static void read_each_cpu(struct sysfs *sysfs, bool is_placed)
{
	struct machine *machine = sysfs->machine;

	for (size_t i = 0; i < machine->cpu_count; i++) {
		machine->cpu[i] = (struct machine_cpu){
			.is_online = cpulist_has(&machine->online, i),
			.node = MACHINE_NONE,
			.package = MACHINE_NONE,
			.core = MACHINE_NONE,
			.l3 = MACHINE_NONE,
			.busy_permille = MACHINE_NONE,
		};
	}
	for (size_t i = 0; i < machine->cpu_count; i++) {
		if (!machine->cpu[i].is_online) { /* its directory is gone, or nearly */
			continue;
		}
		if (machine->cpu[i].core == MACHINE_NONE) {
			read_core(sysfs, i);
		}
		if (!is_placed && machine->cpu[i].package == MACHINE_NONE) {
			read_package(sysfs, i);
		}
		if (!is_placed && machine->cpu[i].l3 == MACHINE_NONE) {
			read_l3(sysfs, i);
		}
	}
	for (size_t i = 0; i < machine->cpu_count; i++) {
		if (machine->cpu[i].core == MACHINE_NONE) {
			machine->cpu[i].core = (uint32_t)i;
		}
	}
	/* classes of CPUs: by the best of what tells them */
	if (!is_placed &&
	    read_each(sysfs, "cpu_capacity", "its capacity is unknown", set_capacity) == -ENOENT &&
	    cpulist_next(&machine->big, 0) == CPULIST_CPUS) {
		(void)read_each(sysfs, "cpufreq/cpuinfo_max_freq", "its frequency is unknown",
				set_max_khz);
	}
}

int sysfs_cpus(struct sysfs *sysfs, bool is_placed, char error[static MACHINE_ERROR_TEXT])
{
	static const char *const online_names[] = {"online", "present", NULL};
	static const char *const possible_names[] = {"possible", "present", "online", NULL};
	struct machine *machine = sysfs->machine;
	struct cpulist possible;
	int err = read_first(sysfs, possible_names, &possible);

	err = err < 0 ? err : read_first(sysfs, online_names, &machine->online);
	if (err < 0) {
		return essential(sysfs, err, error);
	}
	for (size_t i = cpulist_next(&machine->online, 0); i < CPULIST_CPUS;
	     i = cpulist_next(&machine->online, i + 1)) {
		cpulist_add(&possible, i);
	}
	for (size_t i = cpulist_next(&possible, 0); i < CPULIST_CPUS;
	     i = cpulist_next(&possible, i + 1)) {
		machine->cpu_count = i + 1;
	}
	machine->cpu = calloc(machine->cpu_count, sizeof(*machine->cpu));
	if (machine->cpu == NULL) {
		return -ENOMEM;
	}
	read_sets(sysfs);
	read_each_cpu(sysfs, is_placed);
	return 0;
}
