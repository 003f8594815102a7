/* SPDX-License-Identifier: BSD-2-Clause */
#include "health_book.h"

#include <string.h>

/* What a slot's time is of: the message's arrival, or of the one that showed it missing. */
enum { SLOT_EMPTY, SLOT_ARRIVED, SLOT_MISSING, SLOT_LOST };

/* A copy comes within lost_after or so many spacings; beyond, it may be a new beginning. */
#define COPY_SPACINGS 2

/* A lost one that comes within so many lost_after is late; beyond, it may be a new beginning. */
#define LATE_TIMES 4

static uint64_t slot_of(int64_t ns, unsigned int kind)
{
	return (uint64_t)ns << 2 | kind;
}

static int64_t slot_ns(uint64_t slot)
{
	return (int64_t)(slot >> 2);
}

static uint64_t *slot_at(struct book *book, uint64_t id)
{
	return &book->slot[id % BOOK_SLOTS];
}

static void count_lost(struct book_counts *counts, int64_t since_ns, uint64_t ids,
		       const struct book_times *times)
{
	if (since_ns <= times->gap_ns) {
		counts->own += ids;
	} else {
		counts->lost += ids;
	}
}

/* The oldest whose fate isn't final. */
static void settle_one(struct book *book, struct book_counts *counts,
		       const struct book_times *times)
{
	uint64_t *slot = slot_at(book, book->settled);

	if ((*slot & 3) == SLOT_MISSING) {
		count_lost(counts, slot_ns(*slot), 1, times);
		counts->pending--;
		*slot = slot_of(slot_ns(*slot), SLOT_LOST);
	}
	book->settled++;
}

static void settle_below(struct book *book, struct book_counts *counts, uint64_t below,
			 const struct book_times *times)
{
	while (book->settled < below) {
		settle_one(book, counts, times);
	}
}

void book_settle(struct book *book, struct book_counts *counts, const struct book_times *times)
{
	while (book->settled < book->next) {
		uint64_t slot = *slot_at(book, book->settled);

		if ((slot & 3) == SLOT_MISSING &&
		    times->now_ns - slot_ns(slot) <= times->lost_after_ns) {
			break;
		}
		settle_one(book, counts, times);
	}
}

bool book_misses(const struct book *book, uint16_t id)
{
	uint16_t back = (uint16_t)(book->next - id);

	return book->started && back > 0 && back <= BOOK_SLOTS &&
	       (book->slot[(book->next - back) % BOOK_SLOTS] & 3) == SLOT_MISSING;
}

/* Ahead of all others by jump. */
static void arrive(struct book *book, struct book_counts *counts, uint64_t jump,
		   const struct book_times *times)
{
	bool is_own = book->last_ns <= times->gap_ns;
	uint64_t to = book->next + jump;

	if (jump > 0 && to + 1 > book->settled + BOOK_SLOTS) {
		uint64_t bottom = to + 1 - BOOK_SLOTS;

		/* what falls out of the slots is final */
		settle_below(book, counts, bottom < book->next ? bottom : book->next, times);
		if (bottom > book->next) {
			if (is_own) {
				counts->own += bottom - book->next;
			} else {
				count_lost(counts, times->now_ns, bottom - book->next, times);
			}
			book->next = bottom;
			book->settled = bottom;
		}
	} else if (book->settled + BOOK_SLOTS == book->next) {
		settle_one(book, counts, times);
	}
	for (; book->next < to; book->next++) {
		counts->own += is_own;
		counts->pending += !is_own;
		*slot_at(book, book->next) =
			slot_of(times->now_ns, is_own ? SLOT_LOST : SLOT_MISSING);
	}
	*slot_at(book, to) = slot_of(times->now_ns, SLOT_ARRIVED);
	book->settled = book->settled == to ? to + 1 : book->settled;
	book->next = to + 1;
	book->last_ns = times->now_ns;
	counts->unique++;
}

/* So far above all that an id behind the first is a number as well. */
static void begin(struct book *book, uint16_t id, int64_t now_ns)
{
	uint64_t epoch = (book->next >> 16) + 2;

	if (book->started) {
		memset(book->slot, 0, sizeof(book->slot));
	}
	book->next = epoch << 16 | id;
	book->settled = book->next;
	book->epoch_ns = now_ns;
	book->started = true;
}

/* What is held was no new beginning; next may have gone on since. */
static void drop_held(struct book *book, struct book_counts *counts)
{
	for (unsigned int i = 0; i < book->held; i++) {
		if ((uint16_t)(book->next - book->held_id[i]) <= 2 * BOOK_SLOTS) {
			counts->late++;
		} else {
			counts->outliers++;
		}
	}
	book->held = 0;
}

void book_end(struct book *book, struct book_counts *counts)
{
	drop_held(book, counts);
}

static void release_held(struct book *book, struct book_counts *counts,
			 const struct book_times *times)
{
	struct book_times then = *times;
	unsigned int held = book->held;

	settle_below(book, counts, book->next, times);
	counts->restarts++;
	book->held = 0;
	begin(book, book->held_id[0], book->held_ns[0]);
	/* what is missing between them is loss like any other's */
	book->last_ns = book->held_ns[0];
	for (unsigned int i = 0; i < held; i++) {
		then.now_ns = book->held_ns[i];
		arrive(book, counts, (uint16_t)(book->held_id[i] - book->next), &then);
	}
}

static enum book_fate hold(struct book *book, struct book_counts *counts, uint16_t id,
			   const struct book_times *times)
{
	/* nothing is known of what came while the tap was blind */
	if (book->last_ns <= times->gap_ns) {
		settle_below(book, counts, book->next, times);
		drop_held(book, counts);
		begin(book, id, times->now_ns);
		arrive(book, counts, 0, times);
		return BOOK_IN_ORDER;
	}
	if (book->held > 0) {
		uint16_t step = (uint16_t)(id - book->held_id[book->held - 1]);

		if (step == 0) {
			counts->duplicate++;
			return BOOK_DUPLICATE;
		}
		if (step > BOOK_NEAR) {
			drop_held(book, counts);
		}
	}
	book->held_id[book->held] = id;
	book->held_ns[book->held] = times->now_ns;
	book->held++;
	if (book->held < BOOK_CONFIRM) {
		return BOOK_HELD;
	}
	release_held(book, counts, times);
	return BOOK_IN_ORDER;
}

static void note_interval(struct book *book, int64_t interval_ns)
{
	if (book->intervals == BOOK_PACE) {
		book->intervals /= 2;
		book->intervals_ns /= 2;
	}
	book->intervals++;
	book->intervals_ns += (double)interval_ns;
}

/* 0: unknown. A port may send more often than it says, and a pause makes the mean too long. */
static int64_t spacing_of(const struct book *book, const struct book_times *times)
{
	int64_t mean_ns =
		book->intervals > 0 ? (int64_t)(book->intervals_ns / (double)book->intervals) : 0;

	return mean_ns > 0 && (times->spacing_ns <= 0 || mean_ns < times->spacing_ns)
		       ? mean_ns
		       : times->spacing_ns;
}

/* Has it been there before? back: behind the next one, 1..BOOK_SLOTS. */
static enum book_fate add_behind(struct book *book, struct book_counts *counts, uint16_t back,
				 const struct book_times *times)
{
	uint64_t id = book->next - back;
	uint64_t *slot = slot_at(book, id);
	int64_t age_ns = times->now_ns - slot_ns(*slot);
	int64_t spacing_ns = spacing_of(book, times);
	int64_t copy_ns =
		spacing_ns < INT64_MAX / COPY_SPACINGS ? COPY_SPACINGS * spacing_ns : INT64_MAX;
	bool is_new = false;

	switch (*slot & 3) {
	case SLOT_ARRIVED:
		if (age_ns <= times->lost_after_ns || age_ns <= copy_ns) {
			counts->duplicate++;
			return BOOK_DUPLICATE;
		}
		break;
	case SLOT_LOST:
		if (age_ns <= LATE_TIMES * times->lost_after_ns) {
			counts->late++;
			return BOOK_LATE;
		}
		break;
	case SLOT_MISSING:
		is_new = true;
		break;
	default:
		/* sent before the first one heard, and overtaken by it */
		is_new = times->now_ns - book->epoch_ns <= times->lost_after_ns;
		break;
	}
	if (!is_new) {
		return hold(book, counts, (uint16_t)id, times);
	}
	if ((*slot & 3) == SLOT_MISSING) {
		counts->pending--;
	}
	drop_held(book, counts);
	*slot = slot_of(times->now_ns, SLOT_ARRIVED);
	book->last_ns = times->now_ns;
	counts->unique++;
	counts->reordered++;
	return BOOK_REORDERED;
}

/* Can that many have been lost since the last one? */
static bool is_plausible(const struct book *book, uint16_t jump, const struct book_times *times)
{
	int64_t spacing_ns = spacing_of(book, times);
	double due, limit = BOOK_AHEAD;

	if (jump <= BOOK_AHEAD) {
		return true;
	}
	if (spacing_ns <= 0) {
		return false;
	}
	due = (double)(times->now_ns - book->last_ns) / (double)spacing_ns;
	limit += 2 * due;
	return jump <= (limit < BOOK_FAR ? limit : BOOK_FAR) ||
	       (jump <= BOOK_RANGE && jump >= due - due / 8 && jump <= due + due / 8);
}

enum book_fate book_add(struct book *book, struct book_counts *counts, uint16_t id,
			const struct book_times *times, int64_t *ret_interval_ns)
{
	uint16_t ahead, back;

	*ret_interval_ns = -1;
	if (!book->started) {
		begin(book, id, times->now_ns);
		arrive(book, counts, 0, times);
		return BOOK_IN_ORDER;
	}
	if (book->settled < book->next) {
		book_settle(book, counts, times);
	}
	ahead = (uint16_t)(id - book->next);
	back = (uint16_t)(book->next - id);
	if (ahead > 0 && back <= BOOK_SLOTS) {
		return add_behind(book, counts, back, times);
	}
	if (!is_plausible(book, ahead, times)) {
		return hold(book, counts, id, times);
	}
	if (ahead == 0) {
		uint64_t before = *slot_at(book, book->next - 1);

		if ((before & 3) == SLOT_ARRIVED && book->last_ns > times->gap_ns) {
			*ret_interval_ns = times->now_ns - slot_ns(before);
			note_interval(book, *ret_interval_ns);
		}
	}
	if (book->held > 0) {
		drop_held(book, counts);
	}
	arrive(book, counts, ahead, times);
	return BOOK_IN_ORDER;
}
