/* SPDX-License-Identifier: BSD-2-Clause */
#include "moved.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "moved_parts.h"

enum { DIRECTIONS = MOVED_TX + 1 };

/* A counter that moved. counted: what it adds to its layer. */
struct candidate {
	struct moved moved;
	struct counter_kind kind;
	uint64_t counted;
};

struct candidates {
	size_t count;
	struct candidate *candidate;
};

/* Of one direction, for what is explained by something else. */
struct details {
	uint64_t errors[DIRECTIONS]; /* what rx_errors or tx_errors hold */
	uint64_t lengths;            /* what rx_length_errors holds */
	uint64_t host[DIRECTIONS];   /* the sum of what the host was too slow for */
};

unsigned int moved_rank(enum nic_class class)
{
	static const unsigned char rank[NIC_CLASSES] = {
		[NIC_WIRE] = 0,       [NIC_DUPLEX] = 1,    [NIC_LINK] = 2,   [NIC_HOST] = 3,
		[NIC_MEMORY] = 4,     [NIC_CLOUD] = 5,     [NIC_LENGTH] = 6, [NIC_UNCLASSIFIED] = 7,
		[NIC_CONGESTION] = 8, [NIC_CORRECTED] = 9, [NIC_NONE] = 10,
	};

	return rank[class];
}

const char *moved_direction_text(enum moved_direction direction)
{
	return direction == MOVED_RX ? "rx" : direction == MOVED_TX ? "tx" : NULL;
}

static uint64_t add(uint64_t left, uint64_t right)
{
	return left > UINT64_MAX - right ? UINT64_MAX : left + right;
}

/* Kinds of which others hold the events: after all others. */
static bool is_explained(enum counter_role role)
{
	return role == COUNTER_ERRORS || role == COUNTER_LENGTHS || role == COUNTER_DROPS;
}

/* Its name in its layer: "rx_crc_errors". */
static const char *field_of(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot != NULL ? dot + 1 : name;
}

/* Events apart, and in one of them layers, and in these fields. */
static int compare_kinds(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	int order = is_explained(a->kind.role) - is_explained(b->kind.role);

	order = order != 0 ? order : (int)a->kind.class - (int)b->kind.class;
	order = order != 0 ? order : (int)a->kind.direction - (int)b->kind.direction;
	order = order != 0 ? order : strcmp(a->kind.event, b->kind.event);
	order = order != 0 ? order : (int)a->kind.layer - (int)b->kind.layer;
	order = order != 0 ? order : strcmp(field_of(a->moved.name), field_of(b->moved.name));
	/* the driver's own before the kernel's: that is where people look for it */
	return order != 0 ? order : strcmp(a->moved.name, b->moved.name);
}

static bool is_one_event(const struct candidate *a, const struct candidate *b)
{
	return is_explained(a->kind.role) == is_explained(b->kind.role) &&
	       a->kind.class == b->kind.class && a->kind.direction == b->kind.direction &&
	       strcmp(a->kind.event, b->kind.event) == 0;
}

static int compare_moved(const void *left, const void *right)
{
	const struct moved *a = left, *b = right;
	int order = (int)moved_rank(a->class) - (int)moved_rank(b->class);

	order = order != 0 ? order : a->is_copy - b->is_copy;
	if (order != 0) {
		return order;
	}
	if (a->delta != b->delta) {
		return a->delta > b->delta ? -1 : 1;
	}
	return strcmp(a->name, b->name);
}

/* Adds it if it moved, or can't be told to have stood still. */
static void consider(struct candidates *list, const char *name, const struct counters *before,
		     const struct counters *after)
{
	const struct counter *from = counters_find(before, name), *to = counters_find(after, name);
	struct candidate candidate = {0};
	uint64_t rise;

	counter_kind_of(name, &candidate.kind);
	if (candidate.kind.class == NIC_NONE) {
		return;
	}
	switch (counters_delta(before, after, name, &rise)) {
	case COUNTERS_FLAT:
		return;
	case COUNTERS_ROSE:
		break;
	case COUNTERS_RESET:
		candidate.moved.is_reset = true;
		break;
	case COUNTERS_UNKNOWN:
		/* what came or went with 0 in it has counted nothing */
		if ((from != NULL ? from->value : to != NULL ? to->value : 0) == 0) {
			return;
		}
		candidate.moved.is_reset = true;
		break;
	}
	memcpy(candidate.moved.name, name, strlen(name) + 1);
	candidate.moved.class = candidate.kind.class;
	candidate.moved.direction = candidate.kind.direction;
	candidate.moved.delta = rise;
	candidate.counted = rise;
	list->candidate[list->count++] = candidate;
}

static int gather(const struct counters *before, const struct counters *after,
		  struct candidates *ret_list)
{
	struct candidates list = {0};

	list.candidate = calloc(before->count + after->count + 1, sizeof(*list.candidate));
	if (list.candidate == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < after->count; i++) {
		consider(&list, after->counter[i].name, before, after);
	}
	for (size_t i = 0; i < before->count; i++) {
		if (counters_find(after, before->counter[i].name) == NULL) {
			consider(&list, before->counter[i].name, before, after);
		}
	}
	qsort(list.candidate, list.count, sizeof(*list.candidate), compare_kinds);
	*ret_list = list;
	return 0;
}

/* What the driver shows of the kernel's own field is that field. */
static void merge_twins(struct candidate *event, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct candidate *a = &event[i - 1], *b = &event[i];
		struct candidate *smaller = b->counted > a->counted ? a : b;

		if (a->kind.layer == COUNTER_NETDEV && b->kind.layer == COUNTER_NETDEV &&
		    strcmp(field_of(a->moved.name), field_of(b->moved.name)) == 0) {
			smaller->counted = 0;
			smaller->moved.is_copy = true;
		}
	}
}

/* How often one event happened: as often as the layer says that saw most of it. */
static uint64_t settle_event(struct candidate *event, size_t count, bool halves_are_copies)
{
	uint64_t layer[COUNTER_QUEUE + 1] = {0}, most = 0;
	int counting = -1;

	merge_twins(event, count);
	for (size_t i = 0; i < count; i++) {
		enum counter_role role = event[i].kind.role;
		uint64_t *sum = &layer[event[i].kind.layer];

		if (role == COUNTER_DURATIONS || (role == COUNTER_HALF && halves_are_copies)) {
			event[i].counted = 0;
			event[i].moved.is_copy = true;
		}
		if (event[i].kind.class ==
		    NIC_CONGESTION) { /* xon and xoff, all and each class's */
			*sum = event[i].counted > *sum ? event[i].counted : *sum;
		} else {
			*sum = add(*sum, event[i].counted);
		}
	}
	for (int l = COUNTER_PORT; l <= COUNTER_QUEUE; l++) {
		if (layer[l] > most) {
			most = layer[l];
			counting = l;
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (!event[i].moved.is_reset && (int)event[i].kind.layer != counting) {
			event[i].moved.is_copy = true;
		}
	}
	return most;
}

/* What is beyond what is counted in detail. */
static uint64_t unexplained(const struct candidate *event, uint64_t value,
			    const struct details *details)
{
	enum moved_direction direction = event->kind.direction;
	uint64_t known = 0;

	switch (event->kind.role) {
	case COUNTER_ERRORS:
		known = details->errors[direction];
		break;
	case COUNTER_LENGTHS:
		known = details->lengths;
		break;
	case COUNTER_DROPS:
		/* only when it is the same number: both may have happened */
		return value == details->host[direction] ? 0 : value;
	case COUNTER_EVENT:
	case COUNTER_HALF:
	case COUNTER_DURATIONS:
		break;
	}
	return value > known ? value - known : 0;
}

/* What the kernel's documents have in rx_errors and tx_errors (struct rtnl_link_stats64). */
static void note_details(const struct candidate *event, uint64_t value, struct details *details)
{
	enum moved_direction direction = event->kind.direction;
	bool is_error = false;

	switch (event->kind.class) {
	case NIC_WIRE:
		is_error = true;
		break;
	case NIC_LENGTH:
		is_error = true;
		details->lengths = add(details->lengths, value);
		break;
	case NIC_DUPLEX:
		is_error = direction == MOVED_TX;
		break;
	case NIC_LINK:
		is_error = direction == MOVED_TX && strcmp(event->kind.event, "carrier_sense") == 0;
		break;
	case NIC_HOST:
		details->host[direction] = add(details->host[direction], value);
		is_error = direction == MOVED_TX && (strcmp(event->kind.event, "overrun") == 0 ||
						     strcmp(event->kind.event, "underrun") == 0);
		break;
	default:
		is_error = strcmp(event->kind.event, "heartbeat_errors") == 0;
		break;
	}
	if (is_error) {
		details->errors[direction] = add(details->errors[direction], value);
	}
}

/* Events whose counters hold others' come behind these. rx_length_errors, of which the errors are a
 * part of rx_errors, is the first of them: NIC_LENGTH is below NIC_UNCLASSIFIED. */
static void settle(struct candidates *list, bool halves_are_copies, struct moved_list *result)
{
	struct details details = {0};
	size_t end;

	for (size_t i = 0; i < list->count; i = end) {
		struct candidate *event = &list->candidate[i];
		uint64_t value, more;

		for (end = i + 1; end < list->count && is_one_event(event, &list->candidate[end]);
		     end++) {
		}
		value = settle_event(event, end - i, halves_are_copies);
		more = value;
		if (is_explained(event->kind.role)) {
			more = unexplained(event, value, &details);
			for (size_t c = 0; c < end - i && more == 0; c++) {
				event[c].moved.is_copy = !event[c].moved.is_reset;
			}
		}
		note_details(event, more, &details);
		result->sum[event->kind.class] = add(result->sum[event->kind.class], more);
	}
	for (size_t i = 0; i < list->count; i++) {
		result->resets[list->candidate[i].kind.class] += list->candidate[i].moved.is_reset;
	}
}

static bool is_other(const char *left, const char *right)
{
	return left[0] != '\0' && right[0] != '\0' && strcmp(left, right) != 0;
}

static int take_list(const struct candidates *candidates, struct moved_list *list)
{
	struct moved *all = calloc(candidates->count + 1, sizeof(*all));

	if (all == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < candidates->count; i++) {
		all[i] = candidates->candidate[i].moved;
	}
	qsort(all, candidates->count, sizeof(*all), compare_moved);
	list->moved = all;
	list->is_cut = candidates->count > MOVED_MAX;
	list->count = list->is_cut ? MOVED_MAX : candidates->count;
	return 0;
}

int moved_compare(const struct snapshot *before, const struct snapshot *after,
		  struct moved_list *ret_list)
{
	struct moved_list list = {0};
	struct candidates candidates;
	uint64_t changes;
	int err;

	if (strcmp(before->interface, after->interface) != 0 ||
	    is_other(before->host, after->host) || is_other(before->driver, after->driver) ||
	    is_other(before->bus, after->bus)) {
		return -EINVAL;
	}
	err = gather(&before->counters, &after->counters, &candidates);
	if (err < 0) {
		return err;
	}
	settle(&candidates, moved_rise(before, after, "link.carrier_changes", &changes), &list);
	moved_see(before, after, &list);
	err = take_list(&candidates, &list);
	free(candidates.candidate);
	if (err < 0) {
		return err;
	}
	*ret_list = list;
	return 0;
}

void moved_release(struct moved_list *list)
{
	free(list->moved);
	*list = (struct moved_list){0};
}
