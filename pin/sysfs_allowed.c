/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this process may run, and could: by the scheduler's own word, which knows cpusets, and
 * which a cgroup's files would have to be found and believed for. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "machine_text.h"
#include "sysfs_parts.h"

/* As many bits as Linux can have CPUs: no call ever fails for a mask that is too short. */
#define SET_BYTES CPU_ALLOC_SIZE(CPULIST_CPUS)

static void add_set(const cpu_set_t *set, const struct machine *machine, struct cpulist *list)
{
	for (size_t i = 0; i < machine->cpu_count; i++) {
		if (CPU_ISSET_S(i, SET_BYTES, set)) {
			cpulist_add(list, i);
		}
	}
}

/*
 * Asks for every CPU, looks at what it got, and goes back to where it was. A child that is thrown
 * away would do it without leaving a trace, but takes longer than all else that is read; the trace
 * is that the mask counts as set by hand from then on, as that of what is to be placed will anyhow.
 */
static int ask_universe(const cpu_set_t *inherited, cpu_set_t *set)
{
	int err = 0;

	memset(set, 0xff, SET_BYTES);
	if (sched_setaffinity(0, SET_BYTES, set) < 0 || sched_getaffinity(0, SET_BYTES, set) < 0) {
		err = -errno;
	}
	(void)sched_setaffinity(0, SET_BYTES, inherited);
	return err;
}

static int ask(struct sysfs *sysfs)
{
	struct machine *machine = sysfs->machine;
	cpu_set_t *inherited = CPU_ALLOC(CPULIST_CPUS), *set = CPU_ALLOC(CPULIST_CPUS);
	int err = -EPERM;

	if (inherited == NULL || set == NULL) {
		CPU_FREE(inherited);
		CPU_FREE(set);
		return -ENOMEM;
	}
	CPU_ZERO_S(SET_BYTES, inherited);
	if (sched_getaffinity(0, SET_BYTES, inherited) == 0) {
		add_set(inherited, machine, &machine->inherited);
		err = ask_universe(inherited, set);
	} else {
		machine_note(machine, "sched_getaffinity: %s: taken as free to run anywhere",
			     strerror(errno));
		machine->inherited = machine->online;
	}
	if (err == 0) {
		add_set(set, machine, &machine->universe);
	} else {
		machine_note(machine, "sched_setaffinity: refused: what this process may run on "
				      "is taken for all that there is");
		machine->universe = machine->inherited;
	}
	CPU_FREE(inherited);
	CPU_FREE(set);
	return 0;
}

static void read_recorded(struct sysfs *sysfs)
{
	struct machine *machine = sysfs->machine;
	int err = sysfs_list(sysfs, &machine->universe, "universe");

	if (err < 0) {
		if (err != -ENOENT) {
			sysfs_note(sysfs, err, "taken as every CPU online");
		}
		machine->universe = machine->online;
	}
	err = sysfs_text(sysfs, "proc/self/status");
	err = err < 0 ? err : machine_text_allowed(sysfs->text, &machine->inherited);
	if (err < 0) {
		if (err != -ENOENT) {
			sysfs_note(sysfs, err, "taken as free to run anywhere");
		}
		machine->inherited = machine->universe;
	}
}

int sysfs_allowed(struct sysfs *sysfs, const struct sysfs_request *request)
{
	if (!request->is_recorded) {
		return ask(sysfs);
	}
	read_recorded(sysfs);
	return 0;
}
