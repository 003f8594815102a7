/* SPDX-License-Identifier: BSD-2-Clause */
/* What the correctionFields of one port's messages tell of the transparent clocks on their way. */
#include "health_parts.h"

/* A smaller step of the correction is none. */
#define STEP_MIN_NS 1000

static int64_t magnitude(int64_t ns)
{
	return ns < 0 ? -ns : ns;
}

/* By a half of the larger one and more than 1 us? */
static bool is_step(int64_t from_ns, int64_t to_ns)
{
	int64_t from = magnitude(from_ns), to = magnitude(to_ns);

	return magnitude(to_ns - from_ns) > (from > to ? from : to) / 2 &&
	       magnitude(to_ns - from_ns) > STEP_MIN_NS;
}

/*
 * Queues make a correction larger for a while, and never smaller than the clocks on the way
 * always add: the least of two blocks in a row is at another level than before.
 */
static void add_block(struct stream *stream, int64_t correction_ns)
{
	if (stream->block == 0 || correction_ns < stream->block_ns) {
		stream->block_ns = correction_ns;
	}
	if (++stream->block < CORRECTION_BLOCK) {
		return;
	}
	stream->block = 0;
	if (!stream->has_level) {
		stream->has_level = true;
		stream->level_ns = stream->block_ns;
	} else if (stream->has_before && is_step(stream->level_ns, stream->before_ns) &&
		   is_step(stream->level_ns, stream->block_ns) &&
		   !is_step(stream->before_ns, stream->block_ns)) {
		stream->level_ns = stream->block_ns;
		stream->correction_changes++;
	}
	stream->has_before = true;
	stream->before_ns = stream->block_ns;
}

void health_correction_add(struct stream *stream, int64_t correction)
{
	bool is_corrected = correction != 0;
	int64_t correction_ns = ptp_correction_ns(correction);

	tally_add(&stream->correction, &stream->correction_below, correction_ns);
	if (stream->is_shared) {
		return;
	}
	if (stream->correction.count == 1) {
		stream->is_corrected = is_corrected;
	} else if (is_corrected == stream->is_corrected) {
		stream->change = 0;
	} else if (++stream->change == HEALTH_CHANGE_CONFIRM) {
		stream->is_corrected = is_corrected;
		stream->change = 0;
		stream->correction_changes++;
		stream->has_level = false;
		stream->has_before = false;
		stream->block = 0;
	}
	if (stream->is_corrected) {
		add_block(stream, correction_ns);
	}
}
