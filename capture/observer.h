/* SPDX-License-Identifier: BSD-2-Clause */
/* From frames to streams: what a tap has seen of the probes. */
#ifndef PTPROBE_OBSERVER_H
#define PTPROBE_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "ptp_pairs.h"
#include "run_id.h"

struct flow;
struct flows;

/* What it knows of a stream beside struct flow. */
struct observer_flow {
	uint64_t frames;                 /* that held its probes: a super-frame is one */
	uint64_t fragmented, unverified; /* probes: see struct observer_counts */
	int64_t first_ns, last_ns;       /* stamps of the first and the last frame */
	enum frame_direction direction;  /* of the first frame */
};

struct observer_counts {
	uint64_t frames;     /* of any kind that were fed */
	uint64_t fragmented; /* probes of which the first fragment was seen, and no more is known */
	uint64_t unverified; /* probes whose CRC couldn't be checked: cut, or in fragments */
	uint64_t offloaded;  /* super-frames that were taken apart */
	uint64_t unseen;     /* probes whose header was cut off: which ones, isn't known */
	uint64_t doubtful; /* unverified ones so long that they may be super-frames, cut before the
			      second probe */
	uint64_t probes;   /* fed to the streams, ENDs not among them */
};

struct observer {
	struct flows *flows;
	struct run_id run; /* takes no notice of others */
	struct observer_counts counts;
	const struct flow *fed;     /* the stream that the last frame's probe is of, or NULL */
	struct observer_flow *flow; /* by the index of the stream in flows; FLOWS_MAX of them */
	struct ptp_pairs pairs;
};

/*
 * Looks into one frame of any bytes (frame_look) and feeds the probes in it, native or PTP-shaped,
 * to the streams. mono_ns is the frame's stamp on a clock that doesn't step, within 0..2^61. O(1),
 * no allocation. True when the frame held something of a probe: one, an END, a corrupt one, a part
 * of one, or a Sync that may turn out to be one.
 */
bool observer_add(struct observer *observer, const struct frame *frame, int64_t mono_ns);

/* Nothing more will come: what waited for an explanation has none. */
void observer_end(struct observer *observer);

#endif
