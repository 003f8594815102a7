/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the run's frames are written to. */
#ifndef PTPROBE_CAPTURE_WRITE_H
#define PTPROBE_CAPTURE_WRITE_H

struct capture;
struct frame;

enum { CAPTURE_WRITE_ERROR = 512 };

/* Opens the first file. 0, or -errno and error, one line. */
int capture_write_open(struct capture *capture, char error[static CAPTURE_WRITE_ERROR]);

/* Writes the frame that was fed last. What can't be written is said once, the run goes on. */
void capture_write_frame(struct capture *capture, const struct frame *frame);

/* Ends the last file. */
void capture_write_close(struct capture *capture);
void capture_write_free(struct capture *capture);

#endif
