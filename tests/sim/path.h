/* SPDX-License-Identifier: BSD-2-Clause */
/* A sender and an impairing path in virtual time: from a seed to all that comes out at the far end.
 */
#ifndef PTPROBE_PATH_H
#define PTPROBE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

/* Runs under a sanitizer are shorter. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#define PATH_EPOCH_NS INT64_C(1700000000000000000) /* the sender's clock at mono 0 */
#define PATH_START_NS INT64_C(10000000000)         /* when the first probe leaves, mono */

/* What a seed makes of a run; probabilities are per probe. */
struct script {
	uint64_t seed;
	/* sender */
	uint64_t count;
	int64_t period_ns;
	bool poisson;
	uint32_t length;        /* payload bytes */
	unsigned int follow_up; /* probes between a departure and its follow-up, 0: none */
	uint64_t restart_at;    /* a new run_id from this probe on; 0: none */
	bool killed;            /* no END */
	/* path */
	double drop, burst, duplicate, late_duplicate, hold, hold_long, corrupt;
	unsigned int burst_length, copies;
	int64_t hold_ns; /* longest, within lost_after */
	uint64_t first_dropped, last_dropped;
	unsigned int ends_dropped; /* of 10 */
	int64_t delay_ns, noise_ns;
	int64_t skew_ppb; /* how much faster the receiver's clock runs */
	int64_t rx_offset_ns;
	/* receiver */
	int64_t lost_after_ns;
	int64_t joined_ns; /* on the monotonic clock, in which the first probe leaves at 10 s */
};

/* One datagram at the receiver. */
struct delivery {
	int64_t mono_ns, rx_ns;
	uint64_t order; /* breaks ties */
	struct probe probe;
	bool corrupt;
	uint32_t corrupt_at[3]; /* bytes that were changed, behind the magic */
	uint8_t corrupt_by[3];  /* and the bits in them */
	int16_t ttl;
};

/* A number from seed and its successors (splitmix64); uniform in 0..1. */
uint64_t path_random(uint64_t *state);
double path_random_unit(uint64_t *state);

/* All that a seed stands for. */
void script_from_seed(struct script *script, uint64_t seed);

/*
 * Runs script and writes what the receiver hears, in order of arrival, into *ret_delivery, a new
 * array that the caller frees; its length is returned. 0 when there is no memory.
 */
size_t path_run(const struct script *script, struct delivery **ret_delivery);

/* The bytes of a delivery as they arrive; payload holds script->length. */
void path_bytes(const struct script *script, const struct delivery *delivery, uint8_t *payload);

#endif
