/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "iperf_test.h"

/* iperf_api.h needs it and doesn't include it */
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <iperf_api.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cpulist.h"
#include "iperf_argv.h"
#include "placement.h"
#include "rights.h"

enum {
	DESCRIPTORS = 1024, /* libiperf waits with select(2) */
	FILE_BYTES = 64 << 20,
	MEMORY_BYTES = 1 << 30, /* a stranger says how much is to be allocated */
};

/* What handlers of signals and of exit(3) need; they have no argument. */
static struct iperf_test *running;
static sigjmp_buf interrupted;
static volatile sig_atomic_t can_be_interrupted;
static bool is_said;

/* Whoever doesn't read it has ended. */
static void write_all(const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t done = write(IPERF_TEST_FD, at, length);

		if (done > 0) {
			at += done;
			length -= (size_t)done;
		} else if (errno != EINTR) {
			return;
		}
	}
}

/* Safe in a handler. */
static void say(enum iperf_message kind, const void *bytes, size_t length)
{
	uint32_t size = (uint32_t)length;
	char head[1 + sizeof(size)] = {(char)kind};

	memcpy(head + 1, &size, sizeof(size));
	write_all(head, sizeof(head));
	write_all(bytes, length);
}

static void say_error(const char *text)
{
	is_said = true;
	say(IPERF_MESSAGE_ERROR, text, strlen(text));
}

static void say_document(void)
{
	const char *document = running != NULL ? iperf_get_test_json_output_string(running) : NULL;

	if (document == NULL) {
		say_error(i_errno != IENONE ? iperf_strerror(i_errno) : "libiperf gave no result");
		return;
	}
	is_said = true;
	say(IPERF_MESSAGE_DOCUMENT, document, strlen(document));
}

/*
 * libiperf calls exit(3) deep inside. The parent's handlers don't run then, nor does stdio
 * flush what it inherited: the descriptors are libiperf's by now.
 */
static _Noreturn void leave(void)
{
	if (!is_said) {
		say_document();
	}
	_exit(0);
}

/* Whose test it was: the peer of the first socket that is connected. */
static void say_peer(void)
{
	for (int fd = IPERF_TEST_FD + 1; fd < IPERF_TEST_FD + 16; fd++) {
		struct sockaddr_storage peer;
		socklen_t length = sizeof(peer);

		if (getpeername(fd, (struct sockaddr *)&peer, &length) == 0 &&
		    (peer.ss_family == AF_INET || peer.ss_family == AF_INET6)) {
			say(IPERF_MESSAGE_PEER, &peer, sizeof(peer));
			return;
		}
	}
}

/* SA_RESETHAND: the second time the signal does what it does. */
static void on_crash(int number)
{
	say_peer();
	raise(number);
}

static void on_interrupt(int number)
{
	if (can_be_interrupted) {
		can_be_interrupted = 0;
		siglongjmp(interrupted, 1);
	}
	on_crash(number);
}

static void take_signals(bool is_server)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
	/* a stack that overflows leaves none */
	static char stack_bytes[1 << 16];
	stack_t stack = {.ss_sp = stack_bytes, .ss_size = sizeof(stack_bytes)};
	struct sigaction crash = {.sa_handler = on_crash,
				  .sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK)};
	struct sigaction end = {.sa_handler = is_server ? on_crash : on_interrupt,
				.sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
	sigset_t none;

	(void)sigaltstack(&stack, NULL);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++) {
		(void)sigaction(crashes[i], &crash, NULL);
	}
	(void)sigaction(SIGTERM, &end, NULL);
	/* a broken connection and a file that is too large are errors */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void take_descriptors(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* libiperf prints the JSON too, and its warnings */
	for (int i = 0; null >= 0 && i < IPERF_TEST_FD; i++) {
		(void)dup2(null, i);
	}
	if (fd != IPERF_TEST_FD) {
		(void)dup2(fd, IPERF_TEST_FD);
	}
	if (close_range(IPERF_TEST_FD + 1, ~0U, 0) < 0) {
		for (int i = IPERF_TEST_FD + 1; i < DESCRIPTORS; i++) {
			(void)close(i);
		}
	}
}

static void limit(__rlimit_resource_t resource, rlim_t bound)
{
	struct rlimit limits = {.rlim_cur = bound, .rlim_max = bound};

	(void)setrlimit(resource, &limits);
}

static void take_limits(void)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, DESCRIPTORS);
	limit(RLIMIT_FSIZE, FILE_BYTES);
	/* a sanitizer's runtime has a shadow of all the memory that there could be */
	if (!SANITIZED) {
		limit(RLIMIT_AS, MEMORY_BYTES);
	}
}

/* Fails only by what it says. */
static bool prepare(struct iperf_argv *argv, const struct cpulist *cpus, bool is_server)
{
	const struct placement placement = {.cpus = cpus, .option = "-A"};
	char error[PLACEMENT_ERROR_TEXT], rights[RIGHTS_TEXT];
	int err;

	if (placement_apply(&placement, error) < 0) {
		say_error(error);
		return false;
	}
	running = iperf_new_test();
	if (running == NULL || iperf_defaults(running) < 0) {
		say_error("out of memory");
		return false;
	}
	optind = 0; /* the caller's options were read by getopt too */
	if (iperf_parse_arguments(running, argv->count, argv->argument) < 0) {
		say_error(iperf_strerror(i_errno));
		return false;
	}
	/* without a seccomp filter the rest holds; since 3.16 a stream has a thread */
	err = rights_drop(RIGHTS_SOCKETS | RIGHTS_STREAMS | RIGHTS_THREADS |
				  (is_server ? RIGHTS_LOW_PORT : 0U),
			  rights);
	if (err < 0 && err != -ENOSYS) {
		say_error(rights);
		return false;
	}
	return true;
}

/* False: the parent has let go. */
static bool wait_for_go(void)
{
	char byte;
	ssize_t got;

	do {
		got = read(IPERF_TEST_FD, &byte, 1);
	} while (got < 0 && errno == EINTR);
	return got == 1;
}

static void run(void)
{
	int result;

	i_errno = IENONE;
	if (sigsetjmp(interrupted, 1) != 0) {
		iperf_got_sigend(running); /* which exits */
	}
	can_be_interrupted = 1;
	result = iperf_get_test_role(running) == 's' ? iperf_run_server(running)
						     : iperf_run_client(running);
	can_be_interrupted = 0;
	/* a server's failure leaves its document open */
	if (result < 0 && iperf_get_test_json_output_string(running) == NULL) {
		iperf_err(running, "error - %s", iperf_strerror(i_errno));
		(void)iperf_json_finish(running);
	}
}

_Noreturn void iperf_test_run(struct iperf_argv *argv, const struct cpulist *cpus, int fd,
			      int parent)
{
	bool is_server = strcmp(argv->argument[argv->count - 1], "-1") == 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(0);
	}
	/* a terminal's signal is the parent's to handle */
	(void)setpgid(0, 0);
	take_descriptors(fd);
	take_limits();
	take_signals(is_server);
	if (atexit(leave) == 0 && prepare(argv, cpus, is_server) && wait_for_go()) {
		run();
	}
	leave();
}
