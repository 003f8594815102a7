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

/* Settling: losses come out in seq order. */

static void count_lost(struct sequence *sequence, uint64_t first, uint64_t last)
{
	sequence->lost += last - first + 1;
	losspat_add(&sequence->losspat, first, last);
	ranges_add(&sequence->missing, first, last);
}

/*
 * Were the probes before the first one heard sent after the receiver had joined? Then they are
 * lost. The first one heard and the latest both tell when seq 0 must have come; the earlier of the
 * two counts, for a sender that had been stopped sends what is late at once, and its first probes
 * tell too late a time; so do all of them, when none was sent in time.
 */
static bool head_is_provable(const struct sequence *sequence)
{
	double spacing_ns = (double)sequence->spacing_ns;
	double first_ns =
		(double)sequence->first_ns - (double)(sequence->head_last + 1) * spacing_ns;
	double last_ns =
		(double)sequence->last_in_order_ns - (double)(sequence->next - 1) * spacing_ns;
	double start_ns = first_ns < last_ns ? first_ns : last_ns;

	if (sequence->spacing_ns <= 0 || sequence->joined_ns == INT64_MAX || sequence->only_late) {
		return false;
	}
	return start_ns - (double)sequence->margin_ns >= (double)sequence->joined_ns;
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

/* Settles every open gap up to below. */
static void settle_below(struct sequence *sequence, uint64_t below)
{
	struct gap *gap;

	if (sequence->head_far > 0 && below > sequence->settled) {
		uint64_t far = sequence->head_far;

		sequence->head_far = 0;
		count_missing(sequence, 0, far - 1);
	}
	while ((gap = gaps_oldest(&sequence->gaps)) != NULL && gap->first < below) {
		if (gap->last >= below) {
			settle_range(sequence, gap->first, below - 1);
			gap->first = below;
			break;
		}
		settle_range(sequence, gap->first, gap->last);
		gaps_drop_oldest(&sequence->gaps);
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
	struct gap gap = {
		.first = first,
		.last = last,
		.opened_index = sequence->unique,
		.opened_ns = now_ns,
	};

	gaps_open(&sequence->gaps, &gap, sequence->lost_after_ns);
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
	if (bottom > sequence->settled && (sequence->gaps.count > 0 || bottom > from)) {
		settle_below(sequence, bottom < from ? bottom : from);
		if (bottom > from) {
			count_missing(sequence, from, bottom - 1);
			sequence->settled = bottom;
			from = bottom;
		}
	}
	sequence->next = to;
	if (sequence->replicated > 0) {
		window_clear(&sequence->duplicated, from, to - 1);
	}
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

static inline void arrive(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	window_set(&sequence->arrived, seq);
	sequence->recent[sequence->unique % SEQUENCE_RECENT] = seq;
	sequence->unique++;
	sequence->last_ns = now_ns;
}

static inline void arrive_in_order(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	/* nearly every arrival: nothing that is open falls out of the window, and the bit of its
	 * own is about to be set */
	if (seq == sequence->next && sequence->gaps.count == 0) {
		sequence->next = seq + 1;
		if (sequence->replicated > 0) {
			window_unset(&sequence->duplicated, seq);
		}
	} else {
		advance(sequence, seq + 1, now_ns);
	}
	arrive(sequence, seq, now_ns);
	sequence->last_seq = seq;
	sequence->last_in_order_ns = now_ns;
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
	memset(&sequence->duplicated, 0, sizeof(sequence->duplicated));
}

/* What is held stays unconfirmed: it was no new epoch, but outliers. */
static void drop_held(struct sequence *sequence)
{
	sequence->outliers += sequence->held.count;
	sequence->held.count = 0;
}

/* An arrival where it was expected: a stray jump is refuted, one after an outage has stragglers. */
static void doubt_held(struct sequence *sequence)
{
	if (!sequence->held.plausible) {
		drop_held(sequence);
	}
}

/* A new epoch: what is held arrives now, in the order in which it came. */
static void release_held(struct sequence *sequence, int64_t now_ns)
{
	struct held held = sequence->held;

	sequence->held.count = 0;
	if (!held.plausible) {
		skip_to(sequence, held_lowest(&held));
	}
	arrive_in_order(sequence, held.seq[0], now_ns);
	for (uint32_t i = 1; i < held.count; i++) {
		(void)sequence_add(sequence, held.seq[i], now_ns);
	}
}

/* A jump beyond the window: held until its successors confirm it. */
static enum sequence_fate add_outlier(struct sequence *sequence, uint64_t seq, int64_t now_ns)
{
	struct held *held = &sequence->held;

	if (held->count > 0 && !held_is_near(held, seq, SEQUENCE_WINDOW / 2)) {
		drop_held(sequence);
	}
	if (held->count == 0) {
		held->plausible = is_plausible(sequence, seq - sequence->next, now_ns);
	}
	if (held->count == HELD_MAX) {
		sequence->outliers++; /* copies, most of them */
		return SEQUENCE_OUTLIER;
	}
	held->seq[held->count++] = seq;
	if (held_distinct(held) <= SEQUENCE_CONFIRM) {
		return SEQUENCE_OUTLIER;
	}
	release_held(sequence, now_ns);
	return SEQUENCE_IN_ORDER;
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
	const struct gap *gap = gaps_find(&sequence->gaps, seq);
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

static void add_duplicate(struct sequence *sequence, uint64_t seq)
{
	sequence->duplicate++;
	if (!window_has(&sequence->duplicated, seq)) {
		window_set(&sequence->duplicated, seq);
		sequence->replicated++;
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
	if (seq > 0) {
		sequence->head_open = true;
		sequence->head_last = seq - 1;
		sequence->head_far = seq > SEQUENCE_HEAD ? seq - SEQUENCE_HEAD : 0;
		sequence->next = sequence->head_far;
		sequence->settled = sequence->head_far;
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
		doubt_held(sequence);
		arrive_in_order(sequence, seq, now_ns);
		return SEQUENCE_IN_ORDER;
	}
	if (sequence->next - seq > SEQUENCE_WINDOW) {
		sequence->late++;
		return SEQUENCE_LATE;
	}
	doubt_held(sequence);
	if (window_has(&sequence->arrived, seq)) {
		add_duplicate(sequence, seq);
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
	/* an outage up to the last few probes: the END confirms them */
	if (sequence->held.count > 0 && sequence->held.plausible &&
	    held_highest(&sequence->held) < count) {
		release_held(sequence, now_ns);
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
	sequence->last_in_order_ns = sequence->end_ns;
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

void sequence_settle_open(struct sequence *sequence, int64_t now_ns)
{
	const struct gap *gap;

	while ((gap = gaps_oldest(&sequence->gaps)) != NULL &&
	       now_ns - gap->opened_ns > sequence->lost_after_ns) {
		settle_below(sequence, gap->last + 1);
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

	for (uint32_t i = 0; i < sequence->gaps.count; i++) {
		const struct gap *gap = gaps_nth(&sequence->gaps, i);

		for (uint64_t seq = gap->first; seq <= gap->last; seq++) {
			pending += window_has(&sequence->arrived, seq) ? 0 : 1;
		}
	}
	return pending;
}
