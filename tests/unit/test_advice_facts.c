/* SPDX-License-Identifier: BSD-2-Clause */
/* The facts as they are read from a root directory made for it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "advice.h"
#include "advice_facts.h"
#include "machine.h"

static char root_path[] = "/tmp/advice_facts.XXXXXX";
static int root = -1;
static struct advice_facts facts;

static int make_root(void **state)
{
	(void)state;
	strcpy(root_path + strlen(root_path) - 6, "XXXXXX");
	if (mkdtemp(root_path) == NULL) {
		return -1;
	}
	root = open(root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return root < 0 ? -1 : 0;
}

static int remove_root(void **state)
{
	char command[64];

	(void)state;
	close(root);
	snprintf(command, sizeof(command), "rm -rf %s", root_path);
	return system(command) == 0 ? 0 : -1;
}

static void write_file(const char *path, const char *text)
{
	char folder[128];
	int file;

	for (const char *at = strchr(path, '/'); at != NULL; at = strchr(at + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(at - path), path);
		(void)mkdirat(root, folder, 0700);
	}
	file = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
	close(file);
}

static void nothing_there_is_unknown(void **state)
{
	(void)state;
	advice_facts_read(root, 2, &facts);
	assert_int_equal(facts.irqbalance, ADVICE_UNKNOWN);
	assert_int_equal(facts.nohz_full, ADVICE_UNKNOWN);
	assert_int_equal(facts.loader, ADVICE_LOADER_UNKNOWN);
	assert_int_equal(facts.cpuset_version, 0);
	assert_int_equal(facts.idle_latency_us, MACHINE_NONE);
	assert_string_equal(facts.cmdline, "");
	assert_string_equal(facts.governor, "");
}

static void each_fact_is_read(void **state)
{
	(void)state;
	write_file("proc/1/comm", "systemd\n");
	write_file("sys/devices/system/cpu/isolated", "\n");
	write_file("proc/cmdline", "ro quiet isolcpus=2\n");
	write_file("etc/default/grub", "");
	write_file("usr/sbin/update-grub", "");
	write_file("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io\n");
	write_file("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "schedutil\n");
	write_file("sys/devices/system/cpu/cpu2/cpuidle/state0/latency", "0\n");
	write_file("sys/devices/system/cpu/cpu2/cpuidle/state1/latency", "85\n");
	write_file("sys/devices/system/cpu/cpu2/cpuidle/state1/disable", "0\n");
	write_file("sys/devices/system/cpu/cpu2/cpuidle/state2/latency", "200\n");
	write_file("sys/devices/system/cpu/cpu2/cpuidle/state2/disable", "1\n");
	advice_facts_read(root, 2, &facts);
	assert_int_equal(facts.irqbalance, ADVICE_NO);
	assert_int_equal(facts.nohz_full, ADVICE_NO);
	assert_int_equal(facts.loader, ADVICE_LOADER_UPDATE_GRUB);
	assert_int_equal(facts.cpuset_version, 2);
	assert_int_equal(facts.idle_latency_us, 85);
	assert_string_equal(facts.cmdline, "ro quiet isolcpus=2");
	assert_string_equal(facts.governor, "schedutil");
	write_file("proc/77/comm", "irqbalance\n");
	write_file("sys/devices/system/cpu/nohz_full", "(null)\n");
	write_file("usr/sbin/grubby", "");
	advice_facts_read(root, 3, &facts);
	assert_int_equal(facts.irqbalance, ADVICE_YES);
	assert_int_equal(facts.nohz_full, ADVICE_YES);
	assert_int_equal(facts.loader, ADVICE_LOADER_GRUBBY);
	assert_int_equal(facts.idle_latency_us, MACHINE_NONE);
	assert_string_equal(facts.governor, "");
}

static void cpuset_of_version_1_is_told_by_its_hierarchy(void **state)
{
	(void)state;
	write_file("proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
				   "cpuset\t0\t40\t1\ncpu\t2\t40\t1\n");
	advice_facts_read(root, 0, &facts);
	assert_int_equal(facts.cpuset_version, 0);
	write_file("proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
				   "cpuset\t4\t40\t1\n");
	write_file("sys/fs/cgroup/unified/cgroup.controllers", "cpusets\n");
	advice_facts_read(root, 0, &facts);
	assert_int_equal(facts.cpuset_version, 1);
}

static void raspberry_pis_file_is_found(void **state)
{
	(void)state;
	write_file("boot/firmware/cmdline.txt", "console=tty1");
	advice_facts_read(root, 0, &facts);
	assert_int_equal(facts.loader, ADVICE_LOADER_FIRMWARE);
}

/* As /etc/default of an unpacked image may be a link to /usr/etc. */
static void links_stay_below_the_root(void **state)
{
	(void)state;
	write_file("usr/etc/grub", "");
	write_file("usr/sbin/update-grub", "");
	write_file("etc/x", "");
	assert_int_equal(symlinkat("/usr/etc", root, "etc/default"), 0);
	advice_facts_read(root, 0, &facts);
	assert_int_equal(facts.loader, ADVICE_LOADER_UPDATE_GRUB);
}

static void overlong_files_are_unknown(void **state)
{
	char text[ADVICE_CMDLINE + 1];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[ADVICE_CMDLINE] = '\0';
	write_file("proc/cmdline", text);
	write_file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text);
	write_file("sys/devices/system/cpu/cpu0/cpuidle/state0/latency", "12x\n");
	advice_facts_read(root, 0, &facts);
	assert_string_equal(facts.cmdline, "");
	assert_string_equal(facts.governor, "");
	assert_int_equal(facts.idle_latency_us, MACHINE_NONE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
		CLAIM(nothing_there_is_unknown),
		CLAIM(each_fact_is_read),
		CLAIM(cpuset_of_version_1_is_told_by_its_hierarchy),
		CLAIM(raspberry_pis_file_is_found),
		CLAIM(links_stay_below_the_root),
		CLAIM(overlong_files_are_unknown),
	};

	return cmocka_run_group_tests_name("advice_facts", tests, NULL, NULL);
}
