/* SPDX-License-Identifier: BSD-2-Clause */
#include "members.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void members_fail(struct members *members, int error, const char *name, const char *what)
{
	if (members->error == 0) {
		members->error = error;
		snprintf(members->text, sizeof(members->text), "%s%.160s%s%s", members->where, name,
			 *what != '\0' ? " " : "", what);
	}
}

void members_at(struct members *members, const char *format, ...)
{
	va_list arguments;

	if (members->error == 0) {
		va_start(arguments, format);
		vsnprintf(members->where, sizeof(members->where), format, arguments);
		va_end(arguments);
	}
}

/* NULL when it isn't there or null; an error, too, when it is needed. */
static const json_t *find(struct members *members, const json_t *object, const char *name,
			  bool needed)
{
	const json_t *value = members->error == 0 ? json_object_get(object, name) : NULL;

	if (value != NULL && !json_is_null(value)) {
		return value;
	}
	if (needed) {
		members_fail(members, -EINVAL, name, value == NULL ? "is missing" : "is null");
	}
	return NULL;
}

static uint64_t take_count(struct members *members, const json_t *value, const char *name)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0) {
		members_fail(members, -EINVAL, name, "is no count: an integer of 0 and more");
		return 0;
	}
	return (uint64_t)json_integer_value(value);
}

uint64_t members_count(struct members *members, const json_t *object, const char *name)
{
	const json_t *value = find(members, object, name, true);

	return value != NULL ? take_count(members, value, name) : 0;
}

uint64_t members_count_or(struct members *members, const json_t *object, const char *name,
			  uint64_t absent)
{
	const json_t *value = find(members, object, name, false);

	return value != NULL ? take_count(members, value, name) : absent;
}

bool members_flag(struct members *members, const json_t *object, const char *name)
{
	const json_t *value = find(members, object, name, true);

	if (value != NULL && !json_is_boolean(value)) {
		members_fail(members, -EINVAL, name, "is neither true nor false");
	}
	return json_is_true(value);
}

const char *members_text(struct members *members, const json_t *object, const char *name,
			 bool needed)
{
	const json_t *value = find(members, object, name, needed);

	if (value != NULL && !json_is_string(value)) {
		members_fail(members, -EINVAL, name, "is no text");
		return "";
	}
	return value != NULL ? json_string_value(value) : "";
}

const json_t *members_object(struct members *members, const json_t *object, const char *name,
			     bool needed)
{
	const json_t *value = find(members, object, name, needed);

	if (value != NULL && !json_is_object(value)) {
		members_fail(members, -EINVAL, name, "is no object");
		return NULL;
	}
	return value;
}

const json_t *members_array(struct members *members, const json_t *object, const char *name,
			    bool needed)
{
	const json_t *value = find(members, object, name, needed);

	if (value != NULL && !json_is_array(value)) {
		members_fail(members, -EINVAL, name, "is no array");
		return NULL;
	}
	return value;
}

static bool take_range(const json_t *pair, struct range *ret_range)
{
	const json_t *first = json_array_get(pair, 0), *last = json_array_get(pair, 1);

	if (json_array_size(pair) != 2 || !json_is_integer(first) || !json_is_integer(last) ||
	    json_integer_value(first) < 0 || json_integer_value(last) < json_integer_value(first)) {
		return false;
	}
	*ret_range = (struct range){(uint64_t)json_integer_value(first),
				    (uint64_t)json_integer_value(last)};
	return true;
}

void members_ranges(struct members *members, const json_t *object, const char *name,
		    struct seqset *set)
{
	const json_t *array = members_array(members, object, name, true);
	struct range range, before = {0};

	for (size_t i = 0; i < json_array_size(array) && members->error == 0; i++) {
		if (!take_range(json_array_get(array, i), &range) ||
		    (i > 0 && range.first <= before.last)) {
			members_fail(members, -EINVAL, name,
				     "is no list of ranges: [[first,last],...], ascending");
			return;
		}
		seqset_add(set, range.first, range.last);
		before = range;
	}
	if (set->error != 0) {
		members_fail(members, set->error, name, "is too long to be held");
	}
}
