/* SPDX-License-Identifier: BSD-2-Clause */
#include "partition_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "cpulist.h"
#include "partition_text.h"
#include "procfs.h"
#include "words.h"

enum {
	TAKE_DOWN_MS = 3000,
	RETRY_MS = 100, /* a process that forks in time is no event */
	EMPTY_MS = 10,  /* empty, and busy still: its last process is on its way out */
	DEEPEST = 16,   /* groups within groups that the command made */
	NS_PER_MS = 1000000,
};

int partition_open(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int partition_read(int directory, const char *name, char *text, size_t size)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t length;
	int result;

	if (fd < 0) {
		return -errno;
	}
	/* the kernel hands over up to a page at once, and more than that in further reads */
	length = read(fd, text, size - 1);
	for (ssize_t more = length; more > 0 && (size_t)length < size - 1;) {
		more = read(fd, text + length, size - 1 - (size_t)length);
		length = more < 0 ? more : length + more;
	}
	result = length < 0 ? -errno : 0;
	close(fd);
	if (result == 0) {
		text[length] = '\0';
		if (length > 0 && text[length - 1] == '\n') {
			text[length - 1] = '\0';
		}
	}
	return result;
}

int partition_write(int directory, const char *name, const char *text)
{
	int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
	int result;

	if (fd < 0) {
		return -errno;
	}
	result = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return result;
}

/* The text of an open file, to be freed; NULL: it can't be read. */
static char *read_list(int directory, const char *name)
{
	char path[64], *text = NULL;
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		(void)procfs_read(path, &text);
		close(fd);
	}
	return text;
}

/* Every process of the group to home, or else to parent. Those that end meanwhile don't matter. */
static void move_processes(int directory, int home, int parent)
{
	char *text = read_list(directory, "cgroup.procs");
	const char *at = text;
	struct word line;
	char pid[32];

	while (text != NULL && line_next(&at, &line)) {
		snprintf(pid, sizeof(pid), "%.*s", (int)line.length, line.text);
		if (home < 0 || (write(home, pid, strlen(pid)) < 0 && errno != ESRCH)) {
			(void)partition_write(parent, "cgroup.procs", pid);
		}
	}
	free(text);
}

/* The same for the groups below it, which are removed. */
static void empty(int directory, int home, int parent, int depth)
{
	int fd = partition_open(directory, ".");
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (entries == NULL && fd >= 0) {
		close(fd);
	}
	while (entries != NULL && depth < DEEPEST && (entry = readdir(entries)) != NULL) {
		int below;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.') {
			continue;
		}
		below = partition_open(directory, entry->d_name);
		if (below >= 0) {
			empty(below, home, parent, depth + 1);
			close(below);
			(void)unlinkat(directory, entry->d_name, AT_REMOVEDIR);
		}
	}
	if (entries != NULL) {
		closedir(entries);
	}
	move_processes(directory, home, parent);
}

/* Reads the state whose change poll() will report from now on. */
static bool is_populated(int events)
{
	char text[128];
	ssize_t length = events >= 0 ? pread(events, text, sizeof(text) - 1, 0) : 0;

	text[length > 0 ? length : 0] = '\0';
	return strstr(text, "populated 0") == NULL;
}

int partition_take_down(int parent, const char *name, int home)
{
	int64_t deadline_ns = clock_mono_ns() + (int64_t)TAKE_DOWN_MS * NS_PER_MS;
	int directory = partition_open(parent, name);
	struct pollfd events;
	int result = 0;

	if (directory < 0) {
		return directory == -ENOENT ? 0 : directory;
	}
	events = (struct pollfd){
		.fd = openat(directory, "cgroup.events", O_RDONLY | O_CLOEXEC),
		.events = POLLPRI,
	};
	(void)partition_write(directory, "cpuset.cpus.partition", "member");
	do {
		bool populated = is_populated(events.fd);

		empty(directory, home, parent, 0);
		result = unlinkat(parent, name, AT_REMOVEDIR) < 0 ? -errno : 0;
		if (result == -EBUSY) {
			(void)poll(&events, 1, populated ? RETRY_MS : EMPTY_MS);
		}
	} while (result == -EBUSY && clock_mono_ns() < deadline_ns);
	if (events.fd >= 0) {
		close(events.fd);
	}
	close(directory);
	return result == -ENOENT ? 0 : result;
}

/* The first of cpus that the partition has; CPULIST_CPUS: none, or it is none. */
static size_t shared_cpu(int partition, const struct cpulist *cpus)
{
	char text[CPULIST_TEXT], reason[PARTITION_REASON_TEXT];
	struct cpulist own = {0};
	const char *wrong;

	if (partition_read(partition, "cpuset.cpus.partition", text, sizeof(text)) < 0 ||
	    partition_state_parse(text, reason) == PARTITION_MEMBER ||
	    partition_read(partition, "cpuset.cpus", text, sizeof(text)) < 0 ||
	    cpulist_parse(text, &own, &wrong) < 0) {
		return CPULIST_CPUS;
	}
	own = cpulist_both(&own, cpus);
	return cpulist_next(&own, 0);
}

bool partition_rival(int parent, const char *own, const struct cpulist *cpus,
		     char name[static PARTITION_PATH], size_t *ret_cpu)
{
	int fd = partition_open(parent, ".");
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	size_t cpu = CPULIST_CPUS;
	struct dirent *entry;

	if (entries == NULL) {
		if (fd >= 0) {
			close(fd);
		}
		return false;
	}
	while (cpu == CPULIST_CPUS && (entry = readdir(entries)) != NULL) {
		int partition;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.' ||
		    strcmp(entry->d_name, own) == 0) {
			continue;
		}
		partition = partition_open(parent, entry->d_name);
		if (partition >= 0) {
			cpu = shared_cpu(partition, cpus);
			close(partition);
			snprintf(name, PARTITION_PATH, "%s", entry->d_name);
		}
	}
	closedir(entries);
	*ret_cpu = cpu;
	return cpu < CPULIST_CPUS;
}
