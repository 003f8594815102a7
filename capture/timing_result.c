/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "mask.h"
#include "timing_parts.h"

#define SECOND_NS INT64_C(1000000000)
/* Of the cluster's width: by so much a line may have been wrong. */
#define FLOOR_SHARE 0.2

static int64_t at_most(int64_t value_ns, int64_t limit_ns)
{
	return value_ns < limit_ns ? value_ns : limit_ns;
}

/* Above the skew line as it was known when a sample came; the highest, above the final one. */
static void put_detrended(const struct delay *delay, int64_t max_ns, struct timing_series *series)
{
	const struct hist *hist = &delay->detrended;
	double sum_ns = 0, squares = 0, total = (double)hist->total;

	for (unsigned int i = 0; i < HIST_BINS; i++) {
		double middle_ns = ((double)hist_bin_low_ns(i) + (double)hist_bin_high_ns(i)) / 2;

		sum_ns += middle_ns * (double)hist_count(hist, i);
	}
	for (unsigned int i = 0; i < HIST_BINS; i++) {
		double off_ns = ((double)hist_bin_low_ns(i) + (double)hist_bin_high_ns(i)) / 2 -
				sum_ns / total;

		squares += off_ns * off_ns * (double)hist_count(hist, i);
	}
	series->pdv_p50_ns = at_most(hist_quantile_ns(hist, 0.5), max_ns);
	series->pdv_p90_ns = at_most(hist_quantile_ns(hist, 0.9), max_ns);
	series->pdv_p99_ns = at_most(hist_quantile_ns(hist, 0.99), max_ns);
	series->pdv_p999_ns = at_most(hist_quantile_ns(hist, 0.999), max_ns);
	series->pdv_max_ns = max_ns;
	series->pdv_mean_ns = sum_ns / total;
	series->pdv_stddev_ns = sqrt(squares / total);
}

static void put_spread(const struct spread *spread, struct timing_series *series)
{
	series->pdv_p50_ns = spread_quantile_ns(spread, 0.5);
	series->pdv_p90_ns = spread_quantile_ns(spread, 0.9);
	series->pdv_p99_ns = spread_quantile_ns(spread, 0.99);
	series->pdv_p999_ns = spread_quantile_ns(spread, 0.999);
	series->pdv_max_ns = spread->count > 0 ? spread->max_ns - spread->min_ns : 0;
	series->pdv_mean_ns = spread_mean_ns(spread);
	series->pdv_stddev_ns = spread_stddev_ns(spread);
}

static void put_delay(const struct master *master, struct timing_series *series)
{
	const struct delay *delay = &master->delay;
	struct delay_skew skew;
	struct skew_line line;

	series->jitter_ns = delay->jitter_x16_ns >> 4;
	if (timing_skew_of(master, &skew)) {
		series->skew_known = true;
		series->skew_ppb = skew.ppb;
		series->skew_uncertainty_ppb = skew.uncertainty_ppb;
	}
	series->skew_removed = !series->synchronised && series->skew_known;
	if (series->skew_removed && skew_line(&delay->skew, &line)) {
		put_detrended(delay, band_max_ns(&master->band, &line), series);
		series->skew_stray_ns = band_stray_ns(&master->band, &line);
	} else {
		put_spread(&delay->spread, series);
	}
	if (series->synchronised && series->utc_offset_known && delay->spread.count > 0) {
		int64_t base_ns;

		if (__builtin_add_overflow(delay->first_ns, series->utc_offset_s * SECOND_NS,
					   &base_ns) ||
		    __builtin_add_overflow(base_ns, delay->spread.min_ns, &series->delay_min_ns) ||
		    __builtin_add_overflow(base_ns, delay->spread.max_ns, &series->delay_max_ns)) {
			series->utc_offset_known =
				false; /* a stranger's stamps: nothing absolute */
			return;
		}
		series->delay_mean_ns =
			(double)series->delay_min_ns + spread_mean_ns(&delay->spread);
	}
}

static enum timing_absence lacks_absolute_time(const struct timing_series *series)
{
	return !series->synchronised       ? TIMING_UNSYNCHRONISED
	       : !series->utc_offset_known ? TIMING_UTC_OFFSET
					   : TIMING_KNOWN;
}

/* The floor of all that came, above the final skew line. */
static enum timing_absence find_floor(struct timing *timing, const struct master *master,
				      const struct timing_series *series,
				      struct floor_result *ret_result)
{
	const struct floor *floor = master->floor;
	struct skew_line line;

	if (master->hold != NULL) {
		if (!skew_line(&master->delay.skew, &line)) {
			return TIMING_TOO_SHORT;
		}
		floor_copy(timing->scratch_floor, master->floor);
		floor_hold_pour(master->hold, &line, timing->scratch_floor);
		floor = timing->scratch_floor;
	}
	if (!floor_result(floor, ret_result)) {
		return TIMING_TOO_SHORT;
	}
	if (master->hold != NULL && !series->skew_known) {
		return TIMING_SKEW;
	}
	return master->hold != NULL && (double)floor_hold_off_ns(master->hold, &line) >
					       FLOOR_SHARE * (double)timing->config.floor_delta_ns
		       ? TIMING_SKEW_UNCERTAIN
		       : TIMING_KNOWN;
}

static void put_floor(struct timing *timing, const struct master *master,
		      struct timing_series *series)
{
	const struct timing_config *config = &timing->config;
	struct timing_floor *floor = &series->floor;
	double interval_ns = (double)series->advertised_ns, window_s;
	struct floor_result result;

	floor->delta_ns = config->floor_delta_ns;
	floor->window_ns = config->floor_window_ns;
	floor->mode = config->floor_mode;
	floor->fixed_ns = config->floor_fixed_ns;
	floor->last_ns = config->floor_last_ns;
	if (config->floor_mode == FLOOR_FIXED) {
		floor->absence = lacks_absolute_time(series);
		if (floor->absence != TIMING_KNOWN) {
			return;
		}
	}
	if (config->resolution_ns * 2 > config->floor_delta_ns) {
		floor->absence = TIMING_TOO_COARSE;
		return;
	}
	floor->absence = find_floor(timing, master, series, &result);
	if (floor->absence != TIMING_KNOWN) {
		return;
	}
	window_s = (double)config->floor_window_ns / (double)SECOND_NS;
	floor->windows = result.windows;
	floor->failed = result.failed;
	floor->worst_fpp = result.worst_fpp;
	floor->mean_fpp = result.mean_fpp;
	floor->worst_fpc = result.worst_fpc;
	floor->worst_at_ns = master->first_ns + result.worst_at_ns;
	floor->worst_fpr = (double)result.worst_fpc / window_s;
	if (interval_ns <= 0) {
		interval_ns = (double)series->tau0_ns;
	}
	if (interval_ns > 0) {
		floor->worst_fpp_nominal = floor->worst_fpr * interval_ns / (double)SECOND_NS;
	}
}

static void put_two_way(const struct timing *timing, const struct master *master,
			struct timing_series *series)
{
	const struct twoway *twoway = &master->twoway;
	double offset_ns = (double)series->utc_offset_s * (double)SECOND_NS, most_ns;

	series->two_way_forward = twoway->packets[TWOWAY_FORWARD];
	series->two_way_reverse = twoway->packets[TWOWAY_REVERSE];
	series->two_way_absence = lacks_absolute_time(series);
	if (series->two_way_absence != TIMING_KNOWN) {
		return;
	}
	if (twoway->packets[TWOWAY_REVERSE] == 0) {
		series->two_way_absence = TIMING_ONE_WAY;
		return;
	}
	if (twoway->windows == 0) {
		series->two_way_absence = TIMING_TOO_SHORT;
		return;
	}
	most_ns = fmax(fabs(twoway->min_ns + offset_ns), fabs(twoway->max_ns + offset_ns));
	if (timing->config.resolution_ns > 1 && most_ns < (double)timing->config.resolution_ns) {
		series->two_way_absence = TIMING_TOO_COARSE;
		return;
	}
	series->two_way_windows = twoway->windows;
	series->two_way_min_ns = twoway->min_ns + offset_ns;
	series->two_way_max_ns = twoway->max_ns + offset_ns;
	series->two_way_mean_ns = twoway->sum_ns / (double)twoway->windows + offset_ns;
}

void timing_result(struct timing *timing, size_t index, struct timing_series *ret_series)
{
	const struct master *master = timing->master[index];
	struct timing_series *series = ret_series;
	struct stability_skew skew = timing_skew(timing, master);

	*series = (struct timing_series){
		.domain = master->key.domain,
		.sdo_id = master->key.sdo_id,
		.master = master->key.port,
		.is_unicast = master->is_unicast,
		.peer = master->peer,
		.count = master->delay.spread.count,
		.rejected = master->delay.rejected + master->pairs.rejected + master->out_of_range,
		.unpaired = master->pairs.unpaired +
			    timing_pairs_overdue(&master->pairs, master->last_mono_ns),
		.evicted = master->pairs.evicted,
		.first_ns = master->first_ns,
		.last_ns = master->last_ns,
		.splits = master->splits,
		.synchronised = timing->config.synchronised,
		.advertised_ns = master->advertised_ns,
		.places = master->stability.places,
		.interpolated = master->stability.interpolated,
		.breaks = master->stability.breaks,
		.tau0_ns = llround(fmin(stability_tau0_ns(&master->stability), 0x1p62)),
	};
	memcpy(series->stamps, master->stamps, sizeof(series->stamps));
	series->utc_offset_known = timing_utc_offset(timing, &master->key, &series->utc_offset_s);
	put_delay(master, series);
	put_floor(timing, master, series);
	stability_result(&master->stability, &skew, timing->config.resolution_ns, timing->scratch,
			 series);
	put_two_way(timing, master, series);
	if (timing->config.mask != NULL) {
		mask_judge(timing->config.mask, series, timing->config.resolution_ns,
			   &series->mask);
	}
}

const char *timing_absence_text(enum timing_absence absence)
{
	static const char *const text[TIMING_ABSENCES] = {
		[TIMING_KNOWN] = "known",
		[TIMING_TOO_SHORT] = "too short",
		[TIMING_UNSYNCHRONISED] = "the clocks are not synchronised",
		[TIMING_UTC_OFFSET] = "the UTC offset isn't known: --utc-offset",
		[TIMING_SKEW] = "the clocks' skew can't be told: too short",
		[TIMING_ONE_WAY] = "only one direction was seen",
		[TIMING_TOO_COARSE] = "the time stamps are too coarse",
		[TIMING_SKEW_UNCERTAIN] = "the clocks' skew is too uncertain",
		[TIMING_TOO_MANY_LOST] = "too many samples are missing",
	};

	return text[absence];
}
