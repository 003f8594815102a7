/* SPDX-License-Identifier: BSD-2-Clause */
/* The other end of the link, as far as a ptprobe-link --server runs there. */
#ifndef PTPROBE_LINK_PEER_H
#define PTPROBE_LINK_PEER_H

#include <jansson.h>
#include <stdint.h>

#include "link_words.h"

enum { LINK_PEER_ADDRESS = 80, LINK_PEER_ERROR = 360 };

struct link_peer {
	char address[LINK_PEER_ADDRESS]; /* as a number, "fe80::1%eth0" */
	uint8_t family;                  /* 4 or 6 */
	uint16_t port;                   /* of the counters: by default that of iperf3 plus one */
	const char *bind_address;        /* NULL: any, as a number */
	const char *bind_device;         /* NULL: any; one that isn't granted is passed over */
	uint32_t timeout_ms;             /* for the connection, and again for the answer */
};

/*
 * Finds the first address of host in that family (0: either), as iperf3 does, and fills address and
 * family. To be called before rights_drop, which keeps libc from loading its name services. 0, or
 * -errno (-EINVAL, -ENOENT, -EAGAIN: of the name) and error.
 */
int link_peer_resolve(struct link_peer *peer, const char *host, uint8_t family,
		      char error[static LINK_PEER_ERROR]);

/*
 * Asks, and waits for the answer. 0 and *ret_reply, whose "snapshot" is what the other end wrote
 * and is to be judged by snapshot_parse. -ECONNREFUSED: nobody listens, as with a stock iperf3;
 * -EPROTO: somebody else does, or it says an error; -ETIMEDOUT; another -errno. error: one line,
 * what follows from it.
 */
int link_peer_ask(const struct link_peer *peer, enum link_ask ask, json_t **ret_reply,
		  char error[static LINK_PEER_ERROR]);

#endif
