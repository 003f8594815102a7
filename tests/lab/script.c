/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* IEEE 1588-2019, table 36; from there, not from lib/ptp_message.h */
static const char *const type_names[SCRIPT_TYPES] = {
	[0x0] = "sync",
	[0x1] = "delay_req",
	[0x2] = "pdelay_req",
	[0x3] = "pdelay_resp",
	[0x8] = "follow_up",
	[0x9] = "delay_resp",
	[0xa] = "pdelay_resp_follow_up",
	[0xb] = "announce",
	[0xc] = "signaling",
	[0xd] = "management",
};

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
	if (cursor_take_word(cursor, "ns")) {
		*ret_ns = number;
		return true;
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

/* The types of PTP message that a word stands for; 0: it's no such word. */
static uint16_t take_types(struct cursor *cursor)
{
	if (cursor_take_word(cursor, "any")) {
		return UINT16_MAX;
	}
	for (uint8_t type = 0; type < SCRIPT_TYPES; type++) {
		if (type_names[type] && cursor_take_word(cursor, type_names[type])) {
			return (uint16_t)(1U << type);
		}
	}
	return 0;
}

/* What is behind the word "ptp", up to the action. */
static const char *take_ptp(struct cursor *cursor, struct script_rule *rule)
{
	uint64_t value;

	rule->is_ptp = true;
	rule->ways = 1 << SCRIPT_FORTH | 1 << SCRIPT_BACK;
	rule->types = take_types(cursor);
	if (!rule->types) {
		return "ptp needs a message's type: sync, follow_up, delay_resp, ..., or any";
	}
	if (cursor_take_word(cursor, "forth")) {
		rule->ways = 1 << SCRIPT_FORTH;
	} else if (cursor_take_word(cursor, "back")) {
		rule->ways = 1 << SCRIPT_BACK;
	}
	if (cursor_take_word(cursor, "domain")) {
		if (!cursor_take_uint(cursor, UINT8_MAX, &value)) {
			return "domain needs a number from 0 to 255";
		}
		rule->domain = (int)value;
		cursor_skip_spaces(cursor);
	}
	return NULL;
}

/* True of what can be done to a probe, or to a PTP message. */
static bool action_fits(const struct script_rule *rule)
{
	switch (rule->action) {
	case SCRIPT_DROP:
	case SCRIPT_DUPLICATE:
	case SCRIPT_DELAY:
		return true;
	case SCRIPT_ONE_STEP:
	case SCRIPT_CORRECT:
		return rule->is_ptp;
	case SCRIPT_HOLD:
	case SCRIPT_CORRUPT:
	case SCRIPT_ALIEN:
	case SCRIPT_DROP_END:
		break;
	}
	return !rule->is_ptp;
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
	} else if (cursor_take_word(cursor, "correct")) {
		rule->action = SCRIPT_CORRECT;
	} else if (cursor_take_word(cursor, "one-step")) {
		rule->action = SCRIPT_ONE_STEP;
	} else {
		return "unknown action: use drop, duplicate, swap, hold, delay, corrupt, alien, "
		       "correct, one-step or drop-end";
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
	} else if ((rule->action == SCRIPT_DELAY || rule->action == SCRIPT_CORRECT) &&
		   !take_duration(cursor, &rule->argument)) {
		return "delay and correct need a duration of up to a minute: 5ms, 250us, 80ns";
	}
	return NULL;
}

int script_add_line(struct script *script, const char *line, const char **ret_error)
{
	struct cursor cursor = {.at = line};
	struct script_rule rule = {.domain = -1};
	uint64_t value;

	cursor_skip_spaces(&cursor);
	if (!*cursor.at || *cursor.at == '#') {
		return 0;
	}
	if (script->count == SCRIPT_RULES) {
		*ret_error = "too many rules: 64 at most";
		return -ENOSPC;
	}
	if (cursor_take_word(&cursor, "switch")) {
		if (!cursor_take_uint(&cursor, UINT32_MAX, &value) || value == 0) {
			*ret_error = "switch needs a number from 1";
			return -EINVAL;
		}
		rule.number = (uint32_t)value;
		rule.is_off = true;
		cursor_skip_spaces(&cursor);
	}
	if (cursor_take_word(&cursor, "ptp")) {
		*ret_error = take_ptp(&cursor, &rule);
		if (*ret_error) {
			return -EINVAL;
		}
	}
	if (!rule.is_ptp && cursor_take_word(&cursor, "flow")) {
		if (!cursor_take_uint(&cursor, UINT32_MAX, &value) || value == 0) {
			*ret_error = "flow needs a number from 1";
			return -EINVAL;
		}
		rule.flow = (uint32_t)value;
		cursor_skip_spaces(&cursor);
	}
	if (!rule.is_ptp && cursor_take_word(&cursor, "port")) {
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
	if (!action_fits(&rule)) {
		*ret_error = rule.is_ptp ? "of a PTP message: drop, duplicate, delay, correct or "
					   "one-step"
					 : "only a PTP message has a correctionField or twoStep";
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

int script_order(struct script *script, const char *line)
{
	struct cursor cursor = {.at = line};
	bool is_on, found = false;
	uint64_t number;

	is_on = cursor_take_word(&cursor, "on");
	if ((!is_on && !cursor_take_word(&cursor, "off")) ||
	    !cursor_take_uint(&cursor, UINT32_MAX, &number) || number == 0) {
		return -EINVAL;
	}
	cursor_skip_spaces(&cursor);
	if (*cursor.at) {
		return -EINVAL;
	}
	for (size_t i = 0; i < script->count; i++) {
		if (script->rule[i].number == number) {
			script->rule[i].is_off = !is_on;
			script->rule[i].met = 0;
			found = true;
		}
	}
	return found ? 0 : -EINVAL;
}

const char *script_type_text(uint8_t type)
{
	return type < SCRIPT_TYPES && type_names[type] ? type_names[type] : "reserved";
}
