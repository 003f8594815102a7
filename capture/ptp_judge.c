/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ptp_limits.h"
#include "ptp_findings.h"
#include "ptp_judge_parts.h"
#include "ptp_judge_timing.h"
#include "report.h"
#include "text.h"
#include "verdict.h"

/* What the tap didn't hear, it may have lost itself. */
static bool is_absence(int kind)
{
	return kind == HEALTH_ANNOUNCE_TIMEOUT || kind == HEALTH_SYNC_TIMEOUT ||
	       kind == HEALTH_MISSING_FOLLOW_UP || kind == HEALTH_UNANSWERED_DELAY_REQ;
}

static void judge_events(const struct ptp_limit *limit, const struct ptp_findings *result,
			 struct grounds *grounds)
{
	bool is_any = limit->event == PTP_EVENTS_ANY, is_ours;
	uint64_t value = 0, sure = 0;

	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		uint64_t events = result->counts->events[kind];

		if (is_any || kind == limit->event) {
			value += events;
			sure += result->own_drops > 0 && is_absence(kind) ? 0 : events;
		}
	}
	if (value <= limit->amount.count) {
		return;
	}
	is_ours = sure <= limit->amount.count;
	verdict_reason(
		is_ours ? &grounds->unknowns : &grounds->fails,
		"%" PRIu64 " event%s of %s, limit %" PRIu64 "%s", value, value == 1 ? "" : "s",
		is_any ? "any kind" : health_event_text((enum health_event_kind)limit->event),
		limit->amount.count, is_ours ? ": the tap's own drops may have made them" : "");
}

static void judge_messages(const struct ptp_limit *limit, const struct ptp_findings *result,
			   struct grounds *grounds)
{
	uint64_t value = result->counts->messages;
	bool is_ours;

	if (value >= limit->amount.count) {
		return;
	}
	is_ours = limit->amount.count - value <= result->own_drops;
	verdict_reason(is_ours ? &grounds->unknowns : &grounds->fails,
		       "%" PRIu64 " messages came, %" PRIu64 " are asked for%s", value,
		       limit->amount.count,
		       is_ours ? ": the tap's own drops may be the others" : "");
}

static void judge_limit(const struct ptp_limit *limit, const struct ptp_findings *result,
			struct grounds *grounds)
{
	switch (limit->metric) {
	case PTP_METRIC_LOSS:
	case PTP_METRIC_DUPLICATE:
	case PTP_METRIC_REORDER:
	case PTP_METRIC_FOLLOW_UP:
	case PTP_METRIC_UNANSWERED:
		ptp_judge_streams(limit, result, grounds);
		break;
	case PTP_METRIC_CORRECTION:
		ptp_judge_corrections(limit, result, grounds);
		break;
	case PTP_METRIC_RATE:
		ptp_judge_rates(limit, result, grounds);
		break;
	case PTP_METRIC_PDV:
		ptp_judge_pdv(limit, result, &grounds->fails, &grounds->unknowns);
		break;
	case PTP_METRIC_EVENTS:
		judge_events(limit, result, grounds);
		break;
	case PTP_METRIC_MESSAGES:
		judge_messages(limit, result, grounds);
		break;
	}
}

/* By every Announce, also of those that nobody follows, or that were of a while only. */
static void judge_grandmaster(uint64_t expected, const struct ptp_findings *result,
			      struct grounds *grounds)
{
	char where[WHERE], name[PTP_PORT_TEXT], other[PTP_PORT_TEXT];
	uint64_t foreign = result->counts->foreign;
	bool is_announced = foreign > 0;

	ptp_clock_text(expected, name);
	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];
		bool is_now = port->has_announce && port->announce.grandmaster != expected;

		is_announced |= port->has_announce;
		foreign -= port->foreign.count;
		if (port->foreign.count == 0) {
			continue;
		}
		verdict_reason(&grounds->fails,
			       "%s: %s grandmaster %s%s, not %s (%" PRIu64 " Announce%s)",
			       where_of(port->domain, &port->identity, where),
			       is_now ? "announces" : "announced",
			       ptp_clock_text(is_now ? port->announce.grandmaster
						     : port->foreign.grandmaster,
					      other),
			       is_now ? "" : " for a while", name, port->foreign.count,
			       port->foreign.count == 1 ? "" : "s");
	}
	if (foreign > 0) {
		verdict_reason(&grounds->fails,
			       "%" PRIu64 " Announce%s of more ports than are followed tell%s of "
			       "another grandmaster than %s",
			       foreign, foreign == 1 ? "" : "s", foreign == 1 ? "s" : "", name);
	}
	if (!is_announced && result->counts->messages > 0) {
		verdict_reason(&grounds->unknowns,
			       "no Announce came, so that the grandmaster isn't known");
	}
}

static void judge_profile(const struct ptp_findings *result, struct grounds *grounds)
{
	for (int rule = 0; rule < PROFILE_RULES; rule++) {
		uint64_t count = result->counts->violations[rule];

		if (count > 0) {
			verdict_reason(
				&grounds->fails, "profile %s: %" PRIu64 " message%s it in '%s'",
				result->profile->name, count, count == 1 ? " breaks" : "s break",
				profile_rule_text((enum profile_rule)rule));
		}
	}
	ptp_judge_paces(result, grounds);
}

static void doubt(const struct ptp_findings *result, struct grounds *grounds)
{
	struct verdict *unknowns = &grounds->unknowns;
	uint64_t unbooked = ptp_findings_unbooked(result);

	if (result->counts->messages == 0) {
		verdict_reason(unknowns, "no PTP message came; %" PRIu64 " frames were looked at",
			       result->tap->frames);
	}
	if (result->passed.other_domain + result->passed.other_transport > 0 &&
	    result->counts->messages == 0) {
		verdict_reason(unknowns,
			       "%" PRIu64 " messages of other domains and %" PRIu64
			       " of other transports were passed over",
			       result->passed.other_domain, result->passed.other_transport);
	}
	if (result->own_drops > 0) {
		verdict_reason(unknowns, "the tap itself lost %" PRIu64 " frame%s",
			       result->own_drops, result->own_drops == 1 ? "" : "s");
	}
	if (result->passed.cut_short > 0) {
		verdict_reason(unknowns, "%" PRIu64 " message%s cut short by the capture",
			       result->passed.cut_short,
			       result->passed.cut_short == 1 ? " was" : "s were");
	}
	if (result->counts->overflow > 0) {
		verdict_reason(unknowns,
			       "%" PRIu64 " messages of more than %d ports weren't looked at",
			       result->counts->overflow, HEALTH_PORTS);
	}
	if (unbooked > 0) {
		verdict_reason(unknowns,
			       "%" PRIu64 " messages of more than %d sequences weren't followed",
			       unbooked, HEALTH_BOOKS);
	}
	if (result->tap->truncated) {
		verdict_reason(unknowns, "a file is cut short: what came behind isn't known");
	}
	if (result->is_gone) {
		verdict_reason(unknowns, "the interface is gone: what came later was not captured");
	} else if (result->link_downs > 0) {
		verdict_reason(unknowns, "the link went down %" PRIu64 " time%s",
			       result->link_downs, result->link_downs == 1 ? "" : "s");
	}
}

static bool times(const struct ptp_limits *limits, const struct ptp_findings *result)
{
	for (size_t i = 0; i < limits->count; i++) {
		if (limits->limit[i].metric == PTP_METRIC_PDV) {
			return true;
		}
	}
	return result->mask != NULL;
}

static void append(const struct verdict *from, struct verdict *to)
{
	for (size_t i = 0; i < from->count; i++) {
		verdict_reason(to, "%s", from->reason[i]);
	}
}

void ptp_judge(const struct ptp_limits *limits, const struct ptp_findings *result,
	       struct verdict *ret_verdict)
{
	struct grounds grounds = {0};

	for (size_t i = 0; i < limits->count; i++) {
		judge_limit(&limits->limit[i], result, &grounds);
	}
	if (limits->has_grandmaster) {
		judge_grandmaster(limits->grandmaster, result, &grounds);
	}
	if (result->profile != NULL) {
		judge_profile(result, &grounds);
	}
	if (result->mask != NULL) {
		ptp_judge_mask(result, &grounds.fails, &grounds.unknowns);
	}
	doubt(result, &grounds);
	if (times(limits, result)) {
		ptp_doubt_timing(result, &grounds.unknowns);
	}
	*ret_verdict = (struct verdict){
		.result = grounds.fails.count > 0      ? VERDICT_FAIL
			  : grounds.unknowns.count > 0 ? VERDICT_INCONCLUSIVE
						       : VERDICT_PASS,
	};
	append(&grounds.fails, ret_verdict);
	append(&grounds.unknowns, ret_verdict);
}
