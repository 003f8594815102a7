/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a Sync whose departure is known. */
#include "sighting.h"
#include "timing_parts.h"

#define SECOND_NS INT64_C(1000000000)

/* The first sample's widened sequenceId: late ones may lie before it. */
#define FIRST_SEQ (UINT64_C(1) << 32)

/* A series begins anew; what is known of the master remains. */
static void begin_anew(struct master *master)
{
	uint64_t breaks = master->stability.breaks;

	stability_clear(&master->stability);
	master->stability.breaks = breaks;
	master->band = (struct band){0};
	twoway_clear(&master->twoway);
	floor_clear(master->floor);
	if (master->hold != NULL) {
		floor_hold_clear(master->hold);
	}
	master->is_floor_absolute = false;
}

void timing_split_master(struct master *master)
{
	delay_split(&master->delay);
	begin_anew(master);
	master->splits++;
}

/* What came before there was a line is above the first one: delay.h leaves it out. */
static void catch_up(struct master *master)
{
	struct delay *delay = &master->delay;

	if (master->band.per_stretch != 1) {
		return;
	}
	for (uint32_t i = 0; i < master->band.stretches; i++) {
		const struct skew_point *point = &master->band.stretch[i].low;
		int64_t above_ns = point->delay_ns - skew_line_delay_ns(&delay->line, point->at_ns);

		hist_add(&delay->detrended, above_ns > 0 ? above_ns : 0);
	}
}

static void feed_band(struct master *master, const struct skew_point *point)
{
	const struct delay *delay = &master->delay;

	if (!delay->has_line) {
		band_add(&master->band, point, point->delay_ns, NULL);
		return;
	}
	if (delay->detrended.total == 1) {
		catch_up(master);
	}
	band_add(&master->band, point,
		 point->delay_ns - skew_line_delay_ns(&delay->line, point->at_ns), &delay->line);
}

static void feed_floor(struct timing *timing, struct master *master,
		       const struct timing_sample *sample, int64_t delay_ns)
{
	const struct delay *delay = &master->delay;
	int64_t relative_ns = delay_ns - delay->first_ns, offset_s;

	if (timing->config.floor_mode == FLOOR_FIXED) {
		/* before, there was no absolute delay to be compared */
		if (timing->config.synchronised &&
		    timing_utc_offset(timing, &master->key, &offset_s) &&
		    delay_ns < DELAY_IMPOSSIBLE_NS && delay_ns > -DELAY_IMPOSSIBLE_NS) {
			master->is_floor_absolute = true;
			floor_add(master->floor, sample->mono_ns - master->first_mono_ns,
				  delay_ns + offset_s * SECOND_NS);
		}
		return;
	}
	if (master->hold != NULL) {
		struct skew_point point = {
			.at_ns = sample->tx_ns - delay->first_tx_ns,
			.delay_ns = relative_ns,
		};

		floor_hold_add(master->hold, sample->mono_ns - master->first_mono_ns, &point,
			       delay->has_line ? &delay->line : NULL, master->floor);
		return;
	}
	floor_add(master->floor, sample->mono_ns - master->first_mono_ns, relative_ns);
}

static bool is_sane_time(int64_t mono_ns)
{
	return mono_ns > -(INT64_C(1) << 60) && mono_ns < INT64_C(1) << 61;
}

void timing_take(struct timing *timing, struct master *master, const struct timing_sample *sample)
{
	struct delay *delay = &master->delay;
	uint64_t rejected = delay->rejected, splits = delay->splits;
	struct stability_skew skew;
	int64_t delay_ns, ahead;

	master->has_taken = true;
	if (!is_sane_time(sample->mono_ns) ||
	    __builtin_sub_overflow(sample->rx_ns, sample->tx_ns, &delay_ns)) {
		master->out_of_range++;
		return;
	}
	ahead = (int16_t)(uint16_t)(sample->sequence_id - (uint16_t)master->seq);
	if (delay->spread.count == 0) {
		master->seq = FIRST_SEQ + sample->sequence_id;
		ahead = 0;
	}
	delay_add(delay, master->seq + (uint64_t)ahead, sample->rx_ns, sample->tx_ns,
		  sample->mono_ns);
	delay_flush(delay, INT64_MAX);
	if (delay->splits != splits) {
		begin_anew(master);
		master->splits++;
	} else if (delay->rejected != rejected) {
		return;
	}
	if (ahead > 0) {
		master->seq += (uint64_t)ahead;
	}
	if (delay->spread.count == 1) {
		master->first_ns = sample->rx_ns;
		master->first_mono_ns = sample->mono_ns;
	}
	master->last_ns = sample->rx_ns;
	master->last_mono_ns = sample->mono_ns;
	master->stamps[sample->stamp]++;
	if (!timing->config.synchronised) {
		feed_band(master, &(struct skew_point){
					  .at_ns = sample->tx_ns - delay->first_tx_ns,
					  .delay_ns = delay_ns - delay->first_ns,
				  });
	}
	skew = (struct stability_skew){.is_removed = !timing->config.synchronised};
	if (skew.is_removed && delay->has_line) {
		skew.is_known = true;
		skew.slope = delay->line.slope;
	}
	stability_add(&master->stability, sample->sequence_id, sample->mono_ns,
		      delay_ns - delay->first_ns, master->advertised_ns, &skew);
	feed_floor(timing, master, sample, delay_ns);
	if (timing->config.synchronised && delay_ns < DELAY_IMPOSSIBLE_NS &&
	    delay_ns > -DELAY_IMPOSSIBLE_NS) {
		twoway_add(&master->twoway, TWOWAY_FORWARD, sample->mono_ns, delay_ns);
	}
}
