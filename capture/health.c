/* SPDX-License-Identifier: BSD-2-Clause */
#include "health.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "health_parts.h"

/* Beyond it no time is believed. */
#define TIME_MAX_NS (INT64_C(1) << 61)

uint64_t health_address_hash(const struct endpoint *endpoint)
{
	uint64_t half[2];

	memcpy(half, endpoint->address, sizeof(half));
	return health_mix(health_mix(half[0]) + half[1]) | 1;
}

struct health *health_new(const struct health_config *config)
{
	struct health *health;

	assert(config->lost_after_ns > 0);
	health = calloc(1, sizeof(*health));
	if (health == NULL) {
		return NULL;
	}
	health->config = *config;
	health->gap_ns = INT64_MIN;
	health->due_ns = INT64_MAX;
	memset(health->port_chain, 0xff, sizeof(health->port_chain));
	memset(health->book_chain, 0xff, sizeof(health->book_chain));
	health_pairs_init(health);
	return health;
}

void health_free(struct health *health)
{
	free(health);
}

static int64_t sane(int64_t mono_ns)
{
	if (mono_ns < 0) {
		return 0;
	}
	return mono_ns > TIME_MAX_NS ? TIME_MAX_NS : mono_ns;
}

/* Time goes on, and never back. */
static void pass(struct health *health, int64_t mono_ns)
{
	if (mono_ns > health->now_ns) {
		health->now_ns = mono_ns;
	}
	health_pairs_judge(health);
	if (health->now_ns > health->due_ns && !health->is_stopped) {
		health_master_expire(health);
	}
}

static bool is_foreign(const struct health *health, const struct ptp_message *message)
{
	return health->config.has_grandmaster && message->type == PTP_ANNOUNCE &&
	       message->announce.grandmaster != health->config.grandmaster;
}

static void add_foreign(struct port *port, const struct sighting *sighting)
{
	if (port->foreign.count++ == 0) {
		port->foreign.grandmaster = sighting->message.announce.grandmaster;
		port->foreign.first_ns = sighting->rx_ns;
	}
}

/* After the end. */
static void complete(struct health *health, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	uint16_t port, stream = NOTHING;

	health_port_unmask(health, sighting);
	port = health_port_find(health, message->domain, message->sdo_id, &message->source);
	if (port != NOTHING) {
		stream = health->port[port].stream[message->type & 0xf];
	}
	if (stream != NOTHING && health_stream_misses(health, stream, sighting)) {
		health->counts.messages++;
		health_stream_add(health, stream, sighting);
	} else {
		health_pairs_complete(health, sighting, health_peer_of(sighting));
	}
}

void health_add(struct health *health, const struct sighting *sighting)
{
	bool foreign = is_foreign(health, &sighting->message);
	uint16_t port, stream;

	health->at_ns = sane(sighting->mono_ns);
	pass(health, health->at_ns);
	if (health->is_stopped) {
		complete(health, sighting);
		return;
	}
	health->counts.messages++;
	health->saw_probe = false;
	health->counts.foreign += foreign;
	port = health_port_of(health, sighting);
	if (port == NOTHING) {
		return;
	}
	if (foreign) {
		add_foreign(&health->port[port], sighting);
	}
	stream = health_stream_of(health, port, sighting->message.type & 0xf);
	if (stream == NOTHING) {
		health->counts.overflow++;
		return;
	}
	health_stream_add(health, stream, sighting);
}

bool health_saw_probe(const struct health *health)
{
	return health->saw_probe;
}

void health_tick(struct health *health, int64_t mono_ns)
{
	pass(health, sane(mono_ns));
	health_books_settle(health);
}

void health_stop(struct health *health, int64_t mono_ns)
{
	health_tick(health, mono_ns);
	health->is_stopped = true;
}

bool health_is_settled(const struct health *health)
{
	for (size_t i = 0; i < health->streams; i++) {
		const struct stream *stream = &health->stream[i];

		if (stream->book_counts.pending + health_stream_waiting(stream) > 0) {
			return false;
		}
	}
	return true;
}

void health_end(struct health *health, int64_t mono_ns)
{
	health_tick(health, mono_ns);
	health_books_end(health);
	/* no Follow_Up has told that it is a probe */
	for (size_t i = 0; i < health->ports; i++) {
		if (health->port[i].kind == PORT_SUSPECT) {
			health_port_settle(health, (uint16_t)i);
		}
	}
}

void health_gap(struct health *health, int64_t mono_ns)
{
	mono_ns = sane(mono_ns);
	if (mono_ns > health->gap_ns) {
		health->gap_ns = mono_ns;
		health_master_gap(health);
	}
}

size_t health_ports(const struct health *health)
{
	return health->ordered;
}

void health_port(const struct health *health, size_t index, struct health_port *ret_port)
{
	const struct port *port;

	assert(index < health->ordered);
	port = &health->port[health->order[index]];
	*ret_port = (struct health_port){
		.domain = port->domain,
		.sdo_id = port->sdo_id,
		.identity = port->identity,
		.transport = port->transport,
		.address = port->address,
		.ttl_min = port->ttl_min,
		.ttl_max = port->ttl_max,
		.dscp_min = port->dscp_min,
		.dscp_max = port->dscp_max,
		.vlan = port->vlan,
		.pcp = port->pcp,
		.is_master = port->timer[TIMER_ANNOUNCE].active || port->timer[TIMER_SYNC].active,
		.has_announce = port->has_announce,
		.announce = port->announce,
		.announce_flags = port->announce_flags,
		.foreign = port->foreign,
	};
	for (unsigned int type = 0; type < PTP_TYPES; type++) {
		if (port->stream[type] != NOTHING) {
			health_stream_read(&health->stream[port->stream[type]],
					   &ret_port->stream[ret_port->streams++]);
		}
	}
}

const struct health_counts *health_counts(const struct health *health)
{
	return &health->counts;
}

void health_totals(const struct health *health, struct health_totals *ret_totals)
{
	struct health_totals totals = {0};

	for (size_t i = 0; i < health->ordered; i++) {
		const uint16_t *index = health->port[health->order[i]].stream;

		for (unsigned int type = 0; type < PTP_TYPES; type++) {
			if (index[type] != NOTHING) {
				const struct stream *stream = &health->stream[index[type]];

				totals.lost += stream->book_counts.lost;
				totals.missing_follow_up += stream->missing_follow_up;
				totals.unanswered += stream->unanswered;
			}
		}
	}
	*ret_totals = totals;
}
