/* SPDX-License-Identifier: BSD-2-Clause */
/* HdrHistogram's percentile distribution, as its Java original writes it and its plotters read it.
 */
#include <inttypes.h>
#include <math.h>

#include "hist.h"
#include "report_parts.h"
#include "spread.h"

enum {
	TICKS_PER_HALF = 5, /* lines for each halving of the distance to 100 % */
};

static double next_level(double level_percent)
{
	double halvings = floor(log2(100 / (100 - level_percent))) + 1;

	return level_percent + 100 / (TICKS_PER_HALF * exp2(halvings));
}

static void print_levels(const struct hist *hist, int64_t max_ns, FILE *out)
{
	double level = 0;
	uint64_t seen = 0;

	for (unsigned int i = 0; i < HIST_BINS && seen < hist->total; i++) {
		int64_t high_ns = hist_bin_high_ns(i) < max_ns ? hist_bin_high_ns(i) : max_ns;

		uint64_t count = hist_count(hist, i);

		seen += count;
		while (count > 0 && 100 * (double)seen / (double)hist->total >= level) {
			fprintf(out, "%12.3f %2.12f %10" PRIu64 " %14.2f\n", (double)high_ns / 1000,
				level / 100, seen, 1 / (1 - level / 100));
			level = next_level(level);
			if (seen == hist->total) {
				break;
			}
		}
	}
	fprintf(out, "%12.3f %2.12f %10" PRIu64 "\n", (double)max_ns / 1000, 1.0, hist->total);
}

void report_hgrm(const struct flow_snapshot *flow, FILE *out)
{
	struct hist hist = {0};

	if (flow->delay_count > 0) {
		spread_export(flow->spread, &hist);
	}
	fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
		"1/(1-Percentile)");
	if (hist.total > 0) {
		print_levels(&hist, flow->pdv_max_ns, out);
	}
	fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", flow->pdv_mean_ns / 1000,
		flow->delay_stddev_ns / 1000);
	fprintf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n",
		(double)flow->pdv_max_ns / 1000, hist.total);
	fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n",
		(HIST_BINS - HIST_LINEAR) / HIST_PER_OCTAVE, HIST_LINEAR);
}
