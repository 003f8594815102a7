/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "link_options.h"
#include "link_run.h"

int main(int argc, char *argv[])
{
	struct link_options options;
	struct option_result result;

	link_options_parse(argc, argv, &options, &result);
	if (result.outcome == OPTION_RUN) {
		return link_run(&options, argc, argv);
	}
	return option_answer(&link_option_table, &result, stdout, stderr);
}
