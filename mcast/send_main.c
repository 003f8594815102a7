/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "send.h"
#include "send_options.h"

int main(int argc, char *argv[])
{
	struct send_options options;
	struct option_result result;

	send_options_parse(argc, argv, &options, &result);
	switch (result.outcome) {
	case OPTION_RUN:
		return (int)send_run(&options, argc, argv);
	case OPTION_HELP:
		option_help(&send_option_table, stdout);
		break;
	case OPTION_VERSION:
		option_version(&send_option_table, stdout);
		break;
	case OPTION_COMPLETION:
		option_completion(&send_option_table, stdout);
		break;
	case OPTION_BAD:
		fprintf(stderr, "%s: %s\n", send_option_table.program, result.error);
		return STATUS_USAGE;
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? STATUS_PASS : STATUS_OUTPUT;
}
