/* SPDX-License-Identifier: BSD-2-Clause */
#include "cpulist.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { NUMBERS_END = 1000000 }; /* larger ones are as wrong as this one */

bool cpulist_has(const struct cpulist *list, size_t cpu)
{
	return cpu < CPULIST_CPUS && (list->word[cpu / 64] >> cpu % 64 & 1) != 0;
}

void cpulist_add(struct cpulist *list, size_t cpu)
{
	assert(cpu < CPULIST_CPUS);
	list->word[cpu / 64] |= UINT64_C(1) << cpu % 64;
}

size_t cpulist_count(const struct cpulist *list)
{
	size_t count = 0;

	for (size_t i = 0; i < CPULIST_CPUS / 64; i++) {
		count += (size_t)__builtin_popcountll(list->word[i]);
	}
	return count;
}

size_t cpulist_next(const struct cpulist *list, size_t from)
{
	while (from < CPULIST_CPUS) {
		if (list->word[from / 64] >> from % 64 == 0) {
			from = (from / 64 + 1) * 64;
		} else if (cpulist_has(list, from)) {
			return from;
		} else {
			from++;
		}
	}
	return CPULIST_CPUS;
}

bool cpulist_is_empty(const struct cpulist *list)
{
	static const struct cpulist none;

	return cpulist_is_same(list, &none);
}

bool cpulist_is_same(const struct cpulist *a, const struct cpulist *b)
{
	for (size_t i = 0; i < CPULIST_CPUS / 64; i++) {
		if (a->word[i] != b->word[i]) {
			return false;
		}
	}
	return true;
}

bool cpulist_covers(const struct cpulist *list, const struct cpulist *cpus)
{
	struct cpulist rest = cpulist_without(cpus, list);

	return cpulist_is_empty(&rest);
}

bool cpulist_meets(const struct cpulist *a, const struct cpulist *b)
{
	struct cpulist common = cpulist_both(a, b);

	return !cpulist_is_empty(&common);
}

void cpulist_join(struct cpulist *list, const struct cpulist *other)
{
	for (size_t i = 0; i < CPULIST_CPUS / 64; i++) {
		list->word[i] |= other->word[i];
	}
}

struct cpulist cpulist_both(const struct cpulist *a, const struct cpulist *b)
{
	struct cpulist result;

	for (size_t i = 0; i < CPULIST_CPUS / 64; i++) {
		result.word[i] = a->word[i] & b->word[i];
	}
	return result;
}

struct cpulist cpulist_without(const struct cpulist *a, const struct cpulist *b)
{
	struct cpulist result;

	for (size_t i = 0; i < CPULIST_CPUS / 64; i++) {
		result.word[i] = a->word[i] & ~b->word[i];
	}
	return result;
}

/* The number that *text begins with, which is set behind it. False: none. */
static bool read_number(const char **text, size_t *ret_number)
{
	const char *at = *text;
	size_t number = 0;

	while (*at >= '0' && *at <= '9') {
		number = number * 10 + (size_t)(*at++ - '0');
		number = number < NUMBERS_END ? number : NUMBERS_END;
	}
	if (at == *text) {
		return false;
	}
	*text = at;
	*ret_number = number;
	return true;
}

/* "8", "0-3" or "10-14:2" at *text, which is set behind it. NULL, or what is wrong. */
static const char *read_range(const char **text, struct cpulist *list)
{
	static const char form[] = "a list of CPUs is written like 0-3,8 or 10-14:2";
	size_t first, last, step = 1;

	if (!read_number(text, &first)) {
		return form;
	}
	last = first;
	if (**text == '-') {
		(*text)++;
		if (!read_number(text, &last)) {
			return form;
		}
		if (**text == ':') {
			(*text)++;
			if (!read_number(text, &step)) {
				return form;
			}
		}
	}
	if (first > last) {
		return "a range of CPUs begins with the lower number";
	}
	if (last >= CPULIST_CPUS) {
		return "CPUs are numbered from 0 to 8191 at most";
	}
	if (step == 0) {
		return "the step of a range of CPUs is at least 1";
	}
	for (size_t cpu = first; cpu <= last; cpu += step) {
		cpulist_add(list, cpu);
	}
	return **text == ',' || **text == '\0' ? NULL : form;
}

int cpulist_parse(const char *text, void *ret_list, const char **ret_error)
{
	struct cpulist list = {0};
	const char *error = read_range(&text, &list);

	while (error == NULL && *text == ',') {
		text++;
		error = read_range(&text, &list);
	}
	if (error != NULL) {
		*ret_error = error;
		return -EINVAL;
	}
	*(struct cpulist *)ret_list = list;
	return 0;
}

char *cpulist_text(const struct cpulist *list, char *text, size_t size)
{
	static const char cut[] = ",...";
	size_t used = 0;

	assert(size >= 16);
	text[0] = '\0';
	for (size_t first = cpulist_next(list, 0); first < CPULIST_CPUS;
	     first = cpulist_next(list, first)) {
		const char *comma = used > 0 ? "," : "";
		char range[32];
		size_t last = first;
		int length;

		while (cpulist_has(list, last + 1)) {
			last++;
		}
		length = last > first
				 ? snprintf(range, sizeof(range), "%s%zu-%zu", comma, first, last)
				 : snprintf(range, sizeof(range), "%s%zu", comma, first);
		/* what is written leaves room for the cut behind it */
		if (used + (size_t)length + sizeof(cut) > size) {
			memcpy(text + used, cut, sizeof(cut));
			break;
		}
		memcpy(text + used, range, (size_t)length + 1);
		used += (size_t)length;
		first = last + 1;
	}
	return text;
}
