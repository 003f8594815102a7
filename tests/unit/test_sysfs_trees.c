/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees that no kernel writes: links that lead out or round, files that aren't any. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "machine.h"
#include "sysfs.h"
#include "sysfs_bed.h"
#include "sysfs_path.h"

#define CPU "sys/devices/system/cpu"

static struct machine machine;
static int root;

/* A machine of four CPUs. */
static int make(void **state)
{
	(void)state;
	bed_tree();
	bed_file(CPU "/possible", "0-3\n");
	bed_file(CPU "/online", "0-3\n");
	root = open(bed_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	close(root);
	machine_release(&machine);
	bed_clear();
	return 0;
}

/* By openat2 and by hand: the text that is read at path. */
static void expect_read(const char *path, const char *expected)
{
	int (*const ways[])(int, const char *, int) = {sysfs_path_open, sysfs_path_walk};

	for (size_t i = 0; i < 2; i++) {
		char text[64] = "";
		int fd = ways[i](root, path, O_RDONLY);

		if (fd < 0) {
			fail_msg("%s: %s", path, strerror(-fd));
		}
		assert_true(read(fd, text, sizeof(text) - 1) >= 0);
		close(fd);
		assert_string_equal(text, expected);
	}
}

static void expect_error(const char *path, int err)
{
	assert_int_equal(sysfs_path_open(root, path, O_RDONLY), err);
	assert_int_equal(sysfs_path_walk(root, path, O_RDONLY), err);
}

static void links_are_followed_within_the_root(void **state)
{
	(void)state;
	bed_file("a/b/c/file", "inside");
	bed_link("a/relative", "b/c");
	bed_link("a/b/up", "../b/./c/file");
	bed_link("absolute", "/a/relative");
	bed_link("far", "../../../../../../../../../../a//b/c/");
	expect_read("a/relative/file", "inside");
	expect_read("a/b/up", "inside");
	expect_read("absolute/file", "inside");
	expect_read("far/file", "inside");
	expect_read("a/relative/../c/file", "inside"); /* the parent of where the link leads */
	expect_read("/../a/b/c/file", "inside");
}

static void a_link_out_of_the_root_stays_inside(void **state)
{
	char out[600];

	(void)state;
	/* outside there is such a file */
	snprintf(out, sizeof(out), "%s/%s", bed_folder(), CPU "/online");
	bed_link("out", out);
	bed_link("up", "../../../../../../../../../../../../etc/passwd");
	bed_link("etc_passwd", "/etc/passwd");
	bed_link("self", "/proc/self/exe");
	expect_error("out", -ENOENT);
	expect_error("up", -ENOENT);
	expect_error("etc_passwd", -ENOENT);
	expect_error("self", -ENOENT);
	expect_error("../../../../../../etc/passwd", -ENOENT);
}

static void links_in_a_circle_end(void **state)
{
	char real[SYSFS_PATH] = "untouched";

	(void)state;
	bed_link("one", "two");
	bed_link("two", "one");
	bed_link("deeper", "deeper/deeper");
	expect_error("one", -ELOOP);
	expect_error("deeper", -ELOOP);
	assert_int_equal(sysfs_path_resolve(root, "one", real), -ELOOP);
	assert_string_equal(real, "untouched");
}

static void a_device_has_a_path_without_links(void **state)
{
	char real[SYSFS_PATH];

	(void)state;
	bed_link("sys/devices/pci0000:00/0000:00:03.0/virtio0/net/eth0/device", "../../../virtio0");
	bed_link("sys/class/net/eth0", "../../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0");
	assert_int_equal(sysfs_path_resolve(root, "sys/class/net/eth0/device", real), 0);
	assert_string_equal(real, "sys/devices/pci0000:00/0000:00:03.0/virtio0");
}

static void a_machine_may_be_two_lists(void **state)
{
	(void)state;
	bed_read(NULL, &machine);
	assert_int_equal(machine.cpu_count, 4);
	assert_int_equal(machine.node_count, 0);
	bed_is_list(&machine.online, "0-3");
	bed_is_list(&machine.universe, "0-3");
	bed_is_list(&machine.inherited, "0-3");
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(machine.cpu[i].core, i);
		assert_int_equal(machine.cpu[i].package, MACHINE_NONE);
	}
}

static void present_stands_in_for_both(void **state)
{
	char path[600];

	(void)state;
	snprintf(path, sizeof(path), "%s/" CPU "/online", bed_folder());
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/" CPU "/possible", bed_folder());
	assert_int_equal(unlink(path), 0);
	bed_file(CPU "/present", "0-1\n");
	bed_read(NULL, &machine);
	bed_is_list(&machine.online, "0-1");
	assert_int_equal(machine.cpu_count, 2);
}

static void an_empty_tree_is_no_machine(void **state)
{
	struct sysfs_request request = {.root = root, .is_recorded = true};
	char error[MACHINE_ERROR_TEXT], path[600];

	(void)state;
	snprintf(path, sizeof(path), "%s/" CPU "/online", bed_folder());
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/" CPU "/possible", bed_folder());
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sysfs_machine(&request, &machine, error), -ENOENT);
	assert_non_null(strstr(error, "/" CPU "/online: no such file or directory"));
	machine = (struct machine){0};
}

static void cpus_that_do_not_exist_are_cut_off(void **state)
{
	(void)state;
	bed_file(CPU "/isolated", "2-4000\n");
	bed_file("universe", "1-8191\n");
	bed_file(CPU "/cpu0/topology/thread_siblings_list", "0,3,77\n");
	bed_read(NULL, &machine);
	bed_is_list(&machine.isolated, "2-3");
	bed_is_list(&machine.universe, "1-3");
	assert_int_equal(machine.cpu[3].core, 0);
}

static void lowers_in_a_circle_end(void **state)
{
	(void)state;
	bed_file("sys/class/net/a/uevent", "");
	bed_link("sys/class/net/a/lower_b", "../b");
	bed_link("sys/class/net/b/lower_c", "../c");
	bed_link("sys/class/net/c/lower_a", "../a");
	bed_read("a", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_SOFTWARE);
	assert_int_equal(machine.nic.lineage_count, 1);
	assert_string_equal(machine.nic.lineage[0], "a");
}

static void a_circle_does_not_hide_the_device_beside_it(void **state)
{
	(void)state;
	bed_link("sys/class/net/a/lower_a", "../a");
	bed_link("sys/class/net/a/lower_b", "../b");
	bed_link("sys/class/net/b/lower_a", "../a");
	bed_link("sys/class/net/b/lower_z", "../z");
	bed_file("sys/devices/pci/x/irq", "9\n");
	bed_link("sys/class/net/z/device", "../../../devices/pci/x");
	bed_read("a", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_DEVICE);
	assert_int_equal(machine.nic.lineage_count, 3);
	assert_string_equal(machine.nic.lineage[2], "z");
	assert_int_equal(machine.nic.irq[0].number, 9);
}

static void too_long_a_lineage_ends_with_a_note(void **state)
{
	char path[64], target[16];

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(path, sizeof(path), "sys/class/net/n%d/lower_n%d", i, i + 1);
		snprintf(target, sizeof(target), "../n%d", i + 1);
		bed_link(path, target);
	}
	bed_read("n0", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_SOFTWARE);
	bed_has_note(&machine, "n0: too many interfaces below it: 'n8'");
}

static void a_bridge_of_software_is_software(void **state)
{
	(void)state;
	bed_file("sys/devices/virtual/net/veth0/ifindex", "7\n");
	bed_file("sys/devices/virtual/net/veth0/iflink", "2\n"); /* its peer: no lower */
	bed_link("sys/class/net/veth0", "../../devices/virtual/net/veth0");
	bed_link("sys/class/net/br0/lower_veth0", "../veth0");
	bed_read("br0", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_SOFTWARE);
}

static void a_bridge_with_one_device_is_that_device(void **state)
{
	(void)state;
	bed_file("sys/devices/virtual/net/veth0/iflink", "2\n");
	bed_link("sys/class/net/veth0", "../../devices/virtual/net/veth0");
	bed_file("sys/devices/pci0/0000:01:00.0/numa_node", "0\n");
	bed_link("sys/devices/pci0/0000:01:00.0/net/eth10/device", "../../../0000:01:00.0");
	bed_link("sys/class/net/eth10", "../../devices/pci0/0000:01:00.0/net/eth10");
	bed_link("sys/class/net/br0/lower_veth0", "../veth0");
	bed_link("sys/class/net/br0/lower_eth10", "../eth10");
	bed_file("sys/devices/system/node/online", "0\n");
	bed_file("sys/devices/system/node/node0/cpulist", "0-3\n");
	bed_read("br0", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_DEVICE);
	assert_string_equal(machine.nic.lineage[1], "eth10");
	assert_int_equal(machine.nic.node, 0);
}

static void a_pipe_in_the_place_of_a_file_is_not_waited_for(void **state)
{
	char path[600];

	(void)state;
	snprintf(path, sizeof(path), "%s/" CPU "/isolated", bed_folder());
	assert_int_equal(mkfifo(path, 0600), 0);
	bed_read(NULL, &machine);
	bed_is_list(&machine.isolated, "");
}

static void a_folder_in_the_place_of_a_file_is_a_note(void **state)
{
	(void)state;
	bed_file(CPU "/isolated/file", "0\n");
	bed_read(NULL, &machine);
	bed_has_note(&machine, "/" CPU "/isolated: is a directory: taken as no isolcpus=");
}

static void one_file_of_many_that_are_wrong_alike_is_told(void **state)
{
	(void)state;
	bed_file(CPU "/cpu0/topology/thread_siblings_list", "x");
	bed_file(CPU "/cpu1/topology/thread_siblings_list", "y");
	bed_file(CPU "/cpu2/topology/thread_siblings_list", "z");
	bed_read(NULL, &machine);
	bed_has_note(&machine, "cpu0/topology");
	for (size_t i = 0; i < machine.note_count; i++) {
		assert_null(strstr(machine.note[i], "cpu1/topology"));
	}
}

static void a_line_without_end_is_refused(void **state)
{
	static char line[600 << 10];

	(void)state;
	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "CPU0", 4);
	bed_file("proc/interrupts", line);
	bed_read(NULL, &machine);
	bed_has_note(&machine, "/proc/interrupts: makes no sense");
}

static void names_that_would_steer_a_terminal_are_not_repeated(void **state)
{
	struct sysfs_request request = {.root = root, .is_recorded = true, .interface = "\033[2Jx"};
	char error[MACHINE_ERROR_TEXT];

	(void)state;
	bed_file("sys/class/net/\033[31m/uevent", "");
	bed_file("sys/class/net/eth0/uevent", "");
	assert_int_equal(sysfs_machine(&request, &machine, error), -ENODEV);
	assert_null(strchr(error, '\033'));
	assert_non_null(strstr(error, "there are eth0"));
	machine = (struct machine){0};
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clear)
		TEST(links_are_followed_within_the_root),
		TEST(a_link_out_of_the_root_stays_inside),
		TEST(links_in_a_circle_end),
		TEST(a_device_has_a_path_without_links),
		TEST(a_machine_may_be_two_lists),
		TEST(present_stands_in_for_both),
		TEST(an_empty_tree_is_no_machine),
		TEST(cpus_that_do_not_exist_are_cut_off),
		TEST(lowers_in_a_circle_end),
		TEST(a_circle_does_not_hide_the_device_beside_it),
		TEST(too_long_a_lineage_ends_with_a_note),
		TEST(a_bridge_of_software_is_software),
		TEST(a_bridge_with_one_device_is_that_device),
		TEST(a_pipe_in_the_place_of_a_file_is_not_waited_for),
		TEST(a_folder_in_the_place_of_a_file_is_a_note),
		TEST(one_file_of_many_that_are_wrong_alike_is_told),
		TEST(a_line_without_end_is_refused),
		TEST(names_that_would_steer_a_terminal_are_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
