/* SPDX-License-Identifier: BSD-2-Clause */
/* Streams that began where an earlier one of the same sender had ended. */
#ifndef PTPROBE_RESTARTS_H
#define PTPROBE_RESTARTS_H

#include <stdint.h>

struct flows;
struct report;

/* A note for each; from_ns: when the run began, on the clock of the flows' mono_ns. */
void restarts_note(struct flows *flows, int64_t from_ns, struct report *report);

#endif
