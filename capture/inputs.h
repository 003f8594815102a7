/* SPDX-License-Identifier: BSD-2-Clause */
/* What a tool at the wire looks at, as its options name it: an interface, or capture files. */
#ifndef PTPROBE_INPUTS_H
#define PTPROBE_INPUTS_H

#include <stddef.h>

enum {
	CAPTURE_FILES_MAX = 64,
	CAPTURE_SNAPLEN_MAX = 262144, /* libpcap's own maximum */
};

struct capture_files {
	size_t count;
	const char *name[CAPTURE_FILES_MAX]; /* "-": standard input */
};

/* OPTION_CALL parsers: a const char *, which isn't 'any'; one more file of a struct capture_files.
 */
int inputs_parse_interface(const char *text, void *field, const char **ret_error);
int inputs_parse_file(const char *text, void *field, const char **ret_error);

/* One of the two, and standard input once. NULL, or what is wrong with them, a constant text. */
const char *inputs_settle(const char *interface, const struct capture_files *files);

#endif
