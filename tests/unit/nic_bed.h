/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots of cards whose counters are recorded in tests/data/ethtool. */
#ifndef PTPROBE_NIC_BED_H
#define PTPROBE_NIC_BED_H

#include "moved.h"
#include "snapshot.h"

/*
 * eth0 of host alpha, 1000 Mb/s full duplex, its carrier there, rings of 256 of 4096, with the
 * kernel's own counters at 0, 1000 packets of each way (then_s seconds after the start: 1000 a
 * second) and the driver's from "DRIVER.WHEN"; NULL: none. Cuts the test when it can't be read.
 */
void nic_bed_snapshot(const char *driver, const char *when, int then_s, struct snapshot *snapshot);

/* Adds value to a counter, which may be a new one; sets it. */
void nic_bed_add(struct snapshot *snapshot, const char *name, uint64_t value);

/* The entry of that name, or NULL. */
const struct moved *nic_bed_find(const struct moved_list *list, const char *name);

#endif
