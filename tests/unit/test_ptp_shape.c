/* SPDX-License-Identifier: BSD-2-Clause */
/* PTP messages to probes. The two literal messages were read by tshark 4.0 (-O ptp), field by
 * field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frame_bed.h"
#include "ptp_shape.h"

#define RUN UINT64_C(0x0a0b0c0d0e0f1011)

/* Domain 99, seq 7, 1700000000.007 s */
#define SYNC                                                                                \
	"00 02 002c 63 00 0200 0000000000000000 00000000 0a0b0c0d0e0f1011 0001 0007 00 f9 " \
	"0000 6553f100 006acfc0"
/* 1700000000.007004464 s */
#define FOLLOW_UP                                                                           \
	"08 02 0076 63 00 0000 0000000000000000 00000000 0a0b0c0d0e0f1011 0001 0007 02 f9 " \
	"0000 6553f100 006ae130"
#define TLV "0003 0046 025054 000001"
/* Its native header: run, seq 7, sent at 1700000000.007 s, no follow-up, period 7.8125 ms. */
#define NATIVE                                                                    \
	"50545062 01 00 0040 0a0b0c0d0e0f1011 0000000000000007 17979cfe3694cfc0 " \
	"ffffffffffffffff 0000000000000000 0000000000773594 00 00 00 00 30176c45"

static struct frame_bed bed;
static struct ptp_shaped message;

static void build_sync(void)
{
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, SYNC);
}

static void build_follow_up(void)
{
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, FOLLOW_UP);
	frame_bed_hex(&bed, TLV);
	frame_bed_probe(&bed, 7, WIRE_HEADER_LENGTH);
}

static enum ptp_shape decode(void)
{
	return ptp_shape_decode(bed.bytes, bed.length, &message);
}

static void a_sync_has_its_identity_and_time(void **state)
{
	(void)state;
	build_sync();
	assert_int_equal(decode(), PTP_SHAPE_SYNC);
	assert_true(message.run_id == RUN);
	assert_int_equal(message.sequence_id, 7);
	assert_int_equal(message.stamp_ns, 1700000000007000000);
}

static void a_follow_up_bears_the_native_header(void **state)
{
	(void)state;
	build_follow_up();
	assert_int_equal(bed.length, 118);
	assert_int_equal(decode(), PTP_SHAPE_FOLLOW_UP);
	assert_true(message.run_id == RUN);
	assert_int_equal(message.stamp_ns, 1700000000007004464);
	assert_int_equal(message.probe.kind, WIRE_PROBE);
	assert_int_equal(message.probe.seq, 7);
	assert_int_equal(message.probe.sent_ns, 1700000000007000000);
}

static void padding_of_ethernet_may_follow(void **state)
{
	(void)state;
	build_sync();
	frame_bed_hex(&bed, "0000");
	assert_int_equal(decode(), PTP_SHAPE_SYNC);
	build_follow_up();
	frame_bed_hex(&bed, "0000");
	assert_int_equal(decode(), PTP_SHAPE_FOLLOW_UP);
}

/* at, what stands there instead */
static enum ptp_shape changed(void (*build)(void), size_t at, uint8_t byte)
{
	build();
	bed.bytes[at] = byte;
	return decode();
}

static void other_clocks_syncs_are_foreign(void **state)
{
	(void)state;
	assert_int_equal(changed(build_sync, 0, 0x01), PTP_SHAPE_FOREIGN);  /* Delay_Req */
	assert_int_equal(changed(build_sync, 0, 0x10), PTP_SHAPE_FOREIGN);  /* 802.1AS */
	assert_int_equal(changed(build_sync, 1, 0x01), PTP_SHAPE_FOREIGN);  /* PTP version 1 */
	assert_int_equal(changed(build_sync, 1, 0x12), PTP_SHAPE_SYNC);     /* PTP version 2.1 */
	assert_int_equal(changed(build_sync, 3, 0x2d), PTP_SHAPE_FOREIGN);  /* a TLV behind it */
	assert_int_equal(changed(build_sync, 6, 0x00), PTP_SHAPE_FOREIGN);  /* one-step */
	assert_int_equal(changed(build_sync, 20, 0x08), PTP_SHAPE_FOREIGN); /* of a real MAC */
	assert_int_equal(changed(build_sync, 29, 2), PTP_SHAPE_FOREIGN);    /* port 2 */
}

static void other_clocks_follow_ups_are_foreign(void **state)
{
	(void)state;
	assert_int_equal(changed(build_follow_up, 0, 0x09), PTP_SHAPE_FOREIGN); /* Delay_Resp */
	assert_int_equal(changed(build_follow_up, 45, 0x02), PTP_SHAPE_FOREIGN);
	assert_int_equal(changed(build_follow_up, 48, 0x00), PTP_SHAPE_FOREIGN); /* organisation */
	assert_int_equal(changed(build_follow_up, 53, 0x02), PTP_SHAPE_FOREIGN); /* subtype */
	assert_int_equal(changed(build_follow_up, 54, 0x51), PTP_SHAPE_FOREIGN); /* no magic */
	build_follow_up();
	bed.length = 44; /* no TLV at all, as of a real master */
	bed.bytes[3] = 44;
	assert_int_equal(decode(), PTP_SHAPE_FOREIGN);
}

static void a_follow_up_of_ours_that_is_damaged_is_corrupt(void **state)
{
	(void)state;
	assert_int_equal(changed(build_follow_up, 54 + 20, 0xff), PTP_SHAPE_CORRUPT);
	assert_int_equal(changed(build_follow_up, 27, 0x12), PTP_SHAPE_CORRUPT); /* identity */
	assert_int_equal(changed(build_follow_up, 31, 0x08), PTP_SHAPE_CORRUPT); /* sequenceId */
	/* messageLength: one more, and one that no datagram has */
	assert_int_equal(changed(build_follow_up, 3, 0x77), PTP_SHAPE_CORRUPT);
	assert_int_equal(changed(build_follow_up, 2, 0xff), PTP_SHAPE_CORRUPT);
}

static void a_short_message_is_foreign(void **state)
{
	(void)state;
	build_follow_up();
	for (size_t length = 0; length < 118; length++) {
		assert_int_equal(ptp_shape_decode(bed.bytes, length, &message), PTP_SHAPE_FOREIGN);
	}
	build_sync();
	for (size_t length = 0; length < 44; length++) {
		assert_int_equal(ptp_shape_decode(bed.bytes, length, &message), PTP_SHAPE_FOREIGN);
	}
}

static void a_time_beyond_all_clocks_is_none(void **state)
{
	(void)state;
	assert_int_equal(changed(build_sync, 34, 0xff), PTP_SHAPE_SYNC);
	assert_int_equal(message.stamp_ns, 0);
	assert_int_equal(changed(build_sync, 40, 0xff), PTP_SHAPE_SYNC);
	assert_int_equal(message.stamp_ns, 0);
}

static struct probe seq_7(void)
{
	return (struct probe){
		.kind = WIRE_PROBE,
		.run_id = RUN,
		.seq = 7,
		.sent_ns = INT64_C(1700000000007000000),
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = 7812500, /* 128 a second */
	};
}

static void a_sync_is_written_as_drawn(void **state)
{
	uint8_t payload[PTP_SHAPE_SYNC_LENGTH + 1];
	struct probe probe = seq_7();

	(void)state;
	memset(payload, 0xa5, sizeof(payload));
	ptp_shape_encode_sync(payload, 99, &probe);
	build_sync();
	assert_memory_equal(payload, bed.bytes, PTP_SHAPE_SYNC_LENGTH);
	assert_int_equal(payload[PTP_SHAPE_SYNC_LENGTH], 0xa5); /* nor anything behind */
}

/* The native header within is wire.c's, whose vectors are in test_wire.c; the CRC here was worked
 * bit by bit. */
static void a_follow_up_is_written_as_drawn(void **state)
{
	uint8_t payload[PTP_SHAPE_FOLLOW_UP_LENGTH + 1];
	struct probe probe = seq_7();

	(void)state;
	memset(payload, 0xa5, sizeof(payload));
	ptp_shape_encode_follow_up(payload, 99, INT64_C(1700000000007004464), &probe);
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, FOLLOW_UP);
	frame_bed_hex(&bed, TLV);
	frame_bed_hex(&bed, NATIVE);
	assert_memory_equal(payload, bed.bytes, PTP_SHAPE_FOLLOW_UP_LENGTH);
	assert_int_equal(payload[PTP_SHAPE_FOLLOW_UP_LENGTH], 0xa5);
}

static void what_is_written_reads_back(void **state)
{
	uint8_t payload[PTP_SHAPE_FOLLOW_UP_LENGTH], again[PTP_SHAPE_FOLLOW_UP_LENGTH];
	struct probe probe = seq_7();

	(void)state;
	probe.seq = UINT64_C(0x123456789abcd); /* sequenceId abcd */
	probe.flags = WIRE_CLOCK_SYNCHRONISED | WIRE_FOLLOW_UP_HARDWARE;
	probe.dscp = 46;
	probe.ttl = 1;
	ptp_shape_encode_sync(payload, 0, &probe);
	assert_int_equal(ptp_shape_decode(payload, PTP_SHAPE_SYNC_LENGTH, &message),
			 PTP_SHAPE_SYNC);
	assert_true(message.run_id == RUN);
	assert_int_equal(message.sequence_id, 0xabcd);
	assert_int_equal(message.stamp_ns, probe.sent_ns);
	ptp_shape_encode_follow_up(payload, 255, INT64_C(4102444800999999999), &probe);
	assert_int_equal(ptp_shape_decode(payload, sizeof(payload), &message), PTP_SHAPE_FOLLOW_UP);
	assert_int_equal(message.sequence_id, 0xabcd);
	assert_int_equal(message.stamp_ns, INT64_C(4102444800999999999));
	/* a struct has bytes that nobody wrote: every member is in what is written of it */
	ptp_shape_encode_follow_up(again, 255, message.stamp_ns, &message.probe);
	assert_memory_equal(again, payload, sizeof(payload));
}

static void an_end_is_a_follow_up(void **state)
{
	uint8_t payload[PTP_SHAPE_FOLLOW_UP_LENGTH];
	struct probe probe = seq_7();

	(void)state;
	probe.kind = WIRE_END;
	probe.seq = 65536;
	ptp_shape_encode_follow_up(payload, 99, 0, &probe);
	assert_int_equal(ptp_shape_decode(payload, sizeof(payload), &message), PTP_SHAPE_FOLLOW_UP);
	assert_int_equal(message.probe.kind, WIRE_END);
	assert_int_equal(message.probe.seq, 65536);
	assert_int_equal(message.sequence_id, 0);
}

static void an_unknown_departure_reads_as_none(void **state)
{
	uint8_t payload[PTP_SHAPE_FOLLOW_UP_LENGTH];
	struct probe probe = seq_7();

	(void)state;
	for (int64_t stamp_ns = -1; stamp_ns <= 0; stamp_ns++) {
		ptp_shape_encode_follow_up(payload, 99, stamp_ns, &probe);
		assert_int_equal(ptp_shape_decode(payload, sizeof(payload), &message),
				 PTP_SHAPE_FOLLOW_UP);
		assert_int_equal(message.stamp_ns, 0);
		assert_int_equal(message.probe.seq, 7);
	}
}

static void the_interval_is_the_nearest_power_of_2(void **state)
{
	(void)state;
	assert_int_equal(ptp_shape_log_interval(0), 0x7f);
	assert_int_equal(ptp_shape_log_interval(1000000000), 0);
	assert_int_equal(ptp_shape_log_interval(1400000000), 0);
	assert_int_equal(ptp_shape_log_interval(1500000000), 1);
	assert_int_equal(ptp_shape_log_interval(710000000), 0);
	assert_int_equal(ptp_shape_log_interval(700000000), -1);
	assert_int_equal(ptp_shape_log_interval(7812500), -7);
	assert_int_equal(ptp_shape_log_interval(1000000), -10);                /* 2^-9.97 */
	assert_int_equal(ptp_shape_log_interval(1), -30);                      /* 2^-29.9 */
	assert_int_equal(ptp_shape_log_interval(UINT64_C(1000000000000)), 10); /* 2^9.97 */
	assert_int_equal(ptp_shape_log_interval(UINT64_MAX), 34);              /* 2^34.1 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sync_has_its_identity_and_time),
		cmocka_unit_test(a_follow_up_bears_the_native_header),
		cmocka_unit_test(padding_of_ethernet_may_follow),
		cmocka_unit_test(other_clocks_syncs_are_foreign),
		cmocka_unit_test(other_clocks_follow_ups_are_foreign),
		cmocka_unit_test(a_follow_up_of_ours_that_is_damaged_is_corrupt),
		cmocka_unit_test(a_short_message_is_foreign),
		cmocka_unit_test(a_time_beyond_all_clocks_is_none),
		cmocka_unit_test(a_sync_is_written_as_drawn),
		cmocka_unit_test(a_follow_up_is_written_as_drawn),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(an_end_is_a_follow_up),
		cmocka_unit_test(an_unknown_departure_reads_as_none),
		cmocka_unit_test(the_interval_is_the_nearest_power_of_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
