/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_options.h"

#include <errno.h>

#define INTERVAL_MIN_NS INT64_C(10000000)

/* OPTION_CALL has no place for the metric: a parser for each. */
#define LIMIT_PARSER(name, metric)                                                       \
	int report_options_##name(const char *text, void *field, const char **ret_error) \
	{                                                                                \
		return limits_add(field, metric, text, ret_error) < 0 ? -EINVAL : 0;     \
	}

LIMIT_PARSER(max_loss, LIMIT_LOSS)
LIMIT_PARSER(max_dup, LIMIT_DUPLICATE)
LIMIT_PARSER(max_reorder, LIMIT_REORDER)
LIMIT_PARSER(max_jitter, LIMIT_JITTER)
LIMIT_PARSER(max_pdv, LIMIT_PDV)
LIMIT_PARSER(max_outage, LIMIT_OUTAGE)
LIMIT_PARSER(min_received, LIMIT_RECEIVED)

const char *report_options_settle(struct report_options *options)
{
	const struct {
		bool given;
		enum report_form form;
	} forms[] = {
		{options->json, REPORT_JSON},     {options->json_stream, REPORT_JSON_STREAM},
		{options->csv, REPORT_CSV},       {options->influx, REPORT_INFLUX},
		{options->nagios, REPORT_NAGIOS},
	};
	unsigned int given = 0;

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (forms[i].given) {
			options->form = forms[i].form;
			given++;
		}
	}
	if (given > 1) {
		return "--json, --json-stream, --csv, --influx and --nagios exclude one another: give one";
	}
	if (options->interval_ns > 0 && options->interval_ns < INTERVAL_MIN_NS) {
		return "--interval is 0 for none, or 10ms and more: printing takes time";
	}
	if (options->quiet && options->verbose) {
		return "--quiet and --verbose exclude one another: give one";
	}
	return NULL;
}

bool report_options_want_intervals(const struct report_options *options)
{
	return options->interval_ns > 0 && (options->form == REPORT_JSON_STREAM ||
					    (options->form == REPORT_TEXT && !options->quiet));
}
