/* SPDX-License-Identifier: BSD-2-Clause */
#include "downtime.h"

#include "flows.h"

/* All that didn't come so far, whether it still may or not. */
static uint64_t missing(struct flows *flows)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < flows_count(flows); i++) {
		const struct sequence *sequence = &flows_at(flows, i)->sequence;

		sum += sequence->lost + sequence_pending(sequence);
	}
	return sum;
}

static uint64_t unique(struct flows *flows)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < flows_count(flows); i++) {
		sum += flows_at(flows, i)->sequence.unique;
	}
	return sum;
}

void downtime_begin(struct downtime *downtime, struct flows *flows, int64_t now_ns)
{
	if (downtime->state == DOWNTIME_NONE) {
		downtime->from_ns = now_ns;
		downtime->missing_before = missing(flows);
	}
	downtime->state = DOWNTIME_DOWN;
}

void downtime_end(struct downtime *downtime, struct flows *flows, int64_t now_ns)
{
	if (downtime->state == DOWNTIME_DOWN) {
		downtime->until_ns = now_ns;
		downtime->unique_before = unique(flows);
		downtime->state = DOWNTIME_AWAITING;
	}
}

bool downtime_close(struct downtime *downtime, struct flows *flows)
{
	uint64_t now;

	if (downtime->state != DOWNTIME_AWAITING || unique(flows) == downtime->unique_before) {
		return false;
	}
	now = missing(flows);
	/* gaps that were open before may have been filled since */
	downtime->missing = now > downtime->missing_before ? now - downtime->missing_before : 0;
	downtime->state = DOWNTIME_NONE;
	return true;
}
