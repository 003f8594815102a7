/* SPDX-License-Identifier: BSD-2-Clause */
#include "partition_root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "partition_files.h"
#include "partition_text.h"
#include "procfs.h"
#include "text.h"

enum { CONTROLLERS_TEXT = 512, WORDS_TEXT = 128 };

/* A descriptor of what is mounted there, unless something else hides it; or -errno. */
static int open_mount(const struct partition_mount *mount)
{
	int fd = partition_open(AT_FDCWD, mount->path);
	struct statfs status;

	if (fd >= 0 && (fstatfs(fd, &status) < 0 || status.f_type != CGROUP2_SUPER_MAGIC)) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

/* The first of v2, a writable one rather than another. A descriptor or -errno. */
static int find_mount(const char *mountinfo, struct partition_mount *ret_mount, bool *ret_v1_cpuset)
{
	struct partition_mount mount;
	int found = -ENOENT;

	*ret_v1_cpuset = false;
	while (partition_mount_next(&mountinfo, &mount)) {
		int fd = -ENOENT;

		*ret_v1_cpuset = *ret_v1_cpuset || mount.has_cpuset;
		if (mount.is_v2 && (found < 0 || (mount.is_writable && !ret_mount->is_writable))) {
			fd = open_mount(&mount);
		}
		if (fd >= 0) {
			if (found >= 0) {
				close(found);
			}
			found = fd;
			*ret_mount = mount;
		}
	}
	return found;
}

/* Can a partition be made below that mount? 0, or -errno and error. */
static int judge(int root, const struct partition_mount *mount, bool v1_cpuset,
		 char error[static PARTITION_ERROR_TEXT])
{
	char controllers[CONTROLLERS_TEXT];
	int result = partition_read(root, "cgroup.controllers", controllers, sizeof(controllers));

	if (result < 0 || !partition_has_word(controllers, "cpuset")) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 v1_cpuset
				 ? "--partition: cpuset is bound to cgroup v1, '%s' has none: boot "
				   "with cgroup_no_v1=cpuset, or drop --partition"
				 : "--partition: '%s' has no cpuset: run it where the kernel's own "
				   "root control group is seen, outside of a container, or leave "
				   "--partition out",
			 mount->path);
		return -EOPNOTSUPP;
	}
	/* only the kernel's own root has no type, and may have processes as well as groups with
	 * cpuset */
	if (faccessat(root, "cgroup.type", F_OK, 0) == 0 &&
	    (partition_read(root, "cgroup.subtree_control", controllers, sizeof(controllers)) < 0 ||
	     !partition_has_word(controllers, "cpuset"))) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: '%s' isn't the kernel's own root control group: run it "
			 "outside of the container, or leave --partition out",
			 mount->path);
		return -EOPNOTSUPP;
	}
	if (!mount->is_writable) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: '%s' is mounted read-only: 'mount -o remount,rw' it, or "
			 "leave --partition out",
			 mount->path);
		return -EROFS;
	}
	return 0;
}

/* Returns -ENOENT. */
static int not_mounted(bool v1_cpuset, char error[static PARTITION_ERROR_TEXT])
{
	snprintf(error, PARTITION_ERROR_TEXT, "--partition: no control groups of v2 are mounted%s",
		 v1_cpuset ? ", and cpuset is bound to cgroup v1: boot with cgroup_no_v1=cpuset "
			     "and mount cgroup2, or drop --partition"
			   : ": 'mount -t cgroup2 cgroup2 /sys/fs/cgroup', or leave --partition "
			     "out");
	return -ENOENT;
}

int partition_root_open(char path[static PARTITION_PATH], char error[static PARTITION_ERROR_TEXT])
{
	struct partition_mount mount = {0};
	char why[TEXT_ERROR], *text = NULL;
	bool v1_cpuset = false;
	int result = procfs_read("/proc/self/mountinfo", &text);
	int root;

	if (result < 0) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: /proc/self/mountinfo: %s: mount /proc, or leave --partition "
			 "out",
			 text_error(-result, why));
		return result;
	}
	root = find_mount(text, &mount, &v1_cpuset);
	free(text);
	if (root < 0) {
		return not_mounted(v1_cpuset, error);
	}
	result = judge(root, &mount, v1_cpuset, error);
	if (result < 0) {
		close(root);
		return result;
	}
	memcpy(path, mount.path, sizeof(mount.path));
	return root;
}

int partition_root_home(int root)
{
	char group[PARTITION_PATH], path[PARTITION_PATH + 16], *text = NULL;
	bool known = false;
	int fd;

	if (procfs_read("/proc/self/cgroup", &text) == 0) {
		known = partition_group_parse(text, group);
		free(text);
	}
	/* "/.." is a group outside of what is seen here */
	if (!known || strstr(group, "/..") != NULL) {
		return -ENOENT;
	}
	snprintf(path, sizeof(path), ".%s/cgroup.procs", group);
	fd = openat(root, path, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The kernel's own list has those of partitions too, from some version on. */
int partition_root_isolcpus(char error[static PARTITION_ERROR_TEXT])
{
	char cpus[WORDS_TEXT] = "", *text = NULL;
	bool is_set = false;

	if (procfs_read("/proc/cmdline", &text) == 0) {
		is_set = partition_has_isolcpus(text);
		free(text);
	}
	if (!is_set ||
	    partition_read(AT_FDCWD, "/sys/devices/system/cpu/isolated", cpus, sizeof(cpus)) < 0 ||
	    cpus[0] == '\0') {
		return 0;
	}
	snprintf(
		error, PARTITION_ERROR_TEXT,
		"--partition: isolcpus= isolates cpus %s, and making a partition moves other tasks "
		"onto them: leave --partition out, boot without isolcpus=, or add --force",
		cpus);
	return -EBUSY;
}
