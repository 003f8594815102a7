/* SPDX-License-Identifier: BSD-2-Clause */
/* The statistics that a network driver keeps of its own, as 'ethtool -S' shows them. */
#ifndef PTPROBE_ETHTOOL_H
#define PTPROBE_ETHTOOL_H

struct counters;

/* A socket to ask by, which close(2) closes. Its number, or -errno. */
int ethtool_open(void);

/*
 * Appends ethtool.NAME for each of the driver's strings; needs no rights. 0 or -errno: -EOPNOTSUPP
 * when the driver has none, -E2BIG when it has more than COUNTERS_MAX.
 */
int ethtool_counters(int fd, const char *interface, struct counters *counters);

#endif
