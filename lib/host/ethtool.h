/* SPDX-License-Identifier: BSD-2-Clause */
/* What a network driver says of its card by SIOCETHTOOL, as ethtool(8) shows it. */
#ifndef PTPROBE_ETHTOOL_H
#define PTPROBE_ETHTOOL_H

#include <stdbool.h>
#include <stdint.h>

struct counters;

enum { ETHTOOL_TEXT = 40, ETHTOOL_UNKNOWN = -1 };

/* A socket to ask by, which close(2) closes. Its number, or -errno. */
int ethtool_open(void);

/*
 * Appends ethtool.NAME for each of the driver's strings; needs no rights. 0 or -errno: -EOPNOTSUPP
 * when the driver has none, -E2BIG when it has more than COUNTERS_MAX, -EAGAIN when their number
 * changed each time it was asked.
 */
int ethtool_counters(int fd, const char *interface, struct counters *counters);

/* What a question came to: 0 or -errno, -EOPNOTSUPP where a driver has no such thing. */
struct ethtool_errors {
	int driver, link, settings, ring, pause;
};

/* Flags are 0, 1 or ETHTOOL_UNKNOWN; numbers 0 when they aren't known. */
struct ethtool_settings {
	char driver[ETHTOOL_TEXT], firmware[ETHTOOL_TEXT], bus[ETHTOOL_TEXT]; /* may be empty */
	int link;                                                             /* ETHTOOL_GLINK */
	uint32_t speed_mbps; /* 0 also for what a driver calls unknown, as without a link */
	int full_duplex, autonegotiation;
	uint32_t rx_ring, rx_ring_max, tx_ring, tx_ring_max;
	int rx_pause, tx_pause;
	struct ethtool_errors error;
};

/* Asks for all of them; needs no rights. What fails is in ret_settings->error. */
void ethtool_settings(int fd, const char *interface, struct ethtool_settings *ret_settings);

#endif
