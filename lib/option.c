/* SPDX-License-Identifier: BSD-2-Clause */
#include "option.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "spelling.h"
#include "units.h"

enum {
	OPTIONS_MAX = 64, /* in one table */
	OPERANDS_MAX = sizeof(((struct option_result *)NULL)->operand) / sizeof(const char *),
	SHOWN = 60, /* so much of a wrong argument is repeated in the message */

	/* getopt_long's values: a letter below 256, a table's index above VALUE_FIRST */
	VALUE_OPERAND = 1,
	VALUE_HELP = 256,
	VALUE_VERSION,
	VALUE_COMPLETION,
	VALUE_FIRST,
};

struct parser {
	const struct option_table *table;
	char *config;
	struct option_result *result;
	struct option longs[OPTIONS_MAX + 4]; /* getopt_long's option, and 3 of ours, and its end */
	char letters[2 * OPTIONS_MAX + 4];    /* "-:", letters with their colons, "h" */
};

/* Other bytes than printable ASCII could steer the terminal that shows the message. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~') {
			*text = '?';
		}
	}
}

static int __attribute__((format(printf, 2, 3))) bad(struct parser *parser, const char *format, ...)
{
	char *error = parser->result->error;
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(error, sizeof(parser->result->error), format, arguments);
	va_end(arguments);
	make_printable(error);
	parser->result->outcome = OPTION_BAD;
	return -EINVAL;
}

static int store_uint(struct parser *parser, const struct option_def *def, const char *text)
{
	uint64_t max = def->max ? def->max : UINT64_MAX;
	uint64_t *field = (uint64_t *)(void *)(parser->config + def->offset);

	if (units_parse_uint(text, def->min, max, field) == 0) {
		return 0;
	}
	if (!def->max) {
		return bad(parser, "option '--%s' takes a number from %llu, not '%.*s'", def->name,
			   (unsigned long long)def->min, SHOWN, text);
	}
	return bad(parser, "option '--%s' takes %llu..%llu, not '%.*s'", def->name,
		   (unsigned long long)def->min, (unsigned long long)max, SHOWN, text);
}

static int store_duration(struct parser *parser, const struct option_def *def, const char *text)
{
	int64_t *field = (int64_t *)(void *)(parser->config + def->offset);
	uint64_t max = def->max ? def->max : INT64_MAX;
	char low[UNITS_TEXT], high[UNITS_TEXT];
	int64_t ns;
	int result = units_parse_duration(text, &ns);

	if (result == -EINVAL) {
		return bad(parser,
			   "option '--%s' takes a duration such as 10s or 250us, not '%.*s'",
			   def->name, SHOWN, text);
	}
	if (result < 0 || (uint64_t)ns < def->min || (uint64_t)ns > max) {
		units_duration_text((int64_t)def->min, low);
		units_duration_text((int64_t)max, high);
		return bad(parser, "option '--%s' takes %s%s%s, not '%.*s'", def->name,
			   def->max ? low : "at least ", def->max ? ".." : low,
			   def->max ? high : "", SHOWN, text);
	}
	*field = ns;
	return 0;
}

static int store_choice(struct parser *parser, const struct option_def *def, const char *text)
{
	unsigned int *field = (unsigned int *)(void *)(parser->config + def->offset);
	const char *choice = def->choices;
	size_t length = strlen(text);

	for (unsigned int index = 0;; index++) {
		size_t choice_length = strcspn(choice, "|");

		if (length == choice_length && memcmp(text, choice, length) == 0) {
			*field = index;
			return 0;
		}
		if (choice[choice_length] == '\0') {
			return bad(parser, "option '--%s' takes %s, not '%.*s'", def->name,
				   def->choices, SHOWN, text);
		}
		choice += choice_length + 1;
	}
}

static int store_call(struct parser *parser, const struct option_def *def, const char *text)
{
	const char *error = "wrong argument";

	if (def->parse(text, parser->config + def->offset, &error) == 0) {
		return 0;
	}
	if (!text) {
		return bad(parser, "option '--%s': %s", def->name, error);
	}
	return bad(parser, "option '--%s=%.*s': %s", def->name, SHOWN, text, error);
}

/* text: the argument; NULL without */
static int store(struct parser *parser, const struct option_def *def, const char *text)
{
	if (text && *text == '\0') {
		return bad(parser, "option '--%s' needs an argument", def->name);
	}
	switch (def->type) {
	case OPTION_FLAG:
		*(bool *)(void *)(parser->config + def->offset) = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)(void *)(parser->config + def->offset) = text;
		return 0;
	case OPTION_UINT:
		return store_uint(parser, def, text);
	case OPTION_DURATION:
		return store_duration(parser, def, text);
	case OPTION_CHOICE:
		return store_choice(parser, def, text);
	case OPTION_CALL:
		return store_call(parser, def, text);
	}
	return bad(parser, "option '--%s' has no type", def->name);
}

static int argument_kind(const struct option_def *def)
{
	if (def->type == OPTION_FLAG || (def->type == OPTION_CALL && !def->argument)) {
		return no_argument;
	}
	return def->argument_optional ? optional_argument : required_argument;
}

static void describe_to_getopt(struct parser *parser)
{
	const struct option_table *table = parser->table;
	struct option *to = parser->longs;
	char *letter = parser->letters;

	assert(table->count <= OPTIONS_MAX && table->max_operands <= OPERANDS_MAX);
	/* operands come in order, whatever POSIXLY_CORRECT says, and argv stays as it is; ':' tells
	 * a missing argument from an unknown option */
	*letter++ = '-';
	*letter++ = ':';
	for (size_t i = 0; i < table->count; i++) {
		const struct option_def *def = &table->option[i];

		assert(!def->argument_optional || def->type == OPTION_CALL);
		*to++ = (struct option){
			.name = def->name,
			.has_arg = argument_kind(def),
			.val = VALUE_FIRST + (int)i,
		};
		if (def->letter) {
			*letter++ = def->letter;
			if (argument_kind(def) == required_argument) {
				*letter++ = ':';
			}
		}
	}
	*to++ = (struct option){.name = "help", .val = VALUE_HELP};
	*to++ = (struct option){.name = "version", .val = VALUE_VERSION};
	*to++ = (struct option){.name = "completion-helper", .val = VALUE_COMPLETION};
	*letter = 'h'; /* the rest is zero */
}

/* NULL when value is none of the table's. */
static const struct option_def *find_def(const struct option_table *table, int value)
{
	for (size_t i = 0; i < table->count; i++) {
		if (value == VALUE_FIRST + (int)i ||
		    (value > 0 && value < 256 && table->option[i].letter == value)) {
			return &table->option[i];
		}
	}
	return NULL;
}

static int bad_long_option(struct parser *parser, const char *typed)
{
	size_t length = strcspn(typed, "=");
	unsigned int best = UINT_MAX;
	const char *near = NULL, *first = NULL;

	for (const struct option *at = parser->longs; at->name; at++) {
		unsigned int distance = spelling_distance(typed, length, at->name);

		if (at->val == VALUE_COMPLETION) {
			continue;
		}
		if (length > 0 && strncmp(typed, at->name, length) == 0) {
			if (first) {
				return bad(parser, "option '--%.*s' is ambiguous: '--%s' or '--%s'",
					   (int)length, typed, first, at->name);
			}
			first = at->name;
		}
		if (distance < best) {
			best = distance;
			near = at->name;
		}
	}
	if (first) {
		near = first; /* only the hidden option made it ambiguous */
		best = 0;
	}
	if (near && spelling_is_near(best, length)) {
		return bad(parser, "unknown option '--%.*s': did you mean '--%s'?", (int)length,
			   typed, near);
	}
	return bad(parser, "unknown option '--%.*s': '%s --help' lists them",
		   (int)(length < SHOWN ? length : SHOWN), typed, parser->table->program);
}

/* getopt_long has refused what it read last; value is its optopt. */
static int bad_option(struct parser *parser, const char *typed, int value)
{
	const struct option_def *def = find_def(parser->table, value);

	if (value == 0) {
		return bad_long_option(parser, typed + 2);
	}
	if (def || value >= VALUE_HELP) {
		return bad(parser, "option '%.*s' takes no argument", (int)strcspn(typed, "="),
			   typed);
	}
	return bad(parser, "unknown option '-%c': '%s --help' lists them", value,
		   parser->table->program);
}

static int add_operand(struct parser *parser, const char *text)
{
	struct option_result *result = parser->result;
	const struct option_table *table = parser->table;

	if (result->operand_count == table->max_operands) {
		return bad(parser, "operand '%.*s' is one too many: '%s --help' shows the usage",
			   SHOWN, text, table->program);
	}
	result->operand[result->operand_count++] = text;
	return 0;
}

static int take_operand(struct parser *parser, char *const *operand)
{
	const struct option_table *table = parser->table;

	if (table->takes_command && table->takes_command(parser->config)) {
		parser->result->command = operand;
		return -ECANCELED;
	}
	return add_operand(parser, *operand);
}

static int take(struct parser *parser, int value, char *const argv[])
{
	switch (value) {
	case VALUE_OPERAND:
		return take_operand(parser, argv + optind - 1);
	case VALUE_HELP:
	case 'h':
		parser->result->outcome = OPTION_HELP;
		return -ECANCELED;
	case VALUE_VERSION:
		parser->result->outcome = OPTION_VERSION;
		return -ECANCELED;
	case VALUE_COMPLETION:
		parser->result->outcome = OPTION_COMPLETION;
		return -ECANCELED;
	case ':':
		return bad(parser, "option '--%s' needs an argument",
			   find_def(parser->table, optopt)->name);
	case '?':
		return bad_option(parser, argv[optind - 1], optopt);
	default:
		return store(parser, find_def(parser->table, value), optarg);
	}
}

void option_parse(const struct option_table *table, int argc, char *const argv[], void *config,
		  struct option_result *ret_result)
{
	struct parser parser = {.table = table, .config = config, .result = ret_result};
	int value;

	*ret_result = (struct option_result){.outcome = OPTION_RUN};
	describe_to_getopt(&parser);
	for (size_t i = 0; i < table->count; i++) {
		if (table->option[i].preset) {
			int result = store(&parser, &table->option[i], table->option[i].preset);

			assert(result == 0);
			(void)result;
		}
	}
	opterr = 0;
	optind = 0; /* glibc: start anew */
	while ((value = getopt_long(argc, argv, parser.letters, parser.longs, NULL)) != -1) {
		if (take(&parser, value, argv) < 0) {
			return;
		}
	}
	for (; optind < argc; optind++) {
		if (take_operand(&parser, argv + optind) < 0) {
			return;
		}
	}
}
