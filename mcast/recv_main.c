/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "recv.h"
#include "recv_options.h"

int main(int argc, char *argv[])
{
	struct recv_options options;
	struct option_result result;

	recv_options_parse(argc, argv, &options, &result);
	if (result.outcome == OPTION_RUN) {
		return recv_run(&options, argc, argv);
	}
	return option_answer(&recv_option_table, &result, stdout, stderr);
}
