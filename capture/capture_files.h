/* SPDX-License-Identifier: BSD-2-Clause */
/* The run through capture files. */
#ifndef PTPROBE_CAPTURE_FILES_H
#define PTPROBE_CAPTURE_FILES_H

struct capture;

enum { CAPTURE_FILES_ERROR = 512 };

/* Opens all of them, so that a wrong name is known at once, and adds them to what is kept. 0, or
 * -errno and error, one line: -EINVAL when it is the filter that is wrong. */
int capture_files_open(struct capture *capture, char error[static CAPTURE_FILES_ERROR]);
void capture_files_close(struct capture *capture);

/*
 * Through all of them. Returns an exit status: STATUS_PASS unless one is no capture that can be
 * read, which has been said then.
 */
int capture_files_run(struct capture *capture);

#endif
