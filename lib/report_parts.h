/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report's forms have in common; for lib/report*.c alone. */
#ifndef PTPROBE_REPORT_PARTS_H
#define PTPROBE_REPORT_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "flow.h"
#include "report.h"
#include "units.h"

enum {
	REPORT_MARK_TEXT = 8,
	REPORT_MANY_FLOWS = 4, /* more are a table in the text */
};

/* "running", "silent", "ended". */
const char *report_state_text(enum flow_state state);

/* The kind of stamp that most packets have, the better one on a draw; NULL without any. */
const char *report_stamp_text(const uint64_t stamps[static STAMP_KINDS]);
const char *report_stamp_kind_text(enum stamp kind);

/* The PTP message that a flow of PTP-shaped probes is of, by its standard name in lower case:
 * "sync", "follow_up"; NULL of a native one. Its Syncs take the event path. */
const char *report_message_text(const struct flow_snapshot *flow);

/* A flow's short mark in lines for people: the first 6 hex digits of its run_id. Returns text. */
char *report_mark(const struct flow_snapshot *flow, char text[static REPORT_MARK_TEXT]);

/* True when the delay's absolute value means something: both clocks say that they are synchronised.
 */
bool report_delay_is_absolute(const struct report *report, const struct flow_snapshot *flow);

/* Probes whose fate is known: unique + lost. */
uint64_t report_settled(const struct flow_snapshot *flow);

/* part / whole, 0 for an empty whole. */
double report_ratio(uint64_t part, uint64_t whole);

/* The nearest integer; saturates; 0 for what is no number. */
int64_t report_round_ns(double ns);

/* Sums over all flows. */
struct report_totals {
	struct flow_counts counts;
	bool sent_known; /* of every flow */
	uint64_t sent;
};

struct report_totals report_totals(const struct report *report);

/* The flow that deserves a look first: by loss, then by what else went wrong, then by PDV. flows >
 * 0. */
const struct flow_snapshot *report_worst(const struct report *report);

/* One flow in full, about 20 lines. */
void report_flow_text(const struct report *report, const struct flow_snapshot *flow, FILE *out);

/* The JSON of the flow of that index; the members that name a flow, and those that count. For
 * put_*'s results see put.h. */
json_t *report_flow_json(const struct report *report, size_t index);
int report_put_key(json_t *object, const struct flow_key *key);
int report_put_counts(json_t *object, const struct flow_counts *counts);

/* Members "encoding" and, of PTP-shaped probes, "ptp_message" and "domain". */
int report_put_message(json_t *object, const struct flow_snapshot *flow);

/* What a tap adds to a flow's JSON, by its index; and the member "capture". */
int report_put_tap_flow(json_t *object, const struct report_tap *tap, size_t index);
json_t *report_tap_json(const struct report_tap *tap);

/* What a tap says of itself, for people. */
void report_tap_text(const struct report_tap *tap, FILE *out);

/* The member "placement"; null when the tool wasn't told where to run. */
json_t *report_placement_json(const struct report *report);

#endif
