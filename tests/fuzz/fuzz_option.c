/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The option parser, with the tools' own tables. The first byte chooses the tool, 'r' ptprobe-recv,
 * 'l' ptprobe-locate, 'c' ptprobe-capture, 'p' ptprobe-ptp, 'k' ptprobe-link, 'n' ptprobe-pin, else
 * ptprobe-send; each line behind it is an argument.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_options.h"
#include "fuzz.h"
#include "iperf_argv.h"
#include "link_options.h"
#include "locate_options.h"
#include "option.h"
#include "pin_options.h"
#include "ptp_options.h"
#include "recv_options.h"
#include "send_options.h"

enum { ARGUMENTS_MAX = 64 };

/* What may be said of a result whatever was asked. */
static void check(const struct option_table *table, const struct option_result *result)
{
	assert(result->outcome <= OPTION_BAD);
	if (result->outcome == OPTION_BAD) {
		assert(memchr(result->error, '\0', sizeof(result->error)) != NULL);
		assert(result->error[0] != '\0' && strchr(result->error, '\n') == NULL);
	}
	if (result->outcome == OPTION_RUN) {
		assert(result->operand_count <= table->max_operands);
	}
}

static void parse_send(int argc, char *const argv[])
{
	struct send_options options;
	struct option_result result;

	send_options_parse(argc, argv, &options, &result);
	check(&send_option_table, &result);
	if (result.outcome != OPTION_RUN) {
		return;
	}
	/* no weapon unasked (robustness.md) */
	assert(options.allow_group || group_is_harmless(&options.group) ||
	       (options.ptp.given && group_is_ptp(&options.group)));
	assert(options.ptp.given || !group_is_ptp(&options.group));
	assert(options.group.count >= 1 && (!options.ptp.given || options.group.count == 1));
	assert(options.allowed.value > 0 || options.allowed.kind == UNITS_RATE_MAX ||
	       options.rate_bps <= (options.ptp.given ? SEND_PTP_UNASKED_PPS * 8.0 * (44 + 118)
						      : SEND_UNASKED_BPS));
	/* who is there already is heard first, or it was said that nobody matters */
	assert(!options.ptp.given || options.listen_ns >= INT64_C(3000000000) || options.force);
	assert(options.ttl <= 255 && options.dscp <= 63 && options.fifo_priority <= 99);
}

static void parse_recv(int argc, char *const argv[])
{
	struct recv_options options;
	struct option_result result;

	recv_options_parse(argc, argv, &options, &result);
	check(&recv_option_table, &result);
}

static void parse_locate(int argc, char *const argv[])
{
	struct locate_tool_options options;
	struct option_result result;

	locate_options_parse(argc, argv, &options, &result);
	check(&locate_option_table, &result);
	if (result.outcome == OPTION_RUN) {
		assert(options.inputs.count > 0 && options.inputs.count <= LOCATE_INPUTS);
		assert(options.limits.count <= LOCATE_LIMITS);
		assert((options.join.run.id & ~options.join.run.mask) == 0);
	}
}

static void parse_capture(int argc, char *const argv[])
{
	struct capture_options options;
	struct option_result result;

	capture_options_parse(argc, argv, &options, &result);
	check(&capture_option_table, &result);
	if (result.outcome != OPTION_RUN) {
		return;
	}
	assert((options.interface == NULL) == (options.read.count > 0));
	assert(options.read.count <= CAPTURE_FILES_MAX);
	assert(options.snaplen >= 64 && options.snaplen <= CAPTURE_SNAPLEN_MAX);
	assert(options.buffer_bytes <= INT32_MAX); /* libpcap takes an int */
	assert((options.run.id & ~options.run.mask) == 0);
	assert(memchr(options.expression, '\0', sizeof(options.expression)) != NULL);
	assert(options.write != NULL ||
	       options.rotate_seconds + options.rotate_bytes + options.rotate_files == 0);
}

static void parse_ptp(int argc, char *const argv[])
{
	struct ptp_options options;
	struct option_result result;

	ptp_options_parse(argc, argv, &options, &result);
	check(&ptp_option_table, &result);
	if (result.outcome != OPTION_RUN || options.lists_profiles || options.lists_masks) {
		return;
	}
	assert((options.interface == NULL) == (options.read.count > 0));
	assert(options.read.count <= CAPTURE_FILES_MAX);
	assert(options.limits.count <= PTP_LIMITS_MAX);
	assert(options.buffer_bytes <= INT32_MAX); /* libpcap takes an int */
	assert(options.transports != 0);
	assert(options.announce_timeout > 0 && options.sync_timeout > 0);
	assert(options.lost_after_ns > 0 && options.floor_delta_ns > 0 &&
	       options.floor_window_ns > 0);
	assert(options.count <= INT64_MAX && options.time_ns >= 0 && options.wait_ns >= 0);
}

/* What is taken has a command line of libiperf's, or is refused by one line. */
static void parse_link(int argc, char *const argv[])
{
	struct link_options options;
	struct option_result result;
	struct iperf_argv iperf;
	char error[IPERF_ARGV_ERROR] = "";

	link_options_parse(argc, argv, &options, &result);
	check(&link_option_table, &result);
	if (result.outcome != OPTION_RUN) {
		return;
	}
	assert((options.task == LINK_COMPARE) == (options.compare[0] != NULL));
	assert(options.task == LINK_COMPARE || options.interface != NULL);
	assert((options.task == LINK_PASSIVE) == (options.passive_ns > 0));
	if (options.task != LINK_LOAD) {
		return;
	}
	assert(options.load.host != NULL && options.load.host[0] != '-');
	assert(options.load.seconds >= 1 && options.load.seconds <= IPERF_SECONDS);
	assert(options.load.omit_s <= IPERF_OMIT_S && options.load.parallel <= IPERF_STREAMS);
	assert(options.load.port != 0 && options.control_port == options.load.port + 1);
	if (iperf_argv_fill(&iperf, &options.load, error) < 0) {
		assert(error[0] != '\0' && strchr(error, '\n') == NULL);
		return;
	}
	assert(iperf.count > 0 && iperf.count <= IPERF_ARGUMENTS);
	for (int i = 0; i < iperf.count; i++) {
		assert(iperf.argument[i] >= iperf.text &&
		       iperf.argument[i] < iperf.text + sizeof(iperf.text));
	}
	assert(iperf.argument[iperf.count] == NULL);
}

static void parse_pin(int argc, char *const argv[])
{
	struct pin_options options;
	struct option_result result;

	pin_options_parse(argc, argv, &options, &result);
	check(&pin_option_table, &result);
	if (result.outcome != OPTION_RUN) {
		return;
	}
	/* a command is run when there is one, and nothing of it is taken for ours */
	assert(options.task != PIN_RUN || options.noise_ns > 0 ||
	       (options.command != NULL && options.command[0] != NULL));
	assert(options.command == NULL ||
	       (options.command > argv && options.command < argv + argc));
	assert(options.fifo_priority <= 99);
	assert(options.plan.role_count <= PLAN_ROLES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char program[] = "ptprobe";
	char *argv[ARGUMENTS_MAX + 1] = {program};
	int argc = 1;
	char *text, *line, *next;

	if (size == 0) {
		return 0;
	}
	text = malloc(size);
	assert(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	for (line = text; line != NULL && argc < ARGUMENTS_MAX; line = next) {
		next = strchr(line, '\n');
		if (next != NULL) {
			*next++ = '\0';
		}
		argv[argc++] = line;
	}
	if (data[0] == 'r') {
		parse_recv(argc, argv);
	} else if (data[0] == 'l') {
		parse_locate(argc, argv);
	} else if (data[0] == 'c') {
		parse_capture(argc, argv);
	} else if (data[0] == 'p') {
		parse_ptp(argc, argv);
	} else if (data[0] == 'k') {
		parse_link(argc, argv);
	} else if (data[0] == 'n') {
		parse_pin(argc, argv);
	} else {
		parse_send(argc, argv);
	}
	free(text);
	return 0;
}
