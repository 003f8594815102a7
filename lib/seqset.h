/* SPDX-License-Identifier: BSD-2-Clause */
/* A set of sequence numbers, held as ranges; and what sets are joined by. */
#ifndef PTPROBE_SEQSET_H
#define PTPROBE_SEQSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ranges.h"

enum { SEQSET_MAX = 1 << 22 }; /* ranges: 64 MiB */

/*
 * Ranges in ascending order, none of which touches the next. All zero: the empty set. An error
 * stays: -ENOMEM, or -ENOSPC beyond SEQSET_MAX ranges; the set is empty then, and so is what is
 * made of it, with the same error. So a whole calculation is asked once, at its end.
 */
struct seqset {
	size_t count, room;
	struct range *range;
	int error;
};

/* Frees the ranges, and the set is empty again. */
void seqset_release(struct seqset *set);

/* Adds first..last, first <= last, in any order. O(1) at the end, else O(ranges). */
void seqset_add(struct seqset *set, uint64_t first, uint64_t last);

/* Adds count ranges in any order, which it sorts in place: for many at once. */
void seqset_add_many(struct seqset *set, struct range *range, size_t count);

/* ret_set, which holds a set already, is replaced; it may be one of the operands. O(ranges). */
void seqset_copy(const struct seqset *set, struct seqset *ret_set);
void seqset_unite(const struct seqset *a, const struct seqset *b, struct seqset *ret_set);
void seqset_intersect(const struct seqset *a, const struct seqset *b, struct seqset *ret_set);
void seqset_subtract(const struct seqset *a, const struct seqset *b, struct seqset *ret_set);

/* Likewise, what lies within first..last. */
void seqset_clip(const struct seqset *set, uint64_t first, uint64_t last, struct seqset *ret_set);

/* Moves set to ret_set, whose own content is released. */
void seqset_move(struct seqset *set, struct seqset *ret_set);

/* Number of seqs; 2^64-1 for all 2^64 of them. */
uint64_t seqset_count(const struct seqset *set);

bool seqset_has(const struct seqset *set, uint64_t seq);
bool seqset_is_empty(const struct seqset *set);

#endif
