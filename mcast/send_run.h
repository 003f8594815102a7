/* SPDX-License-Identifier: BSD-2-Clause */
/* What one run of ptprobe-send has open, and what it has come to. */
#ifndef PTPROBE_SEND_RUN_H
#define PTPROBE_SEND_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "clockwatch.h"
#include "collector.h"
#include "rights.h"
#include "send_report.h"
#include "sender.h"
#include "stamping.h"
#include "status.h"
#include "witness.h"

struct departures;
struct general;
struct listening;
struct send_options;
struct sock_send;

struct send_run {
	const struct send_options *options;
	struct sender sender;
	struct sock_send *sock;
	struct general *general;     /* of PTP-shaped probes */
	struct listening *listening; /* likewise */
	struct departures *departures;
	struct clockwatch clockwatch;
	struct collector collector;
	struct stamping stamping;
	unsigned int ifindex; /* by which the probes leave; 0: not known */
	uint64_t seed;
	int64_t start_real_ns;
	struct send_interval interval; /* what the last line ended with */
	int64_t interval_due_ns;       /* when the next one is, since the start */
	FILE *out;
	bool output_failed;
	off_t whole; /* see output_commit */
	struct witness witness;
	char rights_note[RIGHTS_TEXT]; /* empty: nothing to tell */
};

#endif
