/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "iperf_client.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "iperf_argv.h"

#define S_NS  INT64_C(1000000000)
#define MS_NS INT64_C(1000000)

enum {
	SILENT_S = 10,
	AFTER_CONNECT_S = 3, /* that a failure to connect has to be told */
	OVERDUE_S = 20,      /* the results are exchanged after the test */
};

/* The times of a test. */
struct bounds {
	int64_t silent_ns, total_ns;
};

static struct bounds bounds_of(const struct iperf_options *options, uint32_t interval_s)
{
	int64_t connect_ns = MS_NS * (options->connect_timeout_ms != 0 ? options->connect_timeout_ms
								       : IPERF_CONNECT_PRESET_MS);
	struct bounds bounds = {.silent_ns = SILENT_S * S_NS};

	if (connect_ns + AFTER_CONNECT_S * S_NS > bounds.silent_ns) {
		bounds.silent_ns = connect_ns + AFTER_CONNECT_S * S_NS;
	}
	if (3 * S_NS * interval_s > bounds.silent_ns) {
		bounds.silent_ns = 3 * S_NS * interval_s;
	}
	bounds.total_ns =
		connect_ns + S_NS * ((int64_t)options->seconds + options->omit_s + OVERDUE_S);
	return bounds;
}

/* Waits until until_ns, for what the child says or a word of the caller's. True: it is to stop. */
static bool wait_for(struct iperf_child *child, const struct iperf_watch *watch, int64_t wait_ns,
		     bool *ret_ended)
{
	struct pollfd pollfds[] = {
		{.fd = child->fd, .events = POLLIN},
		{.fd = watch->stop_fd > 0 ? watch->stop_fd : -1, .events = POLLIN},
	};

	if (poll(pollfds, 2, wait_ns > 0 ? (int)(wait_ns / MS_NS) + 1 : 0) <= 0) {
		return false;
	}
	*ret_ended = pollfds[0].revents != 0 && iperf_child_read(child) != 0;
	return pollfds[1].revents != 0 && watch->stop != NULL && watch->stop(watch->context);
}

static int64_t earlier(int64_t one_ns, int64_t other_ns)
{
	return one_ns < other_ns ? one_ns : other_ns;
}

/* Until it has said all; or has to be ended, for which error says why, if not for the caller. */
static void follow(struct iperf_child *child, const struct iperf_watch *watch,
		   const struct bounds *bounds, char error[static IPERF_CHILD_TEXT])
{
	int64_t start_ns = clock_mono_ns(), now_ns = start_ns;
	int64_t tick_ns = watch->tick != NULL && watch->tick_ns > 0 ? watch->tick_ns : INT64_MAX;
	int64_t next_ns = tick_ns < INT64_MAX ? start_ns + tick_ns : INT64_MAX;
	bool has_ended = false;

	while (!has_ended) {
		if (wait_for(child, watch, earlier(S_NS / 2, next_ns - now_ns), &has_ended)) {
			return;
		}
		now_ns = clock_mono_ns();
		if (now_ns - start_ns > bounds->total_ns) {
			(void)snprintf(error, IPERF_CHILD_TEXT,
				       "the test doesn't end, %" PRId64
				       " s after it should have: check the link, and repeat",
				       (int64_t)OVERDUE_S);
			return;
		}
		if (iperf_child_asleep_ns(child, now_ns) > bounds->silent_ns) {
			(void)snprintf(error, IPERF_CHILD_TEXT,
				       "the server says nothing for %" PRId64
				       " s: check that iperf3 listens at its port, and that the "
				       "link is up",
				       bounds->silent_ns / S_NS);
			return;
		}
		if (now_ns >= next_ns && !has_ended) {
			watch->tick(watch->context, now_ns - start_ns);
			next_ns += tick_ns * ((now_ns - next_ns) / tick_ns + 1);
		}
	}
}

int iperf_client_run(const struct iperf_options *options, const struct cpulist *cpus,
		     const struct iperf_watch *watch, struct iperf_outcome *ret_outcome)
{
	char error[IPERF_CHILD_TEXT] = "";
	struct iperf_child child;
	struct iperf_argv argv;
	struct bounds bounds;
	int err = iperf_argv_fill(&argv, options, error);

	*ret_outcome = (struct iperf_outcome){0};
	err = err < 0 ? err : iperf_child_start(&child, &argv, cpus, error);
	if (err < 0) {
		memcpy(ret_outcome->error, error, sizeof(error));
		return err;
	}
	iperf_child_go(&child);
	bounds = bounds_of(options, argv.interval_s);
	follow(&child, watch, &bounds, error);
	/* one that has ended already doesn't mind */
	iperf_child_signal(&child, SIGTERM);
	iperf_child_finish(&child, ret_outcome);
	if (error[0] != '\0') {
		memcpy(ret_outcome->error, error, sizeof(error));
	}
	return 0;
}

int iperf_client_can_bind(const char *interface)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0) {
		return -errno;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
		       (socklen_t)strlen(interface) + 1) < 0) {
		err = -errno;
	}
	close(fd);
	return err;
}
