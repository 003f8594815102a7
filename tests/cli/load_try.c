/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The load of ptprobe-link without its verdict, for tests of libiperf's ways:
 *
 *   load_try client [-p PORT] [-t S] [-O S] [-P N] [-b BPS] [-l BYTES] [-B ADDRESS] [-d DEVICE] [-S
 * MS]
 *                   [-R] [-2] [-u] [-Z] [-46] [-C ALGORITHM] [-A CPUS] HOST
 *     prints load_json, or an error on stderr. -2 is --bidir, -S interrupts it after so many ms.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpulist.h"
#include "iperf_argv.h"
#include "iperf_client.h"
#include "load.h"

struct trial {
	int ticks;
	int stop_after;
	int wake[2];
};

static void on_tick(void *context, int64_t elapsed_ns)
{
	struct trial *trial = context;

	(void)elapsed_ns;
	if (++trial->ticks == trial->stop_after && write(trial->wake[1], "x", 1) != 1) {
		abort();
	}
}

static bool on_stop(void *context)
{
	struct trial *trial = context;
	char byte;

	return read(trial->wake[0], &byte, 1) == 1;
}

static int answer(const struct iperf_outcome *outcome, int ticks)
{
	char error[LOAD_ERROR_TEXT];
	struct load load;
	json_t *json;

	if (outcome->error[0] != '\0') {
		fprintf(stderr, "load_try: %s\n", outcome->error);
		return outcome->signal != 0 ? 5 : 4;
	}
	if (load_parse(outcome->document, &load, error) < 0) {
		fprintf(stderr, "load_try: %s\n", error);
		return 3;
	}
	json = load_json(&load);
	json_object_set_new(json, "ticks", json_integer(ticks));
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
	return 0;
}

static int client(int argc, char *argv[])
{
	struct iperf_options options = {.port = 5201, .seconds = 1};
	struct trial trial = {0};
	struct iperf_watch watch = {
		.tick_ns = 100000000, .tick = on_tick, .stop = on_stop, .context = &trial};
	struct iperf_outcome outcome;
	struct cpulist cpus = {0};
	const char *error = "";
	int option, status;

	while ((option = getopt(argc, argv, "p:t:O:P:b:l:B:d:S:R2uZ46C:A:")) != -1) {
		uint32_t number = optarg != NULL ? (uint32_t)strtoul(optarg, NULL, 10) : 0;

		switch (option) {
		case 'p':
			options.port = (uint16_t)number;
			break;
		case 't':
			options.seconds = number;
			break;
		case 'O':
			options.omit_s = number;
			break;
		case 'P':
			options.parallel = number;
			break;
		case 'b':
			options.rate_bps = number;
			break;
		case 'l':
			options.length_bytes = number;
			break;
		case 'B':
			options.bind_address = optarg;
			break;
		case 'd':
			options.bind_device = optarg;
			break;
		case 'S':
			trial.stop_after = (int)number / 100;
			break;
		case 'R':
			options.reverse = true;
			break;
		case '2':
			options.bidirectional = true;
			break;
		case 'u':
			options.udp = true;
			break;
		case 'Z':
			options.zerocopy = true;
			break;
		case '4':
			options.family = 4;
			break;
		case '6':
			options.family = 6;
			break;
		case 'C':
			options.congestion = optarg;
			break;
		case 'A':
			if (cpulist_parse(optarg, &cpus, &error) < 0) {
				return 2;
			}
			break;
		default:
			return 2;
		}
	}
	options.host = argv[optind];
	if (options.host == NULL || pipe(trial.wake) < 0) {
		return 2;
	}
	watch.stop_fd = trial.wake[0];
	if (iperf_client_run(&options, &cpus, &watch, &outcome) < 0) {
		fprintf(stderr, "load_try: %s\n", outcome.error);
		return 2;
	}
	status = answer(&outcome, trial.ticks);
	iperf_outcome_release(&outcome);
	return status;
}

int main(int argc, char *argv[])
{
	if (argc > 2 && strcmp(argv[1], "client") == 0) {
		return client(argc - 1, argv + 1);
	}
	fprintf(stderr, "usage: load_try client|server|ask ...\n");
	return 2;
}
