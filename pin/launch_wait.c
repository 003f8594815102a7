/* SPDX-License-Identifier: BSD-2-Clause */
/* From exec to the end: signals, samples, and what is left of the command. */
#include "launch.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "watch.h"

/* How long the bystander has to say that a signal was everybody's, which it may do before, too. */
static const int64_t forward_after_ns = 50000000;

/* A command that is shorter doesn't wait for a bystander, and nobody signals it. */
static const int64_t bystander_after_ns = 5000000;

/* Stops as the terminal's ^Z does any program: not in a group that nobody could continue. */
static void stop_here(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
	sigprocmask(SIG_BLOCK, &stop, NULL);
}

/* Does the command get what our group gets? */
static bool is_in_our_group(const struct launch *launch)
{
	return getpgid(launch->pid) == getpgrp();
}

static bool was_heard(const struct launch *launch, int number, int64_t now_ns)
{
	int64_t heard_ns = launch->heard_ns[number];

	return heard_ns != 0 && now_ns - heard_ns < forward_after_ns && is_in_our_group(launch);
}

static void take_signal(struct launch *launch, const struct signalfd_siginfo *info, int64_t now_ns)
{
	int number = (int)info->ssi_signo;
	/* the kernel's are the terminal's, and go to the whole group */
	bool is_everybodys = (info->ssi_code == SI_KERNEL && is_in_our_group(launch)) ||
			     was_heard(launch, number, now_ns);

	if (number == SIGCHLD) {
		return;
	}
	if (number == SIGCONT) {
		kill(launch->pid, SIGCONT);
	} else if (number == SIGTSTP) {
		/* twice is as good as once */
		kill(launch->pid, SIGTSTP);
		stop_here();
	} else if (!is_everybodys && launch->forward_ns[number] == 0) {
		launch->forward_ns[number] = now_ns + forward_after_ns;
	}
}

static void take_signals(struct launch *launch, int64_t now_ns)
{
	struct signalfd_siginfo info;

	while (read(launch->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		take_signal(launch, &info, now_ns);
	}
}

static void hear_bystander(struct launch *launch, int64_t now_ns)
{
	int number;

	while (bystander_next(&launch->bystander, &number)) {
		if (number > 0 && number < NSIG && is_in_our_group(launch)) {
			launch->heard_ns[number] = now_ns;
			launch->forward_ns[number] = 0;
		}
	}
}

/* Passes on what is due; when the next one is. */
static int64_t forward(struct launch *launch, int64_t now_ns)
{
	int64_t next_ns = INT64_MAX;

	for (int number = 1; number < NSIG; number++) {
		int64_t due_ns = launch->forward_ns[number];

		if (due_ns != 0 && due_ns <= now_ns) {
			launch->forward_ns[number] = 0;
			kill(launch->pid, number);
		} else if (due_ns != 0 && due_ns < next_ns) {
			next_ns = due_ns;
		}
	}
	return next_ns;
}

/* Has the command ended? It stays to be looked at; orphans that it left to us are reaped. */
static bool has_ended(const struct launch *launch, struct watch *watch)
{
	for (;;) {
		siginfo_t info = {0};
		struct rusage usage;

		if (waitid(P_PID, (id_t)launch->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid == launch->pid) {
			return true;
		}
		info = (siginfo_t){0};
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) {
			return false;
		}
		if (info.si_pid == launch->pid) {
			return true;
		}
		if (wait4(info.si_pid, NULL, 0, &usage) == info.si_pid) {
			watch_reaped(watch, info.si_pid, &usage);
		}
	}
}

static void rest(const struct launch *launch, int64_t until_ns)
{
	struct pollfd fd[] = {{.fd = launch->signal_fd, .events = POLLIN},
			      {.fd = launch->bystander.fd, .events = POLLIN}};
	int64_t left_ns = until_ns - clock_mono_ns();
	struct timespec left = {0};

	if (left_ns > 0) {
		left.tv_sec = left_ns / 1000000000;
		left.tv_nsec = left_ns % 1000000000;
	}
	(void)ppoll(fd, 2, &left, NULL);
}

static int status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Without one, each signal that we get is passed on. */
static void post_bystander(struct launch *launch, struct watch *watch, int64_t now_ns)
{
	if (!launch->has_bystander && now_ns >= launch->start_ns + bystander_after_ns) {
		launch->has_bystander = true;
		(void)bystander_start(&launch->broadcast, &launch->bystander);
		watch_exclude(watch, launch->bystander.pid);
	}
}

void launch_wait(struct launch *launch, struct watch *watch, struct launch_end *ret_end)
{
	struct rusage usage = {0};
	int status = 0;
	int64_t now_ns;

	watch_begin(watch, launch->pid, launch->start_ns, launch->baseline);
	while (!has_ended(launch, watch)) {
		int64_t next_ns;

		now_ns = clock_mono_ns();
		post_bystander(launch, watch, now_ns);
		if (now_ns >= watch_due_ns(watch)) {
			launch->is_aside = launch->is_aside || launch_step_aside(launch);
			watch_sample(watch, now_ns);
		}
		next_ns = forward(launch, now_ns);
		rest(launch, next_ns < watch_due_ns(watch) ? next_ns : watch_due_ns(watch));
		now_ns = clock_mono_ns();
		hear_bystander(launch, now_ns);
		take_signals(launch, now_ns);
	}
	now_ns = clock_mono_ns();
	watch_end(watch, now_ns);
	while (wait4(launch->pid, &status, 0, &usage) < 0 && errno == EINTR) {
	}
	watch_reaped(watch, launch->pid, &usage);
	*ret_end = (struct launch_end){
		.status = status_of(status),
		.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		.run_ns = now_ns - launch->start_ns,
	};
	launch->pid = 0;
}
