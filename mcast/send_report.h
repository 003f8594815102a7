/* SPDX-License-Identifier: BSD-2-Clause */
/* The sender's result as text and as JSON. */
#ifndef PTPROBE_SEND_REPORT_H
#define PTPROBE_SEND_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "send_result.h"

struct report;

struct send_interval {
	int64_t from_ns, to_ns; /* since the start */
	struct send_counts counts;
};

/* One line: what is sent where, how fast, for how long. */
void send_report_start(const struct send_result *result, FILE *out);

void send_report_text(const struct send_result *result, const struct report *report, bool colour,
		      FILE *out);
void send_report_interval_text(const struct send_interval *interval, FILE *out);

/* New references; NULL when memory is out. The report's has the member "sender". */
json_t *send_report_json(const struct send_result *result, const struct report *report);
json_t *send_report_interval_json(const struct send_interval *interval);

#endif
