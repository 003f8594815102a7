/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounts, states, names and owners of partitions. The lines are those of Linux 6.1 to 6.18. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "partition_text.h"

/* Debian 12 with systemd: one hierarchy. */
static const char unified[] =
	"22 28 0:20 / /proc rw,nosuid,nodev,noexec,relatime shared:5 - proc proc rw\n"
	"27 21 0:24 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 "
	"rw,nsdelegate,memory_recursiveprot\n"
	"28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n";

/* Both versions; the second one has no optional fields. */
static const char hybrid[] =
	"26 18 0:24 / /sys/fs/cgroup/cpuset rw,relatime shared:9 master:2 - cgroup cgroup "
	"rw,cpuset\n"
	"27 18 0:25 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
	"28 18 0:26 /docker/12 /sys/fs/cgroup/uni\\040fied ro,relatime - cgroup2 cgroup2 rw\n";

static void the_mount_of_v2_is_found(void **state)
{
	struct partition_mount mount;
	const char *at = unified;

	(void)state;
	assert_true(partition_mount_next(&at, &mount));
	assert_string_equal(mount.path, "/sys/fs/cgroup");
	assert_string_equal(mount.root, "/");
	assert_true(mount.is_v2);
	assert_true(mount.is_writable);
	assert_false(mount.has_cpuset);
	assert_false(partition_mount_next(&at, &mount));
}

static void cpuset_bound_to_v1_is_seen(void **state)
{
	struct partition_mount mount;
	const char *at = hybrid;

	(void)state;
	assert_true(partition_mount_next(&at, &mount));
	assert_false(mount.is_v2);
	assert_true(mount.has_cpuset);
	assert_true(partition_mount_next(&at, &mount));
	assert_string_equal(mount.path, "/sys/fs/cgroup/cpu,cpuacct");
	assert_false(mount.has_cpuset);
}

static void escapes_roots_and_read_only_mounts_are_read(void **state)
{
	struct partition_mount mount;
	const char *at = hybrid;

	(void)state;
	assert_true(partition_mount_next(&at, &mount));
	assert_true(partition_mount_next(&at, &mount));
	assert_true(partition_mount_next(&at, &mount));
	assert_string_equal(mount.path, "/sys/fs/cgroup/uni fied");
	assert_string_equal(mount.root, "/docker/12");
	assert_true(mount.is_v2);
	assert_false(mount.is_writable);
}

static void a_read_only_hierarchy_is_not_writable(void **state)
{
	const char *at = "27 21 0:24 / /c rw,relatime - cgroup2 none ro,nsdelegate\n";
	struct partition_mount mount;

	(void)state;
	assert_true(partition_mount_next(&at, &mount));
	assert_false(mount.is_writable);
}

static void lines_that_make_no_sense_are_left_out(void **state)
{
	static char text[512];
	const char *at = text;
	struct partition_mount mount = {.path = "as it was"};

	(void)state;
	/* a path of 257 bytes, one line cut short, and one that isn't finished */
	strcpy(text, "1 2 0:1 / /");
	memset(text + strlen(text), 'x', 256);
	strcat(text, " rw - cgroup2 none rw\n- - -\n1 2 0:1 / /c rw - cgroup2 none");
	assert_false(partition_mount_next(&at, &mount));
	assert_string_equal(mount.path, "as it was");
	at = "";
	assert_false(partition_mount_next(&at, &mount));
}

static void expect_state(const char *text, enum partition_state expected, const char *reason)
{
	char found[PARTITION_REASON_TEXT];

	assert_int_equal(partition_state_parse(text, found), expected);
	assert_string_equal(found, reason);
}

static void states_are_told_apart(void **state)
{
	(void)state;
	expect_state("isolated\n", PARTITION_ISOLATED, "isolated");
	expect_state("member\n", PARTITION_MEMBER, "member");
	expect_state("root", PARTITION_ROOT, "root");
	expect_state("", PARTITION_UNKNOWN, "");
	expect_state("isolated soon\n", PARTITION_UNKNOWN, "isolated soon");
}

static void the_kernels_reason_is_quoted(void **state)
{
	(void)state;
	expect_state("isolated invalid (Cpu list in cpuset.cpus not exclusive)\n",
		     PARTITION_INVALID, "Cpu list in cpuset.cpus not exclusive");
	expect_state("isolated invalid (a (b) c)", PARTITION_INVALID, "a (b) c");
	expect_state("isolated invalid\n", PARTITION_INVALID, "isolated invalid");
	expect_state("root invalid ()\n", PARTITION_INVALID, "root invalid ()");
	expect_state("isolated invalid (cut", PARTITION_INVALID, "isolated invalid (cut");
}

static void a_remedy_fits_the_reason(void **state)
{
	(void)state;
	assert_string_equal(partition_remedy("Parent unable to distribute cpu downstream"),
			    "the rest of the system needs a cpu too: name fewer");
	assert_string_equal(partition_remedy("Cpu list in cpuset.cpus not exclusive"),
			    "another control group has one of them: name other cpus");
	assert_string_equal(partition_remedy("something new"),
			    "name other cpus, or leave --partition out");
}

static void a_name_says_whose_it_is(void **state)
{
	char name[PARTITION_NAME];
	uint64_t pid = 0, ticks = 0;

	(void)state;
	assert_string_equal(partition_name(1234, 98765, name), "ptprobe-pin.1234.98765");
	assert_true(partition_name_parse(name, &pid, &ticks));
	assert_int_equal(pid, 1234);
	assert_int_equal(ticks, 98765);
	assert_true(
		partition_name_parse(partition_name(UINT64_MAX, UINT64_MAX, name), &pid, &ticks));
	assert_true(pid == UINT64_MAX && ticks == UINT64_MAX);
}

static void names_of_others_are_not_ours(void **state)
{
	static const char *const names[] = {
		"",
		"ptprobe-pin",
		"ptprobe-pin.",
		"ptprobe-pin.12",
		"ptprobe-pin.12.",
		"ptprobe-pin..5",
		"ptprobe-pin.12.3.4",
		"ptprobe-pin.-12.3",
		"ptprobe-pin.12.3x",
		"xptprobe-pin.12.3",
		"ptprobe-pin.12 .3",
		"user.slice",
		"ptprobe-pin.12.99999999999999999999999",
	};
	uint64_t pid = 7, ticks = 8;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (partition_name_parse(names[i], &pid, &ticks)) {
			fail_msg("'%s' was taken", names[i]);
		}
	}
	assert_int_equal(pid, 7);
	assert_int_equal(ticks, 8);
}

static void the_group_of_v2_is_found_among_v1s(void **state)
{
	char path[PARTITION_PATH];

	(void)state;
	assert_true(
		partition_group_parse("3:cpuset:/x\n1:name=systemd:/\n0::/user.slice/a b\n", path));
	assert_string_equal(path, "/user.slice/a b");
	assert_true(partition_group_parse("0::/\n", path));
	assert_string_equal(path, "/");
	assert_false(partition_group_parse("3:cpuset:/x\n10::/y\n", path));
	assert_false(partition_group_parse("0::", path));
}

static void a_controller_is_a_whole_word(void **state)
{
	(void)state;
	assert_true(partition_has_word("cpuset cpu io\n", "cpuset"));
	assert_true(partition_has_word("cpu cpuset", "cpuset"));
	assert_false(partition_has_word("cpu cpusets io\n", "cpuset"));
	assert_false(partition_has_word("", "cpuset"));
}

static void isolcpus_is_found_on_the_command_line(void **state)
{
	(void)state;
	assert_true(partition_has_isolcpus("quiet isolcpus=2-3 panic=1\n"));
	assert_true(partition_has_isolcpus("isolcpus=managed_irq,domain,2"));
	assert_false(partition_has_isolcpus("quiet noisolcpus=2 isolcpus\n"));
	assert_false(partition_has_isolcpus(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mount_of_v2_is_found),
		cmocka_unit_test(cpuset_bound_to_v1_is_seen),
		cmocka_unit_test(escapes_roots_and_read_only_mounts_are_read),
		cmocka_unit_test(a_read_only_hierarchy_is_not_writable),
		cmocka_unit_test(lines_that_make_no_sense_are_left_out),
		cmocka_unit_test(states_are_told_apart),
		cmocka_unit_test(the_kernels_reason_is_quoted),
		cmocka_unit_test(a_remedy_fits_the_reason),
		cmocka_unit_test(a_name_says_whose_it_is),
		cmocka_unit_test(names_of_others_are_not_ours),
		cmocka_unit_test(the_group_of_v2_is_found_among_v1s),
		cmocka_unit_test(a_controller_is_a_whole_word),
		cmocka_unit_test(isolcpus_is_found_on_the_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
