/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "health_parts.h"

/*
 * What waits stands in a ring in the order of its arrival, where it is judged after lost_after and
 * kept for as long again, and in chains by its key.
 */

void health_pairs_init(struct health *health)
{
	memset(health->pending_chain, 0xff, sizeof(health->pending_chain));
}

/* The port that waits, what for, and the sequenceId. */
static uint64_t key_of(const struct port *port, enum pending_kind kind, uint16_t id)
{
	return (uint64_t)port->serial << 32 | (uint64_t)kind << 16 | id;
}

/* Successive ids stand side by side, where the cache has them. */
static uint32_t *chain_of(struct health *health, uint64_t key, uint64_t peer)
{
	uint64_t base = health_mix((key & ~(uint64_t)UINT16_MAX) ^ peer);

	return &health->pending_chain[(base + (key & UINT16_MAX)) % PENDING_CHAINS];
}

static struct pending *find(struct health *health, uint64_t key, uint64_t peer)
{
	uint32_t at = *chain_of(health, key, peer);

	for (unsigned int steps = 0; at != PENDING_END && steps < CHAIN_MAX; steps++) {
		struct pending *pending = &health->pending[at];

		if (pending->key == key && pending->peer == peer) {
			return pending;
		}
		at = pending->next;
	}
	return NULL;
}

static void unlink_pending(struct health *health, struct pending *pending)
{
	uint32_t index = (uint32_t)(pending - health->pending);
	uint32_t *link = chain_of(health, pending->key, pending->peer);

	while (*link != index) {
		link = &health->pending[*link].next;
	}
	*link = pending->next;
	pending->state = PENDING_DEAD;
}

/* Its stream, unless that went with its port. */
static struct stream *stream_of(struct health *health, const struct pending *pending)
{
	const struct port *port = &health->port[pending->port];

	if (port->serial != pending->serial || pending->stream == NOTHING ||
	    port->stream[health->stream[pending->stream].type] != pending->stream) {
		return NULL;
	}
	return &health->stream[pending->stream];
}

/* The oldest is forgotten. */
static void drop_head(struct health *health)
{
	struct pending *pending = &health->pending[health->pending_head % HEALTH_PENDING];

	if (health->pending_judged == health->pending_head) {
		struct stream *stream = stream_of(health, pending);

		if (pending->state == PENDING_WAITS && stream != NULL) {
			stream->unjudged++;
		}
		health->pending_judged++;
	}
	if (pending->state != PENDING_DEAD) {
		unlink_pending(health, pending);
	}
	health->pending_head++;
}

static struct pending *append(struct health *health, uint64_t key, uint64_t peer,
			      const struct sighting *sighting)
{
	uint32_t index, at, *chain = chain_of(health, key, peer);
	struct pending *pending;
	unsigned int steps = 0;

	for (at = *chain; at != PENDING_END; at = health->pending[at].next) {
		if (++steps == CHAIN_MAX) {
			return NULL;
		}
	}
	if (health->pending_end - health->pending_head == HEALTH_PENDING) {
		drop_head(health);
	}
	index = (uint32_t)(health->pending_end++ % HEALTH_PENDING);
	pending = &health->pending[index];
	*pending = (struct pending){
		.key = key,
		.peer = peer,
		.opened_ns = health->at_ns,
		.opened_rx_ns = sighting->rx_ns,
		.next = *chain,
		.stream = NOTHING,
		.port = NOTHING,
		.responder = NOTHING,
	};
	*chain = index;
	return pending;
}

static void put_seconds(char *text, size_t size, int64_t ns)
{
	snprintf(text, size, "%g s", (double)ns / 1e9);
}

static void tell_missing(struct health *health, struct stream *stream,
			 const struct pending *pending)
{
	struct port *port = &health->port[pending->port];
	char within[24], name[PTP_PORT_TEXT];
	unsigned int id = (unsigned int)(pending->key & UINT16_MAX);
	struct health_event *event;
	bool is_follow_up = pending->kind <= PENDING_PDELAY_RESP;

	/* a Sync that nothing calls a probe's */
	if (port->kind == PORT_SUSPECT) {
		health_port_settle(health, pending->port);
	}
	if (health_lasting_grow(health, &stream->missing, pending->opened_ns, pending->ordinal,
				pending->opened_rx_ns)) {
		return;
	}
	put_seconds(within, sizeof(within), health->config.lost_after_ns);
	event = health_event_open(
		health, is_follow_up ? HEALTH_MISSING_FOLLOW_UP : HEALTH_UNANSWERED_DELAY_REQ,
		pending->opened_rx_ns, port, stream->type);
	snprintf(event->detail, sizeof(event->detail), "%s %u of %s had no %s within %s%s",
		 ptp_type_text(stream->type), id, ptp_port_text(&port->identity, name),
		 is_follow_up ? "Follow_Up" : "answer", within,
		 is_follow_up || stream->answered > 0
			 ? ""
			 : ", nor any before: answers by unicast may not pass here");
	stream->missing.event = health_event_told(health, event);
}

static void judge(struct health *health, struct pending *pending)
{
	struct stream *stream = stream_of(health, pending);

	if (pending->state != PENDING_WAITS || stream == NULL) {
		return;
	}
	pending->state = PENDING_MISSED;
	if (pending->opened_ns <= health->gap_ns) {
		stream->unjudged++;
		return;
	}
	if (pending->kind <= PENDING_PDELAY_RESP) {
		stream->missing_follow_up++;
	} else {
		stream->unanswered++;
	}
	tell_missing(health, stream, pending);
}

void health_pairs_judge_due(struct health *health)
{
	int64_t lost_ns = health->now_ns - health->config.lost_after_ns;
	int64_t kept_ns = health->now_ns - PENDING_KEPT * health->config.lost_after_ns;

	while (health->pending_judged != health->pending_end &&
	       health->pending[health->pending_judged % HEALTH_PENDING].opened_ns < lost_ns) {
		judge(health, &health->pending[health->pending_judged % HEALTH_PENDING]);
		health->pending_judged++;
	}
	while (health->pending_head != health->pending_judged &&
	       health->pending[health->pending_head % HEALTH_PENDING].opened_ns < kept_ns) {
		drop_head(health);
	}
}

static void count_match(struct stream *stream, int64_t latency_ns)
{
	tally_add(&stream->latency, NULL, latency_ns);
	stream->answered++;
}

/* A message that awaits another one. */
static void await(struct health *health, uint16_t index, enum pending_kind kind, uint64_t peer,
		  const struct sighting *sighting)
{
	struct stream *stream = &health->stream[index];
	const struct port *port = &health->port[stream->port];
	uint64_t key = key_of(port, kind, sighting->message.sequence_id);
	struct pending *pending = find(health, key, peer);

	if (pending != NULL && pending->state == PENDING_EARLY) {
		stream->opened++;
		pending->stream = index;
		pending->state = PENDING_DONE;
		count_match(stream, pending->opened_ns - health->at_ns);
		return;
	}
	if (pending != NULL && health->at_ns - pending->opened_ns <= health->config.lost_after_ns) {
		return; /* a duplicate */
	}
	if (pending != NULL) {
		unlink_pending(health, pending);
	}
	stream->opened++;
	pending = append(health, key, peer, sighting);
	if (pending == NULL) {
		stream->unjudged++;
		return;
	}
	pending->state = PENDING_WAITS;
	pending->kind = (uint8_t)kind;
	pending->stream = index;
	pending->port = stream->port;
	pending->serial = port->serial;
	pending->ordinal = stream->opened;
}

static void tell_several(struct health *health, struct stream *stream,
			 const struct pending *pending, uint16_t responder,
			 const struct sighting *sighting)
{
	const struct port *port = &health->port[pending->port];
	char asked[PTP_PORT_TEXT], one[PTP_PORT_TEXT], other[PTP_PORT_TEXT];
	struct lasting *lasting = &stream->several;
	uint64_t ordinal = stream->answered;
	struct health_event *event;

	if (stream->type == PTP_DELAY_REQ && port->path != NOTHING) {
		lasting = &health->path[port->path].several;
		ordinal = health->path[port->path].answers;
	}
	if (health_lasting_grow(health, lasting, health->at_ns, ordinal, sighting->rx_ns)) {
		return;
	}
	event = health_event_open(health, HEALTH_MULTIPLE_DELAY_RESP, sighting->rx_ns,
				  &health->port[responder], stream->type);
	snprintf(event->detail, sizeof(event->detail), "%s %u of %s was answered by %s and by %s",
		 ptp_type_text(stream->type), (unsigned int)sighting->message.sequence_id,
		 ptp_port_text(&port->identity, asked),
		 ptp_port_text(&health->port[pending->responder].identity, one),
		 ptp_port_text(&health->port[responder].identity, other));
	lasting->event = health_event_told(health, event);
}

/* One more for what has one. */
static void answer_again(struct health *health, struct stream *stream, struct pending *pending,
			 uint16_t responder, const struct sighting *sighting)
{
	if (pending->kind <= PENDING_PDELAY_RESP) {
		return;
	}
	if (pending->responder == responder) {
		stream->repeated++;
		return;
	}
	stream->multiple++;
	tell_several(health, stream, pending, responder, sighting);
}

/* Does pending take the message of responder, or has it one already? */
static void answer(struct health *health, struct pending *pending, uint16_t responder,
		   const struct sighting *sighting)
{
	struct stream *stream = stream_of(health, pending);
	int64_t latency_ns = health->at_ns - pending->opened_ns;

	if (stream == NULL) {
		return;
	}
	if (pending->state == PENDING_MISSED) {
		bool is_follow_up = pending->kind <= PENDING_PDELAY_RESP;

		stream->late_follow_up += is_follow_up;
		stream->late_answer += !is_follow_up;
		pending->state = PENDING_DONE;
		pending->responder = responder;
		return;
	}
	if (health->is_stopped && pending->state != PENDING_WAITS) {
		return; /* it was complete */
	}
	if (pending->state == PENDING_DONE) {
		answer_again(health, stream, pending, responder, sighting);
		return;
	}
	pending->state = PENDING_DONE;
	pending->responder = responder;
	count_match(stream, latency_ns);
	if (pending->kind == PENDING_DELAY_REQ) {
		const struct port *port = &health->port[pending->port];

		/* it says how often it wants to be asked */
		stream->advertised_ns = ptp_interval_ns(sighting->message.log_interval);
		if (port->path != NOTHING) {
			health->path[port->path].answers++;
		}
	}
}

static void answer_early(struct health *health, uint16_t port, enum pending_kind kind,
			 uint64_t peer, uint16_t responder, const struct sighting *sighting)
{
	uint64_t key = key_of(&health->port[port], kind, sighting->message.sequence_id);
	struct pending *pending = append(health, key, peer, sighting);

	if (pending != NULL) {
		pending->state = PENDING_EARLY;
		pending->kind = (uint8_t)kind;
		pending->port = port;
		pending->serial = health->port[port].serial;
		pending->responder = responder;
	}
}

/* A Follow_Up, of its own port's event message. */
static void follow_up(struct health *health, uint16_t port, enum pending_kind kind, uint64_t peer,
		      const struct sighting *sighting)
{
	struct pending *pending = NULL;

	if (port != NOTHING) {
		pending = find(health,
			       key_of(&health->port[port], kind, sighting->message.sequence_id),
			       peer);
	}
	if (pending != NULL) {
		answer(health, pending, port, sighting);
	} else if (!health->is_stopped) {
		answer_early(health, port, kind, peer, port, sighting);
	}
}

/*
 * The request that a response is to: one by unicast, to the address that responds, or by multicast.
 * One that was heard before one that wasn't yet.
 */
static struct pending *find_request(struct health *health, uint64_t key,
				    const struct sighting *sighting)
{
	struct pending *one = find(health, key, health_address_hash(&sighting->source));
	struct pending *other = find(health, key, 0);

	if (one == NULL || (one->state == PENDING_EARLY && other != NULL)) {
		return other;
	}
	return one;
}

/* A response, to the request of another port. */
static void respond(struct health *health, uint16_t responder, enum pending_kind kind,
		    const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	uint16_t port =
		health_port_find(health, message->domain, message->sdo_id, &message->requesting);
	struct pending *pending;
	uint64_t key;

	if (port == NOTHING) {
		return; /* its requests don't pass here */
	}
	key = key_of(&health->port[port], kind, message->sequence_id);
	pending = find_request(health, key, sighting);
	if (pending != NULL) {
		answer(health, pending, responder, sighting);
	} else if (!health->is_stopped) {
		answer_early(health, port, kind, 0, responder, sighting);
		/* by unicast: to which kind of request will show */
		if (!endpoint_is_multicast(&sighting->destination)) {
			answer_early(health, port, kind, health_address_hash(&sighting->source),
				     responder, sighting);
		}
	}
}

/* Of a message that came after the end, when its sequence doesn't miss it. */
void health_pairs_complete(struct health *health, const struct sighting *sighting, uint64_t peer)
{
	const struct ptp_message *message = &sighting->message;
	uint16_t port =
		health_port_find(health, message->domain, message->sdo_id, &message->source);

	switch (message->type) {
	case PTP_FOLLOW_UP:
		follow_up(health, port, PENDING_SYNC, peer, sighting);
		break;
	case PTP_PDELAY_RESP:
		respond(health, port, PENDING_PDELAY_REQ, sighting);
		break;
	case PTP_PDELAY_RESP_FOLLOW_UP:
		follow_up(health, port, PENDING_PDELAY_RESP, peer, sighting);
		break;
	case PTP_DELAY_RESP:
		respond(health, port, PENDING_DELAY_REQ, sighting);
		break;
	default:
		break;
	}
}

void health_pairs_add(struct health *health, uint16_t index, const struct sighting *sighting,
		      uint64_t peer, enum book_fate fate)
{
	uint16_t port = health->stream[index].port;
	bool is_two_step = (sighting->message.flags & PTP_TWO_STEP) != 0;
	bool is_new = fate == BOOK_IN_ORDER || fate == BOOK_REORDERED;

	switch (health->stream[index].type) {
	case PTP_SYNC:
		if (is_two_step && is_new) {
			await(health, index, PENDING_SYNC, peer, sighting);
		}
		break;
	case PTP_FOLLOW_UP:
		follow_up(health, port, PENDING_SYNC, peer, sighting);
		break;
	case PTP_PDELAY_REQ:
		if (is_new) {
			await(health, index, PENDING_PDELAY_REQ, peer, sighting);
		}
		break;
	case PTP_PDELAY_RESP:
		respond(health, port, PENDING_PDELAY_REQ, sighting);
		if (is_two_step && is_new) {
			await(health, index, PENDING_PDELAY_RESP, peer, sighting);
		}
		break;
	case PTP_PDELAY_RESP_FOLLOW_UP:
		follow_up(health, port, PENDING_PDELAY_RESP, peer, sighting);
		break;
	case PTP_DELAY_REQ:
		if (is_new) {
			await(health, index, PENDING_DELAY_REQ, peer, sighting);
		}
		break;
	case PTP_DELAY_RESP:
		respond(health, port, PENDING_DELAY_REQ, sighting);
		break;
	default:
		break;
	}
}
