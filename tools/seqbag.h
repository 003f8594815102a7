/* SPDX-License-Identifier: BSD-2-Clause */
/* Gathers the seqs of a stream as they come: nearly in order, some of them twice. */
#ifndef PTPROBE_SEQBAG_H
#define PTPROBE_SEQBAG_H

#include <stddef.h>
#include <stdint.h>

#include "seqset.h"

/*
 * What comes in order is added at once; stragglers wait until there are SEQBAG_LATE of them, so
 * that even a file in which nothing is in order takes no more than its length times a small factor.
 */
enum { SEQBAG_LATE = 4096 };

/* All zero: empty. */
struct seqbag {
	struct seqset seqs;
	struct range *late; /* NULL, or room for SEQBAG_LATE */
	size_t late_count;
};

void seqbag_release(struct seqbag *bag);

/* An error stays in bag->seqs. */
void seqbag_add(struct seqbag *bag, uint64_t seq);

/* Moves all of them to ret_seqs, and bag is empty. */
void seqbag_take(struct seqbag *bag, struct seqset *ret_seqs);

#endif
