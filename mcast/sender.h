/* SPDX-License-Identifier: BSD-2-Clause */
/* The sender's packet path: schedule, datagrams, stamps. */
#ifndef PTPROBE_SENDER_H
#define PTPROBE_SENDER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "pacing.h"
#include "send_result.h"

struct departures;
struct general;
struct send_options;
struct sender_slot;
struct sock_send;

struct sender {
	/* settings */
	const struct send_options *options;
	struct sock_send *sock;
	struct general
		*general; /* of PTP-shaped probes, whose Syncs sock sends; NULL: native ones */
	struct departures *departures;
	uint64_t run_id;
	const volatile sig_atomic_t *stop; /* not 0: no further probe */
	sigset_t signals; /* those that a long wait lets through only while it waits */
	void (*tick)(void *context, int64_t mono_ns); /* prints; called where it delays no probe */
	void (*wake)(void *context);                  /* called very often: looks at a flag */
	void *context;
	int64_t tick_period_ns;
	uint8_t flags; /* enum wire_flag of every datagram; tick may change them */

	/* results */
	struct send_counts counts; /* late: see pacing */
	struct send_errors errors;
	struct send_refusals *refusals;
	uint64_t used; /* slots whose seq is taken */
	uint64_t missed;
	int64_t max_slip_ns;
	int64_t first_ns, last_ns; /* first and last departure */
	int64_t first_slot_ns, last_slot_ns;
	struct pacing pacing;

	/* state */
	bool ending;           /* ENDs are sent */
	bool stamps;           /* departures are stamped, as many as stamp_every says */
	struct sock_send *out; /* whereby: sock, or that of general */
	uint64_t period_ns;
	uint64_t stamp_every; /* 0: by time */
	uint32_t undrained;
	int64_t stamped_ns, next_tick_ns;
	struct clock_breath breath;
	struct sender_slot *slot;
};

/* Makes ready what the settings leave open. 0 or -ENOMEM. */
int sender_init(struct sender *sender);
void sender_release(struct sender *sender);

/*
 * Sends the probes from now on, until the count, the time or *stop. A run that falls behind ends
 * soon after its time and counts the slots it missed. seed: of a Poisson schedule.
 */
void sender_send_probes(struct sender *sender, uint64_t seed);

/*
 * Sends the Follow_Ups that are still in line, then tells receivers the number of probes, 10 times
 * over one second; longer where so many groups would go beyond the rate. Takes the stamps that are
 * still to come.
 */
void sender_send_ends(struct sender *sender);

#endif
