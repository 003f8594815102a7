/* SPDX-License-Identifier: BSD-2-Clause */
/* The report for people. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "flows.h"
#include "locate.h"
#include "located.h"
#include "ptp_shape.h"
#include "report_parts.h"
#include "stamps.h"
#include "text.h"
#include "verdict.h"

#define SGR_RESET "\033[0m"

void report_head_text(const struct report *report, FILE *out)
{
	time_t start_s = (time_t)(report->start_ns / 1000000000);
	char when[32] = "", took[UNITS_TEXT];
	struct tm utc;

	if (gmtime_r(&start_s, &utc) != NULL) {
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);
	}
	fprintf(out, "%s %s on ", report->tool, report->version);
	text_print(report->host, out);
	if (report->interface != NULL) {
		fputs(", interface ", out);
		text_print(report->interface, out);
	}
	fprintf(out, ", from %s for %s", when,
		units_duration_text(report->took_ns > 0 ? report->took_ns
							: report->end_ns - report->start_ns,
				    took));
	if (report->counts != NULL) {
		fprintf(out, ", lost after %s", units_duration_text(report->lost_after_ns, took));
	}
	fputc('\n', out);
	if (report_is_placed(report)) {
		fputs("placed: ", out);
		report_placement_text(report, out);
		fputc('\n', out);
	}
}

void report_notes_text(const struct report *report, FILE *out)
{
	for (size_t i = 0; i < report->notes; i++) {
		fputs("note: ", out);
		text_print(report->note[i], out);
		fputc('\n', out);
	}
}

static int longest_endpoint(const struct report *report, bool is_group)
{
	size_t longest = 5;
	char text[ENDPOINT_TEXT];

	for (size_t i = 0; i < report->flows; i++) {
		const struct flow_key *key = &report->flow[i].key;
		size_t length = strlen(is_group ? ptp_shape_group_text(&key->group, text)
						: endpoint_text(&key->source, text));

		longest = length > longest ? length : longest;
	}
	return (int)longest;
}

static void print_row_counts(bool sent_known, uint64_t sent, const struct flow_counts *counts,
			     FILE *out)
{
	if (sent_known) {
		fprintf(out, " %9" PRIu64, sent);
	} else {
		fprintf(out, " %9s", "?");
	}
	fprintf(out, " %9" PRIu64 " %7" PRIu64 " %6" PRIu64 " %6" PRIu64 " %6" PRIu64 " %7" PRIu64,
		counts->received, counts->lost, counts->duplicate, counts->reordered, counts->late,
		counts->corrupt);
}

/* One line a flow, the totals, and the worst flow in full. */
static void print_many(const struct report *report, FILE *out)
{
	struct report_totals totals = report_totals(report);
	int source_width = longest_endpoint(report, false);
	int group_width = longest_endpoint(report, true);

	fprintf(out, "%-6s %-*s %-*s %9s %9s %7s %6s %6s %6s %7s %8s %8s %8s\n", "flow",
		source_width, "from", group_width, "to", "sent", "received", "lost", "dup", "reord",
		"late", "corrupt", "jitter", "PDV p99", "PDV max");
	for (size_t i = 0; i < report->flows; i++) {
		const struct flow_snapshot *flow = &report->flow[i];
		char mark[REPORT_MARK_TEXT], source[ENDPOINT_TEXT], group[ENDPOINT_TEXT];
		char jitter[UNITS_TEXT] = "-", p99[UNITS_TEXT] = "-", max[UNITS_TEXT] = "-";

		fprintf(out, "%-6s %-*s %-*s", report_mark(flow, mark), source_width,
			endpoint_text(&flow->key.source, source), group_width,
			ptp_shape_group_text(&flow->key.group, group));
		print_row_counts(flow->sent_known, flow->sent, &flow->counts, out);
		if (flow->delay_count > 0) {
			units_duration_text(flow->pdv.p99_ns, p99);
			units_duration_text(flow->pdv_max_ns, max);
		}
		if (flow->delay_count > 1) {
			units_duration_text(flow->jitter_ns, jitter);
		}
		fprintf(out, " %8s %8s %8s\n", jitter, p99, max);
	}
	fprintf(out, "%-*s", 6 + 1 + source_width + 1 + group_width, "all");
	print_row_counts(totals.sent_known, totals.sent, &totals.counts, out);
	fputs("\n\nthe worst:\n", out);
	report_flow_text(report, report_worst(report), out);
}

static void print_flows(const struct report *report, FILE *out)
{
	if (report->flows == 0) {
		fputs("no probe came\n", out);
	} else if (report->flows > REPORT_MANY_FLOWS) {
		print_many(report, out);
	} else {
		for (size_t i = 0; i < report->flows; i++) {
			report_flow_text(report, &report->flow[i], out);
		}
	}
}

static void print_beside(const struct report *report, FILE *out)
{
	const struct flows_counts *counts = report->counts;

	if (counts->alien > 0) {
		fprintf(out, "alien: %" PRIu64 " datagrams that are no probes", counts->alien);
		if (counts->other_version > 0) {
			fprintf(out, ", %" PRIu64 " of them of another version of ptprobe",
				counts->other_version);
		}
		fputc('\n', out);
	}
	if (counts->foreign_ptp > 0) {
		fprintf(out, "foreign PTP: %" PRIu64 " messages of other clocks",
			counts->foreign_ptp);
		if (counts->unvouched_syncs > 0) {
			fprintf(out, ", %" PRIu64 " of them Syncs that no Follow_Up vouched for",
				counts->unvouched_syncs);
		}
		if (counts->other_domain > 0) {
			fprintf(out, ", %" PRIu64 " of them of probes in another domain",
				counts->other_domain);
		}
		fputc('\n', out);
	}
	if (counts->corrupt_unattributed > 0) {
		fprintf(out, "corrupt: %" PRIu64 " more that can't be told to be of one flow\n",
			counts->corrupt_unattributed);
	}
	if (counts->overflow > 0) {
		fprintf(out, "overflow: %" PRIu64 " datagrams of more than %d streams\n",
			counts->overflow, FLOWS_MAX);
	}
	if (counts->unheard_ends > 0) {
		fprintf(out,
			"unheard: %" PRIu64
			" ENDs of runs that may have been over before the join\n",
			counts->unheard_ends);
	}
	if (report->own_drops > 0) {
		fprintf(out, "own drops: %" PRIu64 " %s\n", report->own_drops,
			report->tap != NULL ? "frames that this capture itself lost"
					    : "datagrams dropped by this receiver's own sockets");
	}
}

/* What to do next, by what went wrong. */
static void print_advice(const struct report *report, FILE *out)
{
	struct report_totals totals = report_totals(report);
	const struct flow_counts *counts = &totals.counts;
	bool failed = report->verdict->result == VERDICT_FAIL, silent = false;

	for (size_t i = 0; i < report->flows; i++) {
		silent |= report->flow[i].state == FLOW_SILENT;
	}
	if (report->flows == 0 && report->verdict->count <= 1) {
		fputs("next: check that the sender runs, that its TTL reaches this far, and that "
		      "group, port and interface are the same\n",
		      out);
	}
	if (report->own_drops > 0 && report->tap != NULL) {
		fputs("next: give the capture a larger buffer (--buffer) and a core of its own (-A), "
		      "and run it again\n",
		      out);
	} else if (report->own_drops > 0) {
		fputs("next: give the receiver a core of its own (-A) and a larger socket buffer "
		      "(sysctl net.core.rmem_max), and run it again\n",
		      out);
	}
	if (silent) {
		fputs("next: see whether the sender was stopped or the path broke; with -t the receiver "
		      "waits through an outage\n",
		      out);
	}
	if (counts->lost > report->own_drops) {
		fputs("next: run a receiver one hop nearer to the sender, and read the drop counters "
		      "of the ports between\n",
		      out);
	}
	if (failed && counts->duplicate > 0) {
		fputs("next: look for a loop, or for two paths that bring the same group\n", out);
	}
	if (failed && counts->reordered > 0) {
		fputs("next: look for parallel links or queues that one stream is spread over\n",
		      out);
	}
	if (counts->corrupt > 0) {
		fputs("next: read the CRC error counters of the ports, and look for devices that "
		      "rewrite payloads\n",
		      out);
	}
	if (failed && counts->lost + counts->duplicate + counts->reordered + counts->corrupt == 0) {
		fputs("next: look for queues shared with other traffic, link energy saving, and "
		      "power saving of this host's cores\n",
		      out);
	}
}

void report_verdict_text(const struct report *report, bool colour, FILE *out)
{
	static const struct {
		const char *word, *sgr;
	} form[] = {
		[VERDICT_PASS] = {"PASS", "\033[1;32m"},
		[VERDICT_FAIL] = {"FAIL", "\033[1;31m"},
		[VERDICT_INCONCLUSIVE] = {"INCONCLUSIVE", "\033[1;33m"},
	};
	const struct verdict *verdict = report->verdict;

	fprintf(out, "%s%s%s", colour ? form[verdict->result].sgr : "", form[verdict->result].word,
		colour ? SGR_RESET : "");
	if (verdict->count == 0 && verdict->result == VERDICT_PASS) {
		fputs(report->limits_set ? ": within all limits" : ": measured; no limit was set",
		      out);
	}
	for (size_t i = 0; i < verdict->count; i++) {
		fputs(i == 0 ? ": " : "\n  ", out);
		text_print(verdict->reason[i], out);
	}
	fputc('\n', out);
}

void report_text(const struct report *report, bool colour, FILE *out)
{
	report_head_text(report, out);
	if (report->counts != NULL) {
		print_flows(report, out);
		print_beside(report, out);
	}
	if (report->tap != NULL) {
		report_tap_text(report->tap, out);
	}
	if (report->stamps != NULL && stamps_are_told(report->stamps)) {
		fputs("stamps: ", out);
		stamps_text(report->stamps, out);
		fputc('\n', out);
	}
	report_notes_text(report, out);
	if (report->located != NULL) {
		locate_text(report->located->result, out);
	}
	report_verdict_text(report, colour, out);
	if (report->counts != NULL && report->verdict->result != VERDICT_PASS) {
		print_advice(report, out);
	}
}
