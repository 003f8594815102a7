/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "ptp_shape.h"
#include "spread.h"
#include "status.h"
#include "text.h"

enum { FLOW_NAME = ENDPOINT_ADDRESS_TEXT + ENDPOINT_TEXT + 32 };

static const char *flow_name(const struct flow_snapshot *flow, char *text)
{
	char source[ENDPOINT_ADDRESS_TEXT], group[ENDPOINT_TEXT];

	snprintf(text, FLOW_NAME, "flow %06" PRIx64 " from %s to %s", flow->key.run_id >> 40,
		 endpoint_address_text(&flow->key.source, source),
		 ptp_shape_group_text(&flow->key.group, group));
	return text;
}

static const char *amount_text(const struct units_amount *amount, char *text)
{
	if (amount->is_share) {
		return text_share(amount->share, text);
	}
	snprintf(text, TEXT_SHARE, "%" PRIu64, amount->count);
	return text;
}

/* The most packets of total that the limit lets be; the margin is for shares that binary can't
 * hold. */
static uint64_t most_of(const struct units_amount *amount, uint64_t total)
{
	return amount->is_share ? (uint64_t)floor(amount->share * (double)total + 1e-6)
				: amount->count;
}

static uint64_t least_of(const struct units_amount *amount, uint64_t total)
{
	return amount->is_share ? (uint64_t)ceil(amount->share * (double)total - 1e-6)
				: amount->count;
}

/* Packets by which a flow misses a limit on loss or on what was received: what own drops may
 * explain. */
static uint64_t packets_missed_by(const struct limit *limit, const struct flow_snapshot *flow)
{
	uint64_t total = flow->counts.unique + flow->counts.lost, bound;

	if (limit->metric == LIMIT_LOSS) {
		bound = most_of(&limit->amount, total);
		return flow->counts.lost > bound ? flow->counts.lost - bound : 0;
	}
	bound = least_of(&limit->amount, total);
	return flow->counts.unique < bound ? bound - flow->counts.unique : 0;
}

static bool judge_packets(const struct limit *limit, const struct flow_snapshot *flow,
			  uint64_t own_drops, struct verdict *verdict)
{
	const struct flow_counts *counts = &flow->counts;
	uint64_t total = counts->unique + counts->lost;
	char name[FLOW_NAME], share[TEXT_SHARE], bound[TEXT_SHARE];

	if (packets_missed_by(limit, flow) <= own_drops) {
		return false;
	}
	amount_text(&limit->amount, bound);
	if (limit->metric == LIMIT_LOSS) {
		text_share((double)counts->lost / (double)total, share);
		verdict_reason(verdict, "%s: lost %" PRIu64 " of %" PRIu64 " (%s), limit %s%s",
			       flow_name(flow, name), counts->lost, total, share, bound,
			       own_drops > 0 ? "; own drops can't explain all of it" : "");
	} else {
		verdict_reason(verdict,
			       "%s: received %" PRIu64 " of %" PRIu64 ", at least %s wanted%s",
			       flow_name(flow, name), counts->unique, total, bound,
			       own_drops > 0 ? "; own drops can't explain it" : "");
	}
	return true;
}

static bool judge_amount(const struct limit *limit, const struct flow_snapshot *flow,
			 struct verdict *verdict)
{
	bool is_duplicate = limit->metric == LIMIT_DUPLICATE;
	uint64_t value = is_duplicate ? flow->counts.duplicate : flow->counts.reordered;
	char name[FLOW_NAME], share[TEXT_SHARE], bound[TEXT_SHARE];

	if (value <= most_of(&limit->amount, flow->counts.unique)) {
		return false;
	}
	verdict_reason(verdict, "%s: %s %" PRIu64 " of %" PRIu64 " (%s), limit %s",
		       flow_name(flow, name), is_duplicate ? "duplicate" : "reordered", value,
		       flow->counts.unique,
		       text_share((double)value / (double)flow->counts.unique, share),
		       amount_text(&limit->amount, bound));
	return true;
}

static bool judge_duration(const struct limit *limit, const struct flow_snapshot *flow,
			   const char *what, int64_t value_ns, struct verdict *verdict)
{
	char name[FLOW_NAME], value[UNITS_TEXT], bound[UNITS_TEXT];

	if (value_ns <= limit->duration_ns) {
		return false;
	}
	units_duration_text(value_ns, value);
	units_duration_text(limit->duration_ns, bound);
	if (strcmp(value, bound) == 0) { /* the rounding hides by how little */
		verdict_reason(verdict, "%s: %s %" PRId64 " ns, limit %" PRId64 " ns",
			       flow_name(flow, name), what, value_ns, limit->duration_ns);
	} else {
		verdict_reason(verdict, "%s: %s %s, limit %s", flow_name(flow, name), what, value,
			       bound);
	}
	return true;
}

static bool delay_is_spoiled(const struct flow_snapshot *flow,
			     const struct circumstances *circumstances)
{
	return circumstances->clock_steps > 0 || flow->splits > 0;
}

static bool judge_pdv(const struct limit *limit, const struct flow_snapshot *flow,
		      struct verdict *verdict)
{
	char what[UNITS_TEXT];

	if (flow->delay_count == 0) {
		return false;
	}
	if (limit->quantile >= 1) {
		return judge_duration(limit, flow, "PDV max", flow->pdv_max_ns, verdict);
	}
	snprintf(what, sizeof(what), "PDV p%.10g", limit->quantile * 100);
	return judge_duration(limit, flow, what, spread_quantile_ns(flow->spread, limit->quantile),
			      verdict);
}

/* The longest outage, less what own drops could have made of it. */
static int64_t network_outage_ns(const struct flow_snapshot *flow, uint64_t own_drops)
{
	double explained_ns = (double)own_drops * (double)flow->period_ns;

	if (own_drops == 0) {
		return flow->longest_outage_ns;
	}
	if (flow->period_ns <= 0 || explained_ns >= (double)flow->longest_outage_ns) {
		return 0;
	}
	return flow->longest_outage_ns - (int64_t)explained_ns;
}

static bool judge_limit(const struct limit *limit, const struct flow_snapshot *flow,
			const struct circumstances *circumstances, struct verdict *verdict)
{
	switch (limit->metric) {
	case LIMIT_LOSS:
	case LIMIT_RECEIVED:
		return judge_packets(limit, flow, circumstances->own_drops, verdict);
	case LIMIT_DUPLICATE:
	case LIMIT_REORDER:
		return judge_amount(limit, flow, verdict);
	case LIMIT_JITTER:
		return !delay_is_spoiled(flow, circumstances) && flow->delay_count > 1 &&
		       judge_duration(limit, flow, "jitter", flow->jitter_ns, verdict);
	case LIMIT_PDV:
		return !delay_is_spoiled(flow, circumstances) && judge_pdv(limit, flow, verdict);
	case LIMIT_OUTAGE:
		return judge_duration(limit, flow, "outage",
				      network_outage_ns(flow, circumstances->own_drops), verdict);
	}
	return false;
}

/* The own drops may explain each flow's loss alone, but not all of them at once. */
static bool judge_together(const struct limit *limit, const struct flow_snapshot *flow,
			   size_t flows, uint64_t own_drops, struct verdict *verdict)
{
	uint64_t missed_by = 0;

	if (limit->metric != LIMIT_LOSS && limit->metric != LIMIT_RECEIVED) {
		return false;
	}
	for (size_t i = 0; i < flows; i++) {
		uint64_t alone = packets_missed_by(limit, &flow[i]);

		if (alone > own_drops) { /* told already */
			return false;
		}
		missed_by += alone;
	}
	if (missed_by <= own_drops) {
		return false;
	}
	verdict_reason(verdict,
		       "all flows: %" PRIu64 " packets short of their limits, and only %" PRIu64
		       " own drops to explain them",
		       missed_by, own_drops);
	return true;
}

static bool find_violations(const struct limits *limits, const struct flow_snapshot *flow,
			    size_t flows, const struct circumstances *circumstances,
			    struct verdict *verdict)
{
	bool lost = false, found = false;

	for (size_t l = 0; l < limits->count; l++) {
		const struct limit *limit = &limits->limit[l];
		bool violated = false;

		for (size_t f = 0; f < flows; f++) {
			violated |= judge_limit(limit, &flow[f], circumstances, verdict);
		}
		violated |= judge_together(limit, flow, flows, circumstances->own_drops, verdict);
		lost |= violated && (limit->metric == LIMIT_LOSS || limit->metric == LIMIT_OUTAGE ||
				     limit->metric == LIMIT_RECEIVED);
		found |= violated;
	}
	if (lost && circumstances->link_downs > 0) {
		verdict_reason(verdict, "this host's link went down %" PRIu64 " times meanwhile",
			       circumstances->link_downs);
	}
	return found;
}

static void doubt_delay(const struct limits *limits, const struct flow_snapshot *flow,
			const struct circumstances *circumstances, struct verdict *verdict)
{
	uint64_t needed = 0;
	char name[FLOW_NAME];

	for (size_t i = 0; i < limits->count; i++) {
		if (limits->limit[i].metric == LIMIT_PDV && needed < 1) {
			needed = 1;
		} else if (limits->limit[i].metric == LIMIT_JITTER) {
			needed = 2; /* a difference of two */
		}
	}
	if (needed == 0) {
		return;
	}
	flow_name(flow, name);
	if (delay_is_spoiled(flow, circumstances)) {
		verdict_reason(verdict, "%s: a clock was stepped: its delay can't be judged", name);
	} else if (flow->delay_count < needed) {
		verdict_reason(verdict, "%s: %" PRIu64 " samples of delay: too few to judge it",
			       name, flow->delay_count);
	}
}

static void doubt_flow(const struct flow_snapshot *flow, bool stopped_by_us,
		       struct verdict *verdict)
{
	char name[FLOW_NAME];

	flow_name(flow, name);
	if (flow->counts.unique == 0) {
		verdict_reason(verdict, "%s: not one probe came", name);
	}
	if (!flow->sent_known && flow->state == FLOW_SILENT) {
		verdict_reason(verdict,
			       "%s: fell silent without an END: the loss at its tail is unknown",
			       name);
	} else if (!flow->sent_known && !stopped_by_us) {
		verdict_reason(verdict, "%s: %s: the loss at its tail is unknown", name,
			       flow->ends > 0 ? "not settled yet" : "no END came");
	} else if (flow->pending > 0) {
		verdict_reason(verdict, "%s: %" PRIu64 " missing probes could still have come",
			       name, flow->pending);
	}
	if (flow->jumps > 0) {
		verdict_reason(verdict,
			       "%s: its sequence numbers jumped over %" PRIu64
			       " that can't have been sent",
			       name, flow->skipped);
	}
}

/* Of a flow of Follow_Ups: is there one of their Syncs, too? */
static bool has_syncs(const struct flow_snapshot *general, const struct flow_snapshot *flow,
		      size_t flows)
{
	for (size_t i = 0; i < flows; i++) {
		if (flow[i].key.run_id == general->key.run_id &&
		    flow[i].key.group.port == PTP_SHAPE_EVENT_PORT &&
		    memcmp(flow[i].key.group.address, general->key.group.address,
			   sizeof(general->key.group.address)) == 0) {
			return true;
		}
	}
	return false;
}

/* Syncs without a Follow_Up aren't known to be probes; Follow_Ups without a Sync are. */
static void doubt_pairs(const struct flow_snapshot *flow, size_t flows, struct verdict *verdict)
{
	char name[FLOW_NAME];

	for (size_t i = 0; i < flows; i++) {
		if (flow[i].encoding == FLOW_PTP &&
		    flow[i].key.group.port == PTP_SHAPE_GENERAL_PORT &&
		    !has_syncs(&flow[i], flow, flows)) {
			verdict_reason(
				verdict,
				"%s: its Follow_Ups came, and not one Sync: does the path pass "
				"event messages%s?",
				flow_name(&flow[i], name),
				endpoint_is_mac(&flow[i].key.group) ? "" : " (port 319)");
		}
	}
}

static void find_doubts(const struct limits *limits, const struct flow_snapshot *flow, size_t flows,
			const struct circumstances *circumstances, struct verdict *verdict)
{
	char group[ENDPOINT_ADDRESS_TEXT];

	if (flows == 0) {
		verdict_reason(verdict, "no probe came");
	}
	if (circumstances->own_drops > 0 && circumstances->at_tap) {
		verdict_reason(verdict,
			       "this capture itself lost %" PRIu64
			       " frames: as many probes may have passed unseen",
			       circumstances->own_drops);
	} else if (circumstances->own_drops > 0) {
		verdict_reason(verdict,
			       "this receiver's own sockets dropped %" PRIu64
			       " datagrams: as many losses may not be the network's",
			       circumstances->own_drops);
	}
	if (circumstances->overflow > 0) {
		verdict_reason(verdict,
			       "%" PRIu64
			       " datagrams belong to more streams than can be told apart",
			       circumstances->overflow);
	}
	if (flows > 0 && circumstances->silent_groups > 0) {
		verdict_reason(verdict,
			       "no probe came for %" PRIu32 " of %" PRIu32
			       " groups: the first is %s",
			       circumstances->silent_groups, circumstances->groups,
			       endpoint_address_text(&circumstances->silent_group, group));
	}
	doubt_pairs(flow, flows, verdict);
	for (size_t i = 0; i < flows; i++) {
		doubt_flow(&flow[i], circumstances->stopped_by_us, verdict);
		doubt_delay(limits, &flow[i], circumstances, verdict);
	}
}

void verdict_judge(const struct limits *limits, const struct flow_snapshot *flow, size_t flows,
		   const struct circumstances *circumstances, struct verdict *ret_verdict)
{
	*ret_verdict = (struct verdict){.result = VERDICT_PASS};
	if (find_violations(limits, flow, flows, circumstances, ret_verdict)) {
		ret_verdict->result = VERDICT_FAIL;
	}
	/* a failed check tells its doubts, too: they bound how bad it was */
	find_doubts(limits, flow, flows, circumstances, ret_verdict);
	if (ret_verdict->result == VERDICT_PASS && ret_verdict->count > 0) {
		ret_verdict->result = VERDICT_INCONCLUSIVE;
	}
}

const char *verdict_text(enum verdict_result result)
{
	static const char *const text[] = {
		[VERDICT_PASS] = "pass",
		[VERDICT_FAIL] = "fail",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
	};

	return text[result];
}

int verdict_status(enum verdict_result result)
{
	static const int status[] = {
		[VERDICT_PASS] = STATUS_PASS,
		[VERDICT_FAIL] = STATUS_FAIL,
		[VERDICT_INCONCLUSIVE] = STATUS_INCONCLUSIVE,
	};

	return status[result];
}

void verdict_reason(struct verdict *verdict, const char *format, ...)
{
	va_list arguments;

	if (verdict->count == VERDICT_REASONS) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(verdict->reason[verdict->count++], VERDICT_TEXT, format, arguments);
	va_end(arguments);
}
