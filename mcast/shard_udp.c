/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "group.h"
#include "shard.h"

/* younger than the oldest C libraries that ptprobe is built with */
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

static int option_set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ? -errno : 0;
}

/* A socket for one group is bound to it, and hears nothing else. */
static bool is_alone(const struct sock_recv *sock)
{
	return sock->config.group->count == 1 || sock->config.pairs != NULL;
}

static int options_set(struct sock_recv *sock, int fd, bool ipv4)
{
	const struct sock_recv_config *config = &sock->config;
	int level = ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
	const struct {
		int level, name, value;
	} needed[] = {
		/* beside other receivers, and beside a PTP daemon: each has its copy */
		{SOL_SOCKET, SO_REUSEADDR, 1},
		{SOL_SOCKET, SO_RXQ_OVFL, 1},
		{level, ipv4 ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL, 0},
		{level, ipv4 ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1},
		{level, ipv4 ? IP_RECVTOS : IPV6_RECVTCLASS, 1},
		{level, ipv4 ? IP_PKTINFO : IPV6_RECVPKTINFO, !is_alone(sock)},
	};
	int err;

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		err = option_set(fd, needed[i].level, needed[i].name, needed[i].value);
		if (err < 0) {
			return err;
		}
	}
	if (!ipv4) {
		err = option_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
		if (err < 0) {
			return err;
		}
	}
	/* kernels before 5.7 want CAP_NET_RAW for it; the membership binds to the interface as well
	 */
	(void)option_set(fd, SOL_SOCKET, SO_BINDTOIFINDEX, (int)config->ifindex);
	err = shard_set_common(sock, fd);
	if (err < 0) {
		return err;
	}
	return config->offload ? option_set(fd, IPPROTO_UDP, UDP_GRO, 1) : 0;
}

static int bind_to(const struct sock_recv *sock, int fd, const struct endpoint *group)
{
	struct endpoint any = {.port = group->port};
	union address address;
	socklen_t length;

	if (is_alone(sock)) {
		any = *group;
	} else if (endpoint_is_ipv4(group)) {
		endpoint_set_ipv4(&any, (const uint8_t[4]){0, 0, 0, 0});
	}
	length = address_set(&address, &any, is_alone(sock) ? sock->config.ifindex : 0);
	return bind(fd, &address.any, length) < 0 ? -errno : 0;
}

static int join(const struct sock_recv *sock, int fd, uint32_t index)
{
	const struct group *group = sock->config.group;
	unsigned int ifindex = sock->config.ifindex;
	struct endpoint member = group_at(group, index);
	int level = endpoint_is_ipv4(&member) ? IPPROTO_IP : IPPROTO_IPV6;
	struct group_source_req from = {.gsr_interface = ifindex};
	struct group_req any = {.gr_interface = ifindex};
	union address address;
	int result;

	member.port = 0;
	if (group->has_source) {
		(void)address_set(&address, &member, ifindex);
		from.gsr_group = address.storage;
		(void)address_set(&address, &group->source, 0);
		from.gsr_source = address.storage;
		result = setsockopt(fd, level, MCAST_JOIN_SOURCE_GROUP, &from, sizeof(from));
	} else {
		(void)address_set(&address, &member, ifindex);
		any.gr_group = address.storage;
		result = setsockopt(fd, level, MCAST_JOIN_GROUP, &any, sizeof(any));
	}
	return result < 0 ? -errno : 0;
}

static int datagram_socket(int family)
{
	return socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* The soft limit is for programs that use select(2), which this one doesn't. */
static void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Joins as many groups as the socket takes, from *next on. */
static int join_some(const struct sock_recv *sock, int fd, uint32_t *next, char *error)
{
	const struct group *group = sock->config.group;
	/* bound to any address, the socket would take a PTP daemon's unicast away */
	uint32_t room = is_alone(sock) ? 1 : SHARD_GROUPS, first = *next;

	while (*next < group->count && *next - first < room) {
		int err = join(sock, fd, *next);

		/* the limits are per socket: a full one is no error while a new one takes more */
		if (err == -ENOBUFS && *next > first) {
			break;
		}
		if (err < 0) {
			struct endpoint member = group_at(group, *next);

			recv_error_join(error, err, &member, sock->config.interface, *next + 1);
			return err;
		}
		(*next)++;
	}
	return 0;
}

int shard_udp_open(struct sock_recv *sock, uint16_t port, uint32_t *next, struct shard *ret_shard,
		   char error[static RECV_ERROR_TEXT])
{
	struct shard shard = {
		.bound = group_at(sock->config.group, *next),
		.drained_ns = INT64_MIN,
	};
	bool ipv4 = endpoint_is_ipv4(&shard.bound);
	int err;

	shard.bound.port = port;
	shard.fd = datagram_socket(ipv4 ? AF_INET : AF_INET6);
	if (shard.fd < 0 && errno == EMFILE) {
		descriptors_raise();
		shard.fd = datagram_socket(ipv4 ? AF_INET : AF_INET6);
	}
	if (shard.fd < 0) {
		err = -errno;
		recv_error_socket(error, err, sock->count + 1);
		return err;
	}
	err = options_set(sock, shard.fd, ipv4);
	if (err < 0) {
		recv_error_socket(error, err, sock->count + 1);
		goto fail;
	}
	err = bind_to(sock, shard.fd, &shard.bound);
	if (err < 0) {
		recv_error_bind(error, err, &shard.bound, sock->config.pairs != NULL);
		goto fail;
	}
	err = join_some(sock, shard.fd, next, error);
	if (err < 0) {
		goto fail;
	}
	*ret_shard = shard;
	return 0;
fail:
	close(shard.fd);
	return err;
}
