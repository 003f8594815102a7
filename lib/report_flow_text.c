/* SPDX-License-Identifier: BSD-2-Clause */
/* One flow for people: what bears on the verdict first. */
#include <inttypes.h>

#include "ptp_shape.h"
#include "ranges.h"
#include "report_parts.h"
#include "text.h"

enum { RANGES_SHOWN = 6 };

static void print_label(const char *label, FILE *out)
{
	fprintf(out, "  %-11s ", label);
}

static void print_count(const char *label, uint64_t count, FILE *out)
{
	print_label(label, out);
	fprintf(out, "%10" PRIu64, count);
}

/* A count's details begin two columns behind it. */
static void print_share(uint64_t part, uint64_t whole, FILE *out)
{
	char share[TEXT_SHARE];

	fprintf(out, "  %s", text_share(report_ratio(part, whole), share));
}

static void print_ns(const char *label, int64_t ns, FILE *out)
{
	char text[UNITS_TEXT];

	fprintf(out, "%s%s", label, units_duration_text(ns, text));
}

static void print_head(const struct flow_snapshot *flow, FILE *out)
{
	char mark[REPORT_MARK_TEXT], source[ENDPOINT_TEXT], group[ENDPOINT_TEXT];

	fprintf(out, "flow %s: %s to %s, ", report_mark(flow, mark),
		endpoint_text(&flow->key.source, source), endpoint_text(&flow->key.group, group));
	if (flow->encoding == FLOW_PTP) {
		bool is_event = flow->key.group.port == PTP_SHAPE_EVENT_PORT;

		fprintf(out, "%s of domain %u on the %s path, ", is_event ? "Syncs" : "Follow_Ups",
			flow->domain, is_event ? "event" : "general");
	}
	fprintf(out, "%s\n", report_state_text(flow->state));
	if (flow->sent_known) {
		print_count("sent", flow->sent, out);
	} else {
		print_label("sent", out);
		fprintf(out, "%10s  %s", "unknown",
			flow->ends > 0 ? "END seen, tail not settled" : "no END seen");
	}
	if (flow->counts.unique > 0) {
		fprintf(out, "  seq %" PRIu64 "-%" PRIu64, flow->first_seq, flow->last_seq);
	}
	if (flow->period_ns > 0) {
		print_ns(", one every ", flow->period_ns, out);
	}
	if (flow->sender_late > 0) {
		fprintf(out, ", %" PRIu64 " sent late by the sender", flow->sender_late);
	}
	fputc('\n', out);
	print_count("received", flow->counts.received, out);
	fprintf(out, "  %" PRIu64 " unique", flow->counts.unique);
	print_ns(", within ", flow->duration_ns, out);
	if (flow->duration_ns > 0) {
		char rate[UNITS_TEXT];

		fprintf(out, ", %s",
			units_rate_text((double)flow->counts.bytes * 8e9 /
						(double)flow->duration_ns,
					rate));
	}
	fputc('\n', out);
}

static void print_missing(const struct ranges *missing, FILE *out)
{
	uint32_t shown = missing->count < RANGES_SHOWN ? missing->count : RANGES_SHOWN;

	print_label("missing", out);
	for (uint32_t i = 0; i < shown; i++) {
		const struct range *range = &missing->range[i];

		fprintf(out, "%s%" PRIu64, i > 0 ? ", " : "", range->first);
		if (range->last > range->first) {
			fprintf(out, "-%" PRIu64, range->last);
		}
	}
	if (missing->count > shown) {
		fprintf(out, " and %s%" PRIu32 " more ranges",
			missing->incomplete ? "more than " : "", missing->count - shown);
	}
	fputc('\n', out);
}

static void print_loss(const struct report *report, const struct flow_snapshot *flow, FILE *out)
{
	uint64_t lost = flow->counts.lost, settled = report_settled(flow);
	char share[TEXT_SHARE];

	print_count("lost", lost, out);
	if (lost == 0 && settled > 0) {
		/* the rule of three: 95 % confidence for an event that never happened in N trials
		 */
		text_share(settled > 3 ? 3 / (double)settled : 1, share);
		fprintf(out,
			"  0 of %" PRIu64 " lost: below 3/%" PRIu64 " (%s) with 95 %% confidence",
			settled, settled, share);
	} else if (lost > 0) {
		print_share(lost, settled, out);
		fprintf(out, " in %" PRIu64 " period%s, longest %" PRIu64, flow->loss_periods,
			flow->loss_periods == 1 ? "" : "s", flow->longest_loss_period);
		fprintf(out, "; noticeable rate %s", text_share(flow->noticeable_rate, share));
	}
	fputc('\n', out);
	if (lost > 0 && report->own_drops > 0) {
		print_label("", out);
		fprintf(out, "of these up to %" PRIu64 " were %s, not by the network\n",
			report->own_drops < lost ? report->own_drops : lost,
			report->tap != NULL ? "lost by this capture itself"
					    : "dropped by this receiver's own socket");
	}
	if (flow->missing != NULL && flow->missing->count > 0) {
		print_missing(flow->missing, out);
	}
}

static void print_order(const struct report *report, const struct flow_snapshot *flow, FILE *out)
{
	print_count("duplicate", flow->counts.duplicate, out);
	if (flow->counts.duplicate > 0) {
		print_share(flow->counts.duplicate, flow->counts.unique, out);
		fprintf(out, ", of %" PRIu64 " probe%s", flow->replicated,
			flow->replicated == 1 ? "" : "s");
	}
	fputc('\n', out);
	print_count("reordered", flow->counts.reordered, out);
	if (flow->counts.reordered > 0) {
		print_share(flow->counts.reordered, flow->counts.unique, out);
		fprintf(out, ", extent at most %" PRIu64 ", mean %.1f", flow->max_extent,
			flow->mean_extent);
		print_ns(", late by at most ", flow->max_late_ns, out);
		fprintf(out, ", buffer of %" PRIu64, flow->buffer_depth);
	}
	fputc('\n', out);
	print_count("late", flow->counts.late, out);
	if (flow->counts.late > 0) {
		print_ns("  later than ", report->lost_after_ns, out);
		fputs(": their loss stands", out);
	}
	fputc('\n', out);
	print_count("corrupt", flow->counts.corrupt, out);
	fputc('\n', out);
}

/* What keeps the books from being the whole story; mostly nothing. */
static void print_open(const struct report *report, const struct flow_snapshot *flow, FILE *out)
{
	const struct {
		uint64_t count;
		const char *what;
	} open[] = {
		{flow->pending, "missing, but could still come"},
		{flow->missed_before_join, report->tap != NULL
						   ? "sent before this capture had begun"
						   : "sent before this receiver had joined"},
		{flow->outliers, "with a seq out of all order, left out"},
		{flow->jumps, "jumps of seq beyond what can have been sent"},
		{flow->gaps_merged, "merges of gaps for want of room: extents may be too small"},
		{flow->rejected, "samples of delay impossible, left out"},
		{flow->splits, "steps of a clock, delay since the last one"},
	};

	for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++) {
		if (open[i].count > 0) {
			print_count("beside", open[i].count, out);
			fprintf(out, "  %s\n", open[i].what);
		}
	}
}

static void print_quantiles(const struct quantiles *quantiles, FILE *out)
{
	print_ns("p50 ", quantiles->p50_ns, out);
	print_ns(", p99 ", quantiles->p99_ns, out);
	print_ns(", p99.9 ", quantiles->p999_ns, out);
}

static void print_samples(uint64_t samples, FILE *out)
{
	fprintf(out, ", %" PRIu64 " samples%s\n", samples,
		samples < 100    ? ", few for p99 and p99.9"
		: samples < 1000 ? ", few for p99.9"
				 : "");
}

static void print_delay(const struct report *report, const struct flow_snapshot *flow, FILE *out)
{
	if (flow->delay_count == 0) {
		print_label("delay", out);
		fputs("no sample\n", out);
		return;
	}
	if (flow->delay_count > 1) {
		print_label("jitter", out);
		print_ns("", flow->jitter_ns, out);
		fputs(" (RFC 3550)\n", out);
	}
	if (flow->ipdv_count > 0) {
		print_label("|IPDV|", out);
		print_ns("mean ", report_round_ns(flow->abs_ipdv_mean_ns), out);
		fputs(", ", out);
		print_quantiles(&flow->abs_ipdv, out);
		print_ns(", max ", flow->abs_ipdv_max_ns, out);
		print_samples(flow->ipdv_count, out);
	}
	print_label("PDV", out);
	print_quantiles(&flow->pdv, out);
	print_ns(", max ", flow->pdv_max_ns, out);
	print_samples(flow->delay_count, out);
	if (flow->skew_known) {
		print_label("skew", out);
		fprintf(out, "%+.3f ppm, give or take %.3f", (double)flow->skew_ppb / 1000,
			(double)flow->skew_uncertainty_ppb / 1000);
		if (flow->detrended_count > 0) {
			fputs("; PDV without it: ", out);
			print_quantiles(&flow->detrended, out);
		}
		fputc('\n', out);
	}
	print_label("delay", out);
	if (report_delay_is_absolute(report, flow)) {
		print_ns("min ", flow->delay_min_ns, out);
		print_ns(", mean ", report_round_ns(flow->delay_mean_ns), out);
		print_ns(", max ", flow->delay_max_ns, out);
		fputs(" (both clocks say that they are synchronised)\n", out);
	} else {
		fputs("unknown: the clocks aren't synchronised\n", out);
	}
}

/* An absence of corrections is no proof that there is no transparent clock: some correct the domain
 * that they serve and no other. */
static void print_correction(const struct flow_snapshot *flow, FILE *out)
{
	if (flow->encoding != FLOW_PTP || flow->correction_count == 0) {
		return;
	}
	print_label("correction", out);
	if (flow->corrected == 0) {
		fprintf(out, "no correction seen in domain %u\n", flow->domain);
		return;
	}
	print_ns("p50 ", flow->correction_p50_ns, out);
	print_ns(", p99 ", flow->correction_p99_ns, out);
	print_ns(", min ", flow->correction_min_ns, out);
	print_ns(", max ", flow->correction_max_ns, out);
	fprintf(out, ", of %" PRIu64 " samples %" PRIu64 " not 0; PDV and delay contain it\n",
		flow->correction_count, flow->corrected);
}

static void print_stamps(const char *label, const uint64_t stamps[static STAMP_KINDS], FILE *out)
{
	const char *comma = " ";
	uint64_t all = 0;
	char share[TEXT_SHARE];

	fputs(label, out);
	for (enum stamp kind = 0; kind < STAMP_KINDS; kind++) {
		all += stamps[kind];
	}
	if (all == 0) {
		fputs(" none", out);
	}
	for (enum stamp kind = STAMP_KINDS; kind-- > 0;) {
		if (stamps[kind] > 0) {
			fprintf(out, "%s%s %s", comma, report_stamp_kind_text(kind),
				text_share(report_ratio(stamps[kind], all), share));
			comma = ", ";
		}
	}
}

static void print_marking(const struct flow_snapshot *flow, FILE *out)
{
	const char *comma = "";

	print_label("TTL", out);
	if (flow->ttl_min < 0) {
		fputs("unknown", out);
	} else if (flow->ttl_min == flow->ttl_max) {
		fprintf(out, "%d", flow->ttl_min);
	} else {
		fprintf(out, "%d-%d: it varied", flow->ttl_min, flow->ttl_max);
	}
	fputs("; DSCP ", out);
	for (unsigned int i = 0; i < 64; i++) {
		if (flow->dscp[i] > 0) {
			fprintf(out, "%s%u", comma, i);
			if (flow->dscp[i] != flow->counts.received) {
				fprintf(out, " (%" PRIu64 ")", flow->dscp[i]);
			}
			comma = ", ";
		}
	}
	fprintf(out, "%s\n", *comma == '\0' ? "unknown" : "");
}

void report_flow_text(const struct report *report, const struct flow_snapshot *flow, FILE *out)
{
	print_head(flow, out);
	print_loss(report, flow, out);
	print_order(report, flow, out);
	print_open(report, flow, out);
	print_delay(report, flow, out);
	print_correction(flow, out);
	print_label("outage", out);
	print_ns("", flow->longest_outage_ns, out);
	fputs(" at most\n", out);
	print_marking(flow, out);
	print_label("stamps", out);
	print_stamps("departure", flow->tx_stamps, out);
	print_stamps("; arrival", flow->rx_stamps, out);
	fputc('\n', out);
}
