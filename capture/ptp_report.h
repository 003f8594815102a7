/* SPDX-License-Identifier: BSD-2-Clause */
/* The health of PTP traffic in each form of the report, beside what every tool's report says. */
#ifndef PTPROBE_PTP_REPORT_H
#define PTPROBE_PTP_REPORT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "ptp_findings.h"

struct report;

/* Each port, the timeline, timing, the profile's violations; without head, notes and verdict
 * (report.h). */
void ptp_text(const struct ptp_findings *result, FILE *out);

/* What to do next about each kind of event that there was, in order; nothing when there was none.
 */
void ptp_advice_text(const struct ptp_findings *result, FILE *out);

/*
 * Adds ports[], events[], timing[], profile, mask, counts and capture to the report's object. 0 or
 * -1 (put.h).
 */
int ptp_put(json_t *object, const struct ptp_findings *result);

/* The whole of these forms, with what report says. */
void ptp_prometheus(const struct report *report, const struct ptp_findings *result, FILE *out);
void ptp_nagios(const struct report *report, const struct ptp_findings *result, FILE *out);
void ptp_csv(const struct report *report, const struct ptp_findings *result, FILE *out);
void ptp_influx(const struct report *report, const struct ptp_findings *result, FILE *out);

/* A master's Syncs in an interval. */
struct ptp_interval_master {
	uint8_t domain;
	uint16_t sdo_id;
	struct ptp_port_identity master;
	uint64_t samples;
	int64_t pdv_max_ns;
	double pdv_mean_ns;
};

struct ptp_interval {
	int64_t from_ns, to_ns; /* since the first message */
	uint64_t intervals;     /* that it is of: more than 1 where nothing came for long */
	uint64_t messages, lost, missing_follow_up, unanswered, events;
	size_t masters;
	struct ptp_interval_master master[TIMING_SERIES];
};

/* One interval: {"type":"interval", ...}, and for people. */
json_t *ptp_interval_json(const struct ptp_interval *interval);
void ptp_interval_text_header(FILE *out);
void ptp_interval_text(const struct ptp_interval *interval, FILE *out);

/* An event as it happens: {"type":"event", ...}, and a line for people; first_ns: of the first
 * message. */
json_t *ptp_event_json(const struct health_event *event);
void ptp_event_text(const struct health_event *event, int64_t first_ns, FILE *out);

/* "2026-11-25T22:13:20.123456Z". Returns text. */
enum { PTP_TIME_TEXT = 40 };
char *ptp_time_text(int64_t at_ns, char text[static PTP_TIME_TEXT]);

/* "UDP/IPv4". */
const char *ptp_transport_text(enum transport transport);

/* "master", "was_master", "slave", "peer", "other": by what a port sends. */
const char *ptp_role_text(const struct health_port *port);

#endif
