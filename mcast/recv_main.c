/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "recv.h"
#include "recv_options.h"
#include "status.h"
#include "text.h"

int main(int argc, char *argv[])
{
	struct recv_options options;
	struct option_result result;

	recv_options_parse(argc, argv, &options, &result);
	switch (result.outcome) {
	case OPTION_RUN:
		return recv_run(&options, argc, argv);
	case OPTION_HELP:
		option_help(&recv_option_table, stdout);
		break;
	case OPTION_VERSION:
		option_version(&recv_option_table, stdout);
		break;
	case OPTION_COMPLETION:
		option_completion(&recv_option_table, stdout);
		break;
	case OPTION_BAD:
		fputs("ptprobe-recv: ", stderr);
		text_print(result.error, stderr);
		fputs("\n", stderr);
		return STATUS_USAGE;
	}
	return fflush(stdout) != 0 || ferror(stdout) ? STATUS_OUTPUT : STATUS_PASS;
}
