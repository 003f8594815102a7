/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PTP messages of any content at any times, to the path's health and to its timing: the books
 * balance, what is told can be printed, and no number is out of its order. README.md here has the
 * script's grammar.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fuzz.h"
#include "health.h"
#include "mask.h"
#include "timing.h"

enum {
	PORTS = 8,
	MESSAGE = 64, /* bytes of the longest that is made */
	RUN_MAX = 64,
	MESSAGES_MAX = 20000,
	JUMP_BYTES = 7, /* 2.3 years of ns at a time */
};

struct world {
	struct health *health;
	struct timing *timing;
	int64_t mono_ns;
	uint64_t real_minus_mono_ns; /* wraps: the wall clock may say anything */
	uint16_t next[PORTS][PTP_TYPES];
	uint64_t fed, told;
};

/* What a made message says; the rest of it is zero. */
struct made {
	uint8_t type, port, other; /* other: that it answers */
	uint16_t sequence_id, flags;
	int8_t log_interval;
	int64_t correction;
	uint64_t seconds;
	uint32_t nanoseconds;
	uint8_t grandmaster;
};

static int64_t wall_ns(const struct world *world)
{
	return (int64_t)((uint64_t)world->mono_ns + world->real_minus_mono_ns);
}

static void pass(struct world *world, uint64_t ns)
{
	if (ns < (uint64_t)(INT64_MAX - world->mono_ns)) {
		world->mono_ns += (int64_t)ns;
	}
}

static void feed(struct world *world, const uint8_t *bytes, size_t length, uint8_t port)
{
	uint8_t mac[6] = {2, 0, 0, 0, 0, port}, group[6] = {0x01, 0x1b, 0x19};
	struct sighting sighting = {
		.rx_ns = wall_ns(world),
		.mono_ns = world->mono_ns,
		.stamp = (enum stamp)(port % STAMP_KINDS),
		.transport = (enum transport)(port % 3),
		.ttl = (int16_t)(port % 3 == 0 ? -1 : port),
		.dscp = (int16_t)(port % 3 == 0 ? -1 : port),
		.vlan = (int16_t)(port - 1),
		.pcp = (int16_t)(port - 1),
	};
	enum ptp_result result = ptp_message_decode(bytes, length, length, &sighting.message);

	if ((result != PTP_OK && result != PTP_CUT) || world->fed == MESSAGES_MAX) {
		return;
	}
	endpoint_set_mac(&sighting.source, mac);
	if (port % 2 == 0) {
		endpoint_set_mac(&sighting.destination, group);
	} else {
		endpoint_set_mac(&sighting.destination, mac);
	}
	health_add(world->health, &sighting);
	timing_add(world->timing, &sighting);
	world->fed++;
}

static void feed_made(struct world *world, const struct made *made)
{
	static const uint8_t lengths[PTP_TYPES] = {44, 44, 54, 54, 34, 34, 34, 34,
						   44, 54, 54, 64, 44, 48, 34, 34};
	uint8_t bytes[MESSAGE] = {0}, type = made->type % PTP_TYPES;

	bytes[0] = type;
	bytes[1] = 2;
	bytes[3] = lengths[type];
	bytes_put_be16(bytes + 6, made->flags);
	bytes_put_be64(bytes + 8, (uint64_t)made->correction);
	bytes[27] = made->port;
	bytes[29] = 1;
	bytes_put_be16(bytes + 30, made->sequence_id);
	bytes[33] = (uint8_t)made->log_interval;
	bytes_put_be16(bytes + 34, (uint16_t)(made->seconds >> 32));
	bytes_put_be32(bytes + 36, (uint32_t)made->seconds);
	bytes_put_be32(bytes + 40, made->nanoseconds);
	if (type == PTP_ANNOUNCE) {
		bytes[48] = made->grandmaster;
		bytes[60] = made->grandmaster;
		bytes[62] = made->grandmaster;
	} else if (lengths[type] == 54) {
		bytes[51] = made->other;
		bytes[53] = 1;
	}
	feed(world, bytes, lengths[type], made->port);
}

static struct made begin_made(struct world *world, struct fuzz_input *input)
{
	struct made made = {.type = (uint8_t)fuzz_number(input, 1) % PTP_TYPES};

	made.port = (uint8_t)fuzz_number(input, 1) % PORTS;
	made.other = (uint8_t)(made.port + 1) % PORTS;
	made.sequence_id = world->next[made.port][made.type];
	return made;
}

/* A time that the receiver's clock is not far from. */
static void stamp_now(const struct world *world, struct made *made)
{
	uint64_t ns = wall_ns(world) < 0 ? 0 : (uint64_t)wall_ns(world);

	made->seconds = ns / 1000000000;
	made->nanoseconds = (uint32_t)(ns % 1000000000);
}

static void next_message(struct world *world, struct fuzz_input *input)
{
	struct made made = begin_made(world, input);
	int8_t step = (int8_t)fuzz_number(input, 1);
	uint8_t marks = (uint8_t)fuzz_number(input, 1);

	made.sequence_id = (uint16_t)(made.sequence_id + step);
	made.flags = (marks & 1) != 0 ? PTP_TWO_STEP : 0;
	made.log_interval = (int8_t)((marks >> 1 & 7) - 6);
	made.correction = (int64_t)(marks >> 4) << 20;
	made.grandmaster = marks >> 6;
	stamp_now(world, &made);
	feed_made(world, &made);
	world->next[made.port][made.type] = (uint16_t)(made.sequence_id + 1);
}

static void hostile_message(struct world *world, struct fuzz_input *input)
{
	struct made made = begin_made(world, input);

	made.sequence_id = (uint16_t)fuzz_number(input, 2);
	made.flags = (uint16_t)fuzz_number(input, 2);
	made.log_interval = (int8_t)fuzz_number(input, 1);
	made.correction = (int64_t)fuzz_number(input, 8);
	made.seconds = fuzz_number(input, 6);
	made.nanoseconds = (uint32_t)fuzz_number(input, 4);
	made.other = (uint8_t)fuzz_number(input, 1);
	made.grandmaster = made.other;
	feed_made(world, &made);
}

static void raw_message(struct world *world, struct fuzz_input *input)
{
	uint8_t port = (uint8_t)fuzz_number(input, 1);
	size_t length = (size_t)fuzz_number(input, 1);

	length = length < input->size ? length : input->size;
	feed(world, input->data, length, port % PORTS);
	input->data += length;
	input->size -= length;
}

/* Pairs of Sync and Follow_Up, 62.5 ms apart, each delayed by what its seq makes of it. */
static void run_of_pairs(struct world *world, struct fuzz_input *input)
{
	uint8_t port = (uint8_t)fuzz_number(input, 1) % PORTS;
	unsigned int count = (unsigned int)fuzz_number(input, 1) % RUN_MAX + 1;

	for (unsigned int i = 0; i < count; i++) {
		struct made made = {
			.type = PTP_SYNC,
			.port = port,
			.sequence_id = world->next[port][PTP_SYNC]++,
			.flags = PTP_TWO_STEP,
			.log_interval = -4,
		};

		stamp_now(world, &made);
		pass(world, made.sequence_id * UINT64_C(7919) % 100000);
		feed_made(world, &made);
		made.type = PTP_FOLLOW_UP;
		made.flags = 0;
		feed_made(world, &made);
		pass(world, 62500000);
	}
}

static void check_spread(const struct health_spread *spread)
{
	if (spread->count > 0) {
		assert(spread->min_ns <= spread->max_ns);
		assert(spread->p50_ns <= spread->p99_ns && spread->p99_ns <= spread->max_ns);
		assert(isfinite(spread->mean_ns));
	}
}

static void check_stream(const struct health_stream *stream)
{
	uint64_t booked = stream->unique + stream->duplicate + stream->late + stream->outliers +
			  stream->unbooked;

	assert(stream->count > 0 && stream->type < PTP_TYPES);
	if (stream->has_sequence) {
		assert(booked <= stream->count);
		assert(stream->count - booked <= UINT64_C(3) * HEALTH_BOOKS);
	}
	assert(isfinite(stream->rate_ratio) && stream->rate_ratio >= 0);
	check_spread(&stream->interval);
	check_spread(&stream->correction);
	check_spread(&stream->follow_up);
	check_spread(&stream->answer);
}

static void check_event(const struct health_event *event)
{
	assert(event->kind < HEALTH_EVENT_KINDS && event->count > 0);
	assert(memchr(event->before, '\0', sizeof(event->before)) != NULL);
	assert(memchr(event->after, '\0', sizeof(event->after)) != NULL);
	assert(memchr(event->detail, '\0', sizeof(event->detail)) != NULL);
	for (const char *at = event->detail; *at != '\0'; at++) {
		assert(*at >= ' ' && *at <= '~');
	}
}

static void check_health(const struct world *world)
{
	const struct health_counts *counts = health_counts(world->health);
	static struct health_port port;
	uint64_t messages = 0, events = 0;

	for (size_t i = 0; i < health_ports(world->health); i++) {
		health_port(world->health, i, &port);
		for (size_t j = 0; j < port.streams; j++) {
			check_stream(&port.stream[j]);
			messages += port.stream[j].count;
		}
	}
	assert(messages <= world->fed && counts->messages <= world->fed);
	for (size_t i = 0; i < health_events(world->health); i++) {
		check_event(health_event(world->health, i));
	}
	for (size_t i = 0; i < HEALTH_EVENT_KINDS; i++) {
		events += counts->events[i];
		assert(health_event_find(health_event_text((enum health_event_kind)i)) == (int)i);
	}
	assert(events >= health_events(world->health));
}

static void check_curve(const struct timing_curve *curve)
{
	assert(curve->count <= TIMING_TAUS);
	for (size_t i = 0; i < curve->count; i++) {
		assert(isfinite(curve->at[i].value_ns) && curve->at[i].value_ns >= 0);
		assert(curve->at[i].tau_ns > (i > 0 ? curve->at[i - 1].tau_ns : 0));
	}
}

static void check_timing(struct world *world)
{
	static struct timing_series series;

	assert(timing_count(world->timing) <= TIMING_SERIES);
	for (size_t i = 0; i < timing_count(world->timing); i++) {
		timing_result(world->timing, i, &series);
		assert(series.pdv_p50_ns <= series.pdv_p90_ns &&
		       series.pdv_p90_ns <= series.pdv_p99_ns &&
		       series.pdv_p99_ns <= series.pdv_p999_ns &&
		       series.pdv_p999_ns <= series.pdv_max_ns);
		assert(isfinite(series.pdv_mean_ns) && isfinite(series.pdv_stddev_ns));
		assert(series.floor.worst_fpp >= 0 && series.floor.worst_fpp <= 1);
		check_curve(&series.mtie);
		check_curve(&series.tdev);
		check_curve(&series.matie);
		check_curve(&series.mafe);
		assert(memchr(series.mask.reason, '\0', sizeof(series.mask.reason)) != NULL);
	}
}

static void step(struct world *world, struct fuzz_input *input)
{
	uint64_t count;
	int64_t max_ns;
	double mean_ns;

	switch (fuzz_number(input, 1) % 10) {
	case 0:
		raw_message(world, input);
		break;
	case 1:
	case 2:
		next_message(world, input);
		break;
	case 3:
		hostile_message(world, input);
		break;
	case 4:
		run_of_pairs(world, input);
		break;
	case 5:
		pass(world, fuzz_number(input, 4));
		break;
	case 6:
		pass(world, fuzz_number(input, JUMP_BYTES));
		health_tick(world->health, world->mono_ns);
		break;
	case 7:
		world->real_minus_mono_ns = fuzz_number(input, 8);
		timing_split(world->timing);
		break;
	case 8:
		health_gap(world->health, world->mono_ns);
		break;
	default:
		for (size_t i = 0; i < timing_count(world->timing); i++) {
			(void)timing_take_interval(world->timing, i, &count, &max_ns, &mean_ns);
		}
	}
}

static void hear(void *context, const struct health_event *event)
{
	check_event(event);
	(*(uint64_t *)context)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {.data = data, .size = size};
	struct world world = {.real_minus_mono_ns = UINT64_C(1700000000000000000)};
	uint8_t marks = (uint8_t)fuzz_number(&input, 1);
	struct health_config health = {
		.profile = (marks & 1) != 0 ? profile_find("default-e2e") : NULL,
		.lost_after_ns = (marks & 2) != 0 ? 1000000000 : 1,
		.announce_timeout = 3,
		.sync_timeout = 3,
		.began_ns = wall_ns(&world),
		.tell = hear,
		.context = &world.told,
	};
	struct timing_config timing = {
		.synchronised = (marks & 4) != 0,
		.utc_offset_s = marks >> 2 & 37,
		.utc_offset_given = (marks & 8) != 0,
		.floor_window_ns = (marks & 16) != 0 ? 0 : 2000000000,
		.resolution_ns = (marks & 32) != 0 ? 1000 : 1,
		.mask = mask_name(marks >> 6) != NULL ? mask_find(mask_name(marks >> 6)) : NULL,
	};

	assert(timing_check(&timing) == 0);
	world.health = health_new(&health);
	world.timing = timing_new(&timing);
	assert(world.health != NULL && world.timing != NULL);
	while (input.size > 0) {
		step(&world, &input);
	}
	health_end(world.health, world.mono_ns);
	check_health(&world);
	check_timing(&world);
	health_free(world.health);
	timing_free(world.timing);
	return 0;
}
