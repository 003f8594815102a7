/* SPDX-License-Identifier: BSD-2-Clause */
/* A mask from a file. */
#include "mask.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

enum { LINE = 256 };

struct reader {
	struct mask mask;
	unsigned int line;
	char *error;
	int curve;    /* enum mask_curve; -1: no heading yet */
	bool is_bare; /* its lines stand before any heading */
	bool has_point;
	double tau_s, limit_ns;
};

__attribute__((format(printf, 2, 3))) static int refuse(struct reader *reader, const char *format,
							...)
{
	va_list arguments;
	int length = snprintf(reader->error, MASK_ERROR, "line %u: ", reader->line);

	va_start(arguments, format);
	vsnprintf(reader->error + length, MASK_ERROR - (size_t)length, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static int read_limit(struct reader *reader, const char *text, double *ret_ns)
{
	int64_t ns;

	if (isdigit((unsigned char)text[strlen(text) - 1])) {
		return refuse(reader, "'%s' has no unit: write '%sns' or '%sus'", text, text, text);
	}
	if (units_parse_duration(text, &ns) < 0 || ns <= 0) {
		return refuse(reader, "'%s' is no limit: write one like '1.1us' or '30ns'", text);
	}
	*ret_ns = (double)ns;
	return 0;
}

/* Plain numbers are ns. */
static int read_point(struct reader *reader, const char *text, double *ret_ns)
{
	int64_t seconds_ns;

	if (!isdigit((unsigned char)text[strlen(text) - 1])) {
		return read_limit(reader, text, ret_ns);
	}
	if (units_parse_duration(text, &seconds_ns) < 0 || seconds_ns <= 0) {
		return refuse(reader, "'%s' is no limit: write ns, like '30', or '1.1us'", text);
	}
	*ret_ns = (double)seconds_ns * 1e-9;
	return 0;
}

static int add_point(struct reader *reader, const char *tau, const char *limit)
{
	struct mask *mask = &reader->mask;
	size_t *pieces = &mask->pieces[reader->curve];
	double tau_s, limit_ns;
	int64_t tau_ns;

	if (units_parse_duration(tau, &tau_ns) < 0 || tau_ns <= 0) {
		return refuse(reader, "'%s' is no tau: write seconds, like '0.1', or '100ms'", tau);
	}
	tau_s = (double)tau_ns * 1e-9;
	if (read_point(reader, limit, &limit_ns) < 0) {
		return -EINVAL;
	}
	if (reader->has_point) {
		if (tau_s <= reader->tau_s) {
			return refuse(reader,
				      "tau %s isn't above the one before: write them rising", tau);
		}
		if (*pieces == MASK_PIECES) {
			return refuse(reader, "more than %d lines: write fewer", MASK_PIECES + 1);
		}
		mask->piece[reader->curve][(*pieces)++] = (struct mask_piece){
			.from_s = reader->tau_s,
			.to_s = tau_s,
			.from_ns = reader->limit_ns,
			.to_ns = limit_ns,
			.is_logarithmic = true,
		};
	}
	reader->has_point = true;
	reader->tau_s = tau_s;
	reader->limit_ns = limit_ns;
	return 0;
}

/* A heading ends: one point is no curve. */
static int end_curve(struct reader *reader)
{
	if (reader->curve >= 0 && reader->mask.pieces[reader->curve] == 0) {
		if (reader->is_bare) {
			return refuse(reader,
				      "one line 'tau limit' is no curve: write at least two");
		}
		return refuse(reader, "'%s' needs at least two lines 'tau limit' below it",
			      reader->curve == MASK_MTIE ? "mtie" : "tdev");
	}
	return 0;
}

static int begin_curve(struct reader *reader, enum mask_curve curve)
{
	if (end_curve(reader) < 0) {
		return -EINVAL;
	}
	if (reader->mask.pieces[curve] > 0) {
		return refuse(reader, "this heading was there before: write its lines below the "
				      "first one");
	}
	reader->curve = (int)curve;
	reader->is_bare = false;
	reader->has_point = false;
	return 0;
}

static int set(struct reader *reader, const char *key, const char *value)
{
	struct mask *mask = &reader->mask;
	struct units_amount amount;

	if (strcmp(key, "title") == 0) {
		snprintf(mask->title, sizeof(mask->title), "%s", value);
		return 0;
	}
	if (strcmp(key, "max_te") == 0) {
		return read_limit(reader, value, &mask->max_te_ns);
	}
	if (strcmp(key, "fpp") == 0) {
		if (units_parse_amount(value, &amount) < 0 || !amount.is_share ||
		    amount.share <= 0) {
			return refuse(reader, "'%s' is no share: write one like '1%%'", value);
		}
		mask->least_fpp = amount.share;
		mask->delta_ns = 150000;
		mask->window_ns = INT64_C(200000000000);
		return 0;
	}
	return refuse(reader, "'%s' is not known: write title, max_te, fpp, mtie or tdev", key);
}

/* Cuts white space off both ends. */
static char *trim(char *text)
{
	size_t length;

	while (*text == ' ' || *text == '\t') {
		text++;
	}
	length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL) {
		text[--length] = '\0';
	}
	return text;
}

static int read_line(struct reader *reader, char *line)
{
	char *text, *value;

	line[strcspn(line, "#")] = '\0';
	text = trim(line);
	if (*text == '\0') {
		return 0;
	}
	value = strchr(text, '=');
	if (value != NULL) {
		*value++ = '\0';
		text = trim(text);
		value = trim(value);
		if (*value == '\0') {
			return refuse(reader, "'%s' has no value", text);
		}
		return set(reader, text, value);
	}
	if (strcmp(text, "mtie") == 0) {
		return begin_curve(reader, MASK_MTIE);
	}
	if (strcmp(text, "tdev") == 0) {
		return begin_curve(reader, MASK_TDEV);
	}
	value = text + strcspn(text, " \t");
	if (*value == '\0' || (reader->curve < 0 && strchr("0123456789.", *text) == NULL)) {
		return refuse(reader,
			      "'%s' is no line of a mask: write 'tau limit', below 'mtie' or "
			      "'tdev'",
			      text);
	}
	if (reader->curve < 0) {
		(void)begin_curve(reader, MASK_MTIE);
		reader->is_bare = true;
	}
	*value++ = '\0';
	return add_point(reader, text, trim(value));
}

int mask_parse(const char *text, size_t length, struct mask *ret_mask,
	       char error[static MASK_ERROR])
{
	struct reader reader = {.error = error, .curve = -1};
	const struct mask *mask = &reader.mask;
	size_t at = 0;

	snprintf(reader.mask.name, sizeof(reader.mask.name), "file");
	while (at < length) {
		const char *end = memchr(text + at, '\n', length - at);
		size_t count = (end != NULL ? (size_t)(end - text) : length) - at;
		char line[LINE];

		reader.line++;
		if (count >= sizeof(line) || memchr(text + at, '\0', count) != NULL) {
			return refuse(&reader, "too long, or no text");
		}
		memcpy(line, text + at, count);
		line[count] = '\0';
		if (read_line(&reader, line) < 0) {
			return -EINVAL;
		}
		at += count + 1;
	}
	if (end_curve(&reader) < 0) {
		return -EINVAL;
	}
	if (mask->max_te_ns <= 0 && mask->least_fpp <= 0 && mask->pieces[MASK_MTIE] == 0 &&
	    mask->pieces[MASK_TDEV] == 0) {
		return refuse(&reader, "there is no limit in it: write max_te, fpp, mtie or tdev");
	}
	*ret_mask = reader.mask;
	return 0;
}
