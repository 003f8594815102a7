/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a series of delays lay, in bounded memory, for a skew line that is known later only. */
#ifndef PTPROBE_BAND_H
#define PTPROBE_BAND_H

#include <stdbool.h>
#include <stdint.h>

#include "skew.h"

/*
 * The series in stretches of as many samples each: their lowest and their highest point, as they
 * came. Up to BAND_STRETCHES samples each is a stretch of its own; then two become one, whenever
 * there are too many. Which of a stretch's points is the highest is told with the line as it is
 * then, but how high it lies is asked at the end, of the final line.
 */
enum { BAND_STRETCHES = 256 };

struct band_stretch {
	struct skew_point low, high;
};

struct band {
	uint64_t count;          /* samples */
	uint64_t per_stretch;    /* 0: none has come */
	uint32_t stretches;      /* those begun; the last may have fewer samples */
	int64_t low_ns, high_ns; /* of the latest stretch, above the line as it was */
	struct band_stretch stretch[BAND_STRETCHES];
};

/* All zero is an empty band. */

/* The next of the series; above_ns: above the line of now, or delay_ns when there is none. */
void band_add(struct band *band, const struct skew_point *point, int64_t above_ns,
	      const struct skew_line *line);

/* The highest point above the line, ns; 0 when there is none. */
int64_t band_max_ns(const struct band *band, const struct skew_line *line);

/*
 * How far the least delay strayed above the line: the highest of the lows of BAND_PARTS equal parts
 * of the series. What a clock that doesn't run evenly makes of a path, or a path whose least delay
 * changes: which of both, nobody can tell who doesn't have the time. 0 with fewer samples than
 * BAND_PARTS.
 */
enum { BAND_PARTS = 8 };
int64_t band_stray_ns(const struct band *band, const struct skew_line *line);

#endif
