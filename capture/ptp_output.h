/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the results of the PTP monitor go: lines as time passes, then the report. */
#ifndef PTPROBE_PTP_OUTPUT_H
#define PTPROBE_PTP_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "health.h"
#include "ptp_findings.h"
#include "report_output.h"

struct report;
struct timing;

enum { PTP_INTERVALS_EMPTY = 1000 };

struct ptp_output {
	struct report_output report;
	bool is_wanted;   /* interval lines */
	bool is_progress; /* a line on the terminal that tells how far it is, instead */
	bool is_headed;
	int64_t opened_ns; /* mono_ns of the first message */
	int64_t first_ns;  /* its rx_ns */
	int64_t due_ns;    /* mono_ns of the next interval line; INT64_MAX: never */
	int64_t from_ns;   /* the next interval's, since the first message */
	struct health_counts before;
	struct health_totals totals; /* likewise */
	unsigned int events_shown;   /* as lines of text, in this interval */
};

/* Opens the files. 0, or -errno and error, one line. */
int ptp_output_open(struct ptp_output *output, const struct report_options *options, bool is_live,
		    char error[static OUTPUT_ERROR_TEXT]);

/* The first message has come: intervals begin. */
void ptp_output_begin(struct ptp_output *output, int64_t first_ns, int64_t mono_ns);

/* An event, as it is known. */
void ptp_output_event(struct ptp_output *output, const struct health_event *event);

/*
 * When the next line ends that is due at mono_ns; INT64_MAX: none is. Where nothing came for more
 * than PTP_INTERVALS_EMPTY intervals, one line is of all of them.
 */
int64_t ptp_output_due(const struct ptp_output *output, const struct health *health,
		       int64_t mono_ns);

/* Writes the line that ends at until_ns, as ptp_output_due said. */
void ptp_output_interval(struct ptp_output *output, const struct health *health,
			 struct timing *timing, int64_t until_ns);

/* What is left since the last one, at the end. */
void ptp_output_last(struct ptp_output *output, const struct health *health, struct timing *timing,
		     int64_t mono_ns);

/* Writes the report in every form that is asked for. */
void ptp_output_report(struct ptp_output *output, const struct report *report,
		       const struct ptp_findings *findings);

/* Closes the files. 0, or -EIO when anything could not be written. */
int ptp_output_close(struct ptp_output *output);

#endif
