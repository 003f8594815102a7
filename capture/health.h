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
	HEALTH_PORTS = 256,   /* (domain, sdoId, port identity) that are known at a time; others are
				 counted as overflow */
	HEALTH_EVENTS = 4096, /* that are remembered; further ones are counted by kind */
	HEALTH_DETAIL = 160,
};

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
 * until_ns grow while it lasts (missing Follow_Ups in a row, unanswered requests in a row, two
 * masters).
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
	/* by sequenceId, which wraps: RFC 4737 and 7680 as flow.h's */
	uint64_t lost, duplicate, reordered, late;
	int64_t first_ns, last_ns;
	int8_t log_interval;           /* the latest */
	int64_t advertised_ns;         /* 2^log_interval; 0: none is advertised */
	double rate_ratio;             /* messages per advertised interval; 0: not known */
	struct health_spread interval; /* between one and the next, lost ones apart */
	struct health_spread correction;
	uint64_t correction_changes; /* times that it went from 0 to another value or back,
					lastingly */
	/* of two-step Sync and Pdelay_Resp */
	uint64_t two_step, one_step;
	uint64_t missing_follow_up, late_follow_up;
	struct health_spread follow_up; /* latency behind its event message */
	/* of Delay_Req and Pdelay_Req */
	uint64_t answered, unanswered, multiple; /* several answers to one */
	struct health_spread answer;             /* latency */
	uint64_t violations[PROFILE_RULES];
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
	size_t streams;
	struct health_stream stream[PTP_TYPES]; /* in the order of their type */
};

struct health_counts {
	uint64_t messages;
	uint64_t overflow; /* of ports beyond the maximum */
	uint64_t events[HEALTH_EVENT_KINDS];
	uint64_t violations[PROFILE_RULES];
	uint64_t probes; /* PTP-shaped probes of ptprobe-send, as their Follow_Ups tell: in no port
			  */
};

struct health;

/* Allocated here and never later. NULL when memory is out. */
struct health *health_new(const struct health_config *config);
void health_free(struct health *health);

/* Feeds one message, in the order of mono_ns. O(1), no allocation, no formatting but of an event.
 */
void health_add(struct health *health, const struct sighting *sighting);

/* Lets time pass: timeouts, and what is missing by now. */
void health_tick(struct health *health, int64_t mono_ns);

/* The end: what still waits for its Follow_Up or answer is left out, unless lost_after is over. */
void health_end(struct health *health, int64_t mono_ns);

/*
 * The link was down or frames were lost by the tap itself until mono_ns: what is missing then is
 * counted apart (own), and is no event.
 */
void health_gap(struct health *health, int64_t mono_ns);

/* In the order of their first message. */
size_t health_ports(const struct health *health);
void health_port(const struct health *health, size_t index, struct health_port *ret_port);

size_t health_events(const struct health *health);
const struct health_event *health_event(const struct health *health, size_t index);
const struct health_counts *health_counts(const struct health *health);

/* "grandmaster_change"; and the kind of that name, or -1. */
const char *health_event_text(enum health_event_kind kind);
int health_event_find(const char *name);

#endif
