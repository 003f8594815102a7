/* SPDX-License-Identifier: BSD-2-Clause */
#include "snapshot.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "members.h"
#include "put.h"

enum { MTU_MAX_BYTES = 1 << 30 };

static const char *const duplex_text[] = {
	[SNAPSHOT_DUPLEX_UNKNOWN] = NULL,
	[SNAPSHOT_DUPLEX_HALF] = "half",
	[SNAPSHOT_DUPLEX_FULL] = "full",
};

void snapshot_init(struct snapshot *snapshot)
{
	*snapshot = (struct snapshot){0};
}

void snapshot_release(struct snapshot *snapshot)
{
	counters_release(&snapshot->counters);
	snapshot_init(snapshot);
}

/* What is shown on a terminal, or stands in a command that someone pastes. */
static void make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		*text = (char)(*text >= 0x20 && *text <= 0x7e ? *text : '?');
	}
}

void snapshot_lacks(struct snapshot *snapshot, const char *format, ...)
{
	char *text;
	va_list arguments;

	if (snapshot->lack_count == SNAPSHOT_LACKS) {
		return;
	}
	text = snapshot->lack[snapshot->lack_count];
	va_start(arguments, format);
	vsnprintf(text, SNAPSHOT_LACK_TEXT, format, arguments);
	va_end(arguments);
	make_printable(text);
	for (size_t i = 0; i < snapshot->lack_count; i++) {
		if (strcmp(snapshot->lack[i], text) == 0) {
			return;
		}
	}
	snapshot->lack_count++;
}

static json_t *answer_json(enum snapshot_answer answer)
{
	return answer == SNAPSHOT_UNKNOWN ? json_null() : json_boolean(answer == SNAPSHOT_YES);
}

static json_t *known_json(uint32_t number)
{
	return number > 0 ? put_count_value(number) : json_null();
}

static int put_name(json_t *object, const char *name, const char *text)
{
	return put_text(object, name, text[0] != '\0' ? text : NULL);
}

static json_t *ring_json(const struct snapshot_ring *ring)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put(object, "current", known_json(ring->current));
	failed |= put(object, "maximum", known_json(ring->maximum));
	return put_whole(object, failed);
}

static json_t *counters_json(const struct counters *counters)
{
	json_t *object = json_object();
	int failed = 0;

	for (size_t i = 0; i < counters->count; i++) {
		failed |= put_count(object, counters->counter[i].name, counters->counter[i].value);
	}
	return put_whole(object, failed);
}

static json_t *lacks_json(const struct snapshot *snapshot)
{
	json_t *array = json_array();
	int failed = 0;

	for (size_t i = 0; i < snapshot->lack_count; i++) {
		failed |= json_array_append_new(array, put_text_value(snapshot->lack[i]));
	}
	return put_whole(array, failed);
}

json_t *snapshot_json(const struct snapshot *snapshot)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_name(object, "host", snapshot->host);
	failed |= put_name(object, "interface", snapshot->interface);
	failed |= put_name(object, "driver", snapshot->driver);
	failed |= put_name(object, "firmware", snapshot->firmware);
	failed |= put_name(object, "bus", snapshot->bus);
	failed |= put_ns(object, "time_ns", snapshot->time_ns);
	failed |= put(object, "up", answer_json(snapshot->up));
	failed |= put(object, "carrier", answer_json(snapshot->carrier));
	failed |= put(object, "autonegotiation", answer_json(snapshot->autonegotiation));
	failed |= put(object, "speed_mbps", known_json(snapshot->speed_mbps));
	failed |= put_text(object, "duplex", duplex_text[snapshot->duplex]);
	failed |= put(object, "mtu_bytes", known_json(snapshot->mtu_bytes));
	failed |= put(object, "rx_ring", ring_json(&snapshot->rx_ring));
	failed |= put(object, "tx_ring", ring_json(&snapshot->tx_ring));
	failed |= put(object, "rx_pause", answer_json(snapshot->rx_pause));
	failed |= put(object, "tx_pause", answer_json(snapshot->tx_pause));
	failed |= put(object, "counters", counters_json(&snapshot->counters));
	failed |= put(object, "lacks", lacks_json(snapshot));
	return put_whole(object, failed);
}

/* Every member of a snapshot is there, be it null: one that isn't was never written by us. */
static bool has(struct members *members, const json_t *object, const char *name)
{
	if (members->error == 0 && json_object_get(object, name) == NULL) {
		members_fail(members, -EINVAL, name, "is missing");
	}
	return members->error == 0;
}

static void take_name(struct members *members, const json_t *object, const char *name, bool needed,
		      char text[static SNAPSHOT_NAME])
{
	const char *value =
		has(members, object, name) ? members_text(members, object, name, needed) : "";

	/* the length in JSON counts a NUL within, too */
	if (strlen(value) >= SNAPSHOT_NAME || (needed && members->error == 0 && *value == '\0')) {
		members_fail(members, -EINVAL, name, "is no name of at most 63 bytes");
		return;
	}
	memcpy(text, value, strlen(value) + 1);
	make_printable(text);
}

static enum snapshot_answer take_answer(struct members *members, const json_t *object,
					const char *name)
{
	if (!has(members, object, name) || json_is_null(json_object_get(object, name))) {
		return SNAPSHOT_UNKNOWN;
	}
	return members_flag(members, object, name) ? SNAPSHOT_YES : SNAPSHOT_NO;
}

/* 1..max; null is 0, unknown. */
static uint32_t take_number(struct members *members, const json_t *object, const char *name,
			    uint32_t max)
{
	uint64_t number;

	if (!has(members, object, name)) {
		return 0;
	}
	number = members_count_or(members, object, name, 0);
	if (number > max) {
		members_fail(members, -EINVAL, name, "is too large");
		return 0;
	}
	return (uint32_t)number;
}

static enum snapshot_duplex take_duplex(struct members *members, const json_t *object)
{
	const char *text = has(members, object, "duplex")
				   ? members_text(members, object, "duplex", false)
				   : "";

	if (*text == '\0') {
		return SNAPSHOT_DUPLEX_UNKNOWN;
	}
	for (int duplex = SNAPSHOT_DUPLEX_HALF; duplex <= SNAPSHOT_DUPLEX_FULL; duplex++) {
		if (strcmp(text, duplex_text[duplex]) == 0) {
			return (enum snapshot_duplex)duplex;
		}
	}
	members_fail(members, -EINVAL, "duplex", "is neither half, full nor null");
	return SNAPSHOT_DUPLEX_UNKNOWN;
}

static void take_ring(struct members *members, const json_t *object, const char *name,
		      struct snapshot_ring *ring)
{
	const json_t *json = members_object(members, object, name, true);

	if (json == NULL) {
		return;
	}
	members_at(members, "%s.", name);
	ring->current = take_number(members, json, "current", UINT32_MAX);
	ring->maximum = take_number(members, json, "maximum", UINT32_MAX);
	members_at(members, "%s", "");
}

static void take_counters(struct members *members, const json_t *object, struct counters *counters)
{
	/* jansson walks no const object */
	json_t *json = (json_t *)members_object(members, object, "counters", true), *value;
	const char *key;
	int err;

	if (json == NULL) {
		return;
	}
	if (json_object_size(json) > COUNTERS_MAX) {
		members_fail(members, -EINVAL, "counters", "are more than 16384");
		return;
	}
	members_at(members, "counters.");
	json_object_foreach(json, key, value)
	{
		char shown[COUNTERS_NAME];

		/* a stranger's key goes into a message: as far as it can be printed there */
		snprintf(shown, sizeof(shown), "%s", key);
		make_printable(shown);
		if (!json_is_integer(value) || json_integer_value(value) < 0) {
			members_fail(members, -EINVAL, shown, "is no count");
			break;
		}
		err = counters_add(counters, key, (uint64_t)json_integer_value(value));
		if (err < 0) {
			members_fail(members, err == -ENOMEM ? -ENOMEM : -EINVAL, shown,
				     err == -ENOMEM ? "can't be held: out of memory"
						    : "is no name of a counter");
			break;
		}
	}
	members_at(members, "%s", "");
}

static void take_lacks(struct members *members, const json_t *object, struct snapshot *snapshot)
{
	const json_t *array = members_array(members, object, "lacks", true);

	if (json_array_size(array) > SNAPSHOT_LACKS) {
		members_fail(members, -EINVAL, "lacks", "is no list of at most 16 texts");
		return;
	}
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (text == NULL) {
			members_fail(members, -EINVAL, "lacks", "has what is no text");
			return;
		}
		snapshot_lacks(snapshot, "%s", text);
	}
}

static void take_all(struct members *members, const json_t *json, struct snapshot *snapshot)
{
	take_name(members, json, "host", false, snapshot->host);
	take_name(members, json, "interface", true, snapshot->interface);
	take_name(members, json, "driver", false, snapshot->driver);
	take_name(members, json, "firmware", false, snapshot->firmware);
	take_name(members, json, "bus", false, snapshot->bus);
	snapshot->time_ns = (int64_t)members_count(members, json, "time_ns");
	snapshot->up = take_answer(members, json, "up");
	snapshot->carrier = take_answer(members, json, "carrier");
	snapshot->autonegotiation = take_answer(members, json, "autonegotiation");
	snapshot->speed_mbps = take_number(members, json, "speed_mbps", INT32_MAX);
	snapshot->duplex = take_duplex(members, json);
	snapshot->mtu_bytes = take_number(members, json, "mtu_bytes", MTU_MAX_BYTES);
	take_ring(members, json, "rx_ring", &snapshot->rx_ring);
	take_ring(members, json, "tx_ring", &snapshot->tx_ring);
	snapshot->rx_pause = take_answer(members, json, "rx_pause");
	snapshot->tx_pause = take_answer(members, json, "tx_pause");
	take_counters(members, json, &snapshot->counters);
	take_lacks(members, json, snapshot);
}

int snapshot_parse(const json_t *json, struct snapshot *ret_snapshot,
		   char error[static SNAPSHOT_ERROR_TEXT])
{
	struct members members = {0};
	struct snapshot snapshot;

	if (!json_is_object(json)) {
		snprintf(error, SNAPSHOT_ERROR_TEXT, "the snapshot is no object");
		return -EINVAL;
	}
	snapshot_init(&snapshot);
	take_all(&members, json, &snapshot);
	if (members.error != 0) {
		snprintf(error, SNAPSHOT_ERROR_TEXT, "%.*s", SNAPSHOT_ERROR_TEXT - 1, members.text);
		snapshot_release(&snapshot);
		return members.error;
	}
	*ret_snapshot = snapshot;
	return 0;
}
