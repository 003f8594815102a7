/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frame.h"
#include "truth.h"

static const struct frame_probe probe = {
	.run_id = 0x0200000000000001,
	.source = {[10] = 0xff, 0xff, 10, 31, 0, 1},
	.group = {[10] = 0xff, 0xff, 239, 255, 31, 9},
	.source_port = 40000,
	.port = 31900,
};

/* Sends the seqs 0..sent-1, and lets out leave the relay in that order; returns the flow's summary.
 */
static json_t *summarise(uint64_t sent, const uint64_t *out, size_t outs)
{
	FILE *log = tmpfile();
	struct truth *truth = truth_new(log);
	uint32_t flow = truth_flow(truth, &probe);
	json_t *summary, *result;

	assert_int_equal(flow, 1);
	for (uint64_t seq = 0; seq < sent; seq++) {
		assert_int_equal(truth_add(truth, flow, seq, TRUTH_IN, 0), 0);
	}
	for (size_t i = 0; i < outs; i++) {
		assert_int_equal(truth_add(truth, flow, out[i], TRUTH_OUT, 0), 0);
	}
	summary = truth_json(truth);
	result = json_incref(json_array_get(json_object_get(summary, "flows"), 0));
	json_decref(summary);
	truth_free(truth);
	fclose(log);
	return result;
}

static void assert_member(const json_t *flow, const char *name, json_int_t wanted)
{
	assert_int_equal(json_integer_value(json_object_get(flow, name)), wanted);
}

static void duplicate_hides_no_loss(void **state)
{
	static const uint64_t out[] = {0, 1, 3, 3, 4, 5};
	json_t *flow = summarise(6, out, 6);

	(void)state;
	assert_member(flow, "sent", 6);
	assert_member(flow, "received", 6);
	assert_member(flow, "unique", 5);
	assert_member(flow, "lost", 1);
	assert_member(flow, "duplicate", 1);
	assert_member(flow, "reordered", 0);
	json_decref(flow);
}

/* RFC 4737, section 4.2.2, by hand: 3, 4 and 5 follow 6 at a distance of 1, 2 and 3 */
static void extent_is_counted_from_the_earliest_greater_seq(void **state)
{
	static const uint64_t out[] = {0, 1, 2, 6, 3, 4, 5, 7};
	json_t *flow = summarise(8, out, 8);

	(void)state;
	assert_member(flow, "reordered", 3);
	assert_member(flow, "max_extent", 3);
	assert_member(flow, "lost", 0);
	json_decref(flow);
}

static void lost_runs_become_ranges_and_the_tail_counts(void **state)
{
	static const uint64_t out[] = {2, 3, 6};
	json_t *flow = summarise(10, out, 3);
	char *ranges = json_dumps(json_object_get(flow, "missing"), JSON_COMPACT);

	(void)state;
	assert_string_equal(ranges, "[[0,1],[4,5],[7,9]]");
	assert_member(flow, "lost", 7);
	free(ranges);
	json_decref(flow);
}

static void other_run_and_other_group_are_other_flows(void **state)
{
	FILE *log = tmpfile();
	struct truth *truth = truth_new(log);
	struct frame_probe other_run = probe, other_group = probe;

	(void)state;
	other_run.run_id++;
	other_group.group[15]++;
	assert_int_equal(truth_flow(truth, &probe), 1);
	assert_int_equal(truth_flow(truth, &other_run), 2);
	assert_int_equal(truth_flow(truth, &other_group), 3);
	assert_int_equal(truth_flow(truth, &probe), 1);
	truth_free(truth);
	fclose(log);
}

/* A probe in a frame, byte by byte from doc/wire-format.md; its CRC is of no concern to the relay.
 */
enum { FRAME_LENGTH = 14 + 20 + 8 + 64 };

static void make_frame(uint8_t frame[static FRAME_LENGTH])
{
	static const uint8_t head[] = {
		0x01, 0x00, 0x5e, 0x7f, 0x1f, 0x09, 0x02, 0,    0, 0,  0, 1, 0x08, 0x00, /* Ethernet
											  */
		0x45, 0,    0,    92,   0,    1,    0,    0,    1, 17, 0, 0, 10,   31,   0,
		1,    239,  255,  31,   9,                    /* IPv4 */
		0x9c, 0x40, 0x7c, 0x9c, 0,    72,   0,    0,  /* UDP 40000 -> 31900 */
		0x50, 0x54, 0x50, 0x62, 1,    0,    0,    64, /* magic, version, kind, header_length
							       */
		0x02, 1,    2,    3,    4,    5,    6,    7,  /* run_id */
		0,    0,    0,    0,    0,    0,    0x12, 0x34, /* seq */
	};

	memset(frame, 0, FRAME_LENGTH);
	memcpy(frame, head, sizeof(head));
}

static void probe_is_found_in_its_frame(void **state)
{
	uint8_t frame[FRAME_LENGTH];
	struct frame_probe found;

	(void)state;
	make_frame(frame);
	assert_true(frame_find_probe(frame, sizeof(frame), &found));
	assert_int_equal(found.run_id, 0x0201020304050607);
	assert_int_equal(found.seq, 0x1234);
	assert_int_equal(found.port, 31900);
	assert_int_equal(found.source_port, 40000);
	assert_int_equal(found.payload, 42);
	assert_int_equal(found.length, 64);
	assert_false(found.is_end || found.is_fragment);
	assert_memory_equal(found.group, probe.group, 16);
	frame[42 + 5] = 1;
	assert_true(frame_find_probe(frame, sizeof(frame), &found) && found.is_end);
	frame[42] = 'x';
	assert_false(frame_find_probe(frame, sizeof(frame), &found));
}

static void no_cut_of_a_frame_is_read_beyond_its_end(void **state)
{
	uint8_t frame[FRAME_LENGTH];
	struct frame_probe found;

	(void)state;
	make_frame(frame);
	for (size_t length = 0; length < sizeof(frame); length++) {
		assert_false(frame_find_probe(frame, length, &found));
		frame_write_checksum(frame, length);
	}
}

/*
 * By hand: the pseudo header's words 0a1f 0001 efff 1f09 0011 0048, the UDP header's 9c40 7c9c 0048
 * and the payload's 5054 5062 0100 0040 0201 0203 0405 0607 1234 add up to 0x2f4df; folded 0xf4e1,
 * and its complement is 0b1e.
 */
static void checksum_is_the_one_computed_by_hand(void **state)
{
	uint8_t frame[FRAME_LENGTH];

	(void)state;
	make_frame(frame);
	frame_write_checksum(frame, sizeof(frame));
	assert_int_equal(frame[40], 0x0b);
	assert_int_equal(frame[41], 0x1e);
}

static void corruption_flips_one_bit_behind_the_magic(void **state)
{
	(void)state;
	for (uint64_t seq = 0; seq < 200; seq++) {
		uint8_t before[FRAME_LENGTH], after[FRAME_LENGTH];
		struct frame_probe found;
		int flipped = 0;

		make_frame(before);
		before[42 + 23] = (uint8_t)seq;
		memcpy(after, before, sizeof(after));
		assert_true(frame_find_probe(after, sizeof(after), &found));
		frame_corrupt(after, sizeof(after), &found);
		assert_memory_equal(before, after, 40);
		assert_memory_equal(before + 42, after + 42, 4);
		for (size_t i = 46; i < sizeof(after); i++) {
			flipped += __builtin_popcount(before[i] ^ after[i]);
		}
		assert_int_equal(flipped, 1);
	}
}

/* A PTP header: sdoId 0, type, version 2, domain 5, sourcePortIdentity 1..8 and 2, sequence 513. */
static void write_ptp(uint8_t *at, uint8_t type)
{
	memset(at, 0, 44);
	at[0] = type;
	at[1] = 2;
	at[3] = 44;
	at[4] = 5;
	for (uint8_t i = 0; i < 8; i++) {
		at[20 + i] = (uint8_t)(i + 1);
	}
	at[29] = 2;
	at[30] = 2;
	at[31] = 1;
}

static void assert_ptp(const uint8_t *frame, size_t length, size_t at, uint8_t type)
{
	struct frame_ptp ptp;

	assert_true(frame_find_ptp(frame, length, &ptp));
	assert_int_equal(ptp.at, at);
	assert_int_equal(ptp.type, type);
	assert_int_equal(ptp.domain, 5);
	assert_int_equal(ptp.clock, 0x0102030405060708);
	assert_int_equal(ptp.port, 2);
	assert_int_equal(ptp.sequence_id, 513);
}

static void ptp_message_is_found_in_ethernet_tagged_or_not_and_in_udp(void **state)
{
	uint8_t frame[FRAME_LENGTH] = {[12] = 0x88, 0xf7}, tagged[FRAME_LENGTH] = {0},
		udp[FRAME_LENGTH];
	struct frame_ptp ptp;

	(void)state;
	write_ptp(frame + 14, 0);
	assert_ptp(frame, 58, 14, 0);
	assert_false(frame_find_ptp(frame, 14 + 33, &ptp));
	frame[15] = 1;
	assert_false(frame_find_ptp(frame, 58, &ptp));
	tagged[12] = 0x81;
	tagged[16] = 0x88;
	tagged[17] = 0xf7;
	write_ptp(tagged + 18, 11);
	assert_ptp(tagged, 62, 18, 11);
	make_frame(udp);
	write_ptp(udp + 42, 8);
	assert_false(frame_find_ptp(udp, sizeof(udp), &ptp));
	udp[36] = 320 >> 8;
	udp[37] = 320 & 255;
	assert_ptp(udp, sizeof(udp), 42, 8);
}

/* 80 ns are 80 times 65536 in the correctionField: 00 00 00 00 00 50 00 00 */
static void correction_grows_by_what_is_told(void **state)
{
	static const uint8_t wanted[8] = {0, 0, 0, 0, 1, 0x50, 0, 0};
	uint8_t frame[FRAME_LENGTH] = {[12] = 0x88, 0xf7};
	struct frame_ptp ptp;

	(void)state;
	write_ptp(frame + 14, 0);
	frame[14 + 12] = 1;
	assert_true(frame_find_ptp(frame, 58, &ptp));
	frame_correct(frame, 58, &ptp, 80);
	assert_memory_equal(frame + 14 + 8, wanted, 8);
}

/* Of flagField's first byte 0x02 is twoStep (13.3.2.8); 0x04 is unicast. */
static void a_one_step_message_has_no_two_step_flag(void **state)
{
	uint8_t frame[FRAME_LENGTH] = {[12] = 0x88, 0xf7};
	struct frame_ptp ptp;

	(void)state;
	write_ptp(frame + 14, 0);
	frame[14 + 6] = 0x06;
	frame[14 + 7] = 0x0a;
	assert_true(frame_find_ptp(frame, 58, &ptp));
	frame_make_one_step(frame, 58, &ptp);
	assert_int_equal(frame[14 + 6], 0x04);
	assert_int_equal(frame[14 + 7], 0x0a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(duplicate_hides_no_loss),
		cmocka_unit_test(extent_is_counted_from_the_earliest_greater_seq),
		cmocka_unit_test(lost_runs_become_ranges_and_the_tail_counts),
		cmocka_unit_test(other_run_and_other_group_are_other_flows),
		cmocka_unit_test(probe_is_found_in_its_frame),
		cmocka_unit_test(no_cut_of_a_frame_is_read_beyond_its_end),
		cmocka_unit_test(checksum_is_the_one_computed_by_hand),
		cmocka_unit_test(corruption_flips_one_bit_behind_the_magic),
		cmocka_unit_test(ptp_message_is_found_in_ethernet_tagged_or_not_and_in_udp),
		cmocka_unit_test(correction_grows_by_what_is_told),
		cmocka_unit_test(a_one_step_message_has_no_two_step_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
