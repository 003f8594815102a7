/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the sender's socket, with everything that is set on it. */
#ifndef PTPROBE_SOCK_SETUP_H
#define PTPROBE_SOCK_SETUP_H

#include "address.h"
#include "sock_send.h"

struct sock_setup {
	int fd; /* never blocks; connected when there is one group and to_length is 0 */
	unsigned int ifindex; /* 0: the system's choice */
	socklen_t to_length;  /* 0: each datagram goes to its group */
	union address to;     /* else whereto all of them go */
	struct sock_send_facts facts;
};

/* See sock_send_new: of UDP. The caller closes the descriptor. */
int sock_setup_open(const struct sock_send_config *config, struct sock_setup *ret_setup,
		    char error[static SOCK_SEND_ERROR_TEXT]);

/* Likewise of frames without IP, to a MAC address (sock_setup_l2.c). */
int sock_setup_open_l2(const struct sock_send_config *config, struct sock_setup *ret_setup,
		       char error[static SOCK_SEND_ERROR_TEXT]);

/* See sock_send_restart_ids. hardware: as it was opened. */
void sock_setup_restart_ids(int fd, bool hardware);

/*
 * What both kinds have in common: 0 or -errno and error, which holds SOCK_SEND_ERROR_TEXT. Writes
 * "what: reason: remedy" and passes -number on.
 */
int sock_setup_fail(char *error, int number, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* By a socket that is open already: if_nametoindex needs one of its own, and hides why it got none.
 */
int sock_setup_find_interface(int fd, const char *name, unsigned int *ret_ifindex, char *error);

/* The socket's priority, 0..7. */
int sock_setup_priority(int fd, int priority, char *error);

void sock_setup_buffers(int fd);

/* Lets departure stamps be asked for with each datagram: the kernel's, and the card's if hardware.
 */
int sock_setup_stamps(int fd, bool hardware, char *error);

/* Whether the driver says that it stamps departures; false when it can't be asked. */
bool sock_setup_device_stamps(int fd, const char *interface);

#endif
