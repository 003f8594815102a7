/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <stddef.h>

#include "wire.h"

/* A nominal period beyond this is nonsense that a stranger wrote. */
#define PERIOD_LIMIT_NS INT64_C(86400000000000)

/* How far the first departure, reckoned back by the spacing, may be off: one period; when the
 * schedule is irregular, ten mean gaps, of which fewer than one in 20,000 is longer. */
#define HEAD_MARGIN_NS   2000000
#define HEAD_MARGIN_GAPS 10

/* The first arrivals each teach the spacing, later ones now and then. */
#define SPACING_OFTEN 64
#define SPACING_EVERY 64

/* 20 hours: what a correctionField holds beyond it is no residence time, and no spread takes it. */
#define CORRECTION_LIMIT_NS (INT64_C(1) << 46)

#define SILENT_PERIODS   5
#define SILENT_GAPS      10
#define SILENT_FROZEN_NS 50000000

/* ENDs are repeated for a second. */
#define ENDS_NS 1100000000

void flow_init(struct flow *flow, const struct flow_key *key, int64_t lost_after_ns,
	       int64_t joined_ns)
{
	flow->key = *key;
	flow->lost_after_ns = lost_after_ns;
	flow->ttl_min = -1;
	flow->ttl_max = -1;
	sequence_init(&flow->sequence, lost_after_ns, joined_ns);
}

static void add_marking(struct flow *flow, const struct arrival *arrival)
{
	if (arrival->ttl >= 0) {
		if (flow->ttl_min < 0 || arrival->ttl < flow->ttl_min) {
			flow->ttl_min = arrival->ttl;
		}
		if (arrival->ttl > flow->ttl_max) {
			flow->ttl_max = arrival->ttl;
		}
	}
	if (arrival->dscp >= 0) {
		flow->dscp[arrival->dscp & 63]++;
	}
}

static void add_correction(struct flow *flow, int64_t correction)
{
	int64_t correction_ns = correction / 65536;

	if (correction_ns > CORRECTION_LIMIT_NS) {
		correction_ns = CORRECTION_LIMIT_NS;
	} else if (correction_ns < -CORRECTION_LIMIT_NS) {
		correction_ns = -CORRECTION_LIMIT_NS;
	}
	flow->corrected += correction != 0;
	spread_add(&flow->correction, correction_ns);
}

/* The departures' mean spacing as the sender's own clock tells it, else the nominal one. */
static void learn_spacing(struct flow *flow, const struct probe *probe)
{
	int64_t span_ns, spacing_ns = flow->period_ns, margin_ns;

	if (flow->sequence.unique > SPACING_OFTEN && flow->sequence.unique % SPACING_EVERY != 0) {
		return;
	}
	if ((probe->flags & WIRE_LATE_SLOT) != 0) {
		/* sent out of its time, which tells nothing of the schedule */
	} else if (flow->spacing_sent_ns == 0) {
		flow->spacing_seq = probe->seq;
		flow->spacing_sent_ns = probe->sent_ns;
	} else if (probe->seq > flow->spacing_seq &&
		   !__builtin_sub_overflow(probe->sent_ns, flow->spacing_sent_ns, &span_ns) &&
		   span_ns > 0) {
		int64_t mean_ns = (int64_t)((uint64_t)span_ns / (probe->seq - flow->spacing_seq));

		if (mean_ns > 0 && mean_ns < PERIOD_LIMIT_NS) {
			spacing_ns = mean_ns;
		}
	}
	margin_ns = flow->period_ns > 0 ? flow->period_ns : HEAD_MARGIN_GAPS * spacing_ns;
	sequence_set_spacing(&flow->sequence, spacing_ns, margin_ns + HEAD_MARGIN_NS);
}

/* Time without an arrival, beyond the nominal period. */
static void note_outage(struct flow *flow, int64_t mono_ns)
{
	int64_t outage_ns;

	if (flow->probes == 0) {
		return;
	}
	outage_ns = mono_ns - flow->last_mono_ns - flow->period_ns;
	if (outage_ns > flow->longest_outage_ns) {
		flow->longest_outage_ns = outage_ns;
	}
}

static void note_arrival(struct flow *flow, const struct arrival *arrival)
{
	note_outage(flow, arrival->mono_ns);
	if (flow->probes == 0) {
		flow->first_mono_ns = arrival->mono_ns;
		flow->first_rx_ns = arrival->rx_ns;
	}
	if (arrival->mono_ns > flow->last_mono_ns || flow->probes == 0) {
		flow->last_mono_ns = arrival->mono_ns;
		flow->last_rx_ns = arrival->rx_ns;
	}
}

static enum sequence_fate add_probe(struct flow *flow, const struct probe *probe,
				    const struct arrival *arrival, uint32_t length)
{
	enum sequence_fate fate;

	if (probe->period_ns <= PERIOD_LIMIT_NS) {
		flow->period_ns = (int64_t)probe->period_ns;
	}
	sequence_note_late(&flow->sequence, (probe->flags & WIRE_LATE_SLOT) != 0);
	fate = sequence_add(&flow->sequence, probe->seq, arrival->mono_ns);
	if (fate == SEQUENCE_IN_ORDER || fate == SEQUENCE_REORDERED) {
		note_arrival(flow, arrival);
		learn_spacing(flow, probe);
		if (!arrival->within_burst) {
			delay_add(&flow->delay, probe->seq, arrival->rx_ns, probe->sent_ns,
				  arrival->mono_ns);
			flow->rx_stamps[arrival->rx_stamp]++;
		}
		add_marking(flow, arrival);
		if (arrival->encoding == FLOW_PTP) {
			add_correction(flow, arrival->correction);
		}
		flow->sender_late += (probe->flags & WIRE_LATE_SLOT) != 0;
		flow->synchronised += (probe->flags & WIRE_CLOCK_SYNCHRONISED) != 0;
	}
	flow->probes++;
	flow->bytes += length;
	return fate;
}

static void add_end(struct flow *flow, const struct probe *probe, const struct arrival *arrival)
{
	if (!sequence_end(&flow->sequence, probe->seq, arrival->mono_ns)) {
		return;
	}
	if (flow->ends == 0) {
		note_outage(flow, arrival->mono_ns);
		if (flow->probes == 0) {
			flow->first_mono_ns = arrival->mono_ns;
			flow->last_mono_ns = arrival->mono_ns;
			flow->period_ns =
				probe->period_ns <= PERIOD_LIMIT_NS ? (int64_t)probe->period_ns : 0;
			learn_spacing(flow, probe);
		}
	}
	flow->ends++;
}

/* Does it speak of probes behind those that the frozen books are of? */
static bool is_beyond_freeze(const struct flow *flow, const struct probe *probe)
{
	uint64_t next = flow->sequence.next;

	return flow->frozen && (probe->kind == WIRE_END ? probe->seq > next : probe->seq >= next);
}

void flow_add(struct flow *flow, const struct probe *probe, const struct arrival *arrival,
	      uint32_t length)
{
	sequence_settle(&flow->sequence, arrival->mono_ns);
	if (is_beyond_freeze(flow, probe)) {
		/* its follow-up is still of use */
	} else if (probe->kind == WIRE_END) {
		add_end(flow, probe, arrival);
	} else if (add_probe(flow, probe, arrival, length) == SEQUENCE_OUTLIER) {
		return;
	}
	/* one that is of no earlier probe would keep all others from being waited for */
	if (probe->follow_up_seq < probe->seq) {
		delay_follow_up(&flow->delay, probe->follow_up_seq, probe->follow_up_tx_ns,
				(probe->flags & WIRE_FOLLOW_UP_HARDWARE) != 0 ? STAMP_HARDWARE
									      : STAMP_SOFTWARE);
	}
}

void flow_tick(struct flow *flow, int64_t mono_ns)
{
	sequence_settle(&flow->sequence, mono_ns);
	delay_flush(&flow->delay, mono_ns - flow->lost_after_ns);
}

void flow_freeze(struct flow *flow, int64_t mono_ns)
{
	if (!flow->sequence.end_seen) {
		note_outage(flow, mono_ns);
	}
	flow->frozen = true;
	flow->frozen_ns = mono_ns;
}

enum flow_state flow_state(const struct flow *flow, int64_t mono_ns)
{
	int64_t patience_ns = flow->period_ns > 0 ? SILENT_PERIODS * flow->period_ns
						  : SILENT_GAPS * flow->sequence.spacing_ns;
	int64_t least_ns = flow->frozen ? SILENT_FROZEN_NS : flow->lost_after_ns;
	int64_t now_ns = flow->frozen ? flow->frozen_ns : mono_ns;

	if (flow->sequence.tail_settled) {
		return FLOW_ENDED;
	}
	if (patience_ns < least_ns) {
		patience_ns = least_ns;
	}
	if (!flow->sequence.end_seen && now_ns - flow->last_mono_ns > patience_ns) {
		return FLOW_SILENT;
	}
	return FLOW_RUNNING;
}

bool flow_is_provable_by_end(const struct probe *end, int64_t mono_ns, int64_t joined_ns)
{
	double span_ns = (double)end->seq * (double)end->period_ns + HEAD_MARGIN_NS + ENDS_NS;

	return end->period_ns > 0 && joined_ns != INT64_MAX &&
	       (double)mono_ns - span_ns >= (double)joined_ns;
}

bool flow_is_settled(const struct flow *flow)
{
	return sequence_pending(&flow->sequence) == 0 &&
	       (!flow->sequence.end_seen || flow->sequence.tail_settled);
}

struct flow_counts flow_count(const struct flow *flow)
{
	const struct sequence *sequence = &flow->sequence;

	return (struct flow_counts){
		.received = flow->probes - sequence->outliers - sequence->held.count,
		.unique = sequence->unique,
		.lost = sequence->lost,
		.duplicate = sequence->duplicate,
		.reordered = sequence->reordered,
		.late = sequence->late,
		.corrupt = flow->corrupt,
		.bytes = flow->bytes,
	};
}

void flow_take_interval(struct flow *flow, struct flow_interval *ret_interval)
{
	struct flow_counts now = flow_count(flow);
	const struct flow_counts *before = &flow->before;
	struct delay_interval *delay = &flow->delay.interval;

	*ret_interval = (struct flow_interval){
		.counts =
			{
				.received = now.received - before->received,
				.unique = now.unique - before->unique,
				.lost = now.lost - before->lost,
				.duplicate = now.duplicate - before->duplicate,
				.reordered = now.reordered - before->reordered,
				.late = now.late - before->late,
				.corrupt = now.corrupt - before->corrupt,
				.bytes = now.bytes - before->bytes,
			},
		.delay_count = delay->count,
		.pdv_max_ns = delay->max_ns - delay->min_ns,
		.pdv_mean_ns = delay->count > 0 ? delay->sum_ns / (double)delay->count -
							  (double)delay->min_ns
						: 0,
		.jitter_ns = flow->delay.jitter_x16_ns >> 4,
	};
	flow->before = now;
	*delay = (struct delay_interval){0};
}
