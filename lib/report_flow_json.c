/* SPDX-License-Identifier: BSD-2-Clause */
/* One flow's member of flows[]. */
#include <inttypes.h>
#include <math.h>

#include "losspat.h"
#include "put.h"
#include "ranges.h"
#include "report_parts.h"

int report_put_key(json_t *object, const struct flow_key *key)
{
	char run_id[17], address[ENDPOINT_ADDRESS_TEXT];
	int failed = 0;

	snprintf(run_id, sizeof(run_id), "%016" PRIx64, key->run_id);
	failed |= put_text(object, "run_id", run_id);
	failed |= put_text(object, "source", endpoint_address_text(&key->source, address));
	failed |= put_count(object, "source_port", key->source.port);
	failed |= put_text(object, "group", endpoint_address_text(&key->group, address));
	failed |= put_count(object, "port", key->group.port);
	return failed;
}

int report_put_counts(json_t *object, const struct flow_counts *counts)
{
	int failed = 0;

	failed |= put_count(object, "received", counts->received);
	failed |= put_count(object, "unique", counts->unique);
	failed |= put_count(object, "lost", counts->lost);
	failed |= put_count(object, "duplicate", counts->duplicate);
	failed |= put_count(object, "reordered", counts->reordered);
	failed |= put_count(object, "late", counts->late);
	failed |= put_count(object, "corrupt", counts->corrupt);
	failed |= put_count(object, "bytes", counts->bytes);
	return failed;
}

/* Appends {from, to, count} for bucket when it isn't empty. */
static int append_bucket(json_t *histogram, unsigned int bucket, uint64_t count)
{
	uint64_t from = UINT64_C(1) << bucket;
	json_t *entry;
	int failed = 0;

	if (count == 0) {
		return 0;
	}
	entry = json_object();
	failed |= put_count(entry, "from", from);
	failed |= put_count(entry, "to", from - 1 + from);
	failed |= put_count(entry, "count", count);
	return json_array_append_new(histogram, put_whole(entry, failed));
}

static json_t *loss_json(const struct flow_snapshot *flow)
{
	uint64_t settled = report_settled(flow);
	json_t *loss = json_object(), *lengths = json_array(), *distances = json_array();
	int failed = 0;

	for (unsigned int i = 0; flow->losspat != NULL && i < LOSSPAT_BUCKETS; i++) {
		failed |= append_bucket(lengths, i, losspat_length_count(flow->losspat, i));
		failed |= append_bucket(distances, i, flow->losspat->distance_count[i]);
	}
	failed |= put_ratio(loss, "ratio", flow->loss_ratio);
	failed |=
		put(loss, "below_ratio_95",
		    flow->counts.lost == 0 && settled > 0 ? json_real(fmin(3 / (double)settled, 1))
							  : json_null());
	failed |= put_count(loss, "periods", flow->loss_periods);
	failed |= put_count(loss, "longest_period", flow->longest_loss_period);
	failed |= put_ns(loss, "longest_outage_ns", flow->longest_outage_ns);
	failed |= put_ratio(loss, "noticeable_rate", flow->noticeable_rate);
	failed |= put(loss, "period_lengths", lengths);
	failed |= put(loss, "distances", distances);
	return put_whole(loss, failed);
}

static json_t *missing_json(const struct flow_snapshot *flow)
{
	json_t *missing = json_object(), *ranges = json_array();
	int failed = 0;

	for (uint32_t i = 0; flow->missing != NULL && i < flow->missing->count; i++) {
		json_t *pair = json_array();

		failed |=
			json_array_append_new(pair, put_count_value(flow->missing->range[i].first));
		failed |=
			json_array_append_new(pair, put_count_value(flow->missing->range[i].last));
		failed |= json_array_append_new(ranges, pair);
	}
	failed |= put(missing, "ranges", ranges);
	failed |= put(missing, "complete",
		      json_boolean(flow->missing == NULL || !flow->missing->incomplete));
	return put_whole(missing, failed);
}

static json_t *reorder_json(const struct flow_snapshot *flow)
{
	json_t *reorder = json_object(), *n_reordered = json_object();
	int failed = 0;

	for (unsigned int n = 1; n <= SEQUENCE_RECENT; n++) {
		char name[16];

		if (flow->n_reordered[n] > 0) {
			snprintf(name, sizeof(name), "%u", n);
			failed |= put_count(n_reordered, name, flow->n_reordered[n]);
		}
	}
	failed |= put_ratio(reorder, "ratio", flow->reorder_ratio);
	failed |= put_count(reorder, "max_extent", flow->max_extent);
	failed |= put_ratio(reorder, "mean_extent", flow->mean_extent);
	failed |= put_ns(reorder, "max_late_ns", flow->max_late_ns);
	failed |= put_count(reorder, "buffer_depth", flow->buffer_depth);
	failed |= put(reorder, "n_reordered", n_reordered);
	return put_whole(reorder, failed);
}

static json_t *shares_json(const uint64_t stamps[static STAMP_KINDS])
{
	json_t *shares = json_object();
	uint64_t all = 0;
	int failed = 0;

	for (enum stamp kind = 0; kind < STAMP_KINDS; kind++) {
		all += stamps[kind];
	}
	for (enum stamp kind = STAMP_KINDS; kind-- > 0;) {
		failed |= put_ratio(shares, report_stamp_kind_text(kind),
				    report_ratio(stamps[kind], all));
	}
	return put_whole(shares, failed);
}

/* Forged stamps may put the delay anywhere. */
static int64_t sum_ns(int64_t min_ns, int64_t above_ns)
{
	int64_t sum;

	return __builtin_add_overflow(min_ns, above_ns, &sum) ? INT64_MAX : sum;
}

static json_t *delay_json(const struct report *report, const struct flow_snapshot *flow)
{
	bool absolute = report_delay_is_absolute(report, flow), any = flow->delay_count > 0;
	bool synchronised = report->synchronised && flow->sender_synchronised;
	int64_t min_ns = flow->delay_min_ns;
	json_t *delay = json_object();
	int failed = 0;

	failed |= put_text(delay, "clock", synchronised ? "synchronised" : "unsynchronised");
	failed |= put_text(delay, "source", report_stamp_text(flow->tx_stamps));
	failed |= put(delay, "source_share", shares_json(flow->tx_stamps));
	failed |= put_text(delay, "receive_source", report_stamp_text(flow->rx_stamps));
	failed |= put(delay, "receive_source_share", shares_json(flow->rx_stamps));
	failed |= put_count(delay, "samples", flow->delay_count);
	failed |= put_count(delay, "rejected", flow->rejected);
	failed |= put_count(delay, "splits", flow->splits);
	failed |= put_ns_if(delay, "min_ns", absolute, min_ns);
	failed |= put_ns_if(delay, "mean_ns", absolute, report_round_ns(flow->delay_mean_ns));
	failed |= put_ns_if(delay, "max_ns", absolute, flow->delay_max_ns);
	failed |= put_ns_if(delay, "stddev_ns", any, report_round_ns(flow->delay_stddev_ns));
	failed |= put_ns_if(delay, "p50_ns", absolute, sum_ns(min_ns, flow->pdv.p50_ns));
	failed |= put_ns_if(delay, "p90_ns", absolute, sum_ns(min_ns, flow->pdv.p90_ns));
	failed |= put_ns_if(delay, "p99_ns", absolute, sum_ns(min_ns, flow->pdv.p99_ns));
	failed |= put_ns_if(delay, "p999_ns", absolute, sum_ns(min_ns, flow->pdv.p999_ns));
	failed |= put_ns_if(delay, "jitter_ns", flow->delay_count > 1, flow->jitter_ns);
	return put_whole(delay, failed);
}

static int put_quantiles(json_t *object, bool known, const struct quantiles *quantiles)
{
	int failed = 0;

	failed |= put_ns_if(object, "p50_ns", known, quantiles->p50_ns);
	failed |= put_ns_if(object, "p90_ns", known, quantiles->p90_ns);
	failed |= put_ns_if(object, "p99_ns", known, quantiles->p99_ns);
	failed |= put_ns_if(object, "p999_ns", known, quantiles->p999_ns);
	return failed;
}

static json_t *pdv_json(const struct flow_snapshot *flow)
{
	bool any = flow->delay_count > 0;
	json_t *pdv = json_object();
	int failed = 0;

	failed |= put_count(pdv, "samples", flow->delay_count);
	failed |= put_quantiles(pdv, any, &flow->pdv);
	failed |= put_ns_if(pdv, "max_ns", any, flow->pdv_max_ns);
	failed |= put_ns_if(pdv, "mean_ns", any, report_round_ns(flow->pdv_mean_ns));
	failed |= put_ns_if(pdv, "stddev_ns", any, report_round_ns(flow->delay_stddev_ns));
	return put_whole(pdv, failed);
}

static json_t *skew_removed_json(const struct flow_snapshot *flow)
{
	json_t *pdv;
	int failed = 0;

	if (!flow->skew_known || flow->detrended_count == 0) {
		return json_null();
	}
	pdv = json_object();
	failed |= put_count(pdv, "samples", flow->detrended_count);
	failed |= put_quantiles(pdv, true, &flow->detrended);
	return put_whole(pdv, failed);
}

static json_t *ipdv_json(const struct flow_snapshot *flow)
{
	bool any = flow->ipdv_count > 0;
	json_t *ipdv = json_object();
	int failed = 0;

	failed |= put_count(ipdv, "samples", flow->ipdv_count);
	failed |= put_ns_if(ipdv, "min_ns", any, flow->ipdv_min_ns);
	failed |= put_ns_if(ipdv, "max_ns", any, flow->ipdv_max_ns);
	failed |= put_ns_if(ipdv, "mean_ns", any, report_round_ns(flow->ipdv_mean_ns));
	failed |= put_ns_if(ipdv, "abs_mean_ns", any, report_round_ns(flow->abs_ipdv_mean_ns));
	failed |= put_ns_if(ipdv, "abs_p50_ns", any, flow->abs_ipdv.p50_ns);
	failed |= put_ns_if(ipdv, "abs_p90_ns", any, flow->abs_ipdv.p90_ns);
	failed |= put_ns_if(ipdv, "abs_p99_ns", any, flow->abs_ipdv.p99_ns);
	failed |= put_ns_if(ipdv, "abs_p999_ns", any, flow->abs_ipdv.p999_ns);
	failed |= put_ns_if(ipdv, "abs_max_ns", any, flow->abs_ipdv_max_ns);
	return put_whole(ipdv, failed);
}

static json_t *ttl_json(const struct flow_snapshot *flow)
{
	json_t *ttl = json_object();
	int failed = 0;

	failed |= put_ns_if(ttl, "min", flow->ttl_min >= 0, flow->ttl_min);
	failed |= put_ns_if(ttl, "max", flow->ttl_max >= 0, flow->ttl_max);
	return put_whole(ttl, failed);
}

static json_t *dscp_json(const struct flow_snapshot *flow)
{
	json_t *dscp = json_object();
	int failed = 0;

	for (unsigned int i = 0; i < 64; i++) {
		char name[16];

		if (flow->dscp[i] > 0) {
			snprintf(name, sizeof(name), "%u", i);
			failed |= put_count(dscp, name, flow->dscp[i]);
		}
	}
	return put_whole(dscp, failed);
}

static int put_correction(json_t *object, const struct flow_snapshot *flow)
{
	bool any = flow->correction_count > 0;
	json_t *correction = json_object();
	int failed = 0;

	failed |= put_count(correction, "samples", flow->correction_count);
	failed |= put_count(correction, "nonzero", flow->corrected);
	failed |= put_ns_if(correction, "min", any, flow->correction_min_ns);
	failed |= put_ns_if(correction, "p50", any, flow->correction_p50_ns);
	failed |= put_ns_if(correction, "p99", any, flow->correction_p99_ns);
	failed |= put_ns_if(correction, "max", any, flow->correction_max_ns);
	return put(object, "correction_ns", put_whole(correction, failed));
}

int report_put_message(json_t *object, const struct flow_snapshot *flow)
{
	int failed = 0;

	failed |= put_text(object, "encoding", flow->encoding == FLOW_PTP ? "ptp" : "native");
	if (flow->encoding == FLOW_PTP) {
		failed |= put_text(object, "ptp_message", report_message_text(flow));
		failed |= put_count(object, "domain", flow->domain);
	}
	return failed;
}

json_t *report_flow_json(const struct report *report, size_t index)
{
	const struct flow_snapshot *flow = &report->flow[index];
	json_t *object = json_object(), *duplication = json_object();
	int failed = 0;

	failed |= report_put_key(object, &flow->key);
	failed |= report_put_message(object, flow);
	failed |= put_text(object, "state", report_state_text(flow->state));
	failed |= put_count(object, "first_seq", flow->first_seq);
	failed |= put_count(object, "last_seq", flow->last_seq);
	failed |= put(object, "sent", flow->sent_known ? put_count_value(flow->sent) : json_null());
	failed |= report_put_counts(object, &flow->counts);
	failed |= put_count(object, "missed_before_join", flow->missed_before_join);
	failed |= put_count(object, "pending", flow->pending);
	failed |= put_count(object, "outliers", flow->outliers);
	failed |= put_count(object, "jumps", flow->jumps);
	failed |= put_count(object, "skipped", flow->skipped);
	failed |= put_count(object, "gaps_merged", flow->gaps_merged);
	failed |= put_count(object, "ends", flow->ends);
	failed |= put_count(object, "sender_late", flow->sender_late);
	failed |= put_ns(object, "duration_ns", flow->duration_ns);
	failed |= put_ns(object, "silence_ns", flow->silence_ns);
	failed |= put_ns_if(object, "period_ns", flow->period_ns > 0, flow->period_ns);
	failed |= put(object, "loss", loss_json(flow));
	failed |= put(object, "missing", missing_json(flow));
	failed |= put(object, "reorder", reorder_json(flow));
	failed |= put_ratio(duplication, "ratio", flow->duplicate_ratio);
	failed |= put_count(duplication, "replicated", flow->replicated);
	failed |= put_ratio(duplication, "replicated_ratio", flow->replicated_ratio);
	failed |= put(object, "duplication", duplication);
	failed |= put(object, "delay", delay_json(report, flow));
	failed |= put(object, "pdv", pdv_json(flow));
	failed |= put(object, "pdv_skew_removed", skew_removed_json(flow));
	failed |= put(object, "ipdv", ipdv_json(flow));
	failed |= put_ns_if(object, "skew_ppb", flow->skew_known, flow->skew_ppb);
	failed |= put_ns_if(object, "skew_uncertainty_ppb", flow->skew_known,
			    flow->skew_uncertainty_ppb);
	if (flow->encoding == FLOW_PTP) {
		failed |= put_correction(object, flow);
	}
	failed |= put(object, "ttl", ttl_json(flow));
	failed |= put(object, "dscp", dscp_json(flow));
	if (report->tap != NULL) {
		failed |= report_put_tap_flow(object, report->tap, index);
	}
	return put_whole(object, failed);
}
