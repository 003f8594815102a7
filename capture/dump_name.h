/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of files that follow one another, as tcpdump gives them. */
#ifndef PTPROBE_DUMP_NAME_H
#define PTPROBE_DUMP_NAME_H

#include <limits.h>
#include <stdint.h>

struct dump_config;

/*
 * The name of the file that begins at time_s (since the epoch), the number-th by size of those
 * before a time is over: dump.h's rules. 0, or -ENAMETOOLONG.
 */
int dump_name(const struct dump_config *config, int64_t time_s, uint32_t number,
	      char ret_name[static PATH_MAX]);

#endif
