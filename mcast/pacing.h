/* SPDX-License-Identifier: BSD-2-Clause */
/* When each probe is to depart: a schedule on an absolute axis. */
#ifndef PTPROBE_PACING_H
#define PTPROBE_PACING_H

#include <stdbool.h>
#include <stdint.h>

enum pacing_pattern {
	PACING_PERIODIC,
	PACING_POISSON, /* exponential gaps */
	PACING_BURST,   /* several back to back, the bursts periodic */
	PACING_MAX,     /* no schedule: always due, never late */
};

struct pacing_plan {
	enum pacing_pattern pattern;
	uint64_t period_num,
		period_den; /* mean spacing is num / den ns; both > 0 but for PACING_MAX */
	uint32_t burst;     /* departures of a burst; 1 without */
	uint64_t seed;      /* of PACING_POISSON */
};

struct pacing {
	struct pacing_plan plan;
	int64_t start_ns;
	uint64_t slot;   /* index of the next departure */
	int64_t next_ns; /* its time */
	/* results */
	uint64_t late;
	int64_t max_slip_ns;
	/* state */
	int64_t late_after_ns;
	uint64_t random;
	double fraction_ns; /* of PACING_POISSON's next_ns */
};

/*
 * Slot 0 is at start_ns. Slot k of a periodic schedule is at start_ns + floor(k * num / den):
 * nothing accumulates, however long it runs. Slots of one burst share one time.
 */
void pacing_init(struct pacing *pacing, const struct pacing_plan *plan, int64_t start_ns);

/* Goes on to the next slot. None is ever skipped. */
void pacing_advance(struct pacing *pacing);

/* A departure at now_ns is late when it misses its slot by more than half a period (of the bursts).
 */
bool pacing_is_late(const struct pacing *pacing, int64_t slot_ns, int64_t now_ns);

/* Books a departure at now_ns for its slot: late ones, and the largest slip. */
void pacing_depart(struct pacing *pacing, int64_t slot_ns, int64_t now_ns);

/* Slots from the next one on that lie before end_ns; for PACING_POISSON their expected number. */
uint64_t pacing_slots_before(const struct pacing *pacing, int64_t end_ns);

/* Mean departures a second; 0 for PACING_MAX. */
double pacing_rate_pps(const struct pacing_plan *plan);

/*
 * The spacing that the datagrams of one of so many groups, served in turn, tell their receivers: of
 * the departures, or of the bursts; 0 where there is no period.
 */
uint64_t pacing_wire_period_ns(const struct pacing_plan *plan, uint32_t groups);

#endif
