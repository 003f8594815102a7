/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Fewer samples above the skew line say nothing. */
#define DETRENDED_LEAST 100

static double share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

static void snap_books(const struct flow *flow, struct flow_snapshot *snapshot)
{
	const struct sequence *sequence = &flow->sequence;
	struct flow_counts *counts = &snapshot->counts;

	*counts = flow_count(flow);
	assert(counts->received == counts->unique + counts->duplicate + counts->late);
	snapshot->first_seq = sequence->first_seq;
	snapshot->last_seq = sequence->last_seq;
	snapshot->missed_before_join = sequence->missed_before_join;
	snapshot->pending = sequence_pending(sequence);
	snapshot->outliers = sequence->outliers + sequence->held.count;
	snapshot->jumps = sequence->jumps;
	snapshot->skipped = sequence->skipped;
	snapshot->gaps_merged = sequence->gaps.merges;
	snapshot->sent_known = sequence->tail_settled;
	if (snapshot->sent_known) {
		snapshot->sent =
			sequence->end_seq - sequence->missed_before_join - sequence->skipped;
		assert(snapshot->sent == counts->unique + counts->lost);
	}
}

static void snap_patterns(const struct flow *flow, struct flow_snapshot *snapshot)
{
	const struct sequence *sequence = &flow->sequence;
	uint64_t at_least = 0;

	snapshot->loss_ratio = share(sequence->lost, sequence->unique + sequence->lost);
	snapshot->loss_periods = sequence->losspat.periods;
	snapshot->longest_loss_period = sequence->losspat.longest;
	snapshot->longest_outage_ns = flow->longest_outage_ns;
	if (snapshot->state == FLOW_SILENT && !flow->frozen &&
	    snapshot->silence_ns - flow->period_ns > flow->longest_outage_ns) {
		snapshot->longest_outage_ns = snapshot->silence_ns - flow->period_ns;
	}
	snapshot->noticeable_rate = losspat_noticeable_rate(&sequence->losspat);
	snapshot->losspat = &sequence->losspat;
	snapshot->missing = &sequence->missing;
	snapshot->reorder_ratio = share(sequence->reordered, sequence->unique);
	snapshot->duplicate_ratio = share(sequence->duplicate, sequence->unique);
	snapshot->replicated = sequence->replicated;
	snapshot->replicated_ratio = share(sequence->replicated, sequence->unique);
	snapshot->max_extent = sequence->max_extent;
	snapshot->mean_extent = share(sequence->extent_sum, sequence->reordered);
	snapshot->max_late_ns = sequence->max_late_ns;
	snapshot->buffer_depth = sequence->buffer_depth;
	for (unsigned int n = SEQUENCE_RECENT; n > 0; n--) {
		at_least += sequence->n_reordered[n];
		snapshot->n_reordered[n] = at_least;
	}
	snapshot->n_reordered[0] = at_least + sequence->n_reordered[0];
}

static struct quantiles spread_quantiles(const struct spread *spread)
{
	return (struct quantiles){
		.p50_ns = spread_quantile_ns(spread, 0.5),
		.p90_ns = spread_quantile_ns(spread, 0.9),
		.p99_ns = spread_quantile_ns(spread, 0.99),
		.p999_ns = spread_quantile_ns(spread, 0.999),
	};
}

/* A bin's midpoint may lie beyond the largest value. */
static int64_t at_most(int64_t value_ns, int64_t max_ns)
{
	return value_ns < max_ns ? value_ns : max_ns;
}

static void snap_delay(const struct flow *flow, struct flow_snapshot *snapshot)
{
	const struct delay *delay = &flow->delay;
	const struct spread *spread = &delay->spread;

	snapshot->delay_count = spread->count;
	snapshot->rejected = delay->rejected;
	snapshot->splits = delay->splits;
	snapshot->sender_synchronised =
		flow->synchronised > 0 && flow->synchronised == flow->sequence.unique;
	memcpy(snapshot->tx_stamps, delay->stamps, sizeof(snapshot->tx_stamps));
	memcpy(snapshot->rx_stamps, flow->rx_stamps, sizeof(snapshot->rx_stamps));
	snapshot->jitter_ns = delay->jitter_x16_ns >> 4;
	snapshot->spread = spread;
	if (spread->count == 0) {
		return;
	}
	snapshot->delay_min_ns = delay->first_ns + spread->min_ns;
	snapshot->delay_max_ns = delay->first_ns + spread->max_ns;
	snapshot->delay_mean_ns = (double)snapshot->delay_min_ns + spread_mean_ns(spread);
	snapshot->delay_stddev_ns = spread_stddev_ns(spread);
	snapshot->pdv = spread_quantiles(spread);
	snapshot->pdv_max_ns = spread->max_ns - spread->min_ns;
	snapshot->pdv_mean_ns = spread_mean_ns(spread);
}

static void snap_ipdv(const struct delay *delay, struct flow_snapshot *snapshot)
{
	int64_t max_ns =
		delay->ipdv_max_ns > -delay->ipdv_min_ns ? delay->ipdv_max_ns : -delay->ipdv_min_ns;

	snapshot->ipdv_count = delay->later.total + delay->earlier.total;
	if (snapshot->ipdv_count == 0) {
		return;
	}
	snapshot->ipdv_min_ns = delay->ipdv_min_ns;
	snapshot->ipdv_max_ns = delay->ipdv_max_ns;
	snapshot->ipdv_mean_ns = delay->ipdv_sum_ns / (double)snapshot->ipdv_count;
	snapshot->abs_ipdv_mean_ns = delay->ipdv_abs_sum_ns / (double)snapshot->ipdv_count;
	snapshot->abs_ipdv_max_ns = max_ns;
	snapshot->abs_ipdv = (struct quantiles){
		.p50_ns = at_most(delay_abs_ipdv_quantile_ns(delay, 0.5), max_ns),
		.p90_ns = at_most(delay_abs_ipdv_quantile_ns(delay, 0.9), max_ns),
		.p99_ns = at_most(delay_abs_ipdv_quantile_ns(delay, 0.99), max_ns),
		.p999_ns = at_most(delay_abs_ipdv_quantile_ns(delay, 0.999), max_ns),
	};
}

static void snap_skew(const struct delay *delay, struct flow_snapshot *snapshot)
{
	struct skew_line line;
	int64_t max_ns = delay->detrended_max_ns;
	double ppb;

	if (!skew_line(&delay->skew, &line)) {
		return;
	}
	ppb = line.slope * 1e9;
	if (!(fabs(ppb) < 1e9)) {
		return; /* no clock is off by its own rate: nothing to be believed */
	}
	snapshot->skew_known = true;
	snapshot->skew_ppb = llround(ppb);
	snapshot->skew_uncertainty_ppb = llround(
		1e9 * (double)hist_quantile_ns(&delay->detrended, 0.5) / (double)line.span_ns);
	if (delay->detrended.total < DETRENDED_LEAST) {
		return;
	}
	snapshot->detrended_count = delay->detrended.total;
	snapshot->detrended = (struct quantiles){
		.p50_ns = at_most(hist_quantile_ns(&delay->detrended, 0.5), max_ns),
		.p90_ns = at_most(hist_quantile_ns(&delay->detrended, 0.9), max_ns),
		.p99_ns = at_most(hist_quantile_ns(&delay->detrended, 0.99), max_ns),
		.p999_ns = at_most(hist_quantile_ns(&delay->detrended, 0.999), max_ns),
	};
}

static void snap_correction(const struct flow *flow, struct flow_snapshot *snapshot)
{
	const struct spread *spread = &flow->correction;

	if (spread->count == 0) {
		return;
	}
	snapshot->correction_count = spread->count;
	snapshot->corrected = flow->corrected;
	snapshot->correction_min_ns = spread->min_ns;
	snapshot->correction_max_ns = spread->max_ns;
	snapshot->correction_p50_ns =
		at_most(spread->min_ns + spread_quantile_ns(spread, 0.5), spread->max_ns);
	snapshot->correction_p99_ns =
		at_most(spread->min_ns + spread_quantile_ns(spread, 0.99), spread->max_ns);
}

void flow_snapshot(const struct flow *flow, int64_t mono_ns, struct flow_snapshot *ret_snapshot)
{
	*ret_snapshot = (struct flow_snapshot){
		.key = flow->key,
		.encoding = flow->encoding,
		.domain = flow->domain,
		.state = flow_state(flow, mono_ns),
		.ends = flow->ends,
		.sender_late = flow->sender_late,
		.duration_ns = flow->last_mono_ns - flow->first_mono_ns,
		.silence_ns = mono_ns - flow->last_mono_ns,
		.period_ns = flow->period_ns,
		.ttl_min = flow->ttl_min,
		.ttl_max = flow->ttl_max,
	};
	memcpy(ret_snapshot->dscp, flow->dscp, sizeof(ret_snapshot->dscp));
	snap_books(flow, ret_snapshot);
	snap_patterns(flow, ret_snapshot);
	snap_delay(flow, ret_snapshot);
	snap_ipdv(&flow->delay, ret_snapshot);
	snap_skew(&flow->delay, ret_snapshot);
	snap_correction(flow, ret_snapshot);
}
