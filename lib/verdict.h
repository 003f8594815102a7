/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits, and what a measurement says of them: pass, fail, or inconclusive. */
#ifndef PTPROBE_VERDICT_H
#define PTPROBE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "endpoint.h"
#include "units.h"

struct flow_snapshot;

enum limit_metric {
	LIMIT_LOSS,      /* amount: lost, or share of those sent */
	LIMIT_DUPLICATE, /* amount; share of unique */
	LIMIT_REORDER,   /* amount; share of unique */
	LIMIT_JITTER,    /* duration: RFC 3550 jitter at the end */
	LIMIT_PDV,       /* duration at a quantile; 1 is the maximum */
	LIMIT_OUTAGE,    /* duration */
	LIMIT_RECEIVED,  /* amount, a minimum: unique probes, or share of those sent */
};

enum { LIMITS_MAX = 32, VERDICT_REASONS = 64, VERDICT_TEXT = 320 };

struct limit {
	enum limit_metric metric;
	struct units_amount amount;
	int64_t duration_ns;
	double quantile;
};

struct limits {
	size_t count;
	struct limit limit[LIMITS_MAX];
};

/*
 * Adds a limit from its option's text: "5", "0.1%", "50us", and for LIMIT_PDV "p99.9=50us",
 * "max=1ms", or a bare duration, which is the maximum's. 0, or -EINVAL / -ENOSPC and *ret_error
 * says why.
 */
int limits_add(struct limits *limits, enum limit_metric metric, const char *text,
	       const char **ret_error);

enum verdict_result {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_INCONCLUSIVE,
};

struct verdict {
	enum verdict_result result;
	size_t count;
	char reason[VERDICT_REASONS][VERDICT_TEXT];
};

/* What bounds the trust in the flows' numbers. */
struct circumstances {
	uint64_t own_drops;     /* datagrams that the tool's own sockets dropped, or its tap lost */
	bool at_tap;            /* it listened at the wire, not at a socket */
	uint64_t clock_steps;   /* of the wall clock */
	uint64_t link_downs;    /* times that the interface lost its carrier or was gone */
	uint64_t overflow;      /* datagrams of streams beyond the maximum */
	uint32_t groups;        /* that were joined; 0: not such a tool */
	uint32_t silent_groups; /* of them, those that no probe came for, though one came for others
				 */
	struct endpoint silent_group; /* the first of them */
	bool stopped_by_us;           /* count, time or a signal ended the run, not the senders */
};

/*
 * Judges every flow against every limit. Any violated limit that the circumstances can't explain
 * away is a fail: loss counts against a limit only beyond own_drops. Else inconclusive, when no
 * probe came, the tool itself dropped, a stream's end is unknown (no END, and not stopped_by_us
 * while it was running), a jump couldn't be explained, of PTP-shaped probes no Sync came, or, for a
 * delay limit, the clock was stepped or there is no sample. Else pass. Each reason is one line that
 * names the flow, the measured value and the limit.
 */
void verdict_judge(const struct limits *limits, const struct flow_snapshot *flow, size_t flows,
		   const struct circumstances *circumstances, struct verdict *ret_verdict);

/* "pass", "fail", "inconclusive". */
const char *verdict_text(enum verdict_result result);

/* Exit status: 0, 1, 3. */
int verdict_status(enum verdict_result result);

/* Appends a reason, printf-like; one too many is dropped. */
void verdict_reason(struct verdict *verdict, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
