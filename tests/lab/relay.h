/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries frames between two ports, and does to the probes and the PTP messages among them what a
 * script says. */
#ifndef PTPROBE_LAB_RELAY_H
#define PTPROBE_LAB_RELAY_H

#include <stdbool.h>

#include "port.h"
#include "script.h"

struct held;
struct truth;

struct relay {
	struct script script;
	struct truth *truth;   /* of everything that was done */
	struct port from, to;  /* probes go from from to to */
	struct held *counting; /* probes that wait for later ones, oldest first */
	struct held *timed;    /* what waits for its time, in that order */
	int orders;            /* where orders come from, a line each, without blocking; -1: none */
	char order[64];        /* the begin of one */
	size_t order_length;
	bool is_exact; /* false: the truth is not to be trusted, stderr says why */
};

/* Runs until the signalfd is readable; then sends what is still held. Says "relay: ready" on
 * stdout, and each order once it's obeyed. */
void relay_run(struct relay *relay, int signalfd);

#endif
