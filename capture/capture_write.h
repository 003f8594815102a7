/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the run's frames are written to. */
#ifndef PTPROBE_CAPTURE_WRITE_H
#define PTPROBE_CAPTURE_WRITE_H

#include <stdint.h>

struct capture;
struct frame;

enum { CAPTURE_WRITE_ERROR = 512 };

/* Opens the first file, which keeps what it holds (dump_open). 0, or -errno and error, one line. */
int capture_write_open(struct capture *capture, char error[static CAPTURE_WRITE_ERROR]);

/* Begins it; start_ns and link_type: of the tap, or of the first frame. 0, or -errno, which has
 * been said. */
int capture_write_begin(struct capture *capture, int64_t start_ns, uint16_t link_type);

/* Writes the frame that was fed last. What can't be written is said once, and the run goes on. */
void capture_write_frame(struct capture *capture, const struct frame *frame);

/* Lets time pass, and hands on what was written so far. */
void capture_write_tick(struct capture *capture, int64_t real_ns);

/* Ends the last file. */
void capture_write_close(struct capture *capture);

#endif
