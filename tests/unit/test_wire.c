/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe datagram against literal bytes; their CRCs come from a bitwise CRC-32C elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire.h"

/* Every field differs from every other; the sender was late for this slot, and two bits more. */
static const uint8_t probe_bytes[64] = {
	0x50, 0x54, 0x50, 0x62, 0x01, 0x00, 0x00, 0x40, /* magic, version, kind, header_length */
	0xa2, 0xb1, 0xc0, 0xdf, 0xee, 0xfd, 0x0c, 0x1b, /* run_id */
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, /* seq */
	0x18, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, /* sent_ns */
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x07, /* follow_up_seq */
	0x18, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xe5, 0xe6, /* follow_up_tx_ns */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x77, 0x35, 0x94, /* period_ns */
	0x0b, 0x2e, 0x01, 0x00, 0x19, 0xf9, 0xcc, 0x48, /* flags, dscp, ttl, 0, crc32c */
};

static const struct probe probe_fields = {
	.kind = WIRE_PROBE,
	.flags = WIRE_CLOCK_TAI | WIRE_CLOCK_SYNCHRONISED | WIRE_LATE_SLOT,
	.dscp = 46,
	.ttl = 1,
	.run_id = 0xa2b1c0dfeefd0c1b,
	.seq = 0x0102030405060708,
	.sent_ns = 0x18a1b2c3d4e5f607,
	.follow_up_seq = 0x0102030405060707,
	.follow_up_tx_ns = 0x18a1b2c3d4e5e5e6,
	.period_ns = 7812500,
};

/* An END of 1,280 probes, two nanoseconds before the epoch. */
static const uint8_t end_bytes[64] = {
	0x50, 0x54, 0x50, 0x62, 0x01, 0x01, 0x00, 0x40, /* */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00, /* */
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, /* */
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0xff, 0x00, 0x85, 0x12, 0xad, 0x2d, /* */
};

static const struct probe end_fields = {
	.kind = WIRE_END,
	.ttl = 255,
	.run_id = 0x0200000000000001,
	.seq = 1280,
	.sent_ns = -2,
	.follow_up_seq = WIRE_NO_FOLLOW_UP,
};

static const uint8_t padded_bytes[80] = {
	0x50, 0x54, 0x50, 0x62, 0x01, 0x00, 0x00, 0x40, /* */
	0xfe, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x0f, 0x42, 0x40, /* */
	0x04, 0x3f, 0x40, 0x00, 0x36, 0x8a, 0xa5, 0x40, /* */
	0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, /* padding */
	0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, /* */
};

static const struct probe padded_fields = {
	.kind = WIRE_PROBE,
	.flags = WIRE_FOLLOW_UP_HARDWARE,
	.dscp = 63,
	.ttl = 64,
	.run_id = 0xfe02030405060708,
	.follow_up_seq = WIRE_NO_FOLLOW_UP,
	.period_ns = 1000000,
};

/* A header of 72 bytes, as a later minor revision might send, reserved byte set; 4 bytes padding.
 */
static const uint8_t long_header_bytes[76] = {
	0x50, 0x54, 0x50, 0x62, 0x01, 0x00, 0x00, 0x48, /* */
	0x06, 0x07, 0x08, 0x09, 0x10, 0x11, 0x12, 0x13, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0b, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0d, /* */
	0x01, 0x02, 0x03, 0xff, 0x2b, 0xed, 0x70, 0x59, /* */
	0xde, 0xad, 0xbe, 0xef, 0x00, 0xc0, 0xff, 0xee, /* what version 1 doesn't know */
	0x48, 0x49, 0x4a, 0x4b,                         /* */
};

static const struct probe small_fields = {
	.kind = WIRE_PROBE,
	.flags = WIRE_CLOCK_TAI,
	.dscp = 2,
	.ttl = 3,
	.run_id = 0x0607080910111213,
	.seq = 9,
	.sent_ns = 10,
	.follow_up_seq = 11,
	.follow_up_tx_ns = 12,
	.period_ns = 13,
};

/* small_fields with the 8 bytes of the start and the CRC given: all right but for one thing each.
 */
static void small_bytes(const uint8_t start[static 8], uint32_t crc, uint8_t *ret_bytes)
{
	static const uint8_t low[6] = {9, 10, 11, 12, 13, 0};
	static const uint8_t run_id[8] = {0x06, 0x07, 0x08, 0x09, 0x10, 0x11, 0x12, 0x13};

	memset(ret_bytes, 0, 64);
	memcpy(ret_bytes, start, 8);
	memcpy(ret_bytes + 8, run_id, 8);
	for (int i = 0; i < 5; i++) {
		ret_bytes[16 + 8 * i + 7] = low[i];
	}
	ret_bytes[56] = 1;
	ret_bytes[57] = 2;
	ret_bytes[58] = 3;
	ret_bytes[60] = crc >> 24;
	ret_bytes[61] = crc >> 16 & 0xff;
	ret_bytes[62] = crc >> 8 & 0xff;
	ret_bytes[63] = crc & 0xff;
}

static void assert_probe_equal(const struct probe *got, const struct probe *want)
{
	assert_int_equal(got->kind, want->kind);
	assert_int_equal(got->flags, want->flags);
	assert_int_equal(got->dscp, want->dscp);
	assert_int_equal(got->ttl, want->ttl);
	assert_int_equal(got->run_id, want->run_id);
	assert_int_equal(got->seq, want->seq);
	assert_int_equal(got->sent_ns, want->sent_ns);
	assert_int_equal(got->follow_up_seq, want->follow_up_seq);
	assert_int_equal(got->follow_up_tx_ns, want->follow_up_tx_ns);
	assert_int_equal(got->period_ns, want->period_ns);
}

/* On the heap and of the exact size, so that a sanitizer sees a read beyond it. */
static enum wire_result decode_copy(const uint8_t *bytes, size_t length, struct probe *ret_probe)
{
	uint8_t *copy = malloc(length ? length : 1);
	enum wire_result result;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	result = wire_decode(copy, length, ret_probe);
	free(copy);
	return result;
}

static void assert_untouched(const uint8_t *bytes, size_t length, enum wire_result want)
{
	struct probe probe, before;

	memset(&probe, 0x5a, sizeof(probe));
	memcpy(&before, &probe, sizeof(probe));
	assert_int_equal(decode_copy(bytes, length, &probe), want);
	assert_memory_equal(&probe, &before, sizeof(probe));
}

static void probe_decodes_field_by_field(void **state)
{
	struct probe probe;

	(void)state;
	assert_int_equal(decode_copy(probe_bytes, sizeof(probe_bytes), &probe), WIRE_OK);
	assert_probe_equal(&probe, &probe_fields);
}

static void probe_encodes_to_the_literal_bytes(void **state)
{
	uint8_t bytes[64];

	(void)state;
	memset(bytes, 0xee, sizeof(bytes));
	wire_encode(bytes, sizeof(bytes), &probe_fields);
	assert_memory_equal(bytes, probe_bytes, sizeof(bytes));
}

static void end_carries_the_number_sent_and_a_negative_time(void **state)
{
	uint8_t bytes[64];
	struct probe probe;

	(void)state;
	assert_int_equal(decode_copy(end_bytes, sizeof(end_bytes), &probe), WIRE_OK);
	assert_probe_equal(&probe, &end_fields);
	memset(bytes, 0xee, sizeof(bytes));
	wire_encode(bytes, sizeof(bytes), &end_fields);
	assert_memory_equal(bytes, end_bytes, sizeof(bytes));
}

static void padding_is_its_own_offset_and_covered_by_the_crc(void **state)
{
	uint8_t bytes[80];
	struct probe probe;

	(void)state;
	assert_int_equal(decode_copy(padded_bytes, sizeof(padded_bytes), &probe), WIRE_OK);
	assert_probe_equal(&probe, &padded_fields);
	memset(bytes, 0xee, sizeof(bytes));
	wire_pad(bytes, sizeof(bytes));
	wire_encode(bytes, sizeof(bytes), &padded_fields);
	assert_memory_equal(bytes, padded_bytes, sizeof(bytes));
}

static void surplus_of_a_longer_header_is_skipped(void **state)
{
	struct probe probe;

	(void)state;
	assert_int_equal(decode_copy(long_header_bytes, sizeof(long_header_bytes), &probe),
			 WIRE_OK);
	assert_probe_equal(&probe, &small_fields);
}

static void header_length_below_64_is_corrupt_though_the_crc_is_right(void **state)
{
	static const uint8_t start[8] = {0x50, 0x54, 0x50, 0x62, 1, 0, 0, 63};
	uint8_t bytes[64];

	(void)state;
	small_bytes(start, 0x4997497e, bytes);
	assert_untouched(bytes, sizeof(bytes), WIRE_CORRUPT);
}

static void header_one_byte_beyond_the_datagram_is_corrupt_though_the_crc_is_right(void **state)
{
	static const uint8_t start[8] = {0x50, 0x54, 0x50, 0x62, 1, 0, 0, 65};
	uint8_t bytes[64];

	(void)state;
	small_bytes(start, 0x22ba3a90, bytes);
	assert_untouched(bytes, sizeof(bytes), WIRE_CORRUPT);
}

static void header_longer_than_the_datagram_is_corrupt(void **state)
{
	uint8_t bytes[76];

	(void)state;
	/* 72 bytes of header in a datagram of 71, and one with the announced length changed to 77
	 */
	assert_untouched(long_header_bytes, 71, WIRE_CORRUPT);
	memcpy(bytes, long_header_bytes, sizeof(bytes));
	bytes[7] = 77;
	assert_untouched(bytes, sizeof(bytes), WIRE_CORRUPT);
	bytes[6] = 0xff;
	bytes[7] = 0xff;
	assert_untouched(bytes, sizeof(bytes), WIRE_CORRUPT);
}

static void truncation_at_every_length_is_alien_without_magic_else_corrupt(void **state)
{
	(void)state;
	for (size_t length = 0; length < sizeof(padded_bytes); length++) {
		assert_untouched(padded_bytes, length, length < 4 ? WIRE_ALIEN : WIRE_CORRUPT);
	}
	for (size_t length = 0; length < sizeof(probe_bytes); length++) {
		assert_untouched(probe_bytes, length, length < 4 ? WIRE_ALIEN : WIRE_CORRUPT);
	}
}

static void flipped_bit_at_every_position_is_never_believed(void **state)
{
	uint8_t bytes[80];

	(void)state;
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		memcpy(bytes, padded_bytes, sizeof(bytes));
		bytes[bit / 8] ^= 1 << bit % 8;
		assert_untouched(bytes, sizeof(bytes), bit < 32 ? WIRE_ALIEN : WIRE_CORRUPT);
	}
}

static void surplus_byte_behind_the_datagram_is_corrupt(void **state)
{
	uint8_t bytes[65];

	(void)state;
	memcpy(bytes, probe_bytes, 64);
	for (int extra = 0; extra < 256; extra++) {
		bytes[64] = extra;
		assert_untouched(bytes, sizeof(bytes), WIRE_CORRUPT);
	}
}

static void version_2_with_the_right_crc_is_another_version(void **state)
{
	static const uint8_t start[8] = {0x50, 0x54, 0x50, 0x62, 2, 0, 0, 64};
	uint8_t bytes[64];

	(void)state;
	small_bytes(start, 0xc55fab1a, bytes);
	assert_untouched(bytes, sizeof(bytes), WIRE_OTHER_VERSION);
}

static void version_2_with_a_wrong_crc_is_corrupt(void **state)
{
	static const uint8_t start[8] = {0x50, 0x54, 0x50, 0x62, 2, 0, 0, 64};
	uint8_t bytes[64];

	(void)state;
	small_bytes(start, 0xc55fab1b, bytes);
	assert_untouched(bytes, sizeof(bytes), WIRE_CORRUPT);
}

static void unknown_kind_is_alien(void **state)
{
	static const uint8_t start[8] = {0x50, 0x54, 0x50, 0x62, 1, 2, 0, 64};
	uint8_t bytes[64];

	(void)state;
	small_bytes(start, 0x33105c9f, bytes);
	assert_untouched(bytes, sizeof(bytes), WIRE_ALIEN);
}

static void foreign_datagrams_are_alien(void **state)
{
	static const uint8_t sync[44] = {0x00, 0x02, 0x00, 0x2c, 0x63, 0x00, 0x02, 0x00};
	static const uint8_t nearly[64] = {'P', 'T', 'P', 'B', 1, 0, 0, 64};
	static const uint8_t zero[2000];

	(void)state;
	assert_untouched(sync, sizeof(sync), WIRE_ALIEN);
	assert_untouched(nearly, sizeof(nearly), WIRE_ALIEN);
	assert_untouched(zero, sizeof(zero), WIRE_ALIEN);
}

static void longest_datagram_goes_there_and_back(void **state)
{
	static const struct probe fields = {
		.kind = WIRE_PROBE,
		.ttl = 1,
		.run_id = 0x2a,
		.seq = 7,
		.sent_ns = 8,
		.follow_up_seq = 9,
		.follow_up_tx_ns = 10,
		.period_ns = 11,
	};
	uint8_t *bytes = malloc(WIRE_MAX_LENGTH);
	struct probe probe;

	(void)state;
	assert_non_null(bytes);
	wire_pad(bytes, WIRE_MAX_LENGTH);
	wire_encode(bytes, WIRE_MAX_LENGTH, &fields);
	for (size_t i = WIRE_HEADER_LENGTH; i < WIRE_MAX_LENGTH; i++) {
		assert_int_equal(bytes[i], i & 0xff);
	}
	assert_int_equal(bytes[60], 0xea);
	assert_int_equal(bytes[61], 0x50);
	assert_int_equal(bytes[62], 0xce);
	assert_int_equal(bytes[63], 0xa1);
	assert_int_equal(wire_decode(bytes, WIRE_MAX_LENGTH, &probe), WIRE_OK);
	assert_probe_equal(&probe, &fields);
	bytes[WIRE_MAX_LENGTH - 1] ^= 0x80;
	assert_int_equal(wire_decode(bytes, WIRE_MAX_LENGTH, &probe), WIRE_CORRUPT);
	free(bytes);
}

static void run_id_serves_as_a_clock_identity(void **state)
{
	/* only bits 1 and 0 of the first byte on the wire are fixed: 10 */
	(void)state;
	assert_int_equal(wire_run_id(0), 0x0200000000000000);
	assert_int_equal(wire_run_id(UINT64_MAX), 0xfeffffffffffffff);
	assert_int_equal(wire_run_id(0x0123456789abcdef), 0x0223456789abcdef);
	for (int bit = 0; bit < 64; bit++) {
		uint64_t id = wire_run_id(UINT64_C(1) << bit);

		assert_int_equal(id >> 56 & 3, 2);
		assert_int_equal(id, bit == 56 || bit == 57
					     ? UINT64_C(2) << 56
					     : UINT64_C(2) << 56 | UINT64_C(1) << bit);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(probe_decodes_field_by_field),
		cmocka_unit_test(probe_encodes_to_the_literal_bytes),
		cmocka_unit_test(end_carries_the_number_sent_and_a_negative_time),
		cmocka_unit_test(padding_is_its_own_offset_and_covered_by_the_crc),
		cmocka_unit_test(surplus_of_a_longer_header_is_skipped),
		cmocka_unit_test(header_length_below_64_is_corrupt_though_the_crc_is_right),
		cmocka_unit_test(
			header_one_byte_beyond_the_datagram_is_corrupt_though_the_crc_is_right),
		cmocka_unit_test(header_longer_than_the_datagram_is_corrupt),
		cmocka_unit_test(truncation_at_every_length_is_alien_without_magic_else_corrupt),
		cmocka_unit_test(flipped_bit_at_every_position_is_never_believed),
		cmocka_unit_test(surplus_byte_behind_the_datagram_is_corrupt),
		cmocka_unit_test(version_2_with_the_right_crc_is_another_version),
		cmocka_unit_test(version_2_with_a_wrong_crc_is_corrupt),
		cmocka_unit_test(unknown_kind_is_alien),
		cmocka_unit_test(foreign_datagrams_are_alien),
		cmocka_unit_test(longest_datagram_goes_there_and_back),
		cmocka_unit_test(run_id_serves_as_a_clock_identity),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
