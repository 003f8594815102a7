/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells steps of the wall clock from its slewing. */
#ifndef PTPROBE_CLOCKWATCH_H
#define PTPROBE_CLOCKWATCH_H

#include <stdbool.h>
#include <stdint.h>

struct clockwatch {
	bool started;
	int64_t offset_ns; /* real - mono */
	int64_t mono_ns;
	uint64_t steps;
	int64_t last_step_ns; /* size of the last step */
};

/*
 * Takes both clocks, read as close together as can be. True when CLOCK_REALTIME was stepped since
 * the call before: it moved against CLOCK_MONOTONIC by more than 1 ms and 500 ppm of the time
 * between (adjtimex slews no faster).
 */
bool clockwatch_add(struct clockwatch *clockwatch, int64_t real_ns, int64_t mono_ns);

#endif
