/* SPDX-License-Identifier: BSD-2-Clause */
#include "segments.h"

#include <stdbool.h>
#include <string.h>

#include "wire.h"

/* A stranger may write the magic everywhere; each place that looks right costs a CRC. */
enum { CANDIDATES_MAX = 4 };

enum {
	MAGIC_LENGTH = 4,
	AT_VERSION = 4,
	AT_HEADER_LENGTH = 6,
	AT_SEQ = 16,
};

/* The kind differs in the last probe and the first END. */
static bool is_alike(const uint8_t *a, const uint8_t *b)
{
	return a[AT_VERSION] == b[AT_VERSION] &&
	       memcmp(a + AT_HEADER_LENGTH, b + AT_HEADER_LENGTH, AT_SEQ - AT_HEADER_LENGTH) == 0;
}

static bool has_probe(const uint8_t *payload, size_t captured, size_t length, size_t segment)
{
	struct probe probe;

	for (size_t at = 0; at < captured; at += segment) {
		size_t here = length - at < segment ? length - at : segment;

		if (at + here <= captured && wire_decode(payload + at, here, &probe) == WIRE_OK) {
			return true;
		}
	}
	return false;
}

size_t segments_length(const uint8_t *payload, size_t captured, size_t length)
{
	size_t at = WIRE_HEADER_LENGTH;
	int candidates = 0;

	while (at + WIRE_HEADER_LENGTH <= captured && candidates < CANDIDATES_MAX) {
		const uint8_t *found = memmem(payload + at, captured - at, payload, MAGIC_LENGTH);

		if (found == NULL) {
			break;
		}
		at = (size_t)(found - payload);
		if (at + WIRE_HEADER_LENGTH <= captured && is_alike(payload, found)) {
			if (has_probe(payload, captured, length, at)) {
				return at;
			}
			candidates++;
		}
		at++;
	}
	return length;
}
