/* SPDX-License-Identifier: BSD-2-Clause */
#include "send_report.h"

#include <inttypes.h>

#include "departures.h"
#include "listening.h"
#include "locate.h"
#include "located.h"
#include "ptp_shape.h"
#include "put.h"
#include "report.h"
#include "send_options.h"
#include "send_result.h"
#include "stamps.h"
#include "text.h"

static void print_pattern(const struct send_result *result, FILE *out)
{
	const struct pacing_plan *plan = &result->options->plan;

	switch (plan->pattern) {
	case PACING_PERIODIC:
		fputs("periodic", out);
		break;
	case PACING_POISSON:
		fprintf(out, "poisson, seed %" PRIu64, result->seed);
		break;
	case PACING_BURST:
		fprintf(out, "bursts of %" PRIu32, plan->burst);
		break;
	case PACING_MAX:
		fputs("as fast as it goes", out);
		break;
	}
}

static void print_addresses(const struct send_result *result, FILE *out)
{
	const struct send_options *options = result->options;
	char source[ENDPOINT_TEXT], group[ENDPOINT_TEXT];

	fprintf(out, "%s -> %s", endpoint_text(&result->source, source),
		endpoint_text(&options->group.first, group));
	if (options->group.count > 1) {
		fprintf(out, "+%" PRIu32, options->group.count);
	}
}

void send_report_start(const struct send_result *result, FILE *out)
{
	const struct send_options *options = result->options;
	char text[UNITS_TEXT];

	fputs("ptprobe-send: ", out);
	print_addresses(result, out);
	if (options->interface) {
		fputs(" on ", out);
		text_print(options->interface, out);
	}
	if (options->ptp.given) {
		fprintf(out, ": PTP domain %d, Sync and Follow_Up, ", options->ptp.domain);
	} else {
		fprintf(out, ": %" PRIu64 " bytes, ", options->length);
	}
	if (!options->l2.given) {
		fprintf(out, "ttl %" PRIu64 ", ", options->ttl);
	}
	if (options->plan.pattern == PACING_MAX) {
		fputs("max rate", out);
	} else {
		fprintf(out, "%.6g pps (%s), ", pacing_rate_pps(&options->plan),
			units_rate_text(options->rate_bps, text));
		print_pattern(result, out);
	}
	if (options->count > 0) {
		fprintf(out, ", %" PRIu64 " %s%s", options->count,
			options->ptp.given ? "pair" : "probe", options->count == 1 ? "" : "s");
	}
	if (options->time_ns > 0) {
		fprintf(out, ", for %s", units_duration_text(options->time_ns, text));
	} else if (options->count == 0) {
		fputs(", until stopped", out);
	}
	fprintf(out, ", run %016" PRIx64 "\n", result->run_id);
	if (result->fragments > 1) {
		fprintf(out,
			"ptprobe-send: each probe leaves in %" PRIu32
			" fragments: the MTU is %" PRIu32 "\n",
			result->fragments, result->mtu_bytes);
	}
}

static void print_stamps(const struct send_result *result, FILE *out)
{
	const struct departures *departures = result->departures;
	char share[TEXT_SHARE], p50[UNITS_TEXT], p99[UNITS_TEXT], p999[UNITS_TEXT], max[UNITS_TEXT];

	fprintf(out, "  stamped  %" PRIu64 " (%s)", departures->counts.stamped,
		text_share(send_result_stamp_share(result), share));
	if (departures->counts.unstamped > 0) {
		fprintf(out, ", no stamp of %" PRIu64 " asked for", departures->counts.unstamped);
	}
	if (send_result_device_stamps(result)) {
		fprintf(out, ", queued and never sent %" PRIu64,
			departures->counts.sched_without_snd);
	}
	fputc('\n', out);
	if (departures->pacing_error.total > 0) {
		fprintf(out, "  pacing   error p50 %s, p99 %s, p99.9 %s, max %s\n",
			units_duration_text(departures_pacing_error_ns(departures, 0.5), p50),
			units_duration_text(departures_pacing_error_ns(departures, 0.99), p99),
			units_duration_text(departures_pacing_error_ns(departures, 0.999), p999),
			units_duration_text(departures->max_pacing_error_ns, max));
	}
}

static void print_general(const struct send_result *result, FILE *out)
{
	const struct send_general *general = &result->general;
	char text[UNITS_TEXT];

	fprintf(out, "  follow   %" PRIu64 " Follow_Up%s, at most %s behind the Syncs",
		general->sent, general->sent == 1 ? "" : "s",
		units_duration_text(general->max_wait_ns, text));
	if (general->without_stamp > 0) {
		fprintf(out, "; %" PRIu64 " without a departure", general->without_stamp);
	}
	if (general->failed > 0) {
		fprintf(out, "; %" PRIu64 " failed", general->failed);
	}
	fputc('\n', out);
}

static void print_errors(const struct send_errors *errors, FILE *out)
{
	char name[SEND_ERROR_NAME];

	for (uint32_t i = 0; i < errors->count; i++) {
		fprintf(out, "%s%s %" PRIu64, i == 0 ? "  errors   " : ", ",
			send_error_name(errors->error[i].number, name), errors->error[i].times);
	}
	if (errors->count > 0) {
		fputc('\n', out);
	}
}

void send_report_text(const struct send_result *result, const struct report *report, bool colour,
		      FILE *out)
{
	const struct send_counts *counts = &result->counts;
	double pps = send_result_pps(result), ppm;
	bool is_ptp = result->options->ptp.given;
	char text[UNITS_TEXT];

	print_addresses(result, out);
	fprintf(out, ", run %016" PRIx64 "\n", result->run_id);
	fprintf(out, "  sent     %" PRIu64 " %s%s, %" PRIu64 " bytes%s in %s", counts->sent,
		is_ptp ? "Sync" : "probe", counts->sent == 1 ? "" : "s", counts->bytes,
		is_ptp ? " with the Follow_Ups" : "",
		units_duration_text(result->elapsed_ns, text));
	if (counts->failed > 0) {
		fprintf(out, "; %" PRIu64 " failed", counts->failed);
	}
	fputc('\n', out);
	if (is_ptp) {
		print_general(result, out);
	}
	fputs("  rate     ", out);
	if (pps > 0) {
		double bits = 8 * (double)send_options_probe_bytes(result->options);

		fprintf(out, "%.9g pps, %s, ", pps, units_rate_text(pps * bits, text));
	}
	print_pattern(result, out);
	if (send_result_deviation_ppm(result, &ppm)) {
		fprintf(out, ", %+.3f ppm from the schedule", ppm);
	}
	fputc('\n', out);
	if (result->options->plan.pattern != PACING_MAX) {
		fprintf(out, "  slots    %" PRIu64 " late, max slip %s", counts->late,
			units_duration_text(result->max_slip_ns, text));
		if (result->missed > 0) {
			fprintf(out, ", %" PRIu64 " missed", result->missed);
		}
		fputc('\n', out);
	}
	if (!result->options->offload && result->options->stamp != STAMPS_USER) {
		print_stamps(result, out);
	}
	if (report->stamps != NULL && stamps_are_told(report->stamps)) {
		fputs("  stamps   ", out);
		stamps_text(report->stamps, out);
		fputc('\n', out);
	}
	print_errors(&result->errors, out);
	if (report_is_placed(report)) {
		fputs("  placed   ", out);
		report_placement_text(report, out);
		fputc('\n', out);
	}
	for (size_t i = 0; i < report->notes; i++) {
		fprintf(out, "  note     %s\n", report->note[i]);
	}
	if (report->located != NULL) {
		locate_text(report->located->result, out);
	}
	report_verdict_text(report, colour, out);
}

void send_report_interval_text(const struct send_interval *interval, FILE *out)
{
	const struct send_counts *counts = &interval->counts;
	double span_s = (double)(interval->to_ns - interval->from_ns) / 1e9;
	char text[UNITS_TEXT];

	fprintf(out, "%8.2f-%-8.2f s  %8" PRIu64 " sent  %10.1f pps  %10s  %6" PRIu64 " late",
		(double)interval->from_ns / 1e9, (double)interval->to_ns / 1e9, counts->sent,
		(double)counts->sent / span_s,
		units_rate_text(8 * (double)counts->bytes / span_s, text), counts->late);
	if (counts->failed > 0) {
		fprintf(out, "  %" PRIu64 " failed", counts->failed);
	}
	fputc('\n', out);
}

static int put_counts(json_t *object, const struct send_counts *counts)
{
	int failed = 0;

	failed |= put_count(object, "sent", counts->sent);
	failed |= put_count(object, "failed", counts->failed);
	failed |= put_count(object, "bytes", counts->bytes);
	failed |= put_count(object, "late_slots", counts->late);
	return failed;
}

json_t *send_report_interval_json(const struct send_interval *interval)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "type", "interval");
	failed |= put_ns(object, "from_ns", interval->from_ns);
	failed |= put_ns(object, "to_ns", interval->to_ns);
	failed |= put_counts(object, &interval->counts);
	return put_whole(object, failed);
}

static int put_rates(json_t *object, const struct send_result *result)
{
	static const char *const pattern[] = {"periodic", "poisson", "burst", "max"};
	const struct pacing_plan *plan = &result->options->plan;
	bool scheduled = plan->pattern != PACING_MAX;
	int failed = 0;
	double ppm;

	failed |= put(object, "rate_asked_pps",
		      scheduled ? json_real(pacing_rate_pps(plan)) : json_null());
	failed |= put_ratio(object, "rate_achieved_pps", send_result_pps(result));
	failed |= put(object, "rate_deviation_ppm",
		      send_result_deviation_ppm(result, &ppm) ? json_real(ppm) : json_null());
	failed |= put_text(object, "pattern", pattern[plan->pattern]);
	if (plan->pattern == PACING_BURST) {
		failed |= put_count(object, "burst", plan->burst);
	}
	if (plan->pattern == PACING_POISSON) {
		char seed[24]; /* text: seeds above 2^53 don't survive every reader */

		snprintf(seed, sizeof(seed), "%" PRIu64, result->seed);
		failed |= put_text(object, "seed", seed);
	}
	failed |= put_count(object, "missed_slots", result->missed);
	failed |= put_ns(object, "max_slip_ns", result->max_slip_ns);
	return failed;
}

static json_t *ranges_json(const struct ranges *ranges)
{
	json_t *array = json_array();
	int failed = 0;

	for (uint32_t i = 0; i < ranges->count; i++) {
		json_t *range = json_array();

		failed |= json_array_append_new(range, put_count_value(ranges->range[i].first));
		failed |= json_array_append_new(range, put_count_value(ranges->range[i].last));
		failed |= json_array_append_new(array, range);
	}
	return put_whole(array, failed);
}

/* count and ranges of seqs; complete: of every probe it is known whether it is among them. */
static json_t *seqs_json(uint64_t count, const struct ranges *ranges, bool complete)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "count", count);
	failed |= put(object, "ranges", ranges_json(ranges));
	failed |= put(object, "complete", json_boolean(complete && !ranges->incomplete));
	return put_whole(object, failed);
}

static int put_departures(json_t *object, const struct send_result *result)
{
	const struct departures *departures = result->departures;
	const struct departures_counts *counts = &departures->counts;
	static const struct ranges none;
	/* sampled stamps don't see every probe, nor do stamps that are in doubt */
	bool asked = counts->requested == result->counts.sent,
	     certain = counts->unstamped == counts->unscheduled;
	bool known = send_result_device_stamps(result);
	int failed = 0;

	failed |= put_count(object, "stamp_every", result->stamp_every);
	failed |= put_count(object, "scheduled", counts->scheduled);
	failed |= put_count(object, "stamped", counts->stamped);
	failed |= put_ratio(object, "stamp_share", send_result_stamp_share(result));
	failed |= put(object, "unscheduled",
		      seqs_json(counts->unscheduled, &departures->unscheduled, asked && certain));
	failed |= put(object, "sched_without_snd",
		      seqs_json(known ? counts->sched_without_snd : 0,
				known ? &departures->dropped : &none, known && asked && certain));
	failed |= put_count(object, "unstamped", counts->unstamped);
	return failed;
}

static json_t *refusals_json(const struct send_refusals *refusals)
{
	json_t *array = json_array();
	char name[SEND_ERROR_NAME];
	int failed = 0;

	for (uint32_t i = 0; i < refusals->count; i++) {
		const struct send_refusal *refusal = &refusals->refusal[i];
		json_t *object = seqs_json(refusal->refused, &refusal->seqs, true);

		failed |= put_text(object, "error", send_error_name(refusal->number, name));
		failed |= json_array_append_new(array, object);
	}
	return put_whole(array, failed);
}

static json_t *errors_json(const struct send_errors *errors)
{
	json_t *object = json_object();
	char name[SEND_ERROR_NAME];
	int failed = 0;

	for (uint32_t i = 0; i < errors->count; i++) {
		failed |= put_count(object, send_error_name(errors->error[i].number, name),
				    errors->error[i].times);
	}
	return put_whole(object, failed);
}

static json_t *pacing_json(const struct departures *departures)
{
	const struct hist *error = &departures->pacing_error;
	bool any = error->total > 0;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_ns_if(object, "p50_ns", any, departures_pacing_error_ns(departures, 0.5));
	failed |= put_ns_if(object, "p99_ns", any, departures_pacing_error_ns(departures, 0.99));
	failed |= put_ns_if(object, "p999_ns", any, departures_pacing_error_ns(departures, 0.999));
	failed |= put_ns_if(object, "max_ns", any, departures->max_pacing_error_ns);
	failed |= put_count(object, "samples", error->total);
	return put_whole(object, failed);
}

static json_t *syncs_json(const struct send_result *result)
{
	const struct send_counts *counts = &result->counts;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "port", PTP_SHAPE_EVENT_PORT);
	failed |= put_count(object, "source_port", result->source.port);
	failed |= put_count(object, "length_bytes", PTP_SHAPE_SYNC_LENGTH);
	failed |= put_count(object, "sent", counts->sent);
	failed |= put_count(object, "failed", counts->failed);
	failed |= put_count(object, "bytes", counts->bytes - result->general.bytes);
	return put_whole(object, failed);
}

static json_t *follow_ups_json(const struct send_result *result)
{
	const struct send_general *general = &result->general;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "port", PTP_SHAPE_GENERAL_PORT);
	failed |= put_count(object, "source_port", result->general_source.port);
	failed |= put_count(object, "length_bytes", PTP_SHAPE_FOLLOW_UP_LENGTH);
	failed |= put_count(object, "sent", general->sent);
	failed |= put_count(object, "failed", general->failed);
	failed |= put_count(object, "bytes", general->bytes);
	failed |= put_count(object, "without_stamp", general->without_stamp);
	failed |= put_ns(object, "max_wait_ns", general->max_wait_ns);
	return put_whole(object, failed);
}

static int put_shape(json_t *object, const struct send_result *result)
{
	const struct send_options *options = result->options;
	int failed = put_text(object, "encoding", options->ptp.given ? "ptp" : "native");

	if (options->ptp.given) {
		failed |= put_count(object, "domain", options->ptp.domain);
		failed |= put(object, "syncs", syncs_json(result));
		failed |= put(object, "follow_ups", follow_ups_json(result));
		failed |= put(object, "listened", listening_json(result->listening));
	}
	return failed;
}

static json_t *sender_json(const struct send_result *result)
{
	const struct send_options *options = result->options;
	json_t *object = json_object();
	char run_id[17], address[ENDPOINT_ADDRESS_TEXT];
	int failed = 0;

	snprintf(run_id, sizeof(run_id), "%016" PRIx64, result->run_id);
	failed |= put_text(object, "run_id", run_id);
	failed |= put_shape(object, result);
	failed |= put_text(object, "source", endpoint_address_text(&result->source, address));
	failed |= put_count(object, "source_port", result->source.port);
	failed |= put_text(object, "group", endpoint_address_text(&options->group.first, address));
	failed |= put_count(object, "port", options->group.first.port);
	failed |= put_count(object, "groups", options->group.count);
	failed |= put_count(object, "length_bytes", options->length);
	failed |= put_count(object, "fragments", result->fragments);
	failed |=
		put(object, "ttl", options->l2.given ? json_null() : put_count_value(options->ttl));
	failed |= put(object, "dscp",
		      options->l2.given ? json_null() : put_count_value(options->dscp));
	failed |= put_counts(object, &result->counts);
	failed |= put_rates(object, result);
	failed |= put_departures(object, result);
	failed |= put(object, "errors", errors_json(&result->errors));
	failed |= put(object, "failed_ranges", refusals_json(result->refusals));
	failed |= put(object, "pacing_error", pacing_json(result->departures));
	failed |= put(object, "interrupted", json_boolean(result->interrupted));
	return put_whole(object, failed);
}

json_t *send_report_json(const struct send_result *result, const struct report *report)
{
	json_t *object = report_json(report);

	return put_whole(object, put(object, "sender", sender_json(result)));
}
