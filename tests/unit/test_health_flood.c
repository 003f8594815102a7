/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile stream may do: nothing but be counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "health_bed.h"
/* Runs under a sanitizer are shorter. */
#ifdef __SANITIZE_ADDRESS__
enum { FLOOD = 100000 };
#else
enum { FLOOD = 1000000 };
#endif

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Any message at all, of few or of many ports. */
static struct sighting random_message(uint64_t *random, uint64_t ports)
{
	uint64_t a = next_random(random), b = next_random(random), c = next_random(random);
	struct sighting sighting = message_of((enum ptp_type)(a & 0xf), (unsigned int)(b % ports),
					      (uint16_t)(a >> 8), (int64_t)(c % 1000) * MS);
	struct ptp_message *message = &sighting.message;

	message->domain = (uint8_t)(a >> 24 & 3);
	message->flags = (uint16_t)(a >> 32);
	message->correction = (int64_t)next_random(random);
	message->log_interval = (int8_t)(b >> 32);
	message->requesting = clock_of((unsigned int)(c >> 16) % (unsigned int)ports);
	message->announce = announce_of((unsigned int)(c >> 32) % 5, 0, 0).message.announce;
	message->announce.steps_removed = (uint16_t)(c >> 40);
	sighting.mono_ns = (a >> 48 & 0xff) == 0 ? (int64_t)next_random(random) : sighting.mono_ns;
	sighting.rx_ns = (int64_t)(next_random(random) >> 2);
	if ((b >> 40 & 3) == 0) {
		sighting.destination.address[12] = (uint8_t)(b >> 48);
	}
	return sighting;
}

static void check_books(void)
{
	struct health_port port;

	for (size_t i = 0; i < health_ports(health); i++) {
		health_port(health, i, &port);
		for (size_t k = 0; k < port.streams; k++) {
			const struct health_stream *stream = &port.stream[k];
			uint64_t sum = stream->unique + stream->duplicate + stream->late +
				       stream->outliers + stream->unbooked;

			assert_true(!stream->has_sequence || sum == stream->count);
		}
	}
}

static void random_messages_of_few_ports_keep_the_books(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < FLOOD; i++) {
		struct sighting sighting = random_message(&random, 8);

		feed(&sighting);
	}
	health_end(health, INT64_MAX);
	assert_int_equal(health_counts(health)->messages, FLOOD);
	check_books();
}

static void random_messages_of_many_ports_are_overflow(void **state)
{
	uint64_t random = 2, sum;

	(void)state;
	for (int i = 0; i < FLOOD; i++) {
		struct sighting sighting = random_message(&random, UINT32_MAX);

		feed(&sighting);
	}
	health_end(health, INT64_MAX);
	assert_int_equal(health_ports(health), HEALTH_PORTS);
	sum = health_counts(health)->overflow;
	for (size_t i = 0; i < health_ports(health); i++) {
		struct health_port port;

		health_port(health, i, &port);
		for (size_t k = 0; k < port.streams; k++) {
			sum += port.stream[k].count;
		}
	}
	assert_int_equal(sum + health_counts(health)->probes, FLOOD);
	check_books();
}

/* A port that is known goes on as if nothing were. */
static void a_flood_leaves_what_is_known_alone(void **state)
{
	struct health_stream sync;

	(void)state;
	for (int i = 0; i < FLOOD / 10; i++) {
		struct sighting flood = message_of(PTP_SYNC, (unsigned int)(1000 + i), 0, i * MS);

		hear_pair(MASTER, (uint16_t)i, i * MS);
		flood.message.domain = 7;
		feed(&flood);
	}
	health_end(health, FLOOD / 10 * MS);
	sync = stream_of(MASTER, PTP_SYNC);
	assert_int_equal(sync.count, FLOOD / 10);
	assert_int_equal(sync.lost, 0);
	assert_int_equal(sync.missing_follow_up, 0);
	assert_int_equal(health_counts(health)->overflow, FLOOD / 10 - (HEALTH_PORTS - 1));
}

static void a_million_probe_identities_are_counted(void **state)
{
	(void)state;
	for (int i = 0; i < FLOOD / 10; i++) {
		struct sighting sync = message_of(PTP_SYNC, 0, 0, i * MS);
		struct sighting follow_up = message_of(PTP_FOLLOW_UP, 0, 0, i * MS);

		sync.message.source.clock = UINT64_C(0x0200000000000000) + (unsigned int)i;
		follow_up.message.source = sync.message.source;
		bear_probe(&follow_up);
		feed(&sync);
		feed(&follow_up);
	}
	hear_pair(MASTER, 0, FLOOD * MS);
	health_end(health, FLOOD * MS);
	assert_int_equal(health_counts(health)->probes, 2 * (FLOOD / 10));
	assert_int_equal(health_counts(health)->overflow, 0);
	assert_int_equal(health_ports(health), 1);
	assert_int_equal(health_events(health), 0);
}

/* Each of them looks like a clock for a while, in a domain and VLAN of its own. */
static void probes_that_pass_for_clocks_use_no_paths_up(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct sighting sync = message_of(PTP_SYNC, 0, 0, i * 10 * S);
		struct sighting follow_up = message_of(PTP_FOLLOW_UP, 0, 0, i * 10 * S + 5 * S);

		sync.message.source.clock = UINT64_C(0x0200000000000000) + (unsigned int)i;
		sync.message.domain = (uint8_t)i;
		sync.vlan = (int16_t)(i / 256);
		follow_up.message.source = sync.message.source;
		follow_up.message.domain = sync.message.domain;
		bear_probe(&follow_up);
		feed(&sync);
		health_tick(health, i * 10 * S + 4 * S);
		assert_int_equal(health_ports(health), 1);
		feed(&follow_up);
		assert_int_equal(health_ports(health), 0);
	}
	health_end(health, 20000 * S);
	assert_int_equal(health_counts(health)->probes, 2000);
	assert_int_equal(health_counts(health)->overflow, 0);
}

/* One that changes its class with each Announce. */
static void events_beyond_the_room_are_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 10000; i++) {
		struct sighting announce = announce_of(MASTER, (uint16_t)i, i * S);

		announce.message.announce.clock_class = (uint8_t)(i & 1);
		feed(&announce);
	}
	health_end(health, 10000 * S);
	assert_int_equal(health_events(health), HEALTH_EVENTS);
	assert_int_equal(health_counts(health)->events[HEALTH_CLOCK_CLASS_CHANGE], 9999);
}

/* More wait than there is room for: those that had to go aren't called missing. */
static void requests_beyond_the_room_are_not_judged(void **state)
{
	uint64_t unanswered = 0, unjudged = 0;

	(void)state;
	for (int i = 0; i < 2 * HEALTH_PENDING; i++) {
		hear(PTP_DELAY_REQ, (unsigned int)(i % 4), (uint16_t)(i / 4), i * INT64_C(1000));
	}
	health_end(health, 10 * S);
	for (unsigned int n = 0; n < 4; n++) {
		unanswered += stream_of(n, PTP_DELAY_REQ).unanswered;
		unjudged += stream_of(n, PTP_DELAY_REQ).unjudged;
	}
	assert_int_equal(unanswered, HEALTH_PENDING);
	assert_int_equal(unjudged, HEALTH_PENDING);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, health_bed_set_up, health_bed_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(random_messages_of_few_ports_keep_the_books),
		CLAIM(random_messages_of_many_ports_are_overflow),
		CLAIM(a_flood_leaves_what_is_known_alone),
		CLAIM(a_million_probe_identities_are_counted),
		CLAIM(probes_that_pass_for_clocks_use_no_paths_up),
		CLAIM(events_beyond_the_room_are_counted),
		CLAIM(requests_beyond_the_room_are_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
