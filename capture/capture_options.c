/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture_options.h"

#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct capture_options, field)
#define YEAR_NS   REPORT_OPTIONS_YEAR_NS

static const struct option_def options[] = {
	INPUTS_OPTIONS(struct capture_options, "capture"),
	{.name = "write",
	 .letter = 'w',
	 .type = OPTION_TEXT,
	 .offset = AT(write),
	 .argument = "FILE",
	 .help = "write the probes' frames to FILE (pcapng)"},
	{.name = "rotate-time",
	 .letter = 'G',
	 .type = OPTION_UINT,
	 .offset = AT(rotate_seconds),
	 .argument = "SECONDS",
	 .min = 1,
	 .max = 366 * 86400,
	 .help = "begin a new file so often; FILE is a strftime(3) format"},
	{.name = "rotate-size",
	 .letter = 'C',
	 .type = OPTION_UINT,
	 .offset = AT(rotate_megabytes),
	 .argument = "MB",
	 .min = 1,
	 .max = 1000000,
	 .help = "begin a new file after so many million bytes"},
	{.name = "rotate-files",
	 .letter = 'W',
	 .type = OPTION_UINT,
	 .offset = AT(rotate_files),
	 .argument = "N",
	 .min = 1,
	 .max = 1000000,
	 .help = "with -C, write to N files in turn; with -G alone, stop after N files"},
	{.name = "all",
	 .type = OPTION_FLAG,
	 .offset = AT(all),
	 .help = "take every frame, not only those that hold a probe"},
	{.name = "run",
	 .type = OPTION_CALL,
	 .offset = AT(run),
	 .argument = "RUN_ID",
	 .parse = run_id_parse_option,
	 .help = "take notice of this run only: its ID, or how it begins"},
	{.name = "snaplen",
	 .letter = 's',
	 .type = OPTION_UINT,
	 .offset = AT(snaplen),
	 .argument = "BYTES",
	 .min = 64,
	 .max = CAPTURE_SNAPLEN_MAX,
	 .preset = "262144",
	 .help = "cut frames: what is cut has no CRC that could be checked"},
	{.name = "buffer",
	 .type = OPTION_UINT,
	 .offset = AT(buffer_bytes),
	 .argument = "BYTES",
	 .min = 1 << 18,
	 .max = 1 << 30,
	 .preset = "67108864",
	 .help = "memory for frames that aren't looked at yet"},
	{.name = "direction",
	 .letter = 'Q',
	 .type = OPTION_CHOICE,
	 .offset = AT(direction),
	 .argument = "WHICH",
	 .choices = "inout|in",
	 .preset = "inout",
	 .help = "'in' leaves out what this host sends"},
	{.name = "promiscuous",
	 .type = OPTION_FLAG,
	 .offset = AT(promiscuous),
	 .help = "take frames that the interface's address filter would refuse"},
	REPORT_OPTIONS_SPAN(struct capture_options),
	{.name = "wait",
	 .type = OPTION_DURATION,
	 .offset = AT(wait_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = YEAR_NS,
	 .help = "give up when no probe has come by then (default: as --time, or never)"},
	{.name = "until-eof",
	 .type = OPTION_FLAG,
	 .offset = AT(until_eof),
	 .help = "go on, whatever the senders do, until standard input ends"},
	REPORT_OPTIONS_FORMS(struct capture_options, report),
	REPORT_OPTIONS_LIMITS(struct capture_options, report),
	REPORT_OPTIONS_PLACE(struct capture_options),
	REPORT_OPTIONS_TALK(struct capture_options, report),
};

const struct option_table capture_option_table = {
	.program = "ptprobe-capture",
	.operands = "-i IF | -r FILE [EXPRESSION]",
	.purpose = "measure every stream of probes at the wire, or in capture files",
	.examples =
		"  ptprobe-capture -i eth0                      what passes eth0\n"
		"  ptprobe-capture -i eth0 -w probes.pcapng     and keep the frames\n"
		"  ptprobe-capture -i eth0 udp port 31900       a filter as tcpdump takes it\n"
		"  ptprobe-capture -r probes.pcapng -J          the same measurement from a file\n",
	.max_operands = 64,
	.count = sizeof(options) / sizeof(*options),
	.option = options,
};

/* As tcpdump does, the operands are one expression. NULL: well. */
static const char *join(const struct option_result *result, struct capture_options *o)
{
	size_t length = 0, more;

	for (size_t i = 0; i < result->operand_count; i++) {
		more = strlen(result->operand[i]);
		if (length + (i > 0) + more >= sizeof(o->expression)) {
			return "the filter is longer than 4095 characters";
		}
		if (i > 0) {
			o->expression[length++] = ' ';
		}
		memcpy(o->expression + length, result->operand[i], more + 1);
		length += more;
	}
	o->has_expression = result->operand_count > 0;
	return NULL;
}

/* What rotates, and what has a rotation. NULL: well. */
static const char *settle_rotation(struct capture_options *o)
{
	bool rotates = o->rotate_seconds > 0 || o->rotate_megabytes > 0;

	if (o->write == NULL && (rotates || o->rotate_files > 0)) {
		return "-G, -C and -W rotate what -w writes: name a file with -w";
	}
	if (rotates && strcmp(o->write, "-") == 0) {
		return "standard output can't be rotated: name a file with -w";
	}
	if (o->rotate_files > 0 && !rotates) {
		return "-W counts files of a rotation: give -C or -G as well";
	}
	if (o->write != NULL && strcmp(o->write, "-") == 0 && o->report.output == NULL) {
		return "-w - writes frames to standard output: name a file for the result with -o";
	}
	o->rotate_bytes = o->rotate_megabytes * 1000000;
	return NULL;
}

/* Those that mean nothing where files are read, unless they are as if not given. NULL: well. */
static const char *settle_files(const struct capture_options *o)
{
	struct capture_options unasked = {0};
	struct option_result result;
	struct inputs_live live;
	char *const none[] = {NULL};

	option_parse(&capture_option_table, 0, none, &unasked, &result);
	live = (struct inputs_live){
		.promiscuous = o->promiscuous,
		.trace = o->trace,
		.is_buffer_set = o->buffer_bytes != unasked.buffer_bytes,
		.wait_ns = o->wait_ns,
	};
	if (o->until_eof) {
		return "--until-eof is for -i: files end by themselves";
	}
	if (o->direction != unasked.direction) {
		return "-Q is for -i: a filter chooses among a file's frames";
	}
	return inputs_settle_files(&live);
}

/* What no single option can know: how they go together. NULL: well. */
static const char *settle(struct capture_options *o)
{
	const char *problem = report_options_settle(&o->report);
	if (problem != NULL) {
		return problem;
	}
	problem = inputs_settle(o->interface, &o->read);
	if (problem != NULL) {
		return problem;
	}
	problem = o->read.count > 0 ? settle_files(o) : NULL;
	if (problem != NULL) {
		return problem;
	}
	if (o->all && o->has_expression) {
		return "--all and a filter exclude one another: give one";
	}
	if (o->wait_ns == 0) {
		o->wait_ns = o->time_ns;
	}
	o->incoming_only = o->direction == 1;
	return settle_rotation(o);
}

void capture_options_parse(int argc, char *const argv[], struct capture_options *ret_options,
			   struct option_result *ret_result)
{
	struct capture_options parsed = {0};
	const char *problem;

	option_parse(&capture_option_table, argc, argv, &parsed, ret_result);
	if (ret_result->outcome != OPTION_RUN) {
		return;
	}
	problem = join(ret_result, &parsed);
	problem = problem != NULL ? problem : settle(&parsed);
	if (problem != NULL) {
		ret_result->outcome = OPTION_BAD;
		snprintf(ret_result->error, sizeof(ret_result->error), "%s", problem);
		return;
	}
	*ret_options = parsed;
}
