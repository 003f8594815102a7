/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine that this runs on. */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "cpulist.h"
#include "machine.h"
#include "sysfs.h"

enum { READS = 1000 };

static int root;

static void read_machine(const char *interface, int64_t sample_ns, struct machine *ret_machine)
{
	struct sysfs_request request = {
		.root = root, .interface = interface, .sample_ns = sample_ns};
	char error[MACHINE_ERROR_TEXT];

	if (sysfs_machine(&request, ret_machine, error) < 0) {
		fail_msg("%s", error);
	}
}

static void assert_within(const struct cpulist *inner, const struct cpulist *outer)
{
	for (size_t i = 0; i < CPULIST_CPUS; i++) {
		assert_true(!cpulist_has(inner, i) || cpulist_has(outer, i));
	}
}

static void the_sets_lie_within_one_another(void **state)
{
	struct machine machine;

	(void)state;
	read_machine(NULL, 0, &machine);
	assert_true(cpulist_count(&machine.inherited) > 0);
	assert_within(&machine.inherited, &machine.universe);
	assert_within(&machine.universe, &machine.online);
	for (size_t i = 0; i < machine.note_count; i++) {
		print_message("# %s\n", machine.note[i]);
	}
	machine_release(&machine);
}

static void the_inherited_mask_is_the_schedulers(void **state)
{
	struct machine machine;
	cpu_set_t set;

	(void)state;
	read_machine(NULL, 0, &machine);
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	for (size_t i = 0; i < CPU_SETSIZE; i++) {
		assert_int_equal(CPU_ISSET(i, &set) != 0, cpulist_has(&machine.inherited, i));
	}
	machine_release(&machine);
}

static void the_cpus_are_those_configured(void **state)
{
	struct machine machine;
	size_t online = 0;

	(void)state;
	read_machine(NULL, 0, &machine);
	for (size_t i = 0; i < machine.cpu_count; i++) {
		online += machine.cpu[i].is_online;
	}
	/* glibc 2.34 counts the inherited mask */
	assert_true(online >= (size_t)sysconf(_SC_NPROCESSORS_ONLN));
	/* possible may have more: places for CPUs to be plugged in */
	assert_true(machine.cpu_count >= (size_t)sysconf(_SC_NPROCESSORS_CONF));
	machine_release(&machine);
}

/* In a child, since this process goes on. */
static void a_narrowed_mask_leaves_the_universe(void **state)
{
	struct machine before, after;
	cpu_set_t one;
	int status = -1;
	pid_t child;

	(void)state;
	read_machine(NULL, 0, &before);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		size_t cpu = cpulist_next(&before.inherited, 0);

		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) < 0) {
			_exit(1);
		}
		read_machine(NULL, 0, &after);
		_exit(cpulist_count(&after.inherited) == 1 && cpulist_has(&after.inherited, cpu) &&
				      memcmp(&after.universe, &before.universe,
					     sizeof(before.universe)) == 0
			      ? 0
			      : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	machine_release(&before);
}

static void reading_leaves_the_own_mask_alone(void **state)
{
	struct machine machine;
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	read_machine(NULL, 0, &machine);
	machine_release(&machine);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
}

static void two_samples_are_as_far_apart_as_was_asked(void **state)
{
	struct machine machine;
	uint64_t rate = 0;

	(void)state;
	read_machine(NULL, 50000000, &machine);
	assert_true(machine.sample_ns >= 50000000);
	for (size_t i = 0; i < machine.cpu_count; i++) {
		rate += machine.cpu[i].interrupt_rate;
	}
	assert_true(rate > 0); /* this process was woken by one */
	machine_release(&machine);
}

static void loopback_is_software(void **state)
{
	struct machine machine;

	(void)state;
	if (access("/sys/class/net/lo", F_OK) != 0) {
		print_message("# no lo in /sys\n");
		return;
	}
	read_machine("lo", 0, &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_SOFTWARE);
	assert_int_equal(machine.nic.node, MACHINE_NONE);
	machine_release(&machine);
}

static size_t descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL) {
		count++;
	}
	closedir(directory);
	return count;
}

static void a_thousand_readings_leak_no_descriptor(void **state)
{
	struct sysfs_request nowhere = {.root = root, .interface = "no-such-one"};
	size_t before = descriptors();
	char error[MACHINE_ERROR_TEXT];
	struct machine machine;

	(void)state;
	for (size_t i = 0; i < READS / 2; i++) {
		read_machine("lo", 0, &machine);
		machine_release(&machine);
		assert_true(sysfs_machine(&nowhere, &machine, error) < 0);
	}
	assert_int_equal(descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nor a child */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sets_lie_within_one_another),
		cmocka_unit_test(the_inherited_mask_is_the_schedulers),
		cmocka_unit_test(the_cpus_are_those_configured),
		cmocka_unit_test(a_narrowed_mask_leaves_the_universe),
		cmocka_unit_test(reading_leaves_the_own_mask_alone),
		cmocka_unit_test(two_samples_are_as_far_apart_as_was_asked),
		cmocka_unit_test(loopback_is_software),
		cmocka_unit_test(a_thousand_readings_leak_no_descriptor),
	};

	root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
