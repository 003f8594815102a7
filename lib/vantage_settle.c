/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, and which tap stands beside which receiver. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "vantage.h"
#include "vantage_parts.h"

/* A tap that the user gave no side has that of its runs, when they agree. */
static void settle_side(struct vantage *tap)
{
	enum vantage_side side = tap->runs > 0 ? tap->run[0].side : VANTAGE_SIDE_UNKNOWN;

	for (size_t i = 0; i < tap->runs; i++) {
		if (tap->run[i].side != side) {
			return;
		}
	}
	tap->side = tap->side == VANTAGE_SIDE_UNKNOWN ? side : tap->side;
}

static bool has_mixed_sides(const struct vantage *tap)
{
	for (size_t i = 0; i < tap->runs; i++) {
		if (tap->run[i].side == VANTAGE_SIDE_UNKNOWN) {
			return false;
		}
	}
	return tap->runs > 0;
}

static bool same_place(const struct vantage *a, const struct vantage *b, bool interface_too)
{
	return a->host[0] != '\0' && strcmp(a->host, b->host) == 0 &&
	       (!interface_too || strcmp(a->interface, b->interface) == 0);
}

/* The only one of that role on the host of tap, and with the same interface when there are more. */
static const struct vantage *neighbour_of(const struct vantages *vantages,
					  const struct vantage *tap, enum vantage_role role)
{
	for (int interface_too = 1; interface_too >= 0; interface_too--) {
		const struct vantage *found = NULL;
		size_t count = 0;

		for (size_t i = 0; i < vantages->count; i++) {
			const struct vantage *other = vantages->vantage[i];

			if (other->role == role && same_place(other, tap, interface_too == 1)) {
				found = other;
				count++;
			}
		}
		if (count > 0) {
			return count == 1 ? found : NULL;
		}
	}
	return NULL;
}

static void name_by_place(struct vantage *vantage)
{
	snprintf(vantage->name, sizeof(vantage->name), "%.60s%s%.60s",
		 vantage->host[0] != '\0' ? vantage->host : "receiver",
		 vantage->interface[0] != '\0' ? ":" : "", vantage->interface);
}

static void name_tap(const struct vantages *vantages, struct vantage *tap)
{
	const struct vantage *receiver = neighbour_of(vantages, tap, VANTAGE_RECEIVER);

	/* one that saw nothing doesn't know its side, but who runs beside it does */
	if (tap->side == VANTAGE_SIDE_UNKNOWN && tap->runs == 0) {
		bool by_sender = neighbour_of(vantages, tap, VANTAGE_SENDER) != NULL;

		if (by_sender != (receiver != NULL)) {
			tap->side = by_sender ? VANTAGE_SIDE_SENDER : VANTAGE_SIDE_RECEIVER;
		}
	}
	if (tap->side == VANTAGE_SIDE_SENDER) {
		vantage_text(tap->name, VANTAGE_SENDER_NAME);
	} else if (receiver != NULL) {
		vantage_text(tap->name, receiver->name);
	} else {
		name_by_place(tap);
	}
}

static bool is_receivers_tap(const struct vantage *vantage)
{
	return vantage->role == VANTAGE_TAP && vantage->side != VANTAGE_SIDE_SENDER;
}

/* "--tap receiver=FILE" with one report of a receiver, which nobody named: it is that one. */
static void pair_the_only_ones(struct vantages *vantages)
{
	struct vantage *receiver = NULL, *tap = NULL;
	size_t receivers = 0, taps = 0;

	for (size_t i = 0; i < vantages->count; i++) {
		struct vantage *vantage = vantages->vantage[i];

		if (vantage->role == VANTAGE_RECEIVER) {
			receiver = vantage;
			receivers++;
		} else if (is_receivers_tap(vantage)) {
			tap = vantage;
			taps++;
		}
	}
	if (receivers == 1 && taps == 1 && receiver->is_named != tap->is_named) {
		struct vantage *unnamed = receiver->is_named ? tap : receiver;

		vantage_text(unnamed->name, receiver->is_named ? receiver->name : tap->name);
	}
}

static const char *role_text(const struct vantage *vantage)
{
	switch (vantage->role) {
	case VANTAGE_SENDER:
		return "reports of the sender";
	case VANTAGE_RECEIVER:
		return "reports of the receiver";
	default:
		return vantage->side == VANTAGE_SIDE_SENDER ? "captures of the sender"
							    : "captures of the receiver";
	}
}

static bool are_same(const struct vantage *a, const struct vantage *b)
{
	return a->role == b->role && strcmp(a->name, b->name) == 0 &&
	       (a->role != VANTAGE_TAP ||
		(a->side == VANTAGE_SIDE_SENDER) == (b->side == VANTAGE_SIDE_SENDER));
}

static int refuse_doubles(const struct vantages *vantages, char *error)
{
	for (size_t i = 0; i < vantages->count; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct vantage *a = vantages->vantage[j], *b = vantages->vantage[i];

			if (!are_same(a, b)) {
				continue;
			}
			snprintf(error, VANTAGE_ERROR_TEXT,
				 "'%.60s' and '%.60s' are both %s%s%.40s%s: %s", a->file, b->file,
				 role_text(b), b->role != VANTAGE_SENDER ? " '" : "",
				 b->role != VANTAGE_SENDER ? b->name : "",
				 b->role != VANTAGE_SENDER ? "'" : "",
				 b->role == VANTAGE_SENDER
					 ? "give one; --run ID chooses a run"
					 : "give one, or name them apart by --receiver NAME=FILE "
					   "and --tap NAME=FILE");
			return -EINVAL;
		}
	}
	return 0;
}

int vantages_settle(struct vantages *vantages, char error[static VANTAGE_ERROR_TEXT])
{
	for (size_t i = 0; i < vantages->count; i++) {
		struct vantage *vantage = vantages->vantage[i];

		vantage_sort(vantage);
		if (vantage->role == VANTAGE_TAP) {
			settle_side(vantage);
		} else if (vantage->role == VANTAGE_SENDER) {
			vantage_text(vantage->name, VANTAGE_SENDER_NAME);
		} else if (!vantage->is_named) {
			name_by_place(vantage);
		}
	}
	for (size_t i = 0; i < vantages->count; i++) {
		struct vantage *tap = vantages->vantage[i];

		if (tap->role != VANTAGE_TAP) {
			continue;
		}
		if (tap->beside != NULL) {
			vantage_text(tap->name, tap->beside->name);
		} else if (!tap->is_named) {
			name_tap(vantages, tap);
		}
		if (tap->side == VANTAGE_SIDE_UNKNOWN && !has_mixed_sides(tap)) {
			snprintf(error, VANTAGE_ERROR_TEXT,
				 "'%.80s': it doesn't tell on which side it was captured: give it "
				 "as --tap sender=FILE or --tap receiver=FILE",
				 tap->file);
			return -EINVAL;
		}
	}
	pair_the_only_ones(vantages);
	return refuse_doubles(vantages, error);
}
