/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counters_proc.h"
#include "endpoint.h"
#include "evidence.h"
#include "igmp.h"
#include "text.h"
#include "words.h"

enum { FIRST_ROOM = 16384, MAX_ROOM = 64 << 20 };

/* Reads fd to its end, in few calls: /proc/net/udp walks its table anew for each. */
static int read_all(int fd, char **ret_text)
{
	size_t room = FIRST_ROOM, length = 0;
	char *text = malloc(room), *larger;
	ssize_t got;

	while (text != NULL) {
		got = read(fd, text + length, room - length - 1);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			int err = got < 0 ? -errno : 0;

			if (err < 0) {
				free(text);
				return err;
			}
			break;
		}
		length += (size_t)got;
		if (room - length - 1 < FIRST_ROOM / 4) {
			if (room >= MAX_ROOM) {
				free(text);
				return -EFBIG;
			}
			room *= 2;
			larger = realloc(text, room);
			if (larger == NULL) {
				free(text);
			}
			text = larger;
		}
	}
	if (text == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < length; i++) {
		text[i] = text[i] == '\0' ? ' ' : text[i];
	}
	text[length] = '\0';
	*ret_text = text;
	return 0;
}

int procfs_read(const char *path, char **ret_text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0) {
		return -errno;
	}
	err = read_all(fd, ret_text);
	close(fd);
	return err;
}

void procfs_counters(struct counters *counters, struct evidence *evidence)
{
	static const struct {
		const char *path;
		int (*parse)(const char *text, struct counters *counters);
		bool ipv6; /* absent when the kernel was started without */
	} files[] = {
		{"/proc/net/snmp", counters_proc_pairs, false},
		{"/proc/net/netstat", counters_proc_pairs, false},
		{"/proc/net/snmp6", counters_proc_lines, true},
		{"/proc/net/softnet_stat", counters_proc_softnet, false},
		{"/proc/net/udp", counters_proc_sockets, false},
		{"/proc/net/udp6", counters_proc_sockets, true},
	};
	char why[TEXT_ERROR], *text;
	int err;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		err = procfs_read(files[i].path, &text);
		if (err == 0) {
			err = files[i].parse(text, counters);
			free(text);
		}
		if (err < 0 && (err != -ENOENT || !files[i].ipv6)) {
			evidence_lacks(evidence, "%s: %s", files[i].path, text_error(-err, why));
		}
	}
}

static int add_members(const char *path,
		       int (*parse)(const char *text, const char *interface,
				    struct igmp_groups *groups),
		       const char *interface, struct igmp_groups *groups)
{
	char *text;
	int err = procfs_read(path, &text);

	if (err == 0) {
		err = parse(text, interface, groups);
		free(text);
	}
	return err;
}

int procfs_members(const char *interface, struct igmp_groups *groups)
{
	int err = add_members("/proc/net/igmp", igmp_parse4, interface, groups), err6;

	err6 = add_members("/proc/net/igmp6", igmp_parse6, interface, groups);
	return err < 0 ? err : err6 == -ENOENT ? 0 : err6;
}

bool procfs_is_member(const struct endpoint *group, const char *interface)
{
	struct igmp_groups groups = {0};
	bool is_member;

	(void)procfs_members(interface, &groups);
	is_member = igmp_groups_has(&groups, group);
	igmp_groups_release(&groups);
	return is_member;
}

int procfs_sysctl(const char *name, int64_t *ret_value)
{
	static const char folder[] = "/proc/sys/";
	char path[128], *text, *end;
	int64_t value;
	int err;

	snprintf(path, sizeof(path), "%s%s", folder, name);
	for (char *c = path + sizeof(folder) - 1; *c != '\0'; c++) {
		*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
	}
	err = procfs_read(path, &text);
	if (err < 0) {
		return err;
	}
	value = strtoll(text, &end, 10);
	if (end == text) {
		err = -EINVAL;
	} else {
		*ret_value = value;
	}
	free(text);
	return err;
}

char *procfs_sysctl_part(const char *interface, char part[static PROCFS_SYSCTL_PART])
{
	snprintf(part, PROCFS_SYSCTL_PART, "%s", interface);
	for (char *c = part; *c != '\0'; c++) {
		*c = *c == '.' ? '/' : *c;
	}
	return part;
}

int procfs_rp_filter(const char *interface, int64_t *ret_value)
{
	char name[64], part[PROCFS_SYSCTL_PART];
	int64_t all, own;
	int err = procfs_sysctl("net.ipv4.conf.all.rp_filter", &all);

	snprintf(name, sizeof(name), "net.ipv4.conf.%s.rp_filter",
		 procfs_sysctl_part(interface, part));
	err = err < 0 ? err : procfs_sysctl(name, &own);
	if (err == 0) {
		*ret_value = all > own ? all : own; /* the kernel's rule: the higher one counts */
	}
	return err;
}

/* The inode of a socket on that port, out of /proc/net/udp or udp6; 0: none. */
static uint64_t port_inode(uint16_t port, bool ipv4)
{
	enum { LOCAL_ADDRESS = 1, INODE = 9 };
	uint64_t inode = 0, number;
	struct word line, word;
	const char *at;
	char *text;

	if (procfs_read(ipv4 ? "/proc/net/udp" : "/proc/net/udp6", &text) < 0) {
		return 0;
	}
	at = text;
	while (inode == 0 && line_next(&at, &line)) {
		/* "0100007F:14EB" */
		if (word_at(line, LOCAL_ADDRESS, &word) && word.length > 4) {
			word = (struct word){word.text + word.length - 4, 4};
			if (word_number(&word, 16, &number) == 0 && number == port &&
			    word_at(line, INODE, &word) && word_number(&word, 10, &number) == 0) {
				inode = number;
			}
		}
	}
	free(text);
	return inode;
}

/* True when the process has that socket open. */
static bool has_socket(const char *pid, const char *socket)
{
	char path[320], target[64];
	struct dirent *entry;
	bool found = false;
	ssize_t length;
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	directory = opendir(path);
	while (!found && directory != NULL && (entry = readdir(directory)) != NULL) {
		length = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);
		if (length > 0) {
			target[length] = '\0';
			found = strcmp(target, socket) == 0;
		}
	}
	if (directory != NULL) {
		closedir(directory);
	}
	return found;
}

/* A program names itself as it likes: nothing that a terminal would obey. */
static void tell_holder(const char *pid, char holder[static PROCFS_HOLDER_TEXT])
{
	char path[320], *name = NULL;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	if (procfs_read(path, &name) == 0) {
		name[strcspn(name, "\n")] = '\0';
		for (char *c = name; *c != '\0'; c++) {
			*c = isprint((unsigned char)*c) ? *c : '?';
		}
	}
	snprintf(holder, PROCFS_HOLDER_TEXT, "'%.31s' (pid %.10s)", name != NULL ? name : "?", pid);
	free(name);
}

int procfs_port_holder(const struct endpoint *group, char holder[static PROCFS_HOLDER_TEXT])
{
	uint64_t inode = port_inode(group->port, endpoint_is_ipv4(group));
	struct dirent *entry;
	int err = -ESRCH;
	char socket[64];
	DIR *proc;

	if (inode == 0) {
		return -ESRCH;
	}
	snprintf(socket, sizeof(socket), "socket:[%llu]", (unsigned long long)inode);
	proc = opendir("/proc");
	while (err < 0 && proc != NULL && (entry = readdir(proc)) != NULL) {
		if (isdigit((unsigned char)entry->d_name[0]) && has_socket(entry->d_name, socket)) {
			tell_holder(entry->d_name, holder);
			err = 0;
		}
	}
	if (proc != NULL) {
		closedir(proc);
	}
	return err;
}
