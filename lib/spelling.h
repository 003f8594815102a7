/* SPDX-License-Identifier: BSD-2-Clause */
/* How far two words are from each other, for "did you mean". */
#ifndef PTPROBE_SPELLING_H
#define PTPROBE_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

/* Longer words than this are near to none. */
enum { SPELLING_LONGEST = 32 };

/*
 * The letters to insert, delete, replace or swap with their neighbour that turn the first length
 * bytes of typed into word (optimal string alignment). UINT_MAX when either is longer than
 * SPELLING_LONGEST.
 */
unsigned int spelling_distance(const char *typed, size_t length, const char *word);

/* True when the distance is small enough for such a length that word was probably meant. */
bool spelling_is_near(unsigned int distance, size_t length);

#endif
