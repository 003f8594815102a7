/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's port at which the other end asks for counters (link_words.h). */
#ifndef PTPROBE_LINK_CONTROL_H
#define PTPROBE_LINK_CONTROL_H

#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LINK_CONTROL_CONNECTIONS = 8, /* at a time; more wait */
	LINK_CONTROL_POLLFDS = LINK_CONTROL_CONNECTIONS + 1,
	LINK_CONTROL_GRACE_MS = 300, /* then who has asked nothing makes room for who waits */
	LINK_CONTROL_DEADLINE_S = 5, /* of a connection, from its start to its end */
	LINK_CONTROL_ERROR = 200,
};

/* One connection asks one thing. */
struct link_asker {
	int fd;           /* -1: none */
	int64_t until_ns; /* CLOCK_MONOTONIC */
	char *request;    /* LINK_REQUEST_BYTES */
	size_t asked;
	char *reply; /* NULL: not yet */
	bool is_snapshot;
	size_t reply_length, sent;
};

struct link_control {
	int listener;
	uint16_t iperf_port;
	uint64_t told; /* snapshots that were handed over */
	/*
	 * Takes a snapshot of the interface (snapshot_json). 0, or -errno and error, which the
	 * asker is told.
	 */
	int (*take)(void *context, const char *interface, json_t **ret_snapshot,
		    char error[static LINK_CONTROL_ERROR]);
	void *context;
	struct link_asker asker[LINK_CONTROL_CONNECTIONS];
};

/* Listens at that address, a number, and port; take, context and iperf_port are the caller's to
 * set. 0 or -errno. */
int link_control_open(struct link_control *control, const char *address, const char *device,
		      uint16_t port);
void link_control_close(struct link_control *control);

/* What to poll for, LINK_CONTROL_POLLFDS; and what to do afterwards, which never waits for anybody.
 * To be called twice a second at least. */
void link_control_prepare(struct link_control *control, struct pollfd *pollfds, int64_t now_ns);
void link_control_serve(struct link_control *control, const struct pollfd *pollfds, int64_t now_ns);

#endif
