/* SPDX-License-Identifier: BSD-2-Clause */
/* The signals that end a tool, or ask it for its numbers. */
#ifndef PTPROBE_SIGNALS_H
#define PTPROBE_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * From now on SIGINT, SIGTERM and SIGUSR1 come by the descriptor that is returned (signalfd(2),
 * never waits), and SIGPIPE is ignored. -errno when there is no descriptor. *ret_before: the mask
 * to set when they shall come as they would to any program again.
 */
int signals_take(sigset_t *ret_before);

/*
 * Reads what has come by that descriptor: calls tell for each SIGUSR1, and is true when the first
 * signal that asks for the end was among it, which *signalled remembers. A second one aborts.
 */
typedef void signals_tell(void *context);
bool signals_read(int fd, bool *signalled, signals_tell *tell, void *context);

/* Ends the process as if the signal hadn't been caught: for the second one. */
void signals_abort(int number);

#endif
