/* SPDX-License-Identifier: BSD-2-Clause */
#include "phc_map.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Long enough that the samples' uncertainty hardly tilts the line, short enough to follow a servo.
 */
#define LINE_NS INT64_C(4000000000)

#define STEP_FLOOR_NS 10000
#define STEADY_RATE   200e-6 /* by which a rate that is known may have changed since */
#define ANY_RATE      2e-3   /* clocks' rates lie within it, servos' corrections included */

/* to - from; wraps, as forged times may. */
static int64_t apart(int64_t from_ns, int64_t to_ns)
{
	return (int64_t)((uint64_t)to_ns - (uint64_t)from_ns);
}

/* to - from, exactly while it is within the reach of a double's 53 bits and of int64_t. */
static bool difference(int64_t from_ns, int64_t to_ns, int64_t *ret_ns)
{
	return !__builtin_sub_overflow(to_ns, from_ns, ret_ns) && *ret_ns > -(INT64_C(1) << 52) &&
	       *ret_ns < INT64_C(1) << 52;
}

/* How far off the expectation the newest sample is, on the host's clock; false: not to be told. */
static bool residual(const struct phc_map *map, const struct phc_sample *sample, double *ret_ns,
		     double *ret_allowed_ns)
{
	const struct phc_sample *before = &map->sample[map->count - 1];
	int64_t phc_ns, real_ns;
	double rate = map->count > 1 ? STEADY_RATE + map->rate_error : ANY_RATE;

	if (!difference(before->phc_ns, sample->phc_ns, &phc_ns) ||
	    !difference(before->real_ns, sample->real_ns, &real_ns) || phc_ns <= 0) {
		return false;
	}
	*ret_ns = (double)(real_ns - phc_ns) - (double)phc_ns * map->rate;
	*ret_allowed_ns = STEP_FLOOR_NS + (double)before->uncertain_ns +
			  (double)sample->uncertain_ns + (double)phc_ns * rate;
	return true;
}

/* Which of the clocks was set: the host's when it moved by as much against one that can't be set.
 */
static enum phc_map_result whose_step(struct phc_map *map, const struct phc_sample *sample)
{
	const struct phc_sample *before = &map->sample[map->count - 1];
	int64_t real_ns = apart(before->real_ns, sample->real_ns);
	int64_t phc_ns = apart(before->phc_ns, sample->phc_ns);
	int64_t mono_ns = apart(before->mono_ns, sample->mono_ns);
	double moved_ns = (double)apart(mono_ns, real_ns), step_ns = (double)apart(phc_ns, real_ns);

	if (fabs(step_ns - moved_ns) < fabs(step_ns) / 2) {
		map->host_steps++;
		return PHC_MAP_HOST_STEPPED;
	}
	map->phc_steps++;
	map->last_step_ns = apart(mono_ns, phc_ns);
	return PHC_MAP_PHC_STEPPED;
}

/* The line from the newest sample back to the oldest of the last seconds. */
static void draw_line(struct phc_map *map)
{
	const struct phc_sample *newest = &map->sample[map->count - 1], *oldest;
	uint32_t i = 0;
	double phc_ns;

	map->rate = 0;
	map->rate_error = 0;
	if (map->count < 2) {
		return;
	}
	while (i < map->count - 2 && newest->phc_ns - map->sample[i].phc_ns > LINE_NS) {
		i++;
	}
	oldest = &map->sample[i];
	phc_ns = (double)(newest->phc_ns - oldest->phc_ns);
	map->rate = ((double)((newest->real_ns - oldest->real_ns) -
			      (newest->phc_ns - oldest->phc_ns))) /
		    phc_ns;
	map->rate_error = (double)(newest->uncertain_ns + oldest->uncertain_ns) / phc_ns;
}

enum phc_map_result phc_map_add(struct phc_map *map, const struct phc_sample *sample)
{
	enum phc_map_result result = PHC_MAP_STEADY;
	double off_ns, allowed_ns;

	map->samples++;
	if (sample->uncertain_ns > map->worst_uncertain_ns) {
		map->worst_uncertain_ns = sample->uncertain_ns;
	}
	if (map->count > 0 &&
	    (!residual(map, sample, &off_ns, &allowed_ns) || fabs(off_ns) > allowed_ns)) {
		result = whose_step(map, sample);
		map->count = 0;
	}
	if (map->count == PHC_MAP_SAMPLES) {
		memmove(&map->sample[0], &map->sample[1],
			(PHC_MAP_SAMPLES - 1) * sizeof(map->sample[0]));
		map->count--;
	}
	map->sample[map->count++] = *sample;
	draw_line(map);
	return result;
}

bool phc_map_real_ns(const struct phc_map *map, int64_t phc_ns, int64_t *ret_real_ns)
{
	const struct phc_sample *from = NULL;
	double rate = map->rate;
	int64_t since_ns, real_ns;
	uint32_t i = map->count;

	if (map->count == 0) {
		return false;
	}
	while (i > 1 && phc_ns < map->sample[i - 1].phc_ns) {
		i--;
	}
	from = &map->sample[i - 1];
	/* between two samples: along the line from the one to the other */
	if (i < map->count && phc_ns >= from->phc_ns) {
		const struct phc_sample *to = &map->sample[i];
		int64_t span_ns = to->phc_ns - from->phc_ns;

		rate = (double)(to->real_ns - from->real_ns - span_ns) / (double)span_ns;
	} else if (!difference(from->phc_ns, phc_ns, &since_ns) || since_ns > PHC_MAP_REACH_NS ||
		   since_ns < -PHC_MAP_REACH_NS) {
		return false;
	}
	since_ns = phc_ns - from->phc_ns;
	if (__builtin_add_overflow(from->real_ns, since_ns + llround((double)since_ns * rate),
				   &real_ns)) {
		return false;
	}
	*ret_real_ns = real_ns;
	return true;
}

bool phc_map_rate_ppb(const struct phc_map *map, int64_t *ret_ppb)
{
	if (map->count < 2) {
		return false;
	}
	*ret_ppb = llround(map->rate * 1e9);
	return true;
}
