/* SPDX-License-Identifier: BSD-2-Clause */
#include "proctext.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The number at *at, which is set behind it. False: none, or beyond 64 bits. */
static bool read_number(const char **at, uint64_t *ret_number)
{
	const char *digit = *at;
	uint64_t number = 0;

	while (*digit >= '0' && *digit <= '9') {
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*digit - '0'), &number)) {
			return false;
		}
		digit++;
	}
	if (digit == *at) {
		return false;
	}
	*at = digit;
	*ret_number = number;
	return true;
}

/* Fields 4 to 41 behind the name; negative ones, of which none is wanted, as 0. */
static bool read_fields(const char *at, uint64_t field[static 42])
{
	for (size_t i = 4; i <= 41; i++) {
		bool is_negative = false;

		while (*at == ' ') {
			at++;
		}
		if (*at == '-') {
			is_negative = true;
			at++;
		}
		if (!read_number(&at, &field[i]) || (*at != ' ' && *at != '\n' && *at != '\0')) {
			return false;
		}
		field[i] = is_negative ? 0 : field[i];
	}
	return true;
}

int proctext_stat(const char *text, struct proctext_stat *ret_stat)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	struct proctext_stat stat = {0};
	uint64_t field[42] = {0};
	size_t length;

	if (open == NULL || close == NULL || close < open || close[1] != ' ' || close[2] == '\0' ||
	    close[3] != ' ' || !read_fields(close + 4, field) || field[4] > INT32_MAX ||
	    field[39] > UINT32_MAX || field[40] > UINT32_MAX || field[41] > UINT32_MAX) {
		return -EINVAL;
	}
	length = (size_t)(close - open - 1);
	length = length < PROCTEXT_NAME - 1 ? length : PROCTEXT_NAME - 1;
	memcpy(stat.name, open + 1, length);
	stat.state = close[2];
	stat.parent = (int32_t)field[4];
	stat.major_faults = field[12];
	stat.start_ticks = field[22];
	stat.cpu = (uint32_t)field[39];
	stat.fifo_priority = (uint32_t)field[40];
	stat.policy = (uint32_t)field[41];
	*ret_stat = stat;
	return 0;
}

int proctext_number(const char *text, const char *name, uint64_t *ret_number)
{
	size_t length = strlen(name);

	while (text != NULL && *text != '\0') {
		if (strncmp(text, name, length) == 0) {
			const char *at = text + length;

			while (*at == ' ' || *at == '\t') {
				at++;
			}
			if (*at == ':') {
				do {
					at++;
				} while (*at == ' ' || *at == '\t');
				return read_number(&at, ret_number) ? 0 : -EINVAL;
			}
		}
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	return -ENODATA;
}

/* The word's number when it is NAME=NUMBER. */
static bool is_word(const char *word, const char *name, uint64_t *ret_number)
{
	size_t length = strlen(name);

	if (strncmp(word, name, length) != 0) {
		return false;
	}
	word += length;
	return read_number(&word, ret_number) && (*word == ' ' || *word == '\n' || *word == '\0');
}

/* N1=12: pages on a node. */
static bool is_node(const char *word, uint64_t *ret_node, uint64_t *ret_pages)
{
	if (*word++ != 'N' || !read_number(&word, ret_node) || *word++ != '=') {
		return false;
	}
	return read_number(&word, ret_pages);
}

/* Memory that no file holds has a name as well when it is shared or of huge pages. */
static bool is_memory(const char *name)
{
	static const char *const memory[] = {"/dev/zero\\040", "/memfd:", "/SYSV",
					     "/anon_hugepage\\040"};

	for (size_t i = 0; i < sizeof(memory) / sizeof(*memory); i++) {
		if (strncmp(name, memory[i], strlen(memory[i])) == 0) {
			return true;
		}
	}
	return false;
}

void proctext_numa(const char *line, uint32_t node, uint64_t *on_node_kb, uint64_t *all_kb)
{
	uint64_t on_node = 0, all = 0, page_kb = 4, anonymous = 0, number, pages;
	const char *word = line, *file = strstr(line, " file=");
	bool is_named = file != NULL;

	if (is_named && !is_memory(file + strlen(" file="))) {
		return;
	}
	while ((word = strchr(word, ' ')) != NULL) {
		word++;
		if (is_node(word, &number, &pages)) {
			all += pages;
			on_node += number == node ? pages : 0;
		} else if (is_word(word, "kernelpagesize_kB=", &number)) {
			page_kb = number;
		} else {
			(void)is_word(word, "anon=", &anonymous);
		}
	}
	if (anonymous > 0 || is_named) {
		*on_node_kb += on_node * page_kb;
		*all_kb += all * page_kb;
	}
}
