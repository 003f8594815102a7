/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "locate_options.h"
#include "locate_run.h"

int main(int argc, char *argv[])
{
	struct locate_tool_options options;
	struct option_result result;

	locate_options_parse(argc, argv, &options, &result);
	if (result.outcome == OPTION_RUN) {
		return locate_run(&options, argc, argv);
	}
	return option_answer(&locate_option_table, &result, stdout, stderr);
}
