/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strangers' reports: an input is up to eight JSON values one behind the other, which become
 * vantages as far as they are reports; these are joined, judged and printed in both forms. The join
 * asserts its books itself; here they are counted again from what the JSON says.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "locate.h"
#include "verdict.h"

enum { REPORTS_MAX = 8 };

static void read_all(struct vantages *vantages, const char *text, size_t size)
{
	static const struct vantage_naming naming = {.file = "input"};
	char error[VANTAGE_ERROR_TEXT];
	json_error_t cause;

	for (int i = 0; i < REPORTS_MAX && size > 0; i++) {
		json_t *report =
			json_loadb(text, size, JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, &cause);

		if (report == NULL) {
			return;
		}
		error[0] = '\0';
		if (vantages_read(vantages, report, &naming, error) < 0) {
			assert(error[0] != '\0' && memchr(error, '\0', sizeof(error)) != NULL);
		}
		json_decref(report);
		assert(cause.position > 0 && (size_t)cause.position <= size);
		text += cause.position;
		size -= (size_t)cause.position;
	}
}

static uint64_t count_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	assert(json_is_integer(value) && json_integer_value(value) >= 0);
	return (uint64_t)json_integer_value(value);
}

/* Every seq has one fate on each branch. */
static void check_books(const json_t *located)
{
	const json_t *runs = json_object_get(located, "runs"), *run, *branch;
	size_t i, k;

	assert(json_is_array(runs) && json_is_array(json_object_get(located, "places")));
	json_array_foreach(runs, i, run)
	{
		uint64_t seqs = count_of(run, "seqs");

		json_array_foreach(json_object_get(run, "branches"), k, branch)
		{
			/* beyond 2^63 - 1 JSON says no more than that */
			assert(seqs == INT64_MAX ||
			       seqs == count_of(branch, "delivered") + count_of(branch, "lost") +
					       count_of(branch, "undetermined"));
		}
	}
}

static void print(const struct locate_result *result)
{
	struct locate_limits limits = {0};
	struct verdict verdict;
	const char *error;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	json_t *located;

	assert(out != NULL);
	locate_judge(result, &limits, &verdict);
	(void)locate_limits_add("network=0", &limits, &error);
	(void)locate_limits_expect("receiver-socket", &limits, &error);
	locate_judge(result, &limits, &verdict);
	locate_text(result, out);
	assert(fclose(out) == 0);
	/* a terminal can't be steered by it */
	for (size_t i = 0; i < length; i++) {
		assert((unsigned char)text[i] >= 0x20 || text[i] == '\n');
	}
	free(text);
	located = locate_json(result, &verdict);
	assert(located != NULL);
	check_books(located);
	json_decref(located);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct locate_options options;
	struct vantages vantages = {0};
	struct locate_result *result;
	char error[VANTAGE_ERROR_TEXT] = "";

	read_all(&vantages, (const char *)data, size);
	if (vantages_settle(&vantages, error) < 0) {
		assert(error[0] != '\0');
	} else if (locate_join(&vantages, &options, &result) == 0) {
		print(result);
		locate_free(result);
	}
	vantages_release(&vantages);
	return 0;
}
