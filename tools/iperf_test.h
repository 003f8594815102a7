/* SPDX-License-Identifier: BSD-2-Clause */
/* The one place that knows libiperf: a process becomes one of its tests. */
#ifndef PTPROBE_IPERF_TEST_H
#define PTPROBE_IPERF_TEST_H

struct cpulist;
struct iperf_argv;

enum { IPERF_TEST_FD = 3 }; /* a socket to the parent, who begins the test by writing a byte */

/* What a message is: this byte, its length as a uint32_t of this host, so many bytes. */
enum iperf_message {
	IPERF_MESSAGE_DOCUMENT = 'J', /* iperf3's JSON, the last message */
	IPERF_MESSAGE_ERROR = 'E',    /* there is no document: why, as text */
	IPERF_MESSAGE_PEER = 'P',     /* a struct sockaddr: to whom it was connected at a crash */
};

/*
 * Runs in a child of parent, never returns, and serves one test only, since libiperf keeps state
 * and memory of each. Closes every descriptor but fd, bounds its own memory, files and
 * descriptors, binds itself to cpus (empty: leaves that), gives up its rights (rights.h), dies
 * with the parent, and then waits to be told to begin. SIGTERM ends a client's test with a document
 * of what there was until then.
 */
_Noreturn void iperf_test_run(struct iperf_argv *argv, const struct cpulist *cpus, int fd,
			      int parent);

#endif
