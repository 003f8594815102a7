/* SPDX-License-Identifier: BSD-2-Clause */
#include "floor.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)
#define BIN_NS    1000

/* What happened in one second. */
struct second {
	uint64_t packets;
	int64_t low; /* bin of the least delay; of FLOOR_FIXED that of d_min */
	bool has_low;
};

/* All windows so far, if d_min lay in a certain bin. */
struct candidate {
	uint64_t failed, worst_fpc;
	double worst_fpp, fpp_sum;
	int64_t worst_at_ns;
};

struct floor {
	struct floor_config config;
	uint32_t bins;       /* delta and 1 */
	uint32_t candidates; /* as many, or 1 */
	bool began;
	int64_t origin_ns; /* begin of second 0 */
	uint64_t now;      /* the second that is going on */
	int64_t base;      /* bin that cluster[0] counts */
	bool has_base;
	uint64_t windows;
	int64_t first_window_ns;
	uint64_t window_packets;
	uint64_t *cluster;           /* [bins] of the seconds in the window but this one */
	struct candidate *candidate; /* [c]: d_min is in bin base - c */
	struct second *second;       /* [second % window_s] */
	uint32_t *count;             /* [second % window_s][bins], above second's low */
	int64_t *least;              /* [second % last_s]: bin of the least delay */
	bool *has_least;
};

int floor_check(const struct floor_config *config)
{
	if (config->delta_us < 1 || config->delta_us > FLOOR_MAX_DELTA_US || config->window_s < 1 ||
	    config->window_s > FLOOR_MAX_WINDOW_S) {
		return -ERANGE;
	}
	if (config->mode == FLOOR_LAST &&
	    (config->last_s < config->window_s || config->last_s > FLOOR_MAX_LAST_S)) {
		return -ERANGE;
	}
	return 0;
}

struct floor *floor_new(const struct floor_config *config)
{
	struct floor *floor;
	bool is_last = config->mode == FLOOR_LAST;

	assert(floor_check(config) == 0);
	floor = calloc(1, sizeof(*floor));
	if (floor == NULL) {
		return NULL;
	}
	floor->config = *config;
	floor->bins = config->delta_us + 1;
	floor->candidates = config->mode == FLOOR_SESSION ? floor->bins : 1;
	floor->cluster = calloc(floor->bins, sizeof(floor->cluster[0]));
	floor->candidate = calloc(floor->candidates, sizeof(floor->candidate[0]));
	floor->second = calloc(config->window_s, sizeof(floor->second[0]));
	floor->count = calloc((size_t)config->window_s * floor->bins, sizeof(floor->count[0]));
	floor->least = calloc(is_last ? config->last_s : 1, sizeof(floor->least[0]));
	floor->has_least = calloc(is_last ? config->last_s : 1, sizeof(floor->has_least[0]));
	if (floor->cluster == NULL || floor->candidate == NULL || floor->second == NULL ||
	    floor->count == NULL || floor->least == NULL || floor->has_least == NULL) {
		floor_free(floor);
		return NULL;
	}
	return floor;
}

void floor_free(struct floor *floor)
{
	if (floor == NULL) {
		return;
	}
	free(floor->cluster);
	free(floor->candidate);
	free(floor->second);
	free(floor->count);
	free(floor->least);
	free(floor->has_least);
	free(floor);
}

void floor_clear(struct floor *floor)
{
	const struct floor_config *config = &floor->config;

	floor->began = false;
	floor->has_base = false;
	floor->now = 0;
	floor->windows = 0;
	floor->window_packets = 0;
	memset(floor->cluster, 0, floor->bins * sizeof(floor->cluster[0]));
	memset(floor->candidate, 0, floor->candidates * sizeof(floor->candidate[0]));
	memset(floor->second, 0, config->window_s * sizeof(floor->second[0]));
	memset(floor->count, 0, (size_t)config->window_s * floor->bins * sizeof(floor->count[0]));
	if (config->mode == FLOOR_LAST) {
		memset(floor->has_least, 0, config->last_s * sizeof(floor->has_least[0]));
	}
}

static int64_t bin_of(int64_t delay_ns)
{
	return delay_ns >= 0 ? delay_ns / BIN_NS : -((-delay_ns + BIN_NS - 1) / BIN_NS);
}

static uint32_t *counts_of(const struct floor *floor, uint64_t second)
{
	return &floor->count[(second % floor->config.window_s) * floor->bins];
}

/* Adds a second's counts to the cluster's, or takes them away. */
static void apply_second(struct floor *floor, uint64_t at, bool is_added)
{
	const struct second *second = &floor->second[at % floor->config.window_s];
	const uint32_t *count = counts_of(floor, at);
	int64_t shift;

	if (!second->has_low || !floor->has_base) {
		return;
	}
	/* the floor may be above a second's minimum, when that is older than last_s: never, as
	 * last_s isn't less than the window; and FLOOR_FIXED has but one base */
	shift = second->low - floor->base;
	for (uint32_t i = 0; shift + i < floor->bins; i++) {
		if (is_added) {
			floor->cluster[shift + i] += count[i];
		} else {
			floor->cluster[shift + i] -= count[i];
		}
	}
}

/* d_min's bin as it is at the end of this second. False: not known yet. */
static bool find_base(const struct floor *floor, int64_t *ret_base)
{
	const struct floor_config *config = &floor->config;
	const struct second *second = &floor->second[floor->now % config->window_s];
	bool is_known = false;
	int64_t base = 0;

	switch (config->mode) {
	case FLOOR_FIXED:
		*ret_base = bin_of(config->fixed_ns);
		return true;
	case FLOOR_SESSION:
		is_known = floor->has_base || second->has_low;
		base = !second->has_low || (floor->has_base && floor->base < second->low)
			       ? floor->base
			       : second->low;
		break;
	case FLOOR_LAST:
		for (uint32_t i = 0; i < config->last_s; i++) {
			if (floor->has_least[i] && (!is_known || floor->least[i] < base)) {
				base = floor->least[i];
				is_known = true;
			}
		}
		break;
	}
	if (is_known) {
		*ret_base = base;
	}
	return is_known;
}

/* A lower floor than all before: in its cluster, further down than delta, there was nothing. */
static void lower_candidates(struct floor *floor, uint64_t by)
{
	for (uint32_t c = 0; c < floor->candidates; c++) {
		if (by < floor->candidates - c) {
			floor->candidate[c] = floor->candidate[c + by];
		} else {
			floor->candidate[c] = (struct candidate){
				.failed = floor->windows,
				.worst_at_ns = floor->first_window_ns,
			};
		}
	}
}

static void set_base(struct floor *floor, int64_t base)
{
	uint64_t window_s = floor->config.window_s;
	uint64_t from = floor->now >= window_s ? floor->now - window_s + 1 : 0;

	if (floor->has_base && floor->config.mode == FLOOR_SESSION) {
		lower_candidates(floor, (uint64_t)(floor->base - base));
	}
	floor->base = base;
	floor->has_base = true;
	memset(floor->cluster, 0, floor->bins * sizeof(floor->cluster[0]));
	for (uint64_t at = from; at < floor->now; at++) {
		apply_second(floor, at, true);
	}
}

/* One window for one floor: fpc of packets, begun at at_ns. */
static void judge(struct candidate *candidate, bool is_first, uint64_t fpc, uint64_t packets,
		  int64_t at_ns)
{
	double fpp = packets > 0 ? (double)fpc / (double)packets : 0;

	candidate->failed += fpp < FLOOR_LEAST_FPP;
	candidate->fpp_sum += fpp;
	if (is_first || fpp < candidate->worst_fpp) {
		candidate->worst_fpp = fpp;
		candidate->worst_at_ns = at_ns;
	}
	if (is_first || fpc < candidate->worst_fpc) {
		candidate->worst_fpc = fpc;
	}
}

static void judge_window(struct floor *floor)
{
	uint64_t window_s = floor->config.window_s, fpc = 0;
	int64_t at_ns = floor->origin_ns + (int64_t)(floor->now + 1 - window_s) * SECOND_NS;
	bool is_first = floor->windows == 0;

	if (is_first) {
		floor->first_window_ns = at_ns;
	}
	/* the lower the floor, the less of what was seen is within delta of it */
	for (uint32_t i = 0; i < floor->bins; i++) {
		uint32_t c = floor->bins - 1 - i;

		fpc += floor->cluster[i];
		if (c < floor->candidates) {
			judge(&floor->candidate[c], is_first, fpc, floor->window_packets, at_ns);
		}
	}
	floor->windows++;
}

/* This second is over: it joins the window, which is judged, and the oldest makes room. */
static void end_second(struct floor *floor)
{
	const struct floor_config *config = &floor->config;
	struct second *second = &floor->second[floor->now % config->window_s];
	int64_t base;

	if (config->mode == FLOOR_LAST) {
		floor->least[floor->now % config->last_s] = second->low;
		floor->has_least[floor->now % config->last_s] = second->has_low;
	}
	if (find_base(floor, &base) && (!floor->has_base || base != floor->base)) {
		set_base(floor, base);
	}
	apply_second(floor, floor->now, true);
	floor->window_packets += second->packets;
	if (floor->now + 1 >= config->window_s) {
		uint64_t oldest = floor->now + 1 - config->window_s;

		judge_window(floor);
		apply_second(floor, oldest, false);
		floor->window_packets -= floor->second[oldest % config->window_s].packets;
	}
	floor->now++;
	floor->second[floor->now % config->window_s] = (struct second){0};
	memset(counts_of(floor, floor->now), 0, floor->bins * sizeof(floor->count[0]));
}

/* Nothing came for longer than all that is remembered: those windows are all alike. */
static void skip_seconds(struct floor *floor, uint64_t seconds)
{
	for (uint32_t c = 0; c < floor->candidates; c++) {
		floor->candidate[c].failed += seconds;
	}
	floor->windows += seconds;
	floor->now += seconds;
}

static void pass_to(struct floor *floor, uint64_t now)
{
	uint64_t memory = floor->config.window_s;

	if (floor->config.mode == FLOOR_LAST) {
		memory = floor->config.last_s;
	}
	for (uint64_t i = 0; i <= memory && floor->now < now; i++) {
		end_second(floor);
	}
	if (floor->now < now) {
		skip_seconds(floor, now - floor->now);
	}
}

/* A new minimum of this second. */
static void lower_second(struct floor *floor, struct second *second, uint32_t *count, int64_t bin)
{
	uint64_t by = second->has_low ? (uint64_t)(second->low - bin) : 0;

	if (by >= floor->bins) {
		memset(count, 0, floor->bins * sizeof(count[0]));
	} else if (by > 0) {
		memmove(&count[by], count, (floor->bins - by) * sizeof(count[0]));
		memset(count, 0, by * sizeof(count[0]));
	}
	second->low = bin;
	second->has_low = true;
}

/* The second of that instant. */
static struct second *go_to(struct floor *floor, int64_t at_ns)
{
	if (!floor->began) {
		floor->began = true;
		floor->origin_ns = at_ns;
	}
	if (at_ns - floor->origin_ns >= (int64_t)(floor->now + 1) * SECOND_NS) {
		pass_to(floor, (uint64_t)((at_ns - floor->origin_ns) / SECOND_NS));
	}
	return &floor->second[floor->now % floor->config.window_s];
}

void floor_add(struct floor *floor, int64_t at_ns, int64_t delay_ns)
{
	int64_t bin = bin_of(delay_ns);
	struct second *second = go_to(floor, at_ns);
	uint32_t *count = counts_of(floor, floor->now);

	second->packets++;
	if (floor->config.mode == FLOOR_FIXED) {
		second->low = bin_of(floor->config.fixed_ns);
		second->has_low = true;
	} else if (!second->has_low || bin < second->low) {
		lower_second(floor, second, count, bin);
	}
	if (bin >= second->low && bin - second->low < floor->bins &&
	    count[bin - second->low] < UINT32_MAX) {
		count[bin - second->low]++;
	}
}

void floor_add_second(struct floor *floor, int64_t at_ns, int64_t least_ns, const uint32_t *count,
		      uint64_t packets)
{
	struct second *second = go_to(floor, at_ns);
	uint32_t *own = counts_of(floor, floor->now);
	int64_t bin = bin_of(least_ns), shift;

	assert(floor->config.mode != FLOOR_FIXED);
	second->packets += packets;
	if (!second->has_low || bin < second->low) {
		lower_second(floor, second, own, bin);
	}
	shift = bin - second->low;
	for (uint32_t i = 0; shift + i < floor->bins; i++) {
		own[shift + i] += count[i];
	}
}

void floor_copy(struct floor *to, const struct floor *from)
{
	const struct floor_config *config = &from->config;
	struct floor own = *to;
	size_t last = config->mode == FLOOR_LAST ? config->last_s : 1;

	*to = *from;
	to->cluster = own.cluster;
	to->candidate = own.candidate;
	to->second = own.second;
	to->count = own.count;
	to->least = own.least;
	to->has_least = own.has_least;
	memcpy(to->cluster, from->cluster, from->bins * sizeof(to->cluster[0]));
	memcpy(to->candidate, from->candidate, from->candidates * sizeof(to->candidate[0]));
	memcpy(to->second, from->second, config->window_s * sizeof(to->second[0]));
	memcpy(to->count, from->count,
	       (size_t)config->window_s * from->bins * sizeof(to->count[0]));
	memcpy(to->least, from->least, last * sizeof(to->least[0]));
	memcpy(to->has_least, from->has_least, last * sizeof(to->has_least[0]));
}

bool floor_result(const struct floor *floor, struct floor_result *ret_result)
{
	const struct candidate *candidate = &floor->candidate[0];

	if (floor->windows == 0) {
		return false;
	}
	*ret_result = (struct floor_result){
		.windows = floor->windows,
		.failed = candidate->failed,
		.worst_fpp = candidate->worst_fpp,
		.mean_fpp = candidate->fpp_sum / (double)floor->windows,
		.worst_at_ns = candidate->worst_at_ns,
		.worst_fpc = candidate->worst_fpc,
		.floor_ns = floor->base * BIN_NS,
	};
	return true;
}
