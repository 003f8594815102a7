/* SPDX-License-Identifier: BSD-2-Clause */
/* PTP-shaped probes: Syncs and the Follow_Ups that vouch for them. */
#ifndef PTPROBE_PTP_PAIRS_H
#define PTPROBE_PTP_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow.h"
#include "ptp_shape.h"
#include "run_id.h"

struct flows;

enum {
	PTP_PAIRS_RUNS = 64, /* runs that are known at a time */
	PTP_PAIRS_HELD = 64, /* Syncs that wait for their run's first Follow_Up */
};

/* One run between one source and one group, as its Follow_Ups made it known. */
struct ptp_run {
	uint64_t run_id;
	uint64_t seq;        /* the latest that is known, from which sequenceIds are widened */
	struct probe probe;  /* of the latest Follow_Up */
	struct arrival sync; /* of the latest Sync; without one, where it should come from */
};

struct ptp_held {
	struct ptp_shaped message;
	struct arrival arrival;
};

struct ptp_pairs {
	struct run_id run_id; /* takes no notice of others, and doesn't count them */
	bool one_domain;      /* takes no notice of probes in other domains than this */
	uint8_t domain;
	uint8_t other_domain; /* of the last one that it took no notice of */
	uint32_t runs, next_run;
	struct ptp_run run[PTP_PAIRS_RUNS];
	uint32_t held_at, held_end;
	struct ptp_held held[PTP_PAIRS_HELD];
};

/* All zero is an empty one, which hears every run and domain. */

enum ptp_pairs_result {
	PTP_PAIRS_FOREIGN,   /* counted as foreign PTP, or, when it is no PTP message, as alien */
	PTP_PAIRS_OURS,      /* fed, or counted as corrupt */
	PTP_PAIRS_HELD_BACK, /* a Sync of which nothing is known yet */
};

/*
 * Feeds one PTP message of any bytes to flows. A Follow_Up that bears the native header is a probe
 * (or an END) to its group, port 320; it makes its run known, and gives the Sync of that seq its
 * precise departure. A Sync whose clockIdentity is a known run's, between the same addresses, is
 * the probe whose seq is nearest to the latest one known (within 32,768), to port 319. One whose
 * run isn't known is held until it is; when PTP_PAIRS_HELD later ones have come, or at
 * ptp_pairs_end, it was foreign. An END closes the run's Syncs as well. arrival: the ports are
 * replaced by 319 or 320 when they are 0, as in Ethernet, which has none. *ret_flow: the stream
 * that was fed, or NULL. O(1).
 */
enum ptp_pairs_result ptp_pairs_add(struct ptp_pairs *pairs, struct flows *flows,
				    const struct arrival *arrival, const uint8_t *payload,
				    size_t length, struct flow **ret_flow);

/* Counts what is still held as foreign. */
void ptp_pairs_end(struct ptp_pairs *pairs, struct flows *flows);

#endif
