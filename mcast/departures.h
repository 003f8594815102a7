/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel says of the probes' departures: their stamps, and those that never left. */
#ifndef PTPROBE_DEPARTURES_H
#define PTPROBE_DEPARTURES_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"
#include "ranges.h"
#include "stamps.h"

enum {
	DEPARTURES_RING = 16384,  /* stamped departures that are remembered; a power of two */
	DEPARTURES_PATIENCE = 16, /* later stamps that come before a missing one is given up */
	DEPARTURES_HARDWARE_PATIENCE = 128, /* later departures, for the card's stamp */
	DEPARTURES_HARDWARE_TRIES = 64,     /* departures without one: the card gives none */
};

/* So long after its slot the card's stamp of a departure is waited for before it is reported. */
#define DEPARTURES_HARDWARE_WAIT_NS INT64_C(20000000)

enum departures_stamp {
	DEPARTURES_SCHED,    /* SCM_TSTAMP_SCHED: handed to the queueing discipline */
	DEPARTURES_SOFTWARE, /* SCM_TSTAMP_SND: handed to the device */
	DEPARTURES_HARDWARE, /* likewise: left the device, by its clock as CLOCK_REALTIME */
};

struct departures_counts {
	uint64_t requested;         /* departures whose stamps were asked for */
	uint64_t scheduled;         /* of these, SCHED came */
	uint64_t stamped;           /* of these, SOFTWARE or HARDWARE came */
	uint64_t hardware;          /* of these, HARDWARE came */
	uint64_t sched_without_snd; /* settled with SCHED alone: dropped between the queue and the
				       device */
	uint64_t unstamped;         /* settled with neither, or in doubt since departures_restart */
	uint64_t unscheduled;       /* of these, not in doubt: never reached the queue */
	uint64_t strange;           /* stamps of no departure that is remembered */
};

/* A departure whose stamps were asked for. */
struct departures_entry {
	uint64_t id;      /* plus 1; 0: empty */
	uint64_t next_id; /* plus 1, of the same group; 0: the last one */
	uint64_t seq;
	int64_t slot_ns;         /* when it was to depart, on the schedule's clock */
	int64_t sent_ns;         /* before the send call, on the stamps' clock */
	int64_t sched_ns, tx_ns; /* 0: no stamp */
	int64_t hardware_ns;
};

/* What a follow-up reports. */
struct departures_report {
	uint64_t seq;
	int64_t tx_ns;
	bool hardware;
};

/* A group's departures whose follow-ups are still to be told, oldest first. */
struct departures_queue {
	uint64_t first_id, last_id; /* plus 1; first_id 0: empty */
};

struct departures {
	/* results */
	struct departures_counts counts;
	struct ranges dropped;     /* seqs of sched_without_snd, of whatever group */
	struct ranges unscheduled; /* seqs of counts.unscheduled, likewise */
	struct hist pacing_error;
	int64_t max_pacing_error_ns;
	struct stamps_lag lag; /* from SOFTWARE to HARDWARE */
	/* state */
	bool paced;
	bool wants_hardware; /* set it before the first departure */
	uint64_t next_id;
	uint64_t restart_id; /* the departure that the kernel's counter calls 0 */
	uint64_t stamped_id; /* the latest that SOFTWARE came for, plus 1 */
	struct departures_queue *queue;
	struct departures_entry ring[DEPARTURES_RING];
};

/*
 * groups: number of groups that are served in turn, each with seqs of its own. paced: slots have a
 * time and a pacing error. NULL when there is no memory; nothing is allocated later.
 */
struct departures *departures_new(uint32_t groups, bool paced);
void departures_free(struct departures *departures);

/* A probe was sent with stamps asked for: its kernel id is the next one. */
void departures_add(struct departures *departures, uint32_t group, uint64_t seq, int64_t slot_ns,
		    int64_t sent_ns);

/*
 * The kernel's counter was set back: the next departure has id 0, whatever was counted before.
 * Stamps of the earlier ones can no longer be told.
 */
void departures_restart(struct departures *departures);

/*
 * A stamp from the error queue, in any order. The first of its kind counts: a bridge stamps SCHED
 * once for itself and once for each port. One from before its probe's sent_ns is of an id that was
 * used before a restart: strange.
 */
void departures_stamp(struct departures *departures, uint32_t kernel_id, enum departures_stamp kind,
		      int64_t stamp_ns);

/*
 * The departure that the next datagram to group shall report, on the card's stamp when that is
 * wanted and has come, else on the kernel's: the earliest that none has reported. False when there
 * is none. A stamp that is missing holds back the later ones, until DEPARTURES_PATIENCE later
 * departures have theirs; the card's until DEPARTURES_HARDWARE_WAIT_NS after the slot, or so many
 * later departures, and not at all while it has given none of so many. mono_ns: now, on the
 * schedule's clock.
 */
bool departures_follow_up(struct departures *departures, uint32_t group, int64_t mono_ns,
			  struct departures_report *ret_report);

enum departures_look {
	DEPARTURES_AWAITED, /* its stamp may still come */
	DEPARTURES_STAMPED,
	DEPARTURES_NEVER, /* it can't any more: the ids were set back, or it is no longer remembered
			   */
};

/*
 * What is known of one departure at mono_ns: id is what next_id was when it was added. Its stamp is
 * written to *ret_report with DEPARTURES_STAMPED, and with DEPARTURES_AWAITED when the kernel's has
 * come and the card's is waited for.
 */
enum departures_look departures_look(const struct departures *departures, uint64_t id,
				     int64_t mono_ns, struct departures_report *ret_report);

/* At the end: what has no stamp by now has none. */
void departures_settle(struct departures *departures);

/* Quantile q of the pacing error, ns: at most the largest; 0 when there is none. */
int64_t departures_pacing_error_ns(const struct departures *departures, double q);

#endif
