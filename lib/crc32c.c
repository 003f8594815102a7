/* SPDX-License-Identifier: BSD-2-Clause */
#include "crc32c.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif

/* One nibble at a time: small, and the processors that matter have an instruction for it. */
static uint32_t extend_table(uint32_t crc, const uint8_t *data, size_t length)
{
	static const uint32_t table[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
		0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};

	for (size_t i = 0; i < length; i++) {
		crc ^= data[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

#if defined(__x86_64__)

#define HAVE_INSTRUCTION 1
#define WITH_INSTRUCTION __attribute__((target("sse4.2")))

static bool has_instruction(void)
{
	return __builtin_cpu_supports("sse4.2");
}

WITH_INSTRUCTION static inline uint32_t extend_instruction(uint32_t crc, const uint8_t *data,
							   size_t length)
{
	uint64_t wide = crc;

	for (; length >= sizeof(uint64_t); data += sizeof(uint64_t), length -= sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, data, sizeof(word));
		wide = _mm_crc32_u64(wide, word);
	}
	crc = (uint32_t)wide;
	if (length >= sizeof(uint32_t)) {
		uint32_t word;

		memcpy(&word, data, sizeof(word));
		crc = _mm_crc32_u32(crc, word);
		data += sizeof(word);
		length -= sizeof(word);
	}
	for (; length > 0; data++, length--) {
		crc = _mm_crc32_u8(crc, *data);
	}
	return crc;
}

#elif defined(__aarch64__) && defined(__linux__)

#define HAVE_INSTRUCTION 1
#define WITH_INSTRUCTION __attribute__((target("+crc")))

static bool has_instruction(void)
{
	return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
}

WITH_INSTRUCTION static inline uint32_t extend_instruction(uint32_t crc, const uint8_t *data,
							   size_t length)
{
	for (; length >= sizeof(uint64_t); data += sizeof(uint64_t), length -= sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, data, sizeof(word));
		crc = __crc32cd(crc, word);
	}
	for (; length > 0; data++, length--) {
		crc = __crc32cb(crc, *data);
	}
	return crc;
}

#endif

static const uint8_t zeros[CRC32C_BYTES];

#ifdef HAVE_INSTRUCTION

WITH_INSTRUCTION static uint32_t zeroing_instruction(const uint8_t *data, size_t length, size_t at)
{
	uint32_t crc = extend_instruction(UINT32_MAX, data, at);

	crc = extend_instruction(crc, zeros, sizeof(zeros));
	at += sizeof(zeros);
	return extend_instruction(crc, data + at, length - at);
}

#endif

uint32_t crc32c(uint32_t crc, const void *data, size_t length)
{
#ifdef HAVE_INSTRUCTION
	if (has_instruction()) {
		return ~extend_instruction(~crc, data, length);
	}
#endif
	return ~extend_table(~crc, data, length);
}

uint32_t crc32c_zeroing(const void *data, size_t length, size_t at)
{
	size_t behind = at + CRC32C_BYTES;
	uint32_t crc;

#ifdef HAVE_INSTRUCTION
	if (has_instruction()) {
		return ~zeroing_instruction(data, length, at);
	}
#endif
	crc = extend_table(UINT32_MAX, data, at);
	crc = extend_table(crc, zeros, sizeof(zeros));
	return ~extend_table(crc, (const uint8_t *)data + behind, length - behind);
}
