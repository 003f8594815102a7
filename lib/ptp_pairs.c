/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_pairs.h"

#include <string.h>

#include "flows.h"

static bool same_address(const struct endpoint *a, const struct endpoint *b)
{
	return memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* Sync and Follow_Up come from and go to different ports. */
static struct ptp_run *find_run(struct ptp_pairs *pairs, uint64_t run_id,
				const struct arrival *arrival)
{
	for (uint32_t i = 0; i < pairs->runs; i++) {
		struct ptp_run *run = &pairs->run[i];

		if (run->run_id == run_id && same_address(&run->sync.source, &arrival->source) &&
		    same_address(&run->sync.group, &arrival->group)) {
			return run;
		}
	}
	return NULL;
}

/* In the place of the one that was made known longest ago, when there is no other. */
static struct ptp_run *add_run(struct ptp_pairs *pairs, const struct ptp_shaped *message,
			       const struct arrival *arrival)
{
	struct ptp_run *run = &pairs->run[pairs->next_run];

	pairs->next_run = (pairs->next_run + 1) % PTP_PAIRS_RUNS;
	if (pairs->runs < PTP_PAIRS_RUNS) {
		pairs->runs++;
	}
	*run = (struct ptp_run){
		.run_id = message->run_id,
		.sync = *arrival,
		.seq = message->probe.seq,
	};
	run->sync.source.port = PTP_SHAPE_EVENT_PORT;
	run->sync.group.port = PTP_SHAPE_EVENT_PORT;
	return run;
}

static struct flow *feed_sync(struct ptp_run *run, struct flows *flows,
			      const struct ptp_shaped *message, const struct arrival *arrival)
{
	int16_t ahead = (int16_t)(uint16_t)(message->sequence_id - (uint16_t)run->seq);
	struct probe probe = {
		.kind = WIRE_PROBE,
		.flags = run->probe.flags & (WIRE_CLOCK_TAI | WIRE_CLOCK_SYNCHRONISED),
		.dscp = run->probe.dscp,
		.ttl = run->probe.ttl,
		.run_id = run->run_id,
		.seq = run->seq + (uint64_t)ahead,
		.sent_ns = message->stamp_ns,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = run->probe.period_ns,
	};

	if (ahead < 0 && probe.seq > run->seq) { /* before the first: none of this run's */
		return flows_add_refused(flows, arrival, WIRE_CORRUPT);
	}
	if (ahead > 0) {
		run->seq = probe.seq;
	}
	run->sync = *arrival;
	return flows_add_probe(flows, arrival, &probe, PTP_SHAPE_SYNC_LENGTH);
}

/* Those of run, in the order in which they came; the others keep waiting. */
static void feed_held(struct ptp_pairs *pairs, struct ptp_run *run, struct flows *flows)
{
	uint32_t kept = pairs->held_at;

	for (uint32_t i = pairs->held_at; i != pairs->held_end; i++) {
		const struct ptp_held *held = &pairs->held[i % PTP_PAIRS_HELD];

		if (find_run(pairs, held->message.run_id, &held->arrival) == run) {
			feed_sync(run, flows, &held->message, &held->arrival);
		} else {
			pairs->held[kept++ % PTP_PAIRS_HELD] = *held;
		}
	}
	pairs->held_end = kept;
}

/*
 * A clock whose identity was made of a MAC address (EUI-64) is hardly a probe's: of those drawn at
 * random one in 65,536 looks so.
 */
static void give_up_oldest(struct ptp_pairs *pairs, struct flows *flows)
{
	const struct ptp_held *held = &pairs->held[pairs->held_at++ % PTP_PAIRS_HELD];
	bool is_eui64 = (held->message.run_id >> 24 & 0xffff) == 0xfffe;

	flows_add_foreign(flows, is_eui64 ? FLOWS_OF_OTHERS : FLOWS_UNVOUCHED_SYNC);
}

static void hold(struct ptp_pairs *pairs, struct flows *flows, const struct ptp_shaped *message,
		 const struct arrival *arrival)
{
	if (pairs->held_end - pairs->held_at == PTP_PAIRS_HELD) {
		give_up_oldest(pairs, flows);
	}
	pairs->held[pairs->held_end++ % PTP_PAIRS_HELD] =
		(struct ptp_held){.message = *message, .arrival = *arrival};
}

static struct flow *feed_follow_up(struct ptp_pairs *pairs, struct flows *flows,
				   const struct ptp_shaped *message, const struct arrival *arrival)
{
	const struct probe *probe = &message->probe;
	struct ptp_run *run = find_run(pairs, message->run_id, arrival);
	bool is_new = run == NULL;
	struct flow *sync;

	if (is_new) {
		run = add_run(pairs, message, arrival);
	} else if (probe->kind == WIRE_PROBE) {
		run->seq = probe->seq;
	}
	run->probe = *probe;
	if (is_new) {
		feed_held(pairs, run, flows);
	}
	if (probe->kind == WIRE_END) {
		struct arrival end = run->sync;

		end.rx_ns = arrival->rx_ns;
		end.mono_ns = arrival->mono_ns;
		flows_add_end(flows, &end, probe);
	} else if (message->stamp_ns != 0) {
		sync = flows_find(flows, &run->sync, run->run_id);
		if (sync != NULL) {
			delay_follow_up(&sync->delay, probe->seq, message->stamp_ns,
					(probe->flags & WIRE_FOLLOW_UP_HARDWARE) != 0
						? STAMP_HARDWARE
						: STAMP_SOFTWARE);
		}
	}
	return flows_add_probe(flows, arrival, probe, PTP_SHAPE_FOLLOW_UP_LENGTH);
}

enum ptp_pairs_result ptp_pairs_add(struct ptp_pairs *pairs, struct flows *flows,
				    const struct arrival *arrival, const uint8_t *payload,
				    size_t length, struct flow **ret_flow)
{
	struct ptp_shaped message = {0};
	enum ptp_shape shape = ptp_shape_decode(payload, length, &message);
	bool is_probe = shape == PTP_SHAPE_SYNC || shape == PTP_SHAPE_FOLLOW_UP;
	uint16_t port = shape == PTP_SHAPE_SYNC ? PTP_SHAPE_EVENT_PORT : PTP_SHAPE_GENERAL_PORT;
	struct arrival as = *arrival;
	struct ptp_run *run;

	as.encoding = FLOW_PTP;
	as.domain = message.domain;
	as.correction = message.correction;
	as.source.port = as.source.port == 0 ? port : as.source.port;
	as.group.port = as.group.port == 0 ? port : as.group.port;
	*ret_flow = NULL;
	if (is_probe && !run_id_fits(&pairs->run_id, message.run_id)) {
		return PTP_PAIRS_FOREIGN;
	}
	if (is_probe && pairs->one_domain && message.domain != pairs->domain) {
		/* a Sync may be any clock's */
		if (shape == PTP_SHAPE_FOLLOW_UP) {
			flows_add_foreign(flows, FLOWS_OTHER_DOMAIN);
			pairs->other_domain = message.domain;
		} else {
			flows_add_foreign(flows, FLOWS_OF_OTHERS);
		}
		return PTP_PAIRS_FOREIGN;
	}
	switch (shape) {
	case PTP_SHAPE_SYNC:
		run = find_run(pairs, message.run_id, &as);
		if (run == NULL) {
			hold(pairs, flows, &message, &as);
			return PTP_PAIRS_HELD_BACK;
		}
		*ret_flow = feed_sync(run, flows, &message, &as);
		return PTP_PAIRS_OURS;
	case PTP_SHAPE_FOLLOW_UP:
		*ret_flow = feed_follow_up(pairs, flows, &message, &as);
		return PTP_PAIRS_OURS;
	case PTP_SHAPE_CORRUPT:
		*ret_flow = flows_add_refused(flows, &as, WIRE_CORRUPT);
		return PTP_PAIRS_OURS;
	case PTP_SHAPE_FOREIGN:
		break;
	}
	if (ptp_shape_is_message(payload, length)) {
		flows_add_foreign(flows, FLOWS_OF_OTHERS);
	} else {
		(void)flows_add_refused(flows, &as, WIRE_ALIEN);
	}
	return PTP_PAIRS_FOREIGN;
}

void ptp_pairs_end(struct ptp_pairs *pairs, struct flows *flows)
{
	while (pairs->held_at != pairs->held_end) {
		give_up_oldest(pairs, flows);
	}
}
