/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of ptprobe-send. */
#ifndef PTPROBE_SEND_H
#define PTPROBE_SEND_H

#include "status.h"

struct send_options;

/* Sends, reports, and says how it went; argv for the report. */
enum status send_run(const struct send_options *options, int argc, char *const argv[]);

#endif
