/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine_text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "cpulist.h"
#include "words.h"

enum { MASK_BITS = 32, DISTANCE_MAX = 255 };

/* text without the space at its end */
static struct word trimmed(const char *text)
{
	size_t length = strlen(text);

	while (length > 0 && isspace((unsigned char)text[length - 1])) {
		length--;
	}
	return (struct word){text, length};
}

static int read_list(const struct word *word, struct cpulist *ret_list)
{
	char copy[CPULIST_TEXT];
	const char *error;

	if (word->length == 0 || word_is(word, "(null)")) {
		*ret_list = (struct cpulist){0};
		return 0;
	}
	if (word->length >= sizeof(copy) || memchr(word->text, '\0', word->length) != NULL) {
		return -EINVAL;
	}
	memcpy(copy, word->text, word->length);
	copy[word->length] = '\0';
	return cpulist_parse(copy, ret_list, &error);
}

int machine_text_list(const char *text, struct cpulist *ret_list)
{
	struct word word = trimmed(text);

	return read_list(&word, ret_list);
}

/* Adds the bits of digits, which stand for CPUs from first on. */
static int add_bits(const struct word *digits, size_t first, struct cpulist *list)
{
	uint64_t bits;

	if (word_number(digits, 16, &bits) < 0 || bits > UINT32_MAX) {
		return -EINVAL;
	}
	for (size_t i = 0; i < MASK_BITS; i++) {
		if ((bits >> i & 1) != 0) {
			if (first + i >= CPULIST_CPUS) {
				return -EINVAL;
			}
			cpulist_add(list, first + i);
		}
	}
	return 0;
}

int machine_text_mask(const char *text, struct cpulist *ret_list)
{
	struct word rest = trimmed(text);
	struct cpulist list = {0};
	int err = 0;

	for (size_t first = 0; err == 0; first += MASK_BITS) {
		size_t start = rest.length;
		struct word digits;

		while (start > 0 && rest.text[start - 1] != ',') {
			start--;
		}
		digits = (struct word){rest.text + start, rest.length - start};
		err = add_bits(&digits, first, &list);
		if (start == 0) {
			break;
		}
		rest.length = start - 1;
	}
	if (err == 0) {
		*ret_list = list;
	}
	return err;
}

int machine_text_number(const char *text, int64_t *ret_number)
{
	struct word word = trimmed(text);
	bool is_negative = word.length > 0 && word.text[0] == '-';
	uint64_t number;

	if (is_negative) {
		word = (struct word){word.text + 1, word.length - 1};
	}
	if (word_number(&word, 10, &number) < 0 || number > INT64_MAX) {
		return -EINVAL;
	}
	*ret_number = is_negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

int machine_text_distances(const char *text, size_t room, uint32_t *ret_distance,
			   uint32_t *ret_count)
{
	struct word whole = trimmed(text), rest = whole, word;
	uint64_t number;
	size_t count = 0;

	while (word_next(&rest, &word)) {
		if (count == room || word_number(&word, 10, &number) < 0 || number < 1 ||
		    number > DISTANCE_MAX) {
			return -EINVAL;
		}
		count++;
	}
	if (count == 0) {
		return -EINVAL;
	}
	for (size_t i = 0; i < count && word_next(&whole, &word); i++) {
		(void)word_number(&word, 10, &number);
		ret_distance[i] = (uint32_t)number;
	}
	*ret_count = (uint32_t)count;
	return 0;
}

int machine_text_memory(const char *text, uint64_t *ret_kb)
{
	struct word line, word;

	while (line_next(&text, &line)) {
		if (word_at(line, 2, &word) && word_is(&word, "MemTotal:")) {
			return word_at(line, 3, &word) && word_number(&word, 10, ret_kb) == 0
				       ? 0
				       : -EINVAL;
		}
	}
	return -EINVAL;
}

int machine_text_allowed(const char *text, struct cpulist *ret_list)
{
	struct word line, word;

	while (line_next(&text, &line)) {
		if (word_next(&line, &word) && word_is(&word, "Cpus_allowed_list:")) {
			return word_next(&line, &word) ? read_list(&word, ret_list) : -EINVAL;
		}
	}
	return -EINVAL;
}

bool machine_text_irq_of(struct word line, const char *name, uint32_t *ret_number)
{
	size_t length = strlen(name);
	struct word label, word;
	uint64_t number;

	if (length == 0 || !word_next(&line, &label) || label.length < 2 ||
	    label.text[label.length - 1] != ':') {
		return false;
	}
	label.length--;
	if (word_number(&label, 10, &number) < 0 || number >= UINT32_MAX) {
		return false;
	}
	while (word_next(&line, &word)) {
		if (word.length >= length && memcmp(word.text, name, length) == 0 &&
		    (word.length == length || strchr("-:,", word.text[length]) != NULL)) {
			*ret_number = (uint32_t)number;
			return true;
		}
	}
	return false;
}
