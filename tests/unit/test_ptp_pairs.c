/* SPDX-License-Identifier: BSD-2-Clause */
/* Syncs and Follow_Ups to two streams of probes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bytes.h"
#include "flows.h"
#include "ptp_pairs.h"

#define RUN       UINT64_C(0x0a0b0c0d0e0f1011)
#define OTHER_RUN UINT64_C(0x0e0e0e0e0e0e0e0e)
#define MS_NS     INT64_C(1000000)
#define EPOCH_NS  INT64_C(1700000000000000000)
#define PERIOD_NS (8 * MS_NS)

/* All of it for one test. */
struct bed {
	struct flows *flows;
	struct ptp_pairs pairs;
	struct arrival arrival;
	struct flow *flow; /* fed last */
};

static struct bed *bed;
static int64_t correction; /* of the messages that follow, ns times 2^16 */

static int set_up(void **state)
{
	(void)state;
	bed = calloc(1, sizeof(*bed));
	correction = 0;
	bed->flows = flows_new(16, 1000 * MS_NS, INT64_MAX);
	endpoint_set_ipv4(&bed->arrival.source, (const uint8_t[]){10, 31, 0, 1});
	endpoint_set_ipv4(&bed->arrival.group, (const uint8_t[]){224, 0, 1, 129});
	bed->arrival.ttl = 1;
	bed->arrival.dscp = 46;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	flows_free(bed->flows);
	free(bed);
	return 0;
}

static void put_stamp(uint8_t *to, int64_t ns)
{
	bytes_put_be16(to, 0);
	bytes_put_be32(to + 2, (uint32_t)(ns / 1000000000));
	bytes_put_be32(to + 6, (uint32_t)(ns % 1000000000));
}

static void put_header(uint8_t *to, uint8_t type, uint16_t length, uint64_t run_id, uint64_t seq)
{
	memset(to, 0, length);
	to[0] = type;
	to[1] = 2;
	bytes_put_be16(to + 2, length);
	to[4] = 99;
	to[6] = type == 0 ? 2 : 0;
	bytes_put_be64(to + 8, (uint64_t)correction);
	bytes_put_be64(to + 20, run_id);
	bytes_put_be16(to + 28, 1);
	bytes_put_be16(to + 30, (uint16_t)seq);
}

static enum ptp_pairs_result add(const uint8_t *message, size_t length, uint16_t port,
				 int64_t at_ns)
{
	bed->arrival.source.port = port;
	bed->arrival.group.port = port;
	bed->arrival.mono_ns = at_ns;
	bed->arrival.rx_ns = EPOCH_NS + at_ns;
	return ptp_pairs_add(&bed->pairs, bed->flows, &bed->arrival, message, length, &bed->flow);
}

/* Sent when the schedule says, and 100 us on its way. */
static enum ptp_pairs_result add_sync(uint64_t run_id, uint64_t seq)
{
	uint8_t message[44];
	int64_t sent_ns = (int64_t)seq * PERIOD_NS;

	put_header(message, 0, sizeof(message), run_id, seq);
	put_stamp(message + 34, EPOCH_NS + sent_ns);
	return add(message, sizeof(message), 319, sent_ns + 100000);
}

static enum ptp_pairs_result add_follow_up_of(uint64_t run_id, uint64_t seq, enum wire_kind kind)
{
	static const uint8_t tlv[] = {0, 3, 0, 70, 0x02, 0x50, 0x54, 0, 0, 1};
	uint8_t message[118];
	int64_t sent_ns = (int64_t)seq * PERIOD_NS;
	struct probe probe = {
		.kind = kind,
		.run_id = run_id,
		.seq = seq,
		.sent_ns = EPOCH_NS + sent_ns,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = PERIOD_NS,
	};

	put_header(message, 8, sizeof(message), run_id, seq);
	if (kind == WIRE_PROBE) {
		put_stamp(message + 34, EPOCH_NS + sent_ns + 30000); /* 30 us to the wire */
	}
	memcpy(message + 44, tlv, sizeof(tlv));
	wire_encode(message + 54, 64, &probe);
	return add(message, sizeof(message), 320, sent_ns + 300000);
}

static enum ptp_pairs_result add_follow_up(uint64_t seq)
{
	return add_follow_up_of(RUN, seq, WIRE_PROBE);
}

/* The stream to that port, as it stands. */
static struct flow_snapshot stream(uint16_t port)
{
	struct flow_snapshot snapshot = {0};

	for (size_t i = 0; i < flows_count(bed->flows); i++) {
		if (flows_at(bed->flows, i)->key.group.port == port) {
			flow_snapshot(flows_at(bed->flows, i), bed->arrival.mono_ns, &snapshot);
		}
	}
	return snapshot;
}

static void a_pair_is_a_probe_of_each_of_two_streams(void **state)
{
	(void)state;
	add_sync(RUN, 0);
	assert_int_equal(add_follow_up(0), PTP_PAIRS_OURS);
	for (uint64_t seq = 1; seq < 100; seq++) {
		assert_int_equal(add_sync(RUN, seq), PTP_PAIRS_OURS);
		assert_int_equal(bed->flow->key.group.port, 319);
		assert_int_equal(add_follow_up(seq), PTP_PAIRS_OURS);
		assert_int_equal(bed->flow->key.group.port, 320);
	}
	assert_int_equal(flows_count(bed->flows), 2);
	assert_int_equal(stream(319).counts.unique, 100);
	assert_int_equal(stream(320).counts.unique, 100);
	assert_int_equal(stream(319).encoding, FLOW_PTP);
	assert_int_equal(stream(320).encoding, FLOW_PTP);
	assert_int_equal(flows_counts(bed->flows)->alien, 0);
}

static void syncs_before_the_first_follow_up_are_fed_once_it_is_known(void **state)
{
	(void)state;
	for (uint64_t seq = 5; seq < 8; seq++) {
		assert_int_equal(add_sync(RUN, seq), PTP_PAIRS_HELD_BACK);
	}
	assert_int_equal(flows_count(bed->flows), 0);
	add_follow_up(7);
	assert_int_equal(stream(319).counts.unique, 3);
	assert_int_equal(stream(319).first_seq, 5);
	assert_int_equal(stream(319).last_seq, 7);
}

static void a_sync_without_its_follow_up_has_the_seq_of_its_neighbours(void **state)
{
	(void)state;
	add_sync(RUN, 65530);
	add_follow_up(65530);
	for (uint64_t seq = 65531; seq < 131080; seq++) { /* sequenceId wraps twice */
		add_sync(RUN, seq);
	}
	assert_int_equal(stream(319).counts.unique, 131080 - 65530);
	assert_int_equal(stream(319).last_seq, 131079);
	assert_int_equal(stream(319).counts.lost, 0);
	assert_int_equal(stream(320).counts.unique, 1);
}

static void loss_of_events_and_of_generals_is_counted_apart(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 1000; seq++) {
		if (seq % 100 != 50) {
			add_sync(RUN, seq);
		}
		if (seq % 100 != 70 && seq % 100 != 71) {
			add_follow_up(seq);
		}
	}
	add_follow_up_of(RUN, 1000, WIRE_END);
	flows_tick(bed->flows, bed->arrival.mono_ns + 2000 * MS_NS);
	assert_true(stream(319).sent_known && stream(320).sent_known);
	assert_int_equal(stream(319).sent, 1000);
	assert_int_equal(stream(319).counts.lost, 10);
	assert_int_equal(stream(320).sent, 1000);
	assert_int_equal(stream(320).counts.lost, 20);
}

static void the_precise_departure_gives_the_delay_of_the_sync(void **state)
{
	struct flow_snapshot snapshot;

	(void)state;
	for (uint64_t seq = 0; seq < 100; seq++) {
		add_sync(RUN, seq);
		add_follow_up(seq);
	}
	flows_tick(bed->flows, bed->arrival.mono_ns + 2000 * MS_NS);
	snapshot = stream(319);
	assert_int_equal(snapshot.delay_count, 100);
	assert_int_equal(snapshot.delay_min_ns, 70000); /* 100 us on the way, 30 us before it */
	assert_int_equal(snapshot.delay_max_ns, 70000);
	assert_int_equal(snapshot.tx_stamps[STAMP_SOFTWARE], 100);
}

static void a_sync_that_no_follow_up_vouches_for_is_foreign_and_never_a_probe(void **state)
{
	(void)state;
	add_sync(RUN, 0);
	add_follow_up(0);
	/* a clock with a locally administered identity, whose Follow_Ups bear no probe */
	for (uint64_t seq = 0; seq < 200; seq++) {
		assert_int_equal(add_sync(OTHER_RUN, seq), PTP_PAIRS_HELD_BACK);
	}
	assert_int_equal(flows_counts(bed->flows)->unvouched_syncs, 200 - PTP_PAIRS_HELD);
	ptp_pairs_end(&bed->pairs, bed->flows);
	assert_int_equal(flows_counts(bed->flows)->unvouched_syncs, 200);
	assert_int_equal(flows_counts(bed->flows)->foreign_ptp, 200);
	assert_int_equal(flows_counts(bed->flows)->alien, 0);
	assert_int_equal(flows_counts(bed->flows)->datagrams, 202);
	assert_int_equal(flows_count(bed->flows), 2);
}

static void a_sync_of_a_clock_named_by_its_mac_address_is_no_mystery(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 100; seq++) {
		add_sync(UINT64_C(0x02aabbfffeddeeff), seq);
	}
	ptp_pairs_end(&bed->pairs, bed->flows);
	assert_int_equal(flows_counts(bed->flows)->foreign_ptp, 100);
	assert_int_equal(flows_counts(bed->flows)->unvouched_syncs, 0);
}

static void an_announce_is_foreign_and_junk_is_alien(void **state)
{
	uint8_t message[64] = {0x0b, 2, 0, 64};

	(void)state;
	assert_int_equal(add(message, sizeof(message), 320, MS_NS), PTP_PAIRS_FOREIGN);
	assert_int_equal(flows_counts(bed->flows)->foreign_ptp, 1);
	message[1] = 1; /* version */
	assert_int_equal(add(message, sizeof(message), 320, MS_NS), PTP_PAIRS_FOREIGN);
	message[1] = 2;
	assert_int_equal(add(message, 63, 320, MS_NS), PTP_PAIRS_FOREIGN);
	assert_int_equal(add(message, 0, 320, MS_NS), PTP_PAIRS_FOREIGN);
	assert_int_equal(flows_counts(bed->flows)->foreign_ptp, 1);
	assert_int_equal(flows_counts(bed->flows)->alien, 3);
	assert_int_equal(flows_counts(bed->flows)->datagrams, 4);
}

static void probes_of_another_domain_are_told_apart(void **state)
{
	(void)state;
	bed->pairs.one_domain = true;
	bed->pairs.domain = 98; /* and 99 comes */
	assert_int_equal(add_sync(RUN, 0), PTP_PAIRS_FOREIGN);
	assert_int_equal(add_follow_up(0), PTP_PAIRS_FOREIGN);
	assert_int_equal(flows_count(bed->flows), 0);
	assert_int_equal(flows_counts(bed->flows)->foreign_ptp, 2);
	assert_int_equal(flows_counts(bed->flows)->other_domain, 1);
	assert_int_equal(bed->pairs.other_domain, 99);
	bed->pairs.domain = 99;
	add_sync(RUN, 1);
	assert_int_equal(add_follow_up(1), PTP_PAIRS_OURS);
	assert_int_equal(stream(319).domain, 99);
	assert_int_equal(stream(319).counts.unique, 1);
}

static void other_runs_are_passed_over_when_one_is_looked_for(void **state)
{
	(void)state;
	bed->pairs.run_id = (struct run_id){OTHER_RUN, UINT64_MAX};
	add_sync(RUN, 0);
	add_follow_up(0);
	assert_int_equal(flows_count(bed->flows), 0);
	assert_int_equal(flows_counts(bed->flows)->datagrams, 0);
	add_follow_up_of(OTHER_RUN, 0, WIRE_PROBE);
	assert_int_equal(flows_count(bed->flows), 1);
}

static void corrections_are_those_of_each_path(void **state)
{
	struct flow_snapshot snapshot;

	(void)state;
	for (uint64_t seq = 0; seq < 100; seq++) {
		correction = seq % 10 == 5 ? -(INT64_C(300) << 16) : 0;
		add_sync(RUN, seq);
		correction = (INT64_C(1000) + (int64_t)seq) << 16;
		add_follow_up(seq);
		add_follow_up(seq); /* a duplicate is no sample */
	}
	snapshot = stream(319);
	assert_int_equal(snapshot.correction_count, 100);
	assert_int_equal(snapshot.corrected, 10);
	assert_int_equal(snapshot.correction_min_ns, -300);
	assert_int_equal(snapshot.correction_p50_ns, 0);
	assert_int_equal(snapshot.correction_max_ns, 0);
	snapshot = stream(320);
	assert_int_equal(snapshot.counts.duplicate, 100);
	assert_int_equal(snapshot.correction_count, 100);
	assert_int_equal(snapshot.corrected, 100);
	assert_int_equal(snapshot.correction_min_ns, 1000);
	assert_int_equal(snapshot.correction_p50_ns, 1049); /* the 50th of 1000..1099 */
	assert_int_equal(snapshot.correction_p99_ns, 1098);
	assert_int_equal(snapshot.correction_max_ns, 1099);
	/* nothing is subtracted */
	flows_tick(bed->flows, bed->arrival.mono_ns + 2000 * MS_NS);
	assert_int_equal(stream(319).delay_min_ns, 70000);
	assert_int_equal(stream(319).delay_max_ns, 70000);
}

static void a_correction_below_a_nanosecond_is_seen(void **state)
{
	(void)state;
	add_follow_up(0);
	correction = 1;
	add_sync(RUN, 0);
	assert_int_equal(stream(319).corrected, 1);
	assert_int_equal(stream(319).correction_max_ns, 0);
}

static void extreme_corrections_do_no_harm(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 5000; seq++) {
		correction = seq % 2 == 0 ? INT64_MAX : INT64_MIN;
		add_sync(RUN, seq);
		add_follow_up(seq);
	}
	assert_int_equal(stream(319).corrected, 5000);
	assert_true(stream(319).correction_min_ns == -(INT64_C(1) << 46));
	assert_true(stream(319).correction_max_ns == INT64_C(1) << 46);
}

static void an_end_is_one_datagram_for_both_streams(void **state)
{
	(void)state;
	add_sync(RUN, 0);
	add_follow_up(0);
	add_follow_up_of(RUN, 1, WIRE_END);
	flows_tick(bed->flows, bed->arrival.mono_ns + 2000 * MS_NS);
	assert_true(stream(319).sent_known && stream(320).sent_known);
	assert_int_equal(flows_counts(bed->flows)->datagrams, 3);
}

static void held_syncs_of_others_stay_held(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 20; seq++) {
		add_sync(seq % 2 == 0 ? RUN : OTHER_RUN, seq);
	}
	add_follow_up(18);
	assert_int_equal(stream(319).counts.unique, 10);
	assert_int_equal(add_follow_up_of(OTHER_RUN, 19, WIRE_PROBE), PTP_PAIRS_OURS);
	assert_int_equal(flows_count(bed->flows), 4);
	ptp_pairs_end(&bed->pairs, bed->flows);
	assert_int_equal(flows_counts(bed->flows)->foreign_ptp, 0);
}

static void another_path_is_another_run(void **state)
{
	(void)state;
	add_follow_up(0);
	endpoint_set_ipv4(&bed->arrival.source, (const uint8_t[]){10, 31, 0, 9});
	assert_int_equal(add_sync(RUN, 1), PTP_PAIRS_HELD_BACK);
}

static void the_sixty_fifth_run_takes_the_place_of_the_first(void **state)
{
	(void)state;
	for (uint64_t i = 0; i <= PTP_PAIRS_RUNS; i++) {
		add_follow_up_of(RUN + i, 0, WIRE_PROBE);
	}
	assert_int_equal(add_sync(RUN + 1, 1), PTP_PAIRS_OURS);
	assert_int_equal(add_sync(RUN + PTP_PAIRS_RUNS, 1), PTP_PAIRS_OURS);
	assert_int_equal(add_sync(RUN, 1), PTP_PAIRS_HELD_BACK);
}

static void a_sync_before_the_first_probe_is_no_probe(void **state)
{
	(void)state;
	add_follow_up(3);
	assert_int_equal(add_sync(RUN, 65535), PTP_PAIRS_OURS); /* four before 3 */
	assert_null(bed->flow);
	assert_int_equal(flows_counts(bed->flows)->corrupt, 1);
	assert_int_equal(flows_count(bed->flows), 1);
}

static void without_ports_events_and_generals_are_told_apart(void **state)
{
	uint8_t message[44];

	(void)state;
	put_header(message, 0, sizeof(message), RUN, 1);
	add_follow_up(0);
	assert_int_equal(add(message, sizeof(message), 0, MS_NS), PTP_PAIRS_OURS);
	assert_int_equal(bed->flow->key.group.port, 319);
	assert_int_equal(bed->flow->key.source.port, 319);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_pair_is_a_probe_of_each_of_two_streams),
		TEST(syncs_before_the_first_follow_up_are_fed_once_it_is_known),
		TEST(a_sync_without_its_follow_up_has_the_seq_of_its_neighbours),
		TEST(loss_of_events_and_of_generals_is_counted_apart),
		TEST(the_precise_departure_gives_the_delay_of_the_sync),
		TEST(a_sync_that_no_follow_up_vouches_for_is_foreign_and_never_a_probe),
		TEST(a_sync_of_a_clock_named_by_its_mac_address_is_no_mystery),
		TEST(an_announce_is_foreign_and_junk_is_alien),
		TEST(probes_of_another_domain_are_told_apart),
		TEST(other_runs_are_passed_over_when_one_is_looked_for),
		TEST(corrections_are_those_of_each_path),
		TEST(a_correction_below_a_nanosecond_is_seen),
		TEST(extreme_corrections_do_no_harm),
		TEST(an_end_is_one_datagram_for_both_streams),
		TEST(held_syncs_of_others_stay_held),
		TEST(another_path_is_another_run),
		TEST(the_sixty_fifth_run_takes_the_place_of_the_first),
		TEST(a_sync_before_the_first_probe_is_no_probe),
		TEST(without_ports_events_and_generals_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
