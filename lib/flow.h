/* SPDX-License-Identifier: BSD-2-Clause */
/* One stream of probes: everything ptprobe knows of it. */
#ifndef PTPROBE_FLOW_H
#define PTPROBE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "delay.h"
#include "endpoint.h"
#include "sequence.h"

struct probe;

/* The shape of a stream's probes (doc/wire-format.md). */
enum flow_encoding {
	FLOW_NATIVE,
	FLOW_PTP, /* Sync, or Follow_Up: two streams */
};

/* What the edge knows of a datagram beside its payload. */
struct arrival {
	struct endpoint source, group;
	int64_t rx_ns;   /* CLOCK_REALTIME stamp */
	int64_t mono_ns; /* the same instant on CLOCK_MONOTONIC */
	enum stamp rx_stamp;
	bool within_burst; /* not the first datagram under this stamp: no delay sample of its own */
	int16_t ttl, dscp; /* -1: unknown */
	enum flow_encoding encoding;
	/* of FLOW_PTP: domainNumber, and correctionField as it came (ns times 2^16) */
	uint8_t domain;
	int64_t correction;
};

struct flow_key {
	uint64_t run_id;
	struct endpoint source, group;
};

enum flow_state {
	FLOW_RUNNING,
	FLOW_SILENT, /* nothing for five periods and some time: the sender or the path is gone */
	FLOW_ENDED,  /* END seen, everything settled */
};

/* Counters that interval lines difference. */
struct flow_counts {
	uint64_t received, unique, lost, duplicate, reordered, late, corrupt, bytes;
};

struct flow {
	struct flow_key key;
	enum flow_encoding encoding;
	uint8_t domain;            /* of FLOW_PTP */
	struct flow_counts before; /* at the last interval */
	uint64_t probes;           /* all that came, outliers among them */
	uint64_t bytes, corrupt, ends, sender_late;
	uint64_t rx_stamps[STAMP_KINDS];
	int64_t period_ns; /* nominal, from the last probe; 0: none */
	int64_t first_rx_ns, last_rx_ns;
	int64_t first_mono_ns, last_mono_ns;
	uint64_t spacing_seq; /* the first seq heard, and its sent_ns: the mean spacing's origin */
	int64_t spacing_sent_ns;
	int64_t longest_outage_ns;
	int64_t lost_after_ns;
	uint64_t synchronised;    /* probes that said so */
	int16_t ttl_min, ttl_max; /* -1: unknown */
	uint64_t dscp[64];
	bool frozen; /* no new seqs are taken in */
	int64_t frozen_ns;
	struct sequence sequence;
	struct delay delay;
	/* of FLOW_PTP: the unique probes' corrections, and how many of them aren't 0 */
	uint64_t corrected;
	struct spread correction;
};

/* See sequence_init. On zeroed memory. */
void flow_init(struct flow *flow, const struct flow_key *key, int64_t lost_after_ns,
	       int64_t joined_ns);

/* Feeds one decoded datagram, probe or END. O(1), no allocation. mono_ns within 0..2^61. */
void flow_add(struct flow *flow, const struct probe *probe, const struct arrival *arrival,
	      uint32_t length);

/* Lets time pass: settles losses and closes delay samples that waited lost_after. */
void flow_tick(struct flow *flow, int64_t mono_ns);

/*
 * Stops taking in new seqs at mono_ns, while open gaps may still be filled: for a receiver that
 * ends first. How long nothing had come by then is an outage as well.
 */
void flow_freeze(struct flow *flow, int64_t mono_ns);

/* The counters as they stand. */
struct flow_counts flow_count(const struct flow *flow);

/*
 * A stream without END is silent when nothing has come for five periods (ten mean gaps of an
 * irregular schedule) and lost_after; of a frozen one, 50 ms before it was frozen will do.
 */
enum flow_state flow_state(const struct flow *flow, int64_t mono_ns);

/*
 * True when all of a stream of which only the END came must have been sent after the join: its
 * schedule, and a second in which ENDs are repeated, fit in between.
 */
bool flow_is_provable_by_end(const struct probe *end, int64_t mono_ns, int64_t joined_ns);

/* True when nothing is missing that could still come: no open gap; the END's tail settled. */
bool flow_is_settled(const struct flow *flow);

struct quantiles {
	int64_t p50_ns, p90_ns, p99_ns, p999_ns;
};

/* A flow's results at one moment; what every printer prints from. */
struct flow_snapshot {
	struct flow_key key;
	enum flow_encoding encoding;
	uint8_t domain; /* of FLOW_PTP */
	enum flow_state state;
	uint64_t first_seq, last_seq;
	bool sent_known;
	uint64_t sent; /* from first_seq or the provable start to the END: unique + lost */
	struct flow_counts counts;
	uint64_t missed_before_join, pending, outliers, jumps, skipped, ends, sender_late;
	uint64_t gaps_merged;
	int64_t duration_ns, silence_ns; /* first to last arrival; since the last */
	int64_t period_ns;
	/* loss */
	double loss_ratio; /* lost / (unique + lost) */
	uint64_t loss_periods, longest_loss_period;
	int64_t longest_outage_ns;
	double noticeable_rate;
	const struct losspat *losspat;
	const struct ranges *missing;
	/* order and duplicates */
	double reorder_ratio, duplicate_ratio; /* of unique */
	uint64_t replicated;                   /* probes of which duplicates came (RFC 5560) */
	double replicated_ratio;               /* of unique */
	uint64_t max_extent, buffer_depth;
	double mean_extent;
	int64_t max_late_ns;
	uint64_t n_reordered[SEQUENCE_RECENT + 1]; /* [n]: packets that are at least n-reordered */
	/* delay; absolute values mean something only when synchronised */
	uint64_t delay_count, rejected, splits;
	bool sender_synchronised;
	uint64_t tx_stamps[STAMP_KINDS], rx_stamps[STAMP_KINDS];
	int64_t delay_min_ns, delay_max_ns;
	double delay_mean_ns, delay_stddev_ns;
	struct quantiles pdv; /* above the minimum delay */
	int64_t pdv_max_ns;
	double pdv_mean_ns;
	const struct spread *spread;
	uint64_t ipdv_count;
	int64_t ipdv_min_ns, ipdv_max_ns;
	double ipdv_mean_ns;
	struct quantiles abs_ipdv;
	double abs_ipdv_mean_ns;
	int64_t abs_ipdv_max_ns;
	int64_t jitter_ns; /* RFC 3550 */
	bool skew_known;
	int64_t skew_ppb;
	int64_t skew_uncertainty_ppb; /* the median delay above the line, over the line's edge */
	uint64_t detrended_count;
	struct quantiles detrended; /* PDV above the skew line */
	int16_t ttl_min, ttl_max;
	uint64_t dscp[64];
	/* of FLOW_PTP: what transparent clocks added, by the unique probes' correctionField */
	uint64_t correction_count, corrected; /* probes; those whose correction isn't 0 */
	int64_t correction_min_ns, correction_p50_ns, correction_p99_ns, correction_max_ns;
};

/*
 * Writes the results as they stand; *ret_snapshot points into flow. Asserts the books: received =
 * unique + duplicate + late, and sent = unique + lost when the END's tail is settled.
 */
void flow_snapshot(const struct flow *flow, int64_t mono_ns, struct flow_snapshot *ret_snapshot);

/* One interval's share: the counts since the call before, and the delay of that time alone. */
struct flow_interval {
	struct flow_counts counts;
	uint64_t delay_count;
	int64_t pdv_max_ns; /* largest - smallest delay of the interval */
	double pdv_mean_ns; /* mean - smallest */
	int64_t jitter_ns;  /* RFC 3550, as it stands: intervals don't reset it */
};

void flow_take_interval(struct flow *flow, struct flow_interval *ret_interval);

#endif
