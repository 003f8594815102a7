/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_source.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "text.h"

struct source {
	FILE *file;
	size_t bytes; /* of the object that is being read */
	bool any;     /* one of them is no space */
	bool too_long;
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
	source->too_long = source->bytes > JSON_SOURCE_MAX_BYTES;
	return source->too_long ? (size_t)-1 : length;
}

static bool is_interval(const json_t *object)
{
	const char *type = json_string_value(json_object_get(object, "type"));

	return type != NULL && strcmp(type, "interval") == 0;
}

static int fail(const struct source *source, const json_error_t *cause, char *error)
{
	char why[TEXT_ERROR];
	int err = errno;

	if (source->too_long) {
		snprintf(error, JSON_SOURCE_ERROR, "it has more than %d MiB: no report of ptprobe",
			 JSON_SOURCE_MAX_BYTES >> 20);
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
	json_t *report = NULL, *object;
	json_error_t cause;

	for (;;) {
		source.bytes = 0;
		source.any = false;
		errno = 0;
		object =
			json_load_callback(read_line, &source,
					   JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &cause);
		if (object == NULL) {
			break;
		}
		if (report == NULL || !is_interval(object)) {
			json_decref(report);
			report = object;
		} else {
			json_decref(object);
		}
	}
	if (report != NULL && !source.any && !source.too_long && !ferror(file)) {
		*ret_report = report;
		return 0;
	}
	json_decref(report);
	if (report == NULL && !source.any && !ferror(file)) {
		snprintf(error, JSON_SOURCE_ERROR, "it is empty");
		return -EBADMSG;
	}
	return fail(&source, &cause, error);
}
