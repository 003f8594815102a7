/* SPDX-License-Identifier: BSD-2-Clause */
/* A set of CPUs, and the list that people and the kernel write it as: 0-3,8,10-14:2. */
#ifndef PTPROBE_CPULIST_H
#define PTPROBE_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CPULIST_CPUS = 8192, /* the most that Linux can be configured for */
	/* holds any set: the longest has every third CPU missing, and "nnnn-nnnn," for each pair */
	CPULIST_TEXT = (CPULIST_CPUS / 3 + 1) * 10,
};

/* All zero: the empty set. */
struct cpulist {
	uint64_t word[CPULIST_CPUS / 64]; /* CPU c: bit c % 64 of word c / 64 */
};

/*
 * Reads a list as taskset(1) takes it and the kernel writes it (cpuset(7), List format): numbers
 * and ranges, joined by commas; a range may end in a step, 10-14:2 being 10,12,14. What is named
 * twice counts once. No spaces, no newline. An option's parser (OPTION_CALL): ret_list is a struct
 * cpulist. 0, or -EINVAL with *ret_error a constant text that says what is wrong and what to write.
 */
int cpulist_parse(const char *text, void *ret_list, const char **ret_error);

/* cpu: any number; those from CPULIST_CPUS on are in no set. */
bool cpulist_has(const struct cpulist *list, size_t cpu);

/* cpu < CPULIST_CPUS. */
void cpulist_add(struct cpulist *list, size_t cpu);

size_t cpulist_count(const struct cpulist *list);

/* The lowest member from from on; CPULIST_CPUS: none. */
size_t cpulist_next(const struct cpulist *list, size_t from);
bool cpulist_is_empty(const struct cpulist *list);

bool cpulist_is_same(const struct cpulist *a, const struct cpulist *b);

/* Are all of cpus in list? Is any of a in b? */
bool cpulist_covers(const struct cpulist *list, const struct cpulist *cpus);
bool cpulist_meets(const struct cpulist *a, const struct cpulist *b);

/* Adds those of other. */
void cpulist_join(struct cpulist *list, const struct cpulist *other);

/* Those that are in a and in b; those that are in a but not in b. */
struct cpulist cpulist_both(const struct cpulist *a, const struct cpulist *b);
struct cpulist cpulist_without(const struct cpulist *a, const struct cpulist *b);

/*
 * Writes the set as the kernel does, "0-3,8"; "" when it is empty. What doesn't fit into size bytes
 * is left out, and ",..." written instead. size >= 16. Returns text.
 */
char *cpulist_text(const struct cpulist *list, char *text, size_t size);

#endif
