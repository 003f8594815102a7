/* SPDX-License-Identifier: BSD-2-Clause */
#include "partition.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpulist.h"
#include "machine.h"
#include "partition_files.h"
#include "partition_root.h"
#include "partition_text.h"
#include "procfs.h"
#include "proctext.h"
#include "text.h"

enum { STATE_TEXT = 256, LIST_TEXT = 128, NUMBER_TEXT = 16 };

static const char *remedy_of(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "run it as root, or leave --partition out";
	case EROFS:
		return "remount it with 'mount -o remount,rw', or leave --partition out";
	case EAGAIN:
	case ENOSPC:
		return "remove control groups, or raise cgroup.max.descendants";
	case ERANGE:
		return "name cpus that this machine has";
	case EBUSY:
	case EOPNOTSUPP:
		return "run it outside of the container, or leave --partition out";
	default:
		return "leave --partition out";
	}
}

/* Returns result, -errno. */
static int failed(const char *path, const char *file, int result,
		  char error[static PARTITION_ERROR_TEXT])
{
	char why[TEXT_ERROR];

	snprintf(error, PARTITION_ERROR_TEXT, "--partition: '%s%s%s': %s: %s", path,
		 file[0] != '\0' ? "/" : "", file, text_error(-result, why), remedy_of(-result));
	return result;
}

/* When that process started; false when there is none. */
static bool started_at(uint64_t pid, uint64_t *ret_ticks)
{
	struct proctext_stat stat;
	char path[64], *text = NULL;
	bool is_known;

	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/stat", pid);
	is_known = procfs_read(path, &text) == 0 && proctext_stat(text, &stat) == 0;
	free(text);
	if (is_known) {
		*ret_ticks = stat.start_ticks;
	}
	return is_known;
}

/* The group itself, with the lock that says whose it is. */
static int make_group(int root, const char *root_path, struct partition *partition,
		      char error[static PARTITION_ERROR_TEXT])
{
	char name[PARTITION_NAME], path[PARTITION_PATH];
	uint64_t ticks = 0;
	int length, result;

	(void)started_at((uint64_t)getpid(), &ticks);
	partition_name((uint64_t)getpid(), ticks, name);
	length = snprintf(path, sizeof(path), "%s/%s", root_path, name);
	if (length >= (int)sizeof(path)) {
		return failed(root_path, "", -ENAMETOOLONG, error);
	}
	if (mkdirat(root, name, 0755) < 0) {
		return failed(root_path, name, -errno, error);
	}
	memcpy(partition->path, path, sizeof(path));
	partition->directory = result = partition_open(root, name);
	if (result >= 0 && flock(partition->directory, LOCK_EX | LOCK_NB) < 0) {
		result = -errno;
	}
	if (result >= 0) {
		partition->processes =
			openat(partition->directory, "cgroup.procs", O_WRONLY | O_CLOEXEC);
		result = partition->processes < 0 ? -errno : 0;
	}
	return result < 0 ? failed(partition->path, "", result, error) : 0;
}

static int give_cpuset(int root, const char *root_path, char error[static PARTITION_ERROR_TEXT])
{
	static const char file[] = "cgroup.subtree_control";
	char text[STATE_TEXT];
	int result = partition_read(root, file, text, sizeof(text));

	if (result == 0 && !partition_has_word(text, "cpuset")) {
		result = partition_write(root, file, "+cpuset");
	}
	return result < 0 ? failed(root_path, file, result, error) : 0;
}

static int give_memory(const struct partition *partition, uint32_t node,
		       char error[static PARTITION_ERROR_TEXT])
{
	char text[NUMBER_TEXT], why[TEXT_ERROR];
	int result;

	snprintf(text, sizeof(text), "%" PRIu32, node);
	result = partition_write(partition->directory, "cpuset.mems", text);
	if (result < 0) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: memory of node %s: %s: name another node, or add --mem=none",
			 text, text_error(-result, why));
	}
	return result;
}

/* Asks for isolation, and what became of it. -EINVAL: there is no such kind of partition. */
static int ask(int directory, enum partition_state *ret_state,
	       char reason[static PARTITION_REASON_TEXT])
{
	static const char file[] = "cpuset.cpus.partition";
	char text[STATE_TEXT];
	int result = partition_write(directory, file, "isolated");

	if (result == 0) {
		result = partition_read(directory, file, text, sizeof(text));
	}
	if (result == 0) {
		*ret_state = partition_state_parse(text, reason);
	}
	return result;
}

/* Says whose the CPUs are when another partition has one of them, and the kernel's reason. */
static int refused(int root, const struct partition *partition, const struct cpulist *cpus,
		   const char *reason, char error[static PARTITION_ERROR_TEXT])
{
	const char *own = strrchr(partition->path, '/') + 1;
	char rival[PARTITION_PATH], text[LIST_TEXT];
	size_t cpu;

	cpulist_text(cpus, text, sizeof(text));
	if (partition_rival(root, own, cpus, rival, &cpu)) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: cpus %s: %s: '%.80s' has cpu %zu: name other cpus", text,
			 reason, rival, cpu);
	} else {
		snprintf(error, PARTITION_ERROR_TEXT, "--partition: cpus %s: %s: %s", text, reason,
			 partition_remedy(reason));
	}
	return -EBUSY;
}

/* All of the cpus, now that it is isolated? Some may be offline. */
static int verify_cpus(const struct partition *partition, const struct cpulist *cpus,
		       char error[static PARTITION_ERROR_TEXT])
{
	static const char file[] = "cpuset.cpus.effective";
	char text[CPULIST_TEXT], wanted[LIST_TEXT];
	struct cpulist effective = {0};
	const char *wrong;
	int result = partition_read(partition->directory, file, text, sizeof(text));

	if (result < 0) {
		return failed(partition->path, file, result, error);
	}
	if (cpulist_parse(text, &effective, &wrong) < 0 || !cpulist_is_same(&effective, cpus)) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: cpus %s: online of those: %.100s: bring the others online, "
			 "or leave them out",
			 cpulist_text(cpus, wanted, sizeof(wanted)),
			 text[0] != '\0' ? text : "none");
		return -EBUSY;
	}
	return 0;
}

static int isolate(int root, const struct partition *partition, const struct cpulist *cpus,
		   char error[static PARTITION_ERROR_TEXT])
{
	char list[CPULIST_TEXT], reason[PARTITION_REASON_TEXT], why[TEXT_ERROR];
	char second[PARTITION_REASON_TEXT];
	enum partition_state state = PARTITION_UNKNOWN;
	int result;

	cpulist_text(cpus, list, sizeof(list));
	result = partition_write(partition->directory, "cpuset.cpus", list);
	if (result == -EINVAL) {
		return refused(root, partition, cpus, text_error(EINVAL, why), error);
	}
	if (result < 0) {
		return failed(partition->path, "cpuset.cpus", result, error);
	}
	result = ask(partition->directory, &state, reason);
	/* below a group that is no partition it takes exclusive CPUs, from Linux 6.7 on; the first
	 * reason is the one that people can act on */
	if (result == 0 && state != PARTITION_ISOLATED &&
	    partition_write(partition->directory, "cpuset.cpus.exclusive", list) == 0) {
		result = ask(partition->directory, &state, second);
	}
	if (result == -EINVAL) {
		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: this kernel has no isolated partitions: boot Linux 6.1 or "
			 "later, or leave --partition out");
		return -EOPNOTSUPP;
	}
	if (result < 0) {
		return failed(partition->path, "cpuset.cpus.partition", result, error);
	}
	if (state != PARTITION_ISOLATED) {
		return refused(root, partition, cpus, reason, error);
	}
	return verify_cpus(partition, cpus, error);
}

int partition_make(const struct cpulist *cpus, uint32_t memory_node, bool force,
		   struct partition *ret_partition, char error[static PARTITION_ERROR_TEXT])
{
	char root_path[PARTITION_PATH], ignored[PARTITION_ERROR_TEXT];
	struct partition partition = PARTITION_INIT;
	int root = partition_root_open(root_path, error);
	int result = root < 0 ? root : 0;

	if (result == 0 && !force) {
		result = partition_root_isolcpus(error);
	}
	if (result == 0) {
		result = give_cpuset(root, root_path, error);
	}
	if (result == 0) {
		result = make_group(root, root_path, &partition, error);
	}
	if (result == 0 && memory_node != MACHINE_NONE) {
		result = give_memory(&partition, memory_node, error);
	}
	if (result == 0) {
		result = isolate(root, &partition, cpus, error);
	}
	if (root >= 0) {
		close(root);
	}
	if (result < 0) {
		(void)partition_remove(&partition, ignored);
		return result;
	}
	*ret_partition = partition;
	return 0;
}

int partition_join(const struct partition *partition)
{
	return write(partition->processes, "0", 1) < 0 ? -errno : 0;
}

int partition_check(const struct partition *partition, char error[static PARTITION_ERROR_TEXT])
{
	static const char file[] = "cpuset.cpus.partition";
	char text[STATE_TEXT], reason[PARTITION_REASON_TEXT];
	int result = partition_read(partition->directory, file, text, sizeof(text));

	if (result == -ENOENT || result == -ENODEV) {
		snprintf(
			error, PARTITION_ERROR_TEXT,
			"--partition: '%s' lost its cpuset: somebody removed it, or took cpuset out "
			"of its parent's cgroup.subtree_control",
			partition->path);
		return -ESTALE;
	}
	if (result < 0) {
		return failed(partition->path, file, result, error);
	}
	if (partition_state_parse(text, reason) == PARTITION_ISOLATED) {
		return 0;
	}
	snprintf(
		error, PARTITION_ERROR_TEXT,
		"--partition: '%s' is no longer isolated: its cpuset.cpus.partition reads '%.150s'",
		partition->path, text);
	return -ESTALE;
}

int partition_remove(struct partition *partition, char error[static PARTITION_ERROR_TEXT])
{
	struct partition gone = *partition;
	char *slash = strrchr(gone.path, '/');
	int root, home, result;

	*partition = PARTITION_INIT;
	if (slash == NULL) {
		return 0;
	}
	*slash = '\0';
	root = result = partition_open(AT_FDCWD, gone.path);
	*slash = '/';
	if (root >= 0) {
		home = partition_root_home(root);
		result = partition_take_down(root, slash + 1, home);
		if (home >= 0) {
			close(home);
		}
		close(root);
	}
	if (gone.processes >= 0) {
		close(gone.processes);
	}
	if (gone.directory >= 0) {
		close(gone.directory);
	}
	if (result < 0) {
		char why[TEXT_ERROR];

		snprintf(error, PARTITION_ERROR_TEXT,
			 "--partition: '%s' can't be removed: %s: end what runs in it, then remove "
			 "it with rmdir",
			 gone.path, text_error(-result, why));
	}
	return result < 0 ? result : 0;
}

/* A group's name says that its wrapper no longer lives, and no one holds its lock. */
static bool is_abandoned(int root, const char *name)
{
	uint64_t pid, ticks, now_ticks = 0;
	bool is_free;
	int fd;

	if (!partition_name_parse(name, &pid, &ticks) ||
	    (started_at(pid, &now_ticks) && now_ticks == ticks)) {
		return false;
	}
	fd = partition_open(root, name);
	if (fd < 0) {
		return false;
	}
	is_free = flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return is_free;
}

unsigned int partition_sweep(void)
{
	char path[PARTITION_PATH], ignored[PARTITION_ERROR_TEXT];
	int root = partition_root_open(path, ignored);
	int fd = root >= 0 ? partition_open(root, ".") : -1;
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	unsigned int count = 0;
	struct dirent *entry;

	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		if (is_abandoned(root, entry->d_name)) {
			count += partition_take_down(root, entry->d_name, -1) == 0;
		}
	}
	if (entries != NULL) {
		closedir(entries);
	} else if (fd >= 0) {
		close(fd);
	}
	if (root >= 0) {
		close(root);
	}
	return count;
}
