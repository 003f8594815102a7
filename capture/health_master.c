/* SPDX-License-Identifier: BSD-2-Clause */
#include "health_master.h"

#include <stdio.h>

/* However fast a port says it sends, it isn't missed sooner. */
#define TIMEOUT_MIN_NS INT64_C(1000000)
#define TIMEOUT_MAX_NS (INT64_C(1) << 61)

/* Of a master that advertises none (default profile, A.9.4.2 of 2008: 1). */
#define ANNOUNCE_INTERVAL_NS INT64_C(2000000000)

static int64_t *deadline_of(struct health *health, const struct port *port, unsigned int which)
{
	return &health->deadline_ns[port - health->port][which];
}

static uint8_t type_of(unsigned int which)
{
	return which == TIMER_ANNOUNCE ? PTP_ANNOUNCE : PTP_SYNC;
}

static enum health_event_kind kind_of(unsigned int which)
{
	return which == TIMER_ANNOUNCE ? HEALTH_ANNOUNCE_TIMEOUT : HEALTH_SYNC_TIMEOUT;
}

bool health_is_active(const struct port *port)
{
	return port->kind == PORT_REAL &&
	       (port->timer[TIMER_ANNOUNCE].active || port->timer[TIMER_SYNC].active);
}

bool health_is_announcing(const struct health *health, uint16_t port)
{
	return port != NOTHING && health->port[port].kind == PORT_REAL &&
	       health->port[port].timer[TIMER_ANNOUNCE].active;
}

/* The standard's comparison of data sets (9.3.4, figures 33 and 34), as far as Announces show them.
 */
bool health_is_better(const struct port *port, const struct port *than)
{
	const struct ptp_announce *a = &port->announce, *b = &than->announce;

	if (a->grandmaster == b->grandmaster) {
		if (a->steps_removed != b->steps_removed) {
			return a->steps_removed < b->steps_removed;
		}
		return port->identity.clock != than->identity.clock
			       ? port->identity.clock < than->identity.clock
			       : port->identity.port < than->identity.port;
	}
	if (a->priority1 != b->priority1) {
		return a->priority1 < b->priority1;
	}
	if (a->clock_class != b->clock_class) {
		return a->clock_class < b->clock_class;
	}
	if (a->clock_accuracy != b->clock_accuracy) {
		return a->clock_accuracy < b->clock_accuracy;
	}
	if (a->variance != b->variance) {
		return a->variance < b->variance;
	}
	if (a->priority2 != b->priority2) {
		return a->priority2 < b->priority2;
	}
	return a->grandmaster < b->grandmaster;
}

/* The best of the other ports whose timer runs on the same path; NOTHING: none. */
static uint16_t other_of(const struct health *health, const struct port *port, unsigned int which)
{
	uint16_t best = NOTHING;

	for (size_t i = 0; i < health->ordered; i++) {
		const struct port *other = &health->port[health->order[i]];

		if (other != port && other->path == port->path && other->timer[which].active &&
		    !other->timer[which].is_alternate &&
		    (best == NOTHING || health_is_better(other, &health->port[best]))) {
			best = health->order[i];
		}
	}
	return best;
}

static void tell_timeout(struct health *health, struct port *port, unsigned int which,
			 int64_t at_ns)
{
	const struct timer *timer = &port->timer[which];
	uint16_t other = other_of(health, port, which);
	char name[PTP_PORT_TEXT], after[PTP_PORT_TEXT];
	struct health_event *event =
		health_event_open(health, kind_of(which), at_ns, port, type_of(which));
	int length = snprintf(event->detail, sizeof(event->detail),
			      "no %s of %s for %g s, which advertises one in %g s",
			      which == TIMER_ANNOUNCE ? "Announce" : "Sync",
			      ptp_port_text(&port->identity, name), (double)timer->timeout_ns / 1e9,
			      (double)timer->interval_ns / 1e9);
	bool is_handover = other != NOTHING && port->has_announce &&
			   health->port[other].has_announce &&
			   health_is_better(&health->port[other], port);

	if (other != NOTHING) {
		(void)ptp_port_text(&health->port[other].identity, after);
		snprintf(event->after, sizeof(event->after), "%s", after);
		snprintf(event->detail + length, sizeof(event->detail) - (size_t)length,
			 is_handover ? ": it gave way to %s" : ": %s sends instead", after);
	} else {
		snprintf(event->detail + length, sizeof(event->detail) - (size_t)length,
			 ": no other port sends any");
	}
	port->timer[which].event = health_event_told(health, event);
}

/* The timer of which there is none that runs out earlier; NULL: none runs. */
static struct port *first_due(struct health *health, unsigned int *ret_which)
{
	const int64_t *deadline_ns = health->deadline_ns[0];
	size_t first = 0;

	for (size_t i = 1; i < TIMERS * health->ports; i++) {
		first = deadline_ns[i] < deadline_ns[first] ? i : first;
	}
	health->due_ns = health->ports > 0 ? deadline_ns[first] : INT64_MAX;
	*ret_which = (unsigned int)(first % TIMERS);
	return health->due_ns != INT64_MAX ? &health->port[first / TIMERS] : NULL;
}

void health_master_expire(struct health *health)
{
	struct port *port;
	unsigned int which;

	while ((port = first_due(health, &which)) != NULL && health->due_ns < health->now_ns) {
		struct timer *timer = &port->timer[which];
		int64_t at_ns = timer->last_rx_ns + (health->due_ns - timer->last_ns);

		*deadline_of(health, port, which) = INT64_MAX;
		timer->active = false;
		timer->count = 0;
		if (!timer->is_quiet) {
			timer->ran_out++;
			tell_timeout(health, port, which, at_ns);
		}
		if (which == TIMER_ANNOUNCE) {
			health_announcer_lost(health, port, at_ns);
		}
	}
}

void health_master_gap(struct health *health)
{
	for (size_t i = 0; i < health->ordered; i++) {
		struct port *port = &health->port[health->order[i]];

		for (unsigned int which = 0; which < TIMERS; which++) {
			const struct timer *timer = &port->timer[which];
			int64_t *deadline_ns = deadline_of(health, port, which);

			if (timer->active && *deadline_ns - timer->timeout_ns < health->gap_ns) {
				*deadline_ns = health->gap_ns + timer->timeout_ns;
			}
		}
	}
	health->due_ns = INT64_MIN; /* to be found anew */
}

static void set_timer(struct health *health, struct port *port, unsigned int which,
		      const struct sighting *sighting)
{
	struct timer *timer = &port->timer[which];
	uint32_t times = which == TIMER_ANNOUNCE ? health->config.announce_timeout
						 : health->config.sync_timeout;
	int64_t deadline_ns;

	if (!timer->active) {
		timer->began_ns = health->at_ns;
		timer->began_rx_ns = sighting->rx_ns;
	}
	if (timer->event != NOTHING) {
		health->event[timer->event].until_ns = sighting->rx_ns;
		timer->event = NOTHING;
	}
	timer->active = true;
	timer->count++;
	timer->last_ns = health->at_ns;
	timer->last_rx_ns = sighting->rx_ns;
	timer->interval_ns = ptp_interval_ns(sighting->message.log_interval);
	timer->is_alternate = (sighting->message.flags & PTP_ALTERNATE_MASTER) != 0;
	timer->is_quiet = timer->interval_ns == 0 || timer->is_alternate;
	if (timer->interval_ns == 0) {
		timer->timeout_ns = DEFAULT_TIMEOUT_S * INT64_C(1000000000);
	} else if (__builtin_mul_overflow(timer->interval_ns, (int64_t)times, &timer->timeout_ns) ||
		   timer->timeout_ns > TIMEOUT_MAX_NS) {
		timer->timeout_ns = TIMEOUT_MAX_NS;
	} else if (timer->timeout_ns < TIMEOUT_MIN_NS) {
		timer->timeout_ns = TIMEOUT_MIN_NS;
	}
	deadline_ns = timer->last_ns + timer->timeout_ns;
	*deadline_of(health, port, which) = deadline_ns;
	if (deadline_ns < health->due_ns) {
		health->due_ns = deadline_ns;
	}
}

static int64_t announce_interval(const struct port *port)
{
	const struct timer *timer = &port->timer[TIMER_ANNOUNCE];

	return timer->interval_ns > 0 ? timer->interval_ns : ANNOUNCE_INTERVAL_NS;
}

static void tell_two_masters(struct health *health, struct path *path,
			     const struct sighting *sighting, int64_t until_ns)
{
	const struct port *first = &health->port[path->first];
	const struct port *second = &health->port[path->second];
	char one[PTP_PORT_TEXT], other[PTP_PORT_TEXT];
	struct health_event *event;

	if (health_lasting_grow(health, &path->two_masters, health->at_ns, path->ordinal,
				until_ns)) {
		return;
	}
	event = health_event_open(health, HEALTH_TWO_MASTERS, path->second_rx_ns, second,
				  sighting->message.type);
	event->until_ns = until_ns;
	snprintf(event->before, sizeof(event->before), "%s", ptp_port_text(&first->identity, one));
	snprintf(event->after, sizeof(event->after), "%s", ptp_port_text(&second->identity, other));
	snprintf(event->detail, sizeof(event->detail), "%s and %s are both masters in domain %u",
		 one, other, (unsigned int)path->domain);
	path->two_masters.event = health_event_told(health, event);
}

static int64_t last_rx_of(const struct port *port)
{
	const struct timer *announce = &port->timer[TIMER_ANNOUNCE];
	const struct timer *sync = &port->timer[TIMER_SYNC];

	return announce->last_ns > sync->last_ns ? announce->last_rx_ns : sync->last_rx_ns;
}

/* Do two ports go on sending side by side? */
static void watch_overlap(struct health *health, uint16_t index, const struct sighting *sighting)
{
	struct path *path = &health->path[health->port[index].path];
	int64_t first_ns, second_ns, grace_ns;
	int64_t both_ns;

	path->ordinal++;
	if (path->first == NOTHING || !health_is_active(&health->port[path->first])) {
		path->first = path->second;
		path->second = NOTHING;
	}
	if (path->second != NOTHING && !health_is_active(&health->port[path->second])) {
		path->second = NOTHING;
	}
	if (path->first == NOTHING || !health_is_active(&health->port[path->first])) {
		path->first = index;
	}
	if (path->first != index && path->second == NOTHING) {
		path->second = index;
		path->both_ns = INT64_MIN;
		path->second_ns = health->at_ns;
		path->second_rx_ns = sighting->rx_ns;
		return;
	}
	if (path->second == NOTHING || (path->first != index && path->second != index)) {
		return;
	}
	first_ns = announce_interval(&health->port[path->first]);
	second_ns = announce_interval(&health->port[path->second]);
	grace_ns = first_ns > second_ns ? first_ns : second_ns;
	grace_ns =
		grace_ns > TIMEOUT_MAX_NS / HEALTH_GRACE ? TIMEOUT_MAX_NS : HEALTH_GRACE * grace_ns;
	first_ns = health_last_of(&health->port[path->first]);
	second_ns = health_last_of(&health->port[path->second]);
	both_ns = first_ns < second_ns ? first_ns : second_ns;
	/* each of them has sent after it, and since the last time */
	if (both_ns - path->second_ns > grace_ns && both_ns > path->both_ns) {
		path->both_ns = both_ns;
		tell_two_masters(
			health, path, sighting,
			last_rx_of(
				&health->port[first_ns < second_ns ? path->first : path->second]));
	}
}

int64_t health_last_of(const struct port *port)
{
	const struct timer *announce = &port->timer[TIMER_ANNOUNCE];
	const struct timer *sync = &port->timer[TIMER_SYNC];

	return announce->last_ns > sync->last_ns ? announce->last_ns : sync->last_ns;
}

void health_master_add(struct health *health, uint16_t index, const struct sighting *sighting)
{
	struct port *port = &health->port[index];
	bool is_announce = sighting->message.type == PTP_ANNOUNCE;
	bool takes_part = (sighting->message.flags & (PTP_ALTERNATE_MASTER | PTP_UNICAST)) == 0 &&
			  endpoint_is_multicast(&sighting->destination);

	if (is_announce) {
		port->takes_part = takes_part;
		health_announce_note(health, port, sighting);
	}
	/* before it counts as active: who is so beside it? */
	set_timer(health, port, is_announce ? TIMER_ANNOUNCE : TIMER_SYNC, sighting);
	if (!takes_part) {
		return;
	}
	watch_overlap(health, index, sighting);
	if (is_announce) {
		health_announcer_add(health, index, sighting);
	}
}

void health_master_settle(struct health *health, uint16_t index)
{
	struct port *port = &health->port[index];
	struct timer *timer = &port->timer[TIMER_SYNC];
	int64_t at_ns = health->at_ns;

	health->at_ns = port->sync.mono_ns;
	health_master_add(health, index, &port->sync);
	health->at_ns = at_ns;
	timer->began_ns = port->first_ns;
	timer->began_rx_ns = port->first_rx_ns;
}
