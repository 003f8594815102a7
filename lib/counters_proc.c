/* SPDX-License-Identifier: BSD-2-Clause */
#include "counters_proc.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "counters.h"
#include "words.h"

/* A name that is too long or odd is passed over; what no longer fits isn't. */
static int add(struct counters *counters, const char *prefix, const char *name, uint64_t value)
{
	int err = counters_add_to(counters, prefix, name, value);

	return err == -EINVAL ? 0 : err;
}

/* The word in a room of COUNTERS_NAME bytes; false when it is too long. */
static bool copy_word(const struct word *word, char text[static COUNTERS_NAME])
{
	if (word->length >= COUNTERS_NAME) {
		return false;
	}
	memcpy(text, word->text, word->length);
	text[word->length] = '\0';
	return true;
}

static void lower(char *text)
{
	for (; *text != '\0'; text++) {
		*text = (char)tolower((unsigned char)*text);
	}
}

static bool is_same(const struct word *a, const struct word *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* names and values: what is left of their lines. */
static int add_pairs(const char *prefix, struct word names, struct word values,
		     struct counters *counters)
{
	char text[COUNTERS_NAME];
	struct word name, value;
	uint64_t number;
	int err = 0;

	while (err == 0 && word_next(&names, &name) && word_next(&values, &value)) {
		/* "-1" is a setting of TCP's, not a count */
		if (copy_word(&name, text) && word_number(&value, 10, &number) == 0) {
			err = add(counters, prefix, text, number);
		}
	}
	return err;
}

int counters_proc_pairs(const char *text, struct counters *counters)
{
	struct word names, values, head, value_head;
	char prefix[COUNTERS_NAME];
	bool is_left = line_next(&text, &names);
	int err = 0;

	while (err == 0 && is_left && line_next(&text, &values)) {
		struct word names_rest = names, values_rest = values;

		/* a line without its partner may be followed by a pair */
		if (!word_next(&names_rest, &head) || !word_next(&values_rest, &value_head) ||
		    !is_same(&head, &value_head) || head.length < 2 ||
		    head.text[head.length - 1] != ':') {
			names = values;
			continue;
		}
		head.length--;
		if (copy_word(&head, prefix)) {
			lower(prefix);
			err = add_pairs(prefix, names_rest, values_rest, counters);
		}
		is_left = line_next(&text, &names);
	}
	return err;
}

int counters_proc_lines(const char *text, struct counters *counters)
{
	char whole[COUNTERS_NAME], prefix[COUNTERS_NAME];
	struct word line, name, value;
	uint64_t number;
	size_t head;
	int err = 0;

	while (err == 0 && line_next(&text, &line)) {
		if (!word_next(&line, &name) || !word_next(&line, &value) ||
		    word_number(&value, 10, &number) < 0 || !copy_word(&name, whole)) {
			continue;
		}
		head = strcspn(whole, "6");
		/* "UdpLite6InErrors": the protocol ends with the 6 */
		if (whole[head] != '6') {
			continue;
		}
		memcpy(prefix, whole, head + 1);
		prefix[head + 1] = '\0';
		lower(prefix);
		err = add(counters, prefix, whole + head + 1, number);
	}
	return err;
}

int counters_proc_softnet(const char *text, struct counters *counters)
{
	static const char *const names[] = {"processed", "dropped", "time_squeeze"};
	struct word line, word;
	uint64_t number;
	int err = 0;

	while (err == 0 && line_next(&text, &line)) {
		for (size_t i = 0; err == 0 && i < sizeof(names) / sizeof(*names); i++) {
			if (!word_next(&line, &word) || word_number(&word, 16, &number) < 0) {
				break;
			}
			err = add(counters, "softnet", names[i], number);
		}
	}
	return err;
}

/*
 * "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 * ref pointer drops": the queues share a column, as do the timer and its time.
 */
int counters_proc_sockets(const char *text, struct counters *counters)
{
	enum { STATE = 3, DROPS = 12 };
	struct word line, word;
	uint64_t number, sum = 0;

	while (line_next(&text, &line)) {
		/* a line of a socket, not of titles */
		if (word_at(line, STATE, &word) && word_number(&word, 16, &number) == 0 &&
		    word_at(line, DROPS, &word) && word_number(&word, 10, &number) == 0) {
			sum += number;
		}
	}
	return add(counters, "socket", "drops", sum);
}
