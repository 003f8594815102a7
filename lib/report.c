/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

#include "ptp_shape.h"
#include "report_parts.h"

void report_note(struct report *report, const char *format, ...)
{
	va_list arguments;

	if (report->notes == REPORT_NOTES) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(report->note[report->notes++], REPORT_NOTE_TEXT, format, arguments);
	va_end(arguments);
}

const char *report_state_text(enum flow_state state)
{
	static const char *const text[] = {
		[FLOW_RUNNING] = "running",
		[FLOW_SILENT] = "sender_gone",
		[FLOW_ENDED] = "ended",
	};

	return text[state];
}

const char *report_stamp_kind_text(enum stamp kind)
{
	static const char *const text[STAMP_KINDS] = {
		[STAMP_USER] = "user",
		[STAMP_SOFTWARE] = "software",
		[STAMP_HARDWARE] = "hardware",
	};

	return text[kind];
}

const char *report_stamp_text(const uint64_t stamps[static STAMP_KINDS])
{
	enum stamp most = STAMP_USER;

	for (enum stamp kind = STAMP_SOFTWARE; kind < STAMP_KINDS; kind++) {
		if (stamps[kind] >= stamps[most]) {
			most = kind;
		}
	}
	return stamps[most] > 0 ? report_stamp_kind_text(most) : NULL;
}

const char *report_message_text(const struct flow_snapshot *flow)
{
	if (flow->encoding != FLOW_PTP) {
		return NULL;
	}
	return flow->key.group.port == PTP_SHAPE_EVENT_PORT ? "sync" : "follow_up";
}

char *report_mark(const struct flow_snapshot *flow, char text[static REPORT_MARK_TEXT])
{
	snprintf(text, REPORT_MARK_TEXT, "%06" PRIx64, flow->key.run_id >> 40);
	return text;
}

bool report_delay_is_absolute(const struct report *report, const struct flow_snapshot *flow)
{
	return report->synchronised && flow->sender_synchronised && flow->delay_count > 0;
}

uint64_t report_settled(const struct flow_snapshot *flow)
{
	return flow->counts.unique + flow->counts.lost;
}

double report_ratio(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

int64_t report_round_ns(double ns)
{
	if (isnan(ns)) {
		return 0;
	}
	if (ns >= 9223372036854775807.0) {
		return INT64_MAX;
	}
	return ns <= -9223372036854775808.0 ? INT64_MIN : (int64_t)llround(ns);
}

struct report_totals report_totals(const struct report *report)
{
	struct report_totals totals = {.sent_known = true};

	for (size_t i = 0; i < report->flows; i++) {
		const struct flow_snapshot *flow = &report->flow[i];

		totals.counts.received += flow->counts.received;
		totals.counts.unique += flow->counts.unique;
		totals.counts.lost += flow->counts.lost;
		totals.counts.duplicate += flow->counts.duplicate;
		totals.counts.reordered += flow->counts.reordered;
		totals.counts.late += flow->counts.late;
		totals.counts.corrupt += flow->counts.corrupt;
		totals.counts.bytes += flow->counts.bytes;
		totals.sent_known &= flow->sent_known;
		totals.sent += flow->sent_known ? flow->sent : report_settled(flow);
	}
	return totals;
}

static bool is_worse(const struct flow_snapshot *flow, const struct flow_snapshot *than)
{
	uint64_t other = flow->counts.duplicate + flow->counts.reordered + flow->counts.late +
			 flow->counts.corrupt;
	uint64_t than_other = than->counts.duplicate + than->counts.reordered + than->counts.late +
			      than->counts.corrupt;

	if (flow->counts.lost != than->counts.lost) {
		return flow->counts.lost > than->counts.lost;
	}
	if (other != than_other) {
		return other > than_other;
	}
	return flow->pdv_max_ns > than->pdv_max_ns;
}

const struct flow_snapshot *report_worst(const struct report *report)
{
	const struct flow_snapshot *worst = &report->flow[0];

	for (size_t i = 1; i < report->flows; i++) {
		if (is_worse(&report->flow[i], worst)) {
			worst = &report->flow[i];
		}
	}
	return worst;
}
