/* SPDX-License-Identifier: BSD-2-Clause */
/* The signals that end a tool, or ask it for its numbers. */
#ifndef PTPROBE_SIGNALS_H
#define PTPROBE_SIGNALS_H

#include <signal.h>

/*
 * From now on SIGINT, SIGTERM and SIGUSR1 come by the descriptor that is returned (signalfd(2),
 * never waits), and SIGPIPE is ignored. -errno when there is no descriptor. *ret_before: the mask
 * to set when they shall come as they would to any program again.
 */
int signals_take(sigset_t *ret_before);

/* Ends the process as if the signal hadn't been caught: for the second one. */
void signals_abort(int number);

#endif
