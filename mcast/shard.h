/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of struct sock_recv, for the files that open and the file that reads. */
#ifndef PTPROBE_SHARD_H
#define PTPROBE_SHARD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"
#include "endpoint.h"
#include "sock_recv.h"

struct arrival;

enum {
	DATAGRAM_MAX = 65536,
	/* not a power of two, or the head of every buffer would fall into the same cache set */
	BUFFER_STRIDE = DATAGRAM_MAX + 4096 + 192,
	CONTROL_MAX = 512,
	SHARD_GROUPS = 1000, /* below what the default optmem_max allows, IPv6 as well */
};

struct shard {
	int fd;
	bool is_packet;        /* takes frames, not datagrams */
	struct endpoint bound; /* the group and port, when it is just one group */
	uint32_t drops;        /* the kernel's counter, which wraps */
	int64_t drained_ns;    /* all that came before is read; CLOCK_MONOTONIC */
	bool has_more;         /* so it seemed at the last read */
	int64_t newest_ns;     /* arrival of the last one read */
};

struct slot {
	union address source;
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_MAX];
};

struct sock_recv {
	struct sock_recv_config config;
	struct shard *shard;
	size_t count;
	uint64_t drops, rcvbuf_bytes;
	uint64_t burst;  /* most datagrams that came as one */
	uint8_t *buffer; /* SOCK_RECV_BATCH times BUFFER_STRIDE */
	struct slot slot[SOCK_RECV_BATCH];
	struct iovec iov[SOCK_RECV_BATCH];
	struct mmsghdr message[SOCK_RECV_BATCH];
};

/*
 * Opens a socket for datagrams to port, bound and joined to groups from *next on, of which it takes
 * as many as it can: *next is moved behind them. 0, or -errno and error.
 */
int shard_udp_open(struct sock_recv *sock, uint16_t port, uint32_t *next, struct shard *ret_shard,
		   char error[static RECV_ERROR_TEXT]);

/* Sets what every kind of socket has: buffer and stamps. 0 or -errno. */
int shard_set_common(struct sock_recv *sock, int fd);

/*
 * Opens a socket for PTP's frames and binds it to the interface. shard_packet_bind binds it again,
 * to one that was created anew, for which no privilege is needed. 0, or -errno and error.
 */
int shard_packet_open(struct sock_recv *sock, struct shard *ret_shard,
		      char error[static RECV_ERROR_TEXT]);
int shard_packet_bind(struct sock_recv *sock, struct shard *shard,
		      char error[static RECV_ERROR_TEXT]);

/* Frames that the kernel has dropped at this socket since the last call. */
uint64_t shard_packet_take_drops(const struct shard *shard);

/*
 * What the index-th message that was read is: sets the addresses of *arrival and where in the
 * buffer the PTP message lies. False: it isn't to one of the groups.
 */
bool shard_packet_look(const struct sock_recv *sock, size_t index, struct arrival *arrival,
		       const uint8_t **ret_payload, size_t *length);

#endif
