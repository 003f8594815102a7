/* SPDX-License-Identifier: BSD-2-Clause */
#include "follow_ups.h"

#include <assert.h>

#include "departures.h"
#include "wire.h"

static const struct follow_up *first(const struct follow_ups *follow_ups)
{
	return &follow_ups->ring[follow_ups->at % FOLLOW_UPS_RING];
}

void follow_ups_add(struct follow_ups *follow_ups, const struct follow_up *follow_up)
{
	assert(follow_ups_count(follow_ups) < FOLLOW_UPS_RING);
	follow_ups->ring[follow_ups->end++ % FOLLOW_UPS_RING] = *follow_up;
}

bool follow_ups_due(const struct follow_ups *follow_ups, const struct departures *departures,
		    int64_t now_ns, struct follow_up *ret_follow_up, int64_t *ret_tx_ns)
{
	const struct follow_up *follow_up = first(follow_ups);
	enum departures_look look = DEPARTURES_NEVER;
	struct departures_report report = {0};

	if (follow_ups_count(follow_ups) == 0) {
		return false;
	}
	if (follow_up->departure != FOLLOW_UP_NO_DEPARTURE) {
		look = departures_look(departures, follow_up->departure, now_ns, &report);
	}
	if (look == DEPARTURES_AWAITED && now_ns < follow_ups_wake_ns(follow_ups)) {
		return false;
	}
	*ret_follow_up = *follow_up;
	ret_follow_up->flags |= report.hardware ? WIRE_FOLLOW_UP_HARDWARE : 0;
	*ret_tx_ns = report.tx_ns;
	return true;
}

void follow_ups_take(struct follow_ups *follow_ups)
{
	assert(follow_ups_count(follow_ups) > 0);
	follow_ups->at++;
}

int64_t follow_ups_wake_ns(const struct follow_ups *follow_ups)
{
	return follow_ups_count(follow_ups) == 0
		       ? INT64_MAX
		       : first(follow_ups)->sync_ns + FOLLOW_UP_PATIENCE_NS;
}
