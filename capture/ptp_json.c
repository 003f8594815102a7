/* SPDX-License-Identifier: BSD-2-Clause */
/* The health of PTP traffic as members of a report. */
#include "ptp_json.h"
#include "ptp_report.h"
#include "put.h"
#include "report.h"

int ptp_put_port(json_t *object, const char *name, const struct ptp_port_identity *port)
{
	char text[PTP_PORT_TEXT];

	return put_text(object, name, ptp_port_text(port, text));
}

int ptp_put_peer(json_t *object, const struct endpoint *peer)
{
	char text[ENDPOINT_ADDRESS_TEXT];

	return put_text(object, "peer", peer != NULL ? endpoint_address_text(peer, text) : NULL);
}

static json_t *number_if(bool known, int64_t number)
{
	return known ? json_integer(number) : json_null();
}

static json_t *spread_json(const struct health_spread *spread)
{
	bool any = spread->count > 0;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "count", spread->count);
	failed |= put_ns_if(object, "min", any, spread->min_ns);
	failed |= put_ns_if(object, "p50", any, spread->p50_ns);
	failed |= put_ns_if(object, "p99", any, spread->p99_ns);
	failed |= put_ns_if(object, "max", any, spread->max_ns);
	failed |= put(object, "mean", any ? json_real(spread->mean_ns) : json_null());
	return put_whole(object, failed);
}

/* Those that were broken, by name. */
static json_t *violations_json(const uint64_t violations[static PROFILE_RULES])
{
	json_t *object = json_object();
	int failed = 0;

	for (int rule = 0; rule < PROFILE_RULES; rule++) {
		if (violations[rule] > 0) {
			failed |= put_count(object, profile_rule_text((enum profile_rule)rule),
					    violations[rule]);
		}
	}
	return put_whole(object, failed);
}

/* Of those that a Follow_Up comes behind. */
static int put_follow_ups(json_t *object, const struct health_stream *stream)
{
	int failed = 0;

	failed |= put_count(object, "two_step", stream->two_step);
	failed |= put_count(object, "one_step", stream->one_step);
	failed |= put_count(object, "late_follow_up", stream->late_follow_up);
	failed |= put(object, "follow_up_ns", spread_json(&stream->follow_up));
	return failed;
}

/* Of those that are to be answered. */
static int put_answers(json_t *object, const struct health_stream *stream)
{
	int failed = 0;

	failed |= put_count(object, "answered", stream->answered);
	failed |= put_count(object, "unanswered", stream->unanswered);
	failed |= put_count(object, "multiple", stream->multiple);
	failed |= put_count(object, "repeated", stream->repeated);
	failed |= put_count(object, "late_answer", stream->late_answer);
	failed |= put(object, "answer_ns", spread_json(&stream->answer));
	return failed;
}

static int put_sequence(json_t *object, const struct health_stream *stream)
{
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
		{"lost", stream->lost},           {"duplicate", stream->duplicate},
		{"reordered", stream->reordered}, {"late", stream->late},
		{"outliers", stream->outliers},   {"restarts", stream->restarts},
		{"unbooked", stream->unbooked},   {"own", stream->own},
		{"pending", stream->pending},
	};
	int failed = 0;

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		failed |= stream->has_sequence ? put_count(object, counts[i].name, counts[i].count)
					       : put(object, counts[i].name, json_null());
	}
	return failed;
}

static json_t *stream_json(const struct health_stream *stream)
{
	bool has_interval = stream->advertised_ns > 0;
	bool has_follow_up = stream->type == PTP_SYNC || stream->type == PTP_PDELAY_RESP;
	bool has_answer = stream->type == PTP_DELAY_REQ || stream->type == PTP_PDELAY_REQ;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "type", ptp_type_text(stream->type));
	failed |= put_count(object, "count", stream->count);
	failed |= put_count(object, "bytes", stream->bytes);
	failed |= put_sequence(object, stream);
	failed |= put_ns(object, "first_ns", stream->first_ns);
	failed |= put_ns(object, "last_ns", stream->last_ns);
	failed |= put(object, "log_interval", json_integer(stream->log_interval));
	failed |= put_ns_if(object, "advertised_ns", has_interval, stream->advertised_ns);
	failed |= put(object, "rate_ratio",
		      stream->rate_ratio > 0 ? json_real(stream->rate_ratio) : json_null());
	failed |= put(object, "interval_ns", spread_json(&stream->interval));
	failed |= put(object, "correction_ns", spread_json(&stream->correction));
	failed |= put(object, "correction_changes",
		      number_if(stream->correction_followed || stream->correction_changes > 0,
				(int64_t)stream->correction_changes));
	failed |= put(object, "missing_follow_up",
		      number_if(has_follow_up, (int64_t)stream->missing_follow_up));
	if (has_follow_up) {
		failed |= put_follow_ups(object, stream);
	}
	if (has_answer) {
		failed |= put_answers(object, stream);
	}
	if (has_follow_up || has_answer) {
		failed |= put_count(object, "unjudged", stream->unjudged);
		failed |= put_count(object, "waiting", stream->waiting);
	}
	failed |= put(object, "violations", violations_json(stream->violations));
	return put_whole(object, failed);
}

static json_t *announce_json(const struct health_port *port)
{
	const struct ptp_announce *announce = &port->announce;
	const struct {
		const char *name;
		uint16_t flag;
	} flags[] = {
		{"utc_offset_valid", PTP_UTC_OFFSET_VALID},
		{"ptp_timescale", PTP_TIMESCALE},
		{"leap61", PTP_LEAP_61},
		{"leap59", PTP_LEAP_59},
		{"time_traceable", PTP_TIME_TRACEABLE},
		{"frequency_traceable", PTP_FREQUENCY_TRACEABLE},
		{"sync_uncertain", PTP_SYNC_UNCERTAIN},
	};
	char text[PTP_PORT_TEXT];
	json_t *object;
	int failed = 0;

	if (!port->has_announce) {
		return json_null();
	}
	object = json_object();
	failed |= put_text(object, "grandmaster", ptp_clock_text(announce->grandmaster, text));
	failed |= put_count(object, "priority1", announce->priority1);
	failed |= put_count(object, "clock_class", announce->clock_class);
	failed |= put_count(object, "clock_accuracy", announce->clock_accuracy);
	failed |= put_count(object, "variance", announce->variance);
	failed |= put_count(object, "priority2", announce->priority2);
	failed |= put_count(object, "steps_removed", announce->steps_removed);
	failed |= put_count(object, "time_source", announce->time_source);
	failed |= put_ns(object, "utc_offset_s", announce->utc_offset);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		failed |= put(object, flags[i].name,
			      json_boolean((port->announce_flags & flags[i].flag) != 0));
	}
	return put_whole(object, failed);
}

static json_t *foreign_json(const struct health_foreign *foreign)
{
	char text[PTP_PORT_TEXT];
	json_t *object;
	int failed = 0;

	if (foreign->count == 0) {
		return json_null();
	}
	object = json_object();
	failed |= put_text(object, "grandmaster", ptp_clock_text(foreign->grandmaster, text));
	failed |= put_count(object, "count", foreign->count);
	failed |= put_ns(object, "first_ns", foreign->first_ns);
	return put_whole(object, failed);
}

static json_t *range_json(int16_t min, int16_t max)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put(object, "min", number_if(min >= 0, min));
	failed |= put(object, "max", number_if(max >= 0, max));
	return put_whole(object, failed);
}

static json_t *port_json(const struct health_port *port)
{
	json_t *object = json_object(), *messages = json_array();
	char address[ENDPOINT_ADDRESS_TEXT];
	int failed = 0;

	for (size_t i = 0; i < port->streams; i++) {
		failed |= json_array_append_new(messages, stream_json(&port->stream[i]));
	}
	failed |= put_count(object, "domain", port->domain);
	failed |= put_count(object, "sdo_id", port->sdo_id);
	failed |= ptp_put_port(object, "port_identity", &port->identity);
	failed |= put_text(object, "role", ptp_role_text(port));
	failed |= put_text(object, "transport", ptp_transport_text(port->transport));
	failed |= put_text(object, "address", endpoint_address_text(&port->address, address));
	failed |= put(object, "ttl", range_json(port->ttl_min, port->ttl_max));
	failed |= put(object, "dscp", range_json(port->dscp_min, port->dscp_max));
	failed |= put(object, "vlan", number_if(port->vlan >= 0, port->vlan));
	failed |= put(object, "pcp", number_if(port->pcp >= 0, port->pcp));
	failed |= put(object, "announce", announce_json(port));
	failed |= put(object, "foreign_grandmaster", foreign_json(&port->foreign));
	failed |= put(object, "messages", messages);
	return put_whole(object, failed);
}

static int put_event(json_t *object, const struct health_event *event)
{
	int failed = 0;

	failed |= put_ns(object, "time_ns", event->at_ns);
	failed |= put_text(object, "event", health_event_text(event->kind));
	failed |= put_ns(object, "until_ns", event->until_ns);
	failed |= put_count(object, "count", event->count);
	failed |= put_count(object, "domain", event->domain);
	failed |= put_count(object, "sdo_id", event->sdo_id);
	failed |= ptp_put_port(object, "port_identity", &event->port);
	failed |= put_text(object, "message", ptp_type_text(event->type));
	failed |= put_text(object, "before", event->before[0] != '\0' ? event->before : NULL);
	failed |= put_text(object, "after", event->after[0] != '\0' ? event->after : NULL);
	failed |= put_text(object, "detail", event->detail);
	return failed;
}

json_t *ptp_event_json(const struct health_event *event)
{
	json_t *object = json_object();
	int failed = put_text(object, "type", "event");

	failed |= put_event(object, event);
	return put_whole(object, failed);
}

static json_t *event_json(const struct health_event *event)
{
	json_t *object = json_object();

	return put_whole(object, put_event(object, event));
}

json_t *ptp_interval_json(const struct ptp_interval *interval)
{
	json_t *object = json_object(), *masters = json_array();
	int failed = 0;

	for (size_t i = 0; i < interval->masters; i++) {
		const struct ptp_interval_master *master = &interval->master[i];
		bool any = master->samples > 1;
		json_t *element = json_object();
		int broken = 0;

		broken |= put_count(element, "domain", master->domain);
		broken |= put_count(element, "sdo_id", master->sdo_id);
		broken |= ptp_put_port(element, "port_identity", &master->master);
		broken |= ptp_put_peer(element, master->peer);
		broken |= put_count(element, "samples", master->samples);
		broken |= put_ns_if(element, "pdv_max_ns", any, master->pdv_max_ns);
		broken |= put(element, "pdv_mean_ns",
			      any ? json_real(master->pdv_mean_ns) : json_null());
		failed |= json_array_append_new(masters, put_whole(element, broken));
	}
	failed |= put_text(object, "type", "interval");
	failed |= put_ns(object, "from_ns", interval->from_ns);
	failed |= put_ns(object, "to_ns", interval->to_ns);
	failed |= put_count(object, "intervals", interval->intervals);
	failed |= put_count(object, "messages", interval->messages);
	failed |= put_count(object, "lost", interval->lost);
	failed |= put_count(object, "missing_follow_up", interval->missing_follow_up);
	failed |= put_count(object, "unanswered", interval->unanswered);
	failed |= put_count(object, "events", interval->events);
	failed |= put(object, "masters", masters);
	return put_whole(object, failed);
}

static json_t *counts_json(const struct ptp_findings *result)
{
	const struct ptp_passed *passed = &result->passed;
	const struct health_counts *counts = result->counts;
	json_t *object = json_object(), *events = json_object();
	int failed = 0;

	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		failed |= put_count(events, health_event_text((enum health_event_kind)kind),
				    counts->events[kind]);
	}
	failed |= put_count(object, "messages", counts->messages);
	failed |= put_count(object, "probes", counts->probes);
	failed |= put_count(object, "overflow", counts->overflow);
	failed |= put_count(object, "untimed", result->untimed);
	failed |= put_count(object, "malformed", passed->malformed);
	failed |= put_count(object, "other_version", passed->other_version);
	failed |= put_count(object, "cut", passed->cut);
	failed |= put_count(object, "cut_short", passed->cut_short);
	failed |= put_count(object, "other_domain", passed->other_domain);
	failed |= put_count(object, "other_transport", passed->other_transport);
	failed |= put(object, "events", events);
	return put_whole(object, failed);
}

static json_t *profile_json(const struct ptp_findings *result)
{
	json_t *object;
	int failed = 0;

	if (result->profile == NULL) {
		return json_null();
	}
	object = json_object();
	failed |= put_text(object, "name", result->profile->name);
	failed |= put_text(object, "title", result->profile->title);
	failed |= put_text(object, "source", result->profile->source);
	failed |= put(object, "violations", violations_json(result->counts->violations));
	return put_whole(object, failed);
}

static json_t *joins_json(const struct ptp_joins *joins)
{
	json_t *array;
	int failed = 0;

	if (joins == NULL) {
		return json_null();
	}
	array = json_array();
	for (size_t i = 0; i < joins->count; i++) {
		failed |= json_array_append_new(array, put_text_value(joins->group[i]));
	}
	return put_whole(array, failed);
}

int ptp_put(json_t *object, const struct ptp_findings *result)
{
	json_t *ports = json_array(), *events = json_array(), *timing = json_array();
	int failed = 0;

	for (size_t i = 0; i < result->ports; i++) {
		failed |= json_array_append_new(ports, port_json(&result->port[i]));
	}
	for (size_t i = 0; i < result->events; i++) {
		failed |= json_array_append_new(events, event_json(result->event[i]));
	}
	for (size_t i = 0; i < result->series; i++) {
		failed |= json_array_append_new(timing, ptp_series_json(result, i));
	}
	failed |= put(object, "counts", counts_json(result));
	failed |= put(object, "ports", ports);
	failed |= put(object, "events", events);
	failed |= put(object, "events_complete",
		      json_boolean(result->events >= ptp_findings_events(result)));
	failed |= put(object, "timing", timing);
	failed |= put(object, "profile", profile_json(result));
	failed |= put_text(object, "mask", result->mask);
	failed |= put(object, "joined", joins_json(result->joins));
	failed |= put(object, "capture", report_tap_json(result->tap));
	return failed;
}
