/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "witness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "json_budget.h"
#include "program.h"
#include "report.h"
#include "text.h"

#define S_NS INT64_C(1000000000)

enum {
	CHATTER_TEXT = 4096,
	START_S = 10,
	FINISH_S = 15, /* its ring may be full; and then its losses are to be settled */
};

static const char ready[] = "ptprobe-capture: capturing on ";

static __attribute__((format(printf, 3, 4))) int fail(char *error, int err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(error, WITNESS_ERROR_TEXT, format, arguments);
	va_end(arguments);
	return err;
}

/* Until fd has something to read, or its end. False: the time is over. */
static bool wait_for(int fd, int64_t until_ns)
{
	for (;;) {
		struct pollfd pollfd = {.fd = fd, .events = POLLIN};
		int64_t left_ns = until_ns - clock_mono_ns();
		int result;

		if (left_ns <= 0) {
			return false;
		}
		result = poll(&pollfd, 1, left_ns < S_NS ? (int)(left_ns / 1000000) + 1 : 1000);
		if (result > 0) {
			return true;
		}
		if (result < 0 && errno != EINTR) {
			return false;
		}
	}
}

/* In the child: becomes ptprobe-capture. */
static _Noreturn void become(const char *path, const char *interface, int64_t lost_after_ns,
			     const int ends[static 3])
{
	char lost_after[32];
	sigset_t none;
	int far[3];

	(void)snprintf(lost_after, sizeof(lost_after), "%" PRId64 "ns", lost_after_ns);
	/* out of the way first: one that is in its place already would keep its CLOEXEC */
	for (int i = 0; i < 3; i++) {
		far[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
	}
	for (int i = 0; i < 3; i++) {
		if (far[i] < 0 || dup2(far[i], i) < 0) {
			_exit(127);
		}
	}
	(void)setpgid(0, 0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execl(path, "ptprobe-capture", "-i", interface, "-L", lost_after, "-I", "0", "-J",
		    "--until-eof", (char *)NULL);
	(void)dprintf(STDERR_FILENO, "cannot run '%s': %s: ptprobe-capture is built with libpcap\n",
		      path, strerror(errno));
	_exit(127);
}

/* The pipes' far ends are the child's 0, 1 and 2. */
static int open_pipes(struct witness *witness, int ends[static 3])
{
	int in[2], out[2], err[2];

	if (pipe2(in, O_CLOEXEC) < 0) {
		return -errno;
	}
	if (pipe2(out, O_CLOEXEC) < 0) {
		close(in[0]);
		close(in[1]);
		return -errno;
	}
	if (pipe2(err, O_CLOEXEC) < 0) {
		close(in[0]);
		close(in[1]);
		close(out[0]);
		close(out[1]);
		return -errno;
	}
	ends[0] = in[0];
	ends[1] = out[1];
	ends[2] = err[1];
	*witness = (struct witness){.control = in[1], .report = out[0], .chatter = err[0]};
	(void)fcntl(err[0], F_SETFL, O_NONBLOCK);
	return 0;
}

void witness_abandon(struct witness *witness)
{
	if (witness->control >= 0) {
		close(witness->control);
		close(witness->report);
		close(witness->chatter);
		witness->control = -1;
	}
}

/* Reads what the child says until it is ready. False: it said something else and ended, or the time
 * is over. */
static bool read_ready(struct witness *witness, char said[static CHATTER_TEXT])
{
	int64_t until_ns = clock_mono_ns() + START_S * S_NS;
	size_t length = 0;

	*said = '\0';
	while (length < CHATTER_TEXT - 1 && wait_for(witness->chatter, until_ns)) {
		ssize_t got = read(witness->chatter, said + length, CHATTER_TEXT - 1 - length);

		if (got <= 0) {
			return false;
		}
		length += (size_t)got;
		said[length] = '\0';
		if (strstr(said, ready) != NULL) {
			return true;
		}
	}
	return false;
}

int witness_start(struct witness *witness, const char *interface, int64_t lost_after_ns,
		  char error[static WITNESS_ERROR_TEXT])
{
	char path[PATH_MAX], said[CHATTER_TEXT], why[TEXT_ERROR];
	int ends[3], err = open_pipes(witness, ends);
	const char *line = said;
	pid_t child;

	if (err < 0) {
		witness->control = -1;
		return fail(error, err, "start the witness: %s", text_error(-err, why));
	}
	if (program_path("capture", path) == NULL) {
		witness_abandon(witness);
		return fail(error, -ENAMETOOLONG, "start the witness: its path is too long");
	}
	child = fork();
	if (child == 0) {
		become(path, interface, lost_after_ns, ends);
	}
	err = child < 0 ? -errno : 0;
	for (int i = 0; i < 3; i++) {
		close(ends[i]);
	}
	if (err == 0 && read_ready(witness, said)) {
		witness->lost_after_ns = lost_after_ns;
		return 0;
	}
	witness_abandon(witness);
	if (err < 0) {
		return fail(error, err, "start the witness: %s", text_error(-err, why));
	}
	/* its own message says what is wrong and what to do */
	line += strncmp(line, "ptprobe-capture: ", 17) == 0 ? 17 : 0;
	return fail(error, -ECHILD, "start the witness: %.*s", (int)strcspn(line, "\n"),
		    *line != '\0' ? line : "it doesn't take frames");
}

/* What it said since it was ready, to our standard error. */
static void pass_on_chatter(const struct witness *witness)
{
	char text[CHATTER_TEXT];
	ssize_t got;

	while ((got = read(witness->chatter, text, sizeof(text) - 1)) > 0) {
		text[got] = '\0';
		for (char *line = text; *line != '\0';) {
			size_t length = strcspn(line, "\n");
			char end = line[length];

			line[length] = '\0';
			text_print(line, stderr);
			fputc('\n', stderr);
			line += length + (end != '\0');
		}
	}
}

/* All of its standard output, which the caller frees; NULL: the time was over, or there is more of
 * it than a report has. */
static char *read_all(int fd, int64_t until_ns, size_t *ret_length)
{
	size_t length = 0, room = 1 << 16;
	char *bytes = malloc(room);

	while (bytes != NULL && wait_for(fd, until_ns)) {
		ssize_t got;

		if (length == room) {
			char *more =
				room < JSON_BUDGET_TEXT_BYTES ? realloc(bytes, room * 2) : NULL;

			if (more == NULL) {
				break;
			}
			bytes = more;
			room *= 2;
		}
		got = read(fd, bytes + length, room - length);
		if (got == 0) {
			*ret_length = length;
			return bytes;
		}
		if (got < 0 && errno != EINTR) {
			break;
		}
		length += got > 0 ? (size_t)got : 0;
	}
	free(bytes);
	return NULL;
}

int witness_finish(struct witness *witness, struct report *report)
{
	json_error_t json_error = {0};
	json_t *json = NULL;
	size_t length = 0;
	char *bytes;

	close(witness->control);
	bytes = read_all(witness->report,
			 clock_mono_ns() + FINISH_S * S_NS + witness->lost_after_ns, &length);
	pass_on_chatter(witness);
	close(witness->report);
	close(witness->chatter);
	witness->control = -1;
	if (length > 0) {
		json_budget_begin();
		json = json_loadb(bytes, length, 0, &json_error);
		(void)json_budget_end();
	}
	if (json == NULL) {
		report_note(
			report,
			"the witness %s%s: where probes were lost isn't known: see what it said, "
			"and run ptprobe-capture by hand",
			bytes == NULL ? "gave no report in time"
			: length == 0 ? "ended without a report"
				      : "wrote no report: ",
			json_error.text);
		free(bytes);
		return -EPROTO;
	}
	free(bytes);
	report->witness = json;
	return 0;
}
