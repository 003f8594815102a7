/* SPDX-License-Identifier: BSD-2-Clause */
/* The ID of a sender's run as people write it: hexadecimal digits, or how they begin. */
#ifndef PTPROBE_RUN_ID_H
#define PTPROBE_RUN_ID_H

#include <stdbool.h>
#include <stdint.h>

enum {
	RUN_ID_DIGITS = 16,
	RUN_ID_DIGITS_MIN = 6, /* as many as the tools' text shows */
};

/* Runs whose ID equals id in the bits of mask; with a mask of 0 each does. id has no other bits. */
struct run_id {
	uint64_t id, mask;
};

static inline bool run_id_fits(const struct run_id *run, uint64_t run_id)
{
	return ((run_id ^ run->id) & run->mask) == 0;
}

/* All 16 digits, in lower case, as reports have it. 0 or -EINVAL. */
int run_id_parse(const char *text, uint64_t *ret_id);

/* Likewise, or the first 6 at least. */
int run_id_parse_begin(const char *text, struct run_id *ret_run);

/* An OPTION_CALL parser: to a struct run_id. */
int run_id_parse_option(const char *text, void *field, const char **ret_error);

#endif
