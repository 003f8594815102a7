/* SPDX-License-Identifier: BSD-2-Clause */
/* A process that does nothing but get signals: what it gets, the whole process group got. */
#ifndef PTPROBE_BYSTANDER_H
#define PTPROBE_BYSTANDER_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A wrapper passes the signals on that it gets. But when timeout(1), a shell's 'kill %1' or systemd
 * signals the group or the control group, the command has them already, and a second SIGTERM means
 * "at once" to many. No information tells the two apart: hence this process, in the same groups as
 * the command. It ends with its parent.
 */
struct bystander {
	pid_t pid; /* 0: none */
	int fd;    /* a byte for each signal it gets, its number; never waits */
};

/* signals: blocked by the caller already, so that none slips through. 0 or -errno. */
int bystander_start(const sigset_t *signals, struct bystander *ret_bystander);

/* Takes the next signal that it got into *ret_number. False: none. */
bool bystander_next(struct bystander *bystander, int *ret_number);

void bystander_stop(struct bystander *bystander);

#endif
