/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots of the other end, or of a file: what is accepted survives a round trip. Two of them in
 * an array are compared, judged, and printed in each form. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "link_report.h"
#include "report.h"
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

static void check_list(const struct moved_list *list)
{
	uint64_t sum[NIC_CLASSES] = {0};

	assert(list->count <= MOVED_MAX);
	for (size_t i = 0; i < list->count; i++) {
		const struct moved *moved = &list->moved[i];

		assert(moved->class > NIC_NONE && moved->class < NIC_CLASSES);
		assert(moved->is_reset ? moved->delta == 0 : moved->delta > 0);
		/* each fits into 63 bits, as JSON has them, and 1024 of them saturate at most */
		sum[moved->class] = sum[moved->class] > UINT64_MAX - moved->delta
					    ? UINT64_MAX
					    : sum[moved->class] + moved->delta;
	}
	/* never more than was counted, and of what moved something */
	for (int class = NIC_NONE; class < NIC_CLASSES && !list->is_cut; class ++) {
		assert(list->sum[class] <= sum[class]);
	}
}

static void print_all(const struct link_result *result, const struct verdict *verdict)
{
	struct report report = {.tool = "fuzz", .version = "0", .host = "host", .verdict = verdict};
	json_t *object = json_object();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert(out != NULL);
	link_text(result, out);
	link_advice_text(result, out);
	link_prometheus(&report, result, out);
	link_nagios(&report, result, out);
	assert(fclose(out) == 0);
	for (size_t i = 0; i < size; i++) {
		assert(text[i] == '\n' || (text[i] >= 0x20 && text[i] <= 0x7e));
	}
	free(text);
	assert(link_put(object, result, NULL) == 0);
	json_decref(object);
}

static void compare(const struct snapshot *before, const struct snapshot *after)
{
	struct moved_list list;
	struct link_limits limits;
	struct link_result result = {
		.near = {.name = "this end",
			 .is_known = true,
			 .before = before,
			 .after = after,
			 .moved = &list},
		.far = {.name = "far end", .why = "it isn't there"},
	};
	struct verdict verdict;

	if (moved_compare(before, after, &list) < 0) {
		return;
	}
	check_list(&list);
	link_limits_init(&limits);
	link_judge(&limits, &result, &verdict);
	assert((verdict.result == VERDICT_PASS) == (verdict.count == 0));
	for (size_t i = 0; i < verdict.count; i++) {
		check_text(verdict.reason[i], sizeof(verdict.reason[i]));
	}
	/* damage that was seen is never a pass, and what wasn't looked for isn't, either */
	if (verdict.result == VERDICT_PASS) {
		assert(list.sum[NIC_WIRE] == 0 && list.resets[NIC_WIRE] == 0);
		assert(list.sight[NIC_WIRE] == MOVED_OBSERVABLE);
	}
	print_all(&result, &verdict);
	moved_release(&list);
}

static void round_trip(const struct snapshot *snapshot)
{
	char error[SNAPSHOT_ERROR_TEXT] = "", *first = written(snapshot), *second;
	json_t *json = json_loads(first, 0, NULL);
	struct snapshot again;

	assert(snapshot_parse(json, &again, error) == 0);
	second = written(&again);
	assert(strcmp(first, second) == 0);
	json_decref(json);
	free(first);
	free(second);
	snapshot_release(&again);
}

static bool parse(const json_t *json, struct snapshot *ret_snapshot)
{
	char error[SNAPSHOT_ERROR_TEXT] = "";

	if (snapshot_parse(json, ret_snapshot, error) < 0) {
		assert(error[0] != '\0');
		check_text(error, sizeof(error));
		return false;
	}
	check(ret_snapshot);
	round_trip(ret_snapshot);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	struct snapshot before, after;

	if (json_is_array(json)) {
		if (parse(json_array_get(json, 0), &before)) {
			if (parse(json_array_get(json, 1), &after)) {
				compare(&before, &after);
				snapshot_release(&after);
			}
			snapshot_release(&before);
		}
	} else if (parse(json, &before)) {
		snapshot_release(&before);
	}
	json_decref(json);
	return 0;
}
