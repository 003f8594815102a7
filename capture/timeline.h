/* SPDX-License-Identifier: BSD-2-Clause */
/* The stamps of a file's frames, on a clock that doesn't step back. */
#ifndef PTPROBE_TIMELINE_H
#define PTPROBE_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

/* A frame this much older than the one before: the clock was stepped, or another file begins. Less
 * is the disorder of a multi-queue device. */
#define TIMELINE_BACK_NS   INT64_C(1000000000)
#define TIMELINE_LATEST_NS (INT64_C(1) << 61)

struct timeline {
	bool started;
	int64_t shift_ns; /* what stamps are moved by */
	int64_t last_ns;  /* the latest time */
	uint64_t steps;   /* back; a step forward looks as silence does */
	int64_t last_step_ns;
};

/*
 * The time of a stamp of any value, within 0..2^61: its own, as long as the clock isn't stepped
 * back. *ret_stepped: it was, just now; time goes on from where it stood then.
 */
int64_t timeline_add_unlike(struct timeline *timeline, int64_t stamp_ns, bool *ret_stepped);

static inline int64_t timeline_add(struct timeline *timeline, int64_t stamp_ns, bool *ret_stepped)
{
	/* nearly every stamp: later than the last, of a clock that has never been stepped back */
	if (timeline->started && timeline->shift_ns == 0 && stamp_ns >= timeline->last_ns &&
	    stamp_ns <= TIMELINE_LATEST_NS) {
		*ret_stepped = false;
		timeline->last_ns = stamp_ns;
		return stamp_ns;
	}
	return timeline_add_unlike(timeline, stamp_ns, ret_stepped);
}

#endif
