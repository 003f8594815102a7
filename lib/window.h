/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the last WINDOW_SEQS sequence numbers have arrived: a bit each. */
#ifndef PTPROBE_WINDOW_H
#define PTPROBE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

enum {
	WINDOW_SEQS = 65536, /* a power of two */
	WINDOW_WORDS = WINDOW_SEQS / 64,
};

/*
 * The owner knows which WINDOW_SEQS consecutive seqs the bits stand for, and clears the bits of new
 * ones when it moves on, not when the first of them arrives: else the loss of that one would leave
 * the bits of its neighbours as they were 65,536 seqs ago, and make each a false duplicate.
 */
struct window {
	uint64_t word[WINDOW_WORDS];
};

static inline bool window_has(const struct window *window, uint64_t seq)
{
	return (window->word[seq / 64 % WINDOW_WORDS] >> (seq % 64) & 1) != 0;
}

static inline void window_set(struct window *window, uint64_t seq)
{
	window->word[seq / 64 % WINDOW_WORDS] |= UINT64_C(1) << (seq % 64);
}

static inline void window_unset(struct window *window, uint64_t seq)
{
	window->word[seq / 64 % WINDOW_WORDS] &= ~(UINT64_C(1) << (seq % 64));
}

/* Clears first..last; all, when that is the window's length or more. */
void window_clear(struct window *window, uint64_t first, uint64_t last);

/* Number of set bits in first..last, at most the window's length; 0 when first > last. */
uint64_t window_count(const struct window *window, uint64_t first, uint64_t last);

#endif
