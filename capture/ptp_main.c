/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "ptp_options.h"
#include "ptp_run.h"

int main(int argc, char *argv[])
{
	struct ptp_options options;
	struct option_result result;

	ptp_options_parse(argc, argv, &options, &result);
	if (result.outcome == OPTION_RUN) {
		return ptp_run(&options, argc, argv);
	}
	return option_answer(&ptp_option_table, &result, stdout, stderr);
}
