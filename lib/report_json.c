/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>

#include "evidence.h"
#include "flows.h"
#include "locate.h"
#include "located.h"
#include "put.h"
#include "report_parts.h"
#include "stamps.h"
#include "verdict.h"

static json_t *verdict_json(const struct verdict *verdict)
{
	json_t *object = json_object(), *reasons = json_array();
	int failed = 0;

	for (size_t i = 0; i < verdict->count; i++) {
		failed |= json_array_append_new(reasons, put_text_value(verdict->reason[i]));
	}
	failed |= put_text(object, "result", verdict_text(verdict->result));
	failed |= put(object, "reasons", reasons);
	return put_whole(object, failed);
}

static json_t *heard_json(const struct flows_counts *counts)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "datagrams", counts->datagrams);
	failed |= put_count(object, "alien", counts->alien);
	failed |= put_count(object, "other_version", counts->other_version);
	failed |= put_count(object, "corrupt", counts->corrupt);
	failed |= put_count(object, "corrupt_unattributed", counts->corrupt_unattributed);
	failed |= put_count(object, "overflow", counts->overflow);
	failed |= put_count(object, "unheard_ends", counts->unheard_ends);
	failed |= put_count(object, "foreign_ptp", counts->foreign_ptp);
	failed |= put_count(object, "unvouched_syncs", counts->unvouched_syncs);
	failed |= put_count(object, "other_domain", counts->other_domain);
	return put_whole(object, failed);
}

json_t *report_json(const struct report *report)
{
	json_t *object = json_object(), *argv = json_array(), *notes = json_array(), *flows;
	int failed = 0;

	for (int i = 0; i < report->argc; i++) {
		failed |= json_array_append_new(argv, put_text_value(report->argv[i]));
	}
	for (size_t i = 0; i < report->notes; i++) {
		failed |= json_array_append_new(notes, put_text_value(report->note[i]));
	}
	failed |= put_text(object, "schema", REPORT_SCHEMA);
	failed |= put_text(object, "tool", report->tool);
	failed |= put_text(object, "version", report->version);
	failed |= put(object, "argv", argv);
	failed |= put_text(object, "host", report->host);
	failed |= put_text(object, "interface", report->interface);
	failed |= put_ns(object, "start_ns", report->start_ns);
	failed |= put_ns(object, "end_ns", report->end_ns);
	failed |= put(object, "synchronised", json_boolean(report->synchronised));
	failed |= put(object, "placement", report_placement_json(report));
	failed |= put(object, "verdict", verdict_json(report->verdict));
	failed |= put_count(object, "own_drops", report->own_drops);
	failed |= put(object, "notes", notes);
	if (report->evidence != NULL) {
		failed |= put(object, "evidence", evidence_json(report->evidence));
	}
	if (report->stamps != NULL) {
		failed |= put(object, "stamps", stamps_json(report->stamps));
	}
	if (report->witness != NULL) {
		failed |= put(object, "witness", json_incref(report->witness));
	}
	if (report->located != NULL) {
		failed |= put(object, "located",
			      locate_json(report->located->result, &report->located->verdict));
	}
	if (report->counts == NULL) {
		return put_whole(object, failed);
	}
	flows = json_array();
	for (size_t i = 0; i < report->flows; i++) {
		failed |= json_array_append_new(flows, report_flow_json(report, i));
	}
	failed |= put_ns(object, "lost_after_ns", report->lost_after_ns);
	failed |= put(object, "counts", heard_json(report->counts));
	failed |= put(object, "flows", flows);
	if (report->tap != NULL) {
		failed |= put(object, "capture", report_tap_json(report->tap));
	}
	return put_whole(object, failed);
}

json_t *report_interval_json(const struct flow_snapshot *flow, const struct flow_interval *interval,
			     int64_t from_ns, int64_t to_ns)
{
	bool any = interval->delay_count > 0;
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "type", "interval");
	failed |= put_ns(object, "from_ns", from_ns);
	failed |= put_ns(object, "to_ns", to_ns);
	failed |= report_put_key(object, &flow->key);
	if (flow->encoding == FLOW_PTP) {
		failed |= report_put_message(object, flow);
	}
	failed |= report_put_counts(object, &interval->counts);
	failed |= put_count(object, "delay_samples", interval->delay_count);
	failed |= put_ns_if(object, "jitter_ns", flow->delay_count > 1, interval->jitter_ns);
	failed |= put_ns_if(object, "pdv_max_ns", any, interval->pdv_max_ns);
	failed |= put_ns_if(object, "pdv_mean_ns", any, report_round_ns(interval->pdv_mean_ns));
	return put_whole(object, failed);
}

int report_json_write(json_t *object, bool compact, FILE *out)
{
	size_t flags = compact ? JSON_COMPACT : JSON_INDENT(2);
	int error = 0;

	/* 12 digits are more than any ratio here is worth, and keep 0.1 from 0.10000000000000001 */
	if (object == NULL ||
	    json_dumpf(object, out, flags | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12)) != 0 ||
	    fputc('\n', out) == EOF || fflush(out) != 0) {
		error = -EIO;
	}
	json_decref(object);
	return error;
}
