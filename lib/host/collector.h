/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes a host's evidence at the start and at the end of a run, without any rights by then. */
#ifndef PTPROBE_COLLECTOR_H
#define PTPROBE_COLLECTOR_H

#include <net/if.h>
#include <stdbool.h>

#include "evidence.h"

struct mnl_socket;
struct trace;

struct collector {
	char interface[IF_NAMESIZE]; /* empty: none */
	char name[IF_NAMESIZE];      /* as it is called by now, when it was renamed */
	unsigned int ifindex;        /* 0: none */
	struct mnl_socket *socket;
	int ethtool_fd;
	struct trace *trace; /* NULL: not wanted, or not to be had */
	size_t lacking;      /* entries of unavailable that are of the start */
	struct evidence evidence;
};

/*
 * Opens what is needed until the end, on memory of any content. ifindex: the interface to tell of;
 * 0: none. with_trace: drop reasons as well, where that is permitted. What can't be opened or read
 * is said in the evidence: nothing here fails a run. Before rights_drop, which needs
 * RIGHTS_COUNTERS.
 */
void collector_open(struct collector *collector, unsigned int ifindex, bool with_trace);

/* Takes the counters of the start. Some ms at most; before or after rights_drop. */
void collector_start(struct collector *collector);

/* To be called some times a second if drop reasons are traced; costs nothing if they aren't. */
void collector_tick(struct collector *collector);

/*
 * Takes the counters and the settings of the end, and returns the evidence, which belongs to the
 * collector. May be called again: each call's end takes the place of the one before.
 */
const struct evidence *collector_finish(struct collector *collector);

void collector_close(struct collector *collector);

#endif
