/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace_format.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "words.h"

enum { REASON_BYTES = 4, RECORD_MAX_BYTES = 4096 };

struct field {
	bool found;
	uint64_t offset, size;
};

/* The number behind "offset:" or "size:" in a line of semicolons and tabs. */
static bool number_behind(struct word line, const char *label, uint64_t *ret_number)
{
	struct word word;
	size_t length = strlen(label);

	while (word_next(&line, &word)) {
		if (word.length > length && memcmp(word.text, label, length) == 0) {
			word.text += length;
			word.length -= length;
			word.length -= word.text[word.length - 1] == ';';
			return word_number(&word, 10, ret_number) == 0;
		}
	}
	return false;
}

/* "	field:enum skb_drop_reason reason;	offset:36;	size:4;	signed:0;" */
static void take_field(struct word line, const char *name, struct field *field)
{
	struct word rest = line, word;
	size_t length = strlen(name);

	while (word_next(&rest, &word)) {
		if (word.length == length + 1 && memcmp(word.text, name, length) == 0 &&
		    word.text[length] == ';') {
			field->found = number_behind(line, "offset:", &field->offset) &&
				       number_behind(line, "size:", &field->size);
			return;
		}
	}
}

static bool begins(const struct word *line, const char *text)
{
	return line->length >= strlen(text) && memcmp(line->text, text, strlen(text)) == 0;
}

/* Where needle ends in line; NULL: it isn't there. */
static const char *find(const struct word *line, const char *needle)
{
	size_t length = strlen(needle);

	for (size_t i = 0; i + length <= line->length; i++) {
		if (memcmp(line->text + i, needle, length) == 0) {
			return line->text + i + length;
		}
	}
	return NULL;
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && isspace((unsigned char)*at)) {
		at++;
	}
	return at;
}

/* { 12, "NETFILTER_DROP" } from behind its brace; false when it is of another form. */
static bool take_pair(const char *at, const char *end, struct trace_reason *ret_reason)
{
	unsigned int base = 10;
	struct word number = {0}, name = {0};
	uint64_t value;

	at = skip_space(at, end);
	if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
		base = 16;
		at += 2;
	}
	for (number.text = at; at < end && isxdigit((unsigned char)*at); at++) {
		number.length++;
	}
	for (; at < end && *at != '"' && *at != '}'; at++) {
	}
	if (at == end || *at != '"') {
		return false;
	}
	for (name.text = ++at; at < end && (isalnum((unsigned char)*at) || *at == '_'); at++) {
		name.length++;
	}
	if (at == end || *at != '"' || name.length == 0 || name.length >= TRACE_FORMAT_NAME ||
	    word_number(&number, base, &value) < 0 || value > UINT32_MAX) {
		return false;
	}
	*ret_reason = (struct trace_reason){.number = (uint32_t)value};
	memcpy(ret_reason->name, name.text, name.length);
	return true;
}

/* The table behind "__print_symbolic(REC->reason," ends with the first bracket that is closed. */
static void take_names(const struct word *line, struct trace_format *format)
{
	const char *at = find(line, "__print_symbolic(REC->reason,");
	const char *end = line->text + line->length;

	for (; at != NULL && at < end && *at != ')'; at++) {
		if (*at == '{' && format->reasons < TRACE_FORMAT_REASONS &&
		    take_pair(at + 1, end, &format->reason[format->reasons])) {
			format->reasons++;
		}
	}
}

int trace_format_parse(const char *text, struct trace_format *ret_format)
{
	struct field reason = {0}, protocol = {0};
	struct trace_format format = {0};
	struct word line, word;
	bool is_named = false, has_id = false;

	while (line_next(&text, &line)) {
		if (begins(&line, "name:")) {
			is_named = word_at(line, 1, &word) && word_is(&word, "kfree_skb");
		} else if (begins(&line, "ID:")) {
			has_id = word_at(line, 1, &word) && word_number(&word, 10, &format.id) == 0;
		} else if (begins(&line, "print fmt:")) {
			take_names(&line, &format);
		} else {
			take_field(line, "reason", &reason);
			take_field(line, "protocol", &protocol);
		}
	}
	if (!is_named || !has_id || !protocol.found) {
		return -EINVAL;
	}
	if (!reason.found) {
		return -ENODATA;
	}
	if (reason.size != REASON_BYTES || reason.offset > RECORD_MAX_BYTES) {
		return -EINVAL;
	}
	format.reason_offset = (size_t)reason.offset;
	*ret_format = format;
	return 0;
}

int trace_format_reason(const struct trace_format *format, const void *record, size_t bytes,
			uint32_t *ret_reason)
{
	if (bytes < format->reason_offset + REASON_BYTES) {
		return -EBADMSG;
	}
	memcpy(ret_reason, (const char *)record + format->reason_offset, REASON_BYTES);
	return 0;
}
