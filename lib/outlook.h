/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether anything more is to be expected of the streams that were heard. */
#ifndef PTPROBE_OUTLOOK_H
#define PTPROBE_OUTLOOK_H

#include <stdbool.h>
#include <stdint.h>

struct flows;

enum outlook {
	OUTLOOK_GOING_ON,
	OUTLOOK_GONE, /* each has ended or is silent for long */
	OUTLOOK_ENDED,
};

/*
 * What the streams promise at now_ns. One without END is gone when it is silent (flow_state) and
 * nothing has come for five periods and three times lost_after_ns, of which only the time since
 * hearing_since_ns counts: before it, nothing could have been heard.
 */
enum outlook outlook_of(struct flows *flows, int64_t now_ns, int64_t hearing_since_ns,
			int64_t lost_after_ns);

/* True when nothing is missing that could still come, in any of them. */
bool outlook_is_settled(struct flows *flows);

#endif
