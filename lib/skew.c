/* SPDX-License-Identifier: BSD-2-Clause */
#include "skew.h"

#include <string.h>

/* Is b on or above the line from a to c? Then it isn't a corner of the lower hull. */
static bool is_above(const struct skew_point *a, const struct skew_point *b,
		     const struct skew_point *c)
{
	double ab = (double)(b->delay_ns - a->delay_ns) * (double)(c->at_ns - a->at_ns);
	double ac = (double)(c->delay_ns - a->delay_ns) * (double)(b->at_ns - a->at_ns);

	return ab >= ac;
}

/* Drops the corner whose neighbours are nearest in time: what is left stays spread over the whole.
 */
static void make_room(struct skew *skew)
{
	uint32_t dispensable = 1;
	int64_t nearest_ns = INT64_MAX;

	for (uint32_t i = 1; i + 1 < skew->points; i++) {
		int64_t apart_ns = skew->point[i + 1].at_ns - skew->point[i - 1].at_ns;

		if (apart_ns < nearest_ns) {
			nearest_ns = apart_ns;
			dispensable = i;
		}
	}
	skew->points--;
	memmove(&skew->point[dispensable], &skew->point[dispensable + 1],
		(skew->points - dispensable) * sizeof(skew->point[0]));
}

/* Andrew's monotone chain: corners that the new point makes concave go. */
static void add_point(struct skew *skew, const struct skew_point *point)
{
	while (skew->points >= 2 &&
	       is_above(&skew->point[skew->points - 2], &skew->point[skew->points - 1], point)) {
		skew->points--;
	}
	if (skew->points == SKEW_POINTS) {
		make_room(skew);
	}
	skew->point[skew->points++] = *point;
}

void skew_begin_block(struct skew *skew, int64_t at_ns, int64_t delay_ns)
{
	if (skew->count > 1) {
		add_point(skew, &skew->low);
	}
	skew->low = (struct skew_point){.at_ns = at_ns, .delay_ns = delay_ns};
	skew->block_end_ns = at_ns + SKEW_BLOCK_NS;
}

bool skew_line(const struct skew *skew, struct skew_line *ret_line)
{
	const struct skew_point *left, *right;
	double mean_at_ns;
	uint32_t i = 1;

	if (skew->points < 2) {
		return false;
	}
	mean_at_ns = skew->at_sum_ns / (double)skew->count;
	while (i < skew->points - 1 && (double)skew->point[i].at_ns < mean_at_ns) {
		i++;
	}
	left = &skew->point[i - 1];
	right = &skew->point[i];
	*ret_line = (struct skew_line){
		.slope = (double)(right->delay_ns - left->delay_ns) /
			 (double)(right->at_ns - left->at_ns),
		.at_ns = left->at_ns,
		.delay_ns = left->delay_ns,
		.span_ns = right->at_ns - left->at_ns,
	};
	return true;
}
