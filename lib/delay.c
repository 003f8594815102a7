/* SPDX-License-Identifier: BSD-2-Clause */
#include "delay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINE_EVERY  64 /* samples between two looks at the skew line */
#define AT_LIMIT_NS (INT64_C(1) << 61)

/* RFC 3550, appendix A.8, with the estimate kept at 16 times its value. */
static void add_jitter(struct delay *delay, int64_t transit_ns)
{
	if (delay->has_last) {
		int64_t difference_ns = llabs(transit_ns - delay->last_ns);

		delay->jitter_x16_ns += difference_ns - ((delay->jitter_x16_ns + 8) >> 4);
	}
	delay->last_ns = transit_ns;
	delay->has_last = true;
}

static void add_ipdv(struct delay *delay, int64_t ipdv_ns)
{
	uint64_t before = delay->later.total + delay->earlier.total;
	int64_t magnitude_ns = llabs(ipdv_ns);

	if (before == 0 || ipdv_ns < delay->ipdv_min_ns) {
		delay->ipdv_min_ns = ipdv_ns;
	}
	if (before == 0 || ipdv_ns > delay->ipdv_max_ns) {
		delay->ipdv_max_ns = ipdv_ns;
	}
	delay->ipdv_sum_ns += (double)ipdv_ns;
	delay->ipdv_abs_sum_ns += (double)magnitude_ns;
	/* an address, not a branch: on a noisy path no processor guesses which */
	hist_add(ipdv_ns >= 0 ? &delay->later : &delay->earlier, magnitude_ns);
}

/* IPDV in send order (RFC 5481, section 4.1): with both neighbours, whichever of them came first.
 */
static void pair_neighbours(struct delay *delay, uint64_t seq, int64_t delay_ns)
{
	uint64_t before = (seq - 1) % DELAY_RECENT, after = (seq + 1) % DELAY_RECENT;

	if (seq > 0 && delay->recent[before].seq_plus_1 == seq) {
		add_ipdv(delay, delay_ns - delay->recent[before].delay_ns);
	}
	if (delay->recent[after].seq_plus_1 == seq + 2) {
		add_ipdv(delay, delay->recent[after].delay_ns - delay_ns);
	}
	if (seq + 1 > delay->recent[seq % DELAY_RECENT].seq_plus_1) {
		delay->recent[seq % DELAY_RECENT].seq_plus_1 = seq + 1;
		delay->recent[seq % DELAY_RECENT].delay_ns = delay_ns;
	}
}

static void add_detrended(struct delay *delay, int64_t at_ns, int64_t relative_ns)
{
	skew_add(&delay->skew, at_ns, relative_ns);
	if (delay->skew.count % LINE_EVERY == 0) {
		delay->has_line = skew_line(&delay->skew, &delay->line);
	}
	if (delay->has_line) {
		int64_t above_ns = relative_ns - skew_line_delay_ns(&delay->line, at_ns);

		hist_add(&delay->detrended, above_ns > 0 ? above_ns : 0);
		if (above_ns > delay->detrended_max_ns) {
			delay->detrended_max_ns = above_ns;
		}
	}
}

static void add_to_interval(struct delay_interval *interval, int64_t relative_ns)
{
	if (interval->count == 0 || relative_ns < interval->min_ns) {
		interval->min_ns = relative_ns;
	}
	if (interval->count == 0 || relative_ns > interval->max_ns) {
		interval->max_ns = relative_ns;
	}
	interval->sum_ns += (double)relative_ns;
	interval->count++;
}

static void reset_series(struct delay *delay)
{
	spread_clear(&delay->spread);
	delay->jitter_x16_ns = 0;
	delay->has_last = false;
	memset(&delay->later, 0, sizeof(delay->later));
	memset(&delay->earlier, 0, sizeof(delay->earlier));
	memset(&delay->detrended, 0, sizeof(delay->detrended));
	delay->detrended_max_ns = 0;
	delay->ipdv_sum_ns = 0;
	delay->ipdv_abs_sum_ns = 0;
	delay->ipdv_min_ns = 0;
	delay->ipdv_max_ns = 0;
	delay->skew = (struct skew){0};
	delay->has_line = false;
	delay->interval = (struct delay_interval){0};
	memset(delay->recent, 0, sizeof(delay->recent));
	delay->splits++;
}

/* a - b when it is within +-limit. */
static bool difference_within(int64_t a, int64_t b, int64_t limit, int64_t *ret_difference)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference) || difference > limit ||
	    difference < -limit) {
		return false;
	}
	*ret_difference = difference;
	return true;
}

/* True when so many impossible delays agree that they are the truth: the sender's clock was set. */
static bool reject(struct delay *delay, int64_t delay_ns)
{
	int64_t apart_ns;

	delay->rejected++;
	if (delay->rejected_in_row > 0 &&
	    difference_within(delay_ns, delay->rejected_ns, DELAY_IMPOSSIBLE_NS, &apart_ns)) {
		delay->rejected_in_row++;
	} else {
		delay->rejected_in_row = 1;
	}
	delay->rejected_ns = delay_ns;
	return delay->rejected_in_row == DELAY_RESTART;
}

/* A sample whose departure is as well known as it will ever be. */
static void close_sample(struct delay *delay, const struct delay_arrival *arrival)
{
	int64_t delay_ns, relative_ns = 0, at_ns = 0;

	delay->stamps[arrival->tx_stamp]++;
	if (__builtin_sub_overflow(arrival->rx_ns, arrival->tx_ns, &delay_ns)) {
		delay->rejected++;
		delay->rejected_in_row = 0;
		return;
	}
	if (delay->spread.count > 0 &&
	    (!difference_within(delay_ns, delay->first_ns, DELAY_IMPOSSIBLE_NS, &relative_ns) ||
	     !difference_within(arrival->tx_ns, delay->first_tx_ns, AT_LIMIT_NS, &at_ns))) {
		if (!reject(delay, delay_ns)) {
			return;
		}
		reset_series(delay);
		relative_ns = 0;
		at_ns = 0;
	}
	delay->rejected_in_row = 0;
	if (delay->spread.count == 0) {
		delay->first_ns = delay_ns;
		delay->first_tx_ns = arrival->tx_ns;
	}
	spread_add(&delay->spread, relative_ns);
	add_jitter(delay, relative_ns);
	pair_neighbours(delay, arrival->seq, relative_ns);
	add_detrended(delay, at_ns, relative_ns);
	add_to_interval(&delay->interval, relative_ns);
}

static struct delay_arrival *pending_nth(struct delay *delay, uint64_t n)
{
	return &delay->pending[n % DELAY_PENDING];
}

static void close_oldest(struct delay *delay)
{
	close_sample(delay, pending_nth(delay, delay->pending_at));
	delay->pending_at++;
}

/* Closes, in arrival order, what has its follow-up or won't get it any more. */
static void close_decided(struct delay *delay)
{
	while (delay->pending_at < delay->pending_end) {
		const struct delay_arrival *oldest = pending_nth(delay, delay->pending_at);

		if (oldest->tx_stamp == STAMP_USER &&
		    (delay->follow_up_mark < DELAY_FOLLOW_UP_LAG ||
		     oldest->seq >= delay->follow_up_mark - DELAY_FOLLOW_UP_LAG)) {
			break;
		}
		close_oldest(delay);
	}
}

/* The arrival that still waits where the low bits of seq point, or NULL. */
static struct delay_arrival *pending_like(struct delay *delay, uint64_t seq)
{
	uint64_t waiting = delay->pending_end - delay->pending_at;
	uint16_t slot = delay->slot[seq % DELAY_PENDING];

	return (slot - delay->pending_at) % DELAY_PENDING < waiting ? &delay->pending[slot] : NULL;
}

/* The newest arrival is of seq. A straggler doesn't take the place of a later seq. */
static void remember_slot(struct delay *delay, uint64_t seq)
{
	const struct delay_arrival *other = pending_like(delay, seq);

	if (other == NULL || other->seq < seq ||
	    other->seq % DELAY_PENDING != seq % DELAY_PENDING) {
		delay->slot[seq % DELAY_PENDING] = (uint16_t)(delay->pending_end % DELAY_PENDING);
	}
}

void delay_add(struct delay *delay, uint64_t seq, int64_t rx_ns, int64_t sent_ns, int64_t mono_ns)
{
	struct delay_arrival *arrival = pending_nth(delay, delay->pending_end);
	bool is_early = delay->early[seq % DELAY_EARLY].seq_plus_1 == seq + 1;

	if (delay->pending_end - delay->pending_at == DELAY_PENDING) {
		close_oldest(delay);
	}
	arrival->seq = seq;
	arrival->rx_ns = rx_ns;
	arrival->tx_ns = is_early ? delay->early[seq % DELAY_EARLY].tx_ns : sent_ns;
	arrival->mono_ns = mono_ns;
	arrival->tx_stamp = is_early ? delay->early[seq % DELAY_EARLY].stamp : STAMP_USER;
	remember_slot(delay, seq);
	delay->pending_end++;
	if (is_early) {
		close_decided(delay);
	}
}

void delay_follow_up(struct delay *delay, uint64_t seq, int64_t tx_ns, enum stamp stamp)
{
	struct delay_arrival *arrival = pending_like(delay, seq);

	if (arrival != NULL && arrival->seq == seq) {
		arrival->tx_ns = tx_ns;
		arrival->tx_stamp = stamp;
	} else if (seq + 1 > delay->early[seq % DELAY_EARLY].seq_plus_1) {
		delay->early[seq % DELAY_EARLY].seq_plus_1 = seq + 1;
		delay->early[seq % DELAY_EARLY].tx_ns = tx_ns;
		delay->early[seq % DELAY_EARLY].stamp = stamp;
	}
	if (seq + 1 > delay->follow_up_mark) {
		delay->follow_up_mark = seq + 1;
	}
	close_decided(delay);
}

void delay_flush(struct delay *delay, int64_t mono_ns)
{
	while (delay->pending_at < delay->pending_end &&
	       pending_nth(delay, delay->pending_at)->mono_ns < mono_ns) {
		close_oldest(delay);
	}
}

void delay_split(struct delay *delay)
{
	while (delay->pending_at < delay->pending_end) {
		close_oldest(delay);
	}
	reset_series(delay);
}

bool delay_skew(const struct delay *delay, struct delay_skew *ret_skew)
{
	struct skew_line line;
	double ppb;

	if (!skew_line(&delay->skew, &line)) {
		return false;
	}
	ppb = line.slope * 1e9;
	if (!(fabs(ppb) < 1e9)) {
		return false;
	}
	*ret_skew = (struct delay_skew){
		.slope = line.slope,
		.ppb = llround(ppb),
		.uncertainty_ppb = llround(1e9 * (double)hist_quantile_ns(&delay->detrended, 0.5) /
					   (double)line.span_ns),
	};
	return true;
}

int64_t delay_abs_ipdv_quantile_ns(const struct delay *delay, double q)
{
	uint64_t total = delay->later.total + delay->earlier.total, rank, seen = 0;

	if (total == 0) {
		return 0;
	}
	rank = hist_rank(total, q);
	for (unsigned int i = 0; i < HIST_BINS; i++) {
		seen += hist_count(&delay->later, i) + hist_count(&delay->earlier, i);
		if (seen >= rank) {
			return (hist_bin_low_ns(i) + hist_bin_high_ns(i)) / 2;
		}
	}
	return HIST_MAX_NS;
}
