/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "evidence.h"

enum { MTU_MAX_BYTES = 1 << 30 };

static int __attribute__((format(printf, 2, 3)))
refuse(char error[static EVIDENCE_ERROR_TEXT], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, EVIDENCE_ERROR_TEXT, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* The member, which must be there; NULL and error: it isn't. */
static const json_t *member(const json_t *object, const char *where, const char *name,
			    char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *value = json_object_get(object, name);

	if (value == NULL) {
		(void)refuse(error, "%s: '%s' is missing", where, name);
	}
	return value;
}

/* A key from a stranger's file goes into a message: as far as it can be printed there. */
static int refuse_counter(const char *moment, const char *key, const char *why,
			  char error[static EVIDENCE_ERROR_TEXT])
{
	char shown[COUNTERS_NAME];
	size_t length = 0;

	for (; key[length] != '\0' && length + 1 < sizeof(shown); length++) {
		shown[length] =
			(char)(key[length] >= 0x20 && key[length] <= 0x7e ? key[length] : '?');
	}
	shown[length] = '\0';
	return refuse(error, "evidence.%s: '%s' %s", moment, shown, why);
}

static int parse_counters(const json_t *evidence, const char *moment, struct counters *counters,
			  char error[static EVIDENCE_ERROR_TEXT])
{
	json_t *object = json_object_get(evidence, moment);
	const char *key;
	json_t *value;
	int err;

	if (!json_is_object(object)) {
		return refuse(error, "evidence: '%s' is missing, or no object", moment);
	}
	if (json_object_size(object) > COUNTERS_MAX) {
		return refuse(error, "evidence.%s: more than %d counters", moment, COUNTERS_MAX);
	}
	json_object_foreach(object, key, value)
	{
		if (!json_is_integer(value) || json_integer_value(value) < 0) {
			return refuse_counter(moment, key, "is no count", error);
		}
		err = counters_add(counters, key, (uint64_t)json_integer_value(value));
		if (err == -EINVAL) {
			return refuse_counter(moment, key, "is no name of a counter", error);
		}
		if (err < 0) {
			(void)refuse(error, "evidence.%s: out of memory", moment);
			return err;
		}
	}
	return 0;
}

static int parse_answer(const json_t *settings, const char *name, enum evidence_answer *ret_answer,
			char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *value = member(settings, "evidence.settings", name, error);

	if (value == NULL) {
		return -EINVAL;
	}
	if (!json_is_boolean(value) && !json_is_null(value)) {
		return refuse(error, "evidence.settings: '%s' is neither true, false nor null",
			      name);
	}
	*ret_answer = json_is_null(value)   ? EVIDENCE_UNKNOWN
		      : json_is_true(value) ? EVIDENCE_YES
					    : EVIDENCE_NO;
	return 0;
}

/* null is unknown, which leaves *ret_number alone. */
static int parse_number(const json_t *settings, const char *name, json_int_t min, json_int_t max,
			json_int_t *ret_number, char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *value = member(settings, "evidence.settings", name, error);

	if (value == NULL) {
		return -EINVAL;
	}
	if (json_is_null(value)) {
		return 0;
	}
	if (!json_is_integer(value) || json_integer_value(value) < min ||
	    json_integer_value(value) > max) {
		return refuse(error,
			      "evidence.settings: '%s' is not from %" JSON_INTEGER_FORMAT
			      " to %" JSON_INTEGER_FORMAT,
			      name, min, max);
	}
	*ret_number = json_integer_value(value);
	return 0;
}

static int parse_xdp(const json_t *settings, enum evidence_xdp *ret_xdp,
		     char error[static EVIDENCE_ERROR_TEXT])
{
	static const struct {
		const char *text;
		enum evidence_xdp xdp;
	} known[] = {
		{"none", EVIDENCE_XDP_NONE},
		{"native", EVIDENCE_XDP_NATIVE},
		{"generic", EVIDENCE_XDP_GENERIC},
		{"offload", EVIDENCE_XDP_OFFLOAD},
	};
	const json_t *value = member(settings, "evidence.settings", "xdp", error);

	if (value == NULL) {
		return -EINVAL;
	}
	if (json_is_null(value)) {
		return 0;
	}
	for (size_t i = 0; json_is_string(value) && i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(json_string_value(value), known[i].text) == 0) {
			*ret_xdp = known[i].xdp;
			return 0;
		}
	}
	return refuse(error, "evidence.settings: 'xdp' is none of none, native, generic, offload");
}

static int parse_kind(const json_t *settings, char kind[static EVIDENCE_KIND],
		      char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *value = json_object_get(settings, "kind");
	const char *text = json_string_value(value);

	/* a report of an earlier version doesn't tell */
	if (value == NULL || json_is_null(value)) {
		return 0;
	}
	if (text == NULL || text[0] == '\0' || json_string_length(value) >= EVIDENCE_KIND ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") != json_string_length(value)) {
		return refuse(error, "evidence.settings: 'kind' is no kind of interface");
	}
	memcpy(kind, text, json_string_length(value) + 1);
	return 0;
}

static int parse_member(const json_t *settings, struct evidence_settings *ret_settings,
			char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *array = member(settings, "evidence.settings", "member", error);
	struct endpoint group = {0};
	int err = 0;

	if (array == NULL) {
		return -EINVAL;
	}
	if (json_is_null(array)) {
		return 0;
	}
	if (!json_is_array(array) || json_array_size(array) > IGMP_MAX_GROUPS) {
		return refuse(error, "evidence.settings: 'member' is no list of at most %d groups",
			      IGMP_MAX_GROUPS);
	}
	for (size_t i = 0; err == 0 && i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (text == NULL || endpoint_parse_address(text, &group) < 0) {
			return refuse(error, "evidence.settings.member: [%zu] is no address", i);
		}
		err = igmp_groups_add(&ret_settings->member, &group);
	}
	if (err < 0) {
		(void)refuse(error, "evidence.settings.member: out of memory");
		return err;
	}
	ret_settings->members_known = EVIDENCE_YES;
	return 0;
}

static int parse_settings(const json_t *evidence, struct evidence_settings *ret_settings,
			  char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *settings = json_object_get(evidence, "settings");
	json_int_t mtu = 0, rp_filter = -1;
	int err;

	if (!json_is_object(settings)) {
		return refuse(error, "evidence: 'settings' is missing, or no object");
	}
	err = parse_answer(settings, "up", &ret_settings->up, error);
	err = err < 0 ? err : parse_answer(settings, "carrier", &ret_settings->carrier, error);
	err = err < 0 ? err : parse_number(settings, "mtu", 1, MTU_MAX_BYTES, &mtu, error);
	err = err < 0 ? err : parse_number(settings, "rp_filter", 0, 2, &rp_filter, error);
	err = err < 0 ? err : parse_xdp(settings, &ret_settings->xdp, error);
	err = err < 0 ? err : parse_kind(settings, ret_settings->kind, error);
	err = err < 0 ? err : parse_member(settings, ret_settings, error);
	ret_settings->mtu_bytes = (uint32_t)mtu;
	ret_settings->rp_filter = (int)rp_filter;
	return err;
}

static int parse_interface(const json_t *json, struct evidence *evidence,
			   char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *value = member(json, "evidence", "interface", error);

	if (value == NULL) {
		return -EINVAL;
	}
	if (json_is_null(value)) {
		return 0;
	}
	if (!json_is_string(value) || json_string_length(value) == 0 ||
	    json_string_length(value) >= EVIDENCE_INTERFACE) {
		return refuse(error, "evidence: 'interface' is no name of at most %d bytes",
			      EVIDENCE_INTERFACE - 1);
	}
	memcpy(evidence->interface, json_string_value(value), json_string_length(value) + 1);
	return 0;
}

static int parse_unavailable(const json_t *json, struct evidence *evidence,
			     char error[static EVIDENCE_ERROR_TEXT])
{
	const json_t *array = member(json, "evidence", "unavailable", error);

	if (array == NULL) {
		return -EINVAL;
	}
	if (!json_is_array(array) || json_array_size(array) > EVIDENCE_UNAVAILABLE) {
		return refuse(error, "evidence: 'unavailable' is no list of at most %d texts",
			      EVIDENCE_UNAVAILABLE);
	}
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (text == NULL) {
			return refuse(error, "evidence.unavailable: [%zu] is no text", i);
		}
		evidence_lacks(evidence, "%s", text);
	}
	return 0;
}

int evidence_parse(const json_t *json, struct evidence *ret_evidence,
		   char error[static EVIDENCE_ERROR_TEXT])
{
	struct evidence evidence;
	int err;

	if (!json_is_object(json)) {
		return refuse(error, "evidence: no object");
	}
	evidence_init(&evidence);
	err = parse_interface(json, &evidence, error);
	err = err < 0 ? err : parse_counters(json, "before", &evidence.before, error);
	err = err < 0 ? err : parse_counters(json, "after", &evidence.after, error);
	err = err < 0 ? err : parse_settings(json, &evidence.settings, error);
	err = err < 0 ? err : parse_unavailable(json, &evidence, error);
	if (err < 0) {
		evidence_release(&evidence);
		return err;
	}
	*ret_evidence = evidence;
	return 0;
}
