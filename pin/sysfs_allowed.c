/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this process may run, and could: by the scheduler's own word, which knows cpusets, and
 * which a cgroup's files would have to be found and believed for. */
#include <errno.h>

#include "machine_text.h"
#include "placement.h"
#include "sysfs_parts.h"
#include "text.h"

/* Those that the machine has: a container may show fewer than there are. */
static struct cpulist known(const struct machine *machine, const struct cpulist *cpus)
{
	struct cpulist all = {0};

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		cpulist_add(&all, cpu);
	}
	return cpulist_both(cpus, &all);
}

static void ask(struct machine *machine)
{
	struct cpulist inherited, universe;
	char why[TEXT_ERROR];
	int err = placement_allowed(0, &inherited);

	if (err < 0) {
		machine_note(machine, "sched_getaffinity: %s: taken as free to run anywhere",
			     text_error(-err, why));
		machine->inherited = machine->universe = machine->online;
		return;
	}
	machine->inherited = known(machine, &inherited);
	err = placement_universe(&universe);
	if (err < 0) {
		machine_note(machine,
			     "sched_setaffinity: %s: what this process may run on is taken for "
			     "all that there is",
			     text_error(-err, why));
		machine->universe = machine->inherited;
	} else {
		machine->universe = known(machine, &universe);
	}
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

void sysfs_allowed(struct sysfs *sysfs, const struct sysfs_request *request)
{
	if (request->is_recorded) {
		read_recorded(sysfs);
	} else {
		ask(sysfs->machine);
	}
}
