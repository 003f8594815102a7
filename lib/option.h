/* SPDX-License-Identifier: BSD-2-Clause */
/* A tool's option table: the one source of its parser, its --help and its completion. */
#ifndef PTPROBE_OPTION_H
#define PTPROBE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_FLAG,     /* bool */
	OPTION_TEXT,     /* const char *, never empty */
	OPTION_UINT,     /* uint64_t within min..max */
	OPTION_DURATION, /* int64_t ns within min..max */
	OPTION_CHOICE,   /* unsigned int: index into choices, "auto|always|never" */
	OPTION_CALL,     /* parse() */
};

struct option_def {
	const char *name; /* long name */
	char letter;      /* short name, 0: none */
	enum option_type type;
	size_t offset;          /* of the field in the tool's config */
	const char *argument;   /* name of the argument in --help and the man page; NULL: none */
	bool argument_optional; /* only as --name=ARGUMENT; OPTION_CALL gets NULL without */
	uint64_t min, max;      /* of OPTION_UINT and OPTION_DURATION; max 0: no limit */
	const char *choices;
	const char *preset; /* default, as text; parsed before argv. NULL: the field stays zero */
	/* OPTION_CALL: text -> *field. 0, or -EINVAL and *ret_error says what is wrong. */
	int (*parse)(const char *text, void *field, const char **ret_error);
	const char *help; /* one line; the default is added to it */
};

struct option_table {
	const char *program;  /* "ptprobe-recv" */
	const char *operands; /* "[SOURCE,]GROUP[:PORT][+N]", for the usage line */
	const char *purpose;  /* one line */
	const char *examples; /* indented lines for the end of --help, or NULL */
	size_t max_operands;
	size_t count;
	const struct option_def *option;
	/*
	 * Asked at the first operand: true when it and all behind it, options too, are a command to
	 * be run, which ends the parsing. NULL: this tool runs none.
	 */
	bool (*takes_command)(const void *config);
};

enum option_outcome {
	OPTION_RUN,        /* config is filled, go on */
	OPTION_HELP,       /* -h, --help */
	OPTION_VERSION,    /* --version */
	OPTION_COMPLETION, /* --completion-helper, for doc/completion/ */
	OPTION_BAD,        /* error holds one line, without newline */
};

enum { OPTION_OPERANDS = 64 };

struct option_result {
	enum option_outcome outcome;
	size_t operand_count;
	const char *operand[OPTION_OPERANDS];
	char *const *command; /* its argv, in the one that was parsed; NULL: none */
	char error[256];
};

/*
 * Parses argv into config, which the table's offsets refer to; the presets first. -h, --help,
 * --version and --completion-helper belong to every table and aren't listed in it. An option given
 * twice: the last one counts (OPTION_CALL is called each time). No side effect beyond config and
 * *ret_result; may be called repeatedly.
 */
void option_parse(const struct option_table *table, int argc, char *const argv[], void *config,
		  struct option_result *ret_result);

/* Writes --help, --version's line, or the completion's list ("--rate R", "-r R", each on its line)
 * to out. */
void option_help(const struct option_table *table, FILE *out);
void option_version(const struct option_table *table, FILE *out);
void option_completion(const struct option_table *table, FILE *out);

/*
 * Answers what argv asked for instead of a run (any outcome but OPTION_RUN): --help, --version or
 * the completion's list to out, what is wrong to err. Returns the exit status: 0, 2, or 5 when out
 * couldn't be written, of which a line goes to err.
 */
int option_answer(const struct option_table *table, const struct option_result *result, FILE *out,
		  FILE *err);

/* The end of option_answer, for other answers: flushes out. 0 or 5; a broken pipe is quiet. */
int option_flush(const struct option_table *table, FILE *out, FILE *err);

#endif
