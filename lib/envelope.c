/* SPDX-License-Identifier: BSD-2-Clause */
#include "envelope.h"

#include <assert.h>
#include <math.h>

/* of a slope times a time: any sane one is far within it */
#define TREND_LIMIT_NS 1e18

void envelope_clear(struct envelope *envelope)
{
	envelope->count = 0;
	envelope->block = 1;
	envelope->blocks = 0;
}

static void widen(struct mtie_range *range, const struct mtie_range *other)
{
	if (other->min_ns < range->min_ns) {
		range->min_ns = other->min_ns;
	}
	if (other->max_ns > range->max_ns) {
		range->max_ns = other->max_ns;
	}
}

static void halve(struct envelope *envelope)
{
	for (uint32_t i = 0; i < ENVELOPE_BLOCKS / 2; i++) {
		envelope->range[i] = envelope->range[2 * i];
		widen(&envelope->range[i], &envelope->range[2 * i + 1]);
	}
	envelope->blocks = ENVELOPE_BLOCKS / 2;
	envelope->block *= 2;
}

void envelope_add(struct envelope *envelope, int64_t value_ns)
{
	struct mtie_range sample = {.min_ns = value_ns, .max_ns = value_ns};

	if (envelope->count % envelope->block != 0) {
		widen(&envelope->range[envelope->blocks - 1], &sample);
	} else {
		if (envelope->blocks == ENVELOPE_BLOCKS) {
			halve(envelope);
		}
		envelope->range[envelope->blocks++] = sample;
	}
	envelope->count++;
}

int64_t envelope_trend_ns(double slope_ns, double place)
{
	return llround(fmin(fmax(slope_ns * place, -TREND_LIMIT_NS), TREND_LIMIT_NS));
}

static void lower(struct mtie_range *range, int64_t by_ns)
{
	range->min_ns -= by_ns;
	range->max_ns -= by_ns;
}

void envelope_tilt(struct envelope *envelope, double slope_ns)
{
	assert(envelope->block == 1);
	for (uint32_t i = 0; i < envelope->blocks; i++) {
		lower(&envelope->range[i], envelope_trend_ns(slope_ns, i));
	}
}

void envelope_replay(const struct envelope *envelope, double slope_ns, struct mtie *mtie)
{
	uint64_t full = envelope->count / envelope->block;

	for (uint64_t i = 0; i < full; i++) {
		struct mtie_range range = envelope->range[i];
		double middle =
			(double)i * (double)envelope->block + (double)(envelope->block - 1) / 2;

		lower(&range, envelope_trend_ns(slope_ns, middle));
		mtie_add(mtie, range.min_ns, range.max_ns);
	}
}
