/* SPDX-License-Identifier: BSD-2-Clause */
#include "locate_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "run_id.h"

#define AT(field) offsetof(struct locate_tool_options, field)

static const char too_many[] = "is one more than there is room for";

/* Names end up in tables and in what the user is told to type. */
static bool is_name(const char *text, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._:-/";

	return length > 0 && length < LOCATE_NAME && strspn(text, allowed) >= length;
}

static int add_input(struct locate_inputs *inputs, enum locate_role role, const char *name,
		     size_t length, const char *file, const char **ret_error)
{
	struct locate_input *input;

	if (inputs->count == LOCATE_INPUTS) {
		*ret_error = too_many;
		return -EINVAL;
	}
	input = &inputs->input[inputs->count++];
	*input = (struct locate_input){.role = role, .file = file};
	memcpy(input->name, name, length);
	return 0;
}

static int parse_sender(const char *text, void *field, const char **ret_error)
{
	return add_input(field, LOCATE_ROLE_SENDER, "", 0, text, ret_error);
}

static int parse_named(const char *text, enum locate_role role, void *field, const char **ret_error)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL || equals[1] == '\0' || !is_name(text, (size_t)(equals - text))) {
		*ret_error = "is written NAME=FILE; a name is of letters, digits and ._:-/";
		return -EINVAL;
	}
	return add_input(field, role, text, (size_t)(equals - text), equals + 1, ret_error);
}

static int parse_tap(const char *text, void *field, const char **ret_error)
{
	return parse_named(text, LOCATE_ROLE_TAP, field, ret_error);
}

static int parse_receiver(const char *text, void *field, const char **ret_error)
{
	return parse_named(text, LOCATE_ROLE_RECEIVER, field, ret_error);
}

static int parse_complete(const char *text, void *field, const char **ret_error)
{
	struct locate_names *names = field;

	if (!is_name(text, strlen(text))) {
		*ret_error = "is the name of a capture, or sender";
		return -EINVAL;
	}
	if (names->count == LOCATE_INPUTS) {
		*ret_error = too_many;
		return -EINVAL;
	}
	snprintf(names->name[names->count++], LOCATE_NAME, "%s", text);
	return 0;
}

static const struct option_def options[] = {
	{.name = "sender",
	 .type = OPTION_CALL,
	 .offset = AT(inputs),
	 .argument = "FILE",
	 .parse = parse_sender,
	 .help = "the report of ptprobe-send"},
	{.name = "tap",
	 .type = OPTION_CALL,
	 .offset = AT(inputs),
	 .argument = "NAME=FILE",
	 .parse = parse_tap,
	 .help = "a capture at the receiver NAME, or where NAME is sender: report, pcap or pcapng"},
	{.name = "receiver",
	 .type = OPTION_CALL,
	 .offset = AT(inputs),
	 .argument = "NAME=FILE",
	 .parse = parse_receiver,
	 .help = "the report of ptprobe-recv at the receiver NAME"},
	{.name = "complete",
	 .type = OPTION_CALL,
	 .offset = AT(complete),
	 .argument = "NAME",
	 .parse = parse_complete,
	 .help = "you vouch that the capture at NAME has lost no frame"},
	{.name = "run",
	 .type = OPTION_CALL,
	 .offset = AT(join.run),
	 .argument = "ID",
	 .parse = run_id_parse_option,
	 .help = "look at this run alone"},
	{.name = "expect",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "PLACE",
	 .parse = locate_limits_expect,
	 .help = "fail unless some were lost, and all of them at PLACE"},
	{.name = "max-loss-at",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "PLACE=N",
	 .parse = locate_limits_add,
	 .help = "fail when more than N were lost at PLACE"},
	{.name = "json",
	 .letter = 'J',
	 .type = OPTION_FLAG,
	 .offset = AT(json),
	 .help = "write the report as JSON"},
	{.name = "output",
	 .letter = 'o',
	 .type = OPTION_TEXT,
	 .offset = AT(output),
	 .argument = "FILE",
	 .help = "write the result to FILE instead of standard output"},
	{.name = "quiet",
	 .letter = 'q',
	 .type = OPTION_FLAG,
	 .offset = AT(quiet),
	 .help = "no messages"},
	{.name = "verbose",
	 .letter = 'v',
	 .type = OPTION_FLAG,
	 .offset = AT(verbose),
	 .help = "say on standard error what each input was taken for"},
	{.name = "color",
	 .type = OPTION_CHOICE,
	 .offset = AT(color),
	 .argument = "WHEN",
	 .choices = "auto|always|never",
	 .preset = "auto",
	 .help = "colour the text"},
};

const struct option_table locate_option_table = {
	.program = "ptprobe-locate",
	.operands = "[FILE]...",
	.purpose = "join reports and captures of a run: where was each lost probe lost",
	.examples = "  ptprobe-locate send.json recv.json sender_tap.json receiver_tap.json\n"
		    "  ptprobe-locate --max-loss-at network=20 send.json recv.json "
		    "sender_tap.json receiver_tap.json\n",
	.max_operands = OPTION_OPERANDS,
	.count = sizeof(options) / sizeof(*options),
	.option = options,
};

static void bad(struct option_result *result, const char *text)
{
	result->outcome = OPTION_BAD;
	snprintf(result->error, sizeof(result->error), "%s", text);
}

static bool reads_stdin_twice(const struct locate_inputs *inputs)
{
	size_t count = 0;

	for (size_t i = 0; i < inputs->count; i++) {
		count += strcmp(inputs->input[i].file, "-") == 0;
	}
	return count > 1;
}

void locate_options_parse(int argc, char *const argv[], struct locate_tool_options *ret_options,
			  struct option_result *ret_result)
{
	struct locate_tool_options parsed = {0};
	const char *error;

	option_parse(&locate_option_table, argc, argv, &parsed, ret_result);
	for (size_t i = 0; ret_result->outcome == OPTION_RUN && i < ret_result->operand_count;
	     i++) {
		if (add_input(&parsed.inputs, LOCATE_ROLE_OPEN, "", 0, ret_result->operand[i],
			      &error) < 0) {
			bad(ret_result, "too many inputs: 128 are the most");
		}
	}
	if (ret_result->outcome != OPTION_RUN) {
		return;
	}
	if (parsed.inputs.count == 0) {
		bad(ret_result, "no input: give the reports of ptprobe-send, ptprobe-recv and "
				"ptprobe-capture");
		return;
	}
	if (reads_stdin_twice(&parsed.inputs)) {
		bad(ret_result, "two inputs are '-', standard input: give one");
		return;
	}
	if (parsed.quiet && parsed.verbose) {
		bad(ret_result, "--quiet and --verbose exclude one another: give one");
		return;
	}
	*ret_options = parsed;
}
