/* SPDX-License-Identifier: BSD-2-Clause */
/* Clock skew from one-way delays: the line under all points (Moon, Skelly, Towsley, 1999). */
#ifndef PTPROBE_SKEW_H
#define PTPROBE_SKEW_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SKEW_POINTS = 256,        /* hull points kept; beyond, the most crowded one goes */
	SKEW_BLOCK_NS = 10000000, /* of the points within one block only the lowest is looked at */
};

struct skew_point {
	int64_t at_ns, delay_ns;
};

struct skew {
	uint64_t count;
	double at_sum_ns;
	struct skew_point low; /* the block's lowest point */
	int64_t block_end_ns;
	uint32_t points;
	struct skew_point point[SKEW_POINTS]; /* the lower convex hull, by at_ns */
};

struct skew_line {
	double slope;  /* ns per ns: how much faster the receiver's clock runs */
	int64_t at_ns; /* a point on the line */
	int64_t delay_ns;
	int64_t span_ns; /* of the edge that the line follows */
};

/* skew_add's: the block before has ended, and this point begins the next. */
void skew_begin_block(struct skew *skew, int64_t at_ns, int64_t delay_ns);

/*
 * at_ns: departure, from any origin, within +-2^61; delay_ns: its delay, within +-2^60. Points out
 * of order are passed over. Inline but for a block's end: each sample comes this way.
 */
static inline void skew_add(struct skew *skew, int64_t at_ns, int64_t delay_ns)
{
	skew->count++;
	skew->at_sum_ns += (double)at_ns;
	if (skew->count == 1 || at_ns >= skew->block_end_ns) {
		skew_begin_block(skew, at_ns, delay_ns);
	} else if (delay_ns < skew->low.delay_ns && at_ns >= skew->low.at_ns) {
		skew->low = (struct skew_point){.at_ns = at_ns, .delay_ns = delay_ns};
	}
}

/*
 * The hull edge that spans the mean time: among all lines under the points the one with the least
 * sum of distances. False with fewer than two hull points.
 */
bool skew_line(const struct skew *skew, struct skew_line *ret_line);

#define SKEW_DELAY_LIMIT_NS 1e15

/* The line's delay at at_ns, ns. */
static inline int64_t skew_line_delay_ns(const struct skew_line *line, int64_t at_ns)
{
	double delay_ns = (double)line->delay_ns + line->slope * (double)(at_ns - line->at_ns);

	/* two points that a stranger put close together make any slope */
	if (!(delay_ns < SKEW_DELAY_LIMIT_NS && delay_ns > -SKEW_DELAY_LIMIT_NS)) {
		return line->delay_ns;
	}
	return (int64_t)delay_ns;
}

#endif
