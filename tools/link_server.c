/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link_server.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "iperf_argv.h"
#include "iperf_child.h"
#include "link_served.h"
#include "rights.h"
#include "text.h"

#define S_NS  INT64_C(1000000000)
#define MS_NS INT64_C(1000000)

enum {
	FAILURES = 10, /* within a minute, before each further one costs a second */
	MINUTE_S = 60,
	START_S = 5,   /* until it must listen */
	RENEW_S = 600, /* a child that can't be looked at: if it isn't idle, it hangs */
	SILENT_S = 30,
	LOW_PORTS = 1024,
	FAREWELL_S = 3,
};

struct server {
	const struct link_server_options *options;
	struct iperf_argv argv;
	struct link_control control;
	struct iperf_child child;  /* whose test is the next, or runs */
	struct iperf_child spare;  /* ready to go as soon as that one has ended */
	int64_t started_ns;        /* when the child was */
	bool is_listening;         /* the child */
	bool has_listened;         /* any child */
	int64_t touched_ns;        /* when somebody was seen to be connected to it; 0: nobody is */
	int64_t failure[FAILURES]; /* when; a ring */
	size_t failures;
	int64_t next_start_ns;
	uint64_t served;
	uint64_t told;       /* snapshots, when the latest test had ended */
	int64_t farewell_ns; /* when it ends, come what may; 0: not yet */
	char ended[64];      /* why the child was ended by us; empty: it wasn't */
};

static __attribute__((format(printf, 2, 3))) void tell(const struct server *server,
						       const char *format, ...)
{
	char line[LINK_SERVER_LINE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (server->options->tell != NULL) {
		server->options->tell(server->options->context, line);
	}
}

/*
 * Could the address and port be bound to? Two sockets with SO_REUSEADDR can, as long as neither
 * listens: it doesn't get into the child's way. 0, or -errno.
 */
static int probe(const struct link_server_options *options)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
	struct addrinfo *found;
	char service[8];
	int fd, on = 1, err = 0;

	(void)snprintf(service, sizeof(service), "%u", options->port);
	if (getaddrinfo(options->address, service, &hints, &found) != 0) {
		return -EINVAL;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		err = -errno;
	} else {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		err = bind(fd, found->ai_addr, found->ai_addrlen) < 0 ? -errno : 0;
		close(fd);
	}
	freeaddrinfo(found);
	return err;
}

/* A child that is ready; false: there is none. */
static bool get_ready(struct server *server, struct iperf_child *child, int64_t now_ns)
{
	char error[IPERF_CHILD_TEXT];

	if (iperf_child_start(child, &server->argv, server->options->cpus, error) < 0) {
		tell(server, "%s: again in a second", error);
		server->next_start_ns = now_ns + S_NS;
		return false;
	}
	return true;
}

static void start(struct server *server, int64_t now_ns)
{
	server->started_ns = now_ns;
	server->is_listening = false;
	server->touched_ns = 0;
	server->ended[0] = '\0';
	if (server->spare.pid > 0) {
		server->child = server->spare;
		server->spare = (struct iperf_child){.fd = -1};
	} else if (!get_ready(server, &server->child, now_ns)) {
		return;
	}
	iperf_child_go(&server->child);
}

/* After a failure: when the one behind the next may start. */
static void pace(struct server *server, int64_t now_ns)
{
	int64_t *slot = &server->failure[server->failures++ % FAILURES];
	bool is_often = server->failures > FAILURES && now_ns - *slot < MINUTE_S * S_NS;

	*slot = now_ns;
	server->next_start_ns = is_often ? now_ns + S_NS : now_ns;
}

static bool is_done(const struct server *server, int64_t now_ns)
{
	return server->farewell_ns != 0 &&
	       (now_ns >= server->farewell_ns || server->control.told > server->told);
}

static void let_go(struct iperf_child *child)
{
	struct iperf_outcome outcome;

	if (child->pid > 0) {
		iperf_child_signal(child, SIGKILL);
		iperf_child_finish(child, &outcome);
		iperf_outcome_release(&outcome);
	}
}

/* After the last test, if whoever loaded has yet to ask for the counters. */
static void take_leave(struct server *server, int64_t now_ns)
{
	bool is_last = server->options->tests != 0 && server->served >= server->options->tests;

	if (is_last && server->farewell_ns == 0) {
		let_go(&server->child);
		let_go(&server->spare);
		server->farewell_ns =
			now_ns + (server->control.told > server->told ? FAREWELL_S * S_NS : 0);
	}
	server->told = server->control.told;
}

/* Between two tests nobody listens: the next one begins before anything is said of this one. */
static void end_child(struct server *server)
{
	struct iperf_child ended = server->child;
	struct iperf_outcome outcome;
	char line[LINK_SERVED_TEXT], why[sizeof(server->ended)];
	int64_t now_ns;

	/* libiperf has closed its sockets by the time that it has a document */
	if (!iperf_child_has_document(&ended)) {
		iperf_child_reap(&ended);
	}
	now_ns = clock_mono_ns();
	memcpy(why, server->ended, sizeof(why));
	server->child = (struct iperf_child){.fd = -1};
	if (now_ns >= server->next_start_ns) {
		start(server, now_ns);
	}
	iperf_child_finish(&ended, &outcome);
	if (link_served_text(&outcome, why, line)) {
		server->served += line[0] != '\0'; /* not one that was renewed */
		take_leave(server, now_ns);
	} else {
		pace(server, now_ns);
	}
	/* one that was renewed in time says nothing */
	if (line[0] != '\0') {
		tell(server, "%s", line);
	}
	iperf_outcome_release(&outcome);
}

/* The child has to be ended: why. */
static __attribute__((format(printf, 2, 3))) void give_up(struct server *server, const char *format,
							  ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(server->ended, sizeof(server->ended), format, arguments);
	va_end(arguments);
	iperf_child_signal(&server->child, SIGTERM);
}

/* Does it listen yet? */
static void look_for_listener(struct server *server)
{
	const struct link_server_options *options = server->options;

	if (probe(options) != -EADDRINUSE) {
		return;
	}
	server->is_listening = true;
	if (!server->has_listened) {
		server->has_listened = true;
		tell(server, "serving iperf3 at %s port %u, and counters at port %u",
		     options->address, options->port, options->control_port);
	}
}

static void watch(struct server *server, int64_t now_ns)
{
	const struct link_server_options *options = server->options;
	int64_t silent_ns = options->silent_ns != 0 ? options->silent_ns : SILENT_S * S_NS;
	int64_t asleep_ns = iperf_child_asleep_ns(&server->child, now_ns);
	int sockets = iperf_child_sockets(&server->child);

	/* the first one listens */
	if (sockets >= 0 && sockets < 2) {
		server->touched_ns = 0;
		return;
	}
	if (sockets > 0 && server->touched_ns == 0) {
		server->touched_ns = now_ns;
	}
	if (sockets > 0 && asleep_ns > silent_ns) {
		give_up(server, "the client said nothing for %" PRId64 " s", silent_ns / S_NS);
	} else if (server->touched_ns != 0 && options->longest_ns != 0 &&
		   now_ns - server->touched_ns > options->longest_ns) {
		give_up(server, "a test may take %" PRId64 " s", options->longest_ns / S_NS);
	} else if (asleep_ns > RENEW_S * S_NS) {
		give_up(server, "%s", LINK_SERVED_RENEWED);
	}
}

/* 0, 1: it is to stop; or -errno. */
static int serve_once(struct server *server)
{
	enum { CHILD = LINK_CONTROL_POLLFDS, STOP, COUNT };
	const struct link_server_options *options = server->options;
	struct pollfd pollfds[COUNT];
	int64_t now_ns = clock_mono_ns();
	bool has_child = server->child.pid > 0;
	int wait_ms = 500;

	if (!has_child && now_ns >= server->next_start_ns && server->farewell_ns == 0) {
		start(server, now_ns);
		has_child = server->child.pid > 0;
	}
	if (has_child && !server->is_listening) {
		look_for_listener(server);
		wait_ms = server->is_listening ? 0 : 5;
	} else if (has_child && server->spare.pid == 0 && now_ns >= server->next_start_ns) {
		(void)get_ready(server, &server->spare, now_ns);
	}
	if (!has_child) {
		wait_ms = 50;
	}
	link_control_prepare(&server->control, pollfds, now_ns);
	pollfds[CHILD] = (struct pollfd){.fd = has_child ? server->child.fd : -1, .events = POLLIN};
	pollfds[STOP] = (struct pollfd){.fd = options->stop_fd > 0 ? options->stop_fd : -1,
					.events = POLLIN};
	if (poll(pollfds, COUNT, wait_ms) < 0) {
		return errno == EINTR ? 0 : -errno;
	}
	now_ns = clock_mono_ns();
	link_control_serve(&server->control, pollfds, now_ns);
	if (pollfds[STOP].revents != 0 && options->stop != NULL &&
	    options->stop(options->context)) {
		return 1;
	}
	if (has_child && pollfds[CHILD].revents != 0 &&
	    (iperf_child_read(&server->child) != 0 || iperf_child_has_document(&server->child))) {
		end_child(server);
	} else if (has_child && server->is_listening) {
		watch(server, now_ns);
	} else if (has_child && now_ns - server->started_ns > START_S * S_NS) {
		give_up(server, "it didn't listen within %d s", START_S);
	}
	if (server->ended[0] != '\0' && server->child.pid > 0) {
		end_child(server);
	}
	return is_done(server, now_ns) ? 1 : 0;
}

static int fail(char error[static LINK_SERVER_ERROR], int err, const char *address, uint16_t port,
		const char *remedy)
{
	char why[TEXT_ERROR];

	(void)snprintf(error, LINK_SERVER_ERROR, "listen at %s port %u: %s: %s", address, port,
		       text_error(-err, why), remedy);
	return err;
}

static const char *remedy_for(int err)
{
	return err == -EADDRINUSE ? "another server runs there: end it, or choose another -p"
	       : err == -EADDRNOTAVAIL || err == -EINVAL ? "give an address of this host"
	       : err == -EACCES                          ? "choose a port above 1023, or be root"
							 : "see ip address, and choose another -p";
}

static int prepare(struct server *server, char error[static LINK_SERVER_ERROR])
{
	const struct link_server_options *options = server->options;
	const struct iperf_options iperf = {
		.is_server = true,
		.port = options->port,
		.bind_address = options->address,
		.bind_device = options->device,
		.family = options->family,
	};
	char words[IPERF_ARGV_ERROR], rights[RIGHTS_TEXT];
	int err = iperf_argv_fill(&server->argv, &iperf, words);

	if (err < 0) {
		(void)snprintf(error, LINK_SERVER_ERROR, "%s", words);
		return err;
	}
	err = probe(options);
	if (err < 0) {
		return fail(error, err, options->address, options->port, remedy_for(err));
	}
	err = link_control_open(&server->control, options->address, options->device,
				options->control_port);
	if (err < 0) {
		return fail(error, err, options->address, options->control_port, remedy_for(err));
	}
	server->control.take = options->take;
	server->control.context = options->context;
	server->control.iperf_port = options->port;
	err = rights_drop(RIGHTS_SOCKETS | RIGHTS_COUNTERS | RIGHTS_STREAMS | RIGHTS_THREADS |
				  RIGHTS_CHILDREN |
				  (options->port < LOW_PORTS ? RIGHTS_LOW_PORT : 0U),
			  rights);
	if (err < 0 && err != -ENOSYS) {
		(void)snprintf(error, LINK_SERVER_ERROR, "%s", rights);
		link_control_close(&server->control);
		return err;
	}
	return 0;
}

int link_server_run(const struct link_server_options *options, char error[static LINK_SERVER_ERROR])
{
	struct server server = {.options = options, .child = {.fd = -1}, .spare = {.fd = -1}};
	int result = prepare(&server, error);

	if (result < 0) {
		return result;
	}
	while (result == 0) {
		result = serve_once(&server);
		if (result == 0 && !server.has_listened && server.failures >= FAILURES) {
			result = -EIO;
		}
	}
	let_go(&server.child);
	let_go(&server.spare);
	link_control_close(&server.control);
	return result < 0 ? fail(error, result, options->address, options->port,
				 "libiperf doesn't listen: run iperf3 -s by hand")
			  : 0;
}
