/* SPDX-License-Identifier: BSD-2-Clause */
/* Interval lines for people. */
#include <inttypes.h>

#include "report_parts.h"

void report_interval_text_header(FILE *out)
{
	fprintf(out, "%17s %9s %9s %6s %6s %6s %5s %7s %8s %8s  %s\n", "time s", "received", "rate",
		"lost", "dup", "reord", "late", "corrupt", "jitter", "PDV max", "flow");
}

void report_interval_text(const struct flow_snapshot *flow, const struct flow_interval *interval,
			  int64_t from_ns, int64_t to_ns, FILE *out)
{
	const struct flow_counts *counts = &interval->counts;
	char rate[UNITS_TEXT] = "-", jitter[UNITS_TEXT] = "-", pdv[UNITS_TEXT] = "-";
	char mark[REPORT_MARK_TEXT], group[ENDPOINT_ADDRESS_TEXT];
	const char *message = report_message_text(flow);

	if (to_ns > from_ns) {
		units_rate_text((double)counts->bytes * 8e9 / ((double)to_ns - (double)from_ns),
				rate);
	}
	if (flow->delay_count > 1) {
		units_duration_text(interval->jitter_ns, jitter);
	}
	if (interval->delay_count > 0) {
		units_duration_text(interval->pdv_max_ns, pdv);
	}
	fprintf(out,
		"%8.2f-%8.2f %9" PRIu64 " %9s %6" PRIu64 " %6" PRIu64 " %6" PRIu64 " %5" PRIu64
		" %7" PRIu64 " %8s %8s  %s %s%s%s\n",
		(double)from_ns / 1e9, (double)to_ns / 1e9, counts->received, rate, counts->lost,
		counts->duplicate, counts->reordered, counts->late, counts->corrupt, jitter, pdv,
		report_mark(flow, mark), endpoint_address_text(&flow->key.group, group),
		message != NULL ? " " : "", message != NULL ? message : "");
}
