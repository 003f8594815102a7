/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"

#include <string.h>

#include "endpoint.h"

socklen_t address_set(union address *address, const struct endpoint *endpoint, unsigned int ifindex)
{
	*address = (union address){0};
	if (endpoint_is_ipv4(endpoint)) {
		address->ipv4.sin_family = AF_INET;
		address->ipv4.sin_port = htons(endpoint->port);
		memcpy(&address->ipv4.sin_addr, endpoint->address + 12, 4);
		return sizeof(address->ipv4);
	}
	address->ipv6.sin6_family = AF_INET6;
	address->ipv6.sin6_port = htons(endpoint->port);
	address->ipv6.sin6_scope_id = ifindex;
	memcpy(&address->ipv6.sin6_addr, endpoint->address, 16);
	return sizeof(address->ipv6);
}

void address_get(const union address *address, struct endpoint *ret_endpoint)
{
	if (address->any.sa_family == AF_INET) {
		endpoint_set_ipv4(ret_endpoint, (const uint8_t *)&address->ipv4.sin_addr);
		ret_endpoint->port = ntohs(address->ipv4.sin_port);
	} else {
		memcpy(ret_endpoint->address, &address->ipv6.sin6_addr, 16);
		ret_endpoint->port = ntohs(address->ipv6.sin6_port);
	}
}
