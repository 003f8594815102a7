/* SPDX-License-Identifier: BSD-2-Clause */
/* The receiver's loop: listens until the senders end, or until it is told to. */
#ifndef PTPROBE_RECV_LOOP_H
#define PTPROBE_RECV_LOOP_H

struct recv;

/* Everything in recv is open, and the signals are blocked. Returns in RECV_DONE. */
void recv_loop(struct recv *recv);

#endif
