/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run of ptprobe-send writes: its first line, its intervals, the live line, its report. */
#ifndef PTPROBE_SEND_OUTPUT_H
#define PTPROBE_SEND_OUTPUT_H

#include <stdint.h>

#include "status.h"

struct send_run;

/* What is sent where, on stderr; with -v what it was worked out from. */
void send_output_start(const struct send_run *run);

/* A line of what was sent since the one before. */
void send_output_interval(struct send_run *run, int64_t mono_ns);

/* The one that ends the probes: up to where the next would have been, so that its rate isn't a
 * fencepost's. */
void send_output_last_interval(struct send_run *run);

/* The counts so far, on stderr. */
void send_output_live(const struct send_run *run);

/* Ends evidence and witness, judges and writes the report; argv for it. */
enum status send_output_report(struct send_run *run, int argc, char *const argv[]);

#endif
