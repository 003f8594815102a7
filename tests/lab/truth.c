/* SPDX-License-Identifier: BSD-2-Clause */
#include "truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

enum { TRUTH_FLOWS = 4096, TRUTH_SEQS = 1 << 26 };

enum { SEQ_SENT = 1, SEQ_OUT = 2 }; /* what is known of one seq */

struct truth_flow {
	uint64_t run_id;
	uint8_t source[16], group[16];
	uint16_t source_port, port;
	uint64_t sent, received, corrupt, alien, ends, ends_dropped, end_seq;
	uint8_t *seq; /* by seq: SEQ_SENT, SEQ_OUT */
	size_t seqs;
	uint64_t *out; /* each seq's first intact copy, in the order of emission */
	size_t outs, out_room;
};

/* PTP messages of one type, one way. */
struct truth_ptp {
	uint64_t came, dropped, left;
};

struct truth {
	FILE *log;
	struct truth_ptp ptp[SCRIPT_WAYS][SCRIPT_TYPES];
	uint32_t flows;
	struct truth_flow flow[TRUTH_FLOWS];
};

struct truth *truth_new(FILE *log)
{
	struct truth *truth = calloc(1, sizeof(*truth));

	if (truth) {
		truth->log = log;
	}
	return truth;
}

void truth_free(struct truth *truth)
{
	if (!truth) {
		return;
	}
	for (uint32_t i = 0; i < truth->flows; i++) {
		free(truth->flow[i].seq);
		free(truth->flow[i].out);
	}
	free(truth);
}

uint32_t truth_flow(struct truth *truth, const struct frame_probe *probe)
{
	struct truth_flow *flow;

	for (uint32_t i = 0; i < truth->flows; i++) {
		flow = &truth->flow[i];
		if (flow->run_id == probe->run_id && flow->port == probe->port &&
		    flow->source_port == probe->source_port &&
		    memcmp(flow->group, probe->group, sizeof(flow->group)) == 0 &&
		    memcmp(flow->source, probe->source, sizeof(flow->source)) == 0) {
			return i + 1;
		}
	}
	if (truth->flows == TRUTH_FLOWS) {
		return 0;
	}
	flow = &truth->flow[truth->flows++];
	flow->run_id = probe->run_id;
	flow->source_port = probe->source_port;
	flow->port = probe->port;
	memcpy(flow->group, probe->group, sizeof(flow->group));
	memcpy(flow->source, probe->source, sizeof(flow->source));
	return truth->flows;
}

static int flow_reserve_seq(struct truth_flow *flow, uint64_t seq)
{
	size_t seqs = flow->seqs ? flow->seqs : 4096;
	uint8_t *grown;

	if (seq >= TRUTH_SEQS) {
		return -ERANGE;
	}
	if (seq < flow->seqs) {
		return 0;
	}
	while (seqs <= seq) {
		seqs *= 2;
	}
	grown = realloc(flow->seq, seqs);
	if (!grown) {
		return -ENOMEM;
	}
	memset(grown + flow->seqs, 0, seqs - flow->seqs);
	flow->seq = grown;
	flow->seqs = seqs;
	return 0;
}

static int flow_add_out(struct truth_flow *flow, uint64_t seq)
{
	flow->received++;
	if (flow->seq[seq] & SEQ_OUT) {
		return 0;
	}
	if (flow->outs == flow->out_room) {
		size_t room = flow->out_room ? flow->out_room * 2 : 4096;
		uint64_t *grown = realloc(flow->out, room * sizeof(*grown));

		if (!grown) {
			return -ENOMEM;
		}
		flow->out = grown;
		flow->out_room = room;
	}
	flow->seq[seq] |= SEQ_OUT;
	flow->out[flow->outs++] = seq;
	return 0;
}

static const char *const way_names[] = {"forth", "back"};

static const char *const event_names[] = {
	[TRUTH_IN] = "in",
	[TRUTH_DROPPED] = "dropped",
	[TRUTH_OUT] = "out",
	[TRUTH_CORRUPT] = "out corrupt",
	[TRUTH_ALIEN] = "out alien",
	[TRUTH_END] = "end",
	[TRUTH_END_DROPPED] = "end dropped",
	[TRUTH_CORRECTED] = "out corrected",
	[TRUTH_ONE_STEP] = "out one-step",
};

void truth_add_ptp(struct truth *truth, enum script_way way, const struct frame_ptp *ptp,
		   enum truth_event event, int64_t now_ns)
{
	struct truth_ptp *counts = &truth->ptp[way][ptp->type];

	fprintf(truth->log,
		"%" PRId64 " %s %s domain %u clock %016" PRIx64 " port %u sequence %u %s\n", now_ns,
		way_names[way], script_type_text(ptp->type), ptp->domain, ptp->clock, ptp->port,
		ptp->sequence_id, event_names[event]);
	if (event == TRUTH_IN) {
		counts->came++;
	} else if (event == TRUTH_DROPPED) {
		counts->dropped++;
		(void)fflush(truth->log); /* tests wait for it; write_truth asks for errors */
	} else {
		counts->left++;
	}
}

void truth_add_order(struct truth *truth, const char *order, int64_t now_ns)
{
	fprintf(truth->log, "%" PRId64 " order %s\n", now_ns, order);
}

int truth_add(struct truth *truth, uint32_t flow_number, uint64_t seq, enum truth_event event,
	      int64_t now_ns)
{
	struct truth_flow *flow = &truth->flow[flow_number - 1];
	int result = 0;

	fprintf(truth->log, "%" PRId64 " flow %" PRIu32 " seq %" PRIu64 " %s\n", now_ns,
		flow_number, seq, event_names[event]);
	if (event != TRUTH_END && event != TRUTH_END_DROPPED) {
		result = flow_reserve_seq(flow, seq);
		if (result < 0) {
			return result;
		}
	}
	switch (event) {
	case TRUTH_IN:
		flow->sent += !(flow->seq[seq] & SEQ_SENT);
		flow->seq[seq] |= SEQ_SENT;
		break;
	case TRUTH_DROPPED:
	case TRUTH_CORRECTED:
	case TRUTH_ONE_STEP:
		break;
	case TRUTH_OUT:
		result = flow_add_out(flow, seq);
		break;
	case TRUTH_CORRUPT:
		flow->corrupt++;
		break;
	case TRUTH_ALIEN:
		flow->alien++;
		break;
	case TRUTH_END:
		flow->ends++;
		flow->end_seq = seq;
		break;
	case TRUTH_END_DROPPED:
		flow->ends_dropped++;
		break;
	}
	return result;
}

/* The index of the first value above wanted; values ascend, and the last one is above it. */
static size_t first_above(const uint64_t *values, size_t count, uint64_t wanted)
{
	size_t low = 0, high = count - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (values[middle] > wanted) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return low;
}

/*
 * highest[i] is the highest seq among the arrivals 0..i. An arrival below it is reordered, and its
 * extent is the distance to the earliest arrival with a greater seq.
 */
static bool count_reordered(const struct truth_flow *flow, uint64_t *ret_reordered,
			    uint64_t *ret_max_extent)
{
	uint64_t *highest = calloc(flow->outs + 1, sizeof(*highest));
	uint64_t reordered = 0, max_extent = 0;

	if (!highest) {
		return false;
	}
	for (size_t i = 0; i < flow->outs; i++) {
		uint64_t seq = flow->out[i];

		highest[i] = i && highest[i - 1] > seq ? highest[i - 1] : seq;
		if (highest[i] > seq) {
			uint64_t extent = i - first_above(highest, i + 1, seq);

			reordered++;
			max_extent = extent > max_extent ? extent : max_extent;
		}
	}
	free(highest);
	*ret_reordered = reordered;
	*ret_max_extent = max_extent;
	return true;
}

static json_t *missing_ranges(const struct truth_flow *flow)
{
	json_t *ranges = json_array();

	for (size_t seq = 0; seq < flow->seqs; seq++) {
		size_t first = seq;

		while (seq < flow->seqs && flow->seq[seq] == SEQ_SENT) {
			seq++;
		}
		if (seq > first) {
			json_array_append_new(ranges, json_pack("[I, I]", (json_int_t)first,
								(json_int_t)(seq - 1)));
		}
	}
	return ranges;
}

static json_t *flow_json(const struct truth_flow *flow)
{
	uint64_t reordered, max_extent;
	char run_id[17], source[INET6_ADDRSTRLEN], group[INET6_ADDRSTRLEN];
	bool is_ipv4 = flow->group[10] == 0xff && flow->group[11] == 0xff;
	int family = is_ipv4 ? AF_INET : AF_INET6;
	int skip = is_ipv4 ? 12 : 0;

	if (!count_reordered(flow, &reordered, &max_extent)) {
		return NULL;
	}
	snprintf(run_id, sizeof(run_id), "%016" PRIx64, flow->run_id);
	inet_ntop(family, flow->source + skip, source, sizeof(source));
	inet_ntop(family, flow->group + skip, group, sizeof(group));
	return json_pack(
		"{s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
		"s:o}",
		"run_id", run_id, "source", source, "group", group, "port", (int)flow->port, "sent",
		(json_int_t)flow->sent, "received", (json_int_t)flow->received, "unique",
		(json_int_t)flow->outs, "lost", (json_int_t)(flow->sent - flow->outs), "duplicate",
		(json_int_t)(flow->received - flow->outs), "reordered", (json_int_t)reordered,
		"max_extent", (json_int_t)max_extent, "corrupt", (json_int_t)flow->corrupt, "alien",
		(json_int_t)flow->alien, "ends", (json_int_t)flow->ends, "ends_dropped",
		(json_int_t)flow->ends_dropped, "end_seq", (json_int_t)flow->end_seq, "missing",
		missing_ranges(flow));
}

/* Of the types that came, each way. */
static json_t *ptp_json(const struct truth *truth)
{
	json_t *list = json_array();

	for (int way = 0; way < SCRIPT_WAYS; way++) {
		for (uint8_t type = 0; type < SCRIPT_TYPES; type++) {
			const struct truth_ptp *counts = &truth->ptp[way][type];

			if (!counts->came) {
				continue;
			}
			json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I}", "way",
							      way_names[way], "type",
							      script_type_text(type), "came",
							      (json_int_t)counts->came, "dropped",
							      (json_int_t)counts->dropped, "left",
							      (json_int_t)counts->left));
		}
	}
	return list;
}

json_t *truth_json(const struct truth *truth)
{
	json_t *flows = json_array();

	for (uint32_t i = 0; i < truth->flows; i++) {
		json_t *flow = flow_json(&truth->flow[i]);

		if (!flow || json_array_append_new(flows, flow) < 0) {
			json_decref(flows);
			return NULL;
		}
	}
	return json_pack("{s:o, s:o}", "flows", flows, "ptp", ptp_json(truth));
}
