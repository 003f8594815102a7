/* SPDX-License-Identifier: BSD-2-Clause */
/* The command: started in its place, told the signals that we get, and waited for. */
#ifndef PTPROBE_LAUNCH_H
#define PTPROBE_LAUNCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bystander.h"
#include "plan.h"

struct partition;
struct watch;

enum { LAUNCH_ERROR_TEXT = 512 };

/* Exit statuses of ptprobe-pin's own; 128+N when signal N ended the command. */
enum launch_status {
	LAUNCH_ENVIRONMENT = 124, /* the placement was refused */
	LAUNCH_NOT_EXECUTABLE = 126,
	LAUNCH_NOT_FOUND = 127,
};

struct launch_request {
	char *const *command;              /* NULL-terminated; looked for in PATH as a shell does */
	const struct plan *plan;           /* cpus, housekeeping, memory_node, cpu[] */
	const struct plan_request *wanted; /* memory, and role[] for the environment */
	uint64_t fifo_priority;            /* 0: none */
	const struct partition *partition; /* NULL: none */
};

/* The command's first process when exec came: its counters until then are the wrapper's share. */
struct launch_baseline {
	bool has_migrations;
	uint64_t migrations;
	uint64_t involuntary;
	uint64_t major_faults;
	int64_t exec_ns; /* monotonic */
};

struct launch {
	pid_t pid;                           /* of the command; 0: none */
	int signal_fd;                       /* -1: none */
	sigset_t signals, broadcast, before; /* taken; of them, those that a group is sent; mask */
	struct sigaction pipe_before, child_before;
	const struct cpulist *housekeeping;
	bool is_aside; /* we are there */
	struct bystander bystander;
	bool has_bystander;       /* it was tried */
	int64_t forward_ns[NSIG]; /* when that signal is passed on, unless it was everybody's; 0 */
	int64_t heard_ns[NSIG];   /* when the bystander got it last; 0: never */
	int64_t start_ns;         /* monotonic, when exec came */
	struct launch_baseline *baseline; /* shared with the child until its exec */
};

/* How it ended. */
struct launch_end {
	int status;     /* the command's own; 128+N when signal N ended it */
	int signal;     /* 0: none did */
	int64_t run_ns; /* from exec to its end */
};

/*
 * Takes the signals SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT and
 * SIGCHLD: from here to launch_release none of them ends this process, so that what was made for
 * the command (a partition) can be made before and taken down after. 0, or -errno and error.
 */
int launch_init(struct launch *launch, char error[static LAUNCH_ERROR_TEXT]);

/* Would one of those that are held end us, if it weren't? */
bool launch_is_told_to_end(void);

/*
 * Forks; the child joins the partition, binds itself to the plan's CPUs, sets its memory policy,
 * its class and its timer slack, gets the signals back as they were, PTPROBE_CPUS and
 * PTPROBE_CPU_<ROLE> into its environment, and executes the command. Returns when exec has
 * succeeded: 0; else an enum launch_status, and error is one line with the remedy; no child is left
 * then.
 */
int launch_start(struct launch *launch, const struct launch_request *request,
		 char error[static LAUNCH_ERROR_TEXT]);

/*
 * Waits for the command's end, on the housekeeping CPUs from its second ms on, passes signals on,
 * samples watch whenever it is due, and lets it read what is left in /proc before the process is
 * reaped. Signals that came before are passed on, too.
 *
 * The command stays in our process group, so that the terminal's ^C and ^Z reach it as if we
 * weren't there, and `kill %1` as well. Those aren't passed on; what is sent to us alone is, after
 * a twentieth of a second in which the bystander could say that it was everybody's; it is there
 * from 5 ms after the command's start on. ^Z stops us, too; SIGCONT is always passed on. When we
 * are killed with SIGKILL, the command runs on in its place.
 */
void launch_wait(struct launch *launch, struct watch *watch, struct launch_end *ret_end);

/* Moves this process to the housekeeping CPUs. False: it couldn't. */
bool launch_step_aside(const struct launch *launch);

/* The signals come again as they did before: pending ones take effect. */
void launch_release(struct launch *launch);

#endif
