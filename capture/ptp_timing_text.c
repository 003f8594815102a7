/* SPDX-License-Identifier: BSD-2-Clause */
/* The timing of the masters' Syncs for people. */
#include <inttypes.h>
#include <math.h>

#include "ptp_report.h"
#include "ptp_text.h"
#include "text.h"
#include "units.h"

enum { TAUS_SHOWN = 6 };

/* A time error or the like, which may be of any sign. */
static const char *value_text(double ns, char text[static UNITS_TEXT])
{
	if (!isfinite(ns) || fabs(ns) > 9e18) {
		return "?";
	}
	return units_duration_text((int64_t)llround(ns), text);
}

static void print_clock(const struct timing_series *series, FILE *out)
{
	char stray[UNITS_TEXT];

	if (series->synchronised && series->utc_offset_known) {
		char min[UNITS_TEXT], mean[UNITS_TEXT], max[UNITS_TEXT];

		fprintf(out,
			"  delay, the clocks being synchronised, the UTC offset %" PRId64
			" s: min %s, mean %s, max %s\n",
			series->utc_offset_s, units_duration_text(series->delay_min_ns, min),
			value_text(series->delay_mean_ns, mean),
			units_duration_text(series->delay_max_ns, max));
		return;
	}
	if (series->synchronised) {
		fputs("  the clocks are synchronised, but TAI - UTC isn't known, so that no delay is: "
		      "no valid one is announced, --utc-offset tells it\n",
		      out);
		return;
	}
	fputs("  the clocks aren't known to be synchronised (--synchronised says so): ", out);
	if (series->skew_removed) {
		fprintf(out,
			"skew removed, %" PRId64 " ppb (+-%" PRId64
			"), from which the least delay strays by %s\n",
			series->skew_ppb, series->skew_uncertainty_ppb,
			units_duration_text(series->skew_stray_ns, stray));
	} else {
		fputs("skew not removed: too short to tell it\n", out);
	}
}

/* What the curves are of: places a tau0 apart. */
static void print_places(const struct timing_series *series, FILE *out)
{
	char tau0[UNITS_TEXT];

	if (series->interpolated + series->breaks == 0) {
		return;
	}
	fprintf(out,
		"  %" PRIu64 " of %" PRIu64 " places, %s apart, have no Sync: they hold the one "
		"before, for MTIE, TDEV, MATIE and MAFE",
		series->interpolated, series->places, units_duration_text(series->tau0_ns, tau0));
	if (series->breaks > 0) {
		fprintf(out,
			", which began anew %" PRIu64 " time%s, after too long a silence or too "
			"long a step",
			series->breaks, series->breaks == 1 ? "" : "s");
	}
	fputc('\n', out);
}

static void print_pdv(const struct timing_series *series, FILE *out)
{
	char p50[UNITS_TEXT], p90[UNITS_TEXT], p99[UNITS_TEXT], p999[UNITS_TEXT], max[UNITS_TEXT];
	char mean[UNITS_TEXT], stddev[UNITS_TEXT], jitter[UNITS_TEXT];

	fprintf(out,
		"  PDV%s: p50 %s, p90 %s, p99 %s, p99.9 %s, max %s; mean %s, stddev %s; jitter %s\n",
		series->skew_removed ? ", skew removed" : "",
		units_duration_text(series->pdv_p50_ns, p50),
		units_duration_text(series->pdv_p90_ns, p90),
		units_duration_text(series->pdv_p99_ns, p99),
		units_duration_text(series->pdv_p999_ns, p999),
		units_duration_text(series->pdv_max_ns, max), value_text(series->pdv_mean_ns, mean),
		value_text(series->pdv_stddev_ns, stddev),
		units_duration_text(series->jitter_ns, jitter));
}

static void print_absence(const char *name, enum timing_absence absence, FILE *out)
{
	fprintf(out, "  %s: not known: %s\n", name, timing_absence_text(absence));
}

/* " of the least in the last 1000 s": what the delta is above; the run's least unless said. */
static void print_base(const struct timing_floor *floor, FILE *out)
{
	char text[UNITS_TEXT];

	if (floor->mode == FLOOR_FIXED) {
		fprintf(out, " of %s", units_duration_text(floor->fixed_ns, text));
	} else if (floor->mode == FLOOR_LAST) {
		fprintf(out, " of the least in the last %s",
			units_duration_text(floor->last_ns, text));
	}
}

static void print_floor(const struct timing_floor *floor, FILE *out)
{
	char delta[UNITS_TEXT], window[UNITS_TEXT], worst[TEXT_SHARE], mean[TEXT_SHARE];
	char nominal[TEXT_SHARE], when[PTP_TIME_TEXT];

	if (floor->absence != TIMING_KNOWN) {
		print_absence("floor packets (FPP, FPC, FPR)", floor->absence, out);
		return;
	}
	fprintf(out, "  floor packets within %s", units_duration_text(floor->delta_ns, delta));
	print_base(floor, out);
	fprintf(out,
		" in %s: worst FPP %s of those received (%s of those "
		"promised), FPC %" PRIu64 ", FPR %.3g/s, from %s; mean FPP %s; %" PRIu64
		" of %" PRIu64 " windows below 1 %%\n",
		units_duration_text(floor->window_ns, window), text_share(floor->worst_fpp, worst),
		text_share(floor->worst_fpp_nominal, nominal), floor->worst_fpc, floor->worst_fpr,
		ptp_time_text(floor->worst_at_ns, when), text_share(floor->mean_fpp, mean),
		floor->failed, floor->windows);
}

/* At intervals from the shortest to the longest. MAFE is a ratio. */
static void print_curve(const char *name, enum timing_absence absence,
			const struct timing_curve *curve, bool is_ratio, FILE *out)
{
	size_t shown = curve->count < TAUS_SHOWN ? curve->count : TAUS_SHOWN;
	char tau[UNITS_TEXT], value[UNITS_TEXT];

	if (absence != TIMING_KNOWN || curve->count == 0) {
		print_absence(name, absence != TIMING_KNOWN ? absence : TIMING_TOO_SHORT, out);
		return;
	}
	fprintf(out, "  %s:", name);
	for (size_t i = 0; i < shown; i++) {
		size_t at = shown > 1 ? i * (curve->count - 1) / (shown - 1) : 0;
		const struct timing_tau *point = &curve->at[at];

		units_duration_text(point->tau_ns, tau);
		if (is_ratio) {
			fprintf(out, "%s %.4g ppb in %s", i > 0 ? "," : "", point->value_ns, tau);
		} else {
			fprintf(out, "%s %s in %s", i > 0 ? "," : "",
				value_text(point->value_ns, value), tau);
		}
	}
	fputc('\n', out);
}

static void print_two_way(const struct timing_series *series, FILE *out)
{
	char min[UNITS_TEXT], mean[UNITS_TEXT], max[UNITS_TEXT];

	if (series->two_way_absence != TIMING_KNOWN) {
		print_absence("two-way time error", series->two_way_absence, out);
		return;
	}
	fprintf(out,
		"  two-way time error (pktSelected2wayTE): %s to %s, mean %s, %" PRIu64
		" windows\n",
		value_text(series->two_way_min_ns, min), value_text(series->two_way_max_ns, max),
		value_text(series->two_way_mean_ns, mean), series->two_way_windows);
}

static void print_mask(const struct ptp_findings *result, const struct timing_series *series,
		       FILE *out)
{
	static const char *const verdict[] = {
		[TIMING_PASS] = "kept",
		[TIMING_FAIL] = "BROKEN",
		[TIMING_INCONCLUSIVE] = "not known",
	};

	if (result->mask == NULL) {
		return;
	}
	fputs("  mask ", out);
	text_print(result->mask, out);
	fprintf(out, ": %s", verdict[series->mask.verdict]);
	if (series->mask.reason[0] != '\0') {
		fputs(": ", out);
		text_print(series->mask.reason, out);
	}
	fputc('\n', out);
}

static void print_series(const struct ptp_findings *result, const struct timing_series *series,
			 FILE *out)
{
	static const char *const stamp[STAMP_KINDS] = {
		[STAMP_USER] = "user",
		[STAMP_SOFTWARE] = "software",
		[STAMP_HARDWARE] = "hardware",
	};
	bool is_removed = series->skew_removed;
	char name[PTP_PORT_TEXT], took[UNITS_TEXT], peer[ENDPOINT_ADDRESS_TEXT] = "";

	if (series->is_unicast) {
		endpoint_address_text(&series->peer, peer);
	}
	fprintf(out, "timing of domain %u, %s%s%s: %" PRIu64 " Syncs in %s",
		(unsigned int)series->domain, ptp_port_text(&series->master, name),
		series->is_unicast ? " to " : "", peer, series->count,
		units_duration_text(series->last_ns - series->first_ns, took));
	if (result->is_file) {
		fputs(", stamps of the capture", out);
	}
	for (int kind = 0; kind < STAMP_KINDS && !result->is_file; kind++) {
		if (series->stamps[kind] > 0) {
			fprintf(out, ", %s stamps", stamp[kind]);
		}
	}
	if (series->splits > 0) {
		fprintf(out, ", began anew %" PRIu64 " time%s as a clock was stepped",
			series->splits, series->splits == 1 ? "" : "s");
	}
	if (series->unpaired > 0) {
		fprintf(out, ", %" PRIu64 " without their Follow_Up", series->unpaired);
	}
	if (series->evicted > 0) {
		fprintf(out, ", %" PRIu64 " without theirs before 4096 other Syncs came",
			series->evicted);
	}
	if (series->rejected > 0) {
		fprintf(out, ", %" PRIu64 " impossible", series->rejected);
	}
	fputc('\n', out);
	if (series->count < 2) {
		fputs("  too few to say anything\n", out);
	} else {
		print_clock(series, out);
		print_pdv(series, out);
		print_floor(&series->floor, out);
		print_places(series, out);
		print_curve(is_removed ? "MTIE, skew removed" : "MTIE", series->mtie_absence,
			    &series->mtie, false, out);
		print_curve("TDEV", series->tdev_absence, &series->tdev, false, out);
		print_curve(is_removed ? "MATIE, skew removed" : "MATIE", series->matie_absence,
			    &series->matie, false, out);
		print_curve(is_removed ? "MAFE, skew removed" : "MAFE", series->matie_absence,
			    &series->mafe, true, out);
		print_two_way(series, out);
	}
	print_mask(result, series, out);
}

void ptp_timing_text(const struct ptp_findings *result, FILE *out)
{
	for (size_t i = 0; i < result->series; i++) {
		print_series(result, &result->timing[i], out);
	}
	if (result->resolution_ns > 1 && result->series > 0) {
		char text[UNITS_TEXT];

		fprintf(out, "  the stamps are of %s: what is finer is not known\n",
			units_duration_text(result->resolution_ns, text));
	}
}
