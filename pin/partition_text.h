/* SPDX-License-Identifier: BSD-2-Clause */
/* What partition.h's kernel files say: mounts, a partition's state, names and owners. */
#ifndef PTPROBE_PARTITION_TEXT_H
#define PTPROBE_PARTITION_TEXT_H

#include <stdbool.h>
#include <stdint.h>

enum { PARTITION_PATH = 256, PARTITION_NAME = 64, PARTITION_REASON_TEXT = 128 };

struct partition_mount {
	char path[PARTITION_PATH]; /* where it is mounted */
	char root[PARTITION_PATH]; /* the control group that is seen there; "/": the namespace's */
	bool is_v2;
	bool is_writable; /* neither the mount nor the hierarchy is read-only */
	bool has_cpuset;  /* of v1: the controller is bound to this hierarchy */
};

/*
 * Cuts the next mount of a hierarchy of control groups off *text, /proc/PID/mountinfo (proc(5));
 * those whose paths don't fit are left out. False: no more.
 */
bool partition_mount_next(const char **text, struct partition_mount *ret_mount);

/* What cpuset.cpus.partition reads as. */
enum partition_state {
	PARTITION_ISOLATED,
	PARTITION_MEMBER, /* no partition */
	PARTITION_ROOT,   /* one that isn't isolated */
	PARTITION_INVALID,
	PARTITION_UNKNOWN, /* nothing that this program knows */
};

/*
 * "isolated invalid (Cpu list in cpuset.cpus not exclusive)": the kernel's words in the parentheses
 * go to reason; none, or another state: what was read, as it is.
 */
enum partition_state partition_state_parse(const char *text,
					   char reason[static PARTITION_REASON_TEXT]);

/* What to do about the kernel's reason; a clause. */
const char *partition_remedy(const char *reason);

/* "ptprobe-pin.1234.98765": the wrapper's process and when that started, which no later process of
 * that number shares. Returns name. */
char *partition_name(uint64_t pid, uint64_t start_ticks, char name[static PARTITION_NAME]);

/* False: not such a name. */
bool partition_name_parse(const char *name, uint64_t *ret_pid, uint64_t *ret_start_ticks);

/* The group of v2 in /proc/PID/cgroup: "0::/user.slice". False: there is none, or it doesn't fit.
 */
bool partition_group_parse(const char *text, char path[static PARTITION_PATH]);

/* Is word one of those of the text's first line? A list of controllers has them. */
bool partition_has_word(const char *text, const char *word);

/* Does the kernel's command line have isolcpus=? */
bool partition_has_isolcpus(const char *command_line);

#endif
