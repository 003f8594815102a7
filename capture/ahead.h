/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a capture file ahead of whoever takes its frames, by a thread of its own. */
#ifndef PTPROBE_AHEAD_H
#define PTPROBE_AHEAD_H

#include <stdbool.h>

#include "capfile.h"
#include "frame.h"
#include "observer.h"

/*
 * The thread reads the records and looks into the frames (observer_look), which is half of all the
 * work; the streams are fed by the caller, in the order of the file. What is read is handed over by
 * the batch, and before any wait for more of the file: what a pipe has brought is there at once.
 */
struct ahead_config {
	int fd;
	/*
	 * False: no thread, each frame is read when it is asked for, and the file's facts are those
	 * up to it. It is so, too, where there is but one processor, or a thread is refused.
	 */
	bool with_thread;
	/* Without a thread: as of capfile_new. */
	capfile_read *read;
	void *context;
};

struct ahead_frame {
	struct frame frame; /* bytes: there until the next call */
	bool has_stamp;
	struct observer_sight sight;
};

struct ahead;

/* NULL when memory is out. */
struct ahead *ahead_new(const struct ahead_config *config);

/* Ends the thread, wherever it is. */
void ahead_free(struct ahead *ahead);

/*
 * While ahead_is_empty, ahead_fd is to be polled for reading, and when it is readable, ahead_fetch
 * called, which would wait for that else. Without a thread it never is empty.
 */
bool ahead_is_empty(struct ahead *ahead);
int ahead_fd(const struct ahead *ahead);
void ahead_fetch(struct ahead *ahead);

/* While it isn't empty: as capfile_next, which it is without a thread. *ret_frame is the caller's
 * until the next call. */
int ahead_next(struct ahead *ahead, struct ahead_frame **ret_frame);

/* The file ends here: what has been read of it is still to be taken. */
void ahead_stop(struct ahead *ahead);

/* Of the file, once ahead_next has returned its end; without a thread, always. After ahead_free no
 * more. */
const struct capfile *ahead_file(const struct ahead *ahead);

#endif
