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
 * Compiles text for every link type that frame_look knows, as names in it may have to be looked up
 * while that is still allowed; for others when the first of their frames comes. It may mean nothing
 * for some: then it must for Ethernet or Linux cooked frames. 0, or -errno and error, one line.
 */
int expression_new(const char *text, struct expression **ret_expression,
		   char error[static EXPRESSION_ERROR_TEXT]);
void expression_free(struct expression *expression);

/* True when frame passes. One of a link type that text means nothing for doesn't, and is counted.
 */
bool expression_matches(struct expression *expression, const struct frame *frame);

/* How many those were; then also the link type of the first, and why. */
struct expression_void {
	uint64_t frames;
	uint16_t link_type;
	char why[EXPRESSION_ERROR_TEXT];
};
const struct expression_void *expression_void(const struct expression *expression);

/* "EN10MB" for 1; NULL when libpcap has no name for that LINKTYPE_. */
const char *expression_link_name(uint16_t link_type);

#endif
