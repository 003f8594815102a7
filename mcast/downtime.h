/* SPDX-License-Identifier: BSD-2-Clause */
/* The windows in which the receiver's link was down, and what went missing in them. */
#ifndef PTPROBE_DOWNTIME_H
#define PTPROBE_DOWNTIME_H

#include <stdbool.h>
#include <stdint.h>

struct flows;

enum downtime_state {
	DOWNTIME_NONE,
	DOWNTIME_DOWN,
	DOWNTIME_AWAITING, /* the link is up, no probe has come since */
};

struct downtime {
	enum downtime_state state;
	int64_t from_ns, until_ns; /* the last window */
	uint64_t missing;          /* probes that went missing in it, known once it is closed */
	uint64_t missing_before, unique_before;
};

/* All zero: no window so far. Times are of any one clock. */

/* The link went. Within an open window: that goes on. */
void downtime_begin(struct downtime *downtime, struct flows *flows, int64_t now_ns);

/* The link is back, and the groups are joined. */
void downtime_end(struct downtime *downtime, struct flows *flows, int64_t now_ns);

/*
 * True once for each window: probes have come again, so that missing is what went missing between
 * the last one before and the first one after it.
 */
bool downtime_close(struct downtime *downtime, struct flows *flows);

#endif
