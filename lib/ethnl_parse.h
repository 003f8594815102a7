/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the answers of the kernel's "ethtool" family of generic netlink: the standard groups of
 * counters (IEEE 802.3 clause 30, RFC 2819), forward error correction and pause frames.
 *
 * An answer, behind its netlink header, is the generic one and attributes, which nest:
 *
 *   0        1        2       4
 *   +--------+--------+-------+------------------------------------------------+
 *   | command| version|   0   | attributes                                     |
 *   +--------+--------+-------+------------------------------------------------+
 *                             0       2       4                length
 *                             +-------+-------+-----------------+- padding to a multiple of 4
 *                             | length| type  | value           |
 *                             +-------+-------+-----------------+
 *
 * all in the host's byte order. length counts its own 4 bytes; the two highest bits of type are
 * flags.
 */
#ifndef PTPROBE_ETHNL_PARSE_H
#define PTPROBE_ETHNL_PARSE_H

#include <stddef.h>
#include <stdint.h>

struct counters;

/* Numbers of linux/ethtool_netlink.h, which a kernel never changes; lib/host/ethnl.c checks them.
 */
enum {
	ETHNL_PAUSE_STATS = 5, /* in an answer to PAUSE_GET */
	ETHNL_FEC_STATS = 5,   /* in one to FEC_GET */
	ETHNL_STATS_GROUP = 4, /* in one to STATS_GET */
	ETHNL_GROUP_ID = 2,
	ETHNL_GROUP_STAT = 4,
};

enum ethnl_group { ETHNL_PHY, ETHNL_MAC, ETHNL_CTRL, ETHNL_RMON, ETHNL_GROUPS };

/*
 * Appends what an answer of length bytes, generic header first, tells: std.mac.AlignmentErrors and
 * its like, std.fec.uncorrectable_blocks, std.pause.rx_pause_frames. Groups and counters that this
 * version doesn't know are passed over, and a damaged answer is read as far as it is sound.
 * 0, -EBADMSG for one that is damaged, -E2BIG or -ENOMEM.
 */
int ethnl_parse_stats(const void *answer, size_t length, struct counters *counters);
int ethnl_parse_fec(const void *answer, size_t length, struct counters *counters);
int ethnl_parse_pause(const void *answer, size_t length, struct counters *counters);

#endif
