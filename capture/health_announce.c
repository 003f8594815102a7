/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "health_master.h"

enum {
	UTC_FLAGS = PTP_LEAP_61 | PTP_LEAP_59 | PTP_UTC_OFFSET_VALID | PTP_TIMESCALE |
		    PTP_TIME_TRACEABLE | PTP_FREQUENCY_TRACEABLE
};

/* "37 s, valid, ptp, time, frequency, leap61" */
static void put_utc(char *text, size_t size, int16_t offset, uint16_t flags)
{
	snprintf(text, size, "%d s%s%s%s%s%s%s", offset,
		 (flags & PTP_UTC_OFFSET_VALID) != 0 ? ", valid" : "",
		 (flags & PTP_TIMESCALE) != 0 ? ", ptp" : "",
		 (flags & PTP_TIME_TRACEABLE) != 0 ? ", time" : "",
		 (flags & PTP_FREQUENCY_TRACEABLE) != 0 ? ", frequency" : "",
		 (flags & PTP_LEAP_61) != 0 ? ", leap61" : "",
		 (flags & PTP_LEAP_59) != 0 ? ", leap59" : "");
}

static void tell_number(struct health *health, enum health_event_kind kind, const struct port *port,
			int64_t at_ns, unsigned int before, unsigned int after)
{
	char name[PTP_PORT_TEXT];
	struct health_event *event = health_event_open(health, kind, at_ns, port, PTP_ANNOUNCE);

	snprintf(event->before, sizeof(event->before), "%u", before);
	snprintf(event->after, sizeof(event->after), "%u", after);
	snprintf(event->detail, sizeof(event->detail), "%s of %s went from %u to %u",
		 kind == HEALTH_STEPS_REMOVED_CHANGE ? "stepsRemoved" : "clockClass",
		 ptp_port_text(&port->identity, name), before, after);
	(void)health_event_told(health, event);
}

static void tell_utc(struct health *health, const struct port *port,
		     const struct sighting *sighting)
{
	char name[PTP_PORT_TEXT];
	struct health_event *event = health_event_open(health, HEALTH_UTC_FLAG_CHANGE,
						       sighting->rx_ns, port, PTP_ANNOUNCE);

	put_utc(event->before, sizeof(event->before), port->announce.utc_offset,
		port->announce_flags);
	put_utc(event->after, sizeof(event->after), sighting->message.announce.utc_offset,
		sighting->message.flags);
	snprintf(event->detail, sizeof(event->detail), "UTC of %s went from %s to %s",
		 ptp_port_text(&port->identity, name), event->before, event->after);
	(void)health_event_told(health, event);
}

void health_announce_note(struct health *health, struct port *port, const struct sighting *sighting)
{
	const struct ptp_announce *before = &port->announce;
	const struct ptp_announce *now = &sighting->message.announce;
	int64_t at_ns = sighting->rx_ns;

	if (port->has_announce) {
		if (before->steps_removed != now->steps_removed) {
			tell_number(health, HEALTH_STEPS_REMOVED_CHANGE, port, at_ns,
				    before->steps_removed, now->steps_removed);
		}
		if (before->clock_class != now->clock_class) {
			tell_number(health, HEALTH_CLOCK_CLASS_CHANGE, port, at_ns,
				    before->clock_class, now->clock_class);
		}
		if (before->utc_offset != now->utc_offset ||
		    ((port->announce_flags ^ sighting->message.flags) & UTC_FLAGS) != 0) {
			tell_utc(health, port, sighting);
		}
	}
	port->has_announce = true;
	port->announce = *now;
	port->announce_flags = sighting->message.flags;
}

/* The Announces of index count from now on, which may tell of another grandmaster. */
static void follow(struct health *health, struct path *path, uint16_t index, int64_t at_ns)
{
	const struct port *port = &health->port[index];
	uint64_t before = path->grandmaster;
	char was[PTP_PORT_TEXT], is[PTP_PORT_TEXT], name[PTP_PORT_TEXT];
	struct health_event *event;

	path->announcer = index;
	path->grandmaster = port->announce.grandmaster;
	if (!path->has_grandmaster || before == path->grandmaster) {
		path->has_grandmaster = true;
		return;
	}
	event = health_event_open(health, HEALTH_GRANDMASTER_CHANGE, at_ns, port, PTP_ANNOUNCE);
	snprintf(event->before, sizeof(event->before), "%s", ptp_clock_text(before, was));
	snprintf(event->after, sizeof(event->after), "%s", ptp_clock_text(path->grandmaster, is));
	snprintf(event->detail, sizeof(event->detail),
		 "the grandmaster of domain %u went from %s to %s, by %s",
		 (unsigned int)path->domain, was, is, ptp_port_text(&port->identity, name));
	(void)health_event_told(health, event);
}

void health_announcer_add(struct health *health, uint16_t index, const struct sighting *sighting)
{
	const struct port *port = &health->port[index];
	struct path *path = &health->path[port->path];
	const struct timer *timer = &port->timer[TIMER_ANNOUNCE];

	if (path->announcer == index || !health_is_announcing(health, path->announcer)) {
		follow(health, path, index, sighting->rx_ns);
	} else if (timer->count > 1 && health_is_better(port, &health->port[path->announcer])) {
		follow(health, path, index, timer->began_rx_ns);
	}
}

void health_announcer_lost(struct health *health, const struct port *port, int64_t at_ns)
{
	struct path *path = &health->path[port->path];
	int64_t last_rx_ns = port->timer[TIMER_ANNOUNCE].last_rx_ns;
	uint16_t best = NOTHING;

	if (path->announcer == NOTHING || &health->port[path->announcer] != port) {
		return;
	}
	for (size_t i = 0; i < health->ordered; i++) {
		uint16_t index = health->order[i];
		const struct port *other = &health->port[index];

		if (other->path == port->path && other->takes_part &&
		    health_is_announcing(health, index) &&
		    (best == NOTHING || health_is_better(other, &health->port[best]))) {
			best = index;
		}
	}
	if (best != NOTHING) {
		int64_t began_rx_ns = health->port[best].timer[TIMER_ANNOUNCE].began_rx_ns;

		follow(health, path, best, began_rx_ns > last_rx_ns ? began_rx_ns : at_ns);
	}
}
