/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "health_parts.h"

uint16_t health_stream_of(struct health *health, uint16_t port, uint8_t type)
{
	uint16_t index = health->port[port].stream[type];
	struct stream *stream;

	if (index != NOTHING) {
		return index;
	}
	if (health->free_streams > 0) {
		index = health->free_stream[--health->free_streams];
	} else if (health->streams < HEALTH_STREAMS) {
		index = (uint16_t)health->streams++;
	} else {
		return NOTHING;
	}
	health->port[port].stream[type] = index;
	stream = &health->stream[index];
	stream->port = port;
	stream->type = type;
	stream->book = NOTHING;
	memset(stream->violation, 0xff, sizeof(stream->violation));
	return index;
}

static uint16_t *chain_of(struct health *health, uint16_t stream, uint64_t peer)
{
	return &health->book_chain[health_mix(peer + stream) % BOOK_CHAINS];
}

/* Empties it for the next one's use. */
void health_stream_drop(struct health *health, uint16_t index)
{
	struct stream *stream = &health->stream[index];
	uint16_t at = stream->book;

	while (at != NOTHING) {
		struct peer_book *book = &health->book[at];
		uint16_t *link = chain_of(health, index, book->peer);
		uint16_t next = book->next_of_stream;

		while (*link != at) {
			link = &health->book[*link].next;
		}
		*link = book->next;
		*book = (struct peer_book){0};
		health->free_book[health->free_books++] = at;
		at = next;
	}
	tally_clear(&stream->interval);
	tally_clear(&stream->correction);
	tally_clear(&stream->latency);
	if (stream->correction_below.total > 0) {
		memset(&stream->correction_below, 0, sizeof(stream->correction_below));
	}
	memset(stream, 0, offsetof(struct stream, interval));
	health->free_stream[health->free_streams++] = index;
}

/* The sequence between a stream and a peer; NULL when there is no room. */
static struct book *book_of(struct health *health, uint16_t index, uint64_t peer)
{
	struct stream *stream = &health->stream[index];
	uint16_t *chain, at = stream->book;
	struct peer_book *book;
	unsigned int steps = 0;

	/* nearly always the only one */
	if (at != NOTHING && health->book[at].peer == peer) {
		return &health->book[at].book;
	}
	chain = chain_of(health, index, peer);
	for (at = *chain; at != NOTHING && steps < CHAIN_MAX; at = health->book[at].next) {
		if (health->book[at].peer == peer && health->book[at].stream == index) {
			return &health->book[at].book;
		}
		steps++;
	}
	if (steps == CHAIN_MAX) {
		return NULL;
	}
	if (health->free_books > 0) {
		at = health->free_book[--health->free_books];
	} else if (health->books < HEALTH_BOOKS) {
		at = (uint16_t)health->books++;
	} else {
		return NULL;
	}
	book = &health->book[at];
	book->stream = index;
	book->peer = peer;
	book->next = *chain;
	*chain = at;
	/* the first one stays the first */
	book->next_of_stream = NOTHING;
	if (stream->book == NOTHING) {
		stream->book = at;
	} else {
		stream->is_shared = true;
		book->next_of_stream = health->book[stream->book].next_of_stream;
		health->book[stream->book].next_of_stream = at;
	}
	return &book->book;
}

static bool has_sequence(uint8_t type)
{
	return (type <= PTP_PDELAY_RESP) || (type >= PTP_FOLLOW_UP && type <= PTP_SIGNALING);
}

static bool is_response(uint8_t type)
{
	return type == PTP_DELAY_RESP || type == PTP_PDELAY_RESP ||
	       type == PTP_PDELAY_RESP_FOLLOW_UP;
}

uint64_t health_peer_of(const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;

	if (is_response(message->type)) {
		return health_identity_hash(&message->requesting) | 1;
	}
	return endpoint_is_multicast(&sighting->destination)
		       ? 0
		       : health_address_hash(&sighting->destination);
}

/* Of the types whose logMessageInterval is their own. */
static int64_t advertised_of(const struct ptp_message *message)
{
	switch (message->type) {
	case PTP_SYNC:
	case PTP_FOLLOW_UP:
	case PTP_ANNOUNCE:
	case PTP_PDELAY_REQ:
		return ptp_interval_ns(message->log_interval);
	default:
		return 0;
	}
}

static void add_interval(const struct health *health, struct stream *stream, int64_t interval_ns)
{
	uint32_t times = stream->type == PTP_ANNOUNCE ? health->config.announce_timeout
						      : health->config.sync_timeout;

	tally_add(&stream->interval, NULL, interval_ns);
	if (stream->advertised_ns > 0) {
		struct pace *pace =
			(double)interval_ns <= (double)times * (double)stream->advertised_ns
				? &stream->pace
				: &stream->pause;

		pace->intervals++;
		pace->advertised += (double)interval_ns / (double)stream->advertised_ns;
	}
}

static enum book_fate enter(struct health *health, uint16_t index, uint16_t id, uint64_t peer)
{
	struct stream *stream = &health->stream[index];
	struct book *book = book_of(health, index, peer);
	struct book_times times = {
		.now_ns = health->at_ns,
		.lost_after_ns = health->config.lost_after_ns,
		.spacing_ns = stream->advertised_ns,
		.gap_ns = health->gap_ns,
	};
	enum book_fate fate;
	int64_t interval_ns;

	if (book == NULL) {
		stream->unbooked++;
		stream->is_shared = true;
		return BOOK_IN_ORDER;
	}
	fate = book_add(book, &stream->book_counts, id, &times, &interval_ns);
	if (interval_ns >= 0) {
		add_interval(health, stream, interval_ns);
	}
	return fate;
}

static void open_violation(struct health *health, struct stream *stream,
			   const struct sighting *sighting, unsigned int rule, int64_t at_ns)
{
	char text[PROFILE_ERROR];
	struct health_event *event = health_event_open(health, HEALTH_PROFILE_VIOLATION, at_ns,
						       &health->port[stream->port], stream->type);

	event->until_ns = sighting->rx_ns;
	event->count = stream->violations[rule];
	snprintf(event->detail, sizeof(event->detail), "%s: %.120s", profile_rule_text(rule),
		 profile_text(health->config.profile, sighting, rule, text));
	stream->violation[rule] = health_event_told(health, event);
}

static void add_violations(struct health *health, struct stream *stream,
			   const struct sighting *sighting)
{
	uint32_t broken = profile_check(health->config.profile, sighting);
	bool is_real = health->port[stream->port].kind == PORT_REAL;

	for (; broken != 0; broken &= broken - 1) {
		unsigned int rule = (unsigned int)__builtin_ctz(broken);

		stream->violations[rule]++;
		if (!is_real) {
			continue;
		}
		health->counts.violations[rule]++;
		if (stream->violations[rule] > 1) {
			health_event_grow(health, stream->violation[rule], sighting->rx_ns);
		} else {
			open_violation(health, stream, sighting, rule, sighting->rx_ns);
		}
	}
}

void health_stream_settle(struct health *health, uint16_t index)
{
	struct stream *stream = &health->stream[index];
	const struct port *port = &health->port[stream->port];

	for (unsigned int rule = 0; rule < PROFILE_RULES; rule++) {
		if (stream->violations[rule] > 0) {
			health->counts.violations[rule] += stream->violations[rule];
			open_violation(health, stream, &port->sync, rule, port->first_rx_ns);
		}
	}
}

static void add_steps(struct health *health, struct stream *stream, const struct sighting *sighting)
{
	bool is_two_step = (sighting->message.flags & PTP_TWO_STEP) != 0;
	bool is_first = stream->two_step + stream->one_step == 0;
	const char *before = is_two_step ? "one-step" : "two-step";
	const char *after = is_two_step ? "two-step" : "one-step";
	struct health_event *event;

	stream->two_step += is_two_step;
	stream->one_step += !is_two_step;
	if (is_first || is_two_step == stream->is_two_step) {
		stream->is_two_step = is_two_step;
		return;
	}
	stream->is_two_step = is_two_step;
	if (health_lasting_grow(health, &stream->mixed, health->at_ns,
				stream->two_step + stream->one_step, sighting->rx_ns)) {
		return;
	}
	event = health_event_open(health, HEALTH_ONE_TWO_STEP_MIXED, sighting->rx_ns,
				  &health->port[stream->port], stream->type);
	snprintf(event->before, sizeof(event->before), "%s", before);
	snprintf(event->after, sizeof(event->after), "%s", after);
	snprintf(event->detail, sizeof(event->detail),
		 "messages that were %s are %s from number %u on", before, after,
		 (unsigned int)sighting->message.sequence_id);
	stream->mixed.event = health_event_told(health, event);
}

void health_stream_add(struct health *health, uint16_t index, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	struct stream *stream = &health->stream[index];
	uint64_t peer = health_peer_of(sighting);
	enum book_fate fate = BOOK_IN_ORDER;
	bool is_real = health->port[stream->port].kind == PORT_REAL;

	if (stream->count++ == 0) {
		stream->first_ns = sighting->rx_ns;
		stream->first_mono_ns = health->at_ns;
	}
	stream->last_ns = sighting->rx_ns;
	stream->last_mono_ns = health->at_ns;
	stream->bytes += message->length;
	stream->log_interval = message->log_interval;
	if (stream->type != PTP_DELAY_REQ) {
		stream->advertised_ns = advertised_of(message);
	}
	health_correction_add(stream, message->correction);
	if (has_sequence(stream->type)) {
		fate = enter(health, index, message->sequence_id, peer);
	}
	if (health->config.profile != NULL) {
		add_violations(health, stream, sighting);
	}
	if (stream->type != PTP_ANNOUNCE) {
		health_pairs_add(health, index, sighting, peer, fate);
	}
	if (fate != BOOK_IN_ORDER && fate != BOOK_HELD) {
		return;
	}
	if (stream->type == PTP_SYNC || stream->type == PTP_PDELAY_RESP) {
		add_steps(health, stream, sighting);
	}
	if (is_real && (stream->type == PTP_SYNC || stream->type == PTP_ANNOUNCE)) {
		health_master_add(health, stream->port, sighting);
	}
}

bool health_stream_misses(struct health *health, uint16_t index, const struct sighting *sighting)
{
	uint64_t peer = health_peer_of(sighting);

	for (uint16_t at = health->stream[index].book; at != NOTHING;
	     at = health->book[at].next_of_stream) {
		if (health->book[at].peer == peer) {
			return book_misses(&health->book[at].book, sighting->message.sequence_id);
		}
	}
	return false;
}

void health_books_settle(struct health *health)
{
	struct book_times times = {
		.now_ns = health->now_ns,
		.lost_after_ns = health->config.lost_after_ns,
		.gap_ns = health->gap_ns,
	};

	for (size_t i = 0; i < health->books; i++) {
		struct peer_book *book = &health->book[i];

		if (book->book.settled < book->book.next) {
			book_settle(&book->book, &health->stream[book->stream].book_counts, &times);
		}
	}
}

void health_books_end(struct health *health)
{
	for (size_t i = 0; i < health->books; i++) {
		struct peer_book *book = &health->book[i];

		book_end(&book->book, &health->stream[book->stream].book_counts);
	}
}

/* A pause tells nothing of the rate, unless it's how the port sends. */
static void read_rate(const struct stream *stream, struct health_stream *ret_stream)
{
	struct pace pace = stream->pace;

	if (stream->pause.intervals > pace.intervals) {
		pace.intervals += stream->pause.intervals;
		pace.advertised += stream->pause.advertised;
	}
	ret_stream->rate_intervals = pace.intervals;
	ret_stream->rate_ratio = pace.advertised > 0 ? (double)pace.intervals / pace.advertised : 0;
}

uint64_t health_stream_waiting(const struct stream *stream)
{
	return stream->opened - stream->answered - stream->missing_follow_up - stream->unanswered -
	       stream->unjudged;
}

void health_stream_read(const struct stream *stream, struct health_stream *ret_stream)
{
	const struct book_counts *counts = &stream->book_counts;
	bool has_answer = stream->type == PTP_DELAY_REQ || stream->type == PTP_PDELAY_REQ;

	*ret_stream = (struct health_stream){
		.type = stream->type,
		.count = stream->count,
		.bytes = stream->bytes,
		.has_sequence = has_sequence(stream->type),
		.unique = counts->unique,
		.lost = counts->lost,
		.duplicate = counts->duplicate,
		.reordered = counts->reordered,
		.late = counts->late,
		.outliers = counts->outliers,
		.restarts = counts->restarts,
		.own = counts->own,
		.pending = counts->pending,
		.unbooked = stream->unbooked,
		.first_ns = stream->first_ns,
		.last_ns = stream->last_ns,
		.span_ns = stream->last_mono_ns - stream->first_mono_ns,
		.log_interval = stream->log_interval,
		.advertised_ns = stream->advertised_ns,
		.correction_followed = !stream->is_shared,
		.correction_changes = stream->correction_changes,
		.two_step = stream->two_step,
		.one_step = stream->one_step,
		.missing_follow_up = stream->missing_follow_up,
		.late_follow_up = stream->late_follow_up,
		.answered = stream->answered,
		.unanswered = stream->unanswered,
		.multiple = stream->multiple,
		.repeated = stream->repeated,
		.late_answer = stream->late_answer,
		.unjudged = stream->unjudged,
		.waiting = health_stream_waiting(stream),
	};
	read_rate(stream, ret_stream);
	tally_read(&stream->interval, NULL, &ret_stream->interval);
	tally_read(&stream->correction, &stream->correction_below, &ret_stream->correction);
	tally_read(&stream->latency, NULL,
		   has_answer ? &ret_stream->answer : &ret_stream->follow_up);
	memcpy(ret_stream->violations, stream->violations, sizeof(ret_stream->violations));
}
