/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the sender's socket, with everything that is set on it. */
#ifndef PTPROBE_SOCK_SETUP_H
#define PTPROBE_SOCK_SETUP_H

#include "sock_send.h"

struct sock_setup {
	int fd;               /* connected when there is one group; never blocks */
	unsigned int ifindex; /* 0: the system's choice */
	struct sock_send_facts facts;
};

/* See sock_send_new. The caller closes the descriptor. */
int sock_setup_open(const struct sock_send_config *config, struct sock_setup *ret_setup,
		    char error[static SOCK_SEND_ERROR_TEXT]);

/* See sock_send_restart_ids. hardware: as it was opened. */
void sock_setup_restart_ids(int fd, bool hardware);

#endif
