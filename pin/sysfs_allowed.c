/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this process may run, and could: by the scheduler's own word, which knows cpusets, and
 * which a cgroup's files would have to be found and believed for. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* In the throw-away child: asks for every CPU, and sends what it got. */
static void send_universe(int fd, cpu_set_t *set)
{
	ssize_t sent;

	memset(set, 0xff, SET_BYTES);
	if (sched_setaffinity(0, SET_BYTES, set) == 0 &&
	    sched_getaffinity(0, SET_BYTES, set) == 0) {
		sent = write(fd, set, SET_BYTES);
		(void)sent; /* a short one is noticed by the reader */
	}
	_exit(0);
}

/*
 * A throw-away child that shares this memory until it is gone: the copy of a page table, as fork
 * makes one, would take a third of the time of all that is read. 0 or -errno.
 */
__attribute__((noinline)) static int run_child(int fd, cpu_set_t *set)
{
	pid_t child = vfork();

	if (child == 0) {
		send_universe(fd, set);
	}
	if (child < 0) {
		return -errno;
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
	}
	return 0;
}

/* 0 or -errno. A pipe takes a page at least, and a set is a quarter of one. */
static int ask_universe(cpu_set_t *set)
{
	int ends[2], err;
	ssize_t got = 0;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	err = run_child(ends[1], set);
	close(ends[1]);
	if (err == 0) {
		do {
			got = read(ends[0], set, SET_BYTES);
		} while (got < 0 && errno == EINTR);
		err = got == (ssize_t)SET_BYTES ? 0 : -EPERM;
	}
	close(ends[0]);
	return err;
}

static int ask(struct sysfs *sysfs)
{
	struct machine *machine = sysfs->machine;
	cpu_set_t *set = CPU_ALLOC(CPULIST_CPUS);
	int err;

	if (set == NULL) {
		return -ENOMEM;
	}
	CPU_ZERO_S(SET_BYTES, set);
	if (sched_getaffinity(0, SET_BYTES, set) == 0) {
		add_set(set, machine, &machine->inherited);
	} else {
		machine_note(machine, "sched_getaffinity: %s: taken as free to run anywhere",
			     strerror(errno));
		machine->inherited = machine->online;
	}
	err = ask_universe(set);
	if (err == 0) {
		add_set(set, machine, &machine->universe);
	} else {
		machine_note(machine,
			     "sched_setaffinity: refused to a child: what this process may run on "
			     "is taken for all that there is");
		machine->universe = machine->inherited;
	}
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
