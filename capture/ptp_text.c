/* SPDX-License-Identifier: BSD-2-Clause */
/* The health of PTP traffic for people: who is there, what came of it, and what happened. */
#include <inttypes.h>
#include <string.h>

#include "ptp_report.h"
#include "ptp_text.h"
#include "report.h"
#include "text.h"
#include "units.h"

enum { EVENTS_SHOWN = 60, PORTS_SHOWN = 32 };

static void print_flags(uint16_t flags, const struct ptp_announce *announce, FILE *out)
{
	if ((flags & PTP_TIMESCALE) == 0) {
		fputs(", arbitrary timescale", out);
	} else {
		fprintf(out, ", UTC offset %d s (%s)", announce->utc_offset,
			(flags & PTP_UTC_OFFSET_VALID) != 0 ? "valid" : "not valid");
	}
	fputs((flags & PTP_LEAP_61) != 0 ? ", leap second to be inserted" : "", out);
	fputs((flags & PTP_LEAP_59) != 0 ? ", leap second to be left out" : "", out);
	fputs((flags & PTP_TIME_TRACEABLE) != 0 ? ", traceable" : "", out);
}

/* Who announces what there. */
static void print_domain(const struct ptp_findings *result, const struct health_port *first,
			 FILE *out)
{
	char name[PTP_PORT_TEXT];
	size_t masters = 0;

	fprintf(out, "domain %u", (unsigned int)first->domain);
	if (first->sdo_id != 0) {
		fprintf(out, ", sdoId 0x%03x", (unsigned int)first->sdo_id);
	}
	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];
		const struct ptp_announce *announce = &port->announce;

		if (port->domain != first->domain || port->sdo_id != first->sdo_id ||
		    !port->has_announce || !port->is_master) {
			continue;
		}
		fprintf(out, "%s grandmaster %s",
			masters++ == 0 ? ":" : "\n  and by another master:",
			ptp_clock_text(announce->grandmaster, name));
		fprintf(out,
			"\n  clockClass %u, accuracy 0x%02x, variance 0x%04x, priorities %u and "
			"%u, stepsRemoved %u, timeSource 0x%02x",
			announce->clock_class, announce->clock_accuracy, announce->variance,
			announce->priority1, announce->priority2, announce->steps_removed,
			announce->time_source);
		print_flags(port->announce_flags, announce, out);
	}
	fputs(masters == 0 ? ": nobody announces a grandmaster now\n" : "\n", out);
}

static void print_range(const char *name, int16_t min, int16_t max, FILE *out)
{
	if (min >= 0) {
		fprintf(out, ", %s %d", name, min);
	}
	if (min >= 0 && max > min) {
		fprintf(out, " to %d", max);
	}
}

static const char *rate_text(int64_t interval_ns, char text[static 16])
{
	if (interval_ns <= 0) {
		return "-";
	}
	snprintf(text, 16, "%.4g", 1e9 / (double)interval_ns);
	return text;
}

static void print_lacks(const struct health_stream *stream, FILE *out)
{
	char share[TEXT_SHARE];

	if (stream->missing_follow_up > 0) {
		fprintf(out, "  %" PRIu64 " WITHOUT FOLLOW_UP", stream->missing_follow_up);
	}
	if (stream->late_follow_up > 0) {
		fprintf(out, "  %" PRIu64 " with a late Follow_Up", stream->late_follow_up);
	}
	if (stream->unanswered > 0) {
		fprintf(out, "  %" PRIu64 " UNANSWERED of %" PRIu64, stream->unanswered,
			stream->answered + stream->unanswered);
	}
	if (stream->multiple > 0) {
		fprintf(out, "  %" PRIu64 " ANSWERED MORE THAN ONCE", stream->multiple);
	}
	if (stream->one_step > 0 && stream->two_step > 0) {
		fprintf(out, "  %" PRIu64 " ONE-STEP AND %" PRIu64 " TWO-STEP", stream->one_step,
			stream->two_step);
	}
	if (stream->correction_changes > 0) {
		fprintf(out, "  CORRECTION CHANGED %" PRIu64 " TIME%s", stream->correction_changes,
			stream->correction_changes == 1 ? "" : "S");
	}
	if (ptp_findings_is_slow(stream)) {
		fprintf(out, "  SLOW: %s OF WHAT IS PROMISED",
			text_share(stream->rate_ratio, share));
	}
}

/* What bounds the trust in its counts. */
static void print_doubts(const struct health_stream *stream, FILE *out)
{
	if (stream->restarts > 0) {
		fprintf(out, "  BEGAN ANEW %" PRIu64 " TIME%s", stream->restarts,
			stream->restarts == 1 ? "" : "S");
	}
	if (stream->outliers > 0) {
		fprintf(out, "  %" PRIu64 " OUT OF SEQUENCE%s", stream->outliers,
			ptp_findings_has_twin(stream) ? ": TWO DEVICES WITH ONE IDENTITY?" : "");
	}
	if (stream->unbooked > 0) {
		fprintf(out, "  %" PRIu64 " NOT FOLLOWED: too many sequences", stream->unbooked);
	}
	if (stream->pending > 0) {
		fprintf(out, "  %" PRIu64 " missing at the end", stream->pending);
	}
	if (stream->waiting > 0) {
		fprintf(out, "  %" PRIu64 " waiting at the end for %s", stream->waiting,
			stream->type == PTP_DELAY_REQ || stream->type == PTP_PDELAY_REQ
				? "their answer"
				: "their Follow_Up");
	}
}

static void print_stream(const struct health_stream *stream, FILE *out)
{
	char rate[16] = "-", advertised[16], p50[UNITS_TEXT] = "-", max[UNITS_TEXT] = "-";
	char correction[UNITS_TEXT] = "-";

	if (stream->count > 1 && stream->span_ns > 0) {
		snprintf(rate, sizeof(rate), "%.4g",
			 (double)(stream->count - 1) * 1e9 / (double)stream->span_ns);
	}
	if (stream->interval.count > 0) {
		units_duration_text(stream->interval.p50_ns, p50);
		units_duration_text(stream->interval.max_ns, max);
	}
	if (stream->correction.count > 0) {
		units_duration_text(stream->correction.max_ns, correction);
	}
	fprintf(out,
		"    %-21s %9" PRIu64 " %8s %8s %7" PRIu64 " %5" PRIu64 " %5" PRIu64 " %8s %8s %9s",
		ptp_type_text(stream->type), stream->count, rate,
		rate_text(stream->advertised_ns, advertised), stream->lost, stream->duplicate,
		stream->reordered, p50, max, correction);
	print_lacks(stream, out);
	print_doubts(stream, out);
	fputc('\n', out);
}

static void print_port(const struct health_port *port, FILE *out)
{
	static const char *const role[][2] = {
		{"master", "master"},
		{"was_master", "was master, is silent as one now"},
		{"slave", "slave (asks for the delay)"},
		{"peer", "peer (measures its link)"},
		{"other", "neither master nor slave"},
	};
	char name[PTP_PORT_TEXT], address[ENDPOINT_ADDRESS_TEXT];
	const char *is = ptp_role_text(port);

	fprintf(out, "  %s  ", ptp_port_text(&port->identity, name));
	for (size_t i = 0; i < sizeof(role) / sizeof(*role); i++) {
		fputs(strcmp(is, role[i][0]) == 0 ? role[i][1] : "", out);
	}
	fprintf(out, ", %s from %s", ptp_transport_text(port->transport),
		endpoint_address_text(&port->address, address));
	print_range("TTL", port->ttl_min, port->ttl_max, out);
	print_range("DSCP", port->dscp_min, port->dscp_max, out);
	print_range("VLAN", port->vlan, port->vlan, out);
	print_range("PCP", port->pcp, port->pcp, out);
	fprintf(out, "\n    %-21s %9s %8s %8s %7s %5s %5s %8s %8s %9s\n", "type", "messages",
		"a second", "promised", "lost", "dup", "reord", "gap p50", "gap max", "corr. max");
	for (size_t i = 0; i < port->streams; i++) {
		print_stream(&port->stream[i], out);
	}
}

static bool is_first_of_domain(const struct ptp_findings *result, size_t index)
{
	const struct health_port *port = &result->port[index];

	for (size_t i = 0; i < index; i++) {
		if (result->port[i].domain == port->domain &&
		    result->port[i].sdo_id == port->sdo_id) {
			return false;
		}
	}
	return true;
}

static void print_ports(const struct ptp_findings *result, FILE *out)
{
	size_t shown = 0;

	if (result->ports == 0) {
		fputs("no PTP message came\n", out);
	}
	for (size_t d = 0; d < result->ports; d++) {
		const struct health_port *first = &result->port[d];

		if (!is_first_of_domain(result, d)) {
			continue;
		}
		print_domain(result, first, out);
		for (size_t i = d; i < result->ports; i++) {
			const struct health_port *port = &result->port[i];

			if (port->domain == first->domain && port->sdo_id == first->sdo_id &&
			    shown++ < PORTS_SHOWN) {
				print_port(port, out);
			}
		}
	}
	if (shown > PORTS_SHOWN) {
		fprintf(out, "  ... and %zu more ports: -J tells of all of them\n",
			shown - PORTS_SHOWN);
	}
}

void ptp_event_text(const struct health_event *event, int64_t first_ns, FILE *out)
{
	char when[PTP_TIME_TEXT], took[UNITS_TEXT];

	fprintf(out, "%s %+12.6f  %-21s domain %u: ", ptp_time_text(event->at_ns, when),
		(double)(event->at_ns - first_ns) / 1e9, health_event_text(event->kind),
		(unsigned int)event->domain);
	text_print(event->detail, out);
	if (event->count > 1) {
		fprintf(out, " (%" PRIu64 " times in %s)", event->count,
			units_duration_text(event->until_ns - event->at_ns, took));
	}
	fputc('\n', out);
}

static void print_events(const struct ptp_findings *result, FILE *out)
{
	uint64_t events = ptp_findings_events(result);

	if (result->counts->messages == 0) {
		return;
	}
	if (events == 0) {
		fputs("events: none\n", out);
		return;
	}
	fputs("events:", out);
	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		if (result->counts->events[kind] > 0) {
			fprintf(out, " %" PRIu64 " %s", result->counts->events[kind],
				health_event_text((enum health_event_kind)kind));
		}
	}
	fputc('\n', out);
	for (size_t i = 0; i < result->events && i < EVENTS_SHOWN; i++) {
		fputs("  ", out);
		ptp_event_text(result->event[i], result->first_ns, out);
	}
	if (events > EVENTS_SHOWN) {
		fprintf(out, "  ... and %" PRIu64 " more: -J tells of %s%zu\n",
			events - EVENTS_SHOWN, result->events < events ? "the first " : "all ",
			result->events);
	}
}

static void print_profile(const struct ptp_findings *result, FILE *out)
{
	bool is_broken = false;

	if (result->profile == NULL || result->counts->messages == 0) {
		return;
	}
	fprintf(out, "profile %s", result->profile->name);
	if (result->profile->title[0] != '\0') {
		fputs(" (", out);
		text_print(result->profile->title, out);
		fputc(')', out);
	}
	for (int rule = 0; rule < PROFILE_RULES; rule++) {
		if (result->counts->violations[rule] > 0) {
			fprintf(out, "%s %s %" PRIu64 " times", is_broken ? "," : ": broken in",
				profile_rule_text((enum profile_rule)rule),
				result->counts->violations[rule]);
			is_broken = true;
		}
	}
	fputs(is_broken ? "\n" : ": kept\n", out);
}

static void print_count(uint64_t count, const char *what, FILE *out)
{
	if (count > 0) {
		fprintf(out, "beside: %" PRIu64 " %s\n", count, what);
	}
}

static void print_beside(const struct ptp_findings *result, FILE *out)
{
	const struct ptp_passed *passed = &result->passed;

	print_count(passed->malformed, "malformed messages", out);
	print_count(passed->other_version, "messages of another version of PTP", out);
	print_count(passed->cut, "messages whose TLVs the capture has cut", out);
	print_count(passed->cut_short, "messages that the capture has cut short", out);
	print_count(passed->other_domain, "messages of other domains, passed over", out);
	print_count(passed->other_transport, "messages of other transports, passed over", out);
	print_count(result->counts->probes,
		    "probes in the shape of PTP, which ptprobe-recv measures", out);
	print_count(result->counts->overflow, "messages of more ports than are followed", out);
	print_count(result->untimed, "Syncs of more masters than are timed", out);
}

void ptp_text(const struct ptp_findings *result, FILE *out)
{
	print_ports(result, out);
	print_events(result, out);
	ptp_timing_text(result, out);
	print_profile(result, out);
	print_beside(result, out);
	report_tap_text(result->tap, out);
}
