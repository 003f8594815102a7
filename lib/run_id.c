/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_id.h"

#include <errno.h>
#include <string.h>

int run_id_parse_begin(const char *text, struct run_id *ret_run)
{
	static const char digits[] = "0123456789abcdef";
	size_t length = strspn(text, digits);
	struct run_id run = {0};

	if (length < RUN_ID_DIGITS_MIN || length > RUN_ID_DIGITS || text[length] != '\0') {
		return -EINVAL;
	}
	for (size_t i = 0; i < RUN_ID_DIGITS; i++) {
		run.id <<= 4;
		run.mask <<= 4;
		if (i < length) {
			run.id |= (uint64_t)(strchr(digits, text[i]) - digits);
			run.mask |= 0xf;
		}
	}
	*ret_run = run;
	return 0;
}

int run_id_parse(const char *text, uint64_t *ret_id)
{
	struct run_id run;

	if (run_id_parse_begin(text, &run) < 0 || run.mask != UINT64_MAX) {
		return -EINVAL;
	}
	*ret_id = run.id;
	return 0;
}

int run_id_parse_option(const char *text, void *field, const char **ret_error)
{
	if (run_id_parse_begin(text, field) < 0) {
		*ret_error = "is a run's ID, or how it begins: 6 to 16 hexadecimal digits";
		return -EINVAL;
	}
	return 0;
}
