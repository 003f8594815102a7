/* SPDX-License-Identifier: BSD-2-Clause */
#include "seqset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 16 };

void seqset_release(struct seqset *set)
{
	free(set->range);
	*set = (struct seqset){0};
}

static void fail(struct seqset *set, int error)
{
	seqset_release(set);
	set->error = error;
}

/* Room for one more range; false, and the set has failed. */
static bool grow(struct seqset *set)
{
	size_t room = set->room > 0 ? 2 * set->room : ROOM_FIRST;
	struct range *range;

	if (set->count < set->room) {
		return true;
	}
	if (set->count >= SEQSET_MAX) {
		fail(set, -ENOSPC);
		return false;
	}
	range = realloc(set->range, room * sizeof(*range));
	if (range == NULL) {
		fail(set, -ENOMEM);
		return false;
	}
	set->range = range;
	set->room = room;
	return true;
}

/* Is b behind a, and doesn't touch it? */
static bool is_apart(const struct range *a, const struct range *b)
{
	return a->last < b->first && b->first - a->last > 1;
}

/* Adds what doesn't begin before the last range does. */
static void append(struct seqset *set, uint64_t first, uint64_t last)
{
	struct range range = {first, last};
	struct range *end = set->count > 0 ? &set->range[set->count - 1] : NULL;

	if (set->error != 0) {
		return;
	}
	if (end != NULL && !is_apart(end, &range)) {
		end->last = last > end->last ? last : end->last;
	} else if (grow(set)) {
		set->range[set->count++] = range;
	}
}

/* The first range that ends at or above seq; count: there is none. */
static size_t find(const struct seqset *set, uint64_t seq)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->range[middle].last < seq) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

void seqset_add(struct seqset *set, uint64_t first, uint64_t last)
{
	struct range range = {first, last};
	size_t from, to;

	if (set->error != 0) {
		return;
	}
	if (set->count == 0 || first >= set->range[set->count - 1].first) {
		append(set, first, last);
		return;
	}
	/* from..to-1 are those that it touches */
	from = find(set, first > 0 ? first - 1 : 0);
	to = from;
	while (to < set->count && !is_apart(&range, &set->range[to])) {
		range.first =
			set->range[to].first < range.first ? set->range[to].first : range.first;
		range.last = set->range[to].last > range.last ? set->range[to].last : range.last;
		to++;
	}
	if (from == to) {
		if (!grow(set)) {
			return;
		}
		memmove(&set->range[from + 1], &set->range[from],
			(set->count - from) * sizeof(*set->range));
		set->count++;
	} else {
		memmove(&set->range[from + 1], &set->range[to],
			(set->count - to) * sizeof(*set->range));
		set->count -= to - from - 1;
	}
	set->range[from] = range;
}

static int by_first(const void *a, const void *b)
{
	const struct range *one = a, *other = b;

	return (one->first > other->first) - (one->first < other->first);
}

void seqset_add_many(struct seqset *set, struct range *range, size_t count)
{
	struct seqset many = {0};

	qsort(range, count, sizeof(*range), by_first);
	for (size_t i = 0; i < count; i++) {
		append(&many, range[i].first, range[i].last);
	}
	seqset_unite(set, &many, set);
	seqset_release(&many);
}

void seqset_move(struct seqset *set, struct seqset *ret_set)
{
	struct seqset moved = *set;

	*set = (struct seqset){0};
	seqset_release(ret_set);
	*ret_set = moved;
}

/* An empty set, with an error that an operand has. */
static struct seqset begin(const struct seqset *a, const struct seqset *b)
{
	return (struct seqset){.error = a->error != 0 ? a->error : b->error};
}

void seqset_copy(const struct seqset *set, struct seqset *ret_set)
{
	struct seqset copy = begin(set, set);

	for (size_t i = 0; i < set->count; i++) {
		append(&copy, set->range[i].first, set->range[i].last);
	}
	seqset_move(&copy, ret_set);
}

void seqset_unite(const struct seqset *a, const struct seqset *b, struct seqset *ret_set)
{
	struct seqset both = begin(a, b);
	size_t i = 0, j = 0;

	while (i < a->count || j < b->count) {
		bool take_a =
			j == b->count || (i < a->count && a->range[i].first <= b->range[j].first);
		const struct range *next = take_a ? &a->range[i++] : &b->range[j++];

		append(&both, next->first, next->last);
	}
	seqset_move(&both, ret_set);
}

void seqset_intersect(const struct seqset *a, const struct seqset *b, struct seqset *ret_set)
{
	struct seqset both = begin(a, b);
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		const struct range *one = &a->range[i], *other = &b->range[j];
		uint64_t first = one->first > other->first ? one->first : other->first;
		uint64_t last = one->last < other->last ? one->last : other->last;

		if (first <= last) {
			append(&both, first, last);
		}
		if (one->last < other->last) {
			i++;
		} else {
			j++;
		}
	}
	seqset_move(&both, ret_set);
}

void seqset_subtract(const struct seqset *a, const struct seqset *b, struct seqset *ret_set)
{
	struct seqset rest = begin(a, b);
	size_t j = 0;

	for (size_t i = 0; i < a->count && rest.error == 0; i++) {
		uint64_t first = a->range[i].first, last = a->range[i].last;
		bool any = true;

		while (j < b->count && b->range[j].last < first) {
			j++;
		}
		/* the last of them may reach into the next range of a as well */
		for (size_t k = j; any && k < b->count && b->range[k].first <= last; k++) {
			if (b->range[k].first > first) {
				append(&rest, first, b->range[k].first - 1);
			}
			any = b->range[k].last < last;
			first = any ? b->range[k].last + 1 : first;
		}
		if (any) {
			append(&rest, first, last);
		}
	}
	seqset_move(&rest, ret_set);
}

void seqset_clip(const struct seqset *set, uint64_t first, uint64_t last, struct seqset *ret_set)
{
	struct range range = {first, last};
	const struct seqset window = {.count = first <= last, .room = 1, .range = &range};

	seqset_intersect(set, &window, ret_set);
}

uint64_t seqset_count(const struct seqset *set)
{
	uint64_t count = 0;

	for (size_t i = 0; i < set->count; i++) {
		uint64_t more = set->range[i].last - set->range[i].first;

		/* 2^64 seqs are one more than a count can say */
		if (more == UINT64_MAX) {
			return UINT64_MAX;
		}
		count += more + 1;
	}
	return count;
}

bool seqset_has(const struct seqset *set, uint64_t seq)
{
	size_t at = find(set, seq);

	return at < set->count && set->range[at].first <= seq;
}

bool seqset_is_empty(const struct seqset *set)
{
	return set->count == 0;
}
