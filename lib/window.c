/* SPDX-License-Identifier: BSD-2-Clause */
#include "window.h"

#include <string.h>

/* The bits of word that belong to first..last. */
static uint64_t mask_of(uint64_t word, uint64_t first, uint64_t last)
{
	uint64_t mask = ~UINT64_C(0);

	if (word == first / 64) {
		mask &= ~UINT64_C(0) << (first % 64);
	}
	if (word == last / 64) {
		mask &= ~UINT64_C(0) >> (63 - last % 64);
	}
	return mask;
}

void window_clear(struct window *window, uint64_t first, uint64_t last)
{
	if (last - first >= WINDOW_SEQS - 1) {
		memset(window, 0, sizeof(*window));
		return;
	}
	for (uint64_t word = first / 64; word <= last / 64; word++) {
		window->word[word % WINDOW_WORDS] &= ~mask_of(word, first, last);
	}
}

uint64_t window_count(const struct window *window, uint64_t first, uint64_t last)
{
	uint64_t count = 0;

	if (first > last) {
		return 0;
	}
	for (uint64_t word = first / 64; word <= last / 64; word++) {
		count += (uint64_t)__builtin_popcountll(window->word[word % WINDOW_WORDS] &
							mask_of(word, first, last));
	}
	return count;
}
