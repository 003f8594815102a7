/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include "option.h"
#include "spelling.h"

struct config {
	bool json;
	const char *output;
	uint64_t ttl, count;
	int64_t wait_ns, interval_ns;
	unsigned int color;
	int calls;
	char called_with[32];
};

static int parse_rate(const char *text, void *field, const char **ret_error)
{
	struct config *config = field;

	config->calls++;
	snprintf(config->called_with, sizeof(config->called_with), "%s", text ? text : "(none)");
	if (text && strcmp(text, "wrong") == 0) {
		*ret_error = "not a rate: write 1000pps, 10Mbps or max";
		return -EINVAL;
	}
	return 0;
}

static const struct option_def options[] = {
	{.name = "json",
	 .letter = 'J',
	 .type = OPTION_FLAG,
	 .offset = offsetof(struct config, json),
	 .help = "print one report as JSON"},
	{.name = "output",
	 .letter = 'o',
	 .type = OPTION_TEXT,
	 .offset = offsetof(struct config, output),
	 .argument = "FILE",
	 .help = "where to"},
	{.name = "ttl",
	 .letter = 'T',
	 .type = OPTION_UINT,
	 .offset = offsetof(struct config, ttl),
	 .argument = "N",
	 .min = 1,
	 .max = 255,
	 .preset = "1",
	 .help = "time to live"},
	{.name = "count",
	 .letter = 'c',
	 .type = OPTION_UINT,
	 .offset = offsetof(struct config, count),
	 .argument = "N",
	 .min = 1,
	 .help = "stop after so many probes, a text that is too long for "
		 "what is left of one line and has to be continued on the next one"},
	{.name = "wait",
	 .letter = 'W',
	 .type = OPTION_DURATION,
	 .offset = offsetof(struct config, wait_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = 3600000000000,
	 .preset = "1s",
	 .help = "wait so long"},
	{.name = "interval",
	 .letter = 'I',
	 .type = OPTION_DURATION,
	 .offset = offsetof(struct config, interval_ns),
	 .argument = "DUR",
	 .min = 1000,
	 .help = "time between lines"},
	{.name = "color",
	 .type = OPTION_CHOICE,
	 .offset = offsetof(struct config, color),
	 .choices = "auto|always|never",
	 .preset = "auto",
	 .help = "use colours"},
	{.name = "rate",
	 .letter = 'r',
	 .type = OPTION_CALL,
	 .argument = "R",
	 .parse = parse_rate,
	 .help = "how fast"},
	{.name = "ptp",
	 .letter = 'P',
	 .type = OPTION_CALL,
	 .argument = "DOMAIN",
	 .argument_optional = true,
	 .parse = parse_rate,
	 .help = "PTP-shaped probes"},
	{.name = "ipv4",
	 .letter = '4',
	 .type = OPTION_CALL,
	 .parse = parse_rate,
	 .help = "IPv4 only"},
};

static const struct option_table table = {
	.program = "ptprobe-recv",
	.operands = "[GROUP]",
	.purpose = "measures",
	.examples = "  ptprobe-recv -i eth0\n  ptprobe-recv --json\n",
	.max_operands = 2,
	.count = sizeof(options) / sizeof(*options),
	.option = options,
};

enum { ARGUMENTS_MAX = 15 };

static struct config config;
static struct option_result result;

/* Parses arguments, a list that ends with NULL. */
static void parse(const char *const *arguments)
{
	char *argv[ARGUMENTS_MAX + 2] = {(char *)(uintptr_t) "ptprobe-recv"};
	char *before[ARGUMENTS_MAX + 2];
	int argc = 1;

	for (; *arguments; arguments++) {
		assert_true(argc <= ARGUMENTS_MAX);
		argv[argc++] = (char *)(uintptr_t)*arguments;
	}
	memcpy(before, argv, sizeof(argv));
	config = (struct config){0};
	option_parse(&table, argc, argv, &config, &result);
	assert_memory_equal(argv, before, sizeof(argv));
}

#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})

static void expect_bad(const char *expected)
{
	assert_int_equal(result.outcome, OPTION_BAD);
	assert_string_equal(result.error, expected);
}

/* What print writes; the caller frees it. */
static char *printed(void (*print)(const struct option_table *, FILE *))
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print(&table, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void presets_hold_until_argv_says_otherwise(void **state)
{
	(void)state;
	parse((const char *const[]){NULL});
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(config.ttl, 1);
	assert_int_equal(config.wait_ns, 1000000000);
	assert_int_equal(config.color, 0);
	assert_false(config.json);
	assert_null(config.output);
	PARSE("-T", "8", "--wait=2ms");
	assert_int_equal(config.ttl, 8);
	assert_int_equal(config.wait_ns, 2000000);
}

static void every_spelling_of_an_option_is_understood(void **state)
{
	(void)state;
	PARSE("-Jofile", "--ttl=8", "--count", "3", "--color", "never", "-r1000", "--int", "5s");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_true(config.json);
	assert_string_equal(config.output, "file");
	assert_int_equal(config.ttl, 8);
	assert_int_equal(config.count, 3);
	assert_int_equal(config.color, 2);
	assert_string_equal(config.called_with, "1000");
	assert_int_equal(config.interval_ns, 5000000000);
}

static void last_of_two_counts_and_calls_are_all_made(void **state)
{
	(void)state;
	PARSE("--ttl", "2", "-T3", "-r1", "-r2");
	assert_int_equal(config.ttl, 3);
	assert_int_equal(config.calls, 2);
	assert_string_equal(config.called_with, "2");
}

static void optional_argument_comes_only_with_an_equals_sign(void **state)
{
	(void)state;
	PARSE("--ptp=5");
	assert_string_equal(config.called_with, "5");
	PARSE("--ptp", "5");
	assert_string_equal(config.called_with, "(none)");
	assert_int_equal(result.operand_count, 1);
	PARSE("-P", "5");
	assert_string_equal(config.called_with, "(none)");
	PARSE("-4");
	assert_string_equal(config.called_with, "(none)");
	assert_int_equal(result.outcome, OPTION_RUN);
}

static void operands_may_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(setenv("POSIXLY_CORRECT", "1", 1), 0);
	PARSE("one", "-J", "two");
	assert_int_equal(unsetenv("POSIXLY_CORRECT"), 0);
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_true(config.json);
	assert_int_equal(result.operand_count, 2);
	assert_string_equal(result.operand[0], "one");
	assert_string_equal(result.operand[1], "two");
	PARSE("--", "-J", "--ttl");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_false(config.json);
	assert_string_equal(result.operand[0], "-J");
	assert_string_equal(result.operand[1], "--ttl");
}

static void operand_too_many_is_an_error(void **state)
{
	(void)state;
	PARSE("one", "two", "three");
	expect_bad("operand 'three' is one too many: 'ptprobe-recv --help' shows the usage");
	PARSE("one", "--", "two", "three");
	expect_bad("operand 'three' is one too many: 'ptprobe-recv --help' shows the usage");
}

static void misspelt_option_is_told_its_neighbour(void **state)
{
	(void)state;
	PARSE("--cuont=5");
	expect_bad("unknown option '--cuont': did you mean '--count'?");
	PARSE("--intervall", "5");
	expect_bad("unknown option '--intervall': did you mean '--interval'?");
	PARSE("--hepl");
	expect_bad("unknown option '--hepl': did you mean '--help'?");
	PARSE("--bogus");
	expect_bad("unknown option '--bogus': 'ptprobe-recv --help' lists them");
	PARSE("--completion-helpr"); /* which isn't for people */
	expect_bad("unknown option '--completion-helpr': 'ptprobe-recv --help' lists them");
	PARSE("-Jz");
	expect_bad("unknown option '-z': 'ptprobe-recv --help' lists them");
}

static void ambiguous_prefix_is_named(void **state)
{
	(void)state;
	PARSE("--co");
	expect_bad("option '--co' is ambiguous: '--count' or '--color'");
}

static void missing_argument_is_an_error(void **state)
{
	(void)state;
	PARSE("-J", "--rate");
	expect_bad("option '--rate' needs an argument");
	PARSE("-r");
	expect_bad("option '--rate' needs an argument");
	PARSE("--output=");
	expect_bad("option '--output' needs an argument");
	PARSE("-o", "");
	expect_bad("option '--output' needs an argument");
}

static void argument_too_many_is_an_error(void **state)
{
	(void)state;
	PARSE("--json=yes");
	expect_bad("option '--json' takes no argument");
	PARSE("--help=yes");
	expect_bad("option '--help' takes no argument");
}

static void wrong_argument_is_told_what_is_right(void **state)
{
	(void)state;
	PARSE("--ttl", "300");
	expect_bad("option '--ttl' takes 1..255, not '300'");
	PARSE("-T", "0");
	expect_bad("option '--ttl' takes 1..255, not '0'");
	PARSE("--ttl=-1");
	expect_bad("option '--ttl' takes 1..255, not '-1'");
	PARSE("--count=0");
	expect_bad("option '--count' takes a number from 1, not '0'");
	PARSE("--wait=2h");
	expect_bad("option '--wait' takes 1.00 ms..3600 s, not '2h'");
	PARSE("--wait=0");
	expect_bad("option '--wait' takes 1.00 ms..3600 s, not '0'");
	PARSE("--wait=soon");
	expect_bad("option '--wait' takes a duration such as 10s or 250us, not 'soon'");
	PARSE("--interval=1ns");
	expect_bad("option '--interval' takes at least 1.00 us, not '1ns'");
	PARSE("--color=sometimes");
	expect_bad("option '--color' takes auto|always|never, not 'sometimes'");
	PARSE("--color=alway");
	expect_bad("option '--color' takes auto|always|never, not 'alway'");
	PARSE("--color=auto|always");
	expect_bad("option '--color' takes auto|always|never, not 'auto|always'");
	PARSE("--rate=wrong");
	expect_bad("option '--rate=wrong': not a rate: write 1000pps, 10Mbps or max");
}

static void message_is_one_printable_line_however_long_the_argument(void **state)
{
	char huge[4096];

	(void)state;
	memset(huge, '\x1b', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	PARSE("--ttl", huge);
	assert_int_equal(result.outcome, OPTION_BAD);
	assert_true(strlen(result.error) < 120);
	assert_null(strpbrk(result.error, "\x1b\n"));
	huge[0] = huge[1] = '-';
	PARSE(huge);
	assert_int_equal(result.outcome, OPTION_BAD);
	assert_null(strpbrk(result.error, "\x1b\n"));
	PARSE("-\n");
	expect_bad("unknown option '-?': 'ptprobe-recv --help' lists them");
	PARSE("-\xff");
	expect_bad("unknown option '-?': 'ptprobe-recv --help' lists them");
}

static void what_is_asked_first_is_answered(void **state)
{
	(void)state;
	PARSE("-h", "--bogus");
	assert_int_equal(result.outcome, OPTION_HELP);
	PARSE("--help");
	assert_int_equal(result.outcome, OPTION_HELP);
	PARSE("--version");
	assert_int_equal(result.outcome, OPTION_VERSION);
	PARSE("--completion-helper");
	assert_int_equal(result.outcome, OPTION_COMPLETION);
	PARSE("--bogus", "-h");
	assert_int_equal(result.outcome, OPTION_BAD);
}

static void help_names_every_option_within_100_columns(void **state)
{
	char *text = printed(option_help);
	const char *line = text;

	(void)state;
	assert_non_null(strstr(text, "usage: ptprobe-recv [OPTION]... [GROUP]\nmeasures\n"));
	assert_non_null(
		strstr(text, "\n  -J, --json                      print one report as JSON\n"));
	assert_non_null(
		strstr(text, "\n  -T, --ttl N                     time to live (default 1)\n"));
	assert_non_null(
		strstr(text, "\n      --color auto|always|never   use colours (default auto)\n"));
	assert_non_null(strstr(text, "\n  -P, --ptp[=DOMAIN]              PTP-shaped probes\n"));
	assert_non_null(strstr(text, "\n  -h, --help   "));
	assert_non_null(strstr(text, "\n      --version "));
	assert_null(strstr(text, "completion-helper"));
	assert_non_null(
		strstr(text, "\nexamples:\n  ptprobe-recv -i eth0\n  ptprobe-recv --json\n"));
	for (size_t i = 0; i < table.count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "--%s", options[i].name);
		assert_non_null(strstr(text, name));
	}
	while (*line) {
		size_t length = strcspn(line, "\n");

		assert_in_range(length, 0, 100);
		assert_true(length == 0 || line[length - 1] != ' ');
		line += length + 1;
	}
	free(text);
}

static void version_names_tool_and_package(void **state)
{
	char *text = printed(option_version);

	(void)state;
	assert_string_equal(text, "ptprobe-recv " PACKAGE_VERSION " (ptprobe)\n");
	free(text);
}

static void unwritable_answer_is_5_and_says_so(void **state)
{
	char said[128] = "";
	FILE *full = fopen("/dev/full", "w"), *err = fmemopen(said, sizeof(said), "w");

	(void)state;
	assert_non_null(full);
	assert_non_null(err);
	PARSE("--help");
	assert_int_equal(option_answer(&table, &result, full, err), 5);
	(void)fclose(full);
	assert_int_equal(fclose(err), 0);
	assert_string_equal(said,
			    "ptprobe-recv: cannot write the output: No space left on device\n");
}

static void wrong_usage_is_2_and_one_line(void **state)
{
	char said[128] = "", printed_out[128] = "";
	FILE *out = fmemopen(printed_out, sizeof(printed_out), "w");
	FILE *err = fmemopen(said, sizeof(said), "w");

	(void)state;
	assert_non_null(out);
	assert_non_null(err);
	PARSE("--ttl=0");
	assert_int_equal(option_answer(&table, &result, out, err), 2);
	assert_int_equal(fclose(out) | fclose(err), 0);
	assert_string_equal(said, "ptprobe-recv: option '--ttl' takes 1..255, not '0'\n");
	assert_string_equal(printed_out, "");
}

static void completion_has_one_spelling_a_line(void **state)
{
	char *text = printed(option_completion);

	(void)state;
	assert_string_equal(text, "--json\n-J\n"
				  "--output FILE\n-o FILE\n"
				  "--ttl N\n-T N\n"
				  "--count N\n-c N\n"
				  "--wait DUR\n-W DUR\n"
				  "--interval DUR\n-I DUR\n"
				  "--color auto|always|never\n"
				  "--rate R\n-r R\n"
				  "--ptp[=DOMAIN]\n-P\n"
				  "--ipv4\n-4\n"
				  "--help\n-h\n"
				  "--version\n");
	free(text);
}

/* Distances by hand: one letter each inserted, deleted, replaced, swapped. */
static void spelling_counts_single_slips(void **state)
{
	(void)state;
	assert_int_equal(spelling_distance("rate", 4, "rate"), 0);
	assert_int_equal(spelling_distance("raate", 5, "rate"), 1);
	assert_int_equal(spelling_distance("rte", 3, "rate"), 1);
	assert_int_equal(spelling_distance("rite", 4, "rate"), 1);
	assert_int_equal(spelling_distance("arte", 4, "rate"), 1);
	assert_int_equal(spelling_distance("kitten", 6, "sitting"), 3);
	assert_int_equal(spelling_distance("", 0, "rate"), 4);
	assert_int_equal(spelling_distance("rate=9", 4, "rate"), 0);
	assert_true(spelling_distance("r", 1, "a-word-that-is-longer-than-32-letters") ==
		    UINT32_MAX);
}

static void only_small_slips_are_near(void **state)
{
	(void)state;
	assert_true(spelling_is_near(2, 6));
	assert_false(spelling_is_near(3, 6));
	assert_true(spelling_is_near(1, 3));
	assert_false(spelling_is_near(2, 5));
	assert_false(spelling_is_near(1, 1));
}

static bool takes_command(const void *given)
{
	return !((const struct config *)given)->json;
}

static void command_takes_all_that_follows_and_its_options(void **state)
{
	static const struct option_table runner = {
		.program = "ptprobe-pin",
		.max_operands = 1,
		.count = sizeof(options) / sizeof(*options),
		.option = options,
		.takes_command = takes_command,
	};
	char *bare[] = {(char[]){"ptprobe-pin"}, (char[]){"-T8"}, (char[]){"iperf3"},
			(char[]){"-c"},          (char[]){"-J"},  NULL};
	char *dashed[] = {(char[]){"ptprobe-pin"}, (char[]){"--"}, (char[]){"--odd"},
			  (char[]){"--"}, NULL};
	char *none[] = {(char[]){"ptprobe-pin"}, (char[]){"--"}, NULL};
	char *asked[] = {(char[]){"ptprobe-pin"}, (char[]){"-J"}, (char[]){"eth0"}, (char[]){"-T8"},
			 NULL};

	(void)state;
	config = (struct config){0};
	option_parse(&runner, 5, bare, &config, &result);
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_ptr_equal(result.command, bare + 2);
	assert_int_equal(config.ttl, 8);
	assert_int_equal(config.count, 0);
	assert_false(config.json);
	option_parse(&runner, 4, dashed, &config, &result);
	assert_ptr_equal(result.command, dashed + 2);
	option_parse(&runner, 2, none, &config, &result);
	assert_null(result.command);
	option_parse(&runner, 4, asked, &config, &result);
	assert_null(result.command);
	assert_string_equal(result.operand[0], "eth0");
	assert_int_equal(config.ttl, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presets_hold_until_argv_says_otherwise),
		cmocka_unit_test(every_spelling_of_an_option_is_understood),
		cmocka_unit_test(last_of_two_counts_and_calls_are_all_made),
		cmocka_unit_test(optional_argument_comes_only_with_an_equals_sign),
		cmocka_unit_test(operands_may_stand_anywhere),
		cmocka_unit_test(operand_too_many_is_an_error),
		cmocka_unit_test(command_takes_all_that_follows_and_its_options),
		cmocka_unit_test(misspelt_option_is_told_its_neighbour),
		cmocka_unit_test(ambiguous_prefix_is_named),
		cmocka_unit_test(missing_argument_is_an_error),
		cmocka_unit_test(argument_too_many_is_an_error),
		cmocka_unit_test(wrong_argument_is_told_what_is_right),
		cmocka_unit_test(message_is_one_printable_line_however_long_the_argument),
		cmocka_unit_test(what_is_asked_first_is_answered),
		cmocka_unit_test(help_names_every_option_within_100_columns),
		cmocka_unit_test(version_names_tool_and_package),
		cmocka_unit_test(unwritable_answer_is_5_and_says_so),
		cmocka_unit_test(wrong_usage_is_2_and_one_line),
		cmocka_unit_test(completion_has_one_spelling_a_line),
		cmocka_unit_test(spelling_counts_single_slips),
		cmocka_unit_test(only_small_slips_are_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
