/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that say which form a report of streams takes, where it goes, and what limits it is
 * judged by: the same in every tool that hears streams. */
#ifndef PTPROBE_REPORT_OPTIONS_H
#define PTPROBE_REPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"
#include "option.h"
#include "verdict.h"

/* Which of its forms the result takes. */
enum report_form {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_JSON_STREAM,
	REPORT_CSV,
	REPORT_INFLUX,
	REPORT_NAGIOS,
};

struct report_options {
	enum report_form form;
	unsigned int color;                     /* enum output_color */
	const char *output, *prometheus, *hgrm; /* file names; NULL: stdout, none, none */
	int64_t interval_ns;                    /* between interval lines; 0: none */
	bool quiet, verbose;
	struct limits limits;
	/* as they were given; form says what they mean together */
	bool json, json_stream, csv, influx, nagios;
};

/*
 * Sets form by the options that were given. NULL, or what is wrong with how they go together, a
 * constant text.
 */
const char *report_options_settle(struct report_options *options);

/* True when interval lines are asked for. */
bool report_options_want_intervals(const struct report_options *options);

/* OPTION_CALL parsers of the limits: text to a struct limits. */
int report_options_max_loss(const char *text, void *field, const char **ret_error);
int report_options_max_dup(const char *text, void *field, const char **ret_error);
int report_options_max_reorder(const char *text, void *field, const char **ret_error);
int report_options_max_jitter(const char *text, void *field, const char **ret_error);
int report_options_max_pdv(const char *text, void *field, const char **ret_error);
int report_options_max_outage(const char *text, void *field, const char **ret_error);
int report_options_min_received(const char *text, void *field, const char **ret_error);

#define REPORT_OPTIONS_YEAR_NS (UINT64_C(366) * 86400 * 1000000000)

/* Lines of an option table; config is its struct, member a struct report_options in it. */
/* --hgrm is for a report of flows alone. */
#define REPORT_OPTIONS_FORMS(config, member) \
	REPORT_OPTIONS_RESULT(config, member), REPORT_OPTIONS_HGRM(config, member)

#define REPORT_OPTIONS_RESULT(config, member) \
	REPORT_OPTIONS_RESULT_OF(config, member, "the intervals")

/* stream: what comes before the report in a JSON stream. */
#define REPORT_OPTIONS_RESULT_OF(config, member, stream)                             \
	{.name = "interval",                                                         \
	 .letter = 'I',                                                              \
	 .type = OPTION_DURATION,                                                    \
	 .offset = offsetof(config, member.interval_ns),                             \
	 .argument = "DUR",                                                          \
	 .min = 0,                                                                   \
	 .max = REPORT_OPTIONS_YEAR_NS,                                              \
	 .preset = "1s",                                                             \
	 .help = "time between interval lines, 0 for none"},                         \
		{.name = "json",                                                     \
		 .letter = 'J',                                                      \
		 .type = OPTION_FLAG,                                                \
		 .offset = offsetof(config, member.json),                            \
		 .help = "write the report as JSON"},                                \
		{.name = "json-stream",                                              \
		 .type = OPTION_FLAG,                                                \
		 .offset = offsetof(config, member.json_stream),                     \
		 .help = "write a JSON object a line: " stream ", then the report"}, \
		{.name = "csv",                                                      \
		 .type = OPTION_FLAG,                                                \
		 .offset = offsetof(config, member.csv),                             \
		 .help = "write the report as CSV"},                                 \
		{.name = "influx",                                                   \
		 .type = OPTION_FLAG,                                                \
		 .offset = offsetof(config, member.influx),                          \
		 .help = "write the report in InfluxDB's line protocol"},            \
		{.name = "nagios",                                                   \
		 .type = OPTION_FLAG,                                                \
		 .offset = offsetof(config, member.nagios),                          \
		 .help = "write the report as one line of a Nagios plugin"},         \
		{.name = "output",                                                   \
		 .letter = 'o',                                                      \
		 .type = OPTION_TEXT,                                                \
		 .offset = offsetof(config, member.output),                          \
		 .argument = "FILE",                                                 \
		 .help = "write the result to FILE instead of standard output"},     \
	{                                                                            \
		.name = "prom", .type = OPTION_TEXT,                                 \
		.offset = offsetof(config, member.prometheus), .argument = "FILE",   \
		.help = "also write Prometheus metrics; FILE is replaced as a whole" \
	}

#define REPORT_OPTIONS_HGRM(config, member)                                                        \
	{                                                                                          \
		.name = "hgrm", .type = OPTION_TEXT, .offset = offsetof(config, member.hgrm),      \
		.argument = "FILE",                                                                \
		.help = "also write the first flow's delay variation as a percentile distribution" \
	}

#define REPORT_OPTIONS_LIMITS(config, member)                                                     \
	{.name = "max-loss",                                                                      \
	 .type = OPTION_CALL,                                                                     \
	 .offset = offsetof(config, member.limits),                                               \
	 .argument = "N|P%",                                                                      \
	 .parse = report_options_max_loss,                                                        \
	 .help = "fail when more probes, or a larger share, were lost"},                          \
		{.name = "max-dup",                                                               \
		 .type = OPTION_CALL,                                                             \
		 .offset = offsetof(config, member.limits),                                       \
		 .argument = "N|P%",                                                              \
		 .parse = report_options_max_dup,                                                 \
		 .help = "fail when more were duplicated"},                                       \
		{.name = "max-reorder",                                                           \
		 .type = OPTION_CALL,                                                             \
		 .offset = offsetof(config, member.limits),                                       \
		 .argument = "N|P%",                                                              \
		 .parse = report_options_max_reorder,                                             \
		 .help = "fail when more were reordered"},                                        \
		{.name = "max-jitter",                                                            \
		 .type = OPTION_CALL,                                                             \
		 .offset = offsetof(config, member.limits),                                       \
		 .argument = "DUR",                                                               \
		 .parse = report_options_max_jitter,                                              \
		 .help = "fail when the jitter (RFC 3550) is larger"},                            \
		{.name = "max-pdv",                                                               \
		 .type = OPTION_CALL,                                                             \
		 .offset = offsetof(config, member.limits),                                       \
		 .argument = "[pQ=]DUR",                                                          \
		 .parse = report_options_max_pdv,                                                 \
		 .help = "fail when the delay variation is larger, at a percentile: p99.9=50us, " \
			 "max=1ms"},                                                              \
		{.name = "max-outage",                                                            \
		 .type = OPTION_CALL,                                                             \
		 .offset = offsetof(config, member.limits),                                       \
		 .argument = "DUR",                                                               \
		 .parse = report_options_max_outage,                                              \
		 .help = "fail when nothing came for longer"},                                    \
	{                                                                                         \
		.name = "min-received", .type = OPTION_CALL,                                      \
		.offset = offsetof(config, member.limits), .argument = "N|P%",                    \
		.parse = report_options_min_received, .help = "fail when fewer probes came"       \
	}

#define REPORT_OPTIONS_TALK(config, member)                                                       \
	{.name = "quiet",                                                                         \
	 .letter = 'q',                                                                           \
	 .type = OPTION_FLAG,                                                                     \
	 .offset = offsetof(config, member.quiet),                                                \
	 .help = "no messages and no interval lines"},                                            \
		{.name = "verbose",                                                               \
		 .letter = 'v',                                                                   \
		 .type = OPTION_FLAG,                                                             \
		 .offset = offsetof(config, member.verbose),                                      \
		 .help = "say on standard error what happens"},                                   \
	{                                                                                         \
		.name = "color", .type = OPTION_CHOICE, .offset = offsetof(config, member.color), \
		.argument = "WHEN", .choices = "auto|always|never", .preset = "auto",             \
		.help = "colour the text"                                                         \
	}

/*
 * Likewise; when it ends, and where it runs: config has the members count, time_ns and
 * lost_after_ns, or cpus (struct cpulist) and fifo_priority.
 */
#define REPORT_OPTIONS_SPAN(config)                                                           \
	{.name = "count",                                                                     \
	 .letter = 'c',                                                                       \
	 .type = OPTION_UINT,                                                                 \
	 .offset = offsetof(config, count),                                                   \
	 .argument = "N",                                                                     \
	 .min = 1,                                                                            \
	 .max = INT64_MAX,                                                                    \
	 .help = "stop after N probes"},                                                      \
		{.name = "time",                                                              \
		 .letter = 't',                                                               \
		 .type = OPTION_DURATION,                                                     \
		 .offset = offsetof(config, time_ns),                                         \
		 .argument = "DUR",                                                           \
		 .min = 0,                                                                    \
		 .max = REPORT_OPTIONS_YEAR_NS,                                               \
		 .help = "stop so long after the first probe, 0: never"},                     \
	{                                                                                     \
		.name = "lost-after", .letter = 'L', .type = OPTION_DURATION,                 \
		.offset = offsetof(config, lost_after_ns), .argument = "DUR", .min = 1000000, \
		.max = UINT64_C(3600000000000), .preset = "1s",                               \
		.help = "a probe that has not come by then is lost"                           \
	}

#define REPORT_OPTIONS_PLACE(config)                                                               \
	{.name = "cpus",                                                                           \
	 .letter = 'A',                                                                            \
	 .type = OPTION_CALL,                                                                      \
	 .offset = offsetof(config, cpus),                                                         \
	 .argument = "LIST",                                                                       \
	 .parse = cpulist_parse,                                                                   \
	 .help = "run on these CPUs only: 2, 0-3,8 or 10-14:2"},                                   \
		{.name = "fifo",                                                                   \
		 .type = OPTION_UINT,                                                              \
		 .offset = offsetof(config, fifo_priority),                                        \
		 .argument = "PRIO",                                                               \
		 .min = 1,                                                                         \
		 .max = 99,                                                                        \
		 .help = "run with this priority of SCHED_FIFO"},                                  \
	{                                                                                          \
		.name = "trace", .type = OPTION_FLAG, .offset = offsetof(config, trace),           \
		.help = "count why this host's kernel drops packets, for the evidence; needs root" \
	}

#endif
