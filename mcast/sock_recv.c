/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sock_recv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "group.h"
#include "ptp_shape.h"
#include "rx_stamp.h"
#include "shard.h"

/* A smaller buffer than asked for isn't an error: the caller reads what was granted, and says so.
 */
static void rcvbuf_set(struct sock_recv *sock, int fd)
{
	int value = (int)sock->config.rcvbuf_bytes;
	socklen_t length = sizeof(value);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &value, length) < 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, length);
	}
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, &length) == 0) {
		uint64_t granted = (uint64_t)value / 2; /* the kernel doubles it (socket(7)) */

		if (sock->count == 0 || granted < sock->rcvbuf_bytes) {
			sock->rcvbuf_bytes = granted;
		}
	}
}

int shard_set_common(struct sock_recv *sock, int fd)
{
	int err = rx_stamp_enable(fd, sock->config.stamps, sock->config.stamping != NULL);

	if (err == 0) {
		rcvbuf_set(sock, fd);
	}
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

/* Room for one more. */
static int shards_grow(struct sock_recv *sock, char *error)
{
	struct shard *grown = realloc(sock->shard, (sock->count + 1) * sizeof(*grown));

	if (grown == NULL) {
		snprintf(error, RECV_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	sock->shard = grown;
	return 0;
}

/* As many as all groups take, to that port. */
static int shards_open_port(struct sock_recv *sock, uint16_t port, char *error)
{
	uint32_t next = 0;
	int err = 0;

	while (err == 0 && next < sock->config.group->count) {
		err = shards_grow(sock, error);
		if (err == 0) {
			err = shard_udp_open(sock, port, &next, &sock->shard[sock->count], error);
			sock->count += err == 0;
		}
	}
	return err;
}

static int shards_open(struct sock_recv *sock, char *error)
{
	int err;

	if (endpoint_is_mac(&sock->config.group->first)) {
		err = shards_grow(sock, error);
		if (err == 0) {
			err = shard_packet_open(sock, &sock->shard[0], error);
			sock->count += err == 0;
		}
	} else if (sock->config.pairs != NULL) {
		err = shards_open_port(sock, PTP_SHAPE_EVENT_PORT, error);
		err = err < 0 ? err : shards_open_port(sock, PTP_SHAPE_GENERAL_PORT, error);
	} else {
		err = shards_open_port(sock, sock->config.group->first.port, error);
	}
	if (err < 0) {
		shards_close(sock);
	}
	return err;
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
	sock->config.ifindex = ifindex;
	/* to open another one for frames takes a privilege that was given up */
	if (sock->count > 0 && sock->shard[0].is_packet) {
		return shard_packet_bind(sock, &sock->shard[0], error);
	}
	shards_close(sock);
	return shards_open(sock, error);
}

bool sock_recv_is_crowded(const struct sock_recv *sock)
{
	uint32_t groups = sock->config.group->count;

	return sock->config.pairs == NULL &&
	       sock->count > (groups + SHARD_GROUPS - 1) / SHARD_GROUPS;
}

size_t sock_recv_count(const struct sock_recv *sock)
{
	return sock->count;
}

size_t sock_recv_most(const struct sock_recv_config *config)
{
	return (config->pairs != NULL ? 2 : 1) * (size_t)config->group->count;
}

int sock_recv_fd(const struct sock_recv *sock, size_t index)
{
	return sock->shard[index].fd;
}

uint64_t sock_recv_rcvbuf_bytes(const struct sock_recv *sock)
{
	return sock->rcvbuf_bytes;
}
