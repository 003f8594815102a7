/* SPDX-License-Identifier: BSD-2-Clause */
/* ptprobe-locate, from its inputs to the exit status. */
#ifndef PTPROBE_LOCATE_RUN_H
#define PTPROBE_LOCATE_RUN_H

struct locate_tool_options;

/* Returns the exit status (lib/status.h). argv is told in the report. */
int locate_run(const struct locate_tool_options *options, int argc, char *const argv[]);

#endif
