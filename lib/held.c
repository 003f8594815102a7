/* SPDX-License-Identifier: BSD-2-Clause */
#include "held.h"

bool held_is_near(const struct held *held, uint64_t seq, uint64_t distance)
{
	uint64_t first = held->seq[0];

	return (seq > first ? seq - first : first - seq) <= distance;
}

uint32_t held_distinct(const struct held *held)
{
	uint32_t distinct = 0;

	for (uint32_t i = 0; i < held->count; i++) {
		uint32_t j = 0;

		while (held->seq[j] != held->seq[i]) {
			j++;
		}
		distinct += j == i;
	}
	return distinct;
}

uint64_t held_lowest(const struct held *held)
{
	uint64_t lowest = held->seq[0];

	for (uint32_t i = 1; i < held->count; i++) {
		lowest = held->seq[i] < lowest ? held->seq[i] : lowest;
	}
	return lowest;
}

uint64_t held_highest(const struct held *held)
{
	uint64_t highest = held->seq[0];

	for (uint32_t i = 1; i < held->count; i++) {
		highest = held->seq[i] > highest ? held->seq[i] : highest;
	}
	return highest;
}
