/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The load of ptprobe-link without its verdict, for tests of libiperf's ways:
 *
 *   load_try client [-p PORT] [-t S] [-O S] [-P N] [-b BPS] [-l BYTES] [-B ADDRESS] [-d DEVICE] [-S
 * MS]
 *                   [-R] [-2] [-u] [-Z] [-46] [-C ALGORITHM] [-A CPUS] HOST
 *     prints load_json, or an error on stderr. -2 is --bidir, -S interrupts it after so many ms.
 *   load_try server [-6] [-p PORT] [-n TESTS] [-s SILENT_S] [-m LONGEST_S] [-f BYTES] ADDRESS
 *     serves iperf3 at PORT and a snapshot of BYTES at PORT + 1; -1: none can be taken.
 *   load_try ask HOST PORT
 *     prints the reply of that server.
 *   load_try mute ADDRESS PORT
 *     accepts connections, and says nothing; "ready" when it can.
 *   load_try poke ADDRESS PORT TEXT
 *     begins a test of iperf3 with TEXT for its parameters, empty: with none; until it is hung up
 * on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cpulist.h"
#include "iperf_argv.h"
#include "iperf_client.h"
#include "link_peer.h"
#include "link_server.h"
#include "load.h"

static char filler[1 << 20];

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

static void on_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "load_try: %s\n", line);
}

static int take(void *context, const char *interface, json_t **ret_snapshot,
		char error[static LINK_CONTROL_ERROR])
{
	const struct trial *trial = context;

	if (trial->ticks < 0) {
		snprintf(error, LINK_CONTROL_ERROR, "no counters today");
		return -EIO;
	}
	*ret_snapshot = json_pack("{s:s, s:s%}", "interface", interface, "filler", filler,
				  (size_t)trial->ticks);
	return *ret_snapshot == NULL ? -ENOMEM : 0;
}

static int server(int argc, char *argv[])
{
	struct trial trial = {0};
	struct cpulist cpus = {0};
	struct link_server_options options = {.port = 5201,
					      .family = 4,
					      .cpus = &cpus,
					      .take = take,
					      .tell = on_line,
					      .context = &trial};
	char error[LINK_SERVER_ERROR];
	int option;

	memset(filler, 'x', sizeof(filler));
	while ((option = getopt(argc, argv, "p:n:s:m:f:6")) != -1) {
		long number = optarg != NULL ? strtol(optarg, NULL, 10) : 0;

		switch (option) {
		case 'p':
			options.port = (uint16_t)number;
			break;
		case 'n':
			options.tests = (uint64_t)number;
			break;
		case 's':
			options.silent_ns = number * 1000000000;
			break;
		case 'm':
			options.longest_ns = number * 1000000000;
			break;
		case 'f':
			trial.ticks = (int)number;
			break;
		case '6':
			options.family = 6;
			break;
		default:
			return 2;
		}
	}
	options.address = argv[optind];
	options.control_port = (uint16_t)(options.port + 1);
	if (link_server_run(&options, error) < 0) {
		fprintf(stderr, "load_try: %s\n", error);
		return 4;
	}
	return 0;
}

static int ask(const char *host, const char *port)
{
	struct link_peer peer = {.port = (uint16_t)strtoul(port, NULL, 10), .timeout_ms = 1000};
	char error[LINK_PEER_ERROR];
	json_t *reply;

	if (link_peer_resolve(&peer, host, 0, error) < 0 ||
	    link_peer_ask(&peer, LINK_ASK_SNAPSHOT, &reply, error) < 0) {
		fprintf(stderr, "load_try: %s\n", error);
		return 4;
	}
	json_dumpf(reply, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(reply);
	return 0;
}

/* A socket for that address, a number; -1. */
static int open_socket(const char *host, const char *port, bool is_server)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found;
	int fd, on = 1, failed;

	if (getaddrinfo(host, port, &hints, &found) != 0) {
		return -1;
	}
	fd = socket(found->ai_family, SOCK_STREAM, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	failed = is_server ? bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, 8) < 0
			   : connect(fd, found->ai_addr, found->ai_addrlen) < 0;
	freeaddrinfo(found);
	return failed ? -1 : fd;
}

static int mute(const char *host, const char *port)
{
	int fd = open_socket(host, port, true);

	if (fd < 0) {
		return 4;
	}
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		(void)accept(fd, NULL, NULL);
	}
}

/* As an iperf3 begins: a cookie, the wish for its parameters, and their length. */
static int poke(const char *host, const char *port, const char *text)
{
	static const char cookie[37] = "ptprobeptprobeptprobeptprobeptprobe!";
	uint32_t length = htonl((uint32_t)strlen(text));
	int fd = open_socket(host, port, false);
	char byte = 0;

	if (fd < 0 || write(fd, cookie, sizeof(cookie)) < 0) {
		return 4;
	}
	if (*text != '\0' && (read(fd, &byte, 1) != 1 || write(fd, &length, 4) != 4 ||
			      write(fd, text, strlen(text)) < 0)) {
		return 4;
	}
	/* until the other end closes */
	while (read(fd, &byte, 1) == 1) {
	}
	return 0;
}

int main(int argc, char *argv[])
{
	if (argc > 2 && strcmp(argv[1], "client") == 0) {
		return client(argc - 1, argv + 1);
	}
	if (argc > 2 && strcmp(argv[1], "server") == 0) {
		return server(argc - 1, argv + 1);
	}
	if (argc == 4 && strcmp(argv[1], "mute") == 0) {
		return mute(argv[2], argv[3]);
	}
	if (argc == 5 && strcmp(argv[1], "poke") == 0) {
		return poke(argv[2], argv[3], argv[4]);
	}
	if (argc == 4 && strcmp(argv[1], "ask") == 0) {
		return ask(argv[2], argv[3]);
	}
	fprintf(stderr, "usage: load_try client|server|ask ...\n");
	return 2;
}
