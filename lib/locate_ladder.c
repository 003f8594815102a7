/* SPDX-License-Identifier: BSD-2-Clause */
/* The counts of each run and branch, and how far its probes came. */
#include <assert.h>

#include "locate_parts.h"

static unsigned int segment_of(enum rung rung)
{
	if (rung <= RUNG_SENDER_NIC) {
		return LOCATE_SENDER;
	}
	return rung <= RUNG_RECEIVER_NIC ? LOCATE_PATH : LOCATE_HOST;
}

static bool is_last_of_segment(enum rung rung)
{
	return rung == RUNG_RECEIVER_APPLICATION || segment_of(rung) != segment_of(rung + 1);
}

/*
 * Undetermined ones have passed the rungs before their first segment, are gone behind their last
 * one, and in between nobody knows.
 */
static bool have_passed(const struct locate_row *row, enum rung rung, bool *ret_passed)
{
	unsigned int segment = segment_of(rung), highest = LOCATE_HOST;

	while (highest > row->segments) {
		highest >>= 1;
	}
	if (segment < (row->segments & -row->segments)) {
		*ret_passed = true;
		return true;
	}
	*ret_passed = false;
	return segment > highest || (segment == highest && is_last_of_segment(rung));
}

/* What a sender's report counts as used was handed over by its application, if the report doesn't
 * say otherwise. */
static bool is_logged(const struct locate_result *result)
{
	for (size_t i = 0; i < result->vantages->count; i++) {
		if (result->vantages->vantage[i]->role == VANTAGE_SENDER) {
			return true;
		}
	}
	return false;
}

/* The rows of one run, which follow one another. */
struct span {
	size_t from, to;
};

static void climb(struct locate_counts *counts, uint64_t seqs, const struct locate_result *result,
		  const struct span *span, int branch)
{
	bool has_receiver = result->branch[branch].receiver != NULL;
	uint64_t lost = 0;

	for (enum rung rung = 0; rung <= RUNG_RECEIVER_APPLICATION; rung++) {
		uint64_t short_of = 0;
		bool known = true;

		for (size_t i = span->from; i < span->to; i++) {
			const struct locate_row *row = &result->row[i];
			bool passed = true;

			if (row->branch != LOCATE_EVERY_BRANCH && row->branch != branch) {
				continue;
			}
			if (row->place == PLACE_UNDETERMINED && rung == RUNG_SENDER_APPLICATION &&
			    is_logged(result)) {
				continue;
			}
			if (row->place == PLACE_UNDETERMINED) {
				known &= have_passed(row, rung, &passed);
				short_of += passed ? 0 : row->count;
			} else if (row->place != PLACE_DELIVERED &&
				   place_rung(row->place) == rung) {
				counts->rung[rung].lost += row->count;
			}
		}
		/* behind the last capture nobody looked */
		known &= segment_of(rung) != LOCATE_HOST || has_receiver;
		lost += counts->rung[rung].lost;
		counts->rung[rung].known = known;
		counts->rung[rung].passed = known ? seqs - lost - short_of : 0;
	}
}

void join_count(struct join *join)
{
	struct locate_result *result = join->result;
	struct span span = {0};

	for (size_t i = 0; i < result->rows; i++) {
		const struct locate_row *row = &result->row[i];

		for (size_t b = 0; b < result->branches; b++) {
			struct locate_counts *counts = &result->run[row->run].branch[b];

			if (!counts->member ||
			    (row->branch != LOCATE_EVERY_BRANCH && row->branch != (int)b)) {
				continue;
			}
			if (row->place == PLACE_DELIVERED) {
				counts->delivered += row->count;
			} else if (row->place == PLACE_UNDETERMINED) {
				counts->undetermined += row->count;
			} else {
				counts->lost += row->count;
			}
		}
	}
	for (size_t r = 0; r < result->runs; r++) {
		span.from = span.to;
		while (span.to < result->rows && result->row[span.to].run == r) {
			span.to++;
		}
		for (size_t b = 0; b < result->branches; b++) {
			struct locate_counts *counts = &result->run[r].branch[b];

			if (counts->member) {
				assert(counts->delivered + counts->lost + counts->undetermined ==
				       result->run[r].count);
				climb(counts, result->run[r].count, result, &span, (int)b);
			}
		}
	}
}
