/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

bool line_next(const char **text, struct word *ret_line)
{
	size_t length = strcspn(*text, "\n");

	if (**text == '\0') {
		return false;
	}
	*ret_line = (struct word){*text, length};
	*text += length + ((*text)[length] == '\n');
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool word_next(struct word *rest, struct word *ret_word)
{
	size_t start = 0, end;

	while (start < rest->length && is_space(rest->text[start])) {
		start++;
	}
	end = start;
	while (end < rest->length && !is_space(rest->text[end])) {
		end++;
	}
	if (end == start) {
		return false;
	}
	*ret_word = (struct word){rest->text + start, end - start};
	*rest = (struct word){rest->text + end, rest->length - end};
	return true;
}

bool word_at(struct word line, size_t nth, struct word *ret_word)
{
	struct word word;

	for (size_t i = 0; i <= nth; i++) {
		if (!word_next(&line, &word)) {
			return false;
		}
	}
	*ret_word = word;
	return true;
}

bool word_is(const struct word *word, const char *text)
{
	return strlen(text) == word->length && memcmp(word->text, text, word->length) == 0;
}

int word_number(const struct word *word, unsigned int base, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (word->length == 0) {
		return -EINVAL;
	}
	for (size_t i = 0; i < word->length; i++) {
		int c = tolower((unsigned char)word->text[i]);
		unsigned int digit = base;

		if (c >= '0' && c <= '9') {
			digit = (unsigned int)(c - '0');
		} else if (c >= 'a' && c <= 'f') {
			digit = (unsigned int)(c - 'a') + 10;
		}
		if (digit >= base) {
			return -EINVAL;
		}
		if (number > (UINT64_MAX - digit) / base) {
			return -ERANGE;
		}
		number = number * base + digit;
	}
	*ret_number = number;
	return 0;
}
