/* SPDX-License-Identifier: BSD-2-Clause */
/* What a link has to be and to do, to pass. */
#ifndef PTPROBE_LINK_LIMITS_H
#define PTPROBE_LINK_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "nic_class.h"
#include "snapshot.h"
#include "units.h"

/* At most so many counts of a class, while the load ran. */
struct link_max {
	bool is_judged;
	uint64_t most;
};

/* Zero of a number: not asked for. */
struct link_limits {
	uint32_t speed_mbps;
	enum snapshot_duplex duplex; /* SNAPSHOT_DUPLEX_UNKNOWN: any */
	uint32_t mtu_bytes;
	double min_rate_bps; /* of each direction that was loaded, at its receiver */
	bool has_max_retrans, has_max_jitter, has_max_udp_loss;
	uint64_t max_retrans;
	int64_t max_jitter_ns;
	struct units_amount max_udp_loss;
	struct link_max max[NIC_CLASSES];
	bool far_end_needed; /* without the far end's counters it is inconclusive */
};

/* On memory of any content: no wire, duplex or link error, all else free. */
void link_limits_init(struct link_limits *limits);

/*
 * Takes "host=5", "unclassified=0", "wire=any" (no longer judged: for cards that can't see the
 * wire). 0, or -EINVAL and *ret_error says why.
 */
int link_limits_max(struct link_limits *limits, const char *text, const char **ret_error);

#endif
