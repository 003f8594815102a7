/* SPDX-License-Identifier: BSD-2-Clause */
#include "data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

char *data_text(const char *name)
{
	enum { ROOM = 1 << 16 };
	const char *srcdir = getenv("srcdir");
	char path[4096], *text = malloc(ROOM);
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/data/%s", srcdir != NULL ? srcdir : ".", name);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(text);
	length = fread(text, 1, ROOM - 1, file);
	assert_true(length > 0 && length < ROOM - 1);
	text[length] = '\0';
	fclose(file);
	return text;
}
