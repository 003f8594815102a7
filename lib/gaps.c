/* SPDX-License-Identifier: BSD-2-Clause */
#include "gaps.h"

#include <stddef.h>

static struct gap *nth(struct gaps *gaps, uint32_t n)
{
	return &gaps->gap[(gaps->at + n) % GAPS_MAX];
}

const struct gap *gaps_nth(const struct gaps *gaps, uint32_t n)
{
	return &gaps->gap[(gaps->at + n) % GAPS_MAX];
}

static void merge(struct gaps *gaps, int64_t lost_after_ns)
{
	uint32_t kept = 0;
	int64_t since_ns = nth(gaps, 0)->opened_ns;

	for (uint32_t i = 1; i < gaps->count; i++) {
		const struct gap *gap = nth(gaps, i);

		if (gap->opened_ns - since_ns <= lost_after_ns / GAPS_MERGE_SHARE) {
			nth(gaps, kept)->last = gap->last;
			nth(gaps, kept)->opened_index = gap->opened_index;
			nth(gaps, kept)->opened_ns = gap->opened_ns;
		} else {
			*nth(gaps, ++kept) = *gap;
			since_ns = gap->opened_ns;
		}
	}
	gaps->count = kept + 1;
	gaps->merges++;
}

void gaps_open(struct gaps *gaps, const struct gap *gap, int64_t lost_after_ns)
{
	if (gaps->count == 0) {
		gaps->at = 0; /* the same few pages of memory again */
	} else if (gaps->count == GAPS_MAX) {
		merge(gaps, lost_after_ns);
	}
	if (gaps->count == GAPS_MAX) {
		/* none was near another: older than lost_after by far, and about to be settled */
		nth(gaps, 1)->first = nth(gaps, 0)->first;
		gaps_drop_oldest(gaps);
	}
	*nth(gaps, gaps->count) = *gap;
	gaps->count++;
}

struct gap *gaps_oldest(struct gaps *gaps)
{
	return gaps->count > 0 ? nth(gaps, 0) : NULL;
}

void gaps_drop_oldest(struct gaps *gaps)
{
	gaps->at = (gaps->at + 1) % GAPS_MAX;
	gaps->count--;
}

const struct gap *gaps_find(const struct gaps *gaps, uint64_t seq)
{
	uint32_t low = 0, high = gaps->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (gaps_nth(gaps, middle)->last < seq) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low < gaps->count && gaps_nth(gaps, low)->first <= seq) {
		return gaps_nth(gaps, low);
	}
	return NULL;
}
