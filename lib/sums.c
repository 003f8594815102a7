/* SPDX-License-Identifier: BSD-2-Clause */
#include "sums.h"

#include <assert.h>

void sums_clear(struct sums *sums)
{
	sums->count = 0;
	sums->total = 0;
	for (unsigned int level = 0; level < SUMS_LEVELS; level++) {
		sums->ring[level][0] = 0;
	}
}

void sums_add(struct sums *sums, int64_t value_ns)
{
	assert(value_ns <= SUMS_LIMIT_NS && value_ns >= -SUMS_LIMIT_NS);
	sums->total += (uint64_t)value_ns;
	sums->count++;
	for (unsigned int level = 0; level < SUMS_LEVELS; level++) {
		if ((sums->count & ((UINT64_C(1) << level) - 1)) != 0) {
			break;
		}
		sums->ring[level][(sums->count >> level) % SUMS_RING] = sums->total;
	}
}

struct sums_octave sums_octave(uint32_t base, unsigned int k)
{
	struct sums_octave octave = {0};
	uint64_t n = (uint64_t)base << k;

	assert(base > 0 && base <= SUMS_SPAN && n < UINT64_C(1) << SUMS_OCTAVES);
	while (n > SUMS_SPAN) {
		n /= 2;
		octave.level++;
	}
	octave.span = (uint32_t)n;
	return octave;
}
