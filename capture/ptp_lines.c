/* SPDX-License-Identifier: BSD-2-Clause */
/* The health of PTP traffic as lines: intervals for people; CSV, InfluxDB, Nagios for programs. */
#include <inttypes.h>
#include <math.h>

#include "escape.h"
#include "ptp_report.h"
#include "report.h"
#include "units.h"
#include "verdict.h"

void ptp_interval_text_header(FILE *out)
{
	fprintf(out, "%19s %8s %6s %6s %7s %6s %8s %8s  %s\n", "time s", "messages", "lost",
		"no FUp", "no answ", "events", "PDV mean", "PDV max", "master");
}

void ptp_interval_text(const struct ptp_interval *interval, FILE *out)
{
	char mean[UNITS_TEXT], max[UNITS_TEXT], name[PTP_PORT_TEXT];

	fprintf(out, "%9.2f-%9.2f %8" PRIu64 " %6" PRIu64 " %6" PRIu64 " %7" PRIu64 " %6" PRIu64,
		(double)interval->from_ns / 1e9, (double)interval->to_ns / 1e9, interval->messages,
		interval->lost, interval->missing_follow_up, interval->unanswered,
		interval->events);
	if (interval->masters == 0) {
		fprintf(out, " %8s %8s", "-", "-");
		if (interval->intervals > 1) {
			fprintf(out, "  %" PRIu64 " intervals", interval->intervals);
		}
		fputc('\n', out);
	}
	for (size_t i = 0; i < interval->masters; i++) {
		const struct ptp_interval_master *master = &interval->master[i];

		if (i > 0) {
			fprintf(out, "%57s", "");
		}
		fprintf(out, " %8s %8s  %s",
			master->samples > 1
				? units_duration_text((int64_t)llround(master->pdv_mean_ns), mean)
				: "-",
			master->samples > 1 ? units_duration_text(master->pdv_max_ns, max) : "-",
			ptp_port_text(&master->master, name));
		if (master->domain != 0) {
			fprintf(out, " domain %u", (unsigned int)master->domain);
		}
		fputc('\n', out);
	}
}

static void csv_ns(bool known, int64_t ns, FILE *out)
{
	fputc(',', out);
	if (known) {
		fprintf(out, "%" PRId64, ns);
	}
}

static void csv_spread(const struct health_spread *spread, FILE *out)
{
	bool any = spread->count > 0;

	csv_ns(any, spread->min_ns, out);
	csv_ns(any, spread->p50_ns, out);
	csv_ns(any, spread->p99_ns, out);
	csv_ns(any, spread->max_ns, out);
}

static void csv_stream(const struct report *report, const struct health_port *port,
		       const struct health_stream *stream, FILE *out)
{
	const uint64_t count[] = {
		stream->count,          stream->lost,       stream->duplicate,
		stream->reordered,      stream->late,       stream->missing_follow_up,
		stream->late_follow_up, stream->unanswered, stream->multiple};
	char name[PTP_PORT_TEXT], address[ENDPOINT_ADDRESS_TEXT];

	escape_csv(report->host, out);
	fputc(',', out);
	escape_csv(report->interface, out);
	fprintf(out, ",%" PRId64 ",%" PRId64 ",%s,%" PRIu64 ",%u,%u,%s,%s,%s,%s,%s",
		report->start_ns, report->end_ns, verdict_text(report->verdict->result),
		report->own_drops, (unsigned int)port->domain, (unsigned int)port->sdo_id,
		ptp_port_text(&port->identity, name), ptp_role_text(port),
		ptp_transport_text(port->transport), endpoint_address_text(&port->address, address),
		ptp_type_text(stream->type));
	for (size_t i = 0; i < sizeof(count) / sizeof(*count); i++) {
		fprintf(out, ",%" PRIu64, count[i]);
	}
	csv_ns(stream->advertised_ns > 0, stream->advertised_ns, out);
	csv_spread(&stream->interval, out);
	csv_spread(&stream->correction, out);
	fputs("\r\n", out);
}

void ptp_csv(const struct report *report, const struct ptp_findings *result, FILE *out)
{
	fputs("host,interface,start_ns,end_ns,verdict,own_drops,domain,sdo_id,port_identity,role,"
	      "transport,address,type,count,lost,duplicate,reordered,late,missing_follow_up,"
	      "late_follow_up,unanswered,multiple,advertised_ns,interval_min_ns,interval_p50_ns,"
	      "interval_p99_ns,interval_max_ns,correction_min_ns,correction_p50_ns,"
	      "correction_p99_ns,correction_max_ns\r\n",
	      out);
	for (size_t i = 0; i < result->ports; i++) {
		for (size_t s = 0; s < result->port[i].streams; s++) {
			csv_stream(report, &result->port[i], &result->port[i].stream[s], out);
		}
	}
}

static void influx_stream(const struct report *report, const struct health_port *port,
			  const struct health_stream *stream, FILE *out)
{
	char name[PTP_PORT_TEXT], number[16];

	/* tags sorted by name, which the database asks for */
	fputs("ptprobe_ptp", out);
	snprintf(number, sizeof(number), "%u", (unsigned int)port->domain);
	escape_influx_tag("domain", number, out);
	escape_influx_tag("host", report->host, out);
	escape_influx_tag("interface", report->interface, out);
	escape_influx_tag("port_identity", ptp_port_text(&port->identity, name), out);
	snprintf(number, sizeof(number), "%u", (unsigned int)port->sdo_id);
	escape_influx_tag("sdo_id", number, out);
	escape_influx_tag("type", ptp_type_text(stream->type), out);
	fprintf(out, " verdict=\"%s\"", verdict_text(report->verdict->result));
	report_influx_count("own_drops", report->own_drops, out);
	report_influx_count("count", stream->count, out);
	report_influx_count("lost", stream->lost, out);
	report_influx_count("duplicate", stream->duplicate, out);
	report_influx_count("reordered", stream->reordered, out);
	report_influx_count("late", stream->late, out);
	report_influx_count("missing_follow_up", stream->missing_follow_up, out);
	report_influx_count("unanswered", stream->unanswered, out);
	report_influx_ns("interval_p50_ns", stream->interval.count > 0, stream->interval.p50_ns,
			 out);
	report_influx_ns("interval_max_ns", stream->interval.count > 0, stream->interval.max_ns,
			 out);
	report_influx_ns("correction_p50_ns", stream->correction.count > 0,
			 stream->correction.p50_ns, out);
	report_influx_ns("correction_max_ns", stream->correction.count > 0,
			 stream->correction.max_ns, out);
	fprintf(out, " %" PRId64 "\n", report->end_ns);
}

static void influx_series(const struct report *report, const struct timing_series *series,
			  FILE *out)
{
	char name[PTP_PORT_TEXT], number[16];

	if (series->count < 2) {
		return;
	}
	fputs("ptprobe_ptp_timing", out);
	snprintf(number, sizeof(number), "%u", (unsigned int)series->domain);
	escape_influx_tag("domain", number, out);
	escape_influx_tag("host", report->host, out);
	escape_influx_tag("interface", report->interface, out);
	escape_influx_tag("port_identity", ptp_port_text(&series->master, name), out);
	snprintf(number, sizeof(number), "%u", (unsigned int)series->sdo_id);
	escape_influx_tag("sdo_id", number, out);
	fprintf(out, " skew_removed=%s", series->skew_removed ? "true" : "false");
	report_influx_count("samples", series->count, out);
	report_influx_ns("pdv_p50_ns", true, series->pdv_p50_ns, out);
	report_influx_ns("pdv_p99_ns", true, series->pdv_p99_ns, out);
	report_influx_ns("pdv_p999_ns", true, series->pdv_p999_ns, out);
	report_influx_ns("pdv_max_ns", true, series->pdv_max_ns, out);
	report_influx_ns("delay_min_ns", series->synchronised, series->delay_min_ns, out);
	report_influx_ns("delay_max_ns", series->synchronised, series->delay_max_ns, out);
	report_influx_ns("skew_ppb", series->skew_known, series->skew_ppb, out);
	fprintf(out, " %" PRId64 "\n", report->end_ns);
}

void ptp_influx(const struct report *report, const struct ptp_findings *result, FILE *out)
{
	for (size_t i = 0; i < result->ports; i++) {
		for (size_t s = 0; s < result->port[i].streams; s++) {
			influx_stream(report, &result->port[i], &result->port[i].stream[s], out);
		}
	}
	for (size_t i = 0; i < result->series; i++) {
		influx_series(report, &result->timing[i], out);
	}
}

/* The worst of the masters' timing; negative: not known. */
static int64_t worst_pdv_ns(const struct ptp_findings *result)
{
	int64_t worst_ns = -1;

	for (size_t i = 0; i < result->series; i++) {
		if (result->timing[i].count > 1 && result->timing[i].pdv_max_ns > worst_ns) {
			worst_ns = result->timing[i].pdv_max_ns;
		}
	}
	return worst_ns;
}

void ptp_nagios(const struct report *report, const struct ptp_findings *result, FILE *out)
{
	int64_t pdv_ns = worst_pdv_ns(result);
	char pass[VERDICT_TEXT];

	snprintf(pass, sizeof(pass),
		 "%" PRIu64 " messages of %zu port%s, %" PRIu64 " lost, %" PRIu64 " event%s",
		 result->counts->messages, result->ports, result->ports == 1 ? "" : "s",
		 ptp_findings_lost(result), ptp_findings_events(result),
		 ptp_findings_events(result) == 1 ? "" : "s");
	report_nagios_message(report, pass, out);
	/* 'label'=value[unit];warning;critical;minimum;maximum */
	fprintf(out, " | 'messages'=%" PRIu64 ";;;0; 'lost'=%" PRIu64 ";;;0;",
		result->counts->messages, ptp_findings_lost(result));
	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		fprintf(out, " '%s'=%" PRIu64 ";;;0;",
			health_event_text((enum health_event_kind)kind),
			result->counts->events[kind]);
	}
	if (pdv_ns >= 0) {
		fprintf(out, " 'pdv_max'=%.9fs;;;0;", (double)pdv_ns / 1e9);
	}
	fputc('\n', out);
}
