/* SPDX-License-Identifier: BSD-2-Clause */
/* The health of the PTP traffic on a path, from the messages that were seen on it. */
#ifndef PTPROBE_HEALTH_H
#define PTPROBE_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "endpoint.h"
#include "profile.h"
#include "ptp_message.h"
#include "sighting.h"

enum {
	HEALTH_PORTS = 256,     /* (domain, sdoId, port identity) that are known; none is forgotten.
				   Others are counted as overflow */
	HEALTH_STREAMS = 1024,  /* likewise, of all ports and types */
	HEALTH_BOOKS = 1024,    /* sequences: of each stream, and of each of its unicast peers */
	HEALTH_PENDING = 65536, /* messages that wait for their answer or Follow_Up at a time */
	HEALTH_EVENTS = 4096,   /* that are remembered; further ones are told and counted by kind */
	HEALTH_DETAIL = 160,
	HEALTH_CHANGE_CONFIRM = 8, /* corrections in a row that make a change */
	HEALTH_CALM = 64,          /* good ones in a row that end a condition, */
	HEALTH_GRACE = 4,          /* announce intervals that two masters may overlap: a handover */
};

/* and the time that must have passed as well: what comes sooner is of the same event. */
#define HEALTH_CALM_NS INT64_C(10000000000)

enum health_event_kind {
	HEALTH_GRANDMASTER_CHANGE,
	HEALTH_STEPS_REMOVED_CHANGE,
	HEALTH_CLOCK_CLASS_CHANGE,
	HEALTH_UTC_FLAG_CHANGE, /* offset, its validity, leap or traceability */
	HEALTH_TWO_MASTERS,     /* two ports announce, or send Sync, in one domain at a time */
	HEALTH_MULTIPLE_DELAY_RESP,
	HEALTH_ANNOUNCE_TIMEOUT,
	HEALTH_SYNC_TIMEOUT,
	HEALTH_MISSING_FOLLOW_UP,
	HEALTH_UNANSWERED_DELAY_REQ,
	HEALTH_ONE_TWO_STEP_MIXED,
	HEALTH_PROFILE_VIOLATION,
	HEALTH_EVENT_KINDS,
};

/*
 * One thing that happened. A condition that lasts is one event, at its beginning: count and
 * until_ns grow while it lasts. It lasts while the next occurrence comes within HEALTH_CALM_NS or
 * within HEALTH_CALM good ones of the one before (every 50th Follow_Up missing is one event).
 * Duplicates, and Announces that come out of their order, change nothing.
 *
 * two_masters: two ports of a path (a domain and sdoId on a transport and VLAN) both go on sending
 * Announce or Sync by multicast, no alternate masters, more than HEALTH_GRACE announce intervals
 * after the second one's first message (FOREIGN_MASTER_TIME_WINDOW, 9.3.2.4.4; of the longer
 * interval, or of 2 s when none is advertised). When one falls silent by then, it has handed over,
 * and this is no such event. at_ns: that first message; port: the second one; before, after: both.
 * until_ns: the last message of the one that fell silent sooner; count: how often
 * both had gone on.
 *
 * grandmaster_change: the Announces that count on a path are those of the port that was first;
 * another port takes its place when it is better by the data sets (9.3.4) and has announced twice,
 * or when the first one's Announces timed out. at_ns: the first Announce of the new grandmaster,
 * or when the old one timed out if the new one was announced before. The first is no change.
 *
 * announce_timeout, sync_timeout: of no alternate master. at_ns: the last one and so many
 * advertised intervals; until_ns: when the port sent again, else at_ns. One for each time. after:
 * the port that sends now, if any; detail says "gave way to" when that is a better one, else
 * "instead".
 *
 * multiple_delay_resp: a request was answered by two ports; one for a path, of Pdelay_Req (type
 * tells) one for a requester. port: the further one. Twice by the same port is counted (repeated)
 * and no event.
 *
 * unanswered_delay_req: for each requester, also of Pdelay_Req (type tells). at_ns: the request.
 *
 * missing_follow_up: for each port, also of Pdelay_Resp (type tells). at_ns: the event message.
 *
 * one_two_step_mixed: of a port's Syncs or Pdelay_Resps. count: how often it changed.
 *
 * profile_violation: once for a port, type and rule; it never ends.
 */
struct health_event {
	enum health_event_kind kind;
	int64_t at_ns; /* rx_ns of what showed it; of a timeout, when it ran out */
	int64_t until_ns;
	uint64_t count;
	uint8_t domain;
	uint16_t sdo_id;
	struct ptp_port_identity port;
	uint8_t type; /* of the message, enum ptp_type */
	char before[PTP_PORT_TEXT * 2], after[PTP_PORT_TEXT * 2]; /* of a change, as text; "" */
	char detail[HEALTH_DETAIL];                               /* a sentence for people */
};

struct health_config {
	const struct profile *profile; /* NULL: none */
	bool has_grandmaster;          /* one is expected: Announces of others are counted */
	uint64_t grandmaster;
	int64_t lost_after_ns; /* a Follow_Up or an answer that hasn't come by then is missing */
	uint32_t announce_timeout;       /* announce intervals without one: 3 unless told */
	uint32_t sync_timeout;           /* likewise of Sync */
	int64_t began_ns, began_mono_ns; /* when listening began, on rx_ns' and mono_ns' clock */
	/* called with each event as it is known, in the order of at_ns as far as it can be; NULL:
	 * no */
	void (*tell)(void *context, const struct health_event *event);
	void *context;
};

struct health_spread { /* ns */
	uint64_t count;
	int64_t min_ns, p50_ns, p99_ns, max_ns;
	double mean_ns;
};

/* The messages of one type from one port. */
struct health_stream {
	uint8_t type;
	uint64_t count, bytes;
	/*
	 * By sequenceId, which wraps: RFC 4737 and 7680 as flow.h's (health_book.h). A sequence of
	 * its own has each port and type by multicast; by unicast each destination; of Delay_Resp,
	 * Pdelay_Resp and Pdelay_Resp_Follow_Up each requesting port, whose ids they bear. The
	 * numbers are of all of them together.
	 */
	bool has_sequence; /* false of Management and reserved types: the rest of this line is 0 */
	uint64_t unique, lost, duplicate, reordered, late;
	uint64_t outliers; /* jumps that nothing confirmed: count = unique + duplicate + late +
			      outliers + unbooked, and until health_end up to 3 that wait in each
			      book */
	uint64_t restarts; /* the port began anew: what its jump left out is no loss */
	uint64_t own;      /* missing because the tap was blind */
	uint64_t pending;  /* missing by now, and neither lost nor come: at the end they could still
			      have come */
	uint64_t unbooked; /* no room for their sequence */
	int64_t first_ns, last_ns;
	int64_t span_ns;     /* between these, on mono_ns' clock */
	int8_t log_interval; /* the latest */
	/* 2^log_interval, of Delay_Req as the master's Delay_Resps ask for; 0: none is advertised
	 */
	int64_t advertised_ns;
	/*
	 * Messages per advertised interval, lost ones apart, and pauses as long as a timeout,
	 * unless most are; 0: not known. And of how many intervals that is.
	 */
	double rate_ratio;
	uint64_t rate_intervals;
	struct health_spread interval; /* between one and the next, lost ones apart */
	struct health_spread correction;
	/*
	 * Times that it went from 0 to another value or back for 8 messages, or that its least
	 * within 64 went by more than half and 1 us, for twice 64: a clock on the way came or went.
	 * Not followed where the messages are to or of several peers, whose ways differ.
	 */
	bool correction_followed;
	uint64_t correction_changes;
	/* of two-step Sync and Pdelay_Resp */
	uint64_t two_step, one_step;
	uint64_t missing_follow_up, late_follow_up;
	struct health_spread follow_up; /* latency behind its event message */
	/* of Delay_Req and Pdelay_Req */
	uint64_t answered, unanswered;
	uint64_t multiple;    /* further answers to one, by another port */
	uint64_t repeated;    /* by the same port */
	uint64_t late_answer; /* to one that is counted as unanswered */
	uint64_t unjudged;    /* waited while the tap was blind, or had no room */
	uint64_t
		waiting; /* for their Follow_Up or answer, which at the end could still have come */
	struct health_spread answer; /* latency */
	uint64_t violations[PROFILE_RULES];
};

/* Announces of another grandmaster than the expected one: every one that came, whoever follows it.
 */
struct health_foreign {
	uint64_t count, grandmaster; /* of the first one */
	int64_t first_ns;            /* rx_ns */
};

/* A port of a clock, in one domain. */
struct health_port {
	uint8_t domain;
	uint16_t sdo_id;
	struct ptp_port_identity identity;
	enum transport transport;                                /* of its first message */
	struct endpoint address;                                 /* likewise, its source */
	int16_t ttl_min, ttl_max, dscp_min, dscp_max, vlan, pcp; /* -1: unknown */
	bool is_master; /* it announces or sends Sync now */
	bool has_announce;
	struct ptp_announce announce; /* the latest */
	uint16_t announce_flags;
	struct health_foreign foreign;
	size_t streams;
	struct health_stream stream[PTP_TYPES]; /* in the order of their type */
};

struct health_counts {
	uint64_t messages;
	uint64_t overflow; /* of ports and streams beyond the maximum */
	uint64_t events[HEALTH_EVENT_KINDS];
	uint64_t violations[PROFILE_RULES];
	uint64_t foreign; /* Announces of an unexpected grandmaster, overflow among them */
	uint64_t probes;  /* PTP-shaped probes of ptprobe-send, Sync and Follow_Up, as their
			     Follow_Ups tell: in no port */
};

struct health;

/* Allocated here and never later. NULL when memory is out. */
struct health *health_new(const struct health_config *config);
void health_free(struct health *health);

/* Feeds one message, in the order of mono_ns. O(1), no allocation, no formatting but of an event.
 */
void health_add(struct health *health, const struct sighting *sighting);

/* Was the message that was added last a PTP-shaped probe's? Its port's Syncs before were, too. */
bool health_saw_probe(const struct health *health);

/*
 * Lets time pass: timeouts, and what is missing by now. What was stamped before mono_ns must have
 * been fed.
 */
void health_tick(struct health *health, int64_t mono_ns);

/*
 * Listening ended at mono_ns, until when all was fed. What is fed later only completes what came
 * by then: a missing message of a sequence, an awaited Follow_Up or answer; all else of it counts
 * nowhere. Nothing times out any more.
 */
void health_stop(struct health *health, int64_t mono_ns);

/* True when nothing is pending or waits. */
bool health_is_settled(const struct health *health);

/*
 * The end: what has been missing or has waited for lost_after is lost or missing, the rest pending
 * and waiting.
 */
void health_end(struct health *health, int64_t mono_ns);

/*
 * The link was down or frames were lost by the tap itself until mono_ns: what is missing then is
 * counted apart (own, unjudged), and is no event. Timeouts run anew from mono_ns.
 */
void health_gap(struct health *health, int64_t mono_ns);

/* In the order of their first message. A Sync that may be a probe is in none until more is known.
 */
size_t health_ports(const struct health *health);
void health_port(const struct health *health, size_t index, struct health_port *ret_port);

size_t health_events(const struct health *health);
const struct health_event *health_event(const struct health *health, size_t index);
const struct health_counts *health_counts(const struct health *health);

/* Over all ports and types, so far; cheap. */
struct health_totals {
	uint64_t lost, missing_follow_up, unanswered;
};
void health_totals(const struct health *health, struct health_totals *ret_totals);

/* "grandmaster_change"; and the kind of that name, or -1. */
const char *health_event_text(enum health_event_kind kind);
int health_event_find(const char *name);

#endif
