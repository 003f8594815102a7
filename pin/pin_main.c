/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "pin.h"
#include "pin_options.h"
#include "status.h"

int main(int argc, char *argv[])
{
	struct pin_options options;
	struct option_result result;

	pin_options_parse(argc, argv, &options, &result);
	if (result.outcome == OPTION_RUN) {
		return pin_run(&options, argc, argv);
	}
	/* below 120 is the command's */
	switch (option_answer(&pin_option_table, &result, stdout, stderr)) {
	case STATUS_PASS:
		return 0;
	case STATUS_USAGE:
		return PIN_USAGE;
	default:
		return PIN_OUTPUT;
	}
}
