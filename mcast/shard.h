/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of struct sock_recv, for the file that opens and the file that reads. */
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

enum {
	DATAGRAM_MAX = 65536,
	/* not a power of two, or the head of every buffer would fall into the same cache set */
	BUFFER_STRIDE = DATAGRAM_MAX + 4096 + 192,
	CONTROL_MAX = 512,
};

struct shard {
	int fd;
	uint32_t drops;     /* the kernel's counter, which wraps */
	int64_t drained_ns; /* all that came before is read; CLOCK_MONOTONIC */
	bool has_more;      /* so it seemed at the last read */
	int64_t newest_ns;  /* arrival of the last one read */
};

struct slot {
	union address source;
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_MAX];
};

struct sock_recv {
	struct sock_recv_config config;
	struct endpoint bound; /* the group, when it is just one */
	struct shard *shard;
	size_t count;
	uint64_t drops, rcvbuf_bytes;
	uint64_t burst;  /* most datagrams that came as one */
	uint8_t *buffer; /* SOCK_RECV_BATCH times BUFFER_STRIDE */
	struct slot slot[SOCK_RECV_BATCH];
	struct iovec iov[SOCK_RECV_BATCH];
	struct mmsghdr message[SOCK_RECV_BATCH];
};

#endif
