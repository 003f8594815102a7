/* SPDX-License-Identifier: BSD-2-Clause */
/* The run on an interface. */
#ifndef PTPROBE_CAPTURE_LIVE_H
#define PTPROBE_CAPTURE_LIVE_H

struct capture;

enum { CAPTURE_LIVE_ERROR = 512 };

/* Opens the tap. 0, or -errno and error, one line with the remedy. */
int capture_live_open(struct capture *capture, char error[static CAPTURE_LIVE_ERROR]);

/* "capturing on eth0": scripts wait for this line before they start a sender. */
void capture_live_say(const struct capture *capture);

/* Until the streams have ended, or the user ends it. */
void capture_live_run(struct capture *capture);

#endif
