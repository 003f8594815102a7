/* SPDX-License-Identifier: BSD-2-Clause */
/* Nanoseconds of either sign, summed up in fixed memory. */
#ifndef PTPROBE_HEALTH_TALLY_H
#define PTPROBE_HEALTH_TALLY_H

#include <stdint.h>

#include "health.h"
#include "hist.h"

/* All zero is an empty one. */
struct tally {
	uint64_t count;
	int64_t min_ns, max_ns; /* exact, whatever the histogram can hold */
	double sum_ns;
	struct hist above; /* values >= 0 */
};

/* below: magnitudes of the negative values; NULL: those are counted as 0. */
static inline void tally_add(struct tally *tally, struct hist *below, int64_t value_ns)
{
	if (tally->count == 0 || value_ns < tally->min_ns) {
		tally->min_ns = value_ns;
	}
	if (tally->count == 0 || value_ns > tally->max_ns) {
		tally->max_ns = value_ns;
	}
	tally->count++;
	tally->sum_ns += (double)value_ns;
	if (value_ns < 0 && below != NULL) {
		hist_add(below, value_ns == INT64_MIN ? INT64_MAX : -value_ns);
	} else {
		hist_add(&tally->above, value_ns);
	}
}

/* below: as with tally_add. */
void tally_read(const struct tally *tally, const struct hist *below,
		struct health_spread *ret_spread);

/* Empties it, in little time when little is in it. */
void tally_clear(struct tally *tally);

#endif
