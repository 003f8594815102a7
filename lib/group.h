/* SPDX-License-Identifier: BSD-2-Clause */
/* The multicast group that a command line names: [SOURCE,]GROUP[:PORT][+N]. */
#ifndef PTPROBE_GROUP_H
#define PTPROBE_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint.h"

#define GROUP_DEFAULT "239.255.31.9:31900"

enum { GROUP_DEFAULT_PORT = 31900, GROUP_MAX_COUNT = 65536 };

struct group {
	bool has_source;
	struct endpoint source; /* SSM (RFC 4607); port 0 */
	struct endpoint first;
	uint32_t count; /* consecutive groups from first */
};

/*
 * Reads text. Returns 0, or -EINVAL with *ret_error a constant text that says what is wrong and
 * what to write instead. IPv6 with a port needs brackets: [ff15::1]:31900.
 */
int group_parse(const char *text, struct group *ret_group, const char **ret_error);

/* The index-th group, with its port. index < count. */
struct endpoint group_at(const struct group *group, uint32_t index);

/*
 * True when every group is one that a sender may use unasked: 239/8 (RFC 2365) and ff1s::/16
 * (transient), with a SOURCE 232/8 and ff3s::/32 (RFC 4607) as well; s, the scope, from 1 to 5 or 8
 * (RFC 7346: up to organization-local). Of Ethernet's groups none is.
 */
bool group_is_harmless(const struct group *group);

/* True when one of the groups is used by PTP: 224.0.1.129-132, 224.0.0.107, ff0s::181-184,
 * ff02::6b; of Ethernet's 01-1B-19-00-00-00 and 01-80-C2-00-00-0E. */
bool group_is_ptp(const struct group *group);

#endif
