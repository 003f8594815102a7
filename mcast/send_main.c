/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "send.h"
#include "send_options.h"

int main(int argc, char *argv[])
{
	struct send_options options;
	struct option_result result;

	send_options_parse(argc, argv, &options, &result);
	if (result.outcome == OPTION_RUN) {
		return (int)send_run(&options, argc, argv);
	}
	return option_answer(&send_option_table, &result, stdout, stderr);
}
