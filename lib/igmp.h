/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups that an interface is a member of, out of /proc/net/igmp and /proc/net/igmp6. */
#ifndef PTPROBE_IGMP_H
#define PTPROBE_IGMP_H

#include <stdbool.h>
#include <stddef.h>

#include "endpoint.h"

enum { IGMP_MAX_GROUPS = 131072 };

/* All zero: an empty list. */
struct igmp_groups {
	size_t count, room;
	struct endpoint *group; /* port 0 */
};

void igmp_groups_release(struct igmp_groups *groups);

/* 0, -E2BIG beyond IGMP_MAX_GROUPS, -ENOMEM. */
int igmp_groups_add(struct igmp_groups *groups, const struct endpoint *group);

/* By address; the port doesn't matter. */
bool igmp_groups_has(const struct igmp_groups *groups, const struct endpoint *group);

/*
 * Appends the groups of interface. text: all of /proc/net/igmp, whose addresses are hexadecimal
 * numbers in the byte order of the machine that runs this, or of /proc/net/igmp6. Lines of other
 * forms are passed over. 0 or as igmp_groups_add.
 */
int igmp_parse4(const char *text, const char *interface, struct igmp_groups *groups);
int igmp_parse6(const char *text, const char *interface, struct igmp_groups *groups);

#endif
