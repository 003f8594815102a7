/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "vantage_bed.h"

struct vantages vantage_bed;
char vantage_bed_error[VANTAGE_ERROR_TEXT];

int vantage_bed_start(void **state)
{
	(void)state;
	vantage_bed = (struct vantages){0};
	vantage_bed_error[0] = '\0';
	return 0;
}

int vantage_bed_end(void **state)
{
	(void)state;
	vantages_release(&vantage_bed);
	return 0;
}

int vantage_bed_read(const char *text)
{
	static const struct vantage_naming naming = {.file = "r.json"};
	char quoted[8192];
	json_t *json;
	int err;

	assert_true(strlen(text) < sizeof(quoted));
	snprintf(quoted, sizeof(quoted), "%s", text);
	for (char *c = quoted; *c != '\0'; c++) {
		*c = *c == '\'' ? '"' : *c;
	}
	json = json_loads(quoted, JSON_DECODE_ANY, NULL);
	assert_non_null(json);
	err = vantages_read(&vantage_bed, json, &naming, vantage_bed_error);
	json_decref(json);
	return err;
}
