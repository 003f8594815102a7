/* SPDX-License-Identifier: BSD-2-Clause */
/* A report made by hand, whose every form the tests know. */
#ifndef PTPROBE_REPORT_SAMPLE_H
#define PTPROBE_REPORT_SAMPLE_H

#include <stdio.h>

#include "flow.h"
#include "flows.h"
#include "losspat.h"
#include "ranges.h"
#include "report.h"
#include "spread.h"
#include "verdict.h"

struct sample {
	struct losspat losspat;
	struct ranges missing;
	struct spread spread;
	struct flows_counts counts;
	struct flow_snapshot flow[6];
	struct verdict verdict;
	struct report report;
};

/*
 * 100 sent, 12-13, 40 and 77-78 lost, 2 duplicates, 3 reordered, 1 late, 4 corrupt; delays of 0, 1,
 * 2 and 10 us above the smallest, which is 5 us. One flow; synchronised; pass.
 */
void sample_init(struct sample *sample);

/* What form writes, in memory that lasts until the next call. */
const char *sample_text(void (*form)(const struct report *, FILE *), const struct report *report);

#endif
