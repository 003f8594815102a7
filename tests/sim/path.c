/* SPDX-License-Identifier: BSD-2-Clause */
#include "path.h"

#include <math.h>
#include <stdlib.h>

enum { ENDS = 10 };

#define MS INT64_C(1000000)

uint64_t path_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

double path_random_unit(uint64_t *state)
{
	return ((path_random(state) >> 11) + 0.5) / 9007199254740992.0;
}

static bool happens(uint64_t *state, double probability)
{
	return path_random_unit(state) < probability;
}

static int64_t exponential_ns(uint64_t *state, int64_t mean_ns)
{
	return (int64_t)(-log(path_random_unit(state)) * (double)mean_ns);
}

/* Each impairment is there in about one seed of three, from a trace to a lot. */
static double some(uint64_t *state, double most)
{
	double amount = path_random_unit(state);

	return happens(state, 0.35) ? amount * amount * most : 0;
}

void script_from_seed(struct script *script, uint64_t seed)
{
	static const int64_t period_ns[] = {100000, 1000000, 7812500};
	static const uint32_t length[] = {64, 64, 65, 200, 1472};
	uint64_t random = seed * 0x2545f4914f6cdd1d + 1;
	uint64_t r = path_random(&random);

	*script = (struct script){
		.seed = seed,
		.count = 200 + path_random(&random) % 4000,
		.period_ns = period_ns[r % 3],
		.poisson = r >> 8 & 1,
		.length = length[(r >> 16) % 5],
		.follow_up = (r >> 24 & 1) ? 1 + (r >> 32) % 8 : 0,
		.killed = (r >> 40) % 6 == 0,
		.drop = some(&random, 0.4),
		.burst = some(&random, 0.01),
		.burst_length = 2 + path_random(&random) % 150,
		.duplicate = some(&random, 0.3),
		.copies = 1 + path_random(&random) % 3,
		.late_duplicate = some(&random, 0.05),
		.hold = some(&random, 0.2),
		.hold_long = some(&random, 0.03),
		.corrupt = some(&random, 0.1),
		.delay_ns = 100000,
		.noise_ns = 1 + (int64_t)(path_random(&random) % 40000),
		.skew_ppb = (int64_t)(path_random(&random) % 200000) - 100000,
		.rx_offset_ns = (int64_t)(path_random(&random) % 2000000000) - 1000000000,
		.joined_ns = 5000 * MS,
	};
	script->lost_after_ns = 220 * script->period_ns;
	/* a follow-up that is held for longer than its probe may wait would be no use */
	script->hold_ns = (script->follow_up ? 5 : 160) * script->period_ns;
	if (happens(&random, 0.2)) {
		script->first_dropped = 1 + path_random(&random) % 20;
	}
	if (happens(&random, 0.2)) {
		script->last_dropped = 1 + path_random(&random) % 100;
	}
	if (happens(&random, 0.3)) {
		script->ends_dropped = path_random(&random) % (ENDS + 1);
	}
	if (happens(&random, 0.2) && script->count > 1500) {
		script->restart_at = 500 + path_random(&random) % 500;
	} else if (happens(&random, 0.2) && script->first_dropped == 0) {
		/* joins in the middle of the run */
		script->joined_ns = PATH_START_NS + (int64_t)script->count / 3 * script->period_ns;
	}
}

struct far_end {
	const struct script *script;
	struct delivery *delivery;
	size_t count, room;
	uint64_t random;
};

static void deliver(struct far_end *end, const struct probe *probe, int64_t mono_ns)
{
	const struct script *script = end->script;
	struct delivery *delivery;

	if (mono_ns < script->joined_ns) {
		return;
	}
	if (end->count == end->room) {
		abort(); /* room was reckoned for every copy */
	}
	delivery = &end->delivery[end->count];
	*delivery = (struct delivery){
		.mono_ns = mono_ns,
		.rx_ns = PATH_EPOCH_NS + script->rx_offset_ns + mono_ns +
			 (int64_t)((double)mono_ns * (double)script->skew_ppb * 1e-9),
		.order = end->count,
		.probe = *probe,
		.ttl = (int16_t)(1 + path_random(&end->random) % 3),
	};
	if (happens(&end->random, script->corrupt)) {
		delivery->corrupt = true;
		for (int i = 0; i < 3; i++) {
			delivery->corrupt_at[i] =
				4 + (uint32_t)(path_random(&end->random) % (script->length - 4));
			delivery->corrupt_by[i] = 1 << path_random(&end->random) % 7;
		}
	}
	end->count++;
}

/*
 * The last probes of a run are never held or copied beyond lost_after: with nothing behind them
 * only the clock tells that their follow-up is overdue, and how soon depends on the receiver's
 * ticks.
 */
static bool is_near_end(const struct script *script, uint64_t i)
{
	return i + 300 >= script->count ||
	       (i < script->restart_at && i + 300 >= script->restart_at);
}

/* One probe on its way; left_ns: its departure from the sender's NIC. */
static void send_over_path(struct far_end *end, const struct probe *probe, int64_t left_ns,
			   bool near_end)
{
	const struct script *script = end->script;
	int64_t arrival_ns =
		left_ns + script->delay_ns + exponential_ns(&end->random, script->noise_ns);
	unsigned int copies = 1;

	if (happens(&end->random, script->hold)) {
		arrival_ns += (int64_t)(path_random_unit(&end->random) * (double)script->hold_ns);
	} else if (happens(&end->random, script->hold_long) && !near_end) {
		arrival_ns += (int64_t)((1.3 + path_random_unit(&end->random)) *
					(double)script->lost_after_ns);
	}
	if (happens(&end->random, script->duplicate)) {
		copies += script->copies;
	}
	for (unsigned int i = 0; i < copies; i++) {
		deliver(end, probe, arrival_ns);
		arrival_ns += 1000 + exponential_ns(&end->random, script->noise_ns);
	}
	if (!near_end && happens(&end->random, script->late_duplicate)) {
		deliver(end, probe, arrival_ns + 2 * script->lost_after_ns);
	}
}

static int compare(const void *a, const void *b)
{
	const struct delivery *x = a, *y = b;

	if (x->mono_ns != y->mono_ns) {
		return x->mono_ns < y->mono_ns ? -1 : 1;
	}
	return (x->order > y->order) - (x->order < y->order);
}

static void send_ends(struct far_end *end, struct probe *probe, int64_t now_ns)
{
	probe->kind = WIRE_END;
	probe->follow_up_seq = WIRE_NO_FOLLOW_UP;
	for (unsigned int i = 0; i < ENDS; i++) {
		probe->sent_ns = PATH_EPOCH_NS + now_ns;
		if (i >= end->script->ends_dropped) {
			deliver(end, probe, now_ns + end->script->delay_ns);
		}
		now_ns += 100 * MS;
	}
}

size_t path_run(const struct script *script, struct delivery **ret_delivery)
{
	struct far_end end = {.script = script, .random = script->seed ^ 0x7074507262};
	uint64_t sender = script->seed + 99;
	int64_t now_ns = PATH_START_NS;
	int64_t *left_ns = calloc(script->count, sizeof(*left_ns));
	struct probe probe = {
		.kind = WIRE_PROBE,
		.ttl = 3,
		.run_id = wire_run_id(path_random(&sender)),
		.period_ns = script->poisson ? 0 : (uint64_t)script->period_ns,
	};
	uint64_t first = 0;
	unsigned int burst = 0;

	end.room = script->count * (script->copies + 2) + ENDS;
	end.delivery = calloc(end.room, sizeof(*end.delivery));
	if (left_ns == NULL || end.delivery == NULL) {
		free(left_ns);
		free(end.delivery);
		return 0;
	}
	for (uint64_t i = 0; i < script->count; i++) {
		if (i > 0 && i == script->restart_at) {
			/* killed and started anew from the same port, with the path long empty */
			probe.run_id = wire_run_id(path_random(&sender));
			first = i;
			now_ns += 5 * script->lost_after_ns;
		}
		probe.seq = i - first;
		probe.sent_ns = PATH_EPOCH_NS + now_ns;
		left_ns[i] = now_ns + 1000 + (int64_t)(path_random(&sender) % 20000);
		probe.follow_up_seq = WIRE_NO_FOLLOW_UP;
		if (script->follow_up && probe.seq >= script->follow_up) {
			probe.follow_up_seq = probe.seq - script->follow_up;
			probe.follow_up_tx_ns = PATH_EPOCH_NS + left_ns[i - script->follow_up];
		}
		if (burst == 0 && happens(&end.random, script->burst)) {
			burst = script->burst_length;
		}
		if (burst > 0) {
			burst--;
		} else if (!happens(&end.random, script->drop) && i >= script->first_dropped &&
			   i + script->last_dropped < script->count) {
			send_over_path(&end, &probe, left_ns[i], is_near_end(script, i));
		}
		now_ns += script->poisson ? exponential_ns(&sender, script->period_ns)
					  : script->period_ns;
	}
	probe.seq = script->count - first;
	if (!script->killed) {
		send_ends(&end, &probe, now_ns);
	}
	free(left_ns);
	qsort(end.delivery, end.count, sizeof(*end.delivery), compare);
	*ret_delivery = end.delivery;
	return end.count;
}

void path_bytes(const struct script *script, const struct delivery *delivery, uint8_t *payload)
{
	wire_pad(payload, script->length);
	wire_encode(payload, script->length, &delivery->probe);
	if (delivery->corrupt) {
		payload[delivery->corrupt_at[0]] ^= 0x80; /* at least this one isn't undone */
		for (int i = 0; i < 3; i++) {
			payload[delivery->corrupt_at[i]] ^= delivery->corrupt_by[i];
		}
	}
}
