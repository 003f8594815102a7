/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the results of a tool that hears streams go, and in which form. */
#ifndef PTPROBE_REPORT_OUTPUT_H
#define PTPROBE_REPORT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "output.h"

struct flow_interval;
struct flow_snapshot;
struct report_options;
struct report;

struct report_output {
	const char *program; /* for messages */
	const struct report_options *options;
	FILE *out, *hgrm;
	bool headed; /* the interval lines' header is written */
	bool failed; /* something could not be written, and was said */
	off_t whole; /* length of a regular file up to its last complete line */
};

/*
 * Opens the files, so that a wrong path is known at once. 0, or -errno and error, one line.
 * Descriptors 0 to 2 that were closed are made unusable, or a socket would take their place and be
 * written to.
 */
int report_output_open(struct report_output *output, const char *program,
		       const struct report_options *options, char error[static OUTPUT_ERROR_TEXT]);

/* Writes one flow's interval; times since the first probe. */
void report_output_interval(struct report_output *output, const struct flow_snapshot *flow,
			    const struct flow_interval *interval, int64_t from_ns, int64_t to_ns);

/* Writes the report in every form that is asked for. */
void report_output_report(struct report_output *output, const struct report *report);

/* Closes the files. 0, or -EIO when anything could not be written. */
int report_output_close(struct report_output *output);

#endif
