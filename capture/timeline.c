/* SPDX-License-Identifier: BSD-2-Clause */
#include "timeline.h"

static int64_t bounded(int64_t ns)
{
	return ns < 0 ? 0 : ns > TIMELINE_LATEST_NS ? TIMELINE_LATEST_NS : ns;
}

int64_t timeline_add_unlike(struct timeline *timeline, int64_t stamp_ns, bool *ret_stepped)
{
	/* neither sum overflows: both lie within 2^61 */
	int64_t mono_ns = bounded(bounded(stamp_ns) + timeline->shift_ns);

	*ret_stepped = false;
	if (!timeline->started) {
		timeline->started = true;
		timeline->last_ns = mono_ns;
	}
	if (mono_ns < timeline->last_ns - TIMELINE_BACK_NS) {
		timeline->last_step_ns = timeline->last_ns - mono_ns;
		timeline->steps++;
		*ret_stepped = true;
		timeline->shift_ns = timeline->last_ns - bounded(stamp_ns);
		mono_ns = timeline->last_ns;
	}
	if (mono_ns > timeline->last_ns) {
		timeline->last_ns = mono_ns;
	}
	return mono_ns;
}
