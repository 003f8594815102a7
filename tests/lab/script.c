/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A line, and how far it has been read. */
struct cursor {
	const char *at;
};

static void cursor_skip_spaces(struct cursor *cursor)
{
	while (isspace((unsigned char)*cursor->at)) {
		cursor->at++;
	}
}

/* Takes word and what separates it from the next one. */
static bool cursor_take_word(struct cursor *cursor, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(cursor->at, word, length) != 0 ||
	    (cursor->at[length] && !isspace((unsigned char)cursor->at[length]))) {
		return false;
	}
	cursor->at += length;
	cursor_skip_spaces(cursor);
	return true;
}

static bool cursor_take_char(struct cursor *cursor, char wanted)
{
	if (*cursor->at != wanted) {
		return false;
	}
	cursor->at++;
	return true;
}

static bool cursor_take_uint(struct cursor *cursor, uint64_t max, uint64_t *ret_value)
{
	char *end;
	unsigned long long value;

	if (!isdigit((unsigned char)*cursor->at)) {
		return false;
	}
	errno = 0;
	value = strtoull(cursor->at, &end, 10);
	if (errno || value > max) {
		return false;
	}
	cursor->at = end;
	*ret_value = value;
	return true;
}

static bool take_share(struct cursor *cursor, struct script_rule *rule)
{
	char *end;
	double percent;

	if (!isdigit((unsigned char)*cursor->at)) {
		return false;
	}
	percent = strtod(cursor->at, &end);
	if (*end != '%' || percent > 100) {
		return false;
	}
	cursor->at = end + 1;
	cursor_skip_spaces(cursor);
	rule->share = percent / 100;
	return cursor_take_word(cursor, "seed") &&
	       cursor_take_uint(cursor, UINT64_MAX, &rule->seed);
}

static bool take_range(struct cursor *cursor, struct script_range *range)
{
	range->step = 1;
	if (!cursor_take_uint(cursor, UINT64_MAX, &range->first)) {
		return false;
	}
	range->last = range->first;
	if (cursor_take_char(cursor, '-') && !cursor_take_uint(cursor, UINT64_MAX, &range->last)) {
		return false;
	}
	if (cursor_take_char(cursor, '/') && !cursor_take_uint(cursor, UINT64_MAX, &range->step)) {
		return false;
	}
	return range->last >= range->first && range->step > 0;
}

static bool take_seqs(struct cursor *cursor, struct script_rule *rule)
{
	size_t number = strspn(cursor->at, "0123456789.");

	if (cursor->at[number] == '%') {
		if (!take_share(cursor, rule)) {
			return false;
		}
	} else {
		do {
			if (rule->ranges == SCRIPT_RANGES ||
			    !take_range(cursor, &rule->range[rule->ranges++])) {
				return false;
			}
		} while (cursor_take_char(cursor, ','));
	}
	if (*cursor->at && !isspace((unsigned char)*cursor->at)) {
		return false;
	}
	cursor_skip_spaces(cursor);
	return true;
}

static bool take_duration(struct cursor *cursor, uint64_t *ret_ns)
{
	uint64_t number;

	/* a minute is more than any test waits, and can't overflow */
	if (!cursor_take_uint(cursor, 60000000, &number)) {
		return false;
	}
	if (cursor_take_word(cursor, "us")) {
		*ret_ns = number * 1000;
		return true;
	}
	if (cursor_take_word(cursor, "ms")) {
		*ret_ns = number * 1000000;
		return true;
	}
	return false;
}

static const char *take_action(struct cursor *cursor, struct script_rule *rule)
{
	bool swap = false;

	if (cursor_take_word(cursor, "drop-end")) {
		rule->action = SCRIPT_DROP_END;
		return NULL;
	}
	if (cursor_take_word(cursor, "drop")) {
		rule->action = SCRIPT_DROP;
	} else if (cursor_take_word(cursor, "duplicate")) {
		rule->action = SCRIPT_DUPLICATE;
	} else if (cursor_take_word(cursor, "swap")) {
		rule->action = SCRIPT_HOLD;
		swap = true;
	} else if (cursor_take_word(cursor, "hold")) {
		rule->action = SCRIPT_HOLD;
	} else if (cursor_take_word(cursor, "delay")) {
		rule->action = SCRIPT_DELAY;
	} else if (cursor_take_word(cursor, "corrupt")) {
		rule->action = SCRIPT_CORRUPT;
	} else if (cursor_take_word(cursor, "alien")) {
		rule->action = SCRIPT_ALIEN;
	} else {
		return "unknown action: use drop, duplicate, swap, hold, delay, corrupt, alien or "
		       "drop-end";
	}
	if (!take_seqs(cursor, rule)) {
		return "bad seqs: use 5, 10-19, 0-5900/100, joined by commas, or 1% seed 7";
	}
	if (rule->action == SCRIPT_DUPLICATE) {
		rule->argument = 2;
		if (cursor_take_char(cursor, 'x') &&
		    (!cursor_take_uint(cursor, 1000, &rule->argument) || rule->argument < 2)) {
			return "bad number of copies: use x2 to x1000";
		}
	} else if (swap) {
		rule->argument = 1;
	} else if (rule->action == SCRIPT_HOLD) {
		if (!cursor_take_uint(cursor, 1000000, &rule->argument) || rule->argument < 1) {
			return "hold needs the number of later probes to wait for";
		}
	} else if (rule->action == SCRIPT_DELAY && !take_duration(cursor, &rule->argument)) {
		return "delay needs a duration of up to a minute: 5ms, 250us";
	}
	return NULL;
}

int script_add_line(struct script *script, const char *line, const char **ret_error)
{
	struct cursor cursor = {.at = line};
	struct script_rule rule = {0};
	uint64_t value;

	cursor_skip_spaces(&cursor);
	if (!*cursor.at || *cursor.at == '#') {
		return 0;
	}
	if (script->count == SCRIPT_RULES) {
		*ret_error = "too many rules: 64 at most";
		return -ENOSPC;
	}
	if (cursor_take_word(&cursor, "flow")) {
		if (!cursor_take_uint(&cursor, UINT32_MAX, &value) || value == 0) {
			*ret_error = "flow needs a number from 1";
			return -EINVAL;
		}
		rule.flow = (uint32_t)value;
		cursor_skip_spaces(&cursor);
	}
	if (cursor_take_word(&cursor, "port")) {
		if (!cursor_take_uint(&cursor, UINT16_MAX, &value) || value == 0) {
			*ret_error = "port needs a number from 1 to 65535";
			return -EINVAL;
		}
		rule.port = (uint16_t)value;
		cursor_skip_spaces(&cursor);
	}
	*ret_error = take_action(&cursor, &rule);
	if (*ret_error) {
		return -EINVAL;
	}
	cursor_skip_spaces(&cursor);
	if (*cursor.at && *cursor.at != '#') {
		*ret_error = "more than one rule on a line";
		return -EINVAL;
	}
	script->rule[script->count++] = rule;
	return 0;
}

/* splitmix64 (Steele, Lea, Flood 2014): enough to make chance come out alike each time. */
static uint64_t mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
	value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
	return value ^ (value >> 31);
}

static bool rule_is_for(const struct script_rule *rule, uint32_t flow, uint16_t port)
{
	return (!rule->flow || rule->flow == flow) && (!rule->port || rule->port == port);
}

static bool rule_names(const struct script_rule *rule, uint32_t flow, uint64_t seq)
{
	if (rule->ranges == 0) {
		uint64_t dice = mix(rule->seed ^ mix(flow ^ mix(seq)));

		return (double)(dice >> 11) * 0x1p-53 < rule->share;
	}
	for (size_t i = 0; i < rule->ranges; i++) {
		const struct script_range *range = &rule->range[i];

		if (seq >= range->first && seq <= range->last &&
		    (seq - range->first) % range->step == 0) {
			return true;
		}
	}
	return false;
}

struct fate script_fate(const struct script *script, uint32_t flow, uint16_t port, uint64_t seq)
{
	struct fate fate = {.copies = 1};

	for (size_t i = 0; i < script->count; i++) {
		const struct script_rule *rule = &script->rule[i];

		if (rule->action == SCRIPT_DROP_END || !rule_is_for(rule, flow, port) ||
		    !rule_names(rule, flow, seq)) {
			continue;
		}
		switch (rule->action) {
		case SCRIPT_DROP:
			fate.dropped = true;
			break;
		case SCRIPT_DUPLICATE:
			fate.copies = (uint32_t)rule->argument;
			break;
		case SCRIPT_HOLD:
			fate.hold = rule->argument;
			break;
		case SCRIPT_DELAY:
			fate.delay_ns = rule->argument;
			break;
		case SCRIPT_CORRUPT:
			fate.corrupt = true;
			break;
		case SCRIPT_ALIEN:
			fate.alien = true;
			break;
		case SCRIPT_DROP_END:
			break;
		}
	}
	return fate;
}

bool script_drops_end(const struct script *script, uint32_t flow, uint16_t port)
{
	for (size_t i = 0; i < script->count; i++) {
		if (script->rule[i].action == SCRIPT_DROP_END &&
		    rule_is_for(&script->rule[i], flow, port)) {
			return true;
		}
	}
	return false;
}
