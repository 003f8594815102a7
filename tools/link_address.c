/* SPDX-License-Identifier: BSD-2-Clause */
#include "link_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* How good an address is to be named: 0 not at all. */
static unsigned int worth(const struct ifaddrs *one, uint8_t family)
{
	const struct sockaddr_in6 *address = (const void *)one->ifa_addr;

	if (family == 4) {
		return one->ifa_addr->sa_family == AF_INET ? 2 : 0;
	}
	if (one->ifa_addr->sa_family != AF_INET6) {
		return 0;
	}
	return IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr) ? 1 : 2;
}

static void write_text(const struct ifaddrs *one, char *text)
{
	const struct sockaddr_in *four = (const void *)one->ifa_addr;
	const struct sockaddr_in6 *six = (const void *)one->ifa_addr;
	char number[INET6_ADDRSTRLEN] = "";
	bool is_six = one->ifa_addr->sa_family == AF_INET6;
	const void *bytes = is_six ? (const void *)&six->sin6_addr : (const void *)&four->sin_addr;

	(void)inet_ntop(one->ifa_addr->sa_family, bytes, number, sizeof(number));
	snprintf(text, LINK_ADDRESS_TEXT, "%s%s%.15s", number,
		 is_six && IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) ? "%" : "",
		 is_six && IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) ? one->ifa_name : "");
}

bool link_address_of(const char *interface, uint8_t family, char text[static LINK_ADDRESS_TEXT])
{
	struct ifaddrs *all, *one;
	unsigned int best = 0;

	if (getifaddrs(&all) < 0) {
		return false;
	}
	for (one = all; one != NULL; one = one->ifa_next) {
		if (one->ifa_addr == NULL || strcmp(one->ifa_name, interface) != 0) {
			continue;
		}
		if (worth(one, family) > best) {
			best = worth(one, family);
			write_text(one, text);
		}
	}
	freeifaddrs(all);
	return best > 0;
}
