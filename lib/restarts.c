/* SPDX-License-Identifier: BSD-2-Clause */
#include "restarts.h"

#include <string.h>

#include "flows.h"
#include "report.h"
#include "units.h"

/* The earlier stream of the same sender that had ended when flow began; NULL: none. */
static const struct flow *predecessor(struct flows *flows, const struct flow *flow, size_t before)
{
	for (size_t i = before; i > 0; i--) {
		const struct flow *earlier = flows_at(flows, i - 1);

		if (memcmp(&earlier->key.group, &flow->key.group, sizeof(flow->key.group)) == 0 &&
		    memcmp(earlier->key.source.address, flow->key.source.address,
			   sizeof(flow->key.source.address)) == 0 &&
		    earlier->last_mono_ns < flow->first_mono_ns) {
			return earlier;
		}
	}
	return NULL;
}

void restarts_note(struct flows *flows, int64_t from_ns, struct report *report)
{
	char source[ENDPOINT_ADDRESS_TEXT], at[UNITS_TEXT];

	for (size_t i = 1; i < flows_count(flows); i++) {
		const struct flow *flow = flows_at(flows, i);

		if (predecessor(flows, flow, i) != NULL) {
			report_note(
				report,
				"the sender at %s was started again %s after the start: its new stream "
				"is a flow of its own",
				endpoint_address_text(&flow->key.source, source),
				units_duration_text(flow->first_mono_ns - from_ns, at));
		}
	}
}
