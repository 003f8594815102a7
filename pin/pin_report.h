/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of a command's run: on standard error, and in -o's file. */
#ifndef PTPROBE_PIN_REPORT_H
#define PTPROBE_PIN_REPORT_H

#include <stdio.h>
#include <sys/types.h>

struct launch_end;
struct noise;
struct pin;
struct proof;

struct pin_report_output {
	FILE *file; /* NULL: none */
	off_t whole;
};

/* Opens -o's file, so that a wrong path is known before the command runs. 0 or PIN_OUTPUT, said. */
int pin_report_open(const struct pin *pin, struct pin_report_output *ret_output);

/*
 * Writes the proof, with the verdict that follows from it, and the noise of each CPU of the plan
 * (NULL: none was measured). 0 or PIN_OUTPUT, said.
 */
int pin_report_write(struct pin *pin, const struct proof *proof, const struct launch_end *end,
		     const struct noise *noise, struct pin_report_output *output);

void pin_report_close(struct pin_report_output *output);

#endif
