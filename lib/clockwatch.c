/* SPDX-License-Identifier: BSD-2-Clause */
#include "clockwatch.h"

#define JITTER_NS  INT64_C(1000000) /* what reading two clocks one after the other may cost */
#define SLEW_PPM   500 /* the kernel's bound for adjtimex: MAXFREQ, ADJ_OFFSET_SINGLESHOT */
#define LONGEST_NS INT64_C(1000000000000000) /* between two calls: keeps the product in 64 bits */

bool clockwatch_add(struct clockwatch *clockwatch, int64_t real_ns, int64_t mono_ns)
{
	int64_t offset_ns = (int64_t)((uint64_t)real_ns - (uint64_t)mono_ns);
	int64_t moved_ns = (int64_t)((uint64_t)offset_ns - (uint64_t)clockwatch->offset_ns);
	int64_t elapsed_ns = mono_ns - clockwatch->mono_ns;
	int64_t allowed_ns;
	bool stepped;

	if (elapsed_ns < 0) {
		elapsed_ns = 0;
	} else if (elapsed_ns > LONGEST_NS) {
		elapsed_ns = LONGEST_NS;
	}
	allowed_ns = JITTER_NS + elapsed_ns * SLEW_PPM / 1000000;
	stepped = clockwatch->started && (moved_ns > allowed_ns || moved_ns < -allowed_ns);
	if (stepped) {
		clockwatch->steps++;
		clockwatch->last_step_ns = moved_ns;
	}
	clockwatch->started = true;
	clockwatch->offset_ns = offset_ns;
	clockwatch->mono_ns = mono_ns;
	return stepped;
}
