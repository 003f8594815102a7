/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_judge_timing.h"

#include <inttypes.h>
#include <stdio.h>

#include "ptp_findings.h"
#include "ptp_limits.h"
#include "report.h"
#include "text.h"
#include "verdict.h"

enum { WHERE = 112 };

static const char *series_of(const struct timing_series *series, char text[static WHERE])
{
	char name[PTP_PORT_TEXT], peer[ENDPOINT_ADDRESS_TEXT] = "";

	if (series->is_unicast) {
		endpoint_address_text(&series->peer, peer);
	}
	snprintf(text, WHERE, "domain %u, %s%s%s", (unsigned int)series->domain,
		 ptp_port_text(&series->master, name), series->is_unicast ? " to " : "", peer);
	return text;
}

static int64_t pdv_of(const struct timing_series *series, double quantile)
{
	return quantile < 0.6     ? series->pdv_p50_ns
	       : quantile < 0.95  ? series->pdv_p90_ns
	       : quantile < 0.995 ? series->pdv_p99_ns
	       : quantile < 1     ? series->pdv_p999_ns
				  : series->pdv_max_ns;
}

void ptp_judge_pdv(const struct ptp_limit *limit, const struct ptp_findings *result,
		   struct verdict *fails, struct verdict *unknowns)
{
	char where[WHERE], name[32] = "max", value[UNITS_TEXT], most[UNITS_TEXT];

	if (limit->quantile < 1) {
		snprintf(name, sizeof(name), "p%.9g", limit->quantile * 100);
	}
	units_duration_text(limit->duration_ns, most);
	for (size_t i = 0; i < result->series; i++) {
		const struct timing_series *series = &result->timing[i];
		int64_t pdv_ns = pdv_of(series, limit->quantile);
		bool is_clock = !series->synchronised && !series->skew_removed;
		bool is_stray = series->skew_removed &&
				pdv_ns - limit->duration_ns <= 2 * series->skew_stray_ns;

		if (series->count < 2) {
			continue;
		}
		if (pdv_ns > limit->duration_ns) {
			verdict_reason(is_clock || is_stray ? unknowns : fails,
				       "%s: the delay variation of its Syncs at %s is %s, limit "
				       "%s%s",
				       series_of(series, where), name,
				       units_duration_text(pdv_ns, value), most,
				       is_clock ? ": the clocks' drift couldn't be removed from it"
				       : is_stray ? ": but the least delay strays from the clocks' "
						    "skew, and that may be theirs, too"
						  : "");
		}
	}
	if (result->series == 0) {
		verdict_reason(unknowns,
			       "no master's Syncs could be timed, so that their delay variation "
			       "isn't known");
	} else if (result->resolution_ns > limit->duration_ns) {
		verdict_reason(unknowns, "the stamps are of %s, too coarse for a limit of %s",
			       units_duration_text(result->resolution_ns, value), most);
	}
}

void ptp_judge_mask(const struct ptp_findings *result, struct verdict *fails,
		    struct verdict *unknowns)
{
	char where[WHERE];

	for (size_t i = 0; i < result->series; i++) {
		const struct timing_series *series = &result->timing[i];

		if (series->mask.verdict != TIMING_PASS) {
			verdict_reason(series->mask.verdict == TIMING_FAIL ? fails : unknowns,
				       "%s: mask %s: %s", series_of(series, where), result->mask,
				       series->mask.reason);
		}
	}
	if (result->series == 0) {
		verdict_reason(unknowns, "mask %s: no master's Syncs could be timed", result->mask);
	}
}

/* Syncs that are in no figure: any of them could be the one that breaks a limit. */
static void doubt_untimed(const struct timing_series *series, struct verdict *unknowns)
{
	uint64_t untimed = series->unpaired + series->evicted, syncs = series->count + untimed;
	char where[WHERE];

	if (series->rejected > 0) {
		verdict_reason(unknowns,
			       "%s: %" PRIu64 " of its Syncs tell%s a time or a correction that "
			       "can't be: those weren't timed",
			       series_of(series, where), series->rejected,
			       series->rejected == 1 ? "s" : "");
	}
	if (series->count < 2) {
		verdict_reason(unknowns, "%s: its Syncs couldn't be timed%s",
			       series_of(series, where),
			       untimed > 0 ? ": their Follow_Ups are missing" : "");
	} else if ((double)untimed > TIMING_INTERPOLATED * (double)syncs) {
		verdict_reason(unknowns,
			       "%s: %" PRIu64 " of its %" PRIu64
			       " Syncs couldn't be timed: their Follow_Ups are missing",
			       series_of(series, where), untimed, syncs);
	}
}

void ptp_doubt_timing(const struct ptp_findings *result, struct verdict *unknowns)
{
	if (result->clock_steps > 0) {
		verdict_reason(unknowns,
			       "the clock was stepped %" PRIu64 " time%s: timing is known in parts",
			       result->clock_steps, result->clock_steps == 1 ? "" : "s");
	}
	for (size_t i = 0; i < result->series; i++) {
		const struct timing_series *series = &result->timing[i];
		char where[WHERE];

		doubt_untimed(series, unknowns);
		/* beyond the steps of the stamps' clock, which were told above */
		if (series->splits > result->clock_steps) {
			verdict_reason(
				unknowns,
				"%s: its time was stepped, and the timing began anew %" PRIu64
				" time%s: it is known in parts",
				series_of(series, where), series->splits,
				series->splits == 1 ? "" : "s");
		}
	}
	if (result->untimed > 0) {
		verdict_reason(unknowns,
			       "%" PRIu64
			       " Syncs were of more than %d masters: those weren't timed",
			       result->untimed, TIMING_SERIES);
	}
}
