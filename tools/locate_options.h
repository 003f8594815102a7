/* SPDX-License-Identifier: BSD-2-Clause */
/* What ptprobe-locate was asked to do. */
#ifndef PTPROBE_LOCATE_OPTIONS_H
#define PTPROBE_LOCATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "locate.h"
#include "option.h"
#include "vantage.h"

enum { LOCATE_INPUTS = 128, LOCATE_NAME = 64 };

/* What an input is said to be. */
enum locate_role {
	LOCATE_ROLE_OPEN, /* what it says itself */
	LOCATE_ROLE_SENDER,
	LOCATE_ROLE_TAP,
	LOCATE_ROLE_RECEIVER,
};

struct locate_input {
	enum locate_role role;
	char name[LOCATE_NAME]; /* empty: not named */
	const char *file;       /* "-": standard input */
};

struct locate_inputs {
	size_t count;
	struct locate_input input[LOCATE_INPUTS];
};

struct locate_names {
	size_t count;
	char name[LOCATE_INPUTS][LOCATE_NAME];
};

struct locate_tool_options {
	struct locate_inputs inputs;
	struct locate_names complete; /* captures that the user vouches for */
	struct locate_limits limits;
	struct locate_options join;
	bool json, quiet, verbose;
	unsigned int color; /* enum output_color */
	const char *output; /* NULL: stdout */
};

extern const struct option_table locate_option_table;

/* Reads argv. With OPTION_BAD, ret_result->error says what is wrong in one line. No side effects.
 */
void locate_options_parse(int argc, char *const argv[], struct locate_tool_options *ret_options,
			  struct option_result *ret_result);

#endif
