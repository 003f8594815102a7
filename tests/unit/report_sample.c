/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_sample.h"

#include <stdlib.h>
#include <string.h>

static char argument[][16] = {"ptprobe-recv", "-i", "eth0", "239.255.31.9"};
static char *arguments[] = {argument[0], argument[1], argument[2], argument[3], NULL};

void sample_init(struct sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	losspat_init(&sample->losspat, LOSSPAT_DEFAULT_DELTA);
	losspat_add(&sample->losspat, 12, 13);
	losspat_add(&sample->losspat, 40, 40);
	losspat_add(&sample->losspat, 77, 78);
	ranges_add(&sample->missing, 12, 13);
	ranges_add(&sample->missing, 40, 40);
	ranges_add(&sample->missing, 77, 78);
	spread_add(&sample->spread, 5000);
	spread_add(&sample->spread, 6000);
	spread_add(&sample->spread, 7000);
	spread_add(&sample->spread, 15000);
	sample->counts = (struct flows_counts){.datagrams = 112,
					       .alien = 9,
					       .other_version = 2,
					       .corrupt = 5,
					       .corrupt_unattributed = 1};
	sample->flow[0] = (struct flow_snapshot){
		.key = {.run_id = 0x1a2b3c4d5e6f7082,
			.source = {.port = 40112},
			.group = {.port = 31900}},
		.state = FLOW_ENDED,
		.first_seq = 0,
		.last_seq = 99,
		.sent_known = true,
		.sent = 100,
		.counts = {.received = 98,
			   .unique = 95,
			   .lost = 5,
			   .duplicate = 2,
			   .reordered = 3,
			   .late = 1,
			   .corrupt = 4,
			   .bytes = 6272},
		.ends = 10,
		.duration_ns = 1000000000,
		.silence_ns = 2000000000,
		.period_ns = 10000000,
		.loss_ratio = 0.05,
		.loss_periods = 3,
		.longest_loss_period = 2,
		.longest_outage_ns = 20000000,
		.noticeable_rate = 0.8,
		.losspat = &sample->losspat,
		.missing = &sample->missing,
		.reorder_ratio = 0.03125,
		.duplicate_ratio = 0.015625,
		.replicated = 1,
		.replicated_ratio = 0.0078125,
		.max_extent = 4,
		.mean_extent = 2.5,
		.buffer_depth = 3,
		.max_late_ns = 30000000,
		.n_reordered = {3, 3, 2, 1},
		.delay_count = 4,
		.sender_synchronised = true,
		.tx_stamps = {[STAMP_USER] = 1, [STAMP_SOFTWARE] = 3},
		.rx_stamps = {[STAMP_SOFTWARE] = 4},
		.delay_min_ns = 5000,
		.delay_max_ns = 15000,
		.delay_mean_ns = 8250,
		.delay_stddev_ns = 3960.744,
		.pdv = {.p50_ns = 1000, .p90_ns = 10000, .p99_ns = 10000, .p999_ns = 10000},
		.pdv_max_ns = 10000,
		.pdv_mean_ns = 3250,
		.spread = &sample->spread,
		.ipdv_count = 3,
		.ipdv_min_ns = 1000,
		.ipdv_max_ns = 8000,
		.ipdv_mean_ns = 3333.3333,
		.abs_ipdv = {.p50_ns = 1000, .p90_ns = 8000, .p99_ns = 8000, .p999_ns = 8000},
		.abs_ipdv_mean_ns = 3333.3333,
		.abs_ipdv_max_ns = 8000,
		.jitter_ns = 617,
		.skew_known = true,
		.skew_ppb = -37000,
		.skew_uncertainty_ppb = 250,
		.detrended_count = 2,
		.detrended = {.p50_ns = 900, .p90_ns = 9000, .p99_ns = 9001, .p999_ns = 9002},
		.ttl_min = 1,
		.ttl_max = 1,
		.dscp = {[46] = 98},
	};
	endpoint_set_ipv4(&sample->flow[0].key.source, (const uint8_t[]){10, 77, 0, 1});
	endpoint_set_ipv4(&sample->flow[0].key.group, (const uint8_t[]){239, 255, 31, 9});
	sample->report = (struct report){
		.tool = "ptprobe-recv",
		.version = "0.1.0",
		.argc = 4,
		.argv = arguments,
		.host = "alpha",
		.interface = "eth0",
		.start_ns = INT64_C(1700000000000000000),
		.end_ns = INT64_C(1700000003000000000),
		.verdict = &sample->verdict,
		.synchronised = true,
		.lost_after_ns = 1000000000,
		.counts = &sample->counts,
		.flows = 1,
		.flow = sample->flow,
	};
}

const char *sample_text(void (*form)(const struct report *, FILE *), const struct report *report)
{
	static char *text;
	size_t length;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &length);
	form(report, out);
	fclose(out);
	return text;
}
