/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "iperf_argv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	/* A report has one row for each stream and interval and one for their sum: 400 bytes of
	 * text, 1.8 KB in memory. */
	ROWS_WANTED = 48 << 10,
	INTERVAL_MAX_S = 60,
	SERVER_INTERVAL_S = 10, /* only to be seen awake */
};

/* What was added, and whether it fitted. */
struct adding {
	struct iperf_argv *argv;
	size_t used;
	bool is_full;
};

static __attribute__((format(printf, 2, 3))) void add(struct adding *adding, const char *format,
						      ...)
{
	struct iperf_argv *argv = adding->argv;
	char *place = argv->text + adding->used;
	size_t room = sizeof(argv->text) - adding->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(place, room, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= room || argv->count == IPERF_ARGUMENTS) {
		adding->is_full = true;
		return;
	}
	argv->argument[argv->count++] = place;
	argv->argument[argv->count] = NULL;
	adding->used += (size_t)length + 1;
}

static void add_number(struct adding *adding, const char *name, uint64_t number)
{
	if (number != 0) {
		add(adding, "%s", name);
		add(adding, "%" PRIu64, number);
	}
}

static void add_text(struct adding *adding, const char *name, const char *text)
{
	if (text != NULL) {
		add(adding, "%s", name);
		add(adding, "%s", text);
	}
}

static void add_flag(struct adding *adding, const char *name, bool is_set)
{
	if (is_set) {
		add(adding, "%s", name);
	}
}

static void add_client(struct adding *adding, const struct iperf_options *options)
{
	uint32_t length = options->length_bytes;

	add_text(adding, "-c", options->host);
	add_number(adding, "-t", options->seconds);
	add_number(adding, "-O", options->omit_s);
	add_flag(adding, "-R", options->reverse);
	add_flag(adding, "--bidir", options->bidirectional);
	add_flag(adding, "-Z", options->zerocopy);
	if (options->udp) {
		add(adding, "-u");
		add(adding, "--udp-counters-64bit");
		length = length == 0 ? IPERF_UDP_PRESET_BYTES : length;
	}
	if (options->rate_unlimited) {
		add(adding, "-b");
		add(adding, "0");
	} else {
		add_number(adding, "-b", options->rate_bps);
	}
	add_number(adding, "-l", length);
	add_number(adding, "-P", options->parallel);
	add_number(adding, "-w", options->window_bytes);
	add_number(adding, "-M", options->mss_bytes);
	add_number(adding, "-S", options->tos);
	add_number(adding, "--cport", options->cport);
	add_number(adding, "--connect-timeout",
		   options->connect_timeout_ms != 0 ? options->connect_timeout_ms
						    : IPERF_CONNECT_PRESET_MS);
	add_text(adding, "-C", options->congestion);
}

/* The interval at which a report stays of a size that can be kept; 0: there is none. */
static uint32_t choose_interval(const struct iperf_options *options)
{
	uint64_t streams = options->parallel != 0 ? options->parallel : 1, rows, interval_s;

	if (options->is_server) {
		return SERVER_INTERVAL_S;
	}
	rows = (streams + 1) * (options->bidirectional ? 2 : 1);
	interval_s = (rows * ((uint64_t)options->seconds + options->omit_s) + ROWS_WANTED - 1) /
		     ROWS_WANTED;
	return interval_s > INTERVAL_MAX_S ? 0 : interval_s < 1 ? 1 : (uint32_t)interval_s;
}

static int check(const struct iperf_options *options, char error[static IPERF_ARGV_ERROR])
{
	const char *const names[] = {options->host, options->bind_address, options->bind_device,
				     options->congestion};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i] != NULL && (names[i][0] == '-' || names[i][0] == '\0')) {
			(void)snprintf(error, IPERF_ARGV_ERROR,
				       "'%.40s' is no name of a host, a device or an algorithm",
				       names[i]);
			return -EINVAL;
		}
	}
	if (options->reverse && options->bidirectional) {
		(void)snprintf(error, IPERF_ARGV_ERROR, "-R and --bidir exclude each other");
		return -EINVAL;
	}
	return 0;
}

int iperf_argv_fill(struct iperf_argv *argv, const struct iperf_options *options,
		    char error[static IPERF_ARGV_ERROR])
{
	struct adding adding = {.argv = argv};
	int result = check(options, error);

	if (result < 0) {
		return result;
	}
	argv->count = 0;
	argv->interval_s = choose_interval(options);
	if (argv->interval_s == 0) {
		(void)snprintf(error, IPERF_ARGV_ERROR,
			       "%" PRIu32 " streams for %" PRIu32 " s report too much: fewer with "
			       "-P, or a shorter -t",
			       options->parallel, options->seconds);
		return -E2BIG;
	}
	add(&adding, "iperf3");
	add(&adding, "-J");
	add_number(&adding, "-i", argv->interval_s);
	add_number(&adding, "-p", options->port);
	add_text(&adding, "-B", options->bind_address);
	add_text(&adding, "--bind-dev", options->bind_device);
	add_flag(&adding, "-4", options->family == 4);
	add_flag(&adding, "-6", options->family == 6);
	if (options->is_server) {
		add(&adding, "-s");
		add(&adding, "-1");
	} else {
		add_client(&adding, options);
	}
	if (adding.is_full) {
		(void)snprintf(error, IPERF_ARGV_ERROR,
			       "the names of host and device are too long");
		return -E2BIG;
	}
	return 0;
}
