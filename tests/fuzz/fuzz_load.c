/* SPDX-License-Identifier: BSD-2-Clause */
/* What a libiperf says it has done: any JSON to the reader; what it takes is written again. */
#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "load.h"

static void check_text(const char *text, size_t room)
{
	const char *end = memchr(text, '\0', room);

	assert(end != NULL);
	for (; text < end; text++) {
		assert((unsigned char)*text >= 0x20 && *text != 0x7f);
	}
}

static void check(const struct load *load)
{
	json_t *json = load_json(load);
	char *text;

	assert(json != NULL);
	text = json_dumps(json, JSON_COMPACT);
	assert(text != NULL); /* it is UTF-8 */
	json_decref(json);
	free(text);
	assert(load->forward.known || load->backward.known);
	assert(load->empty_intervals <= load->interval_count);
	assert(isfinite(load->seconds) && load->seconds >= 0);
	assert(load->longest_stall_s >= 0);
	check_text(load->congestion, sizeof(load->congestion));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[LOAD_ERROR_TEXT] = "";
	struct load load, before;
	json_error_t cause;
	json_t *document = json_loadb((const char *)data, size, JSON_DECODE_ANY, &cause);

	if (document == NULL) {
		return 0;
	}
	memset(&load, 0x5a, sizeof(load));
	before = load;
	if (load_parse(document, &load, error) == 0) {
		check(&load);
	} else {
		assert(error[0] != '\0');
		check_text(error, sizeof(error));
		assert(memcmp(&load, &before, sizeof(load)) == 0);
	}
	json_decref(document);
	return 0;
}
