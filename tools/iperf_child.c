/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "iperf_child.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "iperf_test.h"
#include "json_budget.h"
#include "text.h"

#define S_NS INT64_C(1000000000)

enum {
	ROOM_FIRST = 1 << 16,
	ROOM_MAX = 64 << 20,
	FINISH_S = 2,
	SOCKETS_SEEN = 16, /* the first ones tell */
};

int iperf_child_start(struct iperf_child *child, struct iperf_argv *argv,
		      const struct cpulist *cpus, char error[static IPERF_CHILD_TEXT])
{
	char why[TEXT_ERROR];
	pid_t parent = getpid();
	int ends[2], err = 0;

	*child = (struct iperf_child){.fd = -1};
	child->bytes = malloc(ROOM_FIRST);
	child->room = ROOM_FIRST;
	if (child->bytes == NULL) {
		err = -ENOMEM;
	} else if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		err = -errno;
	} else {
		child->awake_ns = clock_mono_ns();
		child->pid = fork();
		if (child->pid == 0) {
			iperf_test_run(argv, cpus, ends[1], parent);
		}
		err = child->pid < 0 ? -errno : 0;
		close(ends[1]);
		child->fd = ends[0];
		(void)fcntl(child->fd, F_SETFL, O_NONBLOCK);
	}
	if (err < 0) {
		(void)snprintf(error, IPERF_CHILD_TEXT, "start a test of libiperf: %s",
			       text_error(-err, why));
		free(child->bytes);
		if (child->fd >= 0) {
			close(child->fd);
		}
		*child = (struct iperf_child){.fd = -1};
	}
	return err;
}

void iperf_child_go(struct iperf_child *child)
{
	/* one that has ended will be seen to have */
	(void)send(child->fd, "", 1, MSG_NOSIGNAL);
	child->awake_ns = clock_mono_ns();
}

int iperf_child_read(struct iperf_child *child)
{
	for (;;) {
		ssize_t got;

		if (child->length == child->room) {
			char *more = child->room < ROOM_MAX ? realloc(child->bytes, child->room * 2)
							    : NULL;

			if (more == NULL) {
				return 1;
			}
			child->bytes = more;
			child->room *= 2;
		}
		got = read(child->fd, child->bytes + child->length, child->room - child->length);
		if (got == 0) {
			return 1;
		}
		if (got < 0) {
			return errno == EAGAIN || errno == EINTR ? 0 : 1;
		}
		child->length += (size_t)got;
	}
}

bool iperf_child_has_document(const struct iperf_child *child)
{
	return child->length > 0 && child->bytes[0] == IPERF_MESSAGE_DOCUMENT;
}

int64_t iperf_child_asleep_ns(struct iperf_child *child, int64_t now_ns)
{
	struct timespec used;
	clockid_t clock;
	int64_t cpu_ns;

	if (clock_getcpuclockid(child->pid, &clock) != 0 || clock_gettime(clock, &used) < 0) {
		return 0;
	}
	cpu_ns = (int64_t)used.tv_sec * S_NS + used.tv_nsec;
	if (cpu_ns != child->cpu_ns) {
		child->cpu_ns = cpu_ns;
		child->awake_ns = now_ns;
	}
	return now_ns - child->awake_ns;
}

int iperf_child_sockets(const struct iperf_child *child)
{
	int count = 0;

	/* without reading the folder: seccomp knows stat(2) only; its end of the channel to us is
	 * one, too */
	for (int fd = IPERF_TEST_FD + 1; fd < SOCKETS_SEEN; fd++) {
		struct stat status;
		char path[64];

		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)child->pid, fd);
		if (stat(path, &status) == 0) {
			count += S_ISSOCK(status.st_mode);
		} else if (errno != ENOENT) {
			return -errno;
		}
	}
	return count;
}

void iperf_child_signal(const struct iperf_child *child, int number)
{
	if (child->pid > 0) {
		(void)kill(child->pid, number);
	}
}

static void take_peer(const char *bytes, size_t length, struct iperf_outcome *outcome)
{
	struct sockaddr_storage peer;
	char host[IPERF_CHILD_PEER];

	if (length == sizeof(peer)) {
		memcpy(&peer, bytes, sizeof(peer));
		if (getnameinfo((struct sockaddr *)&peer, sizeof(peer), host, sizeof(host), NULL, 0,
				NI_NUMERICHOST) == 0) {
			(void)snprintf(outcome->peer, sizeof(outcome->peer), "%s",
				       strncmp(host, "::ffff:", 7) == 0 ? host + 7 : host);
		}
	}
}

static void take_document(const char *bytes, size_t length, struct iperf_outcome *outcome)
{
	json_error_t cause = {0};

	json_budget_begin();
	outcome->document = json_loadb(bytes, length, 0, &cause);
	if (json_budget_end() || outcome->document == NULL) {
		json_decref(outcome->document);
		outcome->document = NULL;
		(void)snprintf(outcome->error, sizeof(outcome->error),
			       "libiperf's report can't be read: %s", cause.text);
	}
}

static void take_messages(const struct iperf_child *child, struct iperf_outcome *outcome)
{
	enum { HEAD = 1 + sizeof(uint32_t) };
	const char *at = child->bytes, *end = at + child->length;

	while ((size_t)(end - at) >= HEAD) {
		char kind = *at;
		uint32_t length;

		memcpy(&length, at + 1, sizeof(length));
		at += HEAD;
		if (length > (size_t)(end - at)) {
			(void)snprintf(outcome->error, sizeof(outcome->error),
				       "libiperf's report is cut short");
			return;
		}
		if (kind == IPERF_MESSAGE_DOCUMENT && outcome->document == NULL) {
			take_document(at, length, outcome);
		} else if (kind == IPERF_MESSAGE_ERROR) {
			(void)snprintf(outcome->error, sizeof(outcome->error), "%.*s", (int)length,
				       at);
		} else if (kind == IPERF_MESSAGE_PEER) {
			take_peer(at, length, outcome);
		}
		at += length;
	}
}

/* Until it has said all. */
static void drain(struct iperf_child *child)
{
	int64_t until_ns = clock_mono_ns() + FINISH_S * S_NS, left_ns;

	while ((left_ns = until_ns - clock_mono_ns()) > 0) {
		struct pollfd pollfd = {.fd = child->fd, .events = POLLIN};

		if (poll(&pollfd, 1, (int)(left_ns / 1000000) + 1) > 0 &&
		    iperf_child_read(child) != 0) {
			return;
		}
	}
	iperf_child_signal(child, SIGKILL);
}

void iperf_child_reap(struct iperf_child *child)
{
	if (child->is_reaped) {
		return;
	}
	drain(child);
	close(child->fd); /* one that is cut off has nobody to write to */
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR) {
	}
	child->is_reaped = true;
}

void iperf_child_finish(struct iperf_child *child, struct iperf_outcome *ret_outcome)
{
	struct iperf_outcome outcome = {.pid = child->pid};
	char why[TEXT_ERROR];

	iperf_child_reap(child);
	take_messages(child, &outcome);
	outcome.signal = WIFSIGNALED(child->status) ? WTERMSIG(child->status) : 0;
	if (outcome.document == NULL && outcome.error[0] == '\0') {
		if (outcome.signal != 0) {
			(void)snprintf(outcome.error, sizeof(outcome.error),
				       "libiperf's process %d died of signal %d (%s)",
				       (int)outcome.pid, outcome.signal, strsignal(outcome.signal));
		} else {
			(void)snprintf(outcome.error, sizeof(outcome.error),
				       "libiperf's process %d ended without a word: %s",
				       (int)outcome.pid, text_error(EPROTO, why));
		}
	}
	free(child->bytes);
	*child = (struct iperf_child){.fd = -1};
	*ret_outcome = outcome;
}

void iperf_outcome_release(struct iperf_outcome *outcome)
{
	json_decref(outcome->document);
	outcome->document = NULL;
}
