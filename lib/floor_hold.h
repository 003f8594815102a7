/* SPDX-License-Identifier: BSD-2-Clause */
/* The seconds that a floor waits for, until it is known how the clocks drift. */
#ifndef PTPROBE_FLOOR_HOLD_H
#define PTPROBE_FLOOR_HOLD_H

#include <stdint.h>

#include "skew.h"

struct floor;

/*
 * A line under the first delays is off by so much that what lies above it says nothing of the
 * floor. So the latest FLOOR_HOLD_S seconds with packets are kept, each as a histogram above its
 * own lowest packet; the floor has them when the line has seen as many more, and at the end the
 * rest, above the final one. Within a second the slope is taken for what it was: 10 ppm of error
 * blur it by 10 us.
 */
enum { FLOOR_HOLD_S = 1024 };

struct floor_hold;

/* Allocated here and never later. NULL when memory is out. delta_us: as the floor's. */
struct floor_hold *floor_hold_new(uint32_t delta_us);
void floor_hold_free(struct floor_hold *hold);

/* Forgets all. */
void floor_hold_clear(struct floor_hold *hold);

/*
 * Takes a packet: at_ns, when it came, as floor_add's; its departure and delay; the line as it is,
 * or NULL. What is old enough goes on to the floor.
 */
void floor_hold_add(struct floor_hold *hold, int64_t at_ns, const struct skew_point *point,
		    const struct skew_line *line, struct floor *floor);

/* Adds what is held to the floor, above the line, and keeps it. */
void floor_hold_pour(const struct floor_hold *hold, const struct skew_line *line,
		     struct floor *floor);

/* How far the lines that the floor's seconds went by lay off this one, ns. */
int64_t floor_hold_off_ns(const struct floor_hold *hold, const struct skew_line *line);

#endif
