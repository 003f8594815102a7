/* SPDX-License-Identifier: BSD-2-Clause */
/* A network card at one moment: what it was set to, and what it and the host had counted. */
#ifndef PTPROBE_SNAPSHOT_H
#define PTPROBE_SNAPSHOT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"

enum {
	SNAPSHOT_NAME = 64, /* of a host, an interface, a driver, a bus; with its NUL */
	SNAPSHOT_LACKS = 16,
	SNAPSHOT_LACK_TEXT = 160,
	SNAPSHOT_ERROR_TEXT = 200,
};

enum snapshot_duplex { SNAPSHOT_DUPLEX_UNKNOWN, SNAPSHOT_DUPLEX_HALF, SNAPSHOT_DUPLEX_FULL };
enum snapshot_answer { SNAPSHOT_UNKNOWN, SNAPSHOT_NO, SNAPSHOT_YES };

/* A ring of descriptors; 0: unknown. */
struct snapshot_ring {
	uint32_t current, maximum;
};

struct snapshot {
	char host[SNAPSHOT_NAME];
	char interface[SNAPSHOT_NAME];
	char driver[SNAPSHOT_NAME];   /* "igb"; empty: unknown */
	char firmware[SNAPSHOT_NAME]; /* likewise */
	char bus[SNAPSHOT_NAME];      /* "0000:3b:00.0" */
	int64_t time_ns;              /* CLOCK_REALTIME */
	enum snapshot_answer up, carrier, autonegotiation;
	uint32_t speed_mbps; /* 0: unknown, as of virtio and of a link that is down */
	enum snapshot_duplex duplex;
	uint32_t mtu_bytes; /* 0: unknown */
	struct snapshot_ring rx_ring, tx_ring;
	enum snapshot_answer rx_pause, tx_pause;
	/*
	 * link.* (rtnetlink), ethtool.* (the driver's own), std.* (the standard groups of ethtool
	 * netlink: std.mac.FrameCheckSequenceErrors, std.phy.SymbolErrorDuringCarrier,
	 * std.ctrl.…, std.rmon.…, std.fec.…, std.pause.…), udp.*, softnet.* and qdisc.* as of
	 * lib/host/collector.h.
	 */
	struct counters counters;
	size_t lack_count; /* what couldn't be read, and why */
	char lack[SNAPSHOT_LACKS][SNAPSHOT_LACK_TEXT];
};

/* On memory of any content: nothing is known. */
void snapshot_init(struct snapshot *snapshot);
void snapshot_release(struct snapshot *snapshot);

/* Says what isn't known and why, printf-like; the same text once. One too many is dropped. */
void snapshot_lacks(struct snapshot *snapshot, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Unknown is null. A new reference; NULL when memory is out. */
json_t *snapshot_json(const struct snapshot *snapshot);

/*
 * Reads what snapshot_json has written, whoever wrote it: a file of yesterday, the other end.
 * Types, ranges and sizes are checked, strings made printable. 0 and *ret_snapshot, to be released;
 * or -EINVAL or -ENOMEM and error, which names the member.
 */
int snapshot_parse(const json_t *json, struct snapshot *ret_snapshot,
		   char error[static SNAPSHOT_ERROR_TEXT]);

#endif
