/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of one network interface, followed through rtnetlink. */
#ifndef PTPROBE_LINK_H
#define PTPROBE_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct endpoint;
struct mnl_socket;

enum { LINK_ERROR_TEXT = 512 };

struct link {
	struct mnl_socket *socket;
	char name[IF_NAMESIZE];
	unsigned int ifindex; /* 0: no interface of that name exists */
	bool carrier;         /* up, and its carrier is there */
	uint64_t downs;       /* times that the carrier or the interface went */
};

/*
 * The index of the interface by which the routing table reaches group, from that address of this
 * host unless source is NULL; 0: none.
 */
unsigned int link_route(const struct endpoint *group, const struct endpoint *source);

/*
 * Finds the interface of that name, or, with NULL, the one by which the routing table reaches
 * group, and begins to follow it. 0, or -errno and error, one line with the reason and the remedy.
 */
int link_open(struct link *link, const char *name, const struct endpoint *group,
	      char error[static LINK_ERROR_TEXT]);
void link_close(struct link *link);

/* To be polled for reading. */
int link_fd(const struct link *link);

/* Takes in what has happened. Never waits. */
void link_read(struct link *link);

#endif
