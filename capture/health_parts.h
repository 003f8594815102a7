/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of health share: its state. */
#ifndef PTPROBE_HEALTH_PARTS_H
#define PTPROBE_HEALTH_PARTS_H

#include "health.h"
#include "health_book.h"
#include "health_tally.h"

enum {
	NOTHING = 0xffff,   /* no port, stream, book, path or event */
	PORT_CHAINS = 1024, /* powers of two */
	BOOK_CHAINS = 2048,
	PENDING_CHAINS = 262144,
	CHAIN_MAX = 64,        /* further on nobody looks: a stranger chose the keys */
	PROBES = 64,           /* identities of probes that are remembered */
	CORRECTION_BLOCK = 64, /* corrections of which the least tells a step */
	PENDING_KEPT = 2,      /* times lost_after: until then what comes is known to be late */
	DEFAULT_TIMEOUT_S = 8  /* of a master that advertises no interval, and tells no timeout */
};

/* A condition that lasts. */
struct lasting {
	bool seen;
	uint16_t event;
	int64_t last_ns; /* mono */
	uint64_t last_ordinal;
};

/* How many intervals were seen, and how many advertised ones they took. */
struct pace {
	uint64_t intervals;
	double advertised;
};

/* The messages of one type from one port. */
struct stream {
	uint16_t port;
	uint8_t type;
	int8_t log_interval;
	uint16_t book; /* of multicast, or NOTHING; the first of its books, from there on by next */
	bool is_two_step, is_corrected;
	bool is_shared; /* with several peers, each on a way of its own */
	uint8_t change; /* corrections in a row that are unlike is_corrected */
	uint64_t count, bytes;
	int64_t first_ns, last_ns; /* rx */
	int64_t first_mono_ns, last_mono_ns;
	int64_t advertised_ns;
	struct pace pace, pause; /* pause: intervals that are as long as a timeout */
	struct book_counts book_counts;
	/* the least of a block of corrections: in this one, in the one before, and as it lasts */
	uint32_t block;
	int64_t block_ns, before_ns, level_ns;
	bool has_before, has_level;
	uint64_t correction_changes, two_step, one_step, missing_follow_up, late_follow_up;
	uint64_t answered, unanswered, multiple, repeated, late_answer, unjudged, unbooked;
	uint64_t opened; /* messages that awaited an answer or Follow_Up */
	struct lasting missing, several, mixed;
	uint64_t violations[PROFILE_RULES];
	uint16_t violation[PROFILE_RULES]; /* its event */
	struct tally interval, correction, latency;
	struct hist correction_below;
};

struct peer_book {
	uint16_t stream, next, next_of_stream;
	uint64_t peer;
	struct book book;
};

enum { TIMER_ANNOUNCE, TIMER_SYNC, TIMERS };

/* Until when a port's Announce or Sync must come again. */
struct timer {
	bool active;
	bool is_quiet; /* no interval is advertised, or it is an alternate: its end is no event */
	bool is_alternate; /* its latest message says so: no master of others */
	uint16_t event;    /* of the timeout that its next message ends */
	uint64_t ran_out;  /* times */
	int64_t interval_ns, timeout_ns;
	int64_t last_ns, last_rx_ns;
	int64_t began_ns, began_rx_ns; /* the first message since it was inactive */
	uint64_t count;                /* messages since then */
};

enum port_kind {
	PORT_FREE,
	PORT_SUSPECT, /* its Syncs may be probes */
	PORT_REAL,
	PORT_PROBE,
};

struct port {
	uint8_t kind; /* enum port_kind */
	uint8_t domain;
	uint16_t sdo_id;
	uint16_t next, path;
	uint32_t serial; /* of its making: tells a port from another one that had its place */
	struct ptp_port_identity identity;
	bool only_pairs; /* sent nothing but Sync and Follow_Up */
	bool takes_part; /* its latest Announce was for all, of no alternate master */
	bool has_announce;
	uint16_t announce_flags;
	struct health_foreign foreign;
	uint16_t stream[PTP_TYPES];
	uint64_t messages;
	/* of a suspect: its latest Sync, and when the first one came */
	struct sighting sync;
	int64_t first_ns, first_rx_ns;
	enum transport transport;
	struct endpoint address;
	int16_t ttl_min, ttl_max, dscp_min, dscp_max, vlan, pcp;
	struct ptp_announce announce;
	struct timer timer[TIMERS];
};

/* Where ports hear one another: a domain and sdoId on one transport and VLAN. */
struct path {
	uint8_t domain;
	uint16_t sdo_id;
	enum transport transport;
	int16_t vlan;
	bool has_grandmaster;
	uint64_t grandmaster;
	uint16_t announcer;     /* the port whose Announces count */
	uint16_t first, second; /* that send Announce or Sync at the same time */
	int64_t second_ns, second_rx_ns;
	int64_t both_ns; /* until when both were seen to go on, when that was told last */
	uint64_t second_count, ordinal;
	struct lasting two_masters, several;
	uint64_t answers; /* to Delay_Reqs */
};

enum pending_kind {
	PENDING_SYNC,
	PENDING_PDELAY_RESP,
	PENDING_DELAY_REQ,
	PENDING_PDELAY_REQ,
};

enum pending_state {
	PENDING_DEAD,
	PENDING_WAITS,
	PENDING_EARLY, /* the answer came before what it answers */
	PENDING_DONE,
	PENDING_MISSED,
};

struct pending {
	uint64_t key, peer;
	int64_t opened_ns, opened_rx_ns;
	uint32_t next; /* in its chain; PENDING_END: none */
	uint32_t serial;
	uint16_t stream, port; /* of the one that waits; stream NOTHING while early */
	uint16_t responder;
	uint8_t state, kind;
	uint64_t ordinal;
};

#define PENDING_END UINT32_MAX

struct health {
	struct health_config config;
	struct health_counts counts;
	int64_t now_ns;  /* the latest time that was told */
	int64_t at_ns;   /* of the message in hand */
	bool is_stopped; /* what comes only completes what came before */
	int64_t gap_ns;
	int64_t due_ns; /* no timer runs out before */
	/* when each port's timers run out; INT64_MAX: they don't. Side by side, to be searched */
	int64_t deadline_ns[HEALTH_PORTS][TIMERS];
	uint32_t serial;

	/* ports; in order: the real ones */
	size_t ports, free_ports, ordered, paths;
	uint16_t port_chain[PORT_CHAINS], free_port[HEALTH_PORTS], order[HEALTH_PORTS];
	bool saw_probe;
	size_t probe_at, probes;
	uint16_t probe[PROBES];
	struct port port[HEALTH_PORTS];
	struct path path[HEALTH_PORTS];

	/* in order of at_ns */
	size_t events;
	uint16_t event_order[HEALTH_EVENTS];
	struct health_event event[HEALTH_EVENTS], further;

	/* from head on, which isn't wrapped: pending[n % HEALTH_PENDING] */
	uint64_t pending_head, pending_judged, pending_end;
	uint32_t pending_chain[PENDING_CHAINS];
	struct pending pending[HEALTH_PENDING];

	size_t streams, free_streams, books, free_books;
	uint16_t free_stream[HEALTH_STREAMS], free_book[HEALTH_BOOKS], book_chain[BOOK_CHAINS];
	struct stream stream[HEALTH_STREAMS];
	struct peer_book book[HEALTH_BOOKS];
};

/* A good mix of 64 bits (splitmix64's). */
static inline uint64_t health_mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline uint64_t health_identity_hash(const struct ptp_port_identity *identity)
{
	return health_mix(identity->clock * 31 + identity->port + 1);
}

/* Of an address; never 0. */
uint64_t health_address_hash(const struct endpoint *endpoint);

/* health_ports.c */

/* NOTHING when it isn't known. */
uint16_t health_port_find(const struct health *health, uint8_t domain, uint16_t sdo_id,
			  const struct ptp_port_identity *identity);

/*
 * The port of a message, made known when it wasn't; NOTHING of a probe's message, and when there is
 * no room: both are counted.
 */
uint16_t health_port_of(struct health *health, const struct sighting *sighting);

/* Of a message that came after the end: it may tell that a suspect is a probe. */
void health_port_unmask(struct health *health, const struct sighting *sighting);

/* A suspect is a port from now on. */
void health_port_settle(struct health *health, uint16_t port);

/* health_stream.c */

/* NOTHING when there is no room. */
uint16_t health_stream_of(struct health *health, uint16_t port, uint8_t type);
void health_stream_drop(struct health *health, uint16_t stream);
void health_stream_add(struct health *health, uint16_t stream, const struct sighting *sighting);

/* The stream of one that was a suspect: what it broke of the profile until now is told. */
void health_stream_settle(struct health *health, uint16_t stream);
/* Whom it has its sequence in common with; 0: all who hear a multicast. */
uint64_t health_peer_of(const struct sighting *sighting);

/* Is that message missing in its sequence? */
bool health_stream_misses(struct health *health, uint16_t stream, const struct sighting *sighting);
void health_books_settle(struct health *health);
void health_books_end(struct health *health);
void health_stream_read(const struct stream *stream, struct health_stream *ret_stream);

/* Messages that wait for their Follow_Up or answer. */
uint64_t health_stream_waiting(const struct stream *stream);

/* health_correction.c */

/* Several in a row that are unlike those before: a transparent clock was lost, or came. */
void health_correction_add(struct stream *stream, int64_t correction);

/* health_pairs.c */

void health_pairs_init(struct health *health);

/* The message's part in a pair: what it awaits, or answers. A copy, an old one and one that may be
 * such await nothing. */
void health_pairs_add(struct health *health, uint16_t stream, const struct sighting *sighting,
		      uint64_t peer, enum book_fate fate);

/* Of a message that came after the end: only the answer to what waits. */
void health_pairs_complete(struct health *health, const struct sighting *sighting, uint64_t peer);

/* Judges what has waited for lost_after. */
void health_pairs_judge_due(struct health *health);

static inline void health_pairs_judge(struct health *health)
{
	if (health->pending_head != health->pending_end) {
		health_pairs_judge_due(health);
	}
}

/* health_master.c */

/* An Announce or Sync that isn't out of its order. */
void health_master_add(struct health *health, uint16_t port, const struct sighting *sighting);

/* The Syncs of one that was a suspect. */
void health_master_settle(struct health *health, uint16_t port);

/* Lets the timers run out that have by now. */
void health_master_expire(struct health *health);
void health_master_gap(struct health *health);

/* health_events.c */

/* A new event, to be filled in and then told. */
struct health_event *health_event_open(struct health *health, enum health_event_kind kind,
				       int64_t at_ns, const struct port *port, uint8_t type);

/* Its index, NOTHING when it isn't remembered. */
uint16_t health_event_told(struct health *health, struct health_event *event);

/* How often and until when; event: an index or NOTHING. */
void health_event_grow(struct health *health, uint16_t event, int64_t rx_ns);

/*
 * An occurrence of a condition, at mono_ns, the ordinal-th of those that could be. False: it's a
 * new one, whose event is to be opened and entered in lasting->event.
 */
bool health_lasting_grow(struct health *health, struct lasting *lasting, int64_t mono_ns,
			 uint64_t ordinal, int64_t rx_ns);

#endif
