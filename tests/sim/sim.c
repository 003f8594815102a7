/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seeded runs in virtual time: sender, impairing path, the receiver's core; its results against the
 * oracle's. `sim` runs seeds 0..SEEDS-1, `sim SEED` one alone, and says all that differs.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flows.h"
#include "oracle.h"
#include "path.h"

#define TICK_NS INT64_C(100000000)

#ifdef SANITIZED
enum { SEEDS = 400 };
#else
enum { SEEDS = 1000 };
#endif

enum { SEEDS_IN_A_TEST = 200, RUNS = 2 };

struct comparison {
	uint64_t seed, run_id;
	bool failed;
};

static void expect(struct comparison *comparison, const char *what, int64_t got, int64_t want)
{
	if (got != want) {
		comparison->failed = true;
		printf("# seed %" PRIu64 ", run %016" PRIx64 ": %s: %" PRId64 ", want %" PRId64
		       "\n",
		       comparison->seed, comparison->run_id, what, got, want);
	}
}

static void expect_near(struct comparison *comparison, const char *what, double got, double want,
			double allowed)
{
	if (!(fabs(got - want) <= allowed)) {
		comparison->failed = true;
		printf("# seed %" PRIu64 ", run %016" PRIx64 ": %s: %.3f, want %.3f +- %.3f\n",
		       comparison->seed, comparison->run_id, what, got, want, allowed);
	}
}

static void compare_books(struct comparison *c, const struct flow_snapshot *got,
			  const struct oracle *want)
{
	expect(c, "received", got->counts.received, want->received);
	expect(c, "unique", got->counts.unique, want->unique);
	expect(c, "lost", got->counts.lost, want->lost);
	expect(c, "duplicate", got->counts.duplicate, want->duplicate);
	expect(c, "reordered", got->counts.reordered, want->reordered);
	expect(c, "late", got->counts.late, want->late);
	expect(c, "missed_before_join", got->missed_before_join, want->missed_before_join);
	expect(c, "first_seq", got->first_seq, want->first_seq);
	expect(c, "last_seq", got->last_seq, want->last_seq);
	expect(c, "sent_known", got->sent_known, want->sent_known);
	if (want->sent_known) {
		expect(c, "sent", got->sent, want->unique + want->lost);
	}
	expect(c, "pending", got->pending, 0);
	expect(c, "outliers", got->outliers, 0);
	expect(c, "jumps", got->jumps, 0);
	expect(c, "gaps_merged", got->gaps_merged, 0);
}

static void compare_loss(struct comparison *c, const struct flow_snapshot *got,
			 const struct oracle *want)
{
	expect(c, "loss_periods", got->loss_periods, want->periods);
	expect(c, "longest_loss_period", got->longest_loss_period, want->longest_period);
	expect(c, "noticeable", got->losspat->noticeable, want->noticeable);
	expect_near(c, "noticeable_rate", got->noticeable_rate,
		    want->lost ? (double)want->noticeable / (double)want->lost : 0, 1e-12);
	expect_near(c, "loss_ratio", got->loss_ratio,
		    (double)want->lost / (double)(want->unique + want->lost), 1e-12);
	for (unsigned int i = 0; i < LOSSPAT_BUCKETS; i++) {
		expect(c, "distance_count", got->losspat->distance_count[i],
		       want->distance_count[i]);
		expect(c, "length_count", losspat_length_count(got->losspat, i),
		       want->length_count[i]);
	}
	expect(c, "missing ranges", got->missing->count, want->ranges);
	expect(c, "missing incomplete", got->missing->incomplete, false);
	for (size_t i = 0; i < want->ranges && i < got->missing->count; i++) {
		expect(c, "missing first", got->missing->range[i].first, want->range[i].first);
		expect(c, "missing last", got->missing->range[i].last, want->range[i].last);
	}
	expect(c, "longest_outage_ns", got->longest_outage_ns, want->longest_outage_ns);
}

static void compare_order(struct comparison *c, const struct flow_snapshot *got,
			  const struct oracle *want)
{
	expect(c, "max_extent", got->max_extent, want->max_extent);
	expect_near(c, "mean_extent", got->mean_extent,
		    want->reordered ? (double)want->extent_sum / (double)want->reordered : 0,
		    1e-9 * (double)want->max_extent);
	expect(c, "max_late_ns", got->max_late_ns, want->max_late_ns);
	expect(c, "buffer_depth", got->buffer_depth, want->buffer_depth);
	for (unsigned int n = 1; n <= SEQUENCE_RECENT; n++) {
		expect(c, "n_reordered", got->n_reordered[n], want->n_reordered[n]);
	}
}

static void compare_quantile(struct comparison *c, const struct flow_snapshot *got,
			     const struct oracle *want, double q, int64_t got_ns)
{
	int64_t min_ns = want->delay_ns[0];
	size_t rank = (size_t)ceil(q * (double)want->delays - 1e-9);
	double truth_ns = (double)(want->delay_ns[rank ? rank - 1 : 0] - min_ns), allowed = 0;

	if (want->delays > SPREAD_EXACT) {
		/* half a bin; two bins where zero had to move, each time by part of one */
		double from_zero_ns =
			truth_ns + (double)(got->spread->min_ns - got->spread->zero_ns);

		allowed = 1 + (got->spread->headroom_ns > 0 ? 0.016 : 0.004) * from_zero_ns;
	}
	expect_near(c, "pdv quantile", (double)got_ns, truth_ns, allowed);
}

static void compare_ipdv(struct comparison *c, const struct flow_snapshot *got,
			 const struct oracle *want)
{
	expect(c, "ipdv_count", got->ipdv_count, want->ipdv_count);
	if (want->ipdv_count > 0) {
		expect(c, "ipdv_min_ns", got->ipdv_min_ns, want->ipdv_min_ns);
		expect(c, "ipdv_max_ns", got->ipdv_max_ns, want->ipdv_max_ns);
		expect_near(c, "ipdv_mean_ns", got->ipdv_mean_ns, want->ipdv_mean_ns, 0.01);
		expect_near(c, "abs_ipdv_mean_ns", got->abs_ipdv_mean_ns, want->abs_ipdv_mean_ns,
			    0.01);
	}
}

static void compare_delay(struct comparison *c, const struct flow_snapshot *got,
			  const struct oracle *want)
{
	double sum = 0;

	expect(c, "delay_count", got->delay_count, want->delays);
	expect(c, "rejected", got->rejected, 0);
	expect(c, "splits", got->splits, 0);
	expect(c, "stamps", got->tx_stamps[STAMP_SOFTWARE] + got->tx_stamps[STAMP_USER],
	       want->delays);
	if (want->farthest_behind >= DELAY_RECENT - 1) {
		/* beyond the rings a straggler may cost a newer one its follow-up or neighbour */
		expect(c, "IPDV too many", got->ipdv_count > want->ipdv_count, false);
		return;
	}
	expect(c, "software stamps", got->tx_stamps[STAMP_SOFTWARE], want->with_follow_up);
	expect(c, "jitter_ns", got->jitter_ns, want->jitter_x16_ns >> 4);
	expect(c, "delay_min_ns", got->delay_min_ns, want->delay_ns[0]);
	expect(c, "delay_max_ns", got->delay_max_ns, want->delay_ns[want->delays - 1]);
	for (size_t i = 0; i < want->delays; i++) {
		sum += (double)(want->delay_ns[i] - want->delay_ns[0]);
	}
	expect_near(c, "pdv_mean_ns", got->pdv_mean_ns, sum / (double)want->delays, 0.01);
	expect(c, "pdv_max_ns", got->pdv_max_ns,
	       want->delay_ns[want->delays - 1] - want->delay_ns[0]);
	compare_quantile(c, got, want, 0.5, got->pdv.p50_ns);
	compare_quantile(c, got, want, 0.9, got->pdv.p90_ns);
	compare_quantile(c, got, want, 0.99, got->pdv.p99_ns);
	compare_quantile(c, got, want, 0.999, got->pdv.p999_ns);
	compare_ipdv(c, got, want);
}

/* The intervals of one flow must add up to its totals. */
struct intervals {
	struct flow_counts sum;
	uint64_t delays;
};

static void take_interval(struct flow *flow, struct intervals *intervals)
{
	struct flow_interval interval;
	const struct flow_counts *counts = &interval.counts;
	struct flow_counts *sum = &intervals->sum;

	flow_take_interval(flow, &interval);
	sum->received += counts->received;
	sum->unique += counts->unique;
	sum->lost += counts->lost;
	sum->duplicate += counts->duplicate;
	sum->reordered += counts->reordered;
	sum->late += counts->late;
	sum->corrupt += counts->corrupt;
	sum->bytes += counts->bytes;
	intervals->delays += interval.delay_count;
}

static void compare_intervals(struct comparison *c, const struct intervals *got,
			      const struct flow_snapshot *want)
{
	expect(c, "intervals' received", got->sum.received, want->counts.received);
	expect(c, "intervals' unique", got->sum.unique, want->counts.unique);
	expect(c, "intervals' lost", got->sum.lost, want->counts.lost);
	expect(c, "intervals' duplicate", got->sum.duplicate, want->counts.duplicate);
	expect(c, "intervals' reordered", got->sum.reordered, want->counts.reordered);
	expect(c, "intervals' late", got->sum.late, want->counts.late);
	expect(c, "intervals' corrupt", got->sum.corrupt, want->counts.corrupt);
	expect(c, "intervals' bytes", got->sum.bytes, want->counts.bytes);
	expect(c, "intervals' delays", got->delays, want->delay_count);
}

/* One simulated receiver. */
struct receiver {
	struct flows *flows;
	struct intervals intervals[RUNS];
	uint64_t corrupt[RUNS], corrupt_unattributed, corrupt_all;
	int64_t end_ns;
};

static void tick(struct receiver *receiver, int64_t mono_ns)
{
	flows_tick(receiver->flows, mono_ns);
	for (size_t i = 0; i < flows_count(receiver->flows) && i < RUNS; i++) {
		take_interval(flows_at(receiver->flows, i), &receiver->intervals[i]);
	}
}

static void receive(struct receiver *receiver, const struct script *script,
		    const struct delivery *delivery, size_t count)
{
	struct arrival arrival = {
		.source = {.address = {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1},
			   .port = 40000},
		.group = {.address = {[10] = 0xff, [11] = 0xff, [12] = 239, [15] = 9},
			  .port = 31900},
		.rx_stamp = STAMP_SOFTWARE,
		.dscp = 46,
	};
	uint8_t *payload = malloc(script->length);
	int64_t next_tick_ns = script->joined_ns + TICK_NS;

	if (payload == NULL) {
		abort();
	}
	for (size_t i = 0; i < count; i++) {
		size_t known = flows_count(receiver->flows);

		while (delivery[i].mono_ns >= next_tick_ns) {
			tick(receiver, next_tick_ns);
			next_tick_ns += TICK_NS;
		}
		arrival.rx_ns = delivery[i].rx_ns;
		arrival.mono_ns = delivery[i].mono_ns;
		arrival.ttl = delivery[i].ttl;
		path_bytes(script, &delivery[i], payload);
		(void)flows_add(receiver->flows, &arrival, payload, script->length);
		if (delivery[i].corrupt) {
			receiver->corrupt_all++;
			receiver->corrupt_unattributed += known == 0;
			if (known > 0) {
				receiver->corrupt[known - 1]++;
			}
		}
		receiver->end_ns = delivery[i].mono_ns;
	}
	receiver->end_ns += 3 * script->lost_after_ns + 2 * TICK_NS;
	tick(receiver, receiver->end_ns);
	free(payload);
}

static void compare_flow(struct comparison *c, struct receiver *receiver, size_t index,
			 const struct script *script, const struct delivery *delivery, size_t count)
{
	struct flow *flow = flows_at(receiver->flows, index);
	struct flow_snapshot snapshot;
	struct oracle oracle;
	/* only the run under way is joined late */
	bool late = script->joined_ns > PATH_START_NS && index == 0;

	c->run_id = flow->key.run_id;
	flow_snapshot(flow, receiver->end_ns, &snapshot);
	if (oracle_init(&oracle, delivery, count, c->run_id, receiver->end_ns,
			script->lost_after_ns, late)) {
		compare_books(c, &snapshot, &oracle);
		compare_loss(c, &snapshot, &oracle);
		compare_order(c, &snapshot, &oracle);
		compare_delay(c, &snapshot, &oracle);
		compare_intervals(c, &receiver->intervals[index], &snapshot);
		expect(c, "corrupt", snapshot.counts.corrupt, receiver->corrupt[index]);
		expect(c, "bytes", snapshot.counts.bytes, oracle.received * script->length);
		expect(c, "ttl_min", snapshot.ttl_min, oracle.ttl_min);
		expect(c, "ttl_max", snapshot.ttl_max, oracle.ttl_max);
		expect(c, "dscp", snapshot.dscp[46], oracle.unique);
		expect(c, "state", snapshot.state, oracle.sent_known ? FLOW_ENDED : FLOW_SILENT);
	}
	oracle_release(&oracle);
}

static bool run_seed(uint64_t seed)
{
	struct comparison comparison = {.seed = seed};
	struct script script;
	struct receiver receiver = {0};
	struct delivery *delivery;
	const struct flows_counts *counts;
	size_t count;

	script_from_seed(&script, seed);
	count = path_run(&script, &delivery);
	receiver.flows = flows_new(RUNS, script.lost_after_ns, script.joined_ns);
	if (receiver.flows == NULL || count == 0) {
		printf("# seed %" PRIu64 ": nothing arrived, or no memory\n", seed);
		flows_free(receiver.flows);
		return false;
	}
	receive(&receiver, &script, delivery, count);
	counts = flows_counts(receiver.flows);
	expect(&comparison, "datagrams", counts->datagrams, count);
	expect(&comparison, "alien", counts->alien, 0);
	expect(&comparison, "overflow", counts->overflow, 0);
	expect(&comparison, "corrupt of all", counts->corrupt, receiver.corrupt_all);
	expect(&comparison, "corrupt_unattributed", counts->corrupt_unattributed,
	       receiver.corrupt_unattributed);
	expect(&comparison, "flows", flows_count(receiver.flows), script.restart_at ? 2 : 1);
	for (size_t i = 0; i < flows_count(receiver.flows); i++) {
		compare_flow(&comparison, &receiver, i, &script, delivery, count);
	}
	flows_free(receiver.flows);
	free(delivery);
	return !comparison.failed;
}

int main(int argc, char **argv)
{
	unsigned int failed = 0;

	if (argc > 1) {
		bool passed = run_seed(strtoull(argv[1], NULL, 10));

		printf("1..1\n%s 1 - seed %s\n", passed ? "ok" : "not ok", argv[1]);
		return passed ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	printf("1..%d\n", SEEDS / SEEDS_IN_A_TEST);
	for (uint64_t first = 0; first < SEEDS; first += SEEDS_IN_A_TEST) {
		bool passed = true;

		for (uint64_t seed = first; seed < first + SEEDS_IN_A_TEST; seed++) {
			if (!run_seed(seed)) {
				printf("# again: %s %" PRIu64 "\n", argv[0], seed);
				passed = false;
			}
		}
		printf("%s %d - results_equal_the_oracles_for_seeds_%d_to_%d\n",
		       passed ? "ok" : "not ok", (int)(first / SEEDS_IN_A_TEST) + 1, (int)first,
		       (int)first + SEEDS_IN_A_TEST - 1);
		fflush(stdout);
		failed += !passed;
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
