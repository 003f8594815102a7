/* SPDX-License-Identifier: BSD-2-Clause */
/* What a load says of the link, and what it conceals: libiperf calls a test that stalled a success.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "link_parts.h"
#include "text.h"
#include "units.h"

enum { WORTH_BYTES = 1000000 }; /* less may be lost in what else passes */

bool link_is_loaded(const struct load *load, bool is_forward)
{
	return load->bidirectional || load->reverse != is_forward;
}

double link_received_bps(const struct load *load, bool is_forward)
{
	const struct load_way *way = is_forward ? &load->forward : &load->backward;

	if (!way->known) {
		return -1;
	}
	/* of UDP, an iperf3 may say only what was sent and which share of it was lost */
	if (load->is_udp && way->sent_known && way->received_bps <= 0 && load->udp_known &&
	    load->packets > 0 && load->lost <= load->packets) {
		return way->sent_bps * (1 - (double)load->lost / (double)load->packets);
	}
	return way->received_known ? way->received_bps : -1;
}

static uint64_t rise(const struct link_end *end, const char *name)
{
	uint64_t by = 0;

	(void)counters_delta(&end->before->counters, &end->after->counters, name, &by);
	return by;
}

uint64_t link_host_losses(const struct link_result *result, bool is_forward)
{
	const struct link_end *end = is_forward ? &result->far : &result->near;

	return end->is_known ? rise(end, "udp.RcvbufErrors") + rise(end, "udp6.RcvbufErrors") : 0;
}

uint64_t link_carrier_changes(const struct link_result *result)
{
	const struct link_end *ends[] = {&result->near, &result->far};
	uint64_t changes = 0;

	for (size_t i = 0; i < 2; i++) {
		if (ends[i]->is_known && ends[i]->moved->carrier_changes > 0) {
			changes += (uint64_t)ends[i]->moved->carrier_changes;
		}
	}
	return changes;
}

static void judge_rate(const struct link_limits *limits, const struct load *load, bool is_forward,
		       struct link_findings *findings)
{
	const char *way = is_forward ? "forward" : "backward";
	double bps = link_received_bps(load, is_forward);
	char rate[UNITS_TEXT], wanted[UNITS_TEXT];

	if (limits->min_rate_bps <= 0 || !link_is_loaded(load, is_forward)) {
		return;
	}
	units_rate_text(limits->min_rate_bps, wanted);
	if (bps < 0 || !isfinite(bps)) {
		verdict_reason(&findings->unknowns,
			       "%s: it isn't known what arrived, at least %s "
			       "wanted",
			       way, wanted);
	} else if (bps < limits->min_rate_bps) {
		verdict_reason(&findings->fails, "%s: %s arrived, at least %s wanted", way,
			       units_rate_text(bps, rate), wanted);
	}
}

/* TCP retransmits also because a queue is full, or to find out how much a path can take. */
static void judge_retransmits(const struct link_limits *limits, const struct load *load,
			      bool is_forward, struct link_findings *findings)
{
	const struct load_way *way = is_forward ? &load->forward : &load->backward;
	const char *name = is_forward ? "forward" : "backward";

	if (!limits->has_max_retrans || !link_is_loaded(load, is_forward)) {
		return;
	}
	if (!way->known || !way->retransmits_known) {
		verdict_reason(&findings->unknowns,
			       "%s: it isn't known how often TCP retransmitted", name);
	} else if (way->retransmits > limits->max_retrans) {
		verdict_reason(&findings->fails,
			       "%s: %" PRIu64 " retransmits, limit %" PRIu64
			       ": of themselves they say nothing of the cable",
			       name, way->retransmits, limits->max_retrans);
	}
}

static void judge_jitter(const struct link_limits *limits, const struct load *load,
			 struct link_findings *findings)
{
	char value[UNITS_TEXT], bound[UNITS_TEXT];

	if (!limits->has_max_jitter) {
		return;
	}
	if (!load->udp_known || !isfinite(load->jitter_ms)) {
		verdict_reason(&findings->unknowns,
			       "the jitter isn't known: only a UDP load has it");
	} else if (load->jitter_ms * 1e6 > (double)limits->max_jitter_ns) {
		double ns = load->jitter_ms * 1e6;

		verdict_reason(&findings->fails, "jitter %s, limit %s",
			       units_duration_text(ns < 9e18 ? (int64_t)ns : INT64_MAX, value),
			       units_duration_text(limits->max_jitter_ns, bound));
	}
}

/* As many of the datagrams as the limit lets be lost. */
static uint64_t most_lost(const struct units_amount *amount, uint64_t packets)
{
	return amount->is_share ? (uint64_t)floor(amount->share * (double)packets + 1e-6)
				: amount->count;
}

static void judge_loss(const struct link_limits *limits, const struct link_result *result,
		       struct link_findings *findings)
{
	const struct load *load = result->load;
	uint64_t host = 0, most;
	char share[TEXT_SHARE];

	if (!limits->has_max_udp_loss) {
		return;
	}
	if (!load->udp_known || load->packets == 0) {
		verdict_reason(&findings->unknowns,
			       "the loss isn't known: only a UDP load that sent something has it");
		return;
	}
	most = most_lost(&limits->max_udp_loss, load->packets);
	if (load->lost <= most) {
		return;
	}
	for (int i = 0; i < 2; i++) {
		host += link_is_loaded(load, i == 0) ? link_host_losses(result, i == 0) : 0;
	}
	text_share((double)load->lost / (double)load->packets, share);
	if (load->lost - most <= host) {
		verdict_reason(&findings->unknowns,
			       "lost %" PRIu64 " of %" PRIu64 " datagrams (%s), limit %" PRIu64
			       ": but the host lost %" PRIu64
			       " of them (RcvbufErrors): it was too slow, not the link",
			       load->lost, load->packets, share, most, host);
		return;
	}
	verdict_reason(&findings->fails,
		       "lost %" PRIu64 " of %" PRIu64 " datagrams (%s), limit %" PRIu64 "%s",
		       load->lost, load->packets, share, most,
		       host > 0 ? "; the host's own losses (RcvbufErrors) don't explain all of it"
				: "");
}

static void judge_stall(const struct link_result *result, struct link_findings *findings)
{
	const struct load *load = result->load;
	uint64_t changes = link_carrier_changes(result);

	if (load->empty_intervals == 0) {
		return;
	}
	if (load->interval_count > 0 && load->empty_intervals >= load->interval_count) {
		verdict_reason(&findings->unknowns, "nothing went in any interval of the load");
	} else if (changes > 0) {
		verdict_reason(&findings->fails,
			       "nothing went for %.1f s while the carrier changed %" PRIu64
			       " time%s, though iperf calls it a success",
			       load->longest_stall_s, changes, changes == 1 ? "" : "s");
	} else {
		verdict_reason(&findings->unknowns,
			       "nothing went for %.1f s (%zu of %zu intervals), though iperf calls "
			       "it a success, and no card seen here lost its carrier",
			       load->longest_stall_s, load->empty_intervals, load->interval_count);
	}
}

/* A second and a twentieth are what starting and ending may take. */
static void judge_time(const struct link_result *result, struct link_findings *findings)
{
	double asked = result->asked_s, took = result->load->seconds;
	double wall = result->wall_s - result->omit_s;

	if (asked <= 0) {
		return;
	}
	if (took < asked - 1 - asked / 20) {
		verdict_reason(&findings->unknowns, "the load ended after %.1f s of %.1f s", took,
			       asked);
	} else if (took > asked + result->omit_s + 1 + asked / 20) {
		verdict_reason(&findings->unknowns,
			       "the load took %.1f s instead of %.1f s: it was held up", took,
			       asked);
	} else if (wall > 0 && wall > asked + 5 + asked / 20) {
		verdict_reason(&findings->unknowns,
			       "%.1f s of load took %.1f s by the clock: it was held up", asked,
			       wall);
	}
}

/* One direction at one end, whose card has moved so many of the bytes that the load has. */
static void judge_passage(const struct link_end *end, bool is_out, uint64_t load_bytes,
			  struct link_findings *findings)
{
	const struct moved_list *moved = end->moved;
	uint64_t bytes = is_out ? moved->tx_bytes : moved->rx_bytes;

	if ((is_out ? moved->tx_known : moved->rx_known) && load_bytes > WORTH_BYTES &&
	    bytes < load_bytes / 2) {
		verdict_reason(
			&findings->unknowns,
			"%s: the load didn't %s %.63s: it %s %" PRIu64 " bytes, the load %" PRIu64,
			end->name, is_out ? "go out through" : "come in through",
			end->after->interface, is_out ? "sent" : "received", bytes, load_bytes);
	}
}

/* A load that was routed through another card says nothing of this one. */
static void judge_route(const struct link_result *result, struct link_findings *findings)
{
	const struct load *load = result->load;

	for (int i = 0; i < 2; i++) {
		const struct load_way *way = i == 0 ? &load->forward : &load->backward;
		const struct link_end *from = i == 0 ? &result->near : &result->far;
		const struct link_end *to = i == 0 ? &result->far : &result->near;

		if (!link_is_loaded(load, i == 0)) {
			continue;
		}
		if (from->is_known && way->known) {
			judge_passage(from, true, way->sent_bytes, findings);
		}
		if (to->is_known && way->known) {
			judge_passage(to, false, way->received_bytes, findings);
		}
	}
}

void link_judge_load(const struct link_limits *limits, const struct link_result *result,
		     struct link_findings *findings)
{
	bool is_limited = limits->min_rate_bps > 0 || limits->has_max_retrans ||
			  limits->has_max_jitter || limits->has_max_udp_loss;

	if (result->load_error != NULL) {
		verdict_reason(&findings->unknowns, "the load failed: %.300s", result->load_error);
		return;
	}
	if (result->load == NULL) {
		if (is_limited) {
			verdict_reason(&findings->unknowns,
				       "there was no load to judge against the limits on one");
		}
		return;
	}
	for (int i = 0; i < 2; i++) {
		judge_rate(limits, result->load, i == 0, findings);
		judge_retransmits(limits, result->load, i == 0, findings);
	}
	judge_jitter(limits, result->load, findings);
	judge_loss(limits, result, findings);
	judge_stall(result, findings);
	judge_time(result, findings);
	judge_route(result, findings);
}
