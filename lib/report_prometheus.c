/* SPDX-License-Identifier: BSD-2-Clause */
/* The report in Prometheus' text exposition format 0.0.4. */
#include <inttypes.h>
#include <stddef.h>

#include "escape.h"
#include "flows.h"
#include "report_parts.h"
#include "text.h"
#include "verdict.h"

static void print_flow_labels(const struct flow_snapshot *flow, FILE *out)
{
	char source[ENDPOINT_ADDRESS_TEXT], group[ENDPOINT_ADDRESS_TEXT];

	fprintf(out,
		"run_id=\"%016" PRIx64
		"\",source=\"%s\",source_port=\"%u\",group=\"%s\",port=\"%u\"",
		flow->key.run_id, endpoint_address_text(&flow->key.source, source),
		flow->key.source.port, endpoint_address_text(&flow->key.group, group),
		flow->key.group.port);
}

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

static void print_plain_count(const char *name, const char *help, uint64_t count, FILE *out)
{
	escape_prometheus_family(name, "counter", help, out);
	fprintf(out, "%s %" PRIu64 "\n", name, count);
}

static void print_plain_seconds(const char *name, const char *help, int64_t ns, FILE *out)
{
	escape_prometheus_family(name, "gauge", help, out);
	fprintf(out, "%s %.9f\n", name, seconds(ns));
}

static void print_run(const struct report *report, FILE *out)
{
	escape_prometheus_family("ptprobe_info", "gauge", "The run: its tool, host and interface.",
				 out);
	fputs("ptprobe_info{", out);
	escape_prometheus_label("tool", report->tool, out);
	fputc(',', out);
	escape_prometheus_label("version", report->version, out);
	fputc(',', out);
	escape_prometheus_label("host", report->host, out);
	fputc(',', out);
	escape_prometheus_label("interface", report->interface, out);
	fputs("} 1\n", out);
	print_plain_seconds("ptprobe_start_time_seconds", "When the run began, Unix time.",
			    report->start_ns, out);
	print_plain_seconds("ptprobe_end_time_seconds", "When the run ended, Unix time.",
			    report->end_ns, out);
	escape_prometheus_family("ptprobe_verdict", "gauge",
				 "1 for the run's result, 0 for the others.", out);
	for (enum verdict_result result = VERDICT_PASS; result <= VERDICT_INCONCLUSIVE; result++) {
		fprintf(out, "ptprobe_verdict{result=\"%s\"} %d\n", verdict_text(result),
			report->verdict->result == result);
	}
	print_plain_count("ptprobe_own_drops_total",
			  "Datagrams that the tool's own sockets dropped.", report->own_drops, out);
}

static void print_heard(const struct flows_counts *counts, FILE *out)
{
	print_plain_count("ptprobe_datagrams_total", "Datagrams received, of any kind.",
			  counts->datagrams, out);
	print_plain_count("ptprobe_alien_datagrams_total", "Datagrams that are no probes.",
			  counts->alien, out);
	print_plain_count("ptprobe_other_version_datagrams_total",
			  "Alien datagrams that are probes of an unknown version.",
			  counts->other_version, out);
	print_plain_count("ptprobe_corrupt_datagrams_total", "Probes with a wrong CRC or length.",
			  counts->corrupt, out);
	print_plain_count("ptprobe_overflow_datagrams_total",
			  "Datagrams of more streams than can be told apart.", counts->overflow,
			  out);
}

static const struct {
	const char *name, *help;
	size_t offset; /* of an uint64_t in struct flow_snapshot */
} count_family[] = {
	{"ptprobe_received_probes_total", "Probes received: unique, duplicate and late.",
	 offsetof(struct flow_snapshot, counts.received)},
	{"ptprobe_unique_probes_total", "Probes received for the first time, and in time.",
	 offsetof(struct flow_snapshot, counts.unique)},
	{"ptprobe_lost_probes_total", "Probes lost (RFC 7680).",
	 offsetof(struct flow_snapshot, counts.lost)},
	{"ptprobe_duplicate_probes_total", "Further copies of probes (RFC 5560).",
	 offsetof(struct flow_snapshot, counts.duplicate)},
	{"ptprobe_reordered_probes_total", "Probes behind later ones (RFC 4737).",
	 offsetof(struct flow_snapshot, counts.reordered)},
	{"ptprobe_late_probes_total", "Probes that came after they were counted lost.",
	 offsetof(struct flow_snapshot, counts.late)},
	{"ptprobe_corrupt_probes_total", "Corrupt datagrams that can be told to be of this flow.",
	 offsetof(struct flow_snapshot, counts.corrupt)},
	{"ptprobe_payload_bytes_total", "Bytes of UDP payload received.",
	 offsetof(struct flow_snapshot, counts.bytes)},
};

enum need {
	NEED_NOTHING,
	NEED_SAMPLE,
	NEED_SAMPLES, /* two */
	NEED_ABSOLUTE,
	NEED_SKEW,
};

static const struct {
	const char *name, *help;
	size_t offset; /* of an int64_t in struct flow_snapshot, in 1e-9 of the unit */
	enum need need;
} gauge_family[] = {
	{"ptprobe_longest_outage_seconds", "Longest time without an arrival beyond the period.",
	 offsetof(struct flow_snapshot, longest_outage_ns), NEED_NOTHING},
	{"ptprobe_jitter_seconds", "Interarrival jitter at the end (RFC 3550).",
	 offsetof(struct flow_snapshot, jitter_ns), NEED_SAMPLES},
	{"ptprobe_pdv_max_seconds", "Largest packet delay variation.",
	 offsetof(struct flow_snapshot, pdv_max_ns), NEED_SAMPLE},
	{"ptprobe_delay_min_seconds", "Smallest delay, of synchronised clocks.",
	 offsetof(struct flow_snapshot, delay_min_ns), NEED_ABSOLUTE},
	{"ptprobe_delay_max_seconds", "Largest delay, of synchronised clocks.",
	 offsetof(struct flow_snapshot, delay_max_ns), NEED_ABSOLUTE},
	{"ptprobe_clock_skew_ratio", "How much faster the receiver's clock runs than the sender's.",
	 offsetof(struct flow_snapshot, skew_ppb), NEED_SKEW},
};

static bool has(const struct report *report, const struct flow_snapshot *flow, enum need need)
{
	switch (need) {
	case NEED_NOTHING:
		return true;
	case NEED_SAMPLE:
		return flow->delay_count > 0;
	case NEED_SAMPLES:
		return flow->delay_count > 1;
	case NEED_ABSOLUTE:
		return report_delay_is_absolute(report, flow);
	case NEED_SKEW:
		return flow->skew_known;
	}
	return false;
}

static void print_flow_count(const char *name, const struct flow_snapshot *flow, uint64_t count,
			     FILE *out)
{
	fprintf(out, "%s{", name);
	print_flow_labels(flow, out);
	fprintf(out, "} %" PRIu64 "\n", count);
}

static void print_sent(const struct report *report, FILE *out)
{
	static const char name[] = "ptprobe_sent_probes_total";

	escape_prometheus_family(name, "counter", "Probes sent, where the sender's END told it.",
				 out);
	for (size_t i = 0; i < report->flows; i++) {
		if (report->flow[i].sent_known) {
			print_flow_count(name, &report->flow[i], report->flow[i].sent, out);
		}
	}
}

static void print_flow_counts(const struct report *report, FILE *out)
{
	for (size_t c = 0; c < sizeof(count_family) / sizeof(*count_family); c++) {
		escape_prometheus_family(count_family[c].name, "counter", count_family[c].help,
					 out);
		for (size_t i = 0; i < report->flows; i++) {
			const struct flow_snapshot *flow = &report->flow[i];
			const char *at = (const char *)flow + count_family[c].offset;

			print_flow_count(count_family[c].name, flow,
					 *(const uint64_t *)(const void *)at, out);
		}
	}
}

static void print_flow_gauges(const struct report *report, FILE *out)
{
	for (size_t g = 0; g < sizeof(gauge_family) / sizeof(*gauge_family); g++) {
		escape_prometheus_family(gauge_family[g].name, "gauge", gauge_family[g].help, out);
		for (size_t i = 0; i < report->flows; i++) {
			const struct flow_snapshot *flow = &report->flow[i];
			const char *at = (const char *)flow + gauge_family[g].offset;

			if (has(report, flow, gauge_family[g].need)) {
				fprintf(out, "%s{", gauge_family[g].name);
				print_flow_labels(flow, out);
				fprintf(out, "} %.9f\n",
					seconds(*(const int64_t *)(const void *)at));
			}
		}
	}
}

static void print_loss_ratio(const struct report *report, FILE *out)
{
	escape_prometheus_family("ptprobe_loss_ratio", "gauge",
				 "Share of the probes that was lost, 0 to 1.", out);
	for (size_t i = 0; i < report->flows; i++) {
		fputs("ptprobe_loss_ratio{", out);
		print_flow_labels(&report->flow[i], out);
		fprintf(out, "} %.9g\n", report->flow[i].loss_ratio);
	}
}

static void print_summary(const char *name, const struct flow_snapshot *flow,
			  const struct quantiles *quantiles, double mean_ns, uint64_t count,
			  FILE *out)
{
	const struct {
		const char *quantile;
		int64_t ns;
	} line[] = {
		{"0.5", quantiles->p50_ns},
		{"0.9", quantiles->p90_ns},
		{"0.99", quantiles->p99_ns},
		{"0.999", quantiles->p999_ns},
	};

	for (size_t i = 0; i < sizeof(line) / sizeof(*line); i++) {
		fprintf(out, "%s{", name);
		print_flow_labels(flow, out);
		fprintf(out, ",quantile=\"%s\"} %.9f\n", line[i].quantile, seconds(line[i].ns));
	}
	fprintf(out, "%s_sum{", name);
	print_flow_labels(flow, out);
	fprintf(out, "} %.9f\n%s_count{", mean_ns / 1e9 * (double)count, name);
	print_flow_labels(flow, out);
	fprintf(out, "} %" PRIu64 "\n", count);
}

static void print_summaries(const struct report *report, FILE *out)
{
	escape_prometheus_family("ptprobe_pdv_seconds", "summary",
				 "Packet delay variation: delay above the smallest (RFC 5481).",
				 out);
	for (size_t i = 0; i < report->flows; i++) {
		const struct flow_snapshot *flow = &report->flow[i];

		if (flow->delay_count > 0) {
			print_summary("ptprobe_pdv_seconds", flow, &flow->pdv, flow->pdv_mean_ns,
				      flow->delay_count, out);
		}
	}
	escape_prometheus_family("ptprobe_abs_ipdv_seconds", "summary",
				 "Magnitude of the inter-packet delay variation (RFC 5481).", out);
	for (size_t i = 0; i < report->flows; i++) {
		const struct flow_snapshot *flow = &report->flow[i];

		if (flow->ipdv_count > 0) {
			print_summary("ptprobe_abs_ipdv_seconds", flow, &flow->abs_ipdv,
				      flow->abs_ipdv_mean_ns, flow->ipdv_count, out);
		}
	}
}

void report_prometheus(const struct report *report, FILE *out)
{
	print_run(report, out);
	if (report->counts != NULL) {
		print_heard(report->counts, out);
	}
	if (report->flows > 0) {
		print_sent(report, out);
		print_flow_counts(report, out);
		print_loss_ratio(report, out);
		print_flow_gauges(report, out);
		print_summaries(report, out);
	}
}
