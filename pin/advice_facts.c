/* SPDX-License-Identifier: BSD-2-Clause */
#include "advice_facts.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "machine.h"
#include "partition_text.h"
#include "sysfs_path.h"
#include "words.h"

enum { PATH_TEXT = 96, FILE_TEXT = 4096, IDLE_STATES = 32 };

/* The file as text, without the newline at its end. False: it can't be read, or is longer. */
static bool read_text(int root, const char *path, char *ret_text, size_t size)
{
	int file = sysfs_path_open(root, path, O_RDONLY);
	size_t used = 0;
	ssize_t got = 1;

	if (file < 0) {
		return false;
	}
	while (got > 0 && used < size - 1) {
		got = read(file, ret_text + used, size - 1 - used);
		used += got > 0 ? (size_t)got : 0;
	}
	close(file);
	ret_text[used] = '\0';
	if (got < 0 || used == size - 1) {
		ret_text[0] = '\0';
		return false;
	}
	while (used > 0 && ret_text[used - 1] == '\n') {
		ret_text[--used] = '\0';
	}
	return true;
}

static bool exists(int root, const char *path)
{
	char real[SYSFS_PATH];

	return sysfs_path_resolve(root, path, real) == 0;
}

/* Is a process of that name there? Without any process nothing is known. */
static enum advice_answer find_process(int root, const char *name)
{
	int directory = sysfs_path_open(root, "proc", O_RDONLY | O_DIRECTORY);
	DIR *processes = directory < 0 ? NULL : fdopendir(directory);
	enum advice_answer answer = ADVICE_UNKNOWN;
	const struct dirent *entry;

	if (processes == NULL) {
		if (directory >= 0) {
			close(directory);
		}
		return answer;
	}
	while (answer != ADVICE_YES && (entry = readdir(processes)) != NULL) {
		char path[sizeof(entry->d_name) + 16], comm[64];

		if (!isdigit((unsigned char)entry->d_name[0])) {
			continue;
		}
		snprintf(path, sizeof(path), "proc/%s/comm", entry->d_name);
		if (read_text(root, path, comm, sizeof(comm))) {
			answer = strcmp(comm, name) == 0 ? ADVICE_YES : ADVICE_NO;
		}
	}
	closedir(processes);
	return answer;
}

/* A kernel that is built without it has no such file. */
static enum advice_answer find_nohz_full(int root)
{
	if (exists(root, "sys/devices/system/cpu/nohz_full")) {
		return ADVICE_YES;
	}
	return exists(root, "sys/devices/system/cpu/isolated") ? ADVICE_NO : ADVICE_UNKNOWN;
}

static enum advice_loader find_loader(int root)
{
	if (exists(root, "usr/sbin/grubby") || exists(root, "usr/bin/grubby")) {
		return ADVICE_LOADER_GRUBBY;
	}
	if (exists(root, "etc/default/grub") &&
	    (exists(root, "usr/sbin/update-grub") || exists(root, "sbin/update-grub"))) {
		return ADVICE_LOADER_UPDATE_GRUB;
	}
	return exists(root, "boot/firmware/cmdline.txt") ? ADVICE_LOADER_FIRMWARE
							 : ADVICE_LOADER_UNKNOWN;
}

/* cgroups(7): /proc/cgroups has each controller's hierarchy, 0 being version 2 or none. */
static unsigned int find_cpuset_version(int root)
{
	char text[FILE_TEXT];
	const char *at = text;
	struct word line, name, number;
	uint64_t hierarchy;

	if ((read_text(root, "sys/fs/cgroup/cgroup.controllers", text, sizeof(text)) ||
	     read_text(root, "sys/fs/cgroup/unified/cgroup.controllers", text, sizeof(text))) &&
	    partition_has_word(text, "cpuset")) {
		return 2;
	}
	if (!read_text(root, "proc/cgroups", text, sizeof(text))) {
		return 0;
	}
	while (line_next(&at, &line)) {
		if (word_at(line, 0, &name) && word_is(&name, "cpuset") &&
		    word_at(line, 1, &number) && word_number(&number, 10, &hierarchy) == 0 &&
		    hierarchy > 0) {
			return 1;
		}
	}
	return 0;
}

static bool read_number(int root, const char *path, uint64_t *ret_number)
{
	char text[64];
	struct word word;

	if (!read_text(root, path, text, sizeof(text))) {
		return false;
	}
	word = (struct word){.text = text, .length = strlen(text)};
	return word_number(&word, 10, ret_number) == 0;
}

/* Of the idle states that aren't disabled, how long the slowest takes to be left. */
static uint32_t find_idle_latency(int root, uint32_t cpu)
{
	uint32_t slowest = MACHINE_NONE;

	for (unsigned int i = 0; i < IDLE_STATES; i++) {
		char path[PATH_TEXT];
		uint64_t latency_us, disabled = 0;

		snprintf(path, sizeof(path),
			 "sys/devices/system/cpu/cpu%" PRIu32 "/cpuidle/state%u/latency", cpu, i);
		if (!read_number(root, path, &latency_us)) {
			break;
		}
		snprintf(path, sizeof(path),
			 "sys/devices/system/cpu/cpu%" PRIu32 "/cpuidle/state%u/disable", cpu, i);
		(void)read_number(root, path, &disabled);
		if (disabled == 0 && latency_us < MACHINE_NONE &&
		    (slowest == MACHINE_NONE || latency_us > slowest)) {
			slowest = (uint32_t)latency_us;
		}
	}
	return slowest;
}

void advice_facts_read(int root, uint32_t cpu, struct advice_facts *ret_facts)
{
	struct advice_facts facts = {
		.irqbalance = find_process(root, "irqbalance"),
		.nohz_full = find_nohz_full(root),
		.loader = find_loader(root),
		.cpuset_version = find_cpuset_version(root),
		.idle_latency_us = find_idle_latency(root, cpu),
	};
	char path[PATH_TEXT];

	(void)read_text(root, "proc/cmdline", facts.cmdline, sizeof(facts.cmdline));
	snprintf(path, sizeof(path),
		 "sys/devices/system/cpu/cpu%" PRIu32 "/cpufreq/scaling_governor", cpu);
	(void)read_text(root, path, facts.governor, sizeof(facts.governor));
	*ret_facts = facts;
}
