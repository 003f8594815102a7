/* SPDX-License-Identifier: BSD-2-Clause */
#include "outlook.h"

#include "flows.h"

enum {
	GONE_PERIODS = 5,
	GONE_LOST_AFTER = 3,
};

enum outlook outlook_of(struct flows *flows, int64_t now_ns, int64_t hearing_since_ns,
			int64_t lost_after_ns)
{
	enum outlook least = OUTLOOK_ENDED;

	for (size_t i = 0; i < flows_count(flows); i++) {
		const struct flow *flow = flows_at(flows, i);
		int64_t patience_ns = GONE_PERIODS * flow->period_ns, last_ns = flow->last_mono_ns;

		if (flow_state(flow, now_ns) == FLOW_ENDED) {
			continue;
		}
		if (patience_ns < GONE_LOST_AFTER * lost_after_ns) {
			patience_ns = GONE_LOST_AFTER * lost_after_ns;
		}
		if (last_ns < hearing_since_ns) {
			last_ns = hearing_since_ns;
		}
		if (flow_state(flow, now_ns) != FLOW_SILENT || now_ns - last_ns <= patience_ns) {
			return OUTLOOK_GOING_ON;
		}
		least = OUTLOOK_GONE;
	}
	return least;
}

bool outlook_is_settled(struct flows *flows)
{
	for (size_t i = 0; i < flows_count(flows); i++) {
		if (!flow_is_settled(flows_at(flows, i))) {
			return false;
		}
	}
	return true;
}
