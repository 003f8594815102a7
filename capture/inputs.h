/* SPDX-License-Identifier: BSD-2-Clause */
/* What a tool at the wire looks at, as its options name it: an interface, or capture files. */
#ifndef PTPROBE_INPUTS_H
#define PTPROBE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "option.h"

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

/* What means something with an interface alone. */
struct inputs_live {
	bool promiscuous, trace, is_buffer_set;
	int64_t wait_ns;
};

/* Where files are read. NULL, or what is wrong with it, a constant text. */
const char *inputs_settle_files(const struct inputs_live *live);

/* Lines of an option table; config is its struct with the members interface and read, verb what is
 * done on an interface. */
#define INPUTS_OPTIONS(config, verb)                                                               \
	{.name = "interface",                                                                      \
	 .letter = 'i',                                                                            \
	 .type = OPTION_CALL,                                                                      \
	 .offset = offsetof(config, interface),                                                    \
	 .argument = "IF",                                                                         \
	 .parse = inputs_parse_interface,                                                          \
	 .help = verb " on this interface"},                                                       \
	{                                                                                          \
		.name = "read", .letter = 'r', .type = OPTION_CALL,                                \
		.offset = offsetof(config, read), .argument = "FILE", .parse = inputs_parse_file,  \
		.help = "read this capture file, pcap or pcapng, instead; '-' is standard input; " \
			"may be given again for the next of a rotated capture"                     \
	}

#endif
