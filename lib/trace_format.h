/* SPDX-License-Identifier: BSD-2-Clause */
/* How this kernel's tracepoint skb:kfree_skb writes down a dropped packet: its "format" file. */
#ifndef PTPROBE_TRACE_FORMAT_H
#define PTPROBE_TRACE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

enum { TRACE_FORMAT_REASONS = 512, TRACE_FORMAT_NAME = 48 };

struct trace_reason {
	uint32_t number; /* it moves between kernels; the name stays */
	char name[TRACE_FORMAT_NAME];
};

struct trace_format {
	uint64_t id;          /* for perf_event_open(2) */
	size_t reason_offset; /* of the 4 bytes in a record */
	size_t reasons;       /* those that the kernel has names for */
	struct trace_reason reason[TRACE_FORMAT_REASONS];
};

/*
 * Reads text, all of the file: fields "reason" and "protocol" (by which the kernel filters), and
 * the names in print fmt's __print_symbolic. 0; -ENODATA when records have no reason, as before
 * Linux 5.17; -EINVAL for any other text.
 */
int trace_format_parse(const char *text, struct trace_format *ret_format);

/* The reason in a record of that many bytes. 0, or -EBADMSG when the record ends before it. */
int trace_format_reason(const struct trace_format *format, const void *record, size_t bytes,
			uint32_t *ret_reason);

#endif
