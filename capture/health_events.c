/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <string.h>

#include "health_parts.h"

static const char *const names[HEALTH_EVENT_KINDS] = {
	[HEALTH_GRANDMASTER_CHANGE] = "grandmaster_change",
	[HEALTH_STEPS_REMOVED_CHANGE] = "steps_removed_change",
	[HEALTH_CLOCK_CLASS_CHANGE] = "clock_class_change",
	[HEALTH_UTC_FLAG_CHANGE] = "utc_flag_change",
	[HEALTH_TWO_MASTERS] = "two_masters",
	[HEALTH_MULTIPLE_DELAY_RESP] = "multiple_delay_resp",
	[HEALTH_ANNOUNCE_TIMEOUT] = "announce_timeout",
	[HEALTH_SYNC_TIMEOUT] = "sync_timeout",
	[HEALTH_MISSING_FOLLOW_UP] = "missing_follow_up",
	[HEALTH_UNANSWERED_DELAY_REQ] = "unanswered_delay_req",
	[HEALTH_ONE_TWO_STEP_MIXED] = "one_two_step_mixed",
	[HEALTH_PROFILE_VIOLATION] = "profile_violation",
};

const char *health_event_text(enum health_event_kind kind)
{
	return names[kind];
}

int health_event_find(const char *name)
{
	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		if (strcmp(names[kind], name) == 0) {
			return kind;
		}
	}
	return -1;
}

struct health_event *health_event_open(struct health *health, enum health_event_kind kind,
				       int64_t at_ns, const struct port *port, uint8_t type)
{
	struct health_event *event =
		health->events < HEALTH_EVENTS ? &health->event[health->events] : &health->further;

	*event = (struct health_event){
		.kind = kind,
		.at_ns = at_ns,
		.until_ns = at_ns,
		.count = 1,
		.domain = port->domain,
		.sdo_id = port->sdo_id,
		.port = port->identity,
		.type = type,
	};
	return event;
}

uint16_t health_event_told(struct health *health, struct health_event *event)
{
	uint16_t index = NOTHING;
	size_t at = health->events;

	health->counts.events[event->kind]++;
	if (event != &health->further) {
		index = (uint16_t)health->events;
		/* what is missing is known later than what came meanwhile */
		while (at > 0 && health->event[health->event_order[at - 1]].at_ns > event->at_ns) {
			at--;
		}
		memmove(&health->event_order[at + 1], &health->event_order[at],
			(health->events - at) * sizeof(*health->event_order));
		health->event_order[at] = index;
		health->events++;
	}
	if (health->config.tell != NULL) {
		health->config.tell(health->config.context, event);
	}
	return index;
}

void health_event_grow(struct health *health, uint16_t event, int64_t rx_ns)
{
	if (event != NOTHING) {
		health->event[event].count++;
		if (rx_ns > health->event[event].until_ns) {
			health->event[event].until_ns = rx_ns;
		}
	}
}

bool health_lasting_grow(struct health *health, struct lasting *lasting, int64_t mono_ns,
			 uint64_t ordinal, int64_t rx_ns)
{
	bool lasts = lasting->seen && (mono_ns - lasting->last_ns <= HEALTH_CALM_NS ||
				       ordinal - lasting->last_ordinal <= HEALTH_CALM);

	lasting->seen = true;
	lasting->last_ns = mono_ns;
	lasting->last_ordinal = ordinal;
	if (lasts) {
		health_event_grow(health, lasting->event, rx_ns);
	}
	return lasts;
}

size_t health_events(const struct health *health)
{
	return health->events;
}

const struct health_event *health_event(const struct health *health, size_t index)
{
	assert(index < health->events);
	return &health->event[health->event_order[index]];
}
