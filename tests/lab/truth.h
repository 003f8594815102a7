/* SPDX-License-Identifier: BSD-2-Clause */
/* What the relay really did, kept whole and counted at the end by the definitions themselves. */
#ifndef PTPROBE_LAB_TRUTH_H
#define PTPROBE_LAB_TRUTH_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "script.h"

struct frame_probe;
struct frame_ptp;

enum truth_event {
	TRUTH_IN,          /* a probe came from the sender */
	TRUTH_DROPPED,     /* and was not passed on */
	TRUTH_OUT,         /* one copy of it left */
	TRUTH_CORRUPT,     /* likewise, damaged */
	TRUTH_ALIEN,       /* likewise, without its magic */
	TRUTH_END,         /* an END was passed on */
	TRUTH_END_DROPPED, /* an END was not */
	TRUTH_CORRECTED,   /* a PTP message left, its correctionField grown */
	TRUTH_ONE_STEP,    /* a PTP message left, its twoStep flag cleared */
};

struct truth;

/*
 * Each event becomes a line in log, "NS flow N seq S EVENT" or "NS WAY TYPE domain D clock C port P
 * sequence S EVENT"; NS are those of CLOCK_REALTIME. NULL when there is no memory.
 */
struct truth *truth_new(FILE *log);
void truth_free(struct truth *truth);

/*
 * The number of probe's flow, from 1 in the order of appearance, by source, group, ports and
 * run_id. 0 when there are too many flows.
 */
uint32_t truth_flow(struct truth *truth, const struct frame_probe *probe);

/* 0, -ENOMEM, or -ERANGE for a seq that no lab run reaches. now_ns: for the log. */
int truth_add(struct truth *truth, uint32_t flow, uint64_t seq, enum truth_event event,
	      int64_t now_ns);

/* Of a PTP message: TRUTH_IN, TRUTH_DROPPED, TRUTH_OUT, TRUTH_CORRECTED or TRUTH_ONE_STEP. */
void truth_add_ptp(struct truth *truth, enum script_way way, const struct frame_ptp *ptp,
		   enum truth_event event, int64_t now_ns);

/* An order was obeyed. */
void truth_add_order(struct truth *truth, const char *order, int64_t now_ns);

/*
 * The summary, a new reference; NULL when there is no memory. Reordering and its extent by RFC
 * 4737, sections 3.4 and 4.2.2, over the order of emission; a damaged copy is no arrival.
 */
json_t *truth_json(const struct truth *truth);

#endif
