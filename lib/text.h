/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from strangers, and shares as text. */
#ifndef PTPROBE_TEXT_H
#define PTPROBE_TEXT_H

#include <stddef.h>
#include <stdio.h>

enum { TEXT_SHARE = 24, TEXT_ERROR = 64 };

/* U+FFFD, which stands for a byte that is no UTF-8. */
#define TEXT_REPLACEMENT "\xef\xbf\xbd"

/* Bytes of the UTF-8 character (RFC 3629) that text begins with; 0 when it is empty or begins with
 * none. */
size_t text_character_length(const char *text);

/*
 * Writes text so that a terminal can't be steered by it: control characters (C0, DEL, C1), those
 * that end a line or turn the direction of writing, and bytes that are no UTF-8 come as \xNN.
 */
void text_print(const char *text, FILE *out);

/* errno as it reads within a line: "no buffer space available". Returns text (TEXT_ERROR). */
char *text_error(int number, char *text);

/* "0.78 %": three significant digits; "-" beyond 10^13 and for no number. Returns text
 * (TEXT_SHARE). */
char *text_share(double share, char *text);

#endif
