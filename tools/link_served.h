/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server says of each test, in one line. */
#ifndef PTPROBE_LINK_SERVED_H
#define PTPROBE_LINK_SERVED_H

#include <stdbool.h>

struct iperf_outcome;

enum { LINK_SERVED_TEXT = 384 };

#define LINK_SERVED_RENEWED "renewed"

/*
 * "served 192.0.2.1: 10.0 s of TCP, received 941.5 Mb/s", or what went wrong, and with whom as far
 * as that is known. ended: why the server ended the test, LINK_SERVED_RENEWED (of which there is
 * nothing to say: text is empty), or empty. True: it was served in order.
 */
bool link_served_text(const struct iperf_outcome *outcome, const char *ended,
		      char text[static LINK_SERVED_TEXT]);

#endif
