/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames to streams: super-frames, fragments, cut frames, other people's frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "flows.h"
#include "frame_bed.h"
#include "observer.h"
#include "segments.h"

enum { AT_PAYLOAD = 14 + 20 + 8 };

static struct frame_bed bed;
static struct observer *observer;
static int64_t now_ns;

static int set_up(void **state)
{
	(void)state;
	now_ns = 0;
	observer = calloc(1, sizeof(*observer));
	observer->flows = flows_new(16, 1000000000, INT64_MAX);
	observer->flow = calloc(FLOWS_MAX, sizeof(*observer->flow));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	flows_free(observer->flows);
	free(observer->flow);
	free(observer);
	return 0;
}

/* A frame of count probes from seq on, each of length bytes but the last. */
static void build(uint64_t seq, unsigned int count, size_t length, size_t last)
{
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_ipv4(&bed, (count - 1) * length + last, 0x4000);
	for (unsigned int i = 0; i < count; i++) {
		frame_bed_probe(&bed, seq + i, i + 1 < count ? length : last);
	}
}

static bool add_cut(uint32_t captured)
{
	struct frame frame = frame_bed_frame(&bed, 1);

	frame.captured = captured;
	now_ns += 1000000;
	return observer_add(observer, &frame, now_ns);
}

static bool add(void)
{
	return add_cut((uint32_t)bed.length);
}

static struct flow_counts counts(void)
{
	assert_int_equal(flows_count(observer->flows), 1);
	return flow_count(flows_at(observer->flows, 0));
}

static void a_frame_is_one_probe(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 10; seq++) {
		build(seq, 1, 64, 64);
		assert_true(add());
	}
	assert_int_equal(counts().unique, 10);
	assert_int_equal(counts().bytes, 640);
	assert_int_equal(observer->flow[0].frames, 10);
	assert_int_equal(observer->counts.frames, 10);
	assert_int_equal(observer->counts.probes, 10);
	assert_int_equal(observer->counts.offloaded, 0);
	assert_int_equal(flows_at(observer->flows, 0)->ttl_max, 3);
	assert_int_equal(flows_at(observer->flows, 0)->dscp[46], 10);
}

static void a_super_frame_is_as_many_probes(void **state)
{
	(void)state;
	build(0, 50, 64, 64);
	assert_true(add());
	build(50, 40, 1400, 1400);
	assert_true(add());
	build(90, 10, 200, 100); /* the last may be shorter */
	assert_true(add());
	assert_int_equal(counts().unique, 100);
	assert_int_equal(counts().corrupt, 0);
	assert_int_equal(counts().bytes, 50 * 64 + 40 * 1400 + 9 * 200 + 100);
	assert_int_equal(observer->flow[0].frames, 3);
	assert_int_equal(observer->counts.offloaded, 3);
}

static void one_of_a_super_frames_probes_gives_a_sample_of_delay(void **state)
{
	struct flow *flow;

	(void)state;
	build(0, 50, 64, 64);
	add();
	flow = flows_at(observer->flows, 0);
	assert_int_equal(flow->rx_stamps[STAMP_SOFTWARE], 1);
}

static void a_probe_that_joining_has_lost_is_missing(void **state)
{
	(void)state;
	/* GRO joins what came, and 3 didn't */
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_ipv4(&bed, 4 * 64, 0);
	frame_bed_probe(&bed, 1, 64);
	frame_bed_probe(&bed, 2, 64);
	frame_bed_probe(&bed, 4, 64);
	frame_bed_probe(&bed, 5, 64);
	assert_true(add());
	assert_int_equal(counts().unique, 4);
	assert_int_equal(sequence_pending(&flows_at(observer->flows, 0)->sequence), 2);
}

static void a_damaged_probe_of_a_super_frame_is_corrupt_alone(void **state)
{
	static const unsigned int damaged[] = {0, 1, 4, 9};

	(void)state;
	build(0, 1, 64, 64);
	add();
	for (unsigned int i = 0; i < 4; i++) {
		build(1 + 10 * i, 10, 100, 100);
		bed.bytes[AT_PAYLOAD + damaged[i] * 100 + 70] ^= 1;
		assert_true(add());
		assert_int_equal(counts().unique, 1 + 9 * (i + 1));
		assert_int_equal(counts().corrupt, i + 1);
	}
}

static void a_long_probe_whose_crc_is_right_is_never_cut(void **state)
{
	struct probe probe = {.run_id = 0x0a0b0c0d0e0f1011, .seq = 0, .follow_up_seq = UINT64_MAX};

	(void)state;
	/* its padding holds a whole other probe, where a second segment would be */
	build(0, 20, 64, 64);
	wire_encode(bed.bytes + AT_PAYLOAD, 20 * 64, &probe);
	assert_true(add());
	assert_int_equal(counts().unique, 1);
	assert_int_equal(counts().bytes, 20 * 64);
	assert_int_equal(observer->counts.offloaded, 0);
}

static void the_magic_in_a_corrupt_probe_makes_no_segment(void **state)
{
	(void)state;
	build(0, 1, 64, 64);
	add();
	build(1, 1, 1400, 1400);
	memcpy(bed.bytes + AT_PAYLOAD + 300, "PTPb", 4);
	assert_true(add());
	build(2, 1, 1400, 1400);
	memcpy(bed.bytes + AT_PAYLOAD + 300, bed.bytes + AT_PAYLOAD, 64);
	assert_true(add());
	assert_int_equal(counts().corrupt, 2);
	assert_int_equal(counts().unique, 1);
	assert_int_equal(observer->counts.offloaded, 0);
}

static void a_payload_full_of_magic_costs_few_crcs(void **state)
{
	(void)state;
	build(0, 1, 64, 64);
	add();
	build(1, 1, 60000, 60000);
	for (size_t at = 64; at + 64 <= 60000; at += 16) {
		memcpy(bed.bytes + AT_PAYLOAD + at, bed.bytes + AT_PAYLOAD, 16);
	}
	for (int i = 0; i < 2000; i++) { /* a minute, if each place cost a CRC */
		add();
	}
	assert_int_equal(counts().corrupt, 2000);
}

static void a_cut_probe_is_believed_and_counted(void **state)
{
	(void)state;
	build(7, 1, 200, 200);
	assert_true(add_cut(AT_PAYLOAD + 64));
	assert_int_equal(counts().unique, 1);
	assert_int_equal(counts().bytes, 200);
	assert_int_equal(observer->counts.unverified, 1);
	assert_int_equal(observer->counts.fragmented, 0);
	assert_int_equal(observer->flow[0].unverified, 1);
	assert_int_equal(observer->counts.doubtful, 0);
	/* whose header is cut can't be known */
	build(8, 1, 200, 200);
	assert_true(add_cut(AT_PAYLOAD + 63));
	assert_int_equal(counts().unique, 1);
	assert_int_equal(observer->counts.unseen, 1);
	/* and without the magic nothing is */
	assert_false(add_cut(AT_PAYLOAD + 3));
	assert_int_equal(observer->counts.unseen, 1);
}

static void a_cut_super_frame_says_what_it_does_not_know(void **state)
{
	(void)state;
	/* two whole ones, half a header, and seven that aren't there */
	build(0, 10, 100, 100);
	assert_true(add_cut(AT_PAYLOAD + 232));
	assert_int_equal(counts().unique, 2);
	assert_int_equal(observer->counts.unseen, 8);
	/* the second isn't there: one long probe, for all that can be told */
	build(10, 40, 100, 100);
	assert_true(add_cut(AT_PAYLOAD + 80));
	assert_int_equal(counts().unique, 3);
	assert_int_equal(observer->counts.doubtful, 1);
}

static void a_fragmented_probe_counts_by_its_first_fragment(void **state)
{
	(void)state;
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_hex(&bed, "45 b8 05dc 1234 2000 03 11 dead 0a1f0001 efff1f09");
	frame_bed_udp(&bed, 3000);
	frame_bed_probe(&bed, 1, 3000);
	bed.length = 14 + 1500;
	assert_true(add());
	assert_int_equal(counts().unique, 1);
	assert_int_equal(counts().bytes, 3000);
	assert_int_equal(observer->counts.fragmented, 1);
	assert_int_equal(observer->counts.unverified, 1);
	assert_int_equal(observer->flow[0].fragmented, 1);
	assert_int_equal(observer->counts.doubtful, 0);

	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_hex(&bed, "45 b8 05dc 1234 20b9 03 11 dead 0a1f0001 efff1f09");
	frame_bed_probe(&bed, 1, 1480);
	assert_false(add());
	assert_int_equal(counts().duplicate, 0);
}

static void what_is_no_probe_is_passed_over(void **state)
{
	(void)state;
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_ipv4(&bed, 64, 0);
	for (int i = 0; i < 64; i++) {
		frame_bed_hex(&bed, "50");
	}
	assert_false(add());
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0806);
	frame_bed_hex(&bed, "0001 0800 0604 0001 020000000001 0a1f0001 000000000000 0a1f0002");
	assert_false(add());
	assert_int_equal(observer->counts.frames, 2);
	assert_int_equal(flows_count(observer->flows), 0);
	assert_int_equal(flows_counts(observer->flows)->alien, 0);
}

static void a_foreign_ptp_message_is_neither_a_probe_nor_alien(void **state)
{
	(void)state;
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "011b19000000 020000000001 88f7");
	frame_bed_hex(&bed, "0b 02 0040 00 00 0000 0000000000000000 00000000 000000fffe000001 "
			    "0001 0001 05 01 00000000000000000000 0025 00 80 f8 fe ffff 80 "
			    "000000fffe000001 0000 a0"); /* Announce */
	assert_false(add());
	assert_int_equal(flows_counts(observer->flows)->foreign_ptp, 1);
	assert_int_equal(flows_counts(observer->flows)->alien, 0);
}

static void one_run_alone_can_be_looked_at(void **state)
{
	(void)state;
	observer->run = (struct run_id){0x1111, UINT64_MAX};
	build(0, 3, 64, 64);
	assert_true(add());
	assert_int_equal(flows_count(observer->flows), 0);
	observer->run = (struct run_id){0x0a0b0c0000000000, 0xffffff0000000000};
	assert_true(add());
	assert_int_equal(counts().unique, 3);
}

static void segments_are_found_whatever_their_length(void **state)
{
	(void)state;
	for (size_t length = 64; length < 700; length += 7) {
		build(0, 5, length, length);
		assert_int_equal(segments_length(bed.bytes + AT_PAYLOAD, 5 * length, 5 * length),
				 length);
		build(0, 5, length, 64);
		assert_int_equal(
			segments_length(bed.bytes + AT_PAYLOAD, 4 * length + 64, 4 * length + 64),
			length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_frame_is_one_probe),
		TEST(a_super_frame_is_as_many_probes),
		TEST(one_of_a_super_frames_probes_gives_a_sample_of_delay),
		TEST(a_probe_that_joining_has_lost_is_missing),
		TEST(a_damaged_probe_of_a_super_frame_is_corrupt_alone),
		TEST(a_long_probe_whose_crc_is_right_is_never_cut),
		TEST(the_magic_in_a_corrupt_probe_makes_no_segment),
		TEST(a_payload_full_of_magic_costs_few_crcs),
		TEST(a_cut_probe_is_believed_and_counted),
		TEST(a_cut_super_frame_says_what_it_does_not_know),
		TEST(a_fragmented_probe_counts_by_its_first_fragment),
		TEST(what_is_no_probe_is_passed_over),
		TEST(a_foreign_ptp_message_is_neither_a_probe_nor_alien),
		TEST(one_run_alone_can_be_looked_at),
		TEST(segments_are_found_whatever_their_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
