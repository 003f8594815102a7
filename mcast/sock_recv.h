/* SPDX-License-Identifier: BSD-2-Clause */
/* The receiver's sockets: joined to every group, spread over as many as the kernel's limits ask
 * for. */
#ifndef PTPROBE_SOCK_RECV_H
#define PTPROBE_SOCK_RECV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recv_error.h"

struct endpoint;
struct flows;
struct group;
struct ptp_pairs;
struct stamping;

enum { SOCK_RECV_BATCH = 64 /* datagrams of one system call */ };

struct sock_recv_config {
	/* with pairs both of PTP's ports of each; of a MAC address: PTP's frames to it */
	const struct group *group;
	const struct endpoint *other_mac; /* a second such address; NULL: none */
	struct ptp_pairs *pairs;          /* for PTP-shaped probes; NULL: native ones */
	const char *interface;            /* for messages */
	unsigned int ifindex;             /* where to join */
	uint64_t rcvbuf_bytes;            /* of each socket's receive buffer */
	bool offload;                     /* UDP_GRO: many datagrams and one stamp a burst */
	bool stamps;                      /* the kernel's */
	struct stamping *stamping;        /* and the card's, which it maps; NULL: without */
};

struct sock_recv;

/*
 * Opens the sockets, binds them to the group (several groups: to any address) and the port, and
 * joins each group on that interface, from its source when it has one. 0, or -errno and error, one
 * line with the reason and the remedy. config is copied, what it points to isn't.
 */
int sock_recv_new(const struct sock_recv_config *config, struct sock_recv **ret_sock,
		  char error[static RECV_ERROR_TEXT]);
void sock_recv_free(struct sock_recv *sock);

/*
 * Closes and opens them all again, or binds what is for frames again, for an interface that was
 * deleted and has come back as ifindex. sock_recv_drops goes on from where it was. On an error
 * nothing is heard; call it again.
 */
int sock_recv_rejoin(struct sock_recv *sock, unsigned int ifindex,
		     char error[static RECV_ERROR_TEXT]);

/* True when the kernel's limit on memberships, and not ours, made a socket full. */
bool sock_recv_is_crowded(const struct sock_recv *sock);

/* The most sockets that config can take. */
size_t sock_recv_most(const struct sock_recv_config *config);

/* Number of sockets, and each one's descriptor, to be polled for reading. */
size_t sock_recv_count(const struct sock_recv *sock);
int sock_recv_fd(const struct sock_recv *sock, size_t index);

/*
 * Reads at most SOCK_RECV_BATCH and at most max datagrams of one socket, and feeds each to flows
 * with its kernel stamp. offset_ns is CLOCK_REALTIME - CLOCK_MONOTONIC as it is now: it maps the
 * stamps. Never waits. Returns how many were read; fewer than asked for: the socket is drained.
 * With offload each of them may have been many.
 */
size_t sock_recv_read(struct sock_recv *sock, size_t index, size_t max, int64_t offset_ns,
		      struct flows *flows);

/*
 * What arrived before that time has been read: mono_ns, or less while there is more to be read than
 * sock_recv_read was asked for. mono_ns: a time before the sockets were last polled.
 */
int64_t sock_recv_heard_ns(const struct sock_recv *sock, int64_t mono_ns);

/*
 * Datagrams that these sockets have dropped so far, for want of room or a wrong checksum. With
 * offload the kernel counts bursts: each is taken for the longest that was seen.
 */
uint64_t sock_recv_drops(struct sock_recv *sock);

/* The receive buffer that the kernel has granted, bytes; less than asked for without privilege. */
uint64_t sock_recv_rcvbuf_bytes(const struct sock_recv *sock);

#endif
