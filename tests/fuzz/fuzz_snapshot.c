/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots of the other end, or of a file: what is accepted survives a round trip. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "snapshot.h"

static void check_text(const char *text, size_t room)
{
	assert(memchr(text, '\0', room) != NULL);
	for (; *text != '\0'; text++) {
		assert(*text >= 0x20 && *text <= 0x7e);
	}
}

static void check(const struct snapshot *snapshot)
{
	check_text(snapshot->host, sizeof(snapshot->host));
	check_text(snapshot->interface, sizeof(snapshot->interface));
	check_text(snapshot->driver, sizeof(snapshot->driver));
	check_text(snapshot->firmware, sizeof(snapshot->firmware));
	check_text(snapshot->bus, sizeof(snapshot->bus));
	assert(snapshot->interface[0] != '\0');
	assert(snapshot->time_ns >= 0);
	assert(snapshot->lack_count <= SNAPSHOT_LACKS);
	for (size_t i = 0; i < snapshot->lack_count; i++) {
		check_text(snapshot->lack[i], sizeof(snapshot->lack[i]));
	}
	assert(snapshot->counters.count <= COUNTERS_MAX);
}

static char *written(const struct snapshot *snapshot)
{
	json_t *json = snapshot_json(snapshot);
	char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);

	assert(text != NULL);
	json_decref(json);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	char error[SNAPSHOT_ERROR_TEXT] = "", *first, *second;
	struct snapshot snapshot, again;

	if (snapshot_parse(json, &snapshot, error) < 0) {
		assert(error[0] != '\0');
		check_text(error, sizeof(error));
		json_decref(json);
		return 0;
	}
	json_decref(json);
	check(&snapshot);
	first = written(&snapshot);
	json = json_loads(first, 0, NULL);
	assert(snapshot_parse(json, &again, error) == 0);
	second = written(&again);
	assert(strcmp(first, second) == 0);
	json_decref(json);
	free(first);
	free(second);
	snapshot_release(&snapshot);
	snapshot_release(&again);
	return 0;
}
