/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver's names and numbers, as SIOCETHTOOL hands them over, become counters. */
#ifndef PTPROBE_ETHTOOL_STATS_H
#define PTPROBE_ETHTOOL_STATS_H

#include <stddef.h>
#include <stdint.h>

struct counters;

enum { ETHTOOL_STATS_NAME = 32 /* ETH_GSTRING_LEN: filled up with NULs, or not terminated */ };

/*
 * Appends ethtool.NAME for each of count names of ETHTOOL_STATS_NAME bytes and as many 64-bit
 * numbers in the host's order, at any alignment. Names that are empty are passed over, those of one
 * spelling summed. 0, -E2BIG or -ENOMEM.
 */
int ethtool_stats_add(struct counters *counters, const char *names, const void *numbers,
		      size_t count);

#endif
