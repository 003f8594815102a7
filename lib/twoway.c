/* SPDX-License-Identifier: BSD-2-Clause */
#include "twoway.h"

#include <math.h>
#include <stdlib.h>

void twoway_clear(struct twoway *twoway)
{
	twoway->began = false;
	twoway->windows = 0;
	twoway->one_way_windows = 0;
	for (int i = 0; i < TWOWAY_DIRECTIONS; i++) {
		twoway->fastest[i].count = 0;
		twoway->fastest[i].kept = 0;
		twoway->packets[i] = 0;
	}
}

static void swap(int64_t *a, int64_t *b)
{
	int64_t value = *a;

	*a = *b;
	*b = value;
}

static void sift_up(struct twoway_fastest *fastest, uint32_t at)
{
	while (at > 0 && fastest->heap_ns[(at - 1) / 2] < fastest->heap_ns[at]) {
		swap(&fastest->heap_ns[(at - 1) / 2], &fastest->heap_ns[at]);
		at = (at - 1) / 2;
	}
}

static void sift_down(struct twoway_fastest *fastest)
{
	uint32_t at = 0;

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child + 1 < fastest->kept &&
		    fastest->heap_ns[child + 1] > fastest->heap_ns[child]) {
			child++;
		}
		if (child >= fastest->kept || fastest->heap_ns[child] <= fastest->heap_ns[at]) {
			return;
		}
		swap(&fastest->heap_ns[child], &fastest->heap_ns[at]);
		at = child;
	}
}

static void keep(struct twoway_fastest *fastest, int64_t delay_ns)
{
	fastest->count++;
	if (fastest->kept < TWOWAY_KEPT) {
		fastest->heap_ns[fastest->kept] = delay_ns;
		sift_up(fastest, fastest->kept++);
	} else if (delay_ns < fastest->heap_ns[0]) {
		fastest->heap_ns[0] = delay_ns;
		sift_down(fastest);
	}
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The mean of the fastest; the heap is in order afterwards, and no heap any more. */
static double mean_of_fastest(struct twoway_fastest *fastest)
{
	double share = ceil((double)fastest->count * TWOWAY_SHARE), sum_ns = 0;
	uint32_t selected = share < fastest->kept ? (uint32_t)share : fastest->kept;

	qsort(fastest->heap_ns, fastest->kept, sizeof(fastest->heap_ns[0]), compare);
	for (uint32_t i = 0; i < selected; i++) {
		sum_ns += (double)(fastest->heap_ns[i] - fastest->heap_ns[0]);
	}
	return (double)fastest->heap_ns[0] + sum_ns / selected;
}

static void end_window(struct twoway *twoway)
{
	struct twoway_fastest *forward = &twoway->fastest[TWOWAY_FORWARD];
	struct twoway_fastest *reverse = &twoway->fastest[TWOWAY_REVERSE];

	if (forward->count > 0 && reverse->count > 0) {
		double error_ns = (mean_of_fastest(forward) - mean_of_fastest(reverse)) / 2;

		if (twoway->windows == 0 || error_ns < twoway->min_ns) {
			twoway->min_ns = error_ns;
		}
		if (twoway->windows == 0 || error_ns > twoway->max_ns) {
			twoway->max_ns = error_ns;
		}
		twoway->sum_ns = twoway->windows == 0 ? error_ns : twoway->sum_ns + error_ns;
		twoway->windows++;
	} else if (forward->count > 0 || reverse->count > 0) {
		twoway->one_way_windows++;
	}
	forward->count = reverse->count = 0;
	forward->kept = reverse->kept = 0;
}

void twoway_add(struct twoway *twoway, enum twoway_direction direction, int64_t at_ns,
		int64_t delay_ns)
{
	if (!twoway->began) {
		twoway->began = true;
		twoway->window_end_ns = at_ns + TWOWAY_WINDOW_NS;
	}
	if (at_ns >= twoway->window_end_ns) {
		int64_t behind = (at_ns - twoway->window_end_ns) / TWOWAY_WINDOW_NS;

		end_window(twoway);
		twoway->window_end_ns += (behind + 1) * TWOWAY_WINDOW_NS;
	}
	twoway->packets[direction]++;
	keep(&twoway->fastest[direction], delay_ns);
}
