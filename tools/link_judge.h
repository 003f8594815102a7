/* SPDX-License-Identifier: BSD-2-Clause */
/* What a link test has found, and whether the link may be trusted. */
#ifndef PTPROBE_LINK_JUDGE_H
#define PTPROBE_LINK_JUDGE_H

#include <stdbool.h>

#include "link_limits.h"
#include "load.h"
#include "moved.h"
#include "snapshot.h"
#include "verdict.h"

struct report;

/* One of the two cards. */
struct link_end {
	const char *name; /* "this end", "far end" */
	bool is_known;    /* false: only why is set */
	const char *why;  /* it isn't: "a stock iperf3 server tells nothing of its card" */
	bool is_lost;     /* it was known before the load, and no longer after it */
	const struct snapshot *before, *after;
	const struct moved_list *moved;
};

struct link_result {
	struct link_end near, far;
	const struct load *load; /* NULL: none, or it failed */
	const char *load_error;  /* how it failed; NULL: it didn't */
	double asked_s;          /* how long it was to take; 0: not known, or no load */
	double omit_s;           /* beyond that, at the start: left out of the figures */
	double wall_s;           /* how long it took by this host's clock; 0: not known */
};

/*
 * Any limit that is violated is a fail: by the counters of either end, by the link that was
 * expected, by the load. Else inconclusive, when something judged can't be known: no wire counter,
 * a counter that went down, no frames, a load that failed, stalled, ended early or went elsewhere.
 * Else pass. A reason is one line; fails come first. limits is needed for defaults too.
 */
void link_judge(const struct link_limits *limits, const struct link_result *result,
		struct verdict *ret_verdict);

/* Adds to the report's notes what is no reason, and good to know. */
void link_notes(const struct link_limits *limits, const struct link_result *result,
		struct report *report);

#endif
