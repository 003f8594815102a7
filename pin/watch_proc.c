/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch_proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proctext.h"

enum { PATH_TEXT = 64, DIRECTORY_BYTES = 8192, NUMA_TEXT = 16384 };

int watch_proc_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t length;

	if (fd < 0) {
		return -errno;
	}
	do {
		length = read(fd, text + used, size - 1 - used);
		used += length > 0 ? (size_t)length : 0;
	} while (length > 0 && used < size - 1);
	length = length < 0 ? -errno : 0;
	close(fd);
	text[used] = '\0';
	return (int)length;
}

int watch_proc_stat(pid_t process, pid_t tid, struct proctext_stat *ret_stat)
{
	char path[PATH_TEXT], text[1024];
	int result;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", process, tid);
	result = watch_proc_read(path, text, sizeof(text));
	return result < 0 ? result : proctext_stat(text, ret_stat);
}

int watch_proc_migrations(pid_t process, pid_t tid, uint64_t *ret_count)
{
	char path[PATH_TEXT], text[WATCH_PROC_TEXT];
	int result;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/sched", process, tid);
	result = watch_proc_read(path, text, sizeof(text));
	return result < 0 ? result : proctext_number(text, "se.nr_migrations", ret_count);
}

/* 0 unless the name is a number. */
static pid_t pid_of(const char *name)
{
	pid_t pid = 0;

	for (; *name >= '0' && *name <= '9' && pid < INT32_MAX / 10 - 1; name++) {
		pid = pid * 10 + (*name - '0');
	}
	return *name == '\0' ? pid : 0;
}

/* The entries of a directory that are numbers. opendir would allocate. */
static int read_numbers(const char *path, pid_t number[], size_t max, size_t *ret_count)
{
	_Alignas(struct dirent64) char entries[DIRECTORY_BYTES];
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t count = 0;
	ssize_t length;

	if (fd < 0) {
		return -errno;
	}
	while ((length = getdents64(fd, entries, sizeof(entries))) > 0) {
		for (ssize_t at = 0; at < length;) {
			struct dirent64 *entry = (struct dirent64 *)(entries + at);
			pid_t pid = pid_of(entry->d_name);

			at += entry->d_reclen;
			if (pid > 0 && count < max) {
				number[count++] = pid;
			}
		}
	}
	length = length < 0 ? -errno : 0;
	close(fd);
	*ret_count = count;
	return (int)length;
}

int watch_proc_threads(pid_t process, pid_t tid[], size_t max, size_t *ret_count)
{
	char path[PATH_TEXT];

	snprintf(path, sizeof(path), "/proc/%d/task", process);
	return read_numbers(path, tid, max, ret_count);
}

int watch_proc_children(pid_t process, pid_t tid, pid_t pid[], size_t max, size_t *count)
{
	char path[PATH_TEXT], text[WATCH_PROC_TEXT], *at, *space;
	size_t used = 0;
	ssize_t length = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", process, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	/* a list of any length, in pieces; each id ends in a space, one that was cut off doesn't */
	while (*count < max && (length = read(fd, text + used, sizeof(text) - 1 - used)) > 0) {
		used += (size_t)length;
		text[used] = '\0';
		for (at = text; *count < max && (space = strchr(at, ' ')) != NULL; at = space + 1) {
			*space = '\0';
			pid[*count] = pid_of(at);
			*count += pid[*count] > 0;
		}
		used -= (size_t)(at - text);
		memmove(text, at, used);
	}
	length = *count < max && length < 0 ? -errno : 0;
	close(fd);
	return (int)length;
}

static bool is_among(pid_t pid, const pid_t among[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (among[i] == pid) {
			return true;
		}
	}
	return false;
}

int watch_proc_descendants(pid_t pid[], size_t max, size_t *count)
{
	static pid_t every[WATCH_PROC_PIDS];
	struct proctext_stat stat;
	size_t all, before;
	int result = read_numbers("/proc", every, WATCH_PROC_PIDS, &all);

	if (result < 0) {
		return result;
	}
	do {
		before = *count;
		for (size_t i = 0; i < all && *count < max; i++) {
			if (!is_among(every[i], pid, *count) &&
			    watch_proc_stat(every[i], every[i], &stat) == 0 &&
			    is_among(stat.parent, pid, *count)) {
				pid[(*count)++] = every[i];
			}
		}
	} while (*count > before);
	return 0;
}

int watch_proc_numa(pid_t process, uint32_t node, uint64_t *on_node_kb, uint64_t *all_kb)
{
	char path[PATH_TEXT], text[NUMA_TEXT], *line, *end;
	size_t used = 0;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", process);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	while ((length = read(fd, text + used, sizeof(text) - 1 - used)) > 0) {
		used += (size_t)length;
		text[used] = '\0';
		line = text;
		while ((end = strchr(line, '\n')) != NULL) {
			*end = '\0';
			proctext_numa(line, node, on_node_kb, all_kb);
			line = end + 1;
		}
		/* what is left is the beginning of a line; one that fills all is a name, no memory
		 */
		used = line == text && used == sizeof(text) - 1 ? 0 : used - (size_t)(line - text);
		memmove(text, line, used);
	}
	length = length < 0 ? -errno : 0;
	close(fd);
	return (int)length;
}
