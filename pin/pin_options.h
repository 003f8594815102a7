/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of ptprobe-pin. */
#ifndef PTPROBE_PIN_OPTIONS_H
#define PTPROBE_PIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "option.h"
#include "plan.h"

enum pin_threads { PIN_THREADS_TOGETHER, PIN_THREADS_SPREAD };

/* What is to be done. */
enum pin_task { PIN_RUN, PIN_SHOW, PIN_DRY_RUN, PIN_ADVISE };

struct pin_options {
	enum pin_task task;
	const char *interface;    /* NULL: none */
	struct plan_request plan; /* what to choose from, and how */
	uint64_t fifo_priority;   /* 0: none */
	bool no_cstates;
	bool partition, force;
	unsigned int threads; /* enum pin_threads */
	int64_t noise_ns;     /* 0: not measured */
	int64_t sample_ns; /* between two looks at interrupts and load, before the choice; 0: one */
	bool strict;
	const char *sysroot; /* NULL: this machine */
	bool json, quiet, verbose;
	unsigned int color;   /* enum output_color */
	const char *output;   /* NULL: none */
	char *const *command; /* its argv, NULL at its end; NULL: none */
	/* as they were given; the above says what they mean */
	bool show, dry_run, advise;
	uint64_t node, cores; /* UINT64_MAX, 0: not given */
};

extern const struct option_table pin_option_table;

/* argv to *ret_options; no side effect. See option_parse. */
void pin_options_parse(int argc, char *const argv[], struct pin_options *ret_options,
		       struct option_result *ret_result);

#endif
