/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints as the socket calls take and give them. */
#ifndef PTPROBE_ADDRESS_H
#define PTPROBE_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

struct endpoint;

union address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
	struct sockaddr_storage storage;
};

/* Returns the length in use. ifindex: the scope of link-local IPv6 addresses, 0: none. */
socklen_t address_set(union address *address, const struct endpoint *endpoint,
		      unsigned int ifindex);

void address_get(const union address *address, struct endpoint *ret_endpoint);

#endif
