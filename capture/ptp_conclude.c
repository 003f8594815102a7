/* SPDX-License-Identifier: BSD-2-Clause */
/* What the run has found out so far, judged. */
#include "config.h"

#include <inttypes.h>

#include "clock.h"
#include "ptp_judge.h"
#include "ptp_live.h"
#include "ptp_options.h"
#include "ptp_run.h"
#include "verdict.h"

static void fill_tap(struct ptp_run *run)
{
	struct report_tap *tap = &run->tap;

	*tap = (struct report_tap){.frames = run->frames};
	if (run->live != NULL) {
		ptp_live_fill(run, tap);
	} else {
		sources_fill(&run->sources, tap);
	}
	if (tap->dropped + tap->residue + run->passed.cut_short > 0 || tap->truncated ||
	    run->is_gone) {
		tap->complete = REPORT_INCOMPLETE;
	} else if (tap->dropped_known) {
		tap->complete = REPORT_COMPLETE;
	}
}

static size_t fill_ports(struct ptp_run *run)
{
	size_t count = health_ports(run->health);

	count = count < HEALTH_PORTS ? count : HEALTH_PORTS;
	for (size_t i = 0; i < count; i++) {
		health_port(run->health, i, &run->port[i]);
	}
	return count;
}

static size_t fill_events(struct ptp_run *run)
{
	size_t count = health_events(run->health);

	count = count < HEALTH_EVENTS ? count : HEALTH_EVENTS;
	for (size_t i = 0; i < count; i++) {
		run->event[i] = health_event(run->health, i);
	}
	return count;
}

static size_t fill_series(struct ptp_run *run)
{
	size_t count = timing_count(run->timing);

	count = count < TIMING_SERIES ? count : TIMING_SERIES;
	for (size_t i = 0; i < count; i++) {
		timing_result(run->timing, i, &run->series[i]);
	}
	return count;
}

static void note(const struct ptp_run *run, const struct ptp_findings *findings,
		 struct report *report)
{
	const struct ptp_options *options = run->options;

	if (run->live == NULL && !run->tap.dropped_known) {
		report_note(report,
			    "nothing in the files tells how many frames their capture dropped: "
			    "what is absent may have passed all the same");
	}
	if (run->live != NULL && options->no_join) {
		report_note(report,
			    "no group was joined: a switch that snoops sends here only what "
			    "others asked for");
	}
	if (options->synchronised && run->live != NULL && !report->synchronised) {
		report_note(
			report,
			"this host's clock says that nothing disciplines it: --synchronised was "
			"believed all the same");
	}
	if (ptp_findings_events(findings) > findings->events) {
		report_note(report,
			    "the first %zu of %" PRIu64 " events are told of one by one; all are "
			    "counted, and judged",
			    findings->events, ptp_findings_events(findings));
	}
	if (run->passed.cut > 0) {
		report_note(report,
			    "the TLVs of %" PRIu64 " messages were cut off by the capture: a "
			    "profile's rules on them weren't judged there",
			    run->passed.cut);
	}
}

void ptp_conclude(struct ptp_run *run, struct ptp_findings *ret_findings,
		  struct verdict *ret_verdict, struct report *ret_report)
{
	const struct evidence *evidence = NULL;

	fill_tap(run);
	if (run->live != NULL) {
		evidence = collector_finish(&run->collector);
	}
	*ret_findings = (struct ptp_findings){
		.counts = health_counts(run->health),
		.ports = fill_ports(run),
		.port = run->port,
		.events = fill_events(run),
		.event = run->event,
		.series = fill_series(run),
		.timing = run->series,
		.untimed = timing_overflow(run->timing),
		.is_file = run->live == NULL,
		.resolution_ns = run->messages > 0 ? run->resolution_ns : 0,
		.profile = run->profile,
		.mask = run->mask != NULL ? run->options->mask : NULL,
		.joins = run->live != NULL && !run->options->no_join ? &run->join.joins : NULL,
		.tap = &run->tap,
		.passed = run->passed,
		.first_ns = run->first_ns,
		.own_drops = run->tap.dropped + run->tap.residue,
		.clock_steps = run->clockwatch.steps + run->timeline.steps,
		.link_downs = run->link.downs,
		.is_gone = run->is_gone,
	};
	ptp_judge(&run->options->limits, ret_findings, ret_verdict);
	*ret_report = run->report;
	if (ret_report->end_ns == 0) {
		ret_report->end_ns = clock_real_ns();
	}
	if (ret_findings->clock_steps > 0) {
		ret_report->took_ns = run->last_ns - run->began_ns;
	}
	ret_report->synchronised = run->live != NULL && clock_is_synchronised();
	ret_report->own_drops = ret_findings->own_drops;
	ret_report->verdict = ret_verdict;
	ret_report->limits_set = ptp_options_judge(run->options);
	ret_report->evidence = evidence;
	note(run, ret_findings, ret_report);
}
