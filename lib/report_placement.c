/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a tool was told to run, as JSON and as text. */
#include <inttypes.h>

#include "cpulist.h"
#include "put.h"
#include "report_parts.h"

static bool has_cpus(const struct report *report)
{
	return report->cpus != NULL && cpulist_count(report->cpus) > 0;
}

bool report_is_placed(const struct report *report)
{
	return has_cpus(report) || report->fifo_priority > 0;
}

json_t *report_placement_json(const struct report *report)
{
	json_t *object;
	char text[CPULIST_TEXT];
	int failed = 0;

	if (!report_is_placed(report)) {
		return json_null();
	}
	object = json_object();
	failed |=
		put_text(object, "cpus",
			 has_cpus(report) ? cpulist_text(report->cpus, text, sizeof(text)) : NULL);
	failed |= put(object, "fifo",
		      report->fifo_priority > 0 ? put_count_value(report->fifo_priority)
						: json_null());
	return put_whole(object, failed);
}

void report_placement_text(const struct report *report, FILE *out)
{
	char text[CPULIST_TEXT];

	if (has_cpus(report)) {
		fprintf(out, "%s %s", cpulist_count(report->cpus) > 1 ? "CPUs" : "CPU",
			cpulist_text(report->cpus, text, sizeof(text)));
	}
	if (report->fifo_priority > 0) {
		fprintf(out, "%sSCHED_FIFO %" PRIu64, has_cpus(report) ? ", " : "",
			report->fifo_priority);
	}
}
