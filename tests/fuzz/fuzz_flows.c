/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole receiver core: an input is a script of arrivals, times and questions. Raw bytes come in
 * as they are; made datagrams carry a right CRC, so that hostile seqs, stamps, ENDs and follow-ups
 * reach the metrics. The books are asserted after every question and at the end, where every
 * printer runs, too. tests/fuzz/README.md has the script's grammar.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flows.h"
#include "fuzz.h"
#include "report.h"
#include "verdict.h"
#include "wire.h"

enum {
	STREAMS = 4, /* room in the core: a fifth sender overflows */
	SENDERS = 6,
	DATAGRAMS_MAX = 20000, /* a script of long runs should still end soon */
	QUESTIONS_MAX = 4,     /* reports within one script */
	SHORT_LENGTH = 64,
	LONG_LENGTH = 200,
};

struct sender {
	uint64_t next;
	struct endpoint source, group;
};

struct world {
	struct flows *flows;
	struct sender sender[SENDERS];
	int64_t mono_ns;
	int64_t start_ns;
	uint64_t real_minus_mono_ns; /* wraps: the wall clock may say anything */
	uint64_t period_ns;
	uint64_t fed, ends; /* datagrams, and the ENDs among them */
	unsigned int questions;
};

static struct arrival world_arrival(const struct world *world, const struct sender *sender,
				    uint8_t marks)
{
	return (struct arrival){
		.source = sender->source,
		.group = sender->group,
		.rx_ns = (int64_t)((uint64_t)world->mono_ns + world->real_minus_mono_ns),
		.mono_ns = world->mono_ns,
		.rx_stamp = (enum stamp)(marks % STAMP_KINDS),
		.ttl = (int16_t)(marks - 1), /* -1: unknown */
		.dscp = (int16_t)(marks % 65 - 1),
	};
}

static void feed(struct world *world, const struct sender *sender, const uint8_t *bytes,
		 size_t length, uint8_t marks)
{
	struct arrival arrival = world_arrival(world, sender, marks);
	/* of exactly this length, so that AddressSanitizer sees a read beyond it */
	uint8_t *payload = malloc(length > 0 ? length : 1);

	assert(payload != NULL);
	if (length > 0) {
		memcpy(payload, bytes, length);
	}
	(void)flows_add(world->flows, &arrival, payload, length);
	world->fed++;
	free(payload);
}

static void feed_probe(struct world *world, size_t index, const struct probe *probe, uint8_t marks,
		       uint8_t flip)
{
	uint8_t payload[LONG_LENGTH];
	size_t length = marks & 1 ? LONG_LENGTH : SHORT_LENGTH;

	world->ends += probe->kind == WIRE_END;
	wire_pad(payload, length);
	wire_encode(payload, length, probe);
	payload[8 + flip % (SHORT_LENGTH - 8)] ^= flip;
	feed(world, &world->sender[index], payload, length, marks);
}

static struct probe next_probe(struct world *world, size_t index, uint64_t seq)
{
	world->sender[index].next = seq + 1;
	return (struct probe){
		.kind = WIRE_PROBE,
		.run_id = wire_run_id(index + 1),
		.seq = seq,
		.sent_ns = (int64_t)((uint64_t)world->mono_ns + world->real_minus_mono_ns - 1000),
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = world->period_ns,
	};
}

static void feed_wild(struct world *world, struct fuzz_input *input)
{
	size_t index = fuzz_number(input, 1) % SENDERS;
	struct probe probe = {
		.kind = fuzz_number(input, 1) % 8 == 0 ? WIRE_END : WIRE_PROBE,
		.run_id = wire_run_id(index + 1),
		.flags = (uint8_t)fuzz_number(input, 1),
		.seq = fuzz_number(input, 8),
		.sent_ns = (int64_t)fuzz_number(input, 8),
		.follow_up_seq = fuzz_number(input, 8),
		.follow_up_tx_ns = (int64_t)fuzz_number(input, 8),
		.period_ns = fuzz_number(input, 8),
	};

	feed_probe(world, index, &probe, (uint8_t)fuzz_number(input, 1), 0);
}

/* The next probe of a sender, some seqs on or back. */
static void feed_step(struct world *world, struct fuzz_input *input)
{
	size_t index = fuzz_number(input, 1) % SENDERS;
	int16_t step = (int16_t)fuzz_number(input, 2);
	uint8_t marks = (uint8_t)fuzz_number(input, 1);
	struct probe probe =
		next_probe(world, index, world->sender[index].next + (uint64_t)(int64_t)step);

	if (marks & 2) { /* a departure stamp of one of the probes before, or of those to come */
		probe.follow_up_seq = probe.seq - marks % 8 + 1;
		probe.follow_up_tx_ns = probe.sent_ns + marks;
		probe.flags = marks & 4 ? WIRE_FOLLOW_UP_HARDWARE : 0;
	}
	feed_probe(world, index, &probe, marks, 0);
}

/* Probes in order, one period apart. */
static void feed_run(struct world *world, struct fuzz_input *input)
{
	size_t index = fuzz_number(input, 1) % SENDERS;
	uint64_t count = fuzz_number(input, 1) + 1;

	for (uint64_t i = 0; i < count && world->fed < DATAGRAMS_MAX; i++) {
		struct probe probe = next_probe(world, index, world->sender[index].next);

		probe.follow_up_seq = probe.seq - 1;
		probe.follow_up_tx_ns = probe.sent_ns - (int64_t)(world->period_ns % INT32_MAX);
		world->mono_ns += (int64_t)(world->period_ns % 1000000000);
		feed_probe(world, index, &probe, 64, 0);
	}
}

static void feed_end(struct world *world, struct fuzz_input *input)
{
	size_t index = fuzz_number(input, 1) % SENDERS;
	int8_t beyond = (int8_t)fuzz_number(input, 1);
	struct probe probe = next_probe(world, index, world->sender[index].next);

	probe.kind = WIRE_END;
	probe.seq = world->sender[index].next - 1 + (uint64_t)(int64_t)beyond;
	world->sender[index].next--;
	feed_probe(world, index, &probe, 64, 0);
}

static void feed_corrupt(struct world *world, struct fuzz_input *input)
{
	size_t index = fuzz_number(input, 1) % SENDERS;
	struct probe probe = next_probe(world, index, world->sender[index].next);

	feed_probe(world, index, &probe, 0, (uint8_t)(fuzz_number(input, 1) | 1));
}

static void feed_raw(struct world *world, struct fuzz_input *input)
{
	size_t index = fuzz_number(input, 1) % SENDERS;
	size_t length = fuzz_number(input, 1);

	length = length < input->size ? length : input->size;
	feed(world, &world->sender[index], input->data, length, 64);
	input->data += length;
	input->size -= length;
}

/* What must hold of a flow at any time, whatever came in. */
static void check_books(const struct flow_snapshot *flow)
{
	const struct flow_counts *counts = &flow->counts;

	assert(counts->received == counts->unique + counts->duplicate + counts->late);
	if (flow->sent_known && flow->state == FLOW_ENDED) {
		assert(flow->sent == counts->unique + counts->lost);
	}
	assert(counts->unique == 0 || flow->first_seq <= flow->last_seq);
	assert(counts->reordered <= counts->unique);
	assert(flow->loss_ratio >= 0 && flow->loss_ratio <= 1);
	assert(flow->delay_count <= counts->unique);
	assert(flow->delay_count == 0 || flow->delay_min_ns <= flow->delay_max_ns);
	assert(flow->delay_stddev_ns >= 0);
	assert(flow->pdv.p50_ns >= 0);
	assert(flow->pdv.p50_ns <= flow->pdv.p90_ns && flow->pdv.p90_ns <= flow->pdv.p99_ns);
	assert(flow->pdv.p99_ns <= flow->pdv.p999_ns && flow->pdv.p999_ns <= flow->pdv_max_ns);
	for (uint32_t i = 0; i < flow->missing->count; i++) {
		assert(flow->missing->range[i].first <= flow->missing->range[i].last);
		assert(i == 0 || flow->missing->range[i - 1].last < flow->missing->range[i].first);
	}
}

/* Every datagram is accounted for: only ENDs that contradict what was heard are in no count. */
static void check_totals(const struct world *world, const struct flow_snapshot *flow, size_t count)
{
	const struct flows_counts *counts = flows_counts(world->flows);
	uint64_t accounted = counts->alien + counts->corrupt + counts->overflow;
	uint64_t corrupt = counts->corrupt_unattributed;

	assert(count <= STREAMS);
	for (size_t i = 0; i < count; i++) {
		accounted += flow[i].counts.received + flow[i].outliers + flow[i].ends;
		corrupt += flow[i].counts.corrupt;
	}
	assert(counts->datagrams == world->fed);
	assert(counts->other_version <= counts->alien);
	assert(corrupt == counts->corrupt);
	assert(accounted <= counts->datagrams);
	assert(accounted + world->ends >= counts->datagrams);
}

static void print_lines(const struct report *report, FILE *out)
{
	report_text(report, false, out);
	report_text(report, true, out);
	report_csv(report, out);
	report_prometheus(report, out);
	report_influx(report, out);
	report_nagios(report, out);
	report_interval_text_header(out);
}

static void print_flow(struct flow *flow, const struct flow_snapshot *snapshot, FILE *out)
{
	struct flow_interval interval;

	flow_take_interval(flow, &interval);
	report_interval_text(snapshot, &interval, 0, 1000000000, out);
	assert(report_json_write(report_interval_json(snapshot, &interval, 0, 1000000000), true,
				 out) == 0);
	report_hgrm(snapshot, out);
}

/* What is written as JSON is JSON, and says the same. */
static void print_json(const struct report *report)
{
	json_t *object = report_json(report), *again;
	char *text;

	assert(object != NULL);
	text = json_dumps(object, JSON_COMPACT);
	assert(text != NULL);
	again = json_loads(text, 0, NULL);
	assert(again != NULL);
	assert(json_array_size(json_object_get(again, "flows")) == report->flows);
	json_decref(again);
	json_decref(object);
	free(text);
}

static void judge(const struct flow_snapshot *snapshot, size_t count, struct verdict *ret_verdict)
{
	struct limits limits = {0};
	struct circumstances circumstances = {0};
	const char *error;

	assert(limits_add(&limits, LIMIT_LOSS, "0.1%", &error) == 0);
	assert(limits_add(&limits, LIMIT_JITTER, "50us", &error) == 0);
	assert(limits_add(&limits, LIMIT_PDV, "p99.9=50us", &error) == 0);
	assert(limits_add(&limits, LIMIT_RECEIVED, "5", &error) == 0);
	verdict_judge(&limits, snapshot, count, &circumstances, ret_verdict);
	assert(ret_verdict->count <= VERDICT_REASONS);
}

static void ask(struct world *world)
{
	static struct flow_snapshot snapshot[STREAMS];
	static struct verdict verdict;
	char *text = NULL;
	char name[] = "ptprobe-recv";
	char *argv[] = {name, NULL};
	size_t size = 0, count = flows_count(world->flows);
	struct report report = {
		.tool = name,
		.version = "0",
		.argc = 1,
		.argv = argv,
		.host = "host",
		.start_ns = world->start_ns,
		.end_ns = world->mono_ns,
		.limits_set = true,
		.lost_after_ns = 1000000000,
		.counts = flows_counts(world->flows),
		.flows = count,
		.flow = snapshot,
		.verdict = &verdict,
	};
	FILE *out = open_memstream(&text, &size);

	assert(out != NULL);
	verdict = (struct verdict){0};
	for (size_t i = 0; i < count; i++) {
		flow_snapshot(flows_at(world->flows, i), world->mono_ns, &snapshot[i]);
		check_books(&snapshot[i]);
	}
	check_totals(world, snapshot, count);
	judge(snapshot, count, &verdict);
	print_json(&report);
	print_lines(&report, out);
	for (size_t i = 0; i < count; i++) {
		print_flow(flows_at(world->flows, i), &snapshot[i], out);
	}
	assert(fclose(out) == 0);
	free(text);
}

static void world_step(struct world *world, struct fuzz_input *input)
{
	switch (fuzz_number(input, 1) % 12) {
	case 0:
		feed_raw(world, input);
		break;
	case 1:
	case 2:
		feed_step(world, input);
		break;
	case 3:
		feed_wild(world, input);
		break;
	case 4:
		feed_end(world, input);
		break;
	case 5:
		feed_run(world, input);
		break;
	case 6:
		feed_corrupt(world, input);
		break;
	case 7: /* time passes: up to 18 minutes */
		world->mono_ns += (int64_t)fuzz_number(input, 5);
		flows_tick(world->flows, world->mono_ns);
		break;
	case 8: /* the wall clock is stepped */
		world->real_minus_mono_ns = fuzz_number(input, 8);
		break;
	case 9:
		world->period_ns = fuzz_number(input, 4);
		break;
	case 10:
		if (fuzz_number(input, 1) % 2 == 0) {
			flows_split_delay(world->flows);
		} else {
			flows_set_joined(world->flows, world->mono_ns);
		}
		break;
	default:
		if (world->questions++ < QUESTIONS_MAX) {
			ask(world);
		}
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct world world = {
		.mono_ns = 1000000000000,
		.start_ns = 1000000000000,
		.real_minus_mono_ns = UINT64_C(1700000000000000000),
		.period_ns = 7812500, /* 128 pps */
	};

	for (size_t i = 0; i < SENDERS; i++) {
		static const uint8_t group[4] = {239, 255, 31, 9};
		uint8_t source[4] = {192, 0, 2, (uint8_t)(i / 2)}; /* two share an address */

		endpoint_set_ipv4(&world.sender[i].source, source);
		endpoint_set_ipv4(&world.sender[i].group, group);
		world.sender[i].source.port = 40000;
		world.sender[i].group.port = 31900;
	}
	world.flows = flows_new(STREAMS, 1000000000, world.mono_ns);
	assert(world.flows != NULL);
	while (input.size > 0 && world.fed < DATAGRAMS_MAX) {
		world_step(&world, &input);
	}
	ask(&world);
	/* a receiver that ends: nothing new is taken in, everything settles */
	flows_freeze(world.flows, world.mono_ns);
	world.mono_ns += 10000000000;
	flows_tick(world.flows, world.mono_ns);
	ask(&world);
	flows_free(world.flows);
	return 0;
}
