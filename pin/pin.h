/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of ptprobe-pin: from the machine and the choice to the command's end and its proof. */
#ifndef PTPROBE_PIN_H
#define PTPROBE_PIN_H

#include <limits.h>
#include <stdbool.h>

#include "launch.h"
#include "machine.h"
#include "output.h"
#include "plan.h"
#include "report.h"
#include "verdict.h"

struct pin_options;

/* Its own exit statuses; all others are the command's. */
enum pin_status {
	PIN_VIOLATED = 120,
	PIN_UNPROVEN = 121,
	PIN_USAGE = 122,
	PIN_NO_PLACE = 123,
	PIN_ENVIRONMENT = LAUNCH_ENVIRONMENT,
	PIN_OUTPUT = 125,
};

struct pin {
	const struct pin_options *options;
	int root;                /* of this machine or a recorded one; -1: not open */
	struct plan_request ask; /* the options' */
	struct machine machine;
	bool has_plan;
	struct plan plan;
	char host[256]; /* longer than a host's name may be */
	struct verdict verdict;
	struct report report;
};

/* Runs it all; argv for the report. Returns the exit status. */
int pin_run(const struct pin_options *options, int argc, char *const argv[]);

/* "ptprobe-pin: ..." on standard error: an error; or unless -q, a warning. */
void pin_say(const char *text);
void pin_warn(const struct pin *pin, const char *text);

/* --show, --dry-run, --advise: on standard output or into -o's file. Returns the exit status. */
int pin_print(struct pin *pin);

/* Runs the command where the plan says, and proves it. Returns the exit status. */
int pin_command(struct pin *pin);

#endif
