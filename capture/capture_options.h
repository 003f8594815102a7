/* SPDX-License-Identifier: BSD-2-Clause */
/* What ptprobe-capture was asked to do. */
#ifndef PTPROBE_CAPTURE_OPTIONS_H
#define PTPROBE_CAPTURE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"
#include "inputs.h"
#include "option.h"
#include "report_options.h"
#include "run_id.h"

enum { CAPTURE_EXPRESSION_TEXT = 4096 };

struct capture_options {
	const char *interface;     /* NULL: reads files */
	struct capture_files read; /* none: reads an interface */
	bool has_expression;
	char expression[CAPTURE_EXPRESSION_TEXT]; /* of the operands, in tcpdump's language */
	bool all;                                 /* every frame is looked at and written */
	struct run_id run;                        /* mask 0: all are taken notice of */
	uint64_t snaplen, buffer_bytes;
	bool promiscuous, incoming_only;
	const char *write;                                   /* NULL: to nowhere */
	uint64_t rotate_seconds, rotate_bytes, rotate_files; /* 0: no limit */
	uint64_t count;  /* stop after so many probes; 0: no limit */
	int64_t time_ns; /* stop so long after the first probe; 0: no limit */
	int64_t wait_ns; /* for the first probe; 0: for ever */
	bool trace;      /* count why the kernel drops packets */
	bool until_eof;  /* stop when standard input ends */
	int64_t lost_after_ns;
	struct cpulist cpus;    /* empty: where the system puts it */
	uint64_t fifo_priority; /* of SCHED_FIFO; 0: an ordinary task */
	struct report_options report;
	/* as they were given; the fields above say what they mean */
	unsigned int direction;
	uint64_t rotate_megabytes;
};

extern const struct option_table capture_option_table;

/* Reads argv. With OPTION_BAD, ret_result->error says what is wrong in one line. No side effects.
 */
void capture_options_parse(int argc, char *const argv[], struct capture_options *ret_options,
			   struct option_result *ret_result);

#endif
