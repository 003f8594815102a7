/* SPDX-License-Identifier: BSD-2-Clause */
/* One question to rtnetlink and its answers. */
#ifndef PTPROBE_RTNL_H
#define PTPROBE_RTNL_H

#include <libmnl/libmnl.h>
#include <stdint.h>

enum { RTNL_MESSAGE_BYTES = 32768 /* the kernel makes none that are longer */ };

union rtnl_message {
	struct nlmsghdr header;
	char bytes[RTNL_MESSAGE_BYTES];
};

/* Begins a request in message; flags: NLM_F_ACK for one answer, NLM_F_DUMP for all there are. */
struct nlmsghdr *rtnl_request(union rtnl_message *message, uint16_t type, uint16_t flags);

/* A socket for questions alone, so that no event can be taken for an answer. 0 or -errno. */
int rtnl_open(struct mnl_socket **ret_socket);
void rtnl_close(struct mnl_socket *socket); /* NULL is accepted */

/* The index of the interface of that name; 0: there is none, or it can't be asked. */
unsigned int rtnl_ifindex(struct mnl_socket *socket, const char *name);

/* Sends a request and runs its answers through callback, on a netlink socket of any family. 0, or
 * -errno: the kernel's too. */
int rtnl_ask(struct mnl_socket *socket, struct nlmsghdr *request, mnl_cb_t callback, void *context);

#endif
