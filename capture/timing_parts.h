/* SPDX-License-Identifier: BSD-2-Clause */
/* What timing.h keeps to itself. */
#ifndef PTPROBE_TIMING_PARTS_H
#define PTPROBE_TIMING_PARTS_H

#include "band.h"
#include "delay.h"
#include "floor.h"
#include "floor_hold.h"
#include "timing.h"
#include "timing_pairs.h"
#include "timing_stability.h"
#include "twoway.h"

enum {
	TIMING_ANNOUNCERS = 32, /* ports whose Announces are remembered */
	TIMING_REQUESTS = 256,  /* Delay_Reqs that wait for their answer; a power of two */
};

/* Fewer samples above the skew line say nothing: nor how uncertain it is. */
#define TIMING_DETRENDED_LEAST 160
/* nor do they when so few of all are above it, as there was no line before */
#define TIMING_DETRENDED_SHARE 0.99

/* The reverse direction's delays beyond it are no delays. */
#define TIMING_REVERSE_LIMIT_NS DELAY_IMPOSSIBLE_NS

struct timing_key {
	uint8_t domain;
	uint16_t sdo_id;
	struct ptp_port_identity port;
};

struct timing_announcer {
	struct timing_key key;
	bool is_ptp_timescale, is_offset_valid;
	int16_t utc_offset_s;
};

struct timing_request {
	bool is_used;
	struct timing_key key; /* of who asks */
	uint16_t sequence_id;
	int64_t rx_ns, mono_ns, correction;
};

struct master {
	struct timing_key key;
	bool is_unicast;
	bool is_ready;  /* its memory was in use before */
	bool has_taken; /* more than Syncs whose departure isn't known */
	struct endpoint peer;
	int64_t advertised_ns;
	uint64_t stamps[STAMP_KINDS];
	uint64_t splits, out_of_range;
	int64_t first_ns, last_ns, first_mono_ns, last_mono_ns;
	uint64_t seq; /* of the latest sample in order, widened */
	struct timing_pairs pairs;
	struct delay delay;
	struct band band; /* of what delay took */
	struct stability stability;
	struct twoway twoway;
	struct floor *floor;
	struct floor_hold *hold; /* of drifting clocks: what the floor waits for; else NULL */
	bool is_floor_absolute;  /* what it was fed knows the UTC offset */
};

struct timing {
	struct timing_config config;
	size_t masters, announcers, next_announcer;
	uint64_t overflow;
	struct master *master[TIMING_SERIES];
	struct mtie *scratch;
	struct floor *scratch_floor;
	struct timing_announcer announcer[TIMING_ANNOUNCERS];
	struct timing_request request[TIMING_REQUESTS];
};

/* False when it isn't known, or not how well. */
bool timing_skew_of(const struct master *master, struct delay_skew *ret_skew);

bool timing_same_key(const struct timing_key *a, const struct timing_key *b);

/* TAI - rx_ns' scale, for this master's delays; false when it isn't known. */
bool timing_utc_offset(const struct timing *timing, const struct timing_key *key,
		       int64_t *ret_offset_s);

/* The master's clocks: what stability.h asks. */
struct stability_skew timing_skew(const struct timing *timing, const struct master *master);

/* Takes a sample whose departure is known. */
void timing_take(struct timing *timing, struct master *master, const struct timing_sample *sample);

/* Its clock, or ours, was set: the series begins anew. */
void timing_split_master(struct master *master);

/* The Delay_Req side: requests are remembered, and answers to them are delays. */
void timing_take_request(struct timing *timing, const struct sighting *sighting);
void timing_take_answer(struct timing *timing, struct master *master,
			const struct sighting *sighting);

#endif
