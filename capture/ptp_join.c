/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ptp_join.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ptp_message.h"
#include "text.h"

#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif

/* IEEE 1588-2019, annexes C, D and E. Of IPv6's scopes those that networks use; that of the peer
 * delay is the link alone. */
static const char *const ipv4[] = {"224.0.1.129", "224.0.0.107", NULL};
static const char *const ipv6[] = {"ff02::181", "ff05::181", "ff08::181",
				   "ff0e::181", "ff02::6b",  NULL};
static const struct mac {
	uint8_t address[6];
	const char *name;
} ethernet[] = {
	{PTP_MAC, "01:1b:19:00:00:00"},
	{PTP_PEER_MAC, "01:80:c2:00:00:0e"},
};

static void note(struct ptp_join *join, const char *group)
{
	if (join->joins.count < PTP_JOINS_MAX) {
		snprintf(join->joins.group[join->joins.count++], PTP_JOIN_TEXT, "%s", group);
	}
}

static int fail(struct ptp_join *join, const char *group, const char *interface, int err)
{
	char why[TEXT_ERROR];
	const char *remedy =
		err == -EADDRNOTAVAIL || err == -EAFNOSUPPORT || err == -ENODEV
			? ": is that family enabled on it?"
		: err == -ENOBUFS ? ": raise net.ipv4.igmp_max_memberships or net.core.optmem_max"
				  : "";

	if (join->failures < PTP_JOIN_SOCKETS) {
		snprintf(join->failure[join->failures++], PTP_JOIN_ERROR,
			 "join %s on '%.32s': %s%s", group, interface, text_error(-err, why),
			 remedy);
	}
	return err;
}

static int join_ip(struct ptp_join *join, int *fd, int family, const char *const *groups,
		   unsigned int ifindex, const char *interface)
{
	int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;

	/* never bound: no datagram comes to it */
	*fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0) {
		return fail(join, groups[0], interface, -errno);
	}
	for (; *groups != NULL; groups++) {
		struct group_req request = {.gr_interface = ifindex};
		struct sockaddr_in *in = (struct sockaddr_in *)(void *)&request.gr_group;
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)&request.gr_group;

		request.gr_group.ss_family = (sa_family_t)family;
		(void)inet_pton(family, *groups,
				family == AF_INET ? (void *)&in->sin_addr
						  : (void *)&in6->sin6_addr);
		if (setsockopt(*fd, level, MCAST_JOIN_GROUP, &request, sizeof(request)) < 0) {
			return fail(join, *groups, interface, -errno);
		}
		note(join, *groups);
	}
	return 0;
}

static int join_ethernet(struct ptp_join *join, int *fd, unsigned int ifindex,
			 const char *interface)
{
	/* of no protocol: no frame comes to it */
	*fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0) {
		return fail(join, ethernet[0].name, interface, -errno);
	}
	for (size_t i = 0; i < sizeof(ethernet) / sizeof(*ethernet); i++) {
		struct packet_mreq request = {
			.mr_ifindex = (int)ifindex,
			.mr_type = PACKET_MR_MULTICAST,
			.mr_alen = sizeof(ethernet[i].address),
		};

		memcpy(request.mr_address, ethernet[i].address, sizeof(ethernet[i].address));
		if (setsockopt(*fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) <
		    0) {
			/* as on a device without Ethernet's addresses */
			return fail(join, ethernet[i].name, interface, -errno);
		}
		note(join, ethernet[i].name);
	}
	return 0;
}

int ptp_join_open(struct ptp_join *join, unsigned int ifindex, const char *interface,
		  unsigned int transports)
{
	int err = 0, result;

	*join = (struct ptp_join){.fd = {-1, -1, -1}};
	if ((transports & 1u << TRANSPORT_UDP4) != 0) {
		err = join_ip(join, &join->fd[0], AF_INET, ipv4, ifindex, interface);
	}
	if ((transports & 1u << TRANSPORT_UDP6) != 0) {
		result = join_ip(join, &join->fd[1], AF_INET6, ipv6, ifindex, interface);
		err = err < 0 ? err : result;
	}
	if ((transports & 1u << TRANSPORT_ETHERNET) != 0) {
		result = join_ethernet(join, &join->fd[2], ifindex, interface);
		err = err < 0 ? err : result;
	}
	return err;
}

void ptp_join_close(struct ptp_join *join)
{
	for (size_t i = 0; i < PTP_JOIN_SOCKETS; i++) {
		if (join->fd[i] >= 0) {
			close(join->fd[i]);
			join->fd[i] = -1;
		}
	}
}
