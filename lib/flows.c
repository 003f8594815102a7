/* SPDX-License-Identifier: BSD-2-Clause */
#include "flows.h"

#include <stdlib.h>
#include <string.h>

/* Open addressing, at most half full: a slot holds a stream's index plus 1, or 0. */
enum { SLOTS = 2 * FLOWS_MAX };

struct flows {
	size_t max, count;
	int64_t lost_after_ns, joined_ns;
	bool frozen;
	struct flows_counts counts;
	flows_heard *heard;
	void *heard_context;
	struct flow *last; /* most datagrams belong to the same stream as the one before */
	uint16_t by_key[SLOTS];
	uint16_t by_path[SLOTS]; /* by source and group alone: the stream that began there last */
	struct flow flow[];
};

struct flows *flows_new(size_t max, int64_t lost_after_ns, int64_t joined_ns)
{
	struct flows *flows = calloc(1, sizeof(*flows) + max * sizeof(flows->flow[0]));

	if (flows == NULL) {
		return NULL;
	}
	flows->max = max;
	flows->lost_after_ns = lost_after_ns;
	flows->joined_ns = joined_ns;
	return flows;
}

void flows_free(struct flows *flows)
{
	free(flows);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint64_t hash_endpoint(uint64_t hash, const struct endpoint *endpoint)
{
	uint64_t word[2];

	memcpy(word, endpoint->address, sizeof(word));
	return mix(mix(mix(hash, word[0]), word[1]), endpoint->port);
}

static uint64_t hash_path(const struct endpoint *source, const struct endpoint *group)
{
	return hash_endpoint(hash_endpoint(0, source), group);
}

static inline bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
	uint64_t x[2], y[2];

	/* in words: a memcmp(3) of 16 bytes is a call, or a search for the first that differs */
	memcpy(x, a->address, sizeof(x));
	memcpy(y, b->address, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (uint64_t)(a->port ^ b->port)) == 0;
}

static inline bool same_path(const struct flow *flow, const struct arrival *arrival)
{
	return same_endpoint(&flow->key.source, &arrival->source) &&
	       same_endpoint(&flow->key.group, &arrival->group);
}

/* The slot of the stream with run_id on the arrival's path, or the empty one where it would go. */
static uint16_t *find_key(struct flows *flows, const struct arrival *arrival, uint64_t run_id)
{
	uint64_t at = mix(hash_path(&arrival->source, &arrival->group), run_id);

	for (;; at++) {
		uint16_t *slot = &flows->by_key[at % SLOTS];

		if (*slot == 0 || (flows->flow[*slot - 1].key.run_id == run_id &&
				   same_path(&flows->flow[*slot - 1], arrival))) {
			return slot;
		}
	}
}

static uint16_t *find_path(struct flows *flows, const struct arrival *arrival)
{
	uint64_t at = hash_path(&arrival->source, &arrival->group);

	for (;; at++) {
		uint16_t *slot = &flows->by_path[at % SLOTS];

		if (*slot == 0 || same_path(&flows->flow[*slot - 1], arrival)) {
			return slot;
		}
	}
}

static struct flow *add_flow(struct flows *flows, const struct arrival *arrival, uint64_t run_id,
			     uint16_t *slot)
{
	struct flow *flow = &flows->flow[flows->count];
	struct flow_key key = {
		.run_id = run_id,
		.source = arrival->source,
		.group = arrival->group,
	};

	flow_init(flow, &key, flows->lost_after_ns, flows->joined_ns);
	flow->encoding = arrival->encoding;
	flow->domain = arrival->domain;
	flows->count++;
	*slot = (uint16_t)flows->count;
	*find_path(flows, arrival) = (uint16_t)flows->count;
	return flow;
}

static struct flow *find_or_add(struct flows *flows, const struct arrival *arrival,
				const struct probe *probe)
{
	uint64_t run_id = probe->run_id;
	uint16_t *slot = find_key(flows, arrival, run_id);

	if (*slot != 0) {
		return &flows->flow[*slot - 1];
	}
	if (probe->kind == WIRE_END &&
	    !flow_is_provable_by_end(probe, arrival->mono_ns, flows->joined_ns)) {
		flows->counts.unheard_ends++;
		return NULL;
	}
	if (flows->count == flows->max || flows->frozen) {
		flows->counts.overflow += flows->frozen ? 0 : 1;
		return NULL;
	}
	return add_flow(flows, arrival, run_id, slot);
}

static struct flow *add_corrupt(struct flows *flows, const struct arrival *arrival)
{
	uint16_t slot = *find_path(flows, arrival);

	flows->counts.corrupt++;
	if (slot == 0) {
		flows->counts.corrupt_unattributed++;
		return NULL;
	}
	flows->flow[slot - 1].corrupt++;
	return &flows->flow[slot - 1];
}

/* Inline: each datagram of a receiver comes this way. */
static inline struct flow *add_probe(struct flows *flows, const struct arrival *arrival,
				     const struct probe *probe, size_t length)
{
	struct flow *flow = flows->last;

	if (flow == NULL || flow->key.run_id != probe->run_id || !same_path(flow, arrival)) {
		flow = find_or_add(flows, arrival, probe);
	}
	if (flow != NULL) {
		flows->last = flow;
		flow_add(flow, probe, arrival, (uint32_t)length);
	}
	return flow;
}

struct flow *flows_add_probe(struct flows *flows, const struct arrival *arrival,
			     const struct probe *probe, size_t length)
{
	struct flow *flow;

	flows->counts.datagrams++;
	flow = add_probe(flows, arrival, probe, length);
	if (flows->heard != NULL && flow != NULL && probe->kind == WIRE_PROBE) {
		flows->heard(flows->heard_context, flow, probe->seq);
	}
	return flow;
}

void flows_set_heard(struct flows *flows, flows_heard *heard, void *context)
{
	flows->heard = heard;
	flows->heard_context = context;
}

struct flow *flows_add_refused(struct flows *flows, const struct arrival *arrival,
			       enum wire_result result)
{
	flows->counts.datagrams++;
	if (result == WIRE_CORRUPT) {
		return add_corrupt(flows, arrival);
	}
	flows->counts.other_version += result == WIRE_OTHER_VERSION;
	flows->counts.alien++;
	return NULL;
}

void flows_add_foreign(struct flows *flows, enum flows_foreign what)
{
	flows->counts.datagrams++;
	flows->counts.foreign_ptp++;
	flows->counts.unvouched_syncs += what == FLOWS_UNVOUCHED_SYNC;
	flows->counts.other_domain += what == FLOWS_OTHER_DOMAIN;
}

void flows_add_end(struct flows *flows, const struct arrival *arrival, const struct probe *end)
{
	uint64_t unheard_ends = flows->counts.unheard_ends;

	(void)add_probe(flows, arrival, end, 0);
	flows->counts.unheard_ends = unheard_ends;
}

struct flow *flows_add(struct flows *flows, const struct arrival *arrival, const uint8_t *payload,
		       size_t length)
{
	struct probe probe;
	enum wire_result result = wire_decode(payload, length, &probe);

	if (result != WIRE_OK) {
		return flows_add_refused(flows, arrival, result);
	}
	flows->counts.datagrams++;
	return add_probe(flows, arrival, &probe, length);
}

void flows_tick(struct flows *flows, int64_t mono_ns)
{
	for (size_t i = 0; i < flows->count; i++) {
		flow_tick(&flows->flow[i], mono_ns);
	}
}

void flows_freeze(struct flows *flows, int64_t mono_ns)
{
	flows->frozen = true;
	for (size_t i = 0; i < flows->count; i++) {
		flow_freeze(&flows->flow[i], mono_ns);
	}
}

void flows_split_delay(struct flows *flows)
{
	for (size_t i = 0; i < flows->count; i++) {
		delay_split(&flows->flow[i].delay);
	}
}

void flows_set_joined(struct flows *flows, int64_t joined_ns)
{
	flows->joined_ns = joined_ns;
}

size_t flows_count(const struct flows *flows)
{
	return flows->count;
}

struct flow *flows_at(struct flows *flows, size_t index)
{
	return &flows->flow[index];
}

struct flow *flows_find(struct flows *flows, const struct arrival *arrival, uint64_t run_id)
{
	uint16_t slot = *find_key(flows, arrival, run_id);

	return slot != 0 ? &flows->flow[slot - 1] : NULL;
}

size_t flows_index(const struct flows *flows, const struct flow *flow)
{
	return (size_t)(flow - flows->flow);
}

const struct flows_counts *flows_counts(const struct flows *flows)
{
	return &flows->counts;
}
