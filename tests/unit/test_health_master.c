/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is master, and what its Announces say: handovers, overlaps, timeouts, changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "health_bed.h"

/* Announces of clock n, one a second, from at_s to to_s, both among them. */
static void announce(unsigned int n, int64_t at_s, int64_t to_s, uint8_t priority1)
{
	for (int64_t s = at_s; s <= to_s; s++) {
		struct sighting sighting = announce_of(n, (uint16_t)s, s * S);

		sighting.message.announce.priority1 = priority1;
		feed(&sighting);
	}
}

/* Of two clocks, in the order of time: the second one 0.5 s behind the first. */
static void announce_both(int64_t at_s, int64_t to_s, uint8_t first, uint8_t second)
{
	for (int64_t s = at_s; s <= to_s; s++) {
		struct sighting sighting = announce_of(OTHER, (uint16_t)s, s * S + 500 * MS);

		announce(MASTER, s, s, first);
		sighting.message.announce.priority1 = second;
		feed(&sighting);
	}
}

static void a_quiet_domain_has_no_events(void **state)
{
	(void)state;
	announce(MASTER, 0, 100, 128);
	health_end(health, 101 * S);
	assert_int_equal(health_events(health), 0);
	assert_true(port_of(MASTER).is_master);
	assert_true(port_of(MASTER).has_announce);
	assert_int_equal(port_of(MASTER).announce.clock_class, 248);
	assert_int_equal(stream_of(MASTER, PTP_ANNOUNCE).advertised_ns, S);
	assert_true(stream_of(MASTER, PTP_ANNOUNCE).rate_ratio == 1.0);
}

static void a_master_that_dies_times_out_and_another_follows(void **state)
{
	const struct health_event *event;

	(void)state;
	announce(MASTER, 0, 9, 128);
	announce(OTHER, 13, 20, 200);
	health_end(health, 21 * S);
	assert_int_equal(health_events(health), 2);
	event = health_event(health, 0);
	assert_int_equal(event->kind, HEALTH_ANNOUNCE_TIMEOUT);
	assert_int_equal(event->at_ns, EPOCH + 12 * S);
	assert_int_equal(event->until_ns, EPOCH + 12 * S);
	assert_int_equal(event->port.clock, clock_of(MASTER).clock);
	assert_string_equal(event->after, "");
	assert_string_equal(event->detail,
			    "no Announce of 001122.fffe.000001-1 for 3 s, which advertises one "
			    "in 1 s: no other port sends any");
	event = health_event(health, 1);
	assert_int_equal(event->kind, HEALTH_GRANDMASTER_CHANGE);
	assert_int_equal(event->at_ns, EPOCH + 13 * S);
	assert_int_equal(event->port.clock, clock_of(OTHER).clock);
	assert_string_equal(event->before, "001122.fffe.000001");
	assert_string_equal(event->after, "001122.fffe.000002");
	assert_false(port_of(MASTER).is_master);
	assert_true(port_of(OTHER).is_master);
}

/* A better one appears: the old one hears two of its Announces, and yields. */
static void a_handover_is_no_two_masters(void **state)
{
	const struct health_event *event;

	(void)state;
	announce(MASTER, 0, 9, 128);
	announce_both(10, 12, 128, 100);
	announce(OTHER, 14, 30, 100);
	health_end(health, 30 * S);
	assert_int_equal(health_events(health), 2);
	event = health_event(health, 0);
	assert_int_equal(event->kind, HEALTH_GRANDMASTER_CHANGE);
	assert_int_equal(event->at_ns, EPOCH + 10 * S + 500 * MS);
	event = health_event(health, 1);
	assert_int_equal(event->kind, HEALTH_ANNOUNCE_TIMEOUT);
	assert_int_equal(event->at_ns, EPOCH + 15 * S);
	assert_string_equal(event->after, "001122.fffe.000002-1");
	assert_string_equal(event->detail,
			    "no Announce of 001122.fffe.000001-1 for 3 s, which advertises one "
			    "in 1 s: it gave way to 001122.fffe.000002-1");
}

static void a_worse_one_that_takes_over_at_once_is_told_apart(void **state)
{
	(void)state;
	announce(MASTER, 0, 9, 128);
	announce(OTHER, 11, 30, 200);
	health_end(health, 30 * S);
	assert_int_equal(health_events(health), 2);
	/* the first Announce of the new one came when the old one had sent its last */
	assert_int_equal(health_event(health, 0)->kind, HEALTH_GRANDMASTER_CHANGE);
	assert_int_equal(health_event(health, 0)->at_ns, EPOCH + 11 * S);
	assert_int_equal(health_event(health, 1)->kind, HEALTH_ANNOUNCE_TIMEOUT);
	assert_int_equal(health_event(health, 1)->at_ns, EPOCH + 12 * S);
	assert_non_null(
		strstr(health_event(health, 1)->detail, ": 001122.fffe.000002-1 sends instead"));
}

static void two_ports_that_go_on_announcing_are_two_masters(void **state)
{
	const struct health_event *event;

	(void)state;
	announce(MASTER, 0, 9, 128);
	announce_both(10, 40, 128, 200);
	health_end(health, 41 * S);
	assert_int_equal(health_events(health), 1);
	event = health_event(health, 0);
	assert_int_equal(event->kind, HEALTH_TWO_MASTERS);
	assert_int_equal(event->at_ns, EPOCH + 10 * S + 500 * MS);
	assert_int_equal(event->until_ns, EPOCH + 40 * S); /* the first one's last */
	assert_int_equal(event->port.clock, clock_of(OTHER).clock);
	assert_string_equal(event->before, "001122.fffe.000001-1");
	assert_string_equal(event->after, "001122.fffe.000002-1");
}

static void two_masters_end_with_the_one_that_stops(void **state)
{
	const struct health_event *event;

	(void)state;
	announce_both(0, 19, 128, 128); /* the second one's last at 19.5 s */
	announce(MASTER, 20, 40, 128);
	health_end(health, 41 * S);
	assert_int_equal(count_of(HEALTH_TWO_MASTERS), 1);
	event = event_of(HEALTH_TWO_MASTERS, 0);
	assert_int_equal(event->at_ns, EPOCH + 500 * MS);
	assert_int_equal(event->until_ns, EPOCH + 19 * S + 500 * MS);
}

static void two_ports_that_go_on_sending_sync_are_two_masters(void **state)
{
	(void)state;
	for (int64_t i = 0; i < 400; i++) {
		hear_pair(MASTER, (uint16_t)i, i * 125 * MS);
		if (i >= 80) {
			hear_pair(OTHER, (uint16_t)i, i * 125 * MS + 50 * MS);
		}
	}
	health_end(health, 50 * S);
	assert_int_equal(count_of(HEALTH_TWO_MASTERS), 1);
	assert_int_equal(event_of(HEALTH_TWO_MASTERS, 0)->at_ns, EPOCH + 10 * S + 50 * MS);
	assert_int_equal(event_of(HEALTH_TWO_MASTERS, 0)->type, PTP_SYNC);
}

static void masters_of_other_domains_paths_and_kinds_are_not_two(void **state)
{
	(void)state;
	for (uint16_t s = 0; s < 60; s++) {
		struct sighting other = announce_of(OTHER, s, s * S + 100 * MS);

		announce(MASTER, s, s, 128);
		other.message.domain = 1;
		feed(&other);
		other = announce_of(3, s, s * S + 200 * MS);
		other.transport = TRANSPORT_ETHERNET;
		feed(&other);
		other = announce_of(4, s, s * S + 300 * MS);
		other.vlan = 7;
		feed(&other);
		other = announce_of(5, s, s * S + 400 * MS);
		other.message.flags |= PTP_ALTERNATE_MASTER;
		feed(&other);
		other = announce_of(6, s, s * S + 500 * MS);
		other.message.flags |= PTP_UNICAST;
		endpoint_set_ipv4(&other.destination, (const uint8_t[]){10, 0, 0, 11});
		feed(&other);
		other = announce_of(7, s, s * S + 600 * MS);
		other.message.sdo_id = 0x100;
		feed(&other);
	}
	health_end(health, 60 * S);
	assert_int_equal(health_ports(health), 7);
	assert_int_equal(health_events(health), 0);
}

static void a_second_overlap_long_after_is_another_event(void **state)
{
	(void)state;
	announce_both(0, 20, 128, 200);
	announce(MASTER, 21, 200, 128);
	announce_both(201, 220, 128, 200);
	health_end(health, 221 * S);
	assert_int_equal(count_of(HEALTH_TWO_MASTERS), 2);
	assert_int_equal(event_of(HEALTH_TWO_MASTERS, 0)->at_ns, EPOCH + 500 * MS);
	assert_int_equal(event_of(HEALTH_TWO_MASTERS, 1)->at_ns, EPOCH + 201 * S + 500 * MS);
	assert_int_equal(count_of(HEALTH_GRANDMASTER_CHANGE), 0);
}

static void a_grandmaster_behind_the_same_port_may_change(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t s = 0; s < 20; s++) {
		struct sighting sighting = announce_of(MASTER, s, s * S);

		sighting.message.announce.grandmaster = clock_of(s < 10 ? 100 : 101).clock;
		sighting.message.announce.steps_removed = s < 15 ? 1 : 2;
		sighting.message.announce.clock_class = s < 10 ? 6 : 7;
		feed(&sighting);
	}
	health_end(health, 20 * S);
	assert_int_equal(health_events(health), 3);
	event = event_of(HEALTH_GRANDMASTER_CHANGE, 0);
	assert_int_equal(event->at_ns, EPOCH + 10 * S);
	assert_string_equal(event->before, "001122.fffe.000064");
	assert_string_equal(event->after, "001122.fffe.000065");
	event = event_of(HEALTH_CLOCK_CLASS_CHANGE, 0);
	assert_int_equal(event->at_ns, EPOCH + 10 * S);
	assert_string_equal(event->before, "6");
	assert_string_equal(event->after, "7");
	event = event_of(HEALTH_STEPS_REMOVED_CHANGE, 0);
	assert_int_equal(event->at_ns, EPOCH + 15 * S);
	assert_string_equal(event->before, "1");
	assert_string_equal(event->after, "2");
}

static void utc_offset_and_flags_changes_are_told(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t s = 0; s < 20; s++) {
		struct sighting sighting = announce_of(MASTER, s, s * S);

		if (s >= 5) {
			sighting.message.flags |= PTP_LEAP_61 | PTP_TIME_TRACEABLE;
		}
		if (s >= 10) {
			sighting.message.announce.utc_offset = 38;
		}
		if (s >= 12) {
			sighting.message.flags |= PTP_SYNC_UNCERTAIN; /* no matter of UTC */
		}
		feed(&sighting);
	}
	health_end(health, 20 * S);
	assert_int_equal(health_events(health), 2);
	event = event_of(HEALTH_UTC_FLAG_CHANGE, 0);
	assert_int_equal(event->at_ns, EPOCH + 5 * S);
	assert_string_equal(event->before, "37 s, valid, ptp");
	assert_string_equal(event->after, "37 s, valid, ptp, time, leap61");
	event = event_of(HEALTH_UTC_FLAG_CHANGE, 1);
	assert_int_equal(event->at_ns, EPOCH + 10 * S);
	assert_string_equal(event->after, "38 s, valid, ptp, time, leap61");
}

static void an_announce_out_of_its_order_changes_nothing(void **state)
{
	(void)state;
	for (uint16_t s = 0; s < 20; s++) {
		struct sighting sighting = announce_of(MASTER, s, s * S);

		sighting.message.announce.clock_class = s < 10 ? 6 : 7;
		feed(&sighting);
		if (s == 10) {
			/* the one before once more */
			sighting = announce_of(MASTER, 9, s * S + MS);
			sighting.message.announce.clock_class = 6;
			feed(&sighting);
		}
	}
	health_end(health, 20 * S);
	assert_int_equal(count_of(HEALTH_CLOCK_CLASS_CHANGE), 1);
}

static void an_alternate_master_neither_times_out_nor_takes_over(void **state)
{
	(void)state;
	for (int64_t s = 0; s < 30; s++) {
		struct sighting alternate = announce_of(OTHER, (uint16_t)s, s * S + 500 * MS);
		struct sighting sync = message_of(PTP_SYNC, OTHER, (uint16_t)s, s * S + 600 * MS);

		if (s < 20) {
			announce(MASTER, s, s, 128);
		}
		alternate.message.flags |= PTP_ALTERNATE_MASTER;
		sync.message.flags = PTP_ALTERNATE_MASTER;
		if (s < 10 || s >= 18) {
			feed(&alternate);
			feed(&sync);
		}
	}
	health_end(health, 60 * S);
	assert_int_equal(count_of(HEALTH_SYNC_TIMEOUT), 0);
	assert_int_equal(count_of(HEALTH_ANNOUNCE_TIMEOUT), 1);
	assert_int_equal(event_of(HEALTH_ANNOUNCE_TIMEOUT, 0)->port.clock, clock_of(MASTER).clock);
	assert_non_null(
		strstr(event_of(HEALTH_ANNOUNCE_TIMEOUT, 0)->detail, ": no other port sends any"));
}

static void sync_times_out_by_its_own_interval(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t i = 0; i < 160; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * INT64_C(62500000));

		if (i >= 80 && i < 84) {
			continue; /* 5 intervals from 79 to 84 */
		}
		sync.message.flags = 0;
		sync.message.log_interval = -4;
		feed(&sync);
	}
	health_end(health, 10 * S);
	assert_int_equal(health_events(health), 1);
	event = health_event(health, 0);
	assert_int_equal(event->kind, HEALTH_SYNC_TIMEOUT);
	assert_int_equal(event->at_ns, EPOCH + INT64_C(82) * 62500000);
	assert_int_equal(event->until_ns, EPOCH + INT64_C(84) * 62500000);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).lost, 4);
}

static void a_port_that_stops_times_out_once(void **state)
{
	(void)state;
	announce(MASTER, 0, 9, 128);
	for (int64_t s = 10; s < 100; s++) {
		health_tick(health, s * S);
	}
	health_end(health, 100 * S);
	assert_int_equal(count_of(HEALTH_ANNOUNCE_TIMEOUT), 1);
	assert_int_equal(event_of(HEALTH_ANNOUNCE_TIMEOUT, 0)->at_ns, EPOCH + 12 * S);
}

static void without_an_advertised_interval_nothing_times_out(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 3; i++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, i, i * S);

		sync.message.flags = 0;
		sync.message.log_interval = PTP_NO_INTERVAL;
		feed(&sync);
	}
	assert_true(port_of(MASTER).is_master);
	health_end(health, 100 * S);
	assert_int_equal(health_events(health), 0);
	assert_false(port_of(MASTER).is_master);
}

static void while_the_tap_is_blind_nothing_times_out(void **state)
{
	(void)state;
	announce(MASTER, 0, 9, 128);
	health_gap(health, 60 * S);
	announce(MASTER, 62, 70, 128);
	health_end(health, 71 * S);
	assert_int_equal(health_events(health), 0);
	assert_int_equal(stream_of(MASTER, PTP_ANNOUNCE).lost, 0);
	assert_int_equal(stream_of(MASTER, PTP_ANNOUNCE).own, 52);
}

static void a_timeout_after_the_blindness_runs_from_its_end(void **state)
{
	(void)state;
	announce(MASTER, 0, 9, 128);
	health_gap(health, 60 * S);
	health_end(health, 70 * S);
	assert_int_equal(health_events(health), 1);
	assert_int_equal(health_event(health, 0)->at_ns, EPOCH + 63 * S);
}

/* An Announce of clock n that names clock grandmaster. */
static void announce_other(unsigned int n, uint16_t id, int64_t at_ns, unsigned int grandmaster)
{
	struct sighting sighting = announce_of(n, id, at_ns);

	sighting.message.announce.grandmaster = clock_of(grandmaster).clock;
	feed(&sighting);
}

/* One that never takes the announcer's place, one to a single host, one out of its order. */
static void every_announce_of_an_unexpected_grandmaster_is_counted(void **state)
{
	struct sighting alone;

	(void)state;
	health_bed_expect(clock_of(MASTER).clock);
	announce(MASTER, 0, 5, 1);
	announce_other(OTHER, 0, 6 * S, OTHER);
	announce_other(OTHER, 1, 7 * S, MASTER);
	alone = announce_of(OTHER, 2, 8 * S);
	alone.message.flags |= PTP_UNICAST;
	feed(&alone);
	announce_other(MASTER, 7, 9 * S, MASTER);
	announce_other(MASTER, 6, 9 * S + MS, SLAVE);
	health_end(health, 10 * S);
	assert_int_equal(count_of(HEALTH_GRANDMASTER_CHANGE), 0);
	assert_int_equal(health_counts(health)->foreign, 3);
	assert_int_equal(port_of(OTHER).foreign.count, 2);
	assert_true(port_of(OTHER).foreign.grandmaster == clock_of(OTHER).clock);
	assert_int_equal(port_of(OTHER).foreign.first_ns, EPOCH + 6 * S);
	assert_int_equal(port_of(MASTER).foreign.count, 1);
	assert_true(port_of(MASTER).foreign.grandmaster == clock_of(SLAVE).clock);
}

static void nothing_is_foreign_where_no_grandmaster_is_expected(void **state)
{
	(void)state;
	announce_both(0, 5, 128, 129);
	assert_int_equal(health_counts(health)->foreign, 0);
	assert_int_equal(port_of(OTHER).foreign.count, 0);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, health_bed_set_up, health_bed_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_quiet_domain_has_no_events),
		CLAIM(a_master_that_dies_times_out_and_another_follows),
		CLAIM(a_handover_is_no_two_masters),
		CLAIM(a_worse_one_that_takes_over_at_once_is_told_apart),
		CLAIM(two_ports_that_go_on_announcing_are_two_masters),
		CLAIM(two_masters_end_with_the_one_that_stops),
		CLAIM(two_ports_that_go_on_sending_sync_are_two_masters),
		CLAIM(masters_of_other_domains_paths_and_kinds_are_not_two),
		CLAIM(a_second_overlap_long_after_is_another_event),
		CLAIM(a_grandmaster_behind_the_same_port_may_change),
		CLAIM(utc_offset_and_flags_changes_are_told),
		CLAIM(an_announce_out_of_its_order_changes_nothing),
		CLAIM(an_alternate_master_neither_times_out_nor_takes_over),
		CLAIM(sync_times_out_by_its_own_interval),
		CLAIM(a_port_that_stops_times_out_once),
		CLAIM(without_an_advertised_interval_nothing_times_out),
		CLAIM(while_the_tap_is_blind_nothing_times_out),
		CLAIM(a_timeout_after_the_blindness_runs_from_its_end),
		CLAIM(every_announce_of_an_unexpected_grandmaster_is_counted),
		CLAIM(nothing_is_foreign_where_no_grandmaster_is_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
