/* SPDX-License-Identifier: BSD-2-Clause */
/* A client's test from its start to its outcome, within its time. */
#ifndef PTPROBE_IPERF_CLIENT_H
#define PTPROBE_IPERF_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "iperf_child.h"

struct cpulist;
struct iperf_options;

/* What the caller does meanwhile; zero or NULL: nothing. libiperf 3.12 itself tells no interval. */
struct iperf_watch {
	int64_t tick_ns;
	void (*tick)(void *context, int64_t elapsed_ns); /* since the start, every tick_ns */
	int stop_fd;                                     /* 0: none */
	bool (*stop)(void *context); /* stop_fd can be read: does the test end? */
	void *context;
};

/*
 * Runs it. The process ends early when it is told to stop, when the server says nothing (it hasn't
 * been awake for 10 s, or the connect timeout and 3 s, or three intervals), and when it takes 20 s
 * longer than it should; by SIGKILL if SIGTERM isn't enough. 0 and an outcome to be released, whose
 * error says what went wrong if anything did; load_parse knows the rest. -errno and error in
 * ret_outcome too: nothing was started, as with options that exclude each other (-EINVAL).
 */
int iperf_client_run(const struct iperf_options *options, const struct cpulist *cpus,
		     const struct iperf_watch *watch, struct iperf_outcome *ret_outcome);

/* May this process bind a socket to an interface (SO_BINDTODEVICE)? 0, or -errno: give
 * bind_address instead. */
int iperf_client_can_bind(const char *interface);

#endif
