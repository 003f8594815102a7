/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other end of a load: serves any iperf3 client, one test after the other, each in a process
 * that may crash or hang; and tells its counters to whom asks (link_control.h).
 */
#ifndef PTPROBE_LINK_SERVER_H
#define PTPROBE_LINK_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "link_control.h"

struct cpulist;

enum { LINK_SERVER_ERROR = 300, LINK_SERVER_LINE = 420 };

struct link_server_options {
	const char *address; /* one of this host, as a number: the only one that it listens at */
	const char *device;  /* NULL: any */
	uint8_t family;      /* 4 or 6, as the address */
	uint16_t port;
	uint16_t control_port;
	const struct cpulist *cpus; /* of the tests */
	/*
	 * A test that a client began and that hasn't been awake for silent_ns is ended (0: 30 s),
	 * and so is one that takes longer than longest_ns (0: it may take any time).
	 */
	int64_t silent_ns, longest_ns;
	/*
	 * Ends after so many; 0: never. A client that asked for counters before the last one is
	 * given 3 s to ask again.
	 */
	uint64_t tests;

	int (*take)(void *context, const char *interface, json_t **ret_snapshot,
		    char error[static LINK_CONTROL_ERROR]);
	/* One line for standard error, printable: what was served, or what died. */
	void (*tell)(void *context, const char *line);
	int stop_fd; /* 0: none; stop() is called when it can be read: is it to end? */
	bool (*stop)(void *context);
	void *context;
};

/*
 * Serves until it is told to stop. Between two tests nobody listens for a moment, when iperf3 would
 * say that it is busy. Gives up its rights as soon as it listens (rights.h): take() has
 * RIGHTS_COUNTERS, RIGHTS_SOCKETS and those to read files. After ten failures within a minute a new
 * test waits a second for its turn: nobody can make it spin. 0; or -errno and error: it can't
 * listen, or can't any longer.
 */
int link_server_run(const struct link_server_options *options,
		    char error[static LINK_SERVER_ERROR]);

#endif
