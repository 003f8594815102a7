/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters in tcpdump's language (pcap-filter(7)), for frames that were read from a file. */
#ifndef PTPROBE_EXPRESSION_H
#define PTPROBE_EXPRESSION_H

#include <stdbool.h>
#include <stdint.h>

struct expression;
struct frame;

enum { EXPRESSION_ERROR_TEXT = 512 };

/*
 * Finds out whether text is well-formed for Ethernet frames; those of other link types get a
 * program of their own when the first comes. 0, or -errno and error, one line.
 */
int expression_new(const char *text, struct expression **ret_expression,
		   char error[static EXPRESSION_ERROR_TEXT]);
void expression_free(struct expression *expression);

/* True when frame passes. One of a link type that text means nothing for doesn't. */
bool expression_matches(struct expression *expression, const struct frame *frame);

/* "EN10MB" for 1; NULL when libpcap has no name for that LINKTYPE_. */
const char *expression_link_name(uint16_t link_type);

#endif
