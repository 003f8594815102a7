/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "addresses.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { MAC_LENGTH = 6 };

/* False: of a family that no probe comes from. */
static bool get(const struct sockaddr *from, struct endpoint *ret_endpoint)
{
	const void *any = from;
	const struct sockaddr_in *ipv4 = any;
	const struct sockaddr_in6 *ipv6 = any;
	const struct sockaddr_ll *link = any;

	if (from == NULL) {
		return false;
	}
	switch (from->sa_family) {
	case AF_INET:
		endpoint_set_ipv4(ret_endpoint, (const uint8_t *)&ipv4->sin_addr);
		return true;
	case AF_INET6:
		memcpy(ret_endpoint->address, &ipv6->sin6_addr, sizeof(ret_endpoint->address));
		return true;
	case AF_PACKET:
		if (link->sll_halen != MAC_LENGTH) {
			return false;
		}
		endpoint_set_mac(ret_endpoint, link->sll_addr);
		return true;
	default:
		return false;
	}
}

int addresses_read(struct addresses *ret_addresses)
{
	struct ifaddrs *list;
	size_t count = 0;

	if (getifaddrs(&list) < 0) {
		return -errno;
	}
	for (const struct ifaddrs *at = list; at != NULL && count < ADDRESSES_MAX;
	     at = at->ifa_next) {
		struct endpoint *address = &ret_addresses->address[count];

		*address = (struct endpoint){0};
		count += get(at->ifa_addr, address);
	}
	ret_addresses->count = count;
	freeifaddrs(list);
	return 0;
}

bool addresses_have(const struct addresses *addresses, const struct endpoint *endpoint)
{
	for (size_t i = 0; i < addresses->count; i++) {
		if (memcmp(addresses->address[i].address, endpoint->address,
			   sizeof(endpoint->address)) == 0) {
			return true;
		}
	}
	return false;
}
