/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the results of a tool that hears streams go, and in which form. */
#ifndef PTPROBE_REPORT_OUTPUT_H
#define PTPROBE_REPORT_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "output.h"

struct flow_snapshot;
struct flows;
struct report_options;
struct report;

struct report_output {
	const char *program; /* for messages */
	const struct report_options *options;
	FILE *out, *hgrm;
	bool headed;              /* the interval lines' header is written */
	int64_t interval_from_ns; /* the next interval line's, since the first probe */
	bool failed;              /* something could not be written, and was said */
	off_t whole;              /* length of a regular file up to its last complete line */
};

/*
 * Opens the files, so that a wrong path is known at once. 0, or -errno and error, one line.
 * Descriptors 0 to 2 that were closed are made unusable, or a socket would take their place and be
 * written to.
 */
int report_output_open(struct report_output *output, const char *program,
		       const struct report_options *options, char error[static OUTPUT_ERROR_TEXT]);

/*
 * Gives up every right but needs, RIGHTS_*, and that to replace the file of --prom, and says so
 * when asked to; where there is no seccomp a note in report says it. What privilege alone could
 * have written is known now rather than at the end. 0, or the exit status: it was said what is
 * wrong.
 */
int report_output_confine(struct report_output *output, unsigned int needs, struct report *report);

/* When the next interval line is due, on the clock of the flows' mono_ns; INT64_MAX: never. */
int64_t report_output_due_ns(const struct report_output *output, struct flows *flows);

/*
 * Writes the interval lines that are due at now_ns; with is_last what is left since the last full
 * one, too. scratch is written to.
 */
void report_output_intervals(struct report_output *output, struct flows *flows,
			     struct flow_snapshot *scratch, int64_t now_ns, bool is_last);

/*
 * For tools whose report has more: between begin, which is false once something could not be
 * written, and commit, which hands on what was written to out, they write it themselves.
 */
bool report_output_begin(const struct report_output *output);
void report_output_commit(struct report_output *output);

/* Writes the whole report as JSON, as the last line of a stream; steals the reference. NULL: memory
 * is out. Between begin and commit. */
void report_output_json(struct report_output *output, json_t *json);

/* Has print(data, file) fill the file of --prom, if there is one. */
void report_output_replace(struct report_output *output,
			   void (*print)(const void *data, FILE *file), const void *data);

/* Writes the report in every form that is asked for. */
void report_output_report(struct report_output *output, const struct report *report);

/* Closes the files. 0, or -EIO when anything could not be written. */
int report_output_close(struct report_output *output);

#endif
