/* SPDX-License-Identifier: BSD-2-Clause */
#include "seats.h"

#include <assert.h>

size_t seats_take(struct seats *seats)
{
	size_t best = 0;

	assert(seats->count > 0 && seats->count <= PLAN_CORES);
	for (size_t i = 1; i < seats->count; i++) {
		if (seats->taken[i] < seats->taken[best]) {
			best = i;
		}
	}
	seats->is_shared |= seats->taken[best] > 0;
	seats->taken[best]++;
	return best;
}

void seats_leave(struct seats *seats, size_t seat)
{
	assert(seat < seats->count && seats->taken[seat] > 0);
	seats->taken[seat]--;
}
