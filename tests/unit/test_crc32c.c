/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32C against RFC 3720, appendix B.4, and a bitwise reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crc32c.h"

/* One bit at a time, from the polynomial alone. */
static uint32_t reference(const uint8_t *data, size_t length)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		for (int bit = 0; bit < 8; bit++) {
			uint32_t carry = (crc ^ data[i] >> bit) & 1;

			crc = crc >> 1 ^ (carry ? 0x82f63b78 : 0);
		}
	}
	return ~crc;
}

/* The RFC prints the CRC as the bytes on the wire, least significant first. */
static uint32_t printed(uint8_t b0, uint8_t b1, uint8_t b2, uint8_t b3)
{
	return b0 | (uint32_t)b1 << 8 | (uint32_t)b2 << 16 | (uint32_t)b3 << 24;
}

static void rfc_3720_vectors(void **state)
{
	static const uint8_t read_command[48] = {
		0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00,
		0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18, 0x28, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	};
	uint8_t bytes[32];

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(crc32c(0, bytes, sizeof(bytes)), printed(0xaa, 0x36, 0x91, 0x8a));
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(crc32c(0, bytes, sizeof(bytes)), printed(0x43, 0xab, 0xa8, 0x62));
	for (int i = 0; i < 32; i++) {
		bytes[i] = i;
	}
	assert_int_equal(crc32c(0, bytes, sizeof(bytes)), printed(0x4e, 0x79, 0xdd, 0x46));
	for (int i = 0; i < 32; i++) {
		bytes[i] = 31 - i;
	}
	assert_int_equal(crc32c(0, bytes, sizeof(bytes)), printed(0x5c, 0xdb, 0x3f, 0x11));
	assert_int_equal(crc32c(0, read_command, sizeof(read_command)),
			 printed(0x56, 0x3a, 0x96, 0xd9));
}

static void check_value_of_the_nine_digits(void **state)
{
	(void)state;
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(crc32c(0, "", 0), 0);
}

static void every_length_equals_the_bitwise_reference(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (size_t length = 0; length <= 200; length++) {
		for (size_t offset = 0; offset < 8; offset++) {
			uint8_t *block = malloc(length + offset + 1);

			assert_non_null(block);
			for (size_t i = 0; i < length + offset; i++) {
				random = random * 1664525 + 1013904223;
				block[i] = random >> 24;
			}
			assert_int_equal(crc32c(0, block + offset, length),
					 reference(block + offset, length));
			free(block);
		}
	}
}

static void pieces_give_the_crc_of_the_whole(void **state)
{
	uint8_t bytes[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = i * 37 + 11;
	}
	for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
		uint32_t crc = crc32c(0, bytes, cut);

		crc = crc32c(crc, bytes + cut, sizeof(bytes) - cut);
		assert_int_equal(crc, reference(bytes, sizeof(bytes)));
	}
	for (size_t step = 1; step < 20; step++) {
		uint32_t crc = 0;

		for (size_t at = 0; at < sizeof(bytes); at += step) {
			size_t rest = sizeof(bytes) - at;

			crc = crc32c(crc, bytes + at, rest < step ? rest : step);
		}
		assert_int_equal(crc, reference(bytes, sizeof(bytes)));
	}
}

static void the_zeroed_bytes_count_as_zero_wherever_they_are(void **state)
{
	uint8_t bytes[100], zeroed[100];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = i * 37 + 11;
	}
	for (size_t length = CRC32C_BYTES; length <= sizeof(bytes); length++) {
		for (size_t at = 0; at + CRC32C_BYTES <= length; at++) {
			memcpy(zeroed, bytes, length);
			memset(zeroed + at, 0, CRC32C_BYTES);
			assert_int_equal(crc32c_zeroing(bytes, length, at),
					 reference(zeroed, length));
		}
	}
}

static void long_data_equals_the_bitwise_reference(void **state)
{
	uint8_t *bytes = malloc(65000);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 65000; i++) {
		bytes[i] = i ^ i >> 8;
	}
	assert_int_equal(crc32c(0, bytes, 65000), reference(bytes, 65000));
	free(bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_3720_vectors),
		cmocka_unit_test(check_value_of_the_nine_digits),
		cmocka_unit_test(every_length_equals_the_bitwise_reference),
		cmocka_unit_test(pieces_give_the_crc_of_the_whole),
		cmocka_unit_test(the_zeroed_bytes_count_as_zero_wherever_they_are),
		cmocka_unit_test(long_data_equals_the_bitwise_reference),
	};

	return cmocka_run_group_tests_name("crc32c", tests, NULL, NULL);
}
