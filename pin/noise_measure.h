/* SPDX-License-Identifier: BSD-2-Clause */
/* Spins on processors, to measure their noise. */
#ifndef PTPROBE_NOISE_MEASURE_H
#define PTPROBE_NOISE_MEASURE_H

#include <stddef.h>
#include <stdint.h>

struct launch;
struct noise;
struct partition;

/*
 * A process for each CPU spins on CLOCK_MONOTONIC_RAW for duration_ns, all at the same time, as
 * ordinary tasks: the real-time throttle would be noise of our own. They join the partition, if
 * there is one, as the command will. noise[i] is that of cpu[i]; to be freed by noise_free. 0,
 * -EINTR when a signal came that would have ended us if launch didn't hold it, or -errno.
 */
int noise_measure(const uint32_t cpu[], size_t count, int64_t duration_ns,
		  const struct partition *partition, const struct launch *launch,
		  struct noise **ret_noise);
void noise_free(struct noise *noise, size_t count);

#endif
