/* SPDX-License-Identifier: BSD-2-Clause */
/* The sender's socket: what is set on it, what goes out by it, and what its error queue tells. */
#ifndef PTPROBE_SOCK_SEND_H
#define PTPROBE_SOCK_SEND_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "endpoint.h"

struct departures;
struct group;
struct stamping;

enum { SOCK_SEND_ERROR_TEXT = 256 };

struct sock_send_config {
	const struct group *group;   /* of a MAC address: frames of PTP's EtherType; one alone */
	const char *interface;       /* NULL: the system's choice; not to a MAC address */
	const struct endpoint *bind; /* source address; NULL: the system's choice */
	uint32_t length;             /* of the UDP payload, bytes */
	uint8_t ttl, dscp;
	int pcp;                   /* 0..7; -1: unset */
	bool offload;              /* UDP_SEGMENT; one group only */
	bool stamps;               /* departures may be stamped */
	struct stamping *stamping; /* maps the card's stamps; NULL: the kernel's alone */
};

/* What the open socket found out. */
struct sock_send_facts {
	struct endpoint source; /* address and port that the datagrams bear */
	uint32_t mtu_bytes;     /* of the path's first link; 0: unknown */
	uint32_t fragments;     /* of a datagram; 1: not fragmented */
	bool device_stamps;     /* the driver says that it stamps departures */
};

struct sock_send;

/*
 * Opens the socket and the buffers of one batch, their padding written. Multicast loopback is off.
 * 0, or -errno with one line in error that names the remedy.
 */
int sock_send_new(const struct sock_send_config *config, struct sock_send **ret_sock,
		  char error[static SOCK_SEND_ERROR_TEXT]);
void sock_send_free(struct sock_send *sock);

const struct sock_send_facts *sock_send_facts(const struct sock_send *sock);

/* Datagrams of one batch, and those of them that go out, or fail, as one (1 without offload). */
uint32_t sock_send_batch_size(const struct sock_send *sock);
uint32_t sock_send_segments(const struct sock_send *sock);

/* Payload of the batch's index-th datagram, length bytes. */
uint8_t *sock_send_payload(struct sock_send *sock, uint32_t index);

/* Where the index-th datagram goes (group index), and whether its departure shall be stamped. */
void sock_send_prepare(struct sock_send *sock, uint32_t index, uint32_t group, bool stamp);

/*
 * Sends datagrams first..first+count-1 of the batch. Returns how many went out, from the first on,
 * or -errno of the first. Never blocks: -EAGAIN.
 */
int sock_send_batch(struct sock_send *sock, uint32_t first, uint32_t count);

/* Reads the stamps that have come into departures; all of them, or at most one call's. */
void sock_send_drain(struct sock_send *sock, struct departures *departures, bool all);

/* Lets the kernel count the stamped departures from 0 again; after an error its count is in doubt.
 */
void sock_send_restart_ids(struct sock_send *sock);

/* Waits for a stamp (true), a signal of those that mask lets through, or timeout_ns. */
bool sock_send_wait_stamp(struct sock_send *sock, int64_t timeout_ns, const sigset_t *mask);

/* Waits until there is room in the send buffer, a signal, or timeout_ns. */
void sock_send_wait_room(struct sock_send *sock, int64_t timeout_ns);

#endif
