/* SPDX-License-Identifier: BSD-2-Clause */
/* The report as lines for other programs: CSV, InfluxDB, Nagios. */
#include <inttypes.h>

#include "escape.h"
#include "flows.h"
#include "report_parts.h"
#include "text.h"
#include "verdict.h"

/* An unknown number is an empty field. */
static void csv_ns(bool known, int64_t ns, FILE *out)
{
	fputc(',', out);
	if (known) {
		fprintf(out, "%" PRId64, ns);
	}
}

static void csv_count(bool known, uint64_t count, FILE *out)
{
	fputc(',', out);
	if (known) {
		fprintf(out, "%" PRIu64, count);
	}
}

static void csv_flow(const struct report *report, const struct flow_snapshot *flow, FILE *out)
{
	bool any = flow->delay_count > 0, absolute = report_delay_is_absolute(report, flow);
	char source[ENDPOINT_ADDRESS_TEXT], group[ENDPOINT_ADDRESS_TEXT];

	escape_csv(report->host, out);
	fputc(',', out);
	escape_csv(report->interface, out);
	fprintf(out, ",%" PRId64 ",%" PRId64 ",%s,%" PRIu64 ",%016" PRIx64 ",%s,%u,%s,%u,%s",
		report->start_ns, report->end_ns, verdict_text(report->verdict->result),
		report->own_drops, flow->key.run_id,
		endpoint_address_text(&flow->key.source, source), flow->key.source.port,
		endpoint_address_text(&flow->key.group, group), flow->key.group.port,
		report_state_text(flow->state));
	csv_count(true, flow->first_seq, out);
	csv_count(true, flow->last_seq, out);
	csv_count(flow->sent_known, flow->sent, out);
	csv_count(true, flow->counts.received, out);
	csv_count(true, flow->counts.unique, out);
	csv_count(true, flow->counts.lost, out);
	csv_count(true, flow->counts.duplicate, out);
	csv_count(true, flow->counts.reordered, out);
	csv_count(true, flow->counts.late, out);
	csv_count(true, flow->counts.corrupt, out);
	csv_count(true, flow->counts.bytes, out);
	csv_count(true, flow->loss_periods, out);
	csv_count(true, flow->longest_loss_period, out);
	csv_count(true, flow->max_extent, out);
	csv_ns(true, flow->longest_outage_ns, out);
	csv_ns(flow->delay_count > 1, flow->jitter_ns, out);
	csv_ns(any, flow->pdv.p50_ns, out);
	csv_ns(any, flow->pdv.p90_ns, out);
	csv_ns(any, flow->pdv.p99_ns, out);
	csv_ns(any, flow->pdv.p999_ns, out);
	csv_ns(any, flow->pdv_max_ns, out);
	csv_ns(flow->ipdv_count > 0, report_round_ns(flow->abs_ipdv_mean_ns), out);
	csv_ns(flow->ipdv_count > 0, flow->abs_ipdv.p99_ns, out);
	csv_ns(flow->ipdv_count > 0, flow->abs_ipdv_max_ns, out);
	csv_ns(absolute, flow->delay_min_ns, out);
	csv_ns(absolute, report_round_ns(flow->delay_mean_ns), out);
	csv_ns(absolute, flow->delay_max_ns, out);
	csv_ns(flow->skew_known, flow->skew_ppb, out);
	fputs("\r\n", out);
}

void report_csv(const struct report *report, FILE *out)
{
	fputs("host,interface,start_ns,end_ns,verdict,own_drops,run_id,source,source_port,group,port,"
	      "state,first_seq,last_seq,sent,received,unique,lost,duplicate,reordered,late,corrupt,"
	      "bytes,loss_periods,longest_loss_period,max_reorder_extent,longest_outage_ns,jitter_ns,"
	      "pdv_p50_ns,pdv_p90_ns,pdv_p99_ns,pdv_p999_ns,pdv_max_ns,abs_ipdv_mean_ns,"
	      "abs_ipdv_p99_ns,abs_ipdv_max_ns,delay_min_ns,delay_mean_ns,delay_max_ns,skew_ppb\r\n",
	      out);
	for (size_t i = 0; i < report->flows; i++) {
		csv_flow(report, &report->flow[i], out);
	}
}

void report_influx_ns(const char *name, bool known, int64_t ns, FILE *out)
{
	if (known) {
		fprintf(out, ",%s=%" PRId64 "i", name, ns);
	}
}

void report_influx_count(const char *name, uint64_t count, FILE *out)
{
	report_influx_ns(name, true, count > INT64_MAX ? INT64_MAX : (int64_t)count, out);
}

static void influx_flow(const struct report *report, const struct flow_snapshot *flow, FILE *out)
{
	bool any = flow->delay_count > 0, absolute = report_delay_is_absolute(report, flow);
	char address[ENDPOINT_ADDRESS_TEXT], number[32];

	/* tags sorted by name, which the database asks for */
	fputs("ptprobe", out);
	escape_influx_tag("group", endpoint_address_text(&flow->key.group, address), out);
	escape_influx_tag("host", report->host, out);
	escape_influx_tag("interface", report->interface, out);
	snprintf(number, sizeof(number), "%u", flow->key.group.port);
	escape_influx_tag("port", number, out);
	snprintf(number, sizeof(number), "%016" PRIx64, flow->key.run_id);
	escape_influx_tag("run_id", number, out);
	escape_influx_tag("source", endpoint_address_text(&flow->key.source, address), out);
	snprintf(number, sizeof(number), "%u", flow->key.source.port);
	escape_influx_tag("source_port", number, out);
	fprintf(out, " verdict=\"%s\"", verdict_text(report->verdict->result));
	report_influx_count("own_drops", report->own_drops, out);
	if (flow->sent_known) {
		report_influx_count("sent", flow->sent, out);
	}
	report_influx_count("received", flow->counts.received, out);
	report_influx_count("unique", flow->counts.unique, out);
	report_influx_count("lost", flow->counts.lost, out);
	report_influx_count("duplicate", flow->counts.duplicate, out);
	report_influx_count("reordered", flow->counts.reordered, out);
	report_influx_count("late", flow->counts.late, out);
	report_influx_count("corrupt", flow->counts.corrupt, out);
	report_influx_count("bytes", flow->counts.bytes, out);
	report_influx_ns("longest_outage_ns", true, flow->longest_outage_ns, out);
	report_influx_ns("jitter_ns", flow->delay_count > 1, flow->jitter_ns, out);
	report_influx_ns("pdv_p50_ns", any, flow->pdv.p50_ns, out);
	report_influx_ns("pdv_p99_ns", any, flow->pdv.p99_ns, out);
	report_influx_ns("pdv_p999_ns", any, flow->pdv.p999_ns, out);
	report_influx_ns("pdv_max_ns", any, flow->pdv_max_ns, out);
	report_influx_ns("delay_min_ns", absolute, flow->delay_min_ns, out);
	report_influx_ns("delay_mean_ns", absolute, report_round_ns(flow->delay_mean_ns), out);
	report_influx_ns("delay_max_ns", absolute, flow->delay_max_ns, out);
	report_influx_ns("skew_ppb", flow->skew_known, flow->skew_ppb, out);
	fprintf(out, " %" PRId64 "\n", report->end_ns);
}

void report_influx(const struct report *report, FILE *out)
{
	for (size_t i = 0; i < report->flows; i++) {
		influx_flow(report, &report->flow[i], out);
	}
}

static void nagios_performance(const struct report *report, FILE *out)
{
	struct report_totals totals = report_totals(report);
	const struct flow_counts *counts = &totals.counts;
	uint64_t settled = counts->unique + counts->lost;
	int64_t jitter_ns = 0, pdv_ns = 0, outage_ns = 0;
	bool any = false;

	/* 'label'=value[unit];warning;critical;minimum;maximum */
	fprintf(out, " | 'lost'=%" PRIu64 ";;;0;%" PRIu64, counts->lost, settled);
	fprintf(out, " 'loss'=%.9g%%;;;0;100", 100 * report_ratio(counts->lost, settled));
	fprintf(out, " 'received'=%" PRIu64 ";;;0;", counts->received);
	fprintf(out, " 'duplicate'=%" PRIu64 ";;;0;", counts->duplicate);
	fprintf(out, " 'reordered'=%" PRIu64 ";;;0;", counts->reordered);
	fprintf(out, " 'late'=%" PRIu64 ";;;0;", counts->late);
	fprintf(out, " 'corrupt'=%" PRIu64 ";;;0;", counts->corrupt);
	fprintf(out, " 'own_drops'=%" PRIu64 ";;;0;", report->own_drops);
	for (size_t i = 0; i < report->flows; i++) {
		const struct flow_snapshot *flow = &report->flow[i];

		outage_ns =
			flow->longest_outage_ns > outage_ns ? flow->longest_outage_ns : outage_ns;
		if (flow->delay_count > 0) {
			any = true;
			jitter_ns = flow->jitter_ns > jitter_ns ? flow->jitter_ns : jitter_ns;
			pdv_ns = flow->pdv_max_ns > pdv_ns ? flow->pdv_max_ns : pdv_ns;
		}
	}
	fprintf(out, " 'outage'=%.9fs;;;0;", (double)outage_ns / 1e9);
	if (any) {
		fprintf(out, " 'jitter'=%.9fs;;;0;", (double)jitter_ns / 1e9);
		fprintf(out, " 'pdv_max'=%.9fs;;;0;", (double)pdv_ns / 1e9);
	}
}

void report_nagios_message(const struct report *report, const char *pass, FILE *out)
{
	/* the exit status is 0, 1 or 3, and Nagios names these so */
	static const char *const word[] = {
		[VERDICT_PASS] = "OK",
		[VERDICT_FAIL] = "WARNING",
		[VERDICT_INCONCLUSIVE] = "UNKNOWN",
	};
	const struct verdict *verdict = report->verdict;

	fprintf(out, "PTPROBE %s - ", word[verdict->result]);
	if (verdict->count > 0) {
		escape_nagios(verdict->reason[0], out);
		if (verdict->count > 1) {
			fprintf(out, " (and %zu more)", verdict->count - 1);
		}
	} else {
		escape_nagios(pass, out);
	}
}

void report_nagios(const struct report *report, FILE *out)
{
	struct report_totals totals = report_totals(report);
	uint64_t settled = totals.counts.unique + totals.counts.lost;
	char share[TEXT_SHARE], pass[VERDICT_TEXT];

	snprintf(pass, sizeof(pass), "lost %" PRIu64 " of %" PRIu64 " (%s) in %zu flow%s",
		 totals.counts.lost, settled,
		 text_share(report_ratio(totals.counts.lost, settled), share), report->flows,
		 report->flows == 1 ? "" : "s");
	report_nagios_message(report, pass, out);
	nagios_performance(report, out);
	fputc('\n', out);
}
