/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PTP traffic in virtual time through a path that drops, copies and holds messages, from a seed,
 * against an oracle that knows each message's number beyond the 16 bits of its sequenceId: a few
 * seeds of an hour, and a day at 128 Syncs a second. `ptp_day SEED HOURS` runs one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "health.h"
#include "path.h"

#ifdef SANITIZED
enum { SEEDS = 3 };
#define SEED_HOURS 0.2
#define DAY_HOURS  0.5
#else
enum { SEEDS = 10 };
#define SEED_HOURS 0.5
#define DAY_HOURS  24.0
#endif

#define MS         INT64_C(1000000)
#define S          INT64_C(1000000000)
#define LOST_AFTER S
#define SYNC_NS    INT64_C(7812500)

enum { FLYING = 4096, RING = 2048, MASTER = 1, SLAVE = 10, SLAVES = 2 };

/* Streams, in the order of the oracle's. */
enum {
	SYNC,
	FOLLOW_UP,
	ANNOUNCE,
	REQUEST,
	RESPONSE = REQUEST + SLAVES,
	STREAMS = RESPONSE + SLAVES
};

struct flying {
	int64_t at_ns;
	uint64_t order, number;
	unsigned int stream;
};

/* What the oracle knows of one number. */
struct fate {
	uint64_t number;
	int64_t arrived_ns, missing_ns; /* -1: not */
	/* of Sync and requests */
	int64_t awaits_ns;
	bool is_matched, is_late;
	/* when the first of their answers came that is still remembered */
	int64_t answer_ns;
};

struct oracle_stream {
	uint64_t first, highest;
	bool started;
	uint64_t count, unique, duplicate, reordered, late, missing;
	uint64_t awaited, matched, late_matches;
	struct fate ring[RING];
};

struct day {
	struct health *health;
	uint64_t random, order, seed;
	double drop, copy, late_copy, hold, hold_long, burst;
	int64_t burst_until_ns[STREAMS];
	uint64_t base[STREAMS]; /* where its numbers begin */
	size_t flying;
	struct flying heap[FLYING];
	struct oracle_stream oracle[STREAMS];
	uint64_t messages;
};

static struct day day;

/* The messages on their way, the next one first. */

static bool is_before(const struct flying *a, const struct flying *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void fly(const struct flying *flying)
{
	size_t at = day.flying++;

	if (day.flying > FLYING) {
		abort();
	}
	while (at > 0 && is_before(flying, &day.heap[(at - 1) / 2])) {
		day.heap[at] = day.heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	day.heap[at] = *flying;
}

static struct flying land(void)
{
	struct flying first = day.heap[0], last = day.heap[--day.flying];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < day.flying) {
		if (child + 1 < day.flying && is_before(&day.heap[child + 1], &day.heap[child])) {
			child++;
		}
		if (!is_before(&day.heap[child], &last)) {
			break;
		}
		day.heap[at] = day.heap[child];
		at = child;
	}
	day.heap[at] = last;
	return first;
}

static bool happens(double probability)
{
	return path_random_unit(&day.random) < probability;
}

static int64_t between(int64_t from_ns, int64_t to_ns)
{
	return from_ns + (int64_t)(path_random(&day.random) % (uint64_t)(to_ns - from_ns));
}

static void send_at(unsigned int stream, uint64_t number, int64_t at_ns)
{
	struct flying flying = {
		.at_ns = at_ns + 1000, .order = day.order++, .number = number, .stream = stream};
	/* a coin decides whether anything happens to it, so that a day is quick */
	double coin = path_random_unit(&day.random);

	if (at_ns < day.burst_until_ns[stream] || coin < day.drop) {
		return;
	}
	coin -= day.drop;
	if (coin < day.burst) {
		day.burst_until_ns[stream] = at_ns + between(MS, 400 * MS);
		return;
	}
	coin -= day.burst;
	if (coin < day.hold) {
		flying.at_ns += between(0, 700 * MS);
	} else if (coin < day.hold + day.hold_long) {
		flying.at_ns += between(1500 * MS, 3000 * MS);
	}
	fly(&flying);
	if (happens(day.copy)) {
		flying.order = day.order++;
		flying.at_ns += between(0, 200 * MS);
		fly(&flying);
	} else if (happens(day.late_copy)) {
		flying.order = day.order++;
		flying.at_ns += between(4200 * MS, 5000 * MS);
		fly(&flying);
	}
}

/* The oracle. */

static struct fate *fate_of(struct oracle_stream *stream, uint64_t number)
{
	struct fate *fate = &stream->ring[number % RING];

	if (fate->number != number) {
		*fate = (struct fate){number, -1, -1, -1, false, false, -1};
	}
	return fate;
}

/* True when it's neither a copy nor too late. */
static bool judge(struct oracle_stream *stream, uint64_t number, int64_t now_ns)
{
	struct fate *fate = fate_of(stream, number);

	stream->count++;
	if (!stream->started) {
		stream->started = true;
		stream->first = number;
		stream->highest = number;
	} else if (number > stream->highest) {
		for (uint64_t n = stream->highest + 1; n < number; n++) {
			fate_of(stream, n)->missing_ns = now_ns;
			stream->missing++;
		}
		stream->highest = number;
	} else if (fate->arrived_ns >= 0) {
		/* copies are a little later or a lot */
		stream->duplicate += now_ns - fate->arrived_ns <= LOST_AFTER;
		stream->late += now_ns - fate->arrived_ns > LOST_AFTER;
		return false;
	} else if (fate->missing_ns >= 0 && now_ns - fate->missing_ns > LOST_AFTER) {
		stream->late++;
		return false;
	} else {
		stream->missing -= fate->missing_ns >= 0;
		stream->reordered++;
	}
	fate->arrived_ns = now_ns;
	stream->unique++;
	return true;
}

static void judge_awaiting(struct oracle_stream *stream, uint64_t number, int64_t now_ns)
{
	struct fate *fate = fate_of(stream, number);

	fate->awaits_ns = now_ns;
	stream->awaited++;
	if (fate->answer_ns >= 0 && now_ns - fate->answer_ns <= 2 * LOST_AFTER) {
		fate->is_matched = true;
		stream->matched++;
	}
}

static void judge_answer(struct oracle_stream *stream, uint64_t number, int64_t now_ns)
{
	struct fate *fate = fate_of(stream, number);
	int64_t after_ns = now_ns - fate->awaits_ns;

	if (fate->awaits_ns < 0) {
		if (fate->answer_ns < 0 || now_ns - fate->answer_ns > 2 * LOST_AFTER) {
			fate->answer_ns = now_ns;
		}
	} else if (!fate->is_matched && !fate->is_late) {
		fate->is_matched = after_ns <= LOST_AFTER;
		fate->is_late = after_ns > LOST_AFTER && after_ns <= 2 * LOST_AFTER;
		stream->matched += fate->is_matched;
		stream->late_matches += fate->is_late;
	}
}

/* What goes by, to both. */

static struct sighting sighting_of(const struct flying *flying)
{
	static const uint8_t types[STREAMS] = {PTP_SYNC,      PTP_FOLLOW_UP, PTP_ANNOUNCE,
					       PTP_DELAY_REQ, PTP_DELAY_REQ, PTP_DELAY_RESP,
					       PTP_DELAY_RESP};
	unsigned int clock = MASTER;
	struct sighting sighting = {
		.rx_ns = PATH_EPOCH_NS + flying->at_ns,
		.mono_ns = flying->at_ns,
		.stamp = STAMP_SOFTWARE,
		.transport = TRANSPORT_UDP4,
		.ttl = 1,
		.dscp = 46,
		.vlan = -1,
		.pcp = -1,
		.message = {.type = types[flying->stream],
			    .version = 2,
			    .length = 44,
			    .flags = flying->stream == SYNC ? PTP_TWO_STEP : 0,
			    .log_interval = flying->stream <= FOLLOW_UP ? -7 : 0,
			    .sequence_id = (uint16_t)flying->number},
	};

	if (flying->stream >= REQUEST && flying->stream < RESPONSE) {
		clock = SLAVE + flying->stream - REQUEST;
		sighting.message.log_interval = PTP_NO_INTERVAL;
	}
	if (flying->stream >= RESPONSE) {
		sighting.message.requesting.clock =
			UINT64_C(0x001122fffe000000) + SLAVE + flying->stream - RESPONSE;
		sighting.message.requesting.port = 1;
	}
	sighting.message.source.clock = UINT64_C(0x001122fffe000000) + clock;
	sighting.message.source.port = 1;
	endpoint_set_ipv4(&sighting.source, (const uint8_t[]){10, 0, 0, (uint8_t)clock});
	endpoint_set_ipv4(&sighting.destination, (const uint8_t[]){224, 0, 1, 129});
	return sighting;
}

static void hear(const struct flying *flying)
{
	struct sighting sighting = sighting_of(flying);
	unsigned int stream = flying->stream;
	/* unheard requests have no port, of which answers could be */
	bool is_known = stream < RESPONSE || day.oracle[stream - SLAVES].started;
	bool is_new = judge(&day.oracle[stream], flying->number, flying->at_ns);

	health_add(day.health, &sighting);
	day.messages++;
	if ((stream == SYNC || (stream >= REQUEST && stream < RESPONSE)) && is_new) {
		judge_awaiting(&day.oracle[stream], flying->number, flying->at_ns);
	} else if (stream == FOLLOW_UP) {
		judge_answer(&day.oracle[SYNC], flying->number, flying->at_ns);
	} else if (stream >= RESPONSE && is_known) {
		judge_answer(&day.oracle[stream - SLAVES], flying->number, flying->at_ns);
	}
}

static void hear_until(int64_t at_ns)
{
	while (day.flying > 0 && day.heap[0].at_ns <= at_ns) {
		struct flying flying = land();

		hear(&flying);
	}
}

/* One Sync's time, and what else is due in it. */
static void step(uint64_t i, int64_t at_ns)
{
	hear_until(at_ns);
	send_at(SYNC, day.base[SYNC] + i, at_ns);
	send_at(FOLLOW_UP, day.base[SYNC] + i, at_ns + 300000);
	if (i % 128 == 0) {
		send_at(ANNOUNCE, day.base[ANNOUNCE] + i / 128, at_ns + MS);
	}
	for (unsigned int slave = 0; slave < SLAVES; slave++) {
		if (i % 16 == 3 + slave) {
			uint64_t number = day.base[REQUEST + slave] + i / 16;

			send_at(REQUEST + slave, number, at_ns + 2 * MS);
			send_at(RESPONSE + slave, number, at_ns + 2 * MS + 200000);
		}
	}
}

static double some(double most)
{
	double amount = path_random_unit(&day.random);

	return happens(0.6) ? amount * amount * most : 0;
}

static bool equals(const char *stream, const char *what, uint64_t got, uint64_t want)
{
	if (got != want) {
		printf("# seed %" PRIu64 ": %s, %s: %" PRIu64 ", want %" PRIu64 "\n", day.seed,
		       stream, what, got, want);
	}
	return got == want;
}

static bool compare_books(const struct health_stream *got, const struct oracle_stream *one,
			  const struct oracle_stream *other)
{
	static const struct oracle_stream none;
	const char *name = ptp_type_text(got->type);
	bool same = true;

	other = other != NULL ? other : &none;
	same &= equals(name, "count", got->count, one->count + other->count);
	same &= equals(name, "unique", got->unique, one->unique + other->unique);
	same &= equals(name, "lost", got->lost, one->missing + other->missing);
	same &= equals(name, "duplicate", got->duplicate, one->duplicate + other->duplicate);
	same &= equals(name, "reordered", got->reordered, one->reordered + other->reordered);
	same &= equals(name, "late", got->late, one->late + other->late);
	same &= equals(name, "outliers, restarts", got->outliers + got->restarts, 0);
	return same;
}

static bool compare_pairs(const struct health_stream *got, const struct oracle_stream *want)
{
	const char *name = ptp_type_text(got->type);
	bool is_sync = got->type == PTP_SYNC;
	bool same = true;

	same &= equals(name, "matched", is_sync ? got->follow_up.count : got->answered,
		       want->matched);
	same &= equals(name, "missing", is_sync ? got->missing_follow_up : got->unanswered,
		       want->awaited - want->matched);
	same &= equals(name, "late", is_sync ? got->late_follow_up : got->late_answer,
		       want->late_matches);
	return same;
}

static bool compare(void)
{
	struct health_port port;
	bool same = equals("all", "ports", health_ports(day.health), 1 + SLAVES);

	for (size_t i = 0; i < health_ports(day.health); i++) {
		health_port(day.health, i, &port);
		for (size_t k = 0; k < port.streams; k++) {
			const struct health_stream *got = &port.stream[k];
			unsigned int slave = (unsigned int)(port.identity.clock & 0xff) - SLAVE;

			switch (got->type) {
			case PTP_SYNC:
				same &= compare_books(got, &day.oracle[SYNC], NULL);
				same &= compare_pairs(got, &day.oracle[SYNC]);
				break;
			case PTP_FOLLOW_UP:
				same &= compare_books(got, &day.oracle[FOLLOW_UP], NULL);
				break;
			case PTP_ANNOUNCE:
				same &= compare_books(got, &day.oracle[ANNOUNCE], NULL);
				break;
			case PTP_DELAY_REQ:
				same &= compare_books(got, &day.oracle[REQUEST + slave], NULL);
				same &= compare_pairs(got, &day.oracle[REQUEST + slave]);
				break;
			default:
				same &= compare_books(got, &day.oracle[RESPONSE],
						      &day.oracle[RESPONSE + 1]);
				break;
			}
		}
	}
	return same;
}

static bool run(uint64_t seed, double hours)
{
	struct health_config config = {
		.lost_after_ns = LOST_AFTER, .announce_timeout = 3, .sync_timeout = 3};
	uint64_t count = (uint64_t)(hours * 3600 * 128);
	int64_t at_ns = S;
	bool same;

	memset(&day, 0, sizeof(day));
	day.seed = seed;
	day.random = seed;
	day.drop = some(0.05);
	day.burst = some(0.001);
	day.copy = some(0.05);
	day.late_copy = some(0.001);
	day.hold = some(0.05);
	day.hold_long = some(0.002);
	for (unsigned int i = 0; i < STREAMS; i++) {
		day.base[i] = (UINT64_C(1) << 20) + path_random(&day.random) % 65536;
	}
	memcpy(&day.base[RESPONSE], &day.base[REQUEST], SLAVES * sizeof(*day.base));
	day.health = health_new(&config);
	if (day.health == NULL) {
		abort();
	}
	for (uint64_t i = 0; i < count; i++, at_ns += SYNC_NS) {
		step(i, at_ns);
	}
	hear_until(INT64_MAX);
	health_end(day.health, at_ns + 100 * S);
	same = compare();
	health_free(day.health);
	return same;
}

static double cpu_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
	bool same = true, is_day_same;
	double from_s;

	if (argc == 3) {
		return run(strtoull(argv[1], NULL, 10), strtod(argv[2], NULL)) ? 0 : 1;
	}
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		same &= run(seed, SEED_HOURS);
	}
	printf("1..2\n%s 1 - counts_of_seeded_ptp_traffic_are_the_oracles # seeds 1..%d\n",
	       same ? "ok" : "not ok", SEEDS);
	from_s = cpu_s();
	is_day_same = run(86400, DAY_HOURS);
	printf("%s 2 - counts_of_a_simulated_day_of_ptp_are_the_oracles # %.1f hours, %" PRIu64
	       " messages, %.2f s of CPU\n",
	       is_day_same ? "ok" : "not ok", DAY_HOURS, day.messages, cpu_s() - from_s);
	return same && is_day_same ? EXIT_SUCCESS : EXIT_FAILURE;
}
