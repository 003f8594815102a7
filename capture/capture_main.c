/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "capture.h"
#include "capture_options.h"

int main(int argc, char *argv[])
{
	struct capture_options options;
	struct option_result result;

	capture_options_parse(argc, argv, &options, &result);
	if (result.outcome == OPTION_RUN) {
		return capture_run(&options, argc, argv);
	}
	return option_answer(&capture_option_table, &result, stdout, stderr);
}
