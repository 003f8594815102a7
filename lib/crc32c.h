/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32C (Castagnoli), the check of the probe datagram. */
#ifndef PTPROBE_CRC32C_H
#define PTPROBE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/*
 * Extends crc (0 to start) by length bytes of data. Reflected polynomial 0x82f63b78, initial value
 * and final xor all ones, as in RFC 3720, appendix B.4: crc32c(0, "123456789", 9) is 0xe3069283.
 * Extending piece by piece gives the CRC of the whole.
 */
uint32_t crc32c(uint32_t crc, const void *data, size_t length);

/*
 * The CRC of data with the four bytes at at, all of them within length, taken for zero, as a
 * datagram's is that carries it there. In one go: every probe that is decoded pays for it.
 */
enum { CRC32C_BYTES = 4 };
uint32_t crc32c_zeroing(const void *data, size_t length, size_t at);

#endif
