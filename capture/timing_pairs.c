/* SPDX-License-Identifier: BSD-2-Clause */
#include "timing_pairs.h"

#include "ptp_message.h"
#include "sighting.h"

/* correctionField: "too large to be represented" (IEEE 1588-2019, 13.3.2.9) */
#define TOO_LARGE INT64_MAX

bool timing_correct(int64_t base_ns, int64_t correction, int64_t *ret_ns)
{
	return correction != TOO_LARGE && correction != INT64_MIN &&
	       !__builtin_add_overflow(base_ns, ptp_correction_ns(correction), ret_ns);
}

/* True when a was within the last moments before b. */
static bool is_recent(int64_t a_ns, int64_t b_ns)
{
	int64_t age_ns;

	return !__builtin_sub_overflow(b_ns, a_ns, &age_ns) && age_ns <= TIMING_PAIR_AGE_NS &&
	       age_ns >= -TIMING_PAIR_AGE_NS;
}

/* The departure as the message tells it, and its correction. */
static void take_origin(struct timing_pair *pair, const struct ptp_message *message)
{
	if (!ptp_timestamp_ns(&message->stamp, &pair->sample.tx_ns) || pair->sample.tx_ns == 0) {
		pair->is_impossible = true;
	}
}

static void take_correction(struct timing_pair *pair, int64_t correction)
{
	if (correction == TOO_LARGE ||
	    __builtin_add_overflow(pair->correction, correction, &pair->correction)) {
		pair->is_impossible = true;
	}
}

static void take_arrival(struct timing_pair *pair, const struct sighting *sighting)
{
	pair->sample.rx_ns = sighting->rx_ns;
	pair->sample.mono_ns = sighting->mono_ns;
	pair->sample.stamp = sighting->stamp;
}

static bool finish(struct timing_pairs *pairs, struct timing_pair *pair,
		   struct timing_sample *ret_sample)
{
	struct timing_sample sample = pair->sample;

	pair->half = TIMING_BOTH;
	if (pair->is_impossible || !timing_correct(sample.tx_ns, pair->correction, &sample.tx_ns)) {
		pairs->rejected++;
		return false;
	}
	*ret_sample = sample;
	return true;
}

bool timing_pairs_add(struct timing_pairs *pairs, const struct sighting *sighting,
		      struct timing_sample *ret_sample)
{
	const struct ptp_message *message = &sighting->message;
	struct timing_pair *pair = &pairs->pair[message->sequence_id % TIMING_PAIRS];
	enum timing_half half = message->type == PTP_SYNC ? TIMING_SYNC : TIMING_FOLLOW_UP;
	bool is_one_step = half == TIMING_SYNC && (message->flags & PTP_TWO_STEP) == 0;

	if (pair->generation != pairs->generation) {
		pair->half = TIMING_NOTHING;
	}
	if (pair->half == TIMING_NOTHING || pair->sample.sequence_id != message->sequence_id ||
	    !is_recent(pair->mono_ns, sighting->mono_ns)) {
		if (pair->half == TIMING_SYNC && is_recent(pair->mono_ns, sighting->mono_ns)) {
			pairs->evicted++;
		} else {
			pairs->unpaired += pair->half == TIMING_SYNC;
		}
		*pair = (struct timing_pair){
			.generation = pairs->generation,
			.sample.sequence_id = message->sequence_id,
			.mono_ns = sighting->mono_ns,
		};
	} else if (pair->half == TIMING_BOTH || pair->half == half) {
		return false;
	}
	take_correction(pair, message->correction);
	if (half == TIMING_SYNC) {
		take_arrival(pair, sighting);
	}
	if (half == TIMING_FOLLOW_UP || is_one_step) {
		take_origin(pair, message);
	}
	if (pair->half != TIMING_NOTHING || is_one_step) {
		return finish(pairs, pair, ret_sample);
	}
	pair->half = half;
	return false;
}

void timing_pairs_clear(struct timing_pairs *pairs)
{
	pairs->unpaired = 0;
	pairs->evicted = 0;
	pairs->rejected = 0;
	pairs->generation++;
}

uint64_t timing_pairs_overdue(const struct timing_pairs *pairs, int64_t mono_ns)
{
	uint64_t overdue = 0;

	for (int i = 0; i < TIMING_PAIRS; i++) {
		const struct timing_pair *pair = &pairs->pair[i];

		overdue += pair->half == TIMING_SYNC && pair->generation == pairs->generation &&
			   !is_recent(pair->mono_ns, mono_ns);
	}
	return overdue;
}
