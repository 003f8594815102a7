/* SPDX-License-Identifier: BSD-2-Clause */
#include "argv_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { WORDS = 80 };

int argv_bed_cut(const char *program, const char *line, char ***ret_argv)
{
	static char copy[2048];
	static char *argv[WORDS];
	int argc = 0;

	assert_true((size_t)snprintf(copy, sizeof(copy), "%s %s", program, line) < sizeof(copy));
	for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
		assert_true(argc < WORDS - 1);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	*ret_argv = argv;
	return argc;
}

void argv_bed_runs(const struct option_result *result)
{
	assert_string_equal(result->error, "");
	assert_int_equal(result->outcome, OPTION_RUN);
}

void argv_bed_refused(const struct option_result *result, const char *remedy)
{
	assert_int_equal(result->outcome, OPTION_BAD);
	if (strstr(result->error, remedy) == NULL) {
		fail_msg("'%s' doesn't say '%s'", result->error, remedy);
	}
	assert_null(strchr(result->error, '\n'));
}
