/* SPDX-License-Identifier: BSD-2-Clause */
/* One test of libiperf in a process of its own, which may crash, hang or exit as it likes. */
#ifndef PTPROBE_IPERF_CHILD_H
#define PTPROBE_IPERF_CHILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cpulist;
struct iperf_argv;

enum { IPERF_CHILD_TEXT = 300, IPERF_CHILD_PEER = 64 };

struct iperf_child {
	pid_t pid; /* 0: there is none */
	int fd;    /* to be polled for reading; never waits */
	char *bytes;
	size_t length, room;
	int64_t cpu_ns;   /* the time on a CPU that it was last seen to have */
	int64_t awake_ns; /* CLOCK_MONOTONIC when that was last seen to grow */
	bool is_reaped;
	int status; /* as of waitpid(2) */
};

/* What is left of one. */
struct iperf_outcome {
	json_t *document;             /* iperf3's, for load_parse; NULL: error says why */
	char error[IPERF_CHILD_TEXT]; /* not empty: failed, in spite of a document too */
	int signal;                   /* that it died of; 0: none */
	pid_t pid;
	char peer[IPERF_CHILD_PEER]; /* whom it was connected to when it crashed; empty: unknown */
};

/* Starts the process (iperf_test.h), which waits for iperf_child_go. 0, or -errno and error. */
int iperf_child_start(struct iperf_child *child, struct iperf_argv *argv,
		      const struct cpulist *cpus, char error[static IPERF_CHILD_TEXT]);

/* Begins the test. */
void iperf_child_go(struct iperf_child *child);

/* Takes what it says. 0: there may be more; 1: that was the end, or all that will be kept. */
int iperf_child_read(struct iperf_child *child);

/* Has it begun to say its document? Then its test is over. */
bool iperf_child_has_document(const struct iperf_child *child);

/*
 * For how long it hasn't run on any CPU, at now_ns of CLOCK_MONOTONIC. A test that runs wakes at
 * each of its intervals, whether anything goes or not; one that waits for a word from the other end
 * doesn't. To be asked once a second or so.
 */
int64_t iperf_child_asleep_ns(struct iperf_child *child, int64_t now_ns);

/* How many sockets it has open: a server that nobody is connected to has one. -errno: it can't be
 * looked at. */
int iperf_child_sockets(const struct iperf_child *child);

/* SIGTERM has a client end its test; SIGKILL anything. */
void iperf_child_signal(const struct iperf_child *child, int number);

/* Waits for its end, killing it when it has more than two seconds to say. */
void iperf_child_reap(struct iperf_child *child);

/* Reaps it unless that is done, and says what is left; to be released. */
void iperf_child_finish(struct iperf_child *child, struct iperf_outcome *ret_outcome);
void iperf_outcome_release(struct iperf_outcome *outcome);

#endif
