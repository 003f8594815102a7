/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_source.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "json_budget.h"
#include "text.h"

struct source {
	FILE *file;
	size_t bytes; /* of the object that is being read */
	bool any;     /* one of them is no space */
	bool too_long, too_rich;
};

/*
 * Line by line: jansson asks for more only when it needs it, so that nothing behind the line in
 * which an object ends is taken from the next one.
 */
static size_t read_line(void *buffer, size_t size, void *context)
{
	struct source *source = context;
	char *to = buffer;
	size_t length = 0;
	int c = 0;

	while (length < size && c != '\n' && (c = getc(source->file)) != EOF) {
		to[length++] = (char)c;
		source->any |= isspace(c) == 0;
	}
	source->bytes += length;
	source->too_long = source->bytes > JSON_BUDGET_TEXT_BYTES;
	return source->too_long ? (size_t)-1 : length;
}

static bool is_interval(const json_t *object)
{
	const char *type = json_string_value(json_object_get(object, "type"));

	return type != NULL && strcmp(type, "interval") == 0;
}

static json_t *load(struct source *source, json_error_t *cause)
{
	source->bytes = 0;
	source->any = false;
	errno = 0;
	return json_load_callback(read_line, source,
				  JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, cause);
}

/* The last object that is no interval; NULL: there is none. What stopped it is in source. */
static json_t *load_last(struct source *source, json_error_t *cause)
{
	json_t *report = NULL, *object;

	json_budget_begin();
	while ((object = load(source, cause)) != NULL) {
		if (report == NULL || !is_interval(object)) {
			json_decref(report);
			report = object;
		} else {
			json_decref(object);
		}
	}
	source->too_rich = json_budget_end();
	return report;
}

static int fail(const struct source *source, const json_error_t *cause, char *error)
{
	char why[TEXT_ERROR];
	int err = errno;

	if (source->too_long) {
		snprintf(
			error, JSON_SOURCE_ERROR,
			"it has more than %d MiB: no report of ptprobe, or one of too many streams",
			JSON_BUDGET_TEXT_BYTES >> 20);
		return -E2BIG;
	}
	if (source->too_rich) {
		snprintf(error, JSON_SOURCE_ERROR,
			 "it takes more than %d MiB of memory: no report of ptprobe, or one of too "
			 "many streams",
			 JSON_BUDGET_BYTES >> 20);
		return -E2BIG;
	}
	if (ferror(source->file)) {
		snprintf(error, JSON_SOURCE_ERROR, "read: %s", text_error(err, why));
		return err != 0 ? -err : -EIO;
	}
	snprintf(error, JSON_SOURCE_ERROR, "it is no JSON: %.80s in line %d", cause->text,
		 cause->line);
	return -EBADMSG;
}

int json_source_read(FILE *file, json_t **ret_report, char error[static JSON_SOURCE_ERROR])
{
	struct source source = {.file = file};
	json_error_t cause;
	json_t *report = load_last(&source, &cause);
	bool ended = !source.any && !source.too_long && !source.too_rich && !ferror(file);

	if (report != NULL && ended) {
		*ret_report = report;
		return 0;
	}
	json_decref(report);
	if (ended) {
		snprintf(error, JSON_SOURCE_ERROR, "it is empty");
		return -EBADMSG;
	}
	return fail(&source, &cause, error);
}
