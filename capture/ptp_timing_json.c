/* SPDX-License-Identifier: BSD-2-Clause */
/* The timing of the masters' Syncs as members of a report: null with a reason where it isn't known.
 */
#include <math.h>

#include "ptp_json.h"
#include "ptp_report.h"
#include "put.h"

static json_t *real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static int put_absence(json_t *object, enum timing_absence absence)
{
	return put_text(object, "unknown",
			absence == TIMING_KNOWN ? NULL : timing_absence_text(absence));
}

static json_t *stamps_json(const struct ptp_findings *result, const struct timing_series *series)
{
	json_t *object;
	int failed = 0;

	if (result->is_file) {
		return json_null();
	}
	object = json_object();
	failed |= put_count(object, "hardware", series->stamps[STAMP_HARDWARE]);
	failed |= put_count(object, "software", series->stamps[STAMP_SOFTWARE]);
	failed |= put_count(object, "user", series->stamps[STAMP_USER]);
	return put_whole(object, failed);
}

static json_t *delay_json(const struct timing_series *series)
{
	json_t *object;
	int failed = 0;

	if (!series->synchronised || !series->utc_offset_known || series->count == 0) {
		return json_null();
	}
	object = json_object();
	failed |= put_ns(object, "min_ns", series->delay_min_ns);
	failed |= put(object, "mean_ns", real(series->delay_mean_ns));
	failed |= put_ns(object, "max_ns", series->delay_max_ns);
	return put_whole(object, failed);
}

static json_t *pdv_json(const struct timing_series *series)
{
	json_t *object;
	int failed = 0;

	if (series->count < 2) {
		return json_null();
	}
	object = json_object();
	failed |= put(object, "skew_removed", json_boolean(series->skew_removed));
	failed |= put_ns(object, "p50_ns", series->pdv_p50_ns);
	failed |= put_ns(object, "p90_ns", series->pdv_p90_ns);
	failed |= put_ns(object, "p99_ns", series->pdv_p99_ns);
	failed |= put_ns(object, "p999_ns", series->pdv_p999_ns);
	failed |= put_ns(object, "max_ns", series->pdv_max_ns);
	failed |= put(object, "mean_ns", real(series->pdv_mean_ns));
	failed |= put(object, "stddev_ns", real(series->pdv_stddev_ns));
	return put_whole(object, failed);
}

static json_t *floor_json(const struct timing_floor *floor)
{
	static const char *const mode[] = {
		[FLOOR_SESSION] = "session",
		[FLOOR_FIXED] = "fixed",
		[FLOOR_LAST] = "last",
	};
	bool known = floor->absence == TIMING_KNOWN;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_absence(object, floor->absence);
	failed |= put_text(object, "mode", mode[floor->mode]);
	failed |= put_ns_if(object, "fixed_ns", floor->mode == FLOOR_FIXED, floor->fixed_ns);
	failed |= put_ns_if(object, "last_ns", floor->mode == FLOOR_LAST, floor->last_ns);
	failed |= put_ns(object, "delta_ns", floor->delta_ns);
	failed |= put_ns(object, "window_ns", floor->window_ns);
	failed |= put_count(object, "windows", floor->windows);
	failed |= put_count(object, "failed", floor->failed);
	failed |= put(object, "worst_fpp", known ? real(floor->worst_fpp) : json_null());
	failed |= put(object, "mean_fpp", known ? real(floor->mean_fpp) : json_null());
	failed |= put(object, "worst_fpp_nominal",
		      known ? real(floor->worst_fpp_nominal) : json_null());
	failed |= put(object, "worst_fpc", known ? put_count_value(floor->worst_fpc) : json_null());
	failed |= put(object, "worst_fpr", known ? real(floor->worst_fpr) : json_null());
	failed |= put_ns_if(object, "worst_at_ns", known, floor->worst_at_ns);
	return put_whole(object, failed);
}

/* {"unknown": null, "at": [{"tau_ns": …, VALUE: …}]} */
static json_t *curve_json(enum timing_absence absence, const struct timing_curve *curve,
			  const char *value, bool is_skew_removed)
{
	json_t *object = json_object(), *points = json_array();
	int failed = 0;

	for (size_t i = 0; absence == TIMING_KNOWN && i < curve->count; i++) {
		json_t *point = json_object();
		int broken = 0;

		broken |= put_ns(point, "tau_ns", curve->at[i].tau_ns);
		broken |= put(point, value, real(curve->at[i].value_ns));
		failed |= json_array_append_new(points, put_whole(point, broken));
	}
	failed |= put_absence(object, absence);
	failed |= put(object, "skew_removed", json_boolean(is_skew_removed));
	failed |= put(object, "at", points);
	return put_whole(object, failed);
}

static json_t *two_way_json(const struct timing_series *series)
{
	bool known = series->two_way_absence == TIMING_KNOWN;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_absence(object, series->two_way_absence);
	failed |= put_count(object, "windows", series->two_way_windows);
	failed |= put(object, "min_ns", known ? real(series->two_way_min_ns) : json_null());
	failed |= put(object, "mean_ns", known ? real(series->two_way_mean_ns) : json_null());
	failed |= put(object, "max_ns", known ? real(series->two_way_max_ns) : json_null());
	return put_whole(object, failed);
}

static json_t *mask_json(const struct ptp_findings *result, const struct timing_series *series)
{
	static const char *const verdict[] = {
		[TIMING_PASS] = "pass",
		[TIMING_FAIL] = "fail",
		[TIMING_INCONCLUSIVE] = "inconclusive",
	};
	json_t *object;
	int failed = 0;

	if (result->mask == NULL) {
		return json_null();
	}
	object = json_object();
	failed |= put_text(object, "name", result->mask);
	failed |= put_text(object, "result", verdict[series->mask.verdict]);
	failed |= put_text(object, "reason", series->mask.reason);
	return put_whole(object, failed);
}

json_t *ptp_series_json(const struct ptp_findings *result, size_t index)
{
	const struct timing_series *series = &result->timing[index];
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "domain", series->domain);
	failed |= put_count(object, "sdo_id", series->sdo_id);
	failed |= ptp_put_port(object, "port_identity", &series->master);
	failed |= ptp_put_peer(object, series->is_unicast ? &series->peer : NULL);
	failed |= put_count(object, "samples", series->count);
	failed |= put_count(object, "rejected", series->rejected);
	failed |= put_count(object, "unpaired", series->unpaired);
	failed |= put_count(object, "evicted", series->evicted);
	failed |= put_count(object, "splits", series->splits);
	failed |= put_count(object, "places", series->places);
	failed |= put_count(object, "interpolated", series->interpolated);
	failed |= put_count(object, "breaks", series->breaks);
	failed |= put_ns_if(object, "tau0_ns", series->tau0_ns > 0, series->tau0_ns);
	failed |= put_ns_if(object, "utc_offset_s", series->utc_offset_known, series->utc_offset_s);
	failed |= put(object, "stamps", stamps_json(result, series));
	failed |= put_ns(object, "resolution_ns", result->resolution_ns);
	failed |= put_ns(object, "first_ns", series->first_ns);
	failed |= put_ns(object, "last_ns", series->last_ns);
	failed |=
		put_text(object, "clock", series->synchronised ? "synchronised" : "unsynchronised");
	failed |= put(object, "skew_removed", json_boolean(series->skew_removed));
	failed |= put_ns_if(object, "skew_ppb", series->skew_known, series->skew_ppb);
	failed |= put_ns_if(object, "skew_uncertainty_ppb", series->skew_known,
			    series->skew_uncertainty_ppb);
	failed |= put_ns_if(object, "skew_stray_ns", series->skew_removed, series->skew_stray_ns);
	failed |= put(object, "delay", delay_json(series));
	failed |= put(object, "pdv", pdv_json(series));
	failed |= put_ns_if(object, "jitter_ns", series->count > 1, series->jitter_ns);
	failed |= put(object, "floor", floor_json(&series->floor));
	failed |= put(
		object, "mtie",
		curve_json(series->mtie_absence, &series->mtie, "value_ns", series->skew_removed));
	failed |= put(object, "tdev",
		      curve_json(series->tdev_absence, &series->tdev, "value_ns", false));
	failed |= put(object, "matie",
		      curve_json(series->matie_absence, &series->matie, "value_ns",
				 series->skew_removed));
	failed |= put(object, "mafe",
		      curve_json(series->matie_absence, &series->mafe, "value_ppb",
				 series->skew_removed));
	failed |= put(object, "two_way", two_way_json(series));
	failed |= put(object, "mask", mask_json(result, series));
	return put_whole(object, failed);
}
