/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "health_parts.h"
#include "ptp_shape.h"

static uint16_t *chain_of(struct health *health, uint8_t domain, uint16_t sdo_id,
			  const struct ptp_port_identity *identity)
{
	uint64_t hash = health_identity_hash(identity) + domain * UINT64_C(37) + sdo_id;

	return &health->port_chain[hash % PORT_CHAINS];
}

uint16_t health_port_find(const struct health *health, uint8_t domain, uint16_t sdo_id,
			  const struct ptp_port_identity *identity)
{
	uint16_t at = *chain_of((struct health *)health, domain, sdo_id, identity);

	while (at != NOTHING) {
		const struct port *port = &health->port[at];

		if (port->identity.clock == identity->clock &&
		    port->identity.port == identity->port && port->domain == domain &&
		    port->sdo_id == sdo_id) {
			break;
		}
		at = port->next;
	}
	return at;
}

/* Only once none was ever forgotten beyond the first HEALTH_PORTS is there a place to be used
 * again. */
static uint16_t take_place(struct health *health)
{
	if (health->free_ports > 0) {
		return health->free_port[--health->free_ports];
	}
	return health->ports < HEALTH_PORTS ? (uint16_t)health->ports++ : NOTHING;
}

static void forget(struct health *health, uint16_t index)
{
	struct port *port = &health->port[index];
	uint16_t *link = chain_of(health, port->domain, port->sdo_id, &port->identity);

	while (*link != index) {
		link = &health->port[*link].next;
	}
	*link = port->next;
	port->kind = PORT_FREE;
	port->serial = 0;
	health->free_port[health->free_ports++] = index;
}

/* The oldest of the probes' identities makes room; false when there is none. */
static bool forget_probe(struct health *health)
{
	uint16_t index;

	if (health->probes == 0) {
		return false;
	}
	index = health->probe[health->probe_at];
	health->probe_at = (health->probe_at + 1) % PROBES;
	health->probes--;
	if (health->port[index].kind == PORT_PROBE) {
		forget(health, index);
	}
	return true;
}

static uint16_t make(struct health *health, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	uint16_t *chain = chain_of(health, message->domain, message->sdo_id, &message->source);
	uint16_t index = take_place(health);
	struct port *port;

	while (index == NOTHING && forget_probe(health)) {
		index = take_place(health);
	}
	if (index == NOTHING) {
		return NOTHING;
	}
	port = &health->port[index];
	*port = (struct port){
		.domain = message->domain,
		.sdo_id = message->sdo_id,
		.next = *chain,
		.path = NOTHING,
		.serial = ++health->serial,
		.identity = message->source,
		.only_pairs = true,
		.transport = sighting->transport,
		.address = sighting->source,
		.ttl_min = -1,
		.ttl_max = -1,
		.dscp_min = -1,
		.dscp_max = -1,
		.vlan = sighting->vlan,
		.pcp = sighting->pcp,
	};
	memset(port->stream, 0xff, sizeof(port->stream));
	for (int i = 0; i < TIMERS; i++) {
		port->timer[i].event = NOTHING;
		health->deadline_ns[index][i] = INT64_MAX;
	}
	*chain = index;
	return index;
}

/* A path of no port: those that came by probes' identities are left behind. There is one, for each
 * port that is in order has one at most, and the port in hand isn't in order yet. */
static struct path *unused_path(struct health *health)
{
	bool is_used[HEALTH_PORTS] = {false};
	size_t at = 0;

	for (size_t i = 0; i < health->ordered; i++) {
		is_used[health->port[health->order[i]].path] = true;
	}
	while (is_used[at]) {
		at++;
	}
	return &health->path[at];
}

static uint16_t path_of(struct health *health, const struct port *port)
{
	struct path *path = health->path;

	while (path < health->path + health->paths &&
	       !(path->domain == port->domain && path->sdo_id == port->sdo_id &&
		 path->transport == port->transport && path->vlan == port->vlan)) {
		path++;
	}
	if (path == health->path + health->paths) {
		if (health->paths == HEALTH_PORTS) {
			path = unused_path(health);
		} else {
			health->paths++;
		}
		*path = (struct path){
			.domain = port->domain,
			.sdo_id = port->sdo_id,
			.transport = port->transport,
			.vlan = port->vlan,
			.announcer = NOTHING,
			.first = NOTHING,
			.second = NOTHING,
		};
	}
	return (uint16_t)(path - health->path);
}

void health_port_settle(struct health *health, uint16_t index)
{
	struct port *port = &health->port[index];
	size_t at;

	port->kind = PORT_REAL;
	port->path = path_of(health, port);
	at = health->ordered++;
	/* one that was a suspect for a while was there before others */
	while (at > 0 && health->port[health->order[at - 1]].serial > port->serial) {
		health->order[at] = health->order[at - 1];
		at--;
	}
	health->order[at] = index;
	if (port->stream[PTP_SYNC] != NOTHING) {
		health_master_settle(health, index);
		health_stream_settle(health, port->stream[PTP_SYNC]);
	}
}

/* Its messages were no port's. */
static void become_probe(struct health *health, uint16_t index)
{
	struct port *port = &health->port[index];

	if (port->kind == PORT_REAL) {
		struct path *path = &health->path[port->path];
		size_t at = 0;

		path->first = path->first == index ? NOTHING : path->first;
		path->second = path->second == index ? NOTHING : path->second;
		while (health->order[at] != index) {
			at++;
		}
		health->ordered--;
		memmove(&health->order[at], &health->order[at + 1],
			(health->ordered - at) * sizeof(*health->order));
	}
	for (unsigned int type = 0; type < PTP_TYPES; type++) {
		if (port->stream[type] != NOTHING) {
			health_stream_drop(health, port->stream[type]);
			port->stream[type] = NOTHING;
		}
	}
	health->counts.probes += port->messages;
	port->kind = PORT_PROBE;
	for (int i = 0; i < TIMERS; i++) {
		port->timer[i].active = false;
		health->deadline_ns[index][i] = INT64_MAX;
	}
	if (health->probes == PROBES) {
		(void)forget_probe(health);
	}
	health->probe[(health->probe_at + health->probes++) % PROBES] = index;
}

/* Probes are of an identity that only they have: see wire_run_id. */
static bool is_probes_clock(const struct ptp_message *message)
{
	return message->source.port == 1 && (message->source.clock >> 56 & 3) == 2;
}

static bool may_be_probe(const struct ptp_message *message)
{
	return is_probes_clock(message) && (message->flags & PTP_TWO_STEP) != 0;
}

static bool is_pair(uint8_t type)
{
	return type == PTP_SYNC || type == PTP_FOLLOW_UP;
}

/*
 * A Follow_Up with a probe in it, of this identity, or as long as one whose TLV the capture has
 * cut.
 */
static bool bears_probe(const struct ptp_message *message)
{
	if (message->type != PTP_FOLLOW_UP || message->length != PTP_SHAPE_FOLLOW_UP_LENGTH) {
		return false;
	}
	return is_probes_clock(message) &&
	       (message->tlvs == NULL || ptp_shape_is_follow_up(message));
}

static void note_marking(struct port *port, const struct sighting *sighting)
{
	if (sighting->ttl >= 0) {
		port->ttl_min = port->ttl_min < 0 || sighting->ttl < port->ttl_min ? sighting->ttl
										   : port->ttl_min;
		port->ttl_max = sighting->ttl > port->ttl_max ? sighting->ttl : port->ttl_max;
	}
	if (sighting->dscp >= 0) {
		port->dscp_min = port->dscp_min < 0 || sighting->dscp < port->dscp_min
					 ? sighting->dscp
					 : port->dscp_min;
		port->dscp_max = sighting->dscp > port->dscp_max ? sighting->dscp : port->dscp_max;
	}
	port->vlan = sighting->vlan;
	port->pcp = sighting->pcp;
}

static void note_suspect(struct health *health, struct port *port, const struct sighting *sighting)
{
	if (port->messages == 0) {
		port->first_ns = health->at_ns;
		port->first_rx_ns = sighting->rx_ns;
	}
	port->sync = *sighting;
	port->sync.mono_ns = health->at_ns;
	port->sync.message.tlvs = NULL;
	port->sync.message.tlvs_length = 0;
}

void health_port_unmask(struct health *health, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	uint16_t index =
		health_port_find(health, message->domain, message->sdo_id, &message->source);

	if (index != NOTHING && health->port[index].kind == PORT_SUSPECT && bears_probe(message)) {
		become_probe(health, index);
		health->counts.messages++;
		health->counts.probes++;
	}
}

uint16_t health_port_of(struct health *health, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	uint16_t index =
		health_port_find(health, message->domain, message->sdo_id, &message->source);
	bool is_probe = bears_probe(message);
	struct port *port;

	if (index == NOTHING) {
		index = make(health, sighting);
		if (index == NOTHING) {
			health->counts.overflow += !is_probe;
			health->counts.probes += is_probe;
			health->saw_probe = is_probe;
			return NOTHING;
		}
		health->port[index].kind = PORT_SUSPECT;
	}
	port = &health->port[index];
	port->only_pairs &= is_pair(message->type);
	/* nobody hides a master by a forged probe */
	if (is_probe && port->kind != PORT_PROBE && port->only_pairs) {
		become_probe(health, index);
	}
	if (port->kind == PORT_PROBE && is_pair(message->type)) {
		health->saw_probe = true;
		health->counts.probes++;
		return NOTHING;
	}
	if (port->kind == PORT_PROBE) {
		port->messages = 0;
		health_port_settle(health, index);
	} else if (port->kind == PORT_SUSPECT &&
		   !(message->type == PTP_SYNC && may_be_probe(message))) {
		health_port_settle(health, index);
	}
	if (port->kind == PORT_SUSPECT) {
		note_suspect(health, port, sighting);
	}
	port->messages++;
	note_marking(port, sighting);
	return index;
}
