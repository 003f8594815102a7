/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the kernel's ethtool netlink family for the standard counters of a card. */
#ifndef PTPROBE_ETHNL_H
#define PTPROBE_ETHNL_H

#include <stdint.h>

struct counters;
struct mnl_socket;

/* All zero: not open. */
struct ethnl {
	struct mnl_socket *socket;
	uint16_t family;
};

/* 0 or -errno: -ENOENT from a kernel without the family (before 5.6). Needs no rights. */
int ethnl_open(struct ethnl *ethnl);
void ethnl_close(struct ethnl *ethnl);

/*
 * Append std.* of the interface with that index (ethnl_parse.h). 0, also when the driver counts
 * none of them, or -errno: -EOPNOTSUPP when it or the kernel has no such question.
 */
int ethnl_stats(const struct ethnl *ethnl, unsigned int ifindex, struct counters *counters);
int ethnl_fec(const struct ethnl *ethnl, unsigned int ifindex, struct counters *counters);
int ethnl_pause(const struct ethnl *ethnl, unsigned int ifindex, struct counters *counters);

#endif
