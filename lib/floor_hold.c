/* SPDX-License-Identifier: BSD-2-Clause */
#include "floor_hold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "floor.h"

#define SECOND_NS INT64_C(1000000000)
#define BIN_NS    1000

enum { LEVELS = 256 };

struct held_second {
	int64_t at_ns; /* its begin */
	uint64_t packets;
	struct skew_line line; /* what its counts are above */
	struct skew_point low; /* the lowest packet */
	int64_t low_bin;       /* above its line */
};

struct floor_hold {
	uint32_t bins;
	bool began;
	int64_t origin_ns;
	uint64_t first, end; /* those held: second[n % FLOOR_HOLD_S] */
	/* where the line was for each 2^n th second that went on */
	uint64_t gone, per_level;
	uint32_t levels;
	struct skew_point level[LEVELS];
	struct held_second second[FLOOR_HOLD_S];
	uint32_t *count; /* [second][bins] */
};

struct floor_hold *floor_hold_new(uint32_t delta_us)
{
	struct floor_hold *hold = calloc(1, sizeof(*hold));

	if (hold == NULL) {
		return NULL;
	}
	hold->bins = delta_us + 1;
	hold->per_level = 1;
	hold->count = calloc((size_t)FLOOR_HOLD_S * hold->bins, sizeof(hold->count[0]));
	if (hold->count == NULL) {
		floor_hold_free(hold);
		return NULL;
	}
	return hold;
}

void floor_hold_free(struct floor_hold *hold)
{
	if (hold != NULL) {
		free(hold->count);
		free(hold);
	}
}

void floor_hold_clear(struct floor_hold *hold)
{
	hold->began = false;
	hold->first = 0;
	hold->end = 0;
	hold->gone = 0;
	hold->per_level = 1;
	hold->levels = 0;
}

static struct held_second *second_of(struct floor_hold *hold, uint64_t n)
{
	return &hold->second[n % FLOOR_HOLD_S];
}

static uint32_t *counts_of(const struct floor_hold *hold, uint64_t n)
{
	return &hold->count[(n % FLOOR_HOLD_S) * hold->bins];
}

static int64_t bin_of(int64_t delay_ns)
{
	return delay_ns >= 0 ? delay_ns / BIN_NS : -((-delay_ns + BIN_NS - 1) / BIN_NS);
}

static void pour(const struct floor_hold *hold, uint64_t n, const struct skew_line *line,
		 struct floor *floor)
{
	const struct held_second *second = &hold->second[n % FLOOR_HOLD_S];

	floor_add_second(floor, second->at_ns,
			 second->low.delay_ns - skew_line_delay_ns(line, second->low.at_ns),
			 counts_of(hold, n), second->packets);
}

static void keep_level(struct floor_hold *hold, const struct skew_line *line, int64_t at_ns)
{
	if (hold->gone++ % hold->per_level != 0) {
		return;
	}
	if (hold->levels == LEVELS) {
		for (uint32_t i = 0; i < LEVELS / 2; i++) {
			hold->level[i] = hold->level[2 * i];
		}
		hold->levels = LEVELS / 2;
		hold->per_level *= 2;
	}
	hold->level[hold->levels++] = (struct skew_point){
		.at_ns = at_ns,
		.delay_ns = skew_line_delay_ns(line, at_ns),
	};
}

/* The second that is going on is over, and this packet begins another. */
static void begin_second(struct floor_hold *hold, int64_t at_ns, const struct skew_point *point,
			 const struct skew_line *line, struct floor *floor)
{
	struct held_second *second;

	if (hold->end - hold->first == FLOOR_HOLD_S) {
		/* so many hold two points of a hull, unless a stranger made them */
		if (line != NULL) {
			pour(hold, hold->first, line, floor);
			keep_level(hold, line, second_of(hold, hold->first)->low.at_ns);
		}
		hold->first++;
	}
	second = second_of(hold, hold->end);
	*second = (struct held_second){
		.at_ns = hold->origin_ns + (at_ns - hold->origin_ns) / SECOND_NS * SECOND_NS,
		.low = *point,
	};
	second->line = line != NULL ? *line
				    : (struct skew_line){
					      .at_ns = point->at_ns,
					      .delay_ns = point->delay_ns,
				      };
	second->low_bin = bin_of(point->delay_ns - skew_line_delay_ns(&second->line, point->at_ns));
	memset(counts_of(hold, hold->end), 0, hold->bins * sizeof(hold->count[0]));
	hold->end++;
}

/* A new minimum of this second. */
static void lower_second(const struct floor_hold *hold, struct held_second *second, uint32_t *count,
			 int64_t bin)
{
	uint64_t by = (uint64_t)(second->low_bin - bin);

	if (by >= hold->bins) {
		memset(count, 0, hold->bins * sizeof(count[0]));
	} else {
		memmove(&count[by], count, (hold->bins - by) * sizeof(count[0]));
		memset(count, 0, by * sizeof(count[0]));
	}
	second->low_bin = bin;
}

void floor_hold_add(struct floor_hold *hold, int64_t at_ns, const struct skew_point *point,
		    const struct skew_line *line, struct floor *floor)
{
	struct held_second *second;
	uint32_t *count;
	int64_t bin;

	if (!hold->began) {
		hold->began = true;
		hold->origin_ns = at_ns;
	}
	if (hold->end == hold->first ||
	    at_ns - second_of(hold, hold->end - 1)->at_ns >= SECOND_NS) {
		begin_second(hold, at_ns, point, line, floor);
	}
	second = second_of(hold, hold->end - 1);
	count = counts_of(hold, hold->end - 1);
	bin = bin_of(point->delay_ns - skew_line_delay_ns(&second->line, point->at_ns));
	if (bin < second->low_bin) {
		lower_second(hold, second, count, bin);
		second->low = *point;
	}
	second->packets++;
	if (bin - second->low_bin < hold->bins && count[bin - second->low_bin] < UINT32_MAX) {
		count[bin - second->low_bin]++;
	}
}

void floor_hold_pour(const struct floor_hold *hold, const struct skew_line *line,
		     struct floor *floor)
{
	for (uint64_t n = hold->first; n < hold->end; n++) {
		pour(hold, n, line, floor);
	}
}

int64_t floor_hold_off_ns(const struct floor_hold *hold, const struct skew_line *line)
{
	int64_t off_ns = 0;

	for (uint32_t i = 0; i < hold->levels; i++) {
		int64_t apart_ns = llabs(hold->level[i].delay_ns -
					 skew_line_delay_ns(line, hold->level[i].at_ns));

		off_ns = apart_ns > off_ns ? apart_ns : off_ns;
	}
	return off_ns;
}
