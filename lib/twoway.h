/* SPDX-License-Identifier: BSD-2-Clause */
/* pktSelected2wayTE: the time error that the fastest packets of both directions show (ITU-T G.8260,
 * clause I.4). */
#ifndef PTPROBE_TWOWAY_H
#define PTPROBE_TWOWAY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * In each window of TWOWAY_WINDOW_NS, one behind the other, the fastest 0.25 % of the packets each
 * way (at least one, at most TWOWAY_KEPT) are averaged; the time error is half of forward less
 * reverse. A window without packets of one direction has none.
 */
enum { TWOWAY_KEPT = 1024 };

#define TWOWAY_WINDOW_NS INT64_C(200000000000)
#define TWOWAY_SHARE     0.0025

enum twoway_direction { TWOWAY_FORWARD, TWOWAY_REVERSE, TWOWAY_DIRECTIONS };

struct twoway_fastest {
	uint64_t count; /* packets of the window */
	uint32_t kept;
	int64_t heap_ns[TWOWAY_KEPT]; /* the least delays, the largest of them first */
};

struct twoway {
	bool began;
	int64_t window_end_ns;
	struct twoway_fastest fastest[TWOWAY_DIRECTIONS];
	uint64_t packets[TWOWAY_DIRECTIONS]; /* of the whole run */
	uint64_t windows, one_way_windows;   /* those with a result, and those with one direction */
	double min_ns, max_ns, sum_ns;       /* time errors */
};

/* Forgets all samples. All zero is an empty one, too. */
void twoway_clear(struct twoway *twoway);

/* Takes a packet: when it was seen, from any origin, never back; its delay. Within +-2^61. */
void twoway_add(struct twoway *twoway, enum twoway_direction direction, int64_t at_ns,
		int64_t delay_ns);

#endif
