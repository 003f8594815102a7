/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ptp_output.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "ptp_report.h"
#include "put.h"
#include "report.h"
#include "report_options.h"
#include "timing.h"

/* More events in an interval are in the report alone: who reads the lines couldn't follow. */
enum { EVENTS_SHOWN = 20 };

#define PROGRESS_NS INT64_C(1000000000)

int ptp_output_open(struct ptp_output *output, const struct report_options *options, bool is_live,
		    char error[static OUTPUT_ERROR_TEXT])
{
	*output = (struct ptp_output){.due_ns = INT64_MAX};
	output->is_wanted = report_options_want_intervals(options);
	output->is_progress = is_live && !options->quiet &&
			      (!output->is_wanted || options->output != NULL) &&
			      isatty(STDERR_FILENO) == 1;
	return report_output_open(&output->report, "ptprobe-ptp", options, error);
}

static int64_t period_ns(const struct ptp_output *output)
{
	return output->is_wanted ? output->report.options->interval_ns : PROGRESS_NS;
}

void ptp_output_begin(struct ptp_output *output, int64_t first_ns, int64_t mono_ns)
{
	output->first_ns = first_ns;
	output->opened_ns = mono_ns;
	if (output->is_wanted || output->is_progress) {
		output->due_ns = mono_ns + period_ns(output);
	}
}

static void write_head(struct ptp_output *output)
{
	if (!output->is_headed) {
		ptp_interval_text_header(output->report.out);
		output->is_headed = true;
	}
}

void ptp_output_event(struct ptp_output *output, const struct health_event *event)
{
	enum report_form form = output->report.options->form;
	FILE *out = output->report.out;

	if (form == REPORT_TEXT && (!output->is_wanted || output->events_shown >= EVENTS_SHOWN)) {
		return;
	}
	if ((form != REPORT_TEXT && form != REPORT_JSON_STREAM) ||
	    !report_output_begin(&output->report)) {
		return;
	}
	if (form == REPORT_JSON_STREAM) {
		(void)report_json_write(ptp_event_json(event), true, out);
	} else {
		write_head(output);
		ptp_event_text(event, output->first_ns, out);
		if (++output->events_shown == EVENTS_SHOWN) {
			fputs("further events of this interval are in the report\n", out);
		}
	}
	report_output_commit(&output->report);
}

/* One that came late isn't missing any more. */
static uint64_t more(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

/* What came since the last time. */
static void take_interval(struct ptp_output *output, const struct health *health,
			  struct timing *timing, int64_t until_ns,
			  struct ptp_interval *ret_interval)
{
	const struct health_counts *counts = health_counts(health);
	struct health_totals totals;

	health_totals(health, &totals);
	*ret_interval = (struct ptp_interval){
		.from_ns = output->from_ns,
		.to_ns = until_ns,
		.intervals = (uint64_t)((until_ns - output->from_ns + period_ns(output) - 1) /
					period_ns(output)),
		.messages = counts->messages - output->before.messages,
		.lost = more(totals.lost, output->totals.lost),
		.missing_follow_up =
			more(totals.missing_follow_up, output->totals.missing_follow_up),
		.unanswered = more(totals.unanswered, output->totals.unanswered),
	};
	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		ret_interval->events += counts->events[kind] - output->before.events[kind];
	}
	output->totals = totals;
	output->before = *counts;
	for (size_t i = 0; timing != NULL && i < timing_count(timing) && i < TIMING_SERIES; i++) {
		struct ptp_interval_master *master = &ret_interval->master[ret_interval->masters];

		if (timing_take_interval(timing, i, &master->samples, &master->pdv_max_ns,
					 &master->pdv_mean_ns)) {
			timing_name(timing, i, &master->domain, &master->sdo_id, &master->master);
			master->peer = timing_peer(timing, i);
			ret_interval->masters++;
		}
	}
}

static void write_interval(struct ptp_output *output, const struct health *health,
			   struct timing *timing, int64_t until_ns)
{
	struct ptp_interval interval;

	take_interval(output, health, timing, until_ns, &interval);
	output->from_ns = until_ns;
	output->events_shown = 0;
	if (!report_output_begin(&output->report)) {
		return;
	}
	if (output->report.options->form == REPORT_JSON_STREAM) {
		(void)report_json_write(ptp_interval_json(&interval), true, output->report.out);
	} else {
		write_head(output);
		ptp_interval_text(&interval, output->report.out);
	}
	report_output_commit(&output->report);
}

static void write_progress(const struct health *health, int64_t since_ns)
{
	const struct health_counts *counts = health_counts(health);
	uint64_t events = 0;

	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		events += counts->events[kind];
	}
	fprintf(stderr, "\r%.0f s: %" PRIu64 " messages of %zu port%s, %" PRIu64 " event%s\033[K",
		(double)since_ns / 1e9, counts->messages, health_ports(health),
		health_ports(health) == 1 ? "" : "s", events, events == 1 ? "" : "s");
}

int64_t ptp_output_due(const struct ptp_output *output, const struct health *health,
		       int64_t mono_ns)
{
	int64_t period = period_ns(output);

	if (mono_ns < output->due_ns) {
		return INT64_MAX;
	}
	/* nobody reads the lines of a night in which nothing came */
	if (!output->is_wanted || ((mono_ns - output->due_ns) / period >= PTP_INTERVALS_EMPTY &&
				   health_counts(health)->messages == output->before.messages)) {
		return mono_ns - (mono_ns - output->opened_ns) % period;
	}
	return output->due_ns;
}

void ptp_output_interval(struct ptp_output *output, const struct health *health,
			 struct timing *timing, int64_t until_ns)
{
	if (output->is_progress) {
		write_progress(health, until_ns - output->opened_ns);
	}
	if (output->is_wanted) {
		write_interval(output, health, timing, until_ns - output->opened_ns);
	}
	output->due_ns = until_ns + period_ns(output);
}

void ptp_output_last(struct ptp_output *output, const struct health *health, struct timing *timing,
		     int64_t mono_ns)
{
	if (output->due_ns == INT64_MAX) {
		return;
	}
	if (output->is_progress) {
		fputs("\r\033[K", stderr);
	}
	if (output->is_wanted && mono_ns - output->opened_ns > output->from_ns) {
		write_interval(output, health, timing, mono_ns - output->opened_ns);
	}
	output->due_ns = INT64_MAX;
}

static void write_text(struct report_output *output, const struct report *report,
		       const struct ptp_findings *findings)
{
	report_head_text(report, output->out);
	ptp_text(findings, output->out);
	report_notes_text(report, output->out);
	report_verdict_text(report, output_wants_color(output->options->color, output->out),
			    output->out);
	ptp_advice_text(findings, output->out);
}

static void write_json(struct report_output *output, const struct report *report,
		       const struct ptp_findings *findings)
{
	json_t *object = report_json(report);

	report_output_json(output, put_whole(object, ptp_put(object, findings)));
}

struct whole {
	const struct report *report;
	const struct ptp_findings *findings;
};

static void print_prometheus(const void *data, FILE *file)
{
	const struct whole *whole = data;

	ptp_prometheus(whole->report, whole->findings, file);
}

void ptp_output_report(struct ptp_output *output, const struct report *report,
		       const struct ptp_findings *findings)
{
	const struct whole whole = {.report = report, .findings = findings};
	struct report_output *to = &output->report;

	if (report_output_begin(to)) {
		switch (to->options->form) {
		case REPORT_TEXT:
			write_text(to, report, findings);
			break;
		case REPORT_JSON:
		case REPORT_JSON_STREAM:
			write_json(to, report, findings);
			break;
		case REPORT_CSV:
			ptp_csv(report, findings, to->out);
			break;
		case REPORT_INFLUX:
			ptp_influx(report, findings, to->out);
			break;
		case REPORT_NAGIOS:
			ptp_nagios(report, findings, to->out);
			break;
		}
		report_output_commit(to);
	}
	report_output_replace(to, print_prometheus, &whole);
}

int ptp_output_close(struct ptp_output *output)
{
	return report_output_close(&output->report);
}
