/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines, and the words and numbers in them, of a text that isn't changed or copied: procfs's. */
#ifndef PTPROBE_WORDS_H
#define PTPROBE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word {
	const char *text; /* not terminated */
	size_t length;
};

/* Cuts the next line off *text, without its newline; the last needs none. False: no more. */
bool line_next(const char **text, struct word *ret_line);

/* Cuts the next word off rest; spaces and tabs separate them. False: no more. */
bool word_next(struct word *rest, struct word *ret_word);

/* The nth word of line, from 0. */
bool word_at(struct word line, size_t nth, struct word *ret_word);

bool word_is(const struct word *word, const char *text);

/*
 * A whole word of digits of that base, 10 or 16, without sign or prefix. 0, -EINVAL, or -ERANGE
 * beyond 64 bits.
 */
int word_number(const struct word *word, unsigned int base, uint64_t *ret_number);

#endif
