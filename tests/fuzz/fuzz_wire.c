/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The datagram. The first byte says whether the CRC is put right, so that the fields behind it are
 * reached; the rest is the payload.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "crc32c.h"
#include "fuzz.h"
#include "wire.h"

enum { PUT_CRC_RIGHT = 1, AT_CRC = 60 };

static void decode(const uint8_t *payload, size_t length)
{
	struct probe probe, untouched, again;
	uint8_t encoded[WIRE_HEADER_LENGTH], encoded_again[WIRE_HEADER_LENGTH];

	memset(&probe, 0xa5, sizeof(probe));
	memcpy(&untouched, &probe, sizeof(probe));
	if (wire_decode(payload, length, &probe) != WIRE_OK) {
		assert(memcmp(&probe, &untouched, sizeof(probe)) == 0);
		return;
	}
	assert(length >= WIRE_HEADER_LENGTH);
	assert(probe.kind == WIRE_PROBE || probe.kind == WIRE_END);

	/* what was read can be written, and reads the same again */
	wire_encode(encoded, sizeof(encoded), &probe);
	assert(wire_decode(encoded, sizeof(encoded), &again) == WIRE_OK);
	wire_encode(encoded_again, sizeof(encoded_again), &again);
	assert(memcmp(encoded, encoded_again, sizeof(encoded)) == 0);

	/* the CRC is believed: one flipped bit behind the magic, and it is no probe any more */
	encoded[8 + probe.seq % 52] ^= (uint8_t)(1 << probe.run_id % 8);
	assert(wire_decode(encoded, sizeof(encoded), &again) == WIRE_CORRUPT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *payload;
	size_t length;

	if (size == 0) {
		return 0;
	}
	/* a copy of exactly this length, so that AddressSanitizer sees a read beyond it */
	length = size - 1;
	payload = malloc(length > 0 ? length : 1);
	assert(payload != NULL);
	memcpy(payload, data + 1, length);
	if (data[0] & PUT_CRC_RIGHT && length >= WIRE_HEADER_LENGTH) {
		memset(payload + AT_CRC, 0, 4);
		bytes_put_be32(payload + AT_CRC, crc32c(0, payload, length));
	}
	decode(payload, length);
	free(payload);
	return 0;
}
