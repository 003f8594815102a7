/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sock_recv.h"

#include <errno.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

enum { GROUPS_PER_SOCKET = 1000 /* below what the default optmem_max allows, IPv6 as well */ };

static int option_set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ? -errno : 0;
}

/* A smaller buffer than asked for isn't an error: the caller reads what was granted, and says so.
 */
static void rcvbuf_set(struct sock_recv *sock, int fd)
{
	int value = (int)sock->config.rcvbuf_bytes;
	socklen_t length = sizeof(value);

	if (option_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, value) < 0) {
		(void)option_set(fd, SOL_SOCKET, SO_RCVBUF, value);
	}
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, &length) == 0) {
		uint64_t granted = (uint64_t)value / 2; /* the kernel doubles it (socket(7)) */

		if (sock->count == 0 || granted < sock->rcvbuf_bytes) {
			sock->rcvbuf_bytes = granted;
		}
	}
}

static int options_set(struct sock_recv *sock, int fd, bool ipv4)
{
	const struct sock_recv_config *config = &sock->config;
	int level = ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
	const struct {
		int level, name, value;
	} needed[] = {
		{SOL_SOCKET, SO_REUSEADDR, 1},
		{SOL_SOCKET, SO_TIMESTAMPING,
		 (config->stamps ? SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE : 0) |
			 (config->stamping
				  ? SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE
				  : 0)},
		{SOL_SOCKET, SO_RXQ_OVFL, 1},
		{level, ipv4 ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL, 0},
		{level, ipv4 ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1},
		{level, ipv4 ? IP_RECVTOS : IPV6_RECVTCLASS, 1},
		{level, ipv4 ? IP_PKTINFO : IPV6_RECVPKTINFO, config->group->count > 1},
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
	rcvbuf_set(sock, fd);
	return config->offload ? option_set(fd, IPPROTO_UDP, UDP_GRO, 1) : 0;
}

static int bind_to(const struct sock_recv *sock, int fd)
{
	const struct group *group = sock->config.group;
	struct endpoint any = {.port = group->first.port};
	union address address;
	socklen_t length;

	if (group->count == 1) {
		any = group->first;
	} else if (endpoint_is_ipv4(&group->first)) {
		endpoint_set_ipv4(&any, (const uint8_t[4]){0, 0, 0, 0});
	}
	length = address_set(&address, &any, group->count == 1 ? sock->config.ifindex : 0);
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

/* Opens one more socket and joins as many groups as it takes, from *next on. */
static int shard_open(struct sock_recv *sock, uint32_t *next, char *error)
{
	const struct group *group = sock->config.group;
	bool ipv4 = endpoint_is_ipv4(&group->first);
	struct shard shard = {.drained_ns = INT64_MIN};
	struct shard *grown;
	uint32_t first = *next;
	int err;

	grown = realloc(sock->shard, (sock->count + 1) * sizeof(*grown));
	if (grown == NULL) {
		snprintf(error, RECV_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	sock->shard = grown;
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
	err = bind_to(sock, shard.fd);
	if (err < 0) {
		recv_error_bind(error, err, &group->first);
		goto fail;
	}
	while (*next < group->count && *next - first < GROUPS_PER_SOCKET) {
		err = join(sock, shard.fd, *next);
		/* the limits are per socket: a full one is no error while a new one takes more */
		if (err == -ENOBUFS && *next > first) {
			break;
		}
		if (err < 0) {
			struct endpoint member = group_at(group, *next);

			recv_error_join(error, err, &member, sock->config.interface, *next + 1);
			goto fail;
		}
		(*next)++;
	}
	sock->shard[sock->count++] = shard;
	return 0;
fail:
	close(shard.fd);
	return err;
}

static void shards_close(struct sock_recv *sock)
{
	sock_recv_drops(sock);
	for (size_t i = 0; i < sock->count; i++) {
		close(sock->shard[i].fd);
	}
	sock->count = 0;
}

static int shards_open(struct sock_recv *sock, char *error)
{
	uint32_t next = 0;
	int err;

	while (next < sock->config.group->count) {
		err = shard_open(sock, &next, error);
		if (err < 0) {
			shards_close(sock);
			return err;
		}
	}
	return 0;
}

int sock_recv_new(const struct sock_recv_config *config, struct sock_recv **ret_sock,
		  char error[static RECV_ERROR_TEXT])
{
	struct sock_recv *sock = calloc(1, sizeof(*sock));
	int err;

	if (sock == NULL) {
		snprintf(error, RECV_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	sock->config = *config;
	sock->bound = config->group->first;
	/* of a page that no datagram has reached, none is used */
	sock->buffer = malloc((size_t)SOCK_RECV_BATCH * BUFFER_STRIDE);
	if (sock->buffer == NULL) {
		snprintf(error, RECV_ERROR_TEXT, "out of memory");
		sock_recv_free(sock);
		return -ENOMEM;
	}
	for (size_t i = 0; i < SOCK_RECV_BATCH; i++) {
		sock->iov[i] = (struct iovec){sock->buffer + i * BUFFER_STRIDE, DATAGRAM_MAX};
		sock->message[i].msg_hdr = (struct msghdr){
			.msg_name = &sock->slot[i].source,
			.msg_iov = &sock->iov[i],
			.msg_iovlen = 1,
			.msg_control = sock->slot[i].control,
		};
	}
	err = shards_open(sock, error);
	if (err < 0) {
		sock_recv_free(sock);
		return err;
	}
	*ret_sock = sock;
	return 0;
}

void sock_recv_free(struct sock_recv *sock)
{
	if (sock != NULL) {
		shards_close(sock);
		free(sock->shard);
		free(sock->buffer);
		free(sock);
	}
}

int sock_recv_rejoin(struct sock_recv *sock, unsigned int ifindex,
		     char error[static RECV_ERROR_TEXT])
{
	shards_close(sock);
	sock->config.ifindex = ifindex;
	return shards_open(sock, error);
}

bool sock_recv_is_crowded(const struct sock_recv *sock)
{
	uint32_t groups = sock->config.group->count;

	return sock->count > (groups + GROUPS_PER_SOCKET - 1) / GROUPS_PER_SOCKET;
}

size_t sock_recv_count(const struct sock_recv *sock)
{
	return sock->count;
}

int sock_recv_fd(const struct sock_recv *sock, size_t index)
{
	return sock->shard[index].fd;
}

uint64_t sock_recv_rcvbuf_bytes(const struct sock_recv *sock)
{
	return sock->rcvbuf_bytes;
}
