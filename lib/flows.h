/* SPDX-License-Identifier: BSD-2-Clause */
/* All the streams one receiver hears, and what it hears beside them. */
#ifndef PTPROBE_FLOWS_H
#define PTPROBE_FLOWS_H

#include <stddef.h>
#include <stdint.h>

#include "flow.h"
#include "wire.h"

enum { FLOWS_MAX = 1024 };

struct flows;

struct flows_counts {
	uint64_t datagrams;            /* all that were fed */
	uint64_t alien;                /* not ours; other_version among them */
	uint64_t other_version;        /* ptprobe's, of a version that this one doesn't know */
	uint64_t corrupt;              /* all of them, whether or not a flow could be named */
	uint64_t corrupt_unattributed; /* no stream from that source to that group is known */
	uint64_t overflow;             /* of streams beyond the maximum */
	uint64_t unheard_ends;         /* of streams that may well have ended before the join */
	uint64_t foreign_ptp;          /* PTP messages of other clocks: not ours, and not alien */
	uint64_t unvouched_syncs; /* of these: would be a probe's, had any Follow_Up vouched for
				     them */
	uint64_t other_domain;    /* of these: of probes, in a domain that isn't listened to */
};

/* Room for max streams (1..FLOWS_MAX), allocated here and never later; untouched pages cost
 * nothing. NULL when there is no memory. lost_after_ns, joined_ns: see sequence_init. */
struct flows *flows_new(size_t max, int64_t lost_after_ns, int64_t joined_ns);
void flows_free(struct flows *flows);

/*
 * Decodes one UDP payload of any bytes and feeds it to its stream. O(1), no allocation. Returns the
 * stream, NULL when it has none. What is corrupt is counted with the stream that began last from
 * that source to that group: the addresses are the IP header's, nothing in the payload is believed.
 */
struct flow *flows_add(struct flows *flows, const struct arrival *arrival, const uint8_t *payload,
		       size_t length);

/*
 * The two halves of flows_add, for one who has decoded the payload, whose length is given for the
 * count of bytes alone; and for what wire_decode refused (any result but WIRE_OK).
 */
struct flow *flows_add_probe(struct flows *flows, const struct arrival *arrival,
			     const struct probe *probe, size_t length);
struct flow *flows_add_refused(struct flows *flows, const struct arrival *arrival,
			       enum wire_result result);

/* Of what a PTP message can be that is no probe to be fed. */
enum flows_foreign {
	FLOWS_OF_OTHERS,
	FLOWS_UNVOUCHED_SYNC,
	FLOWS_OTHER_DOMAIN,
};

void flows_add_foreign(struct flows *flows, enum flows_foreign what);

/* An END that a datagram of another stream told of, which is counted there. */
void flows_add_end(struct flows *flows, const struct arrival *arrival, const struct probe *end);

/*
 * Has heard called with each probe, no END, that flows_add_probe has fed to a stream: for one who
 * has to know every seq. NULL: no more.
 */
typedef void flows_heard(void *context, const struct flow *flow, uint64_t seq);
void flows_set_heard(struct flows *flows, flows_heard *heard, void *context);

/* flow_tick, flow_freeze and delay_split, for all. */
void flows_tick(struct flows *flows, int64_t mono_ns);
void flows_freeze(struct flows *flows, int64_t mono_ns);
void flows_split_delay(struct flows *flows);

/* From now on a new stream's joined_ns is this: the membership was renewed. */
void flows_set_joined(struct flows *flows, int64_t joined_ns);

size_t flows_count(const struct flows *flows);

/* Streams in the order of their first arrival; index < flows_count. flows_find: that run's on the
 * arrival's path, or NULL. */
struct flow *flows_at(struct flows *flows, size_t index);
struct flow *flows_find(struct flows *flows, const struct arrival *arrival, uint64_t run_id);
size_t flows_index(const struct flows *flows, const struct flow *flow);

const struct flows_counts *flows_counts(const struct flows *flows);

#endif
