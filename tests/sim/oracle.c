/* SPDX-License-Identifier: BSD-2-Clause */
#include "oracle.h"

#include <stdlib.h>

#include "path.h"

#define NEVER INT64_MAX

/* What is known of one sequence number. */
struct fate {
	int64_t missing_since_ns; /* the first sign that it is missing: a later one, or the END */
	uint64_t overtaken_by;    /* index of that later one among the unique arrivals */
	bool heard;
	int64_t delay_ns;
	bool has_follow_up;
	int64_t tx_ns;
};

struct unique {
	uint64_t seq;
	int64_t mono_ns, rx_ns, sent_ns;
};

/* The working memory of one oracle. */
struct table {
	uint64_t seqs; /* 0..seqs-1 were sent as far as is known */
	struct fate *fate;
	struct unique *unique;
	uint64_t uniques, next;
	bool started, end_seen;
	int64_t end_ns, period_ns;
};

static uint64_t highest_seq_plus_1(const struct delivery *delivery, size_t count, uint64_t run_id)
{
	uint64_t seqs = 0;

	for (size_t i = 0; i < count; i++) {
		const struct probe *probe = &delivery[i].probe;
		uint64_t need = probe->kind == WIRE_END ? probe->seq : probe->seq + 1;

		if (probe->run_id == run_id && !delivery[i].corrupt && need > seqs) {
			seqs = need;
		}
	}
	return seqs;
}

/* RFC 4737: section 4.2's extent, 4.3's late time, 5's n-reordering, each by its definition. */
static void judge_order(struct oracle *oracle, const struct table *table, uint64_t i)
{
	const struct unique *all = table->unique;
	uint64_t j = 0, larger = 0, n = 0;

	while (all[j].seq <= all[i].seq) {
		j++;
	}
	oracle->reordered++;
	if (table->next - 1 - all[i].seq > oracle->farthest_behind) {
		oracle->farthest_behind = table->next - 1 - all[i].seq;
	}
	oracle->extent_sum += i - j;
	if (i - j > oracle->max_extent) {
		oracle->max_extent = i - j;
	}
	if (all[i].mono_ns - all[j].mono_ns > oracle->max_late_ns) {
		oracle->max_late_ns = all[i].mono_ns - all[j].mono_ns;
	}
	for (j = 0; j < i; j++) {
		larger += all[j].seq > all[i].seq;
	}
	if (larger > oracle->buffer_depth) {
		oracle->buffer_depth = larger;
	}
	while (n < SEQUENCE_RECENT && n < i && all[i - 1 - n].seq > all[i].seq) {
		n++;
		oracle->n_reordered[n]++;
	}
}

/* Time without a probe in time, beyond the nominal period. */
static void note_silence(struct oracle *oracle, const struct table *table,
			 const struct delivery *delivery)
{
	int64_t silence_ns;

	if (table->uniques == 0) {
		return;
	}
	silence_ns = delivery->mono_ns - table->unique[table->uniques - 1].mono_ns -
		     (int64_t)delivery->probe.period_ns;
	if (silence_ns > oracle->longest_outage_ns) {
		oracle->longest_outage_ns = silence_ns;
	}
}

static void hear_probe(struct oracle *oracle, struct table *table, const struct delivery *delivery,
		       int64_t lost_after_ns)
{
	uint64_t seq = delivery->probe.seq;
	struct fate *fate = &table->fate[seq];

	oracle->received++;
	if (fate->heard) {
		oracle->duplicate++;
		return;
	}
	if (fate->missing_since_ns != NEVER &&
	    delivery->mono_ns - fate->missing_since_ns > lost_after_ns) {
		oracle->late++;
		return;
	}
	note_silence(oracle, table, delivery);
	fate->heard = true;
	table->unique[table->uniques] = (struct unique){
		.seq = seq,
		.mono_ns = delivery->mono_ns,
		.rx_ns = delivery->rx_ns,
		.sent_ns = delivery->probe.sent_ns,
	};
	if (table->uniques > 0 && seq < table->next) {
		judge_order(oracle, table, table->uniques);
	}
	table->uniques++;
	table->period_ns = (int64_t)delivery->probe.period_ns;
	for (uint64_t s = table->next; s < seq; s++) {
		if (table->fate[s].missing_since_ns == NEVER) {
			table->fate[s].missing_since_ns = delivery->mono_ns;
		}
	}
	if (seq >= table->next) {
		table->next = seq + 1;
	}
	if (oracle->ttl_min < 0 || delivery->ttl < oracle->ttl_min) {
		oracle->ttl_min = delivery->ttl;
	}
	if (delivery->ttl > oracle->ttl_max) {
		oracle->ttl_max = delivery->ttl;
	}
}

static void hear_end(struct oracle *oracle, struct table *table, const struct delivery *delivery)
{
	if (table->end_seen) {
		return;
	}
	note_silence(oracle, table, delivery);
	table->end_seen = true;
	table->end_ns = delivery->mono_ns;
	for (uint64_t s = 0; s < delivery->probe.seq; s++) {
		if (table->fate[s].missing_since_ns == NEVER) {
			table->fate[s].missing_since_ns = delivery->mono_ns;
		}
	}
}

/* A follow-up counts when it comes while its probe may still wait for it. */
static void hear_follow_up(struct table *table, const struct delivery *delivery,
			   int64_t lost_after_ns)
{
	const struct probe *probe = &delivery->probe;
	struct fate *fate;

	if (probe->follow_up_seq == WIRE_NO_FOLLOW_UP || probe->follow_up_seq >= table->seqs) {
		return;
	}
	fate = &table->fate[probe->follow_up_seq];
	/* the path holds one for 5 periods or for longer than lost_after, never between */
	if (delivery->mono_ns - (probe->follow_up_tx_ns - PATH_EPOCH_NS) < lost_after_ns) {
		fate->has_follow_up = true;
		fate->tx_ns = probe->follow_up_tx_ns;
	}
}

static void sum_up_loss(struct oracle *oracle, const struct table *table, bool joined_late)
{
	uint64_t limit = table->end_seen ? table->seqs : table->next;
	uint64_t last_lost = UINT64_MAX, length = 0;
	uint64_t base = table->unique[0].seq;

	for (uint64_t seq = 0; seq <= limit; seq++) {
		bool is_lost = seq < limit && !table->fate[seq].heard;

		if (is_lost && joined_late && seq < base) {
			/* a smaller seq may have been held by the path until after the join */
			oracle->missed_before_join++;
			is_lost = false;
		}
		if (is_lost) {
			oracle->lost++;
			if (last_lost != UINT64_MAX) {
				oracle->distance_count[losspat_bucket(seq - last_lost)]++;
				oracle->noticeable += seq - last_lost <= LOSSPAT_DEFAULT_DELTA;
			}
			if (length == 0) {
				oracle->periods++;
				oracle->range[oracle->ranges].first = seq;
			}
			length++;
			last_lost = seq;
		} else if (length > 0) {
			oracle->range[oracle->ranges++].last = seq - 1;
			oracle->length_count[losspat_bucket(length)]++;
			if (length > oracle->longest_period) {
				oracle->longest_period = length;
			}
			length = 0;
		}
	}
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void sum_up_delay(struct oracle *oracle, struct table *table)
{
	double sum = 0, abs_sum = 0;

	for (uint64_t i = 0; i < table->uniques; i++) {
		const struct unique *unique = &table->unique[i];
		struct fate *fate = &table->fate[unique->seq];

		fate->delay_ns =
			unique->rx_ns - (fate->has_follow_up ? fate->tx_ns : unique->sent_ns);
		oracle->with_follow_up += fate->has_follow_up;
		oracle->delay_ns[i] = fate->delay_ns;
		if (i > 0) {
			/* RFC 3550, appendix A.8, the integer form */
			oracle->jitter_x16_ns +=
				llabs(oracle->delay_ns[i] - oracle->delay_ns[i - 1]) -
				((oracle->jitter_x16_ns + 8) >> 4);
		}
	}
	oracle->delays = table->uniques;
	qsort(oracle->delay_ns, oracle->delays, sizeof(*oracle->delay_ns), compare);
	for (uint64_t seq = 1; seq < table->next; seq++) {
		int64_t ipdv_ns = table->fate[seq].delay_ns - table->fate[seq - 1].delay_ns;

		if (!table->fate[seq].heard || !table->fate[seq - 1].heard) {
			continue;
		}
		if (oracle->ipdv_count == 0 || ipdv_ns < oracle->ipdv_min_ns) {
			oracle->ipdv_min_ns = ipdv_ns;
		}
		if (oracle->ipdv_count == 0 || ipdv_ns > oracle->ipdv_max_ns) {
			oracle->ipdv_max_ns = ipdv_ns;
		}
		oracle->ipdv_count++;
		sum += (double)ipdv_ns;
		abs_sum += (double)llabs(ipdv_ns);
	}
	if (oracle->ipdv_count > 0) {
		oracle->ipdv_mean_ns = sum / (double)oracle->ipdv_count;
		oracle->abs_ipdv_mean_ns = abs_sum / (double)oracle->ipdv_count;
	}
}

bool oracle_init(struct oracle *oracle, const struct delivery *delivery, size_t count,
		 uint64_t run_id, int64_t end_ns, int64_t lost_after_ns, bool joined_late)
{
	int64_t silence_ns;
	struct table table = {.seqs = highest_seq_plus_1(delivery, count, run_id)};

	*oracle = (struct oracle){.ttl_min = -1, .ttl_max = -1};
	table.fate = calloc(table.seqs + 1, sizeof(*table.fate));
	table.unique = calloc(table.seqs + 1, sizeof(*table.unique));
	oracle->range = calloc(table.seqs + 1, sizeof(*oracle->range));
	oracle->delay_ns = calloc(table.seqs + 1, sizeof(*oracle->delay_ns));
	if (!table.fate || !table.unique || !oracle->range || !oracle->delay_ns) {
		abort();
	}
	for (uint64_t seq = 0; seq < table.seqs; seq++) {
		table.fate[seq].missing_since_ns = NEVER;
	}
	for (size_t i = 0; i < count; i++) {
		if (delivery[i].corrupt || delivery[i].probe.run_id != run_id) {
			continue;
		}
		if (delivery[i].probe.kind == WIRE_END) {
			hear_end(oracle, &table, &delivery[i]);
		} else {
			hear_probe(oracle, &table, &delivery[i], lost_after_ns);
			hear_follow_up(&table, &delivery[i], lost_after_ns);
		}
	}
	/* without an END, how long nothing has come counts, once it is beyond lost_after */
	if (table.uniques > 0 && !table.end_seen) {
		silence_ns = end_ns - table.unique[table.uniques - 1].mono_ns;
		if (silence_ns > lost_after_ns) {
			silence_ns -= table.period_ns;
			oracle->longest_outage_ns = silence_ns > oracle->longest_outage_ns
							    ? silence_ns
							    : oracle->longest_outage_ns;
		}
	}
	oracle->unique = table.uniques;
	oracle->sent_known = table.end_seen;
	if (table.uniques > 0) {
		oracle->first_seq = table.seqs;
		for (uint64_t i = 0; i < table.uniques; i++) {
			if (table.unique[i].seq < oracle->first_seq) {
				oracle->first_seq = table.unique[i].seq;
			}
		}
		oracle->last_seq = table.next - 1;
		sum_up_loss(oracle, &table, joined_late);
		sum_up_delay(oracle, &table);
	}
	free(table.fate);
	free(table.unique);
	return table.uniques > 0;
}

void oracle_release(struct oracle *oracle)
{
	free(oracle->range);
	free(oracle->delay_ns);
}
