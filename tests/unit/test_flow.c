/* SPDX-License-Identifier: BSD-2-Clause */
/* One stream of probes from datagram to snapshot. */
#include <math.h>
#include <stdlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "wire.h"

#define MS         INT64_C(1000000)
#define EPOCH      INT64_C(1700000000000000000)
#define START      (100000 * MS)
#define PERIOD     (10 * MS)
#define LOST_AFTER (1000 * MS)
#define LENGTH     100

static struct flow *flow;
static struct flow_snapshot snapshot;

static const struct flow_key key = {.run_id = 0x0200000000000001};

static int set_up(void **state)
{
	(void)state;
	flow = calloc(1, sizeof(*flow));
	if (flow == NULL) {
		return -1;
	}
	flow_init(flow, &key, LOST_AFTER, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(flow);
	return 0;
}

static struct probe make_probe(uint64_t seq)
{
	return (struct probe){
		.kind = WIRE_PROBE,
		.run_id = key.run_id,
		.seq = seq,
		.sent_ns = EPOCH + START + (int64_t)seq * PERIOD,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = PERIOD,
	};
}

static struct arrival make_arrival(int64_t mono_ns)
{
	return (struct arrival){
		.mono_ns = mono_ns,
		.rx_ns = EPOCH + mono_ns,
		.rx_stamp = STAMP_SOFTWARE,
		.ttl = 1,
		.dscp = 0,
	};
}

static int64_t due_ns(uint64_t seq)
{
	return START + (int64_t)seq * PERIOD;
}

/* seq arrives delay_ns after it was sent. */
static void hear(uint64_t seq, int64_t delay_ns)
{
	struct probe probe = make_probe(seq);
	struct arrival arrival = make_arrival(due_ns(seq) + delay_ns);

	flow_add(flow, &probe, &arrival, LENGTH);
}

static void hear_run(uint64_t first, uint64_t last)
{
	for (uint64_t seq = first; seq <= last; seq++) {
		hear(seq, 1000);
	}
}

static void hear_end(uint64_t sent, int64_t mono_ns)
{
	struct probe probe = make_probe(sent);
	struct arrival arrival = make_arrival(mono_ns);

	probe.kind = WIRE_END;
	flow_add(flow, &probe, &arrival, WIRE_HEADER_LENGTH);
}

static void snap(int64_t mono_ns)
{
	flow_snapshot(flow, mono_ns, &snapshot);
}

static void ttl_and_dscp_are_those_of_the_arrivals(void **state)
{
	static const int16_t ttl[] = {64, 61, -1, 63}, dscp[] = {46, 46, -1, 0};

	(void)state;
	for (uint64_t i = 0; i < 4; i++) {
		struct probe probe = make_probe(i);
		struct arrival arrival = make_arrival(due_ns(i));

		arrival.ttl = ttl[i];
		arrival.dscp = dscp[i];
		flow_add(flow, &probe, &arrival, LENGTH);
	}
	snap(due_ns(4));
	assert_int_equal(snapshot.ttl_min, 61);
	assert_int_equal(snapshot.ttl_max, 64);
	assert_int_equal(snapshot.dscp[46], 2);
	assert_int_equal(snapshot.dscp[0], 1);
	assert_int_equal(snapshot.counts.bytes, 4 * LENGTH);
}

static void unknown_ttl_stays_unknown(void **state)
{
	struct probe probe = make_probe(0);
	struct arrival arrival = make_arrival(due_ns(0));

	(void)state;
	arrival.ttl = -1;
	arrival.dscp = -1;
	flow_add(flow, &probe, &arrival, LENGTH);
	snap(due_ns(1));
	assert_int_equal(snapshot.ttl_min, -1);
	assert_int_equal(snapshot.ttl_max, -1);
	for (int i = 0; i < 64; i++) {
		assert_int_equal(snapshot.dscp[i], 0);
	}
}

static void outage_is_the_time_beyond_the_period(void **state)
{
	(void)state;
	hear_run(0, 9);
	hear_run(60, 69); /* 51 periods from 9 to 60 */
	hear_run(80, 89);
	snap(due_ns(90));
	assert_int_equal(snapshot.longest_outage_ns, 50 * PERIOD);
}

static void lost_tail_is_an_outage_up_to_the_end(void **state)
{
	(void)state;
	hear_run(0, 9);
	hear_end(40, due_ns(40) + 1000);
	snap(due_ns(41));
	assert_int_equal(snapshot.longest_outage_ns, 30 * PERIOD);
}

static void steady_stream_has_no_outage(void **state)
{
	(void)state;
	hear_run(0, 99);
	snap(due_ns(99));
	assert_int_equal(snapshot.longest_outage_ns, 0);
}

static void stream_is_silent_after_five_periods_and_lost_after(void **state)
{
	(void)state;
	hear_run(0, 9);
	assert_int_equal(flow_state(flow, due_ns(10)), FLOW_RUNNING);
	assert_int_equal(flow_state(flow, due_ns(9) + 900 * MS), FLOW_RUNNING);
	assert_int_equal(flow_state(flow, due_ns(9) + LOST_AFTER + 6 * PERIOD), FLOW_SILENT);
	hear(500, 1000);
	assert_int_equal(flow_state(flow, due_ns(501)), FLOW_RUNNING);
}

static void stream_ends_when_its_tail_is_settled(void **state)
{
	(void)state;
	hear_run(0, 9);
	hear_end(12, due_ns(12));
	assert_int_not_equal(flow_state(flow, due_ns(12)), FLOW_ENDED);
	assert_false(flow_is_settled(flow));
	flow_tick(flow, due_ns(12) + LOST_AFTER + MS);
	assert_int_equal(flow_state(flow, due_ns(12) + LOST_AFTER + MS), FLOW_ENDED);
	assert_true(flow_is_settled(flow));
	snap(due_ns(12) + LOST_AFTER + MS);
	assert_true(snapshot.sent_known);
	assert_int_equal(snapshot.sent, 12);
	assert_int_equal(snapshot.counts.lost, 2);
}

static void sender_that_was_killed_leaves_its_tail_unknown(void **state)
{
	(void)state;
	hear_run(0, 9);
	flow_tick(flow, due_ns(9) + 100 * LOST_AFTER);
	snap(due_ns(9) + 100 * LOST_AFTER);
	assert_int_equal(snapshot.state, FLOW_SILENT);
	assert_false(snapshot.sent_known);
	assert_int_equal(snapshot.counts.lost, 0);
	assert_true(snapshot.silence_ns > 99 * LOST_AFTER);
}

static void late_arrival_needs_no_tick_to_be_late(void **state)
{
	(void)state;
	hear_run(0, 4);
	hear(6, 1000);
	hear(5, 1010 * MS + LOST_AFTER); /* the gap was seen at 6: 10 ms + 1 us after 5 was due */
	flow_tick(flow, due_ns(6) + 2 * LOST_AFTER);
	snap(due_ns(6) + 2 * LOST_AFTER);
	assert_int_equal(snapshot.counts.late, 1);
	assert_int_equal(snapshot.counts.lost, 1);
	assert_int_equal(snapshot.counts.unique, 6);
	assert_int_equal(snapshot.counts.received, 7);
	assert_int_equal(snapshot.delay_count, snapshot.counts.unique);
}

static void first_five_dropped_are_lost_when_the_receiver_was_there(void **state)
{
	(void)state;
	hear_run(5, 50);
	flow_tick(flow, due_ns(50) + 2 * LOST_AFTER);
	snap(due_ns(50) + 2 * LOST_AFTER);
	assert_int_equal(snapshot.counts.lost, 5);
	assert_int_equal(snapshot.missed_before_join, 0);
}

static void first_five_are_missed_when_the_receiver_came_later(void **state)
{
	(void)state;
	memset(flow, 0, sizeof(*flow));
	flow_init(flow, &key, LOST_AFTER, due_ns(5) - PERIOD / 2);
	hear_run(5, 50);
	flow_tick(flow, due_ns(50) + 2 * LOST_AFTER);
	snap(due_ns(50) + 2 * LOST_AFTER);
	assert_int_equal(snapshot.counts.lost, 0);
	assert_int_equal(snapshot.missed_before_join, 5);
}

static void books_balance_under_every_impairment_at_once(void **state)
{
	(void)state;
	hear(1, 1000);
	hear(0, 3 * PERIOD);
	hear_run(2, 50);
	hear(50, 2000);
	hear(50, 3000);
	hear_run(55, 60);
	hear(52, 20 * PERIOD);
	hear_run(200, 210);
	hear(54, 300 * PERIOD);
	hear_end(215, due_ns(400));
	flow_tick(flow, due_ns(400) + 2 * LOST_AFTER);
	snap(due_ns(400) + 2 * LOST_AFTER);
	assert_int_equal(snapshot.counts.unique, 51 + 6 + 1 + 11);
	assert_int_equal(snapshot.counts.duplicate, 2);
	assert_int_equal(snapshot.counts.late, 1);
	assert_int_equal(snapshot.counts.lost, 3 + 139 + 4);
	assert_int_equal(snapshot.counts.reordered, 2);
	assert_int_equal(snapshot.counts.received, snapshot.counts.unique + 3);
	assert_int_equal(snapshot.sent, 215);
	assert_int_equal(snapshot.loss_periods, 4); /* 51, 53..54, 61..199, 211..214 */
	assert_int_equal(snapshot.longest_loss_period, 139);
}

static void intervals_hold_the_difference(void **state)
{
	struct flow_interval interval;

	(void)state;
	hear_run(0, 9);
	flow_tick(flow, due_ns(9) + LOST_AFTER + MS);
	flow_take_interval(flow, &interval);
	assert_int_equal(interval.counts.received, 10);
	assert_int_equal(interval.counts.unique, 10);
	assert_int_equal(interval.counts.bytes, 10 * LENGTH);
	assert_int_equal(interval.delay_count, 10);
	assert_int_equal(interval.pdv_max_ns, 0);
	hear(200, 1000);
	hear(200, 2000);
	hear(202, 5000);
	flow_tick(flow, due_ns(202) + LOST_AFTER + MS);
	flow_take_interval(flow, &interval);
	assert_int_equal(interval.counts.received, 3);
	assert_int_equal(interval.counts.unique, 2);
	assert_int_equal(interval.counts.duplicate, 1);
	assert_int_equal(interval.counts.lost, 191);
	assert_int_equal(interval.delay_count, 2);
	assert_int_equal(interval.pdv_max_ns, 4000);
	assert_true(fabs(interval.pdv_mean_ns - 2000) < 1e-6);
	flow_take_interval(flow, &interval);
	assert_int_equal(interval.counts.received, 0);
	assert_int_equal(interval.counts.lost, 0);
	assert_int_equal(interval.delay_count, 0);
}

static void frozen_flow_takes_no_new_seqs_but_fills_its_gaps(void **state)
{
	(void)state;
	hear_run(0, 4);
	hear_run(6, 9);
	flow_freeze(flow, due_ns(9));
	hear(10, 1000);
	hear(11, 1000);
	hear(5, 7 * PERIOD);
	flow_tick(flow, due_ns(11) + 2 * LOST_AFTER);
	snap(due_ns(11) + 2 * LOST_AFTER);
	assert_int_equal(snapshot.counts.unique, 10);
	assert_int_equal(snapshot.counts.lost, 0);
	assert_int_equal(snapshot.last_seq, 9);
	assert_int_equal(snapshot.counts.reordered, 1);
	assert_int_equal(snapshot.counts.received,
			 snapshot.counts.unique + snapshot.counts.duplicate + snapshot.counts.late);
	assert_true(flow_is_settled(flow));
}

static void silence_before_the_stop_is_an_outage_and_a_doubt(void **state)
{
	(void)state;
	hear_run(0, 9);
	flow_freeze(flow, due_ns(9) + 500 * MS);
	snap(due_ns(9) + 501 * MS);
	assert_int_equal(snapshot.longest_outage_ns, 500 * MS - 1000 - PERIOD);
	assert_int_equal(snapshot.state, FLOW_SILENT);
}

static void stream_that_goes_on_until_the_stop_is_running(void **state)
{
	(void)state;
	hear_run(0, 9);
	flow_freeze(flow, due_ns(9) + PERIOD);
	snap(due_ns(9) + 3 * LOST_AFTER);
	assert_int_equal(snapshot.longest_outage_ns, 0);
	assert_int_equal(snapshot.state, FLOW_RUNNING);
}

static void hear_late(uint64_t seq, int64_t mono_ns)
{
	struct probe probe = make_probe(seq);
	struct arrival arrival = make_arrival(mono_ns);

	probe.flags = WIRE_LATE_SLOT;
	probe.sent_ns = EPOCH + mono_ns - 1000;
	flow_add(flow, &probe, &arrival, LENGTH);
}

/* Stopped before the join, it catches up after it: seqs 0..99 were sent before, though 100 comes 2
 * s on. */
static void sender_that_catches_up_proves_no_loss_before_the_join(void **state)
{
	(void)state;
	memset(flow, 0, sizeof(*flow));
	flow_init(flow, &key, LOST_AFTER, due_ns(100) + 500 * MS);
	for (uint64_t seq = 100; seq < 300; seq++) {
		hear_late(seq, due_ns(300) - MS);
	}
	hear_run(300, 500);
	snap(due_ns(500) + 2000);
	assert_int_equal(snapshot.counts.lost, 0);
	assert_int_equal(snapshot.missed_before_join, 100);
}

/* The same, but its run is over by the time that it has caught up: nothing ever was in time. */
static void sender_that_only_catches_up_proves_no_loss_before_the_join(void **state)
{
	int64_t joined_ns = due_ns(300) + 5000 * MS, resumed_ns = joined_ns + 6000 * MS;

	(void)state;
	memset(flow, 0, sizeof(*flow));
	flow_init(flow, &key, LOST_AFTER, joined_ns);
	for (uint64_t seq = 100; seq < 300; seq++) {
		hear_late(seq, resumed_ns);
	}
	hear_end(300, resumed_ns + MS);
	flow_tick(flow, resumed_ns + 3 * LOST_AFTER);
	snap(resumed_ns + 3 * LOST_AFTER);
	assert_int_equal(snapshot.counts.lost, 0);
	assert_int_equal(snapshot.missed_before_join, 100);
}

/* At high rates a probe is late by noise: that is no reason to let the loss before it go. */
static void late_first_probe_alone_excuses_nothing(void **state)
{
	(void)state;
	hear_late(5, due_ns(5) + PERIOD);
	hear_run(6, 200);
	snap(due_ns(200) + 2000);
	assert_int_equal(snapshot.counts.lost, 5);
	assert_int_equal(snapshot.missed_before_join, 0);
}

static void burst_under_one_stamp_gives_one_delay_sample(void **state)
{
	struct arrival arrival = make_arrival(due_ns(0) + 1000);

	(void)state;
	for (uint64_t seq = 0; seq < 64; seq++) {
		struct probe probe = make_probe(seq);

		flow_add(flow, &probe, &arrival, LENGTH);
		arrival.within_burst = true;
	}
	flow_tick(flow, due_ns(64) + 2 * LOST_AFTER);
	snap(due_ns(64) + 2 * LOST_AFTER);
	assert_int_equal(snapshot.counts.unique, 64);
	assert_int_equal(snapshot.delay_count, 1);
}

static void duplicates_and_late_ones_give_no_delay_sample(void **state)
{
	(void)state;
	hear(0, 1000);
	hear(1, 1000);
	hear(1, 900 * MS);
	hear(3, 1000);
	hear(2, 3 * LOST_AFTER);
	flow_tick(flow, due_ns(3) + 10 * LOST_AFTER);
	snap(due_ns(3) + 10 * LOST_AFTER);
	assert_int_equal(snapshot.delay_count, 3);
	assert_int_equal(snapshot.pdv_max_ns, 0);
	assert_int_equal(snapshot.jitter_ns, 0);
	assert_int_equal(snapshot.ipdv_count, 1);
}

static void follow_ups_are_told_apart_by_their_stamp(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 20; seq++) {
		struct probe probe = make_probe(seq);
		struct arrival arrival = make_arrival(due_ns(seq) + 1000);

		if (seq > 0) {
			probe.follow_up_seq = seq - 1;
			probe.follow_up_tx_ns = EPOCH + due_ns(seq - 1) + 300;
			probe.flags = seq > 10 ? WIRE_FOLLOW_UP_HARDWARE : 0;
		}
		flow_add(flow, &probe, &arrival, LENGTH);
	}
	flow_tick(flow, due_ns(20) + 2 * LOST_AFTER);
	snap(due_ns(20) + 2 * LOST_AFTER);
	assert_int_equal(snapshot.tx_stamps[STAMP_SOFTWARE], 10);
	assert_int_equal(snapshot.tx_stamps[STAMP_HARDWARE], 9);
	assert_int_equal(snapshot.tx_stamps[STAMP_USER], 1);
	assert_int_equal(snapshot.rx_stamps[STAMP_SOFTWARE], 20);
	assert_int_equal(snapshot.delay_min_ns, 700);
	assert_int_equal(snapshot.delay_max_ns, 1000);
}

static void sender_is_synchronised_only_when_each_probe_says_so(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 20; seq++) {
		struct probe probe = make_probe(seq);
		struct arrival arrival = make_arrival(due_ns(seq));

		probe.flags = WIRE_CLOCK_SYNCHRONISED | (seq % 5 == 0 ? WIRE_LATE_SLOT : 0);
		flow_add(flow, &probe, &arrival, LENGTH);
	}
	snap(due_ns(20));
	assert_true(snapshot.sender_synchronised);
	assert_int_equal(snapshot.sender_late, 4);
	hear(20, 0);
	snap(due_ns(21));
	assert_false(snapshot.sender_synchronised);
}

static void forged_times_leave_every_number_finite(void **state)
{
	static const int64_t extreme[] = {INT64_MIN, -1, 0, INT64_MAX};

	(void)state;
	for (uint64_t i = 0; i < 256; i++) {
		struct probe probe = make_probe(i);
		struct arrival arrival = make_arrival(START + (int64_t)i * MS);

		probe.sent_ns = extreme[i % 4];
		probe.follow_up_seq = i / 2;
		probe.follow_up_tx_ns = extreme[i / 4 % 4];
		probe.period_ns = i % 3 ? UINT64_MAX - i : 0;
		arrival.rx_ns = extreme[i / 16 % 4];
		flow_add(flow, &probe, &arrival, LENGTH);
	}
	flow_tick(flow, START + 100 * LOST_AFTER);
	snap(START + 100 * LOST_AFTER);
	assert_int_equal(snapshot.counts.unique, 256);
	assert_int_equal(snapshot.counts.lost, 0);
	assert_true(isfinite(snapshot.delay_mean_ns));
	assert_true(isfinite(snapshot.delay_stddev_ns));
	assert_true(isfinite(snapshot.ipdv_mean_ns));
	assert_true(isfinite(snapshot.abs_ipdv_mean_ns));
	assert_true(snapshot.period_ns >= 0);
	assert_true(snapshot.longest_outage_ns >= 0);
}

static void empty_flow_has_a_snapshot(void **state)
{
	(void)state;
	snap(START);
	assert_int_equal(snapshot.counts.received, 0);
	assert_int_equal(snapshot.delay_count, 0);
	assert_true(snapshot.loss_ratio == 0);
	assert_false(snapshot.sent_known);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ttl_and_dscp_are_those_of_the_arrivals, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(unknown_ttl_stays_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(outage_is_the_time_beyond_the_period, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(lost_tail_is_an_outage_up_to_the_end, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(steady_stream_has_no_outage, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stream_is_silent_after_five_periods_and_lost_after,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(stream_ends_when_its_tail_is_settled, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(sender_that_was_killed_leaves_its_tail_unknown,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(late_arrival_needs_no_tick_to_be_late, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			first_five_dropped_are_lost_when_the_receiver_was_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(first_five_are_missed_when_the_receiver_came_later,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(books_balance_under_every_impairment_at_once,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(intervals_hold_the_difference, set_up, tear_down),
		cmocka_unit_test_setup_teardown(frozen_flow_takes_no_new_seqs_but_fills_its_gaps,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(silence_before_the_stop_is_an_outage_and_a_doubt,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(stream_that_goes_on_until_the_stop_is_running,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			sender_that_catches_up_proves_no_loss_before_the_join, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			sender_that_only_catches_up_proves_no_loss_before_the_join, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(late_first_probe_alone_excuses_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(burst_under_one_stamp_gives_one_delay_sample,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(duplicates_and_late_ones_give_no_delay_sample,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(follow_ups_are_told_apart_by_their_stamp, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(sender_is_synchronised_only_when_each_probe_says_so,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(forged_times_leave_every_number_finite, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(empty_flow_has_a_snapshot, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
