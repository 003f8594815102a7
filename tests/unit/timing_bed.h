/* SPDX-License-Identifier: BSD-2-Clause */
/* A master whose Syncs come over a path of known delay, seen by a clock of known skew. */
#ifndef PTPROBE_TEST_TIMING_BED_H
#define PTPROBE_TEST_TIMING_BED_H

#include <stdint.h>

#include "sighting.h"
#include "timing.h"

#define S     INT64_C(1000000000)
#define MS    INT64_C(1000000)
#define US    INT64_C(1000)
#define EPOCH (INT64_C(1700000000) * S)

/* The master's clock is TAI, ours UTC. */
#define UTC_OFFSET_S 37

struct bed_path {
	int64_t interval_ns;
	int8_t log_interval;
	double skew; /* of our clock */
	int64_t least_ns;
	double noise_ns; /* exponential */
};

extern struct timing *bed_timing;
extern struct timing_series bed_series; /* of the last bed_result */
extern uint64_t bed_random_state;
extern struct bed_path bed_path;

/* A new timing; a path of 20 us without noise, 16 Syncs a second, no skew. */
void bed_begin(const struct timing_config *config);

/* cmocka's teardown of the group. */
int bed_end(void **state);

/* A message of the master, number i. */
struct sighting bed_seen(enum ptp_type type, int64_t i, int64_t rx_ns);
struct ptp_timestamp bed_stamp(int64_t ns);

/* The true time of Sync i's departure, UTC. */
int64_t bed_departure(int64_t i);

/* Sync i and its Follow_Up, with a delay of that length; or those from..to - 1, with the path's. */
void bed_pass(int64_t i, int64_t delay_ns);
int64_t bed_noisy_delay(void);
void bed_pass_noisy(int64_t from, int64_t to);

void bed_announce(uint16_t flags, int16_t utc_offset);

/* bed_series, of the only master. */
const struct timing_series *bed_result(void);

#endif
