/* SPDX-License-Identifier: BSD-2-Clause */
/* The advice for people and for programs. */
#include "advice.h"

#include "put.h"
#include "text.h"

void advice_text(const struct advice *advice, FILE *out)
{
	if (advice->count == 0) {
		fputs("# nothing is to be done: what could be looked at is as it should be\n", out);
	}
	for (size_t i = 0; i < advice->count; i++) {
		fputs("# ", out);
		text_print(advice->item[i].why, out);
		fputc('\n', out);
		if (advice->item[i].command != NULL) {
			fputs(advice->item[i].is_other ? "#\t" : "", out);
			text_print(advice->item[i].command, out);
			fputc('\n', out);
		}
	}
}

json_t *advice_json(const struct advice *advice)
{
	json_t *array = json_array();
	int failed = 0;

	for (size_t i = 0; i < advice->count; i++) {
		json_t *object = json_object();
		int broken = 0;

		broken |= put_text(object, "why", advice->item[i].why);
		broken |= put_text(object, "command", advice->item[i].command);
		broken |= put(object, "other", json_boolean(advice->item[i].is_other));
		failed |= json_array_append_new(array, put_whole(object, broken));
	}
	return put_whole(array, failed);
}
