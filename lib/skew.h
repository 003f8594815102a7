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

/*
 * at_ns: departure, from any origin, within +-2^61; delay_ns: its delay, within +-2^60. Points out
 * of order are passed over.
 */
void skew_add(struct skew *skew, int64_t at_ns, int64_t delay_ns);

/*
 * The hull edge that spans the mean time: among all lines under the points the one with the least
 * sum of distances. False with fewer than two hull points.
 */
bool skew_line(const struct skew *skew, struct skew_line *ret_line);

/* The line's delay at at_ns, ns. */
int64_t skew_line_delay_ns(const struct skew_line *line, int64_t at_ns);

#endif
