/* SPDX-License-Identifier: BSD-2-Clause */
/* The proof for people and for programs. */
#include "proof.h"

#include "put.h"
#include "text.h"

const char *proof_verdict_name(enum proof_verdict verdict)
{
	static const char *const name[] = {
		[PROOF_HELD] = "held",
		[PROOF_INCOMPLETE] = "incomplete",
		[PROOF_VIOLATED] = "violated",
	};

	return name[verdict];
}

const char *proof_result_name(enum proof_result result)
{
	static const char *const name[] = {
		[PROOF_PASS] = "pass",
		[PROOF_FAIL] = "fail",
		[PROOF_UNAVAILABLE] = "unavailable",
	};

	return name[result];
}

#define SGR_RESET "\033[0m"

void proof_text(const struct proof *proof, bool colour, FILE *out)
{
	static const struct {
		const char *label, *sgr;
	} form[] = {
		[PROOF_PASS] = {"PASS", "\033[1;32m"},
		[PROOF_FAIL] = {"FAIL", "\033[1;31m"},
		[PROOF_UNAVAILABLE] = {"UNAVAILABLE", "\033[1;33m"},
	};

	for (size_t i = 0; i < proof->count; i++) {
		const struct proof_item *item = &proof->item[i];

		fprintf(out, "%s%-11s%s  %-10s  ", colour ? form[item->result].sgr : "",
			form[item->result].label, colour ? SGR_RESET : "", item->what);
		/* names of threads are the command's own choice */
		text_print(item->detail, out);
		fputc('\n', out);
		if (item->result == PROOF_FAIL && item->advice[0] != '\0') {
			fprintf(out, "%-11s  %-10s  %s\n", "", "", item->advice);
		}
	}
	fprintf(out, "placement %s\n", proof_verdict_name(proof->verdict));
}

static json_t *item_json(const struct proof_item *item)
{
	json_t *object = json_object();
	char list[CPULIST_TEXT];
	int failed = 0;

	failed |= put_text(object, "what", item->what);
	failed |= put_text(object, "result", proof_result_name(item->result));
	failed |= put(object, "required", json_boolean(item->is_required));
	failed |= put_text(object, "detail", item->detail);
	failed |= put_text(object, "advice", item->advice[0] != '\0' ? item->advice : NULL);
	if (item->has_observed) {
		failed |= put_text(object, "observed",
				   cpulist_text(&item->observed, list, sizeof(list)));
	}
	for (size_t i = 0; i < item->number_count; i++) {
		failed |= put_count(object, item->number[i].name, item->number[i].value);
	}
	return put_whole(object, failed);
}

json_t *proof_json(const struct proof *proof)
{
	json_t *array = json_array();

	for (size_t i = 0; i < proof->count; i++) {
		if (json_array_append_new(array, item_json(&proof->item[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}
