/* SPDX-License-Identifier: BSD-2-Clause */
#include "counters.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 512 };

void counters_release(struct counters *counters)
{
	free(counters->counter);
	free(counters->slot);
	*counters = (struct counters){0};
}

void counters_clear(struct counters *counters)
{
	counters->count = 0;
	if (counters->room > 0) {
		memset(counters->slot, 0, 2 * counters->room * sizeof(*counters->slot));
	}
}

/* FNV-1a (Fowler, Noll, Vo). Names that collide on purpose cost COUNTERS_MAX steps each, no more.
 */
static uint32_t hash(const char *name)
{
	uint32_t value = UINT32_C(2166136261);

	for (; *name != '\0'; name++) {
		value = (value ^ (unsigned char)*name) * UINT32_C(16777619);
	}
	return value;
}

/*
 * The slot that leads to name, or else the free one where it belongs: slots hold an index plus one,
 * and half of them are free. There is room.
 */
static uint32_t *slot_of(const struct counters *counters, const char *name)
{
	size_t mask = 2 * counters->room - 1, at = hash(name) & mask;

	while (counters->slot[at] != 0 &&
	       strcmp(counters->counter[counters->slot[at] - 1].name, name) != 0) {
		at = (at + 1) & mask;
	}
	return &counters->slot[at];
}

static int grow(struct counters *counters)
{
	size_t room = counters->room > 0 ? 2 * counters->room : FIRST_ROOM;
	struct counters larger = {.count = counters->count, .room = room};

	larger.slot = calloc(2 * room, sizeof(*larger.slot));
	if (larger.slot == NULL) {
		return -ENOMEM;
	}
	larger.counter = realloc(counters->counter, room * sizeof(*larger.counter));
	if (larger.counter == NULL) {
		free(larger.slot);
		return -ENOMEM;
	}
	free(counters->slot);
	*counters = larger;
	for (size_t i = 0; i < counters->count; i++) {
		*slot_of(counters, counters->counter[i].name) = (uint32_t)i + 1;
	}
	return 0;
}

static bool is_plain(char c)
{
	return c >= 0x21 && c <= 0x7e;
}

int counters_add(struct counters *counters, const char *name, uint64_t value)
{
	size_t length = strnlen(name, COUNTERS_NAME);
	struct counter *counter;
	uint32_t *slot;
	int err;

	if (length == 0 || length == COUNTERS_NAME) {
		return -EINVAL;
	}
	for (size_t i = 0; i < length; i++) {
		if (!is_plain(name[i])) {
			return -EINVAL;
		}
	}
	if (counters->room > 0) {
		slot = slot_of(counters, name);
		if (*slot != 0) {
			counters->counter[*slot - 1].value += value;
			return 0;
		}
	}
	if (counters->count == COUNTERS_MAX) {
		return -E2BIG;
	}
	if (counters->count == counters->room) {
		err = grow(counters);
		if (err < 0) {
			return err;
		}
	}
	slot = slot_of(counters, name);
	counter = &counters->counter[counters->count++];
	memcpy(counter->name, name, length + 1);
	counter->value = value;
	*slot = (uint32_t)counters->count;
	return 0;
}

int counters_add_to(struct counters *counters, const char *prefix, const char *name, uint64_t value)
{
	size_t head = strlen(prefix), length = strlen(name);
	char whole[COUNTERS_NAME];

	if (length == 0 || head + 1 + length >= sizeof(whole)) {
		return -EINVAL;
	}
	memcpy(whole, prefix, head);
	whole[head] = '.';
	for (size_t i = 0; i < length; i++) {
		whole[head + 1 + i] = '_';
		if (is_plain(name[i])) {
			whole[head + 1 + i] = name[i];
		}
	}
	whole[head + 1 + length] = '\0';
	return counters_add(counters, whole, value);
}

const struct counter *counters_find(const struct counters *counters, const char *name)
{
	uint32_t index = counters->count > 0 ? *slot_of(counters, name) : 0;

	return index > 0 ? &counters->counter[index - 1] : NULL;
}

int counters_get(const struct counters *counters, const char *name, uint64_t *ret_value)
{
	const struct counter *counter = counters_find(counters, name);

	if (counter == NULL) {
		return -ENOENT;
	}
	*ret_value = counter->value;
	return 0;
}

enum counters_change counters_delta(const struct counters *before, const struct counters *after,
				    const char *name, uint64_t *ret_rise)
{
	uint64_t from, to;

	*ret_rise = 0;
	if (counters_get(before, name, &from) < 0 || counters_get(after, name, &to) < 0) {
		return COUNTERS_UNKNOWN;
	}
	if (to < from) {
		return COUNTERS_RESET;
	}
	*ret_rise = to - from;
	return to > from ? COUNTERS_ROSE : COUNTERS_FLAT;
}

static bool has_ends(const char *name, const char *prefix, const char *suffix)
{
	size_t length = strlen(name), head = strlen(prefix), tail = strlen(suffix);

	return length >= head + tail && strncmp(name, prefix, head) == 0 &&
	       strcmp(name + length - tail, suffix) == 0;
}

struct counters_rise counters_rise(const struct counters *before, const struct counters *after,
				   const char *prefix, const char *suffix)
{
	struct counters_rise rise = {0};

	for (size_t i = 0; i < after->count; i++) {
		const char *name = after->counter[i].name;
		enum counters_change change;
		uint64_t by;

		if (!has_ends(name, prefix, suffix)) {
			continue;
		}
		change = counters_delta(before, after, name, &by);
		rise.known += change != COUNTERS_UNKNOWN;
		rise.resets += change == COUNTERS_RESET;
		rise.sum += by;
		rise.max = by > rise.max ? by : rise.max;
	}
	return rise;
}
