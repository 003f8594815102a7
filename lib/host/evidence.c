/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "evidence.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "endpoint.h"

/*
 * /proc/net/snmp and netstat are pairs of lines, "Udp: names" and "Udp: values". The value of the
 * column called name in the pair that begins with prefix; 0 when there is none.
 */
static uint64_t pair_value(const char *path, const char *prefix, const char *name)
{
	char names[8192], values[8192], *name_at, *value_at, *name_word, *value_word;
	uint64_t value = 0;
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		return 0;
	}
	while (fgets(names, sizeof(names), file) != NULL &&
	       fgets(values, sizeof(values), file) != NULL) {
		if (strncmp(names, prefix, strlen(prefix)) != 0) {
			continue;
		}
		name_word = strtok_r(names, " \n", &name_at);
		value_word = strtok_r(values, " \n", &value_at);
		while (name_word != NULL && value_word != NULL) {
			if (strcmp(name_word, name) == 0) {
				value = strtoull(value_word, NULL, 10);
				break;
			}
			name_word = strtok_r(NULL, " \n", &name_at);
			value_word = strtok_r(NULL, " \n", &value_at);
		}
		break;
	}
	fclose(file);
	return value;
}

/* /proc/net/snmp6 is a line for each counter: "Udp6NoPorts 0". */
static uint64_t line_value(const char *path, const char *name)
{
	char line[256];
	size_t length = strlen(name);
	uint64_t value = 0;
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		return 0;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, name, length) == 0 && isspace((unsigned char)line[length])) {
			value = strtoull(line + length, NULL, 10);
			break;
		}
	}
	fclose(file);
	return value;
}

void evidence_read(bool ipv4, struct evidence *ret_evidence)
{
	static const char snmp[] = "/proc/net/snmp", netstat[] = "/proc/net/netstat",
			  snmp6[] = "/proc/net/snmp6";

	if (ipv4) {
		*ret_evidence = (struct evidence){
			.multicast = pair_value(netstat, "IpExt:", "InMcastPkts"),
			.ignored = pair_value(snmp, "Udp:", "IgnoredMulti"),
			.checksum = pair_value(snmp, "Udp:", "InCsumErrors"),
			.reverse_path = pair_value(netstat, "TcpExt:", "IPReversePathFilter"),
		};
	} else {
		*ret_evidence = (struct evidence){
			.multicast = line_value(snmp6, "Ip6InMcastPkts"),
			.ignored = line_value(snmp6, "Udp6IgnoredMulti"),
			.checksum = line_value(snmp6, "Udp6InCsumErrors"),
		};
	}
}

/* Lines of /proc/net/igmp: "4<tab>eth0 : 1 V3", below it one for each group, in the host's byte
 * order. */
static bool is_member4(FILE *file, const uint8_t *address, const char *interface)
{
	char line[256], device[64] = "", *end;
	uint32_t group;

	memcpy(&group, address, sizeof(group));
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] != '\t') {
			char *word = strchr(line, '\t');

			word = word != NULL ? word + 1 : line;
			snprintf(device, sizeof(device), "%.*s", (int)strcspn(word, " \n"), word);
		} else if (strcmp(device, interface) == 0 && strtoul(line, &end, 16) == group &&
			   isspace((unsigned char)*end)) {
			return true;
		}
	}
	return false;
}

/* Lines of /proc/net/igmp6: "4    eth0            ff150000000000000000000000000001     1 0000000C
 * 0". */
static bool is_member6(FILE *file, const uint8_t *address, const char *interface)
{
	char line[256], group[33], *at, *device, *word;

	for (int i = 0; i < 16; i++) {
		snprintf(group + 2 * i, 3, "%02x", address[i]);
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		(void)strtok_r(line, " \n", &at);
		device = strtok_r(NULL, " \n", &at);
		word = strtok_r(NULL, " \n", &at);
		if (device != NULL && word != NULL && strcmp(device, interface) == 0 &&
		    strcmp(word, group) == 0) {
			return true;
		}
	}
	return false;
}

bool evidence_is_member(const struct endpoint *group, const char *interface)
{
	bool ipv4 = endpoint_is_ipv4(group);
	FILE *file = fopen(ipv4 ? "/proc/net/igmp" : "/proc/net/igmp6", "re");
	bool is_member;

	if (file == NULL) {
		return false;
	}
	is_member = ipv4 ? is_member4(file, group->address + 12, interface)
			 : is_member6(file, group->address, interface);
	fclose(file);
	return is_member;
}

int evidence_sysctl(const char *name, int64_t *ret_value)
{
	char path[128], line[64], *end;
	int64_t value;
	FILE *file;
	int err = 0;

	static const char folder[] = "/proc/sys/";

	snprintf(path, sizeof(path), "%s%s", folder, name);
	for (char *c = path + sizeof(folder) - 1; *c != '\0'; c++) {
		*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
	}
	file = fopen(path, "re");
	if (file == NULL) {
		return -errno;
	}
	if (fgets(line, sizeof(line), file) == NULL) {
		err = -EIO;
	} else {
		value = strtoll(line, &end, 10);
		if (end == line) {
			err = -EINVAL;
		} else {
			*ret_value = value;
		}
	}
	fclose(file);
	return err;
}

/* The inode of a socket on that port, out of /proc/net/udp or udp6; 0: none. */
static unsigned long port_inode(uint16_t port, bool ipv4)
{
	char line[512], *at, *word, *colon;
	unsigned long inode = 0;
	FILE *file = fopen(ipv4 ? "/proc/net/udp" : "/proc/net/udp6", "re");

	if (file == NULL) {
		return 0;
	}
	while (inode == 0 && fgets(line, sizeof(line), file) != NULL) {
		/* sl local_address rem_address st queues tr:when retrnsmt uid timeout inode */
		word = strtok_r(line, " \n", &at);
		for (int i = 1; i <= 9 && word != NULL; i++) {
			word = strtok_r(NULL, " \n", &at);
			colon = word != NULL ? strrchr(word, ':') : NULL;
			if (i == 1 && (colon == NULL || strtoul(colon + 1, NULL, 16) != port)) {
				word = NULL;
			} else if (i == 9 && word != NULL) {
				inode = strtoul(word, NULL, 10);
			}
		}
	}
	fclose(file);
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

int evidence_port_holder(const struct endpoint *group, char holder[static EVIDENCE_HOLDER_TEXT])
{
	unsigned long inode = port_inode(group->port, endpoint_is_ipv4(group));
	char socket[64], path[320], name[32] = "?";
	struct dirent *entry;
	int err = -ESRCH;
	DIR *proc;
	FILE *file;

	if (inode == 0) {
		return -ESRCH;
	}
	snprintf(socket, sizeof(socket), "socket:[%lu]", inode);
	proc = opendir("/proc");
	while (err < 0 && proc != NULL && (entry = readdir(proc)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !has_socket(entry->d_name, socket)) {
			continue;
		}
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "re");
		if (file != NULL && fgets(name, sizeof(name), file) != NULL) {
			name[strcspn(name, "\n")] = '\0';
		}
		if (file != NULL) {
			fclose(file);
		}
		/* a program names itself as it likes: nothing that a terminal would obey */
		for (char *c = name; *c != '\0'; c++) {
			*c = isprint((unsigned char)*c) ? *c : '?';
		}
		snprintf(holder, EVIDENCE_HOLDER_TEXT, "'%s' (pid %.10s)", name, entry->d_name);
		err = 0;
	}
	if (proc != NULL) {
		closedir(proc);
	}
	return err;
}
