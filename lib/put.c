/* SPDX-License-Identifier: BSD-2-Clause */
#include "put.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

int put(json_t *object, const char *name, json_t *value)
{
	return json_object_set_new(object, name, value);
}

json_t *put_count_value(uint64_t count)
{
	return json_integer(count > INT64_MAX ? INT64_MAX : (json_int_t)count);
}

int put_count(json_t *object, const char *name, uint64_t count)
{
	return put(object, name, put_count_value(count));
}

int put_ns(json_t *object, const char *name, int64_t ns)
{
	return put(object, name, json_integer(ns));
}

int put_ns_if(json_t *object, const char *name, bool known, int64_t ns)
{
	return put(object, name, known ? json_integer(ns) : json_null());
}

int put_ratio(json_t *object, const char *name, double ratio)
{
	return put(object, name, isfinite(ratio) ? json_real(ratio) : json_null());
}

json_t *put_text_value(const char *text)
{
	json_t *string;
	char *copy, *to;

	if (text == NULL) {
		return json_null();
	}
	copy = malloc(strlen(text) * strlen(TEXT_REPLACEMENT) + 1);
	if (copy == NULL) {
		return NULL;
	}
	to = copy;
	while (*text != '\0') {
		size_t length = text_character_length(text);

		if (length > 0) {
			memcpy(to, text, length);
			to += length;
			text += length;
		} else {
			memcpy(to, TEXT_REPLACEMENT, strlen(TEXT_REPLACEMENT));
			to += strlen(TEXT_REPLACEMENT);
			text++;
		}
	}
	*to = '\0';
	string = json_string(copy);
	free(copy);
	return string;
}

int put_text(json_t *object, const char *name, const char *text)
{
	return put(object, name, put_text_value(text));
}

json_t *put_whole(json_t *object, int failed)
{
	if (failed != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}
