/* SPDX-License-Identifier: BSD-2-Clause */
/* What a tool's option table says to people and to the shell. */
#include "option.h"

#include <errno.h>
#include <string.h>

#include "config.h"
#include "status.h"
#include "text.h"

enum {
	WIDTH = 100,
	COLUMN = 34, /* where the help of an option begins */
	TEXT = 256,
};

/* of every tool, behind the table's own */
static const struct option_def common[] = {
	{.name = "help", .letter = 'h', .help = "print this and exit"},
	{.name = "version", .help = "print the version and exit"},
};

/* What stands for the argument: its choices or its name. NULL: it takes none. */
static const char *argument_text(const struct option_def *def)
{
	return def->choices ? def->choices : def->argument;
}

/* Words of text from column on, in lines that begin at COLUMN. Returns the column reached. */
static int print_words(FILE *out, int column, const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column > COLUMN && column + 1 + length > WIDTH) {
			fprintf(out, "\n%*s", COLUMN, "");
			column = COLUMN;
		} else if (column > COLUMN) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", length, text);
		column += length;
		text += length;
		text += strspn(text, " ");
	}
	return column;
}

static void print_option(FILE *out, const struct option_def *def)
{
	const char *argument = argument_text(def);
	char letter[] = "    ", preset[TEXT];
	int column;

	if (def->letter) {
		memcpy(letter, (char[]){'-', def->letter, ',', ' '}, 4);
	}
	column = fprintf(out, "  %s--%s", letter, def->name);
	if (argument) {
		column += fprintf(out, def->argument_optional ? "[=%s]" : " %s", argument);
	}
	if (column + 2 > COLUMN) {
		fputc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s", COLUMN - column, "");
	column = print_words(out, COLUMN, def->help);
	if (def->preset) {
		snprintf(preset, sizeof(preset), "(default %s)", def->preset);
		(void)print_words(out, column, preset);
	}
	fputc('\n', out);
}

void option_help(const struct option_table *table, FILE *out)
{
	fprintf(out, "usage: %s [OPTION]...%s%s\n%s\n\noptions:\n", table->program,
		table->operands ? " " : "", table->operands ? table->operands : "", table->purpose);
	for (size_t i = 0; i < table->count; i++) {
		print_option(out, &table->option[i]);
	}
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++) {
		print_option(out, &common[i]);
	}
	if (table->examples) {
		fprintf(out, "\nexamples:\n%s", table->examples);
	}
}

void option_version(const struct option_table *table, FILE *out)
{
	fprintf(out, "%s %s (%s)\n", table->program, PACKAGE_VERSION, PACKAGE_NAME);
}

static void print_completion(FILE *out, const struct option_def *def)
{
	const char *argument = argument_text(def);

	fprintf(out, "--%s", def->name);
	if (argument) {
		fprintf(out, def->argument_optional ? "[=%s]" : " %s", argument);
	}
	fputc('\n', out);
	if (def->letter) {
		fprintf(out, "-%c%s%s\n", def->letter,
			argument && !def->argument_optional ? " " : "",
			argument && !def->argument_optional ? argument : "");
	}
}

void option_completion(const struct option_table *table, FILE *out)
{
	for (size_t i = 0; i < table->count; i++) {
		print_completion(out, &table->option[i]);
	}
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++) {
		print_completion(out, &common[i]);
	}
}

int option_flush(const struct option_table *table, FILE *out, FILE *err)
{
	if (fflush(out) == 0 && !ferror(out)) {
		return STATUS_PASS;
	}
	if (errno != EPIPE) {
		fprintf(err, "%s: cannot write the output: %s\n", table->program, strerror(errno));
	}
	return STATUS_OUTPUT;
}

int option_answer(const struct option_table *table, const struct option_result *result, FILE *out,
		  FILE *err)
{
	switch (result->outcome) {
	case OPTION_HELP:
		option_help(table, out);
		break;
	case OPTION_VERSION:
		option_version(table, out);
		break;
	case OPTION_COMPLETION:
		option_completion(table, out);
		break;
	case OPTION_BAD:
		fprintf(err, "%s: ", table->program);
		text_print(result->error, err);
		fputc('\n', err);
		return STATUS_USAGE;
	case OPTION_RUN:
		break;
	}
	return option_flush(table, out, err);
}
