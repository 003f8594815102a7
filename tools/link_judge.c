/* SPDX-License-Identifier: BSD-2-Clause */
#include "link_judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "link_parts.h"
#include "report.h"
#include "units.h"

/* The counter of the class that moved most, and that isn't another one's copy; NULL: none. */
static const struct moved *worst_of(const struct moved_list *list, enum nic_class class)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct moved *moved = &list->moved[i];

		if (moved->class == class && !moved->is_copy && !moved->is_reset) {
			return moved;
		}
	}
	return NULL;
}

static const struct moved *reset_of(const struct moved_list *list, enum nic_class class)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->moved[i].class == class && list->moved[i].is_reset) {
			return &list->moved[i];
		}
	}
	return NULL;
}

static const char *place(const struct link_end *end, char text[static 128])
{
	snprintf(text, 128, "%s, %.63s", end->name, end->after->interface);
	return text;
}

static void judge_class(const struct link_end *end, enum nic_class class,
			const struct link_max *max, struct link_findings *findings)
{
	const struct moved_list *list = end->moved;
	const struct moved *worst = worst_of(list, class), *reset = reset_of(list, class);
	char where[128];

	if (list->sum[class] > max->most) {
		verdict_reason(&findings->fails, "%s: %" PRIu64 " %s error%s%s%s%s, limit %" PRIu64,
			       place(end, where), list->sum[class], nic_class_text(class),
			       list->sum[class] == 1 ? "" : "s", worst != NULL ? " (" : "",
			       worst != NULL ? worst->name : "", worst != NULL ? ")" : "",
			       max->most);
	}
	if (list->resets[class] > 0) {
		verdict_reason(&findings->unknowns,
			       "%s: %s went down or came and went: reset or wrapped, so that %s "
			       "errors aren't known",
			       place(end, where), reset != NULL ? reset->name : "a counter",
			       nic_class_text(class));
	}
	if (list->sight[class] == MOVED_NOT_OBSERVABLE && list->sum[class] == 0) {
		if (class == NIC_WIRE) {
			verdict_reason(&findings->unknowns,
				       "%s: CRC not observable here: %s counts no damaged frames",
				       place(end, where),
				       end->after->driver[0] != '\0' ? end->after->driver
								     : "its driver");
		} else {
			verdict_reason(&findings->unknowns, "%s: %s errors are not observable here",
				       place(end, where), nic_class_text(class));
		}
	}
}

static const char *link_text(const struct snapshot *snapshot, char text[static 64])
{
	const char *duplex = snapshot->duplex == SNAPSHOT_DUPLEX_FULL   ? "full"
			     : snapshot->duplex == SNAPSHOT_DUPLEX_HALF ? "half"
									: "unknown duplex";

	if (snapshot->speed_mbps == 0) {
		snprintf(text, 64, "unknown speed, %s", duplex);
	} else {
		snprintf(text, 64, "%" PRIu32 " Mb/s %s", snapshot->speed_mbps, duplex);
	}
	return text;
}

/* Whether there was anything to damage. */
static void judge_frames(const struct link_end *end, struct link_findings *findings)
{
	char where[128];

	if (!end->moved->rx_known) {
		verdict_reason(&findings->unknowns,
			       "%s: its counters went down: reset, or the card was created again",
			       place(end, where));
	} else if (end->moved->rx_packets == 0) {
		verdict_reason(&findings->unknowns,
			       "%s: no frame came in: a wire without frames shows no errors",
			       place(end, where));
	}
	if (end->moved->seconds_ns < 0) {
		verdict_reason(&findings->unknowns,
			       "%s: the second snapshot is older than the first: swap them, or the "
			       "clock was set back",
			       place(end, where));
	}
}

static void judge_carrier(const struct link_end *end, struct link_findings *findings)
{
	char where[128], from[64], to[64];

	if (end->after->carrier == SNAPSHOT_NO) {
		verdict_reason(&findings->fails, "%s: no carrier at the end", place(end, where));
	} else if (end->after->carrier == SNAPSHOT_UNKNOWN) {
		verdict_reason(&findings->unknowns, "%s: it isn't known whether there is a carrier",
			       place(end, where));
	}
	if (end->moved->carrier_changes < 0) {
		verdict_reason(&findings->unknowns,
			       "%s: it isn't known whether the carrier changed", place(end, where));
	}
	if (end->moved->link_changed) {
		verdict_reason(&findings->fails, "%s: the link changed from %s to %s",
			       place(end, where), link_text(end->before, from),
			       link_text(end->after, to));
	}
}

static void judge_end(const struct link_limits *limits, const struct link_end *end,
		      struct link_findings *findings)
{
	judge_frames(end, findings);
	if (limits->max[NIC_LINK].is_judged) {
		judge_carrier(end, findings);
	}
	for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
		if (limits->max[class].is_judged) {
			judge_class(end, (enum nic_class) class, &limits->max[class], findings);
		}
	}
}

/* Of this end: the far one may have a faster card. */
static void judge_expected(const struct link_limits *limits, const struct link_end *end,
			   struct link_findings *findings)
{
	const struct snapshot *after = end->after;
	bool half_wanted = limits->duplex == SNAPSHOT_DUPLEX_HALF;
	char where[128];

	if (limits->speed_mbps > 0 && after->speed_mbps == 0) {
		verdict_reason(&findings->unknowns,
			       "%s: its speed isn't known, %" PRIu32 " Mb/s expected",
			       place(end, where), limits->speed_mbps);
	} else if (limits->speed_mbps > 0 && after->speed_mbps != limits->speed_mbps) {
		verdict_reason(&findings->fails, "%s: %" PRIu32 " Mb/s, %" PRIu32 " Mb/s expected",
			       place(end, where), after->speed_mbps, limits->speed_mbps);
	}
	if (limits->duplex != SNAPSHOT_DUPLEX_UNKNOWN && after->duplex != limits->duplex) {
		bool is_known = after->duplex != SNAPSHOT_DUPLEX_UNKNOWN;

		verdict_reason(is_known ? &findings->fails : &findings->unknowns,
			       "%s: %s, %s duplex expected", place(end, where),
			       is_known ? half_wanted ? "full duplex" : "half duplex"
					: "its duplex isn't known",
			       half_wanted ? "half" : "full");
	}
	if (limits->mtu_bytes > 0 && after->mtu_bytes != limits->mtu_bytes) {
		if (after->mtu_bytes == 0) {
			verdict_reason(&findings->unknowns,
				       "%s: its MTU isn't known, %" PRIu32 " expected",
				       place(end, where), limits->mtu_bytes);
		} else {
			verdict_reason(&findings->fails,
				       "%s: MTU %" PRIu32 ", %" PRIu32 " expected",
				       place(end, where), after->mtu_bytes, limits->mtu_bytes);
		}
	}
}

static void append(const struct verdict *from, struct verdict *to)
{
	for (size_t i = 0; i < from->count; i++) {
		verdict_reason(to, "%s", from->reason[i]);
	}
}

void link_judge(const struct link_limits *limits, const struct link_result *result,
		struct verdict *ret_verdict)
{
	struct link_findings findings = {0};
	struct verdict *verdict = ret_verdict;

	if (result->near.is_known) {
		judge_expected(limits, &result->near, &findings);
		judge_end(limits, &result->near, &findings);
	} else {
		verdict_reason(&findings.unknowns, "%s was not seen: %s", result->near.name,
			       result->near.why);
	}
	if (result->far.is_known) {
		judge_end(limits, &result->far, &findings);
	} else if (result->far.is_lost) {
		verdict_reason(&findings.unknowns, "%s was seen before the load, not after it: %s",
			       result->far.name, result->far.why);
	} else if (limits->far_end_needed) {
		verdict_reason(&findings.unknowns, "%s was not seen: %s", result->far.name,
			       result->far.why);
	}
	link_judge_load(limits, result, &findings);
	*verdict = (struct verdict){
		.result = findings.fails.count > 0      ? VERDICT_FAIL
			  : findings.unknowns.count > 0 ? VERDICT_INCONCLUSIVE
							: VERDICT_PASS,
	};
	append(&findings.fails, verdict);
	append(&findings.unknowns, verdict);
}

static void note_end(const struct link_end *end, struct report *report)
{
	char where[128], lacks[REPORT_NOTE_TEXT] = "";

	for (size_t i = 0; i < end->after->lack_count; i++) {
		size_t used = strlen(lacks);

		snprintf(lacks + used, sizeof(lacks) - used, "%s%s", used > 0 ? "; " : "",
			 end->after->lack[i]);
	}
	if (lacks[0] != '\0') {
		report_note(report, "%s: not to be had: %s", place(end, where), lacks);
	}
	if (end->after->duplex == SNAPSHOT_DUPLEX_HALF) {
		report_note(report, "%s: half duplex: right only if the switch port is set so, too",
			    place(end, where));
	}
	if (end->moved->sum[NIC_CORRECTED] > 0) {
		report_note(report, "%s: %" PRIu64 " corrected by FEC: a link may do so all day",
			    place(end, where), end->moved->sum[NIC_CORRECTED]);
	}
}

/* No counter moved, and yet it was slow: a note, as no limit says how fast it should be. */
static void note_rate(const struct link_limits *limits, const struct link_result *result,
		      struct report *report)
{
	const struct load *load = result->load;
	char rate[UNITS_TEXT];

	if (load == NULL || load->is_udp || limits->min_rate_bps > 0 || !result->near.is_known ||
	    result->near.after->speed_mbps == 0) {
		return;
	}
	for (int i = 0; i < 2; i++) {
		double bps = link_received_bps(load, i == 0);

		if (link_is_loaded(load, i == 0) && bps >= 0 &&
		    bps < 0.8e6 * result->near.after->speed_mbps) {
			report_note(report,
				    "%s: %s of TCP on a link of %" PRIu32
				    " Mb/s: --min-rate makes it a limit",
				    i == 0 ? "forward" : "backward", units_rate_text(bps, rate),
				    result->near.after->speed_mbps);
		}
	}
}

void link_notes(const struct link_limits *limits, const struct link_result *result,
		struct report *report)
{
	if (result->near.is_known) {
		note_end(&result->near, report);
	}
	if (result->far.is_known) {
		note_end(&result->far, report);
	} else if (result->far.why != NULL && !limits->far_end_needed && !result->far.is_lost) {
		report_note(report, "only this end was seen: %s", result->far.why);
	}
	note_rate(limits, result, report);
}
