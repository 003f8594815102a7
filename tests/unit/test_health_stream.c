/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports and their streams: rates, intervals, correctionField, steps, profiles, probes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "health_bed.h"
#include "ptp_shape.h"

static void a_port_is_what_its_messages_show(void **state)
{
	struct sighting sync = message_of(PTP_SYNC, MASTER, 0, S);
	struct health_port port;

	(void)state;
	sync.ttl = 64;
	feed(&sync);
	hear(PTP_FOLLOW_UP, MASTER, 0, S + MS);
	hear(PTP_DELAY_REQ, SLAVE, 0, 2 * S);
	assert_int_equal(health_ports(health), 2);
	health_port(health, 0, &port);
	assert_int_equal(port.identity.clock, clock_of(MASTER).clock);
	assert_int_equal(port.streams, 2);
	assert_int_equal(port.stream[0].type, PTP_SYNC);
	assert_int_equal(port.stream[0].bytes, 44);
	assert_int_equal(port.stream[0].first_ns, EPOCH + S);
	assert_int_equal(port.stream[1].type, PTP_FOLLOW_UP);
	assert_int_equal(port.ttl_min, 1);
	assert_int_equal(port.ttl_max, 64);
	assert_int_equal(port.dscp_min, 46);
	assert_int_equal(port.vlan, -1);
	assert_true(port.is_master);
	health_port(health, 1, &port);
	assert_int_equal(port.identity.clock, clock_of(SLAVE).clock);
	assert_false(port.is_master);
	assert_int_equal(health_counts(health)->messages, 3);
}

static void one_identity_in_two_domains_is_two_ports(void **state)
{
	struct sighting sync = message_of(PTP_SYNC, MASTER, 0, S);

	(void)state;
	hear(PTP_SYNC, MASTER, 0, 0);
	sync.message.domain = 1;
	feed(&sync);
	sync.message.sdo_id = 0x100;
	feed(&sync);
	assert_int_equal(health_ports(health), 3);
}

/* 8 a second are advertised, and 10 come. */
static void the_rate_is_told_against_the_advertised_one(void **state)
{
	struct health_stream stream;

	(void)state;
	for (uint16_t i = 0; i < 101; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * 100 * MS);

		sync.message.flags = 0;
		sync.message.log_interval = -3;
		if (i != 50 && i != 70) {
			feed(&sync);
		}
	}
	stream = stream_of(MASTER, PTP_SYNC);
	assert_int_equal(stream.log_interval, -3);
	assert_int_equal(stream.advertised_ns, 125 * MS);
	assert_true(stream.rate_ratio > 1.2499 && stream.rate_ratio < 1.2501);
	/* those around the lost ones apart */
	assert_int_equal(stream.interval.count, 96);
	assert_int_equal(stream.interval.min_ns, 100 * MS);
	assert_int_equal(stream.interval.max_ns, 100 * MS);
	assert_int_equal(stream.interval.p50_ns, 100 * MS);
	assert_int_equal(stream.lost, 2);
}

/* The clock of the stamps is set back by 100 s between two Syncs. */
static void a_span_is_of_the_clock_that_does_not_step(void **state)
{
	struct sighting sync = message_of(PTP_SYNC, MASTER, 1, 3 * S);

	(void)state;
	hear(PTP_SYNC, MASTER, 0, S);
	sync.rx_ns -= 100 * S;
	feed(&sync);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).last_ns, EPOCH - 97 * S);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).span_ns, 2 * S);
}

static void intervals_are_spread_as_they_came(void **state)
{
	struct health_spread interval;
	int64_t at_ns = 0;

	(void)state;
	/* 1..100 us, one each: the median is 50, the 99th percentile 99 */
	for (uint16_t i = 0; i <= 100; i++) {
		at_ns += i * INT64_C(1000);
		hear(PTP_DELAY_REQ, SLAVE, i, at_ns);
	}
	interval = stream_of(SLAVE, PTP_DELAY_REQ).interval;
	assert_int_equal(interval.count, 100);
	assert_int_equal(interval.min_ns, 1000);
	assert_int_equal(interval.max_ns, 100000);
	assert_true(interval.p50_ns > 49500 && interval.p50_ns < 50500);
	assert_true(interval.p99_ns > 98000 && interval.p99_ns < 100000);
	assert_true(interval.mean_ns == 50500);
	assert_true(stream_of(SLAVE, PTP_DELAY_REQ).rate_ratio == 0);
}

static void a_pause_is_an_interval_and_no_matter_of_the_rate(void **state)
{
	struct health_stream stream;

	(void)state;
	for (uint16_t i = 0; i < 20; i++) {
		hear_pair(MASTER, i, (i + (i < 10 ? 0 : 100)) * S);
	}
	stream = stream_of(MASTER, PTP_SYNC);
	assert_int_equal(stream.interval.max_ns, 101 * S);
	assert_true(stream.rate_ratio == 1);
	assert_int_equal(count_of(HEALTH_SYNC_TIMEOUT), 1);
}

/* One a second is advertised, and one in 4 s comes: pauses to its timeout, but all of them. */
static void a_port_that_always_sends_too_seldom_has_a_rate(void **state)
{
	struct health_stream stream;

	(void)state;
	for (uint16_t i = 0; i < 20; i++) {
		hear_pair(MASTER, i, i * 4 * S);
	}
	stream = stream_of(MASTER, PTP_SYNC);
	assert_true(stream.rate_ratio == 0.25);
	assert_int_equal(stream.rate_intervals, 19);
}

static void correction_is_in_ns_of_either_sign_and_bounded(void **state)
{
	static const int64_t correction[] = {0, 65536 * 1000, -65536 * INT64_C(2000), INT64_MAX,
					     INT64_MIN};
	struct health_spread spread;

	(void)state;
	for (uint16_t i = 0; i < 5; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * S);

		sync.message.correction = correction[i];
		feed(&sync);
	}
	spread = stream_of(MASTER, PTP_SYNC).correction;
	assert_int_equal(spread.count, 5);
	assert_int_equal(spread.min_ns, INT64_C(-140737488355328));
	assert_int_equal(spread.max_ns, INT64_C(140737488355327));
	assert_int_equal(spread.p50_ns, 0);
	assert_int_equal(spread.p99_ns, INT64_C(140737488355327));
}

static void negative_corrections_have_percentiles_too(void **state)
{
	struct health_spread spread;

	(void)state;
	for (uint16_t i = 0; i < 100; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * S);

		sync.message.correction = -65536 * INT64_C(1000) * (i + 1);
		feed(&sync);
	}
	spread = stream_of(MASTER, PTP_SYNC).correction;
	assert_int_equal(spread.min_ns, -100000);
	assert_int_equal(spread.max_ns, -1000);
	/* the 50th from below is -51 us, the 99th -2 us */
	assert_true(spread.p50_ns > -51500 && spread.p50_ns < -50500);
	assert_true(spread.p99_ns > -2020 && spread.p99_ns < -1980);
}

static void a_lasting_change_of_correction_is_counted(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 100; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * S);

		/* one that is 0 for once, then the transparent clock is lost, then it's back */
		sync.message.correction = i == 10 || (i >= 40 && i < 70) ? 0 : 65536 * 700;
		feed(&sync);
	}
	assert_int_equal(stream_of(MASTER, PTP_SYNC).correction_changes, 2);
	assert_true(stream_of(MASTER, PTP_SYNC).correction_followed);
}

/* Of two transparent clocks one is lost; queues change all the time. */
static void a_lasting_step_of_correction_is_counted(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 1000; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * S);
		int64_t queue_ns = i * 7919 % 10 * INT64_C(20000);

		sync.message.correction = 65536 * ((i < 500 ? 8000 : 3000) + queue_ns);
		feed(&sync);
	}
	assert_int_equal(stream_of(MASTER, PTP_SYNC).correction_changes, 1);
}

/* Ten answers to one slave, ten to another, and a transparent clock before one of them. */
static void corrections_of_several_ways_are_no_change(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 200; i++) {
		struct sighting response = message_of(PTP_DELAY_RESP, MASTER, i, i * S);
		bool is_first = i / 10 % 2 == 0;

		response.message.requesting = clock_of(is_first ? SLAVE : SLAVE2);
		response.message.correction = is_first ? 0 : 65536 * 700;
		feed(&response);
	}
	assert_int_equal(stream_of(MASTER, PTP_DELAY_RESP).correction_changes, 0);
	assert_false(stream_of(MASTER, PTP_DELAY_RESP).correction_followed);
}

static void steps_that_mix_are_one_event(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t i = 0; i < 40; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * S);

		if (i >= 10 && i % 2 == 0) {
			sync.message.flags = 0;
		}
		feed(&sync);
		if (sync.message.flags != 0) {
			hear(PTP_FOLLOW_UP, MASTER, i, i * S + MS);
		}
	}
	health_end(health, 41 * S);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).one_step, 15);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).two_step, 25);
	assert_int_equal(health_events(health), 1);
	event = health_event(health, 0);
	assert_int_equal(event->kind, HEALTH_ONE_TWO_STEP_MIXED);
	assert_int_equal(event->at_ns, EPOCH + 10 * S);
	assert_int_equal(event->until_ns, EPOCH + 39 * S);
	assert_int_equal(event->count, 30);
	assert_string_equal(event->before, "two-step");
	assert_string_equal(event->after, "one-step");
}

static void a_profile_violation_is_one_event_that_grows(void **state)
{
	const struct profile *profile = profile_find("default-e2e");
	const struct health_event *event;

	(void)state;
	assert_non_null(profile);
	health_bed_begin(profile);
	for (uint16_t i = 0; i < 20; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * S);

		sync.ttl = i < 5 ? 1 : 64;
		feed(&sync);
		hear(PTP_FOLLOW_UP, MASTER, i, i * S + MS);
	}
	health_end(health, 21 * S);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).violations[PROFILE_TTL], 15);
	assert_int_equal(health_counts(health)->violations[PROFILE_TTL], 15);
	assert_int_equal(count_of(HEALTH_PROFILE_VIOLATION), 1);
	event = event_of(HEALTH_PROFILE_VIOLATION, 0);
	assert_int_equal(event->at_ns, EPOCH + 5 * S);
	assert_int_equal(event->until_ns, EPOCH + 19 * S);
	assert_int_equal(event->count, 15);
	assert_non_null(strstr(event->detail, "ttl"));
}

/* Whose first Sync could be a probe's, until its Follow_Up comes. */
static void what_a_suspect_broke_is_told_once_it_is_a_port(void **state)
{
	struct sighting sync, follow_up;

	(void)state;
	health_bed_begin(profile_find("default-e2e"));
	for (uint16_t i = 0; i < 10; i++) {
		sync = message_of(PTP_SYNC, MASTER, i, i * S);
		sync.message.source.clock = UINT64_C(0x020000fffe000001);
		sync.ttl = 64;
		feed(&sync);
		follow_up = message_of(PTP_FOLLOW_UP, MASTER, i, i * S + MS);
		follow_up.message.source.clock = UINT64_C(0x020000fffe000001);
		feed(&follow_up);
	}
	health_end(health, 9 * S + 2 * MS);
	assert_int_equal(health_counts(health)->violations[PROFILE_TTL], 10);
	assert_int_equal(health_events(health), 1);
	assert_int_equal(health_event(health, 0)->at_ns, EPOCH);
	assert_int_equal(health_event(health, 0)->count, 10);
	assert_int_equal(health_event(health, 0)->until_ns, EPOCH + 9 * S);
}

static void management_has_no_sequence(void **state)
{
	(void)state;
	hear(PTP_MANAGEMENT, MASTER, 7, 0);
	hear(PTP_MANAGEMENT, MASTER, 3000, S);
	assert_false(stream_of(MASTER, PTP_MANAGEMENT).has_sequence);
	assert_int_equal(stream_of(MASTER, PTP_MANAGEMENT).count, 2);
	assert_int_equal(stream_of(MASTER, PTP_MANAGEMENT).lost, 0);
}

/* Probes of ptprobe-send: a random identity of which the first byte's low bits are binary 10. */

static struct sighting probe_of(enum ptp_type type, uint16_t id, int64_t at_ns)
{
	struct sighting sighting = message_of(type, 0, id, at_ns);

	sighting.message.domain = 99;
	sighting.message.source = (struct ptp_port_identity){UINT64_C(0x5e11223344556677), 1};
	if (type == PTP_FOLLOW_UP) {
		bear_probe(&sighting);
	}
	return sighting;
}

static void probe(enum ptp_type type, uint16_t id, int64_t at_ns)
{
	struct sighting sighting = probe_of(type, id, at_ns);

	feed(&sighting);
}

static void probes_are_counted_and_no_port(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 100; i++) {
		probe(PTP_SYNC, i, i * 10 * MS);
		/* nothing tells the first one from a clock's */
		assert_int_equal(health_saw_probe(health), i > 0);
		probe(PTP_FOLLOW_UP, i, i * 10 * MS + MS);
		assert_true(health_saw_probe(health));
		hear_pair(MASTER, i, i * 10 * MS + 2 * MS);
		assert_false(health_saw_probe(health));
	}
	health_end(health, 10 * S);
	assert_int_equal(health_ports(health), 1);
	assert_int_equal(health_counts(health)->probes, 200);
	assert_int_equal(health_counts(health)->messages, 400);
	assert_int_equal(count_of(HEALTH_TWO_MASTERS), 0);
}

static void probes_in_a_live_domain_are_no_second_master(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 1000; i++) {
		struct sighting sync = probe_of(PTP_SYNC, i, i * 100 * MS);
		struct sighting follow_up = probe_of(PTP_FOLLOW_UP, i, i * 100 * MS + MS);

		sync.message.domain = 0;
		follow_up.message.domain = 0;
		feed(&sync);
		if (i >= 3) {
			feed(&follow_up);
		}
		hear_pair(MASTER, i, i * 100 * MS + 2 * MS);
	}
	health_end(health, 100 * S);
	assert_int_equal(health_ports(health), 1);
	assert_int_equal(count_of(HEALTH_TWO_MASTERS), 0);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 0);
	assert_int_equal(health_counts(health)->probes, 1997);
}

/* veth gives MAC addresses, and ptp4l identities, that a probe could have. */
static void a_clock_that_could_be_a_probe_is_a_port_once_it_shows(void **state)
{
	struct sighting follow_up;

	(void)state;
	probe(PTP_SYNC, 0, 0);
	assert_int_equal(health_ports(health), 0);
	follow_up = probe_of(PTP_FOLLOW_UP, 0, MS);
	follow_up.message.length = 44;
	follow_up.message.tlvs = NULL;
	feed(&follow_up);
	assert_int_equal(health_ports(health), 1);
	assert_int_equal(health_counts(health)->probes, 0);
}

static void a_clock_that_could_be_a_probe_may_miss_its_follow_ups(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 30; i++) {
		probe(PTP_SYNC, i, i * 125 * MS);
	}
	health_end(health, 10 * S);
	assert_int_equal(health_ports(health), 1);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 1);
	assert_int_equal(event_of(HEALTH_MISSING_FOLLOW_UP, 0)->at_ns, EPOCH);
	assert_int_equal(event_of(HEALTH_MISSING_FOLLOW_UP, 0)->count, 30);
}

/* One of another identity's form, of another's run_id, with another sequenceId, and damaged. */
static void a_follow_up_that_is_no_probes_hides_no_master(void **state)
{
	static uint8_t damaged[PTP_SHAPE_FOLLOW_UP_LENGTH - 44];
	struct sighting follow_up;

	for (int i = 0; i < 4; i++) {
		struct sighting sync = probe_of(PTP_SYNC, 7, 0);

		(void)health_bed_set_up(state);
		follow_up = probe_of(PTP_FOLLOW_UP, 7, MS);
		switch (i) {
		case 0:
			follow_up.message.source = clock_of(MASTER);
			bear_probe(&follow_up);
			break;
		case 1:
			follow_up.message.source.clock ^= 1;
			break;
		case 2:
			follow_up.message.sequence_id = 8;
			break;
		default:
			memcpy(damaged, follow_up.message.tlvs, sizeof(damaged));
			damaged[30] ^= 1;
			follow_up.message.tlvs = damaged;
			break;
		}
		sync.message.source = follow_up.message.source;
		feed(&sync);
		feed(&follow_up);
		assert_int_equal(health_ports(health), 1);
		assert_int_equal(health_counts(health)->probes, 0);
	}
}

static void a_forged_probe_hides_no_master(void **state)
{
	struct sighting announce;

	(void)state;
	probe(PTP_SYNC, 0, 0);
	announce = announce_of(0, 0, MS);
	announce.message.domain = 99;
	announce.message.source = probe_of(PTP_SYNC, 0, 0).message.source;
	feed(&announce);
	probe(PTP_FOLLOW_UP, 0, 2 * MS);
	assert_int_equal(health_ports(health), 1);
	assert_int_equal(health_counts(health)->probes, 0);
	/* nor one that comes first */
	health_bed_begin(NULL);
	probe(PTP_FOLLOW_UP, 0, 0);
	feed(&announce);
	assert_int_equal(health_ports(health), 1);
	probe(PTP_SYNC, 1, S);
	probe(PTP_FOLLOW_UP, 1, S + MS);
	assert_int_equal(health_counts(health)->probes, 1);
}

static void the_names_of_events_are_found_again(void **state)
{
	(void)state;
	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		assert_int_equal(health_event_find(health_event_text((enum health_event_kind)kind)),
				 kind);
	}
	assert_int_equal(health_event_find("nonsense"), -1);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, health_bed_set_up, health_bed_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_port_is_what_its_messages_show),
		CLAIM(one_identity_in_two_domains_is_two_ports),
		CLAIM(the_rate_is_told_against_the_advertised_one),
		CLAIM(a_span_is_of_the_clock_that_does_not_step),
		CLAIM(intervals_are_spread_as_they_came),
		CLAIM(a_pause_is_an_interval_and_no_matter_of_the_rate),
		CLAIM(a_port_that_always_sends_too_seldom_has_a_rate),
		CLAIM(corrections_of_several_ways_are_no_change),
		CLAIM(correction_is_in_ns_of_either_sign_and_bounded),
		CLAIM(negative_corrections_have_percentiles_too),
		CLAIM(a_lasting_change_of_correction_is_counted),
		CLAIM(a_lasting_step_of_correction_is_counted),
		CLAIM(steps_that_mix_are_one_event),
		CLAIM(a_profile_violation_is_one_event_that_grows),
		CLAIM(what_a_suspect_broke_is_told_once_it_is_a_port),
		CLAIM(management_has_no_sequence),
		CLAIM(probes_are_counted_and_no_port),
		CLAIM(probes_in_a_live_domain_are_no_second_master),
		CLAIM(a_clock_that_could_be_a_probe_is_a_port_once_it_shows),
		CLAIM(a_clock_that_could_be_a_probe_may_miss_its_follow_ups),
		CLAIM(a_follow_up_that_is_no_probes_hides_no_master),
		CLAIM(a_forged_probe_hides_no_master),
		CLAIM(the_names_of_events_are_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
