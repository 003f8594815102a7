/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "signals.h"

#include <errno.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_take(sigset_t *ret_before)
{
	sigset_t set;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, ret_before);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

void signals_abort(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	signal(number, SIG_DFL);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool signals_read(int fd, bool *signalled, signals_tell *tell, void *context)
{
	struct signalfd_siginfo info;
	bool is_end = false;

	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGUSR1) {
			tell(context);
		} else if (*signalled) {
			signals_abort((int)info.ssi_signo);
		} else {
			*signalled = true;
			is_end = true;
		}
	}
	return is_end;
}
