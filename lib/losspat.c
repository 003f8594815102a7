/* SPDX-License-Identifier: BSD-2-Clause */
#include "losspat.h"

void losspat_init(struct losspat *losspat, uint64_t delta)
{
	*losspat = (struct losspat){.delta = delta};
}

unsigned int losspat_bucket(uint64_t value)
{
	return 63 - (unsigned int)__builtin_clzll(value);
}

/* times losses, each of them distance after the one before. */
static void count_distance(struct losspat *losspat, uint64_t distance, uint64_t times)
{
	losspat->distance_count[losspat_bucket(distance)] += times;
	if (distance <= losspat->delta) {
		losspat->noticeable += times;
	}
}

void losspat_add(struct losspat *losspat, uint64_t first, uint64_t last)
{
	uint64_t length = last - first + 1;

	if (losspat->any) {
		count_distance(losspat, first - losspat->last_seq, 1);
	}
	if (length > 1) {
		count_distance(losspat, 1, length - 1);
	}
	if (losspat->any && first == losspat->last_seq + 1) {
		losspat->length += length;
	} else {
		if (losspat->any) {
			losspat->length_count[losspat_bucket(losspat->length)]++;
		}
		losspat->periods++;
		losspat->length = length;
	}
	if (losspat->length > losspat->longest) {
		losspat->longest = losspat->length;
	}
	losspat->lost += length;
	losspat->last_seq = last;
	losspat->any = true;
}

double losspat_noticeable_rate(const struct losspat *losspat)
{
	return losspat->lost > 0 ? (double)losspat->noticeable / (double)losspat->lost : 0;
}

uint64_t losspat_length_count(const struct losspat *losspat, unsigned int bucket)
{
	uint64_t under_way = losspat->any && losspat_bucket(losspat->length) == bucket ? 1 : 0;

	return losspat->length_count[bucket] + under_way;
}
