/* SPDX-License-Identifier: BSD-2-Clause */
/* The health of PTP traffic in Prometheus' text exposition format 0.0.4. */
#include <inttypes.h>
#include <stddef.h>

#include "escape.h"
#include "ptp_report.h"
#include "report.h"

static void print_labels(uint8_t domain, uint16_t sdo_id, const struct ptp_port_identity *port,
			 FILE *out)
{
	char name[PTP_PORT_TEXT];

	fprintf(out, "{domain=\"%u\",sdo_id=\"%u\",port_identity=\"%s\"", (unsigned int)domain,
		(unsigned int)sdo_id, ptp_port_text(port, name));
}

static const struct {
	const char *name, *help;
	size_t offset; /* of an uint64_t in struct health_stream */
} count_family[] = {
	{"ptprobe_ptp_messages_total", "PTP messages seen.", offsetof(struct health_stream, count)},
	{"ptprobe_ptp_lost_messages_total", "Messages lost, by their sequenceId.",
	 offsetof(struct health_stream, lost)},
	{"ptprobe_ptp_duplicate_messages_total", "Further copies of messages.",
	 offsetof(struct health_stream, duplicate)},
	{"ptprobe_ptp_reordered_messages_total", "Messages behind later ones.",
	 offsetof(struct health_stream, reordered)},
	{"ptprobe_ptp_missing_follow_ups_total", "Two-step messages without their Follow_Up.",
	 offsetof(struct health_stream, missing_follow_up)},
	{"ptprobe_ptp_unanswered_requests_total", "Delay requests without an answer.",
	 offsetof(struct health_stream, unanswered)},
	{"ptprobe_ptp_multiple_answers_total", "Delay requests with several answers.",
	 offsetof(struct health_stream, multiple)},
};

static void print_counts(const struct ptp_findings *result, FILE *out)
{
	for (size_t c = 0; c < sizeof(count_family) / sizeof(*count_family); c++) {
		escape_prometheus_family(count_family[c].name, "counter", count_family[c].help,
					 out);
		for (size_t i = 0; i < result->ports; i++) {
			const struct health_port *port = &result->port[i];

			for (size_t s = 0; s < port->streams; s++) {
				const char *at =
					(const char *)&port->stream[s] + count_family[c].offset;

				fputs(count_family[c].name, out);
				print_labels(port->domain, port->sdo_id, &port->identity, out);
				fprintf(out, ",type=\"%s\"} %" PRIu64 "\n",
					ptp_type_text(port->stream[s].type),
					*(const uint64_t *)(const void *)at);
			}
		}
	}
}

static void print_ports(const struct ptp_findings *result, FILE *out)
{
	char name[PTP_PORT_TEXT];

	escape_prometheus_family("ptprobe_ptp_port_master", "gauge",
				 "1 for a port that announces or sends Sync now.", out);
	for (size_t i = 0; i < result->ports; i++) {
		fputs("ptprobe_ptp_port_master", out);
		print_labels(result->port[i].domain, result->port[i].sdo_id,
			     &result->port[i].identity, out);
		fprintf(out, "} %d\n", result->port[i].is_master);
	}
	escape_prometheus_family("ptprobe_ptp_grandmaster_info", "gauge",
				 "What a port announces, 1.", out);
	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];

		if (!port->has_announce) {
			continue;
		}
		fputs("ptprobe_ptp_grandmaster_info", out);
		print_labels(port->domain, port->sdo_id, &port->identity, out);
		fprintf(out, ",grandmaster=\"%s\",clock_class=\"%u\",steps_removed=\"%u\"} 1\n",
			ptp_clock_text(port->announce.grandmaster, name),
			port->announce.clock_class, port->announce.steps_removed);
	}
	escape_prometheus_family("ptprobe_ptp_correction_max_seconds", "gauge",
				 "Largest correctionField.", out);
	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];

		for (size_t s = 0; s < port->streams; s++) {
			const struct health_spread *correction = &port->stream[s].correction;

			if (correction->count == 0) {
				continue;
			}
			fputs("ptprobe_ptp_correction_max_seconds", out);
			print_labels(port->domain, port->sdo_id, &port->identity, out);
			fprintf(out, ",type=\"%s\"} %.9f\n", ptp_type_text(port->stream[s].type),
				(double)correction->max_ns / 1e9);
		}
	}
}

static void print_events(const struct ptp_findings *result, FILE *out)
{
	escape_prometheus_family("ptprobe_ptp_events_total", "counter",
				 "What happened to the PTP traffic, by kind.", out);
	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		fprintf(out, "ptprobe_ptp_events_total{event=\"%s\"} %" PRIu64 "\n",
			health_event_text((enum health_event_kind)kind),
			result->counts->events[kind]);
	}
}

static void print_series_labels(const struct timing_series *series, FILE *out)
{
	char peer[ENDPOINT_ADDRESS_TEXT];

	print_labels(series->domain, series->sdo_id, &series->master, out);
	if (series->is_unicast) {
		fprintf(out, ",peer=\"%s\"", endpoint_address_text(&series->peer, peer));
	}
}

static void print_quantile(const struct timing_series *series, const char *quantile, int64_t ns,
			   FILE *out)
{
	fputs("ptprobe_ptp_pdv_seconds", out);
	print_series_labels(series, out);
	fprintf(out, ",quantile=\"%s\"} %.9f\n", quantile, (double)ns / 1e9);
}

static void print_timing(const struct ptp_findings *result, FILE *out)
{
	escape_prometheus_family("ptprobe_ptp_pdv_seconds", "gauge",
				 "Delay variation of a master's Syncs (RFC 5481).", out);
	for (size_t i = 0; i < result->series; i++) {
		const struct timing_series *series = &result->timing[i];

		if (series->count > 1) {
			print_quantile(series, "0.5", series->pdv_p50_ns, out);
			print_quantile(series, "0.9", series->pdv_p90_ns, out);
			print_quantile(series, "0.99", series->pdv_p99_ns, out);
			print_quantile(series, "0.999", series->pdv_p999_ns, out);
			print_quantile(series, "1", series->pdv_max_ns, out);
		}
	}
	escape_prometheus_family("ptprobe_ptp_worst_fpp_ratio", "gauge",
				 "Share of floor packets in the worst window (G.8260).", out);
	for (size_t i = 0; i < result->series; i++) {
		const struct timing_series *series = &result->timing[i];

		if (series->floor.absence == TIMING_KNOWN) {
			fputs("ptprobe_ptp_worst_fpp_ratio", out);
			print_series_labels(series, out);
			fprintf(out, "} %.9g\n", series->floor.worst_fpp);
		}
	}
}

void ptp_prometheus(const struct report *report, const struct ptp_findings *result, FILE *out)
{
	report_prometheus(report, out);
	print_counts(result, out);
	print_ports(result, out);
	print_events(result, out);
	print_timing(result, out);
}
