/* SPDX-License-Identifier: BSD-2-Clause */
#include "sequence.h"

#include <string.h>

void sequence_init(struct sequence *sequence, int64_t lost_after_ns, int64_t joined_ns)
{
	sequence->lost_after_ns = lost_after_ns;
	sequence->joined_ns = joined_ns;
	losspat_init(&sequence->losspat, LOSSPAT_DEFAULT_DELTA);
}

void sequence_set_spacing(struct sequence *sequence, int64_t spacing_ns, int64_t margin_ns)
{
	sequence->spacing_ns = spacing_ns;
	sequence->margin_ns = margin_ns;
}

void sequence_forget_join(struct sequence *sequence)
{
	sequence->joined_ns = INT64_MAX;
}

/* Settling: losses come out in seq order. */

static void count_lost(struct sequence *sequence, uint64_t first, uint64_t last)
{
	sequence->lost += last - first + 1;
	losspat_add(&sequence->losspat, first, last);
	ranges_add(&sequence->missing, first, last);
}

/* Were the probes before the first one heard sent after the receiver had joined? Then they are
 * lost. */
static bool head_is_provable(const struct sequence *sequence)
{
	double head_ns = (double)(sequence->head_last + 1) * (double)sequence->spacing_ns;

	if (sequence->spacing_ns <= 0 || sequence->joined_ns == INT64_MAX) {
		return false;
	}
	return (double)sequence->first_ns - head_ns - (double)sequence->margin_ns >=
	       (double)sequence->joined_ns;
}

/*
 * While the head can't be proven lost, all that is missing of it was missed before the join, also
 * above a straggler that came after the first one heard.
 */
static void count_missing(struct sequence *sequence, uint64_t first, uint64_t last)
{
	if (sequence->head_open && first <= sequence->head_last && !head_is_provable(sequence)) {
		uint64_t head_last = last < sequence->head_last ? last : sequence->head_last;

		sequence->missed_before_join += head_last - first + 1;
		first = head_last + 1;
	}
	if (first <= last) {
		count_lost(sequence, first, last);
	}
}

/* Settles what is missing in first..last, all of it within the window. */
static void settle_range(struct sequence *sequence, uint64_t first, uint64_t last)
{
	uint64_t seq = first;

	while (seq <= last) {
		uint64_t start;

		while (seq <= last && window_has(&sequence->arrived, seq)) {
			seq++;
		}
		start = seq;
		while (seq <= last && !window_has(&sequence->arrived, seq)) {
			seq++;
		}
		if (start < seq) {
			count_missing(sequence, start, seq - 1);
		}
	}
}

static struct gap *gap_nth(struct sequence *sequence, uint32_t n)
{
	return &sequence->gap[(sequence->gap_at + n) % SEQUENCE_GAPS];
}

/* Settles every open gap up to below. */
static void settle_below(struct sequence *sequence, uint64_t below)
{
	while (sequence->gap_count > 0) {
		struct gap *gap = gap_nth(sequence, 0);

		if (gap->first >= below) {
			break;
		}
		if (gap->last >= below) {
			settle_range(sequence, gap->first, below - 1);
			gap->first = below;
			break;
		}
		settle_range(sequence, gap->first, gap->last);
		sequence->gap_at = (sequence->gap_at + 1) % SEQUENCE_GAPS;
		sequence->gap_count--;
	}
	if (sequence->settled < below) {
		sequence->settled = below;
		if (sequence->head_open && below > sequence->head_last) {
			sequence->head_open = false;
		}
	}
}

static void open_gap(struct sequence *sequence, uint64_t first, uint64_t last, int64_t now_ns)
{
	if (sequence->gap_count == SEQUENCE_GAPS) {
		settle_below(sequence, gap_nth(sequence, 0)->last + 1);
		sequence->gaps_settled_early++;
	}
	*gap_nth(sequence, sequence->gap_count) = (struct gap){
		.first = first,
		.last = last,
		.opened_index = sequence->unique,
		.opened_ns = now_ns,
	};
	sequence->gap_count++;
}

/*
 * Moves next to to, seqs from the old next on not having arrived. What falls out of the window is
 * settled first, while its bits are still there; of a jump longer than the window its far end is
 * lost.
 */
static void advance(struct sequence *sequence, uint64_t to, int64_t now_ns)
{
	uint64_t from = sequence->next;
	uint64_t bottom = to > SEQUENCE_WINDOW ? to - SEQUENCE_WINDOW : 0;

	/* without an open gap nothing below next is open, wherever settled is */
	if (bottom > sequence->settled && (sequence->gap_count > 0 || bottom > from)) {
		settle_below(sequence, bottom < from ? bottom : from);
		if (bottom > from) {
			count_missing(sequence, from, bottom - 1);
			sequence->settled = bottom;
			from = bottom;
		}
	}
	sequence->next = to;
	if (from == to - 1) {
		window_unset(&sequence->arrived, from);
		return;
	}
	window_clear(&sequence->arrived, from, to - 1);
	if (now_ns != INT64_MIN) {
		open_gap(sequence, from, to - 2, now_ns);
	}
}

/* Could the path have carried so many probes since the last one came? Twice the rate is allowed. */
static bool is_plausible(const struct sequence *sequence, uint64_t jump, int64_t now_ns)
{
	double elapsed_ns = (double)now_ns - (double)sequence->last_ns;

	if (sequence->spacing_ns <= 0) {
		return false;
	}
	return (double)jump <= SEQUENCE_WINDOW + 2 * elapsed_ns / (double)sequence->spacing_ns;
}

static void arrive(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	window_set(&sequence->arrived, seq);
	sequence->recent[sequence->unique % SEQUENCE_RECENT] = seq;
	sequence->unique++;
	sequence->last_ns = now_ns;
}

static void arrive_in_order(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	advance(sequence, seq + 1, now_ns);
	arrive(sequence, seq, now_ns);
	sequence->last_seq = seq;
}

/* Leaves out seqs that no path could have lost: a new epoch, at seq. */
static void skip_to(struct sequence *sequence, uint64_t seq)
{
	settle_below(sequence, sequence->next);
	sequence->jumps++;
	sequence->skipped += seq - sequence->next;
	sequence->next = seq;
	sequence->settled = seq;
	memset(&sequence->arrived, 0, sizeof(sequence->arrived));
}

/* What is held stays unconfirmed: it was no new epoch. */
static void drop_held(struct sequence *sequence)
{
	sequence->outliers += sequence->held;
	sequence->held = 0;
}

/* A jump beyond the window: held until its successors confirm it, then a new epoch. */
static enum sequence_fate add_outlier(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	uint32_t held = sequence->held;

	if (held > 0 && seq == sequence->held_seq[held - 1]) {
		sequence->outliers++;
		return SEQUENCE_OUTLIER;
	}
	if (held > 0 && (seq < sequence->held_seq[held - 1] ||
			 seq - sequence->held_seq[held - 1] > SEQUENCE_WINDOW)) {
		drop_held(sequence);
		held = 0;
	}
	sequence->held_seq[held++] = seq;
	if (held <= SEQUENCE_CONFIRM) {
		sequence->held = held;
		return SEQUENCE_OUTLIER;
	}
	sequence->held = 0;
	if (!is_plausible(sequence, sequence->held_seq[0] - sequence->next, now_ns)) {
		skip_to(sequence, sequence->held_seq[0]);
	}
	for (uint32_t i = 0; i < held; i++) {
		arrive_in_order(sequence, sequence->held_seq[i], now_ns);
	}
	return SEQUENCE_IN_ORDER;
}

/* The gap that seq lies in; gaps are in ascending order. */
static const struct gap *find_gap(struct sequence *sequence, uint64_t seq)
{
	uint32_t low = 0, high = sequence->gap_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (gap_nth(sequence, middle)->last < seq) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low < sequence->gap_count && gap_nth(sequence, low)->first <= seq) {
		return gap_nth(sequence, low);
	}
	return NULL;
}

/* How many of the arrivals just before bear a larger seq (RFC 4737, section 5.4). */
static unsigned int count_larger_before(const struct sequence *sequence, uint64_t seq)
{
	unsigned int n = 0;

	while (n < SEQUENCE_RECENT && n < sequence->unique &&
	       sequence->recent[(sequence->unique - 1 - n) % SEQUENCE_RECENT] > seq) {
		n++;
	}
	return n;
}

static void arrive_reordered(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	const struct gap *gap = find_gap(sequence, seq);
	uint64_t depth = window_count(&sequence->arrived, seq + 1, sequence->next - 1);

	if (gap != NULL) {
		uint64_t extent = sequence->unique - gap->opened_index;

		sequence->extent_sum += extent;
		if (extent > sequence->max_extent) {
			sequence->max_extent = extent;
		}
		if (now_ns - gap->opened_ns > sequence->max_late_ns) {
			sequence->max_late_ns = now_ns - gap->opened_ns;
		}
	}
	if (depth > sequence->buffer_depth) {
		sequence->buffer_depth = depth;
	}
	sequence->n_reordered[count_larger_before(sequence, seq)]++;
	sequence->reordered++;
	arrive(sequence, seq, now_ns);
	if (seq < sequence->first_seq) {
		sequence->first_seq = seq;
	}
}

/* The first arrival is the base; the seqs before it are an open gap as far as they can be judged.
 */
static void start(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	sequence->started = true;
	sequence->first_ns = now_ns;
	sequence->first_seq = seq;
	sequence->next = seq;
	sequence->settled = seq;
	if (seq > SEQUENCE_HEAD) {
		sequence->missed_before_join = seq;
	} else if (seq > 0) {
		sequence->head_open = true;
		sequence->head_last = seq - 1;
		sequence->next = 0;
		sequence->settled = 0;
	}
	arrive_in_order(sequence, seq, now_ns);
}

enum sequence_fate sequence_add(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	if (seq == UINT64_MAX || (sequence->end_seen && seq >= sequence->end_seq)) {
		sequence->outliers++;
		return SEQUENCE_OUTLIER;
	}
	if (!sequence->started) {
		start(sequence, seq, now_ns);
		return SEQUENCE_IN_ORDER;
	}
	if (seq >= sequence->next) {
		if (seq - sequence->next >= SEQUENCE_WINDOW) {
			return add_outlier(sequence, seq, now_ns);
		}
		drop_held(sequence);
		arrive_in_order(sequence, seq, now_ns);
		return SEQUENCE_IN_ORDER;
	}
	if (sequence->next - seq > SEQUENCE_WINDOW) {
		sequence->late++;
		return SEQUENCE_LATE;
	}
	drop_held(sequence);
	if (window_has(&sequence->arrived, seq)) {
		sequence->duplicate++;
		return SEQUENCE_DUPLICATE;
	}
	if (seq < sequence->settled) {
		sequence->late++;
		return SEQUENCE_LATE;
	}
	arrive_reordered(sequence, seq, now_ns);
	return SEQUENCE_REORDERED;
}

bool sequence_end(struct sequence *sequence, uint64_t count, int64_t now_ns)
{
	if (sequence->end_seen) {
		return sequence->end_seq == count;
	}
	if (count < sequence->next ||
	    (sequence->started && count - sequence->next > SEQUENCE_WINDOW &&
	     !is_plausible(sequence, count - sequence->next, now_ns))) {
		return false;
	}
	sequence->end_seen = true;
	sequence->end_seq = count;
	sequence->end_ns = now_ns;
	drop_held(sequence);
	return true;
}

/* Only the END came: nothing but the head. */
static void settle_unheard(struct sequence *sequence)
{
	sequence->started = true;
	sequence->first_ns = sequence->end_ns;
	sequence->first_seq = sequence->end_seq;
	sequence->next = sequence->end_seq;
	sequence->settled = sequence->end_seq;
	if (sequence->end_seq > 0) {
		sequence->head_open = true;
		sequence->head_last = sequence->end_seq - 1;
		count_missing(sequence, 0, sequence->head_last);
		sequence->head_open = false;
	}
}

/* What the END says was sent, and lies behind the highest seq heard, is lost. */
static void settle_tail(struct sequence *sequence)
{
	settle_below(sequence, sequence->next);
	if (sequence->next < sequence->end_seq) {
		advance(sequence, sequence->end_seq, INT64_MIN);
		if (sequence->settled < sequence->end_seq) {
			count_lost(sequence, sequence->settled, sequence->end_seq - 1);
			sequence->settled = sequence->end_seq;
		}
	}
}

void sequence_settle(struct sequence *sequence, int64_t now_ns)
{
	while (sequence->gap_count > 0 &&
	       now_ns - gap_nth(sequence, 0)->opened_ns > sequence->lost_after_ns) {
		settle_below(sequence, gap_nth(sequence, 0)->last + 1);
	}
	if (!sequence->end_seen || sequence->tail_settled ||
	    now_ns - sequence->end_ns <= sequence->lost_after_ns) {
		return;
	}
	if (sequence->started) {
		settle_tail(sequence);
	} else {
		settle_unheard(sequence);
	}
	sequence->tail_settled = true;
}

uint64_t sequence_pending(const struct sequence *sequence)
{
	uint64_t pending = 0;

	for (uint32_t i = 0; i < sequence->gap_count; i++) {
		const struct gap *gap = &sequence->gap[(sequence->gap_at + i) % SEQUENCE_GAPS];

		for (uint64_t seq = gap->first; seq <= gap->last; seq++) {
			pending += window_has(&sequence->arrived, seq) ? 0 : 1;
		}
	}
	return pending;
}

bool sequence_complete(const struct sequence *sequence)
{
	return sequence->end_seen &&
	       (sequence->tail_settled ||
		(sequence_pending(sequence) == 0 && sequence->next == sequence->end_seq));
}
