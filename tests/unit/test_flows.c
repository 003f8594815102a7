/* SPDX-License-Identifier: BSD-2-Clause */
/* Many streams, and strangers' datagrams. */
#include <malloc.h>
#include <stdlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flows.h"
#include "wire.h"

#define MS         INT64_C(1000000)
#define EPOCH      INT64_C(1700000000000000000)
#define LOST_AFTER (1000 * MS)
#define A_RUN      UINT64_C(0x0200000000000001)

static struct flows *flows;
static uint64_t random_state;

static int set_up(void **state)
{
	(void)state;
	random_state = 1024;
	flows = flows_new(FLOWS_MAX, LOST_AFTER, 0);
	return flows == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	flows_free(flows);
	return 0;
}

static uint64_t random_64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static struct endpoint endpoint(uint8_t last, uint16_t port)
{
	static const uint8_t prefix[4] = {192, 0, 2, 0};
	struct endpoint made = {.port = port};

	made.address[10] = 0xff;
	made.address[11] = 0xff;
	memcpy(made.address + 12, prefix, sizeof(prefix));
	made.address[15] = last;
	return made;
}

static struct arrival arrival_from(uint8_t source, uint16_t port, uint8_t group, int64_t mono_ns)
{
	return (struct arrival){
		.source = endpoint(source, port),
		.group = endpoint(group, 31900),
		.mono_ns = mono_ns,
		.rx_ns = EPOCH + mono_ns,
		.ttl = 1,
		.dscp = 0,
	};
}

static struct flow *hear_from(const struct arrival *arrival, uint64_t run_id, uint64_t seq)
{
	struct probe probe = {
		.kind = WIRE_PROBE,
		.run_id = run_id,
		.seq = seq,
		.sent_ns = arrival->rx_ns - 1000,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = MS,
	};
	uint8_t payload[WIRE_HEADER_LENGTH];

	wire_encode(payload, sizeof(payload), &probe);
	return flows_add(flows, arrival, payload, sizeof(payload));
}

static struct flow *hear(uint64_t run_id, uint64_t seq)
{
	struct arrival arrival = arrival_from(1, 40000, 9, 1000 * MS + (int64_t)seq * MS);

	return hear_from(&arrival, run_id, seq);
}

static struct flow *hear_corrupt(const struct arrival *arrival)
{
	struct probe probe = {.run_id = A_RUN, .follow_up_seq = WIRE_NO_FOLLOW_UP};
	uint8_t payload[WIRE_HEADER_LENGTH];

	wire_encode(payload, sizeof(payload), &probe);
	payload[20] ^= 0x10;
	return flows_add(flows, arrival, payload, sizeof(payload));
}

static void each_part_of_the_key_makes_a_stream(void **state)
{
	struct arrival base = arrival_from(1, 40000, 9, 1000 * MS), other;
	struct flow *first;

	(void)state;
	first = hear_from(&base, A_RUN, 0);
	assert_non_null(first);
	other = arrival_from(2, 40000, 9, 1000 * MS);
	assert_ptr_not_equal(hear_from(&other, A_RUN, 0), first);
	other = arrival_from(1, 40001, 9, 1000 * MS);
	assert_ptr_not_equal(hear_from(&other, A_RUN, 0), first);
	other = arrival_from(1, 40000, 8, 1000 * MS);
	assert_ptr_not_equal(hear_from(&other, A_RUN, 0), first);
	other = base;
	other.group.port++;
	assert_ptr_not_equal(hear_from(&other, A_RUN, 0), first);
	assert_ptr_not_equal(hear_from(&base, A_RUN + 1, 0), first);
	assert_int_equal(flows_count(flows), 6);
	assert_ptr_equal(hear_from(&base, A_RUN, 1), first);
	assert_int_equal(flows_count(flows), 6);
	assert_ptr_equal(flows_at(flows, 0), first);
}

static void restart_is_a_new_stream_and_no_reordering(void **state)
{
	struct flow_snapshot snapshot;

	(void)state;
	for (uint64_t seq = 0; seq < 100; seq++) {
		(void)hear(A_RUN, seq);
	}
	for (uint64_t seq = 0; seq < 50; seq++) {
		struct arrival arrival = arrival_from(1, 40000, 9, (2000 + (int64_t)seq) * MS);

		(void)hear_from(&arrival, A_RUN + 0x100, seq);
	}
	assert_int_equal(flows_count(flows), 2);
	for (size_t i = 0; i < 2; i++) {
		flow_snapshot(flows_at(flows, i), 3000 * MS, &snapshot);
		assert_int_equal(snapshot.counts.unique, i == 0 ? 100 : 50);
		assert_int_equal(snapshot.counts.reordered + snapshot.counts.duplicate +
					 snapshot.counts.lost + snapshot.counts.late,
				 0);
	}
}

static void streams_beyond_the_maximum_are_counted_as_overflow(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < FLOWS_MAX; i++) {
		assert_non_null(hear(A_RUN + i, 0));
	}
	assert_int_equal(flows_count(flows), FLOWS_MAX);
	for (uint64_t i = 0; i < 10; i++) {
		assert_null(hear(A_RUN + FLOWS_MAX + i, 0));
	}
	assert_int_equal(flows_count(flows), FLOWS_MAX);
	assert_int_equal(flows_counts(flows)->overflow, 10);
	for (uint64_t i = 0; i < FLOWS_MAX; i++) {
		struct flow *flow = hear(A_RUN + i, 1);

		assert_ptr_equal(flow, flows_at(flows, i));
		assert_int_equal(flow->sequence.unique, 2);
	}
}

static void smaller_maximum_is_kept(void **state)
{
	(void)state;
	flows_free(flows);
	flows = flows_new(3, LOST_AFTER, 0);
	assert_non_null(flows);
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(hear(A_RUN + i, 0) != NULL, i < 3);
	}
	assert_int_equal(flows_count(flows), 3);
	assert_int_equal(flows_counts(flows)->overflow, 2);
}

static void million_run_ids_allocate_nothing_and_leave_others_alone(void **state)
{
	struct flow_snapshot snapshot;
	struct mallinfo2 before, after;
	uint64_t seq = 0;

	(void)state;
	for (uint64_t i = 0; i < FLOWS_MAX; i++) {
		(void)hear(A_RUN + i, 0);
	}
	before = mallinfo2();
	for (uint64_t i = 1; i <= 1000000; i++) {
		assert_null(hear(random_64() | UINT64_C(1) << 63, i));
		if (i % 1000 == 0) {
			assert_ptr_equal(hear(A_RUN, ++seq), flows_at(flows, 0));
		}
	}
	after = mallinfo2();
	assert_int_equal(after.uordblks + after.hblkhd, before.uordblks + before.hblkhd);
	assert_int_equal(flows_counts(flows)->overflow, 1000000);
	assert_int_equal(flows_count(flows), FLOWS_MAX);
	flow_snapshot(flows_at(flows, 0), 10000 * MS, &snapshot);
	assert_int_equal(snapshot.counts.unique, 1001);
	assert_int_equal(snapshot.counts.received, 1001);
	assert_int_equal(snapshot.pending + snapshot.counts.lost, 0);
}

static void assert_same_results(const struct flow_snapshot *a, const struct flow_snapshot *b)
{
	assert_memory_equal(&a->counts, &b->counts, sizeof(a->counts));
	assert_int_equal(a->delay_count, b->delay_count);
	assert_int_equal(a->jitter_ns, b->jitter_ns);
	assert_int_equal(a->pdv_max_ns, b->pdv_max_ns);
	assert_int_equal(a->ipdv_count, b->ipdv_count);
	assert_int_equal(a->last_seq, b->last_seq);
	assert_int_equal(a->longest_outage_ns, b->longest_outage_ns);
}

static void million_random_datagrams_leave_the_metrics_unchanged(void **state)
{
	struct arrival arrival = arrival_from(1, 40000, 9, 1050 * MS);
	struct flow_snapshot before, after;
	uint8_t payload[256];

	(void)state;
	for (uint64_t seq = 0; seq < 100; seq++) {
		(void)hear(A_RUN, seq);
	}
	flow_snapshot(flows_at(flows, 0), 1100 * MS, &before);
	for (int i = 0; i < 1000000; i++) {
		size_t length = random_64() % (sizeof(payload) + 1);

		for (size_t at = 0; at < length; at += 8) {
			uint64_t word = random_64();

			memcpy(payload + at, &word, length - at < 8 ? length - at : 8);
		}
		assert_null(flows_add(flows, &arrival, payload, length));
	}
	assert_int_equal(flows_count(flows), 1);
	assert_int_equal(flows_counts(flows)->alien, 1000000);
	assert_int_equal(flows_counts(flows)->datagrams, 1000100);
	flow_snapshot(flows_at(flows, 0), 1100 * MS, &after);
	assert_same_results(&before, &after);
}

static void random_datagrams_that_bear_the_magic_are_corrupt(void **state)
{
	struct arrival arrival = arrival_from(1, 40000, 9, 1050 * MS);
	struct flow_snapshot before, after;
	uint8_t payload[64] = {0x50, 0x54, 0x50, 0x62, 1, 0, 0, 64};

	(void)state;
	for (uint64_t seq = 0; seq < 100; seq++) {
		(void)hear(A_RUN, seq);
	}
	flow_snapshot(flows_at(flows, 0), 1100 * MS, &before);
	for (int i = 0; i < 100000; i++) {
		for (size_t at = 8; at < sizeof(payload); at += 8) {
			uint64_t word = random_64();

			memcpy(payload + at, &word, 8);
		}
		(void)flows_add(flows, &arrival, payload, sizeof(payload));
	}
	assert_int_equal(flows_counts(flows)->corrupt, 100000);
	assert_int_equal(flows_count(flows), 1);
	flow_snapshot(flows_at(flows, 0), 1100 * MS, &after);
	assert_int_equal(after.counts.corrupt, 100000);
	before.counts.corrupt = 100000;
	assert_same_results(&before, &after);
}

static void corrupt_is_put_down_to_the_stream_of_its_source_and_group(void **state)
{
	struct arrival one = arrival_from(1, 40000, 9, 1000 * MS);
	struct arrival two = arrival_from(2, 40000, 9, 1000 * MS);
	struct arrival elsewhere = arrival_from(1, 40000, 7, 1000 * MS);
	struct arrival nobody = arrival_from(3, 40000, 9, 1000 * MS);

	(void)state;
	(void)hear_from(&one, A_RUN, 0);
	(void)hear_from(&two, A_RUN, 0);
	(void)hear_from(&elsewhere, A_RUN, 0);
	(void)hear_corrupt(&two);
	(void)hear_corrupt(&two);
	(void)hear_corrupt(&elsewhere);
	(void)hear_corrupt(&nobody);
	assert_int_equal(flows_at(flows, 0)->corrupt, 0);
	assert_int_equal(flows_at(flows, 1)->corrupt, 2);
	assert_int_equal(flows_at(flows, 2)->corrupt, 1);
	assert_int_equal(flows_counts(flows)->corrupt, 4);
	assert_int_equal(flows_counts(flows)->corrupt_unattributed, 1);
	assert_int_equal(flows_count(flows), 3);
}

static void corrupt_after_a_restart_is_the_newest_streams(void **state)
{
	struct arrival arrival = arrival_from(1, 40000, 9, 1000 * MS);

	(void)state;
	(void)hear_from(&arrival, A_RUN, 0);
	(void)hear_from(&arrival, A_RUN + 1, 0);
	(void)hear_from(&arrival, A_RUN, 1);
	(void)hear_corrupt(&arrival);
	assert_int_equal(flows_at(flows, 0)->corrupt, 0);
	assert_int_equal(flows_at(flows, 1)->corrupt, 1);
	assert_int_equal(flows_counts(flows)->corrupt_unattributed, 0);
}

static void another_version_is_alien_and_told_apart(void **state)
{
	/* version 2 with the right CRC, as in test_wire */
	static const uint8_t version_2[64] = {
		0x50, 0x54, 0x50, 0x62, 0x02, 0x00, 0x00, 0x40, /* */
		0x06, 0x07, 0x08, 0x09, 0x10, 0x11, 0x12, 0x13, /* */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, /* */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a, /* */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0b, /* */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, /* */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0d, /* */
		0x01, 0x02, 0x03, 0x00, 0xc5, 0x5f, 0xab, 0x1a, /* */
	};
	struct arrival arrival = arrival_from(1, 40000, 9, 1000 * MS);

	(void)state;
	assert_null(flows_add(flows, &arrival, version_2, sizeof(version_2)));
	assert_null(flows_add(flows, &arrival, version_2, 3));
	assert_int_equal(flows_counts(flows)->other_version, 1);
	assert_int_equal(flows_counts(flows)->alien, 2);
	assert_int_equal(flows_counts(flows)->corrupt, 0);
	assert_int_equal(flows_count(flows), 0);
}

static void renewed_membership_counts_for_new_streams_only(void **state)
{
	struct arrival arrival = arrival_from(1, 40000, 9, 60000 * MS);

	(void)state;
	(void)hear_from(&arrival, A_RUN, 5);
	flows_set_joined(flows, 60000 * MS);
	arrival.mono_ns += MS;
	(void)hear_from(&arrival, A_RUN + 1, 5);
	flows_tick(flows, 70000 * MS);
	assert_int_equal(flows_at(flows, 0)->sequence.lost, 5);
	assert_int_equal(flows_at(flows, 0)->sequence.missed_before_join, 0);
	assert_int_equal(flows_at(flows, 1)->sequence.lost, 0);
	assert_int_equal(flows_at(flows, 1)->sequence.missed_before_join, 5);
}

static void clock_step_splits_every_delay_series_and_no_loss(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 10; seq++) {
		(void)hear(A_RUN, seq);
		(void)hear(A_RUN + 1, seq);
	}
	flows_split_delay(flows);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(flows_at(flows, i)->delay.splits, 1);
		assert_int_equal(flows_at(flows, i)->sequence.unique, 10);
	}
}

static struct flow *hear_end(uint64_t count, uint64_t period_ns, int64_t mono_ns)
{
	struct probe end = {
		.kind = WIRE_END,
		.run_id = A_RUN,
		.seq = count,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = period_ns,
	};
	struct arrival arrival = arrival_from(1, 40000, 9, mono_ns);
	uint8_t payload[WIRE_HEADER_LENGTH];

	wire_encode(payload, sizeof(payload), &end);
	return flows_add(flows, &arrival, payload, sizeof(payload));
}

/* Ten probes in 10 ms, and ENDs for a second: heard 0.5 s after the join, all may have been before.
 */
static void end_of_a_run_before_the_join_is_no_stream(void **state)
{
	(void)state;
	assert_null(hear_end(10, 1000000, 500000000));
	assert_int_equal(flows_count(flows), 0);
	assert_int_equal(flows_counts(flows)->unheard_ends, 1);
	assert_null(hear_end(10, 0, INT64_C(9000000000)));
	assert_int_equal(flows_counts(flows)->unheard_ends, 2);
}

static void run_of_which_all_was_lost_is_told_by_its_end(void **state)
{
	struct flow_snapshot snapshot;
	struct flow *flow;

	(void)state;
	flow = hear_end(10, 1000000, INT64_C(2000000000));
	assert_non_null(flow);
	flows_tick(flows, INT64_C(2000000000) + 2 * LOST_AFTER);
	flow_snapshot(flow, INT64_C(2000000000) + 2 * LOST_AFTER, &snapshot);
	assert_true(snapshot.sent_known);
	assert_int_equal(snapshot.sent, 10);
	assert_int_equal(snapshot.counts.lost, 10);
	assert_int_equal(flows_counts(flows)->unheard_ends, 0);
}

static void frozen_receiver_begins_no_new_streams(void **state)
{
	(void)state;
	(void)hear(A_RUN, 0);
	flows_freeze(flows, 0);
	(void)hear(A_RUN, 1);
	(void)hear(A_RUN + 1, 0);
	assert_int_equal(flows_count(flows), 1);
	assert_int_equal(flows_at(flows, 0)->sequence.unique, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_part_of_the_key_makes_a_stream, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(restart_is_a_new_stream_and_no_reordering, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(streams_beyond_the_maximum_are_counted_as_overflow,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(smaller_maximum_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			million_run_ids_allocate_nothing_and_leave_others_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			million_random_datagrams_leave_the_metrics_unchanged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(random_datagrams_that_bear_the_magic_are_corrupt,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			corrupt_is_put_down_to_the_stream_of_its_source_and_group, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(corrupt_after_a_restart_is_the_newest_streams,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_version_is_alien_and_told_apart, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(renewed_membership_counts_for_new_streams_only,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(clock_step_splits_every_delay_series_and_no_loss,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(end_of_a_run_before_the_join_is_no_stream, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(run_of_which_all_was_lost_is_told_by_its_end,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(frozen_receiver_begins_no_new_streams, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("flows", tests, NULL, NULL);
}
