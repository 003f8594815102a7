/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dump_name.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dump.h"

/* Digits of the highest number; none for a ring of one file, which is then always the same. */
static int number_width(uint32_t file_count)
{
	int width = 0;

	for (uint32_t rest = file_count > 0 ? file_count - 1 : 0; rest > 0; rest /= 10) {
		width++;
	}
	return width;
}

int dump_name(const struct dump_config *config, int64_t time_s, uint32_t number,
	      char ret_name[static PATH_MAX])
{
	char path[PATH_MAX];
	int width = number_width(config->file_count), length;
	time_t time = (time_t)time_s;
	struct tm local;

	if (config->rotate_seconds == 0) {
		length = snprintf(path, sizeof(path), "%s", config->path);
		if (length < 0 || (size_t)length >= sizeof(path)) {
			return -ENAMETOOLONG;
		}
	} else {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		if (localtime_r(&time, &local) == NULL ||
		    strftime(path, sizeof(path), config->path, &local) == 0) {
			return -ENAMETOOLONG;
		}
#pragma GCC diagnostic pop
	}
	if (config->rotate_bytes == 0 || (number == 0 && width == 0)) {
		strcpy(ret_name, path);
		return 0;
	}
	length = snprintf(ret_name, PATH_MAX, "%s%0*" PRIu32, path, width, number);
	return length >= 0 && length < PATH_MAX ? 0 : -ENAMETOOLONG;
}
