/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the receiver's results go, and in which form. */
#ifndef PTPROBE_RECV_OUTPUT_H
#define PTPROBE_RECV_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "output.h"

struct flow_interval;
struct flow_snapshot;
struct recv_options;
struct report;

struct recv_output {
	const struct recv_options *options;
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
int recv_output_open(struct recv_output *output, const struct recv_options *options,
		     char error[static OUTPUT_ERROR_TEXT]);

/* True when interval lines are asked for. */
bool recv_output_wants_intervals(const struct recv_output *output);

/* Writes one flow's interval; times since the first probe. */
void recv_output_interval(struct recv_output *output, const struct flow_snapshot *flow,
			  const struct flow_interval *interval, int64_t from_ns, int64_t to_ns);

/* Writes the report in every form that is asked for. */
void recv_output_report(struct recv_output *output, const struct report *report);

/* Closes the files. 0, or -EIO when anything could not be written. */
int recv_output_close(struct recv_output *output);

#endif
