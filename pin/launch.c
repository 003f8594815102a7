/* SPDX-License-Identifier: BSD-2-Clause */
/* The child, its way to exec, and what it says when it doesn't get there. */
#include "launch.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "memory.h"
#include "partition.h"
#include "placement.h"
#include "text.h"
#include "watch_proc.h"

enum stage {
	STAGE_PARTITION,
	STAGE_PLACE,
	STAGE_MEMORY,
	STAGE_CLASS,
	STAGE_ENVIRONMENT,
	STAGE_EXEC
};

/* What comes back from a child that didn't get to exec: less than PIPE_BUF, in one piece. */
struct failure {
	enum stage stage;
	int number; /* errno */
	char text[LAUNCH_ERROR_TEXT];
};

/* Which limit it is, and where it can be seen. */
static const char *limit_of(int error)
{
	switch (error) {
	case EAGAIN:
		return ": see 'ulimit -u' and pids.max";
	case EMFILE:
		return ": see 'ulimit -n'";
	default:
		return "";
	}
}

int launch_init(struct launch *launch, char error[static LAUNCH_ERROR_TEXT])
{
	static const int number[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1,
				     SIGUSR2, SIGTSTP, SIGCONT, SIGCHLD};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL};
	char why[TEXT_ERROR];
	int result;

	*launch = (struct launch){.signal_fd = -1, .bystander.fd = -1};
	sigemptyset(&launch->signals);
	for (size_t i = 0; i < sizeof(number) / sizeof(*number); i++) {
		sigaddset(&launch->signals, number[i]);
	}
	sigprocmask(SIG_BLOCK, &launch->signals, &launch->before);
	/* an ignored SIGCHLD, inherited, would make children vanish before they are looked at */
	sigaction(SIGPIPE, &ignore, &launch->pipe_before);
	sigaction(SIGCHLD, &standard, &launch->child_before);
	launch->broadcast = launch->signals;
	sigdelset(&launch->broadcast, SIGTSTP);
	sigdelset(&launch->broadcast, SIGCONT);
	sigdelset(&launch->broadcast, SIGCHLD);
	launch->signal_fd = signalfd(-1, &launch->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	result = launch->signal_fd < 0 ? -errno : 0;
	if (result == 0) {
		launch->baseline = mmap(NULL, sizeof(*launch->baseline), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		result = launch->baseline == MAP_FAILED ? -errno : 0;
		launch->baseline = result < 0 ? NULL : launch->baseline;
	}
	if (result < 0) {
		snprintf(error, LAUNCH_ERROR_TEXT, "prepare to start the command: %s%s",
			 text_error(-result, why), limit_of(-result));
		launch_release(launch);
	}
	return result;
}

bool launch_is_told_to_end(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
	struct sigaction action = {0};
	sigset_t pending;

	sigemptyset(&pending);
	sigpending(&pending);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		/* one that is held is kept even when it is to be ignored, as by nohup(1) */
		if (sigismember(&pending, ends[i]) == 1 && sigaction(ends[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN) {
			return true;
		}
	}
	return false;
}

void launch_release(struct launch *launch)
{
	bystander_stop(&launch->bystander);
	if (launch->signal_fd >= 0) {
		close(launch->signal_fd);
	}
	if (launch->baseline != NULL) {
		munmap(launch->baseline, sizeof(*launch->baseline));
	}
	sigaction(SIGPIPE, &launch->pipe_before, NULL);
	sigaction(SIGCHLD, &launch->child_before, NULL);
	sigprocmask(SIG_SETMASK, &launch->before, NULL);
	*launch = (struct launch){.signal_fd = -1, .bystander.fd = -1};
}

bool launch_step_aside(const struct launch *launch)
{
	/* when it can't be done, that shows in the proof */
	return cpulist_is_empty(launch->housekeeping) ||
	       placement_bind(0, launch->housekeeping) == 0;
}

/* PTPROBE_CPUS=2,3 and, by roles, PTPROBE_CPU_TX=2. */
static int set_environment(const struct launch_request *request)
{
	static const char prefix[] = "PTPROBE_CPU_";
	char list[CPULIST_TEXT], number[16], name[sizeof(prefix) + PLAN_ROLE_TEXT];

	if (setenv("PTPROBE_CPUS", cpulist_text(&request->plan->cpus, list, sizeof(list)), 1) < 0) {
		return -errno;
	}
	for (size_t i = 0; i < request->wanted->role_count && i < request->plan->count; i++) {
		snprintf(name, sizeof(name), "%s%s", prefix, request->wanted->role[i]);
		for (char *at = name + strlen(prefix); *at != '\0'; at++) {
			*at = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
		}
		snprintf(number, sizeof(number), "%" PRIu32, request->plan->cpu[i]);
		if (setenv(name, number, 1) < 0) {
			return -errno;
		}
	}
	return 0;
}

static void restore_signals(const struct launch *launch)
{
	sigaction(SIGPIPE, &launch->pipe_before, NULL);
	sigaction(SIGCHLD, &launch->child_before, NULL);
	sigprocmask(SIG_SETMASK, &launch->before, NULL);
}

static void take_baseline(struct launch_baseline *baseline)
{
	struct rusage usage = {0};

	(void)getrusage(RUSAGE_SELF, &usage);
	baseline->involuntary = (uint64_t)usage.ru_nivcsw;
	baseline->major_faults = (uint64_t)usage.ru_majflt;
	baseline->has_migrations =
		watch_proc_migrations(getpid(), getpid(), &baseline->migrations) == 0;
	baseline->exec_ns = clock_mono_ns();
}

/* The child's way. Returns only when it came to nothing, with *failure filled. */
static void child(const struct launch *launch, const struct launch_request *request,
		  struct failure *failure)
{
	struct placement place = {
		.cpus = &request->plan->cpus, .is_inherited = true, .option = "--cpus"};
	struct cpulist nowhere = {0};
	int result = 0;

	failure->stage = STAGE_PARTITION;
	if (request->partition != NULL) {
		result = partition_join(request->partition);
	}
	if (result == 0) {
		failure->stage = STAGE_PLACE;
		result = placement_apply(&place, failure->text);
	}
	if (result == 0) {
		failure->stage = STAGE_MEMORY;
		result = memory_apply(request->wanted->memory, request->plan->memory_node,
				      failure->text);
	}
	if (result == 0) {
		failure->stage = STAGE_CLASS;
		place.cpus = &nowhere;
		place.fifo_priority = request->fifo_priority;
		result = placement_apply(&place, failure->text);
	}
	if (result == 0) {
		failure->stage = STAGE_ENVIRONMENT;
		result = set_environment(request);
	}
	if (result == 0) {
		clock_sharpen();
		take_baseline(launch->baseline);
		restore_signals(launch);
		failure->stage = STAGE_EXEC;
		execvp(request->command[0], request->command);
		result = -errno;
	}
	failure->number = -result;
}

/* Is there a file of that name, as execvp(3) looks for it? It says EACCES, too, when a directory of
 * PATH may not be searched. */
static bool is_file_there(const char *name)
{
	const char *path = getenv("PATH");
	char full[PATH_MAX];

	if (name[0] == '\0') {
		return false;
	}
	if (strchr(name, '/') != NULL) {
		return access(name, F_OK) == 0;
	}
	while (path != NULL) {
		const char *end = strchrnul(path, ':');

		if (snprintf(full, sizeof(full), "%.*s/%s", end > path ? (int)(end - path) : 1,
			     end > path ? path : ".", name) < PATH_MAX &&
		    access(full, F_OK) == 0) {
			return true;
		}
		path = *end == ':' ? end + 1 : NULL;
	}
	return false;
}

/* One line in error; the exit status. */
static int explain(const struct launch_request *request, const struct failure *failure,
		   char error[static LAUNCH_ERROR_TEXT])
{
	const char *name = request->command[0];
	bool is_there = is_file_there(name);
	char why[TEXT_ERROR];

	text_error(failure->number, why);
	switch (failure->stage) {
	case STAGE_PARTITION:
		snprintf(error, LAUNCH_ERROR_TEXT, "join the partition '%s': %s: drop --partition",
			 request->partition->path, why);
		return LAUNCH_ENVIRONMENT;
	case STAGE_PLACE:
	case STAGE_MEMORY:
	case STAGE_CLASS:
		snprintf(error, LAUNCH_ERROR_TEXT, "%s", failure->text);
		return LAUNCH_ENVIRONMENT;
	case STAGE_ENVIRONMENT:
		snprintf(error, LAUNCH_ERROR_TEXT, "set the command's environment: %s", why);
		return LAUNCH_ENVIRONMENT;
	case STAGE_EXEC:
		break;
	}
	if (!is_there && (failure->number == ENOENT ||
			  (failure->number == EACCES && strchr(name, '/') == NULL))) {
		snprintf(error, LAUNCH_ERROR_TEXT, "'%s': command not found%s", name,
			 strchr(name, '/') == NULL ? " in PATH" : "");
		return LAUNCH_NOT_FOUND;
	}
	if (failure->number == ENOENT) {
		snprintf(error, LAUNCH_ERROR_TEXT,
			 "'%s' can't be executed: its interpreter or loader isn't here: see its "
			 "first line, or file(1)",
			 name);
	} else {
		snprintf(error, LAUNCH_ERROR_TEXT, "'%s' can't be executed: %s%s", name, why,
			 failure->number == EACCES
				 ? ": it must be a file with execute permission (chmod +x)"
				 : "");
	}
	return LAUNCH_NOT_EXECUTABLE;
}

/* True when the child failed and said how; its end of the pipe closes by exec, too. */
static bool read_failure(int fd, struct failure *ret_failure)
{
	ssize_t length;

	do {
		length = read(fd, ret_failure, sizeof(*ret_failure));
	} while (length < 0 && errno == EINTR);
	return length == (ssize_t)sizeof(*ret_failure);
}

/*
 * The child borrows our memory until its exec: to copy the page table would take as long as all
 * that it does. What it changes there, the environment, isn't looked at any more. Under valgrind it
 * has a copy nevertheless: hence the pipe.
 */
__attribute__((noinline)) static pid_t
start_child(const struct launch *launch, const struct launch_request *request, const int fd[2])
{
	pid_t pid = vfork();

	if (pid == 0) {
		struct failure failure = {0};

		child(launch, request, &failure);
		(void)!write(fd[1], &failure, sizeof(failure));
		_exit(LAUNCH_ENVIRONMENT);
	}
	return pid;
}

int launch_start(struct launch *launch, const struct launch_request *request,
		 char error[static LAUNCH_ERROR_TEXT])
{
	struct failure failure = {0};
	char why[TEXT_ERROR];
	int fd[2], number;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) < 0) {
		number = errno;
		snprintf(error, LAUNCH_ERROR_TEXT, "start the command: %s%s",
			 text_error(number, why), limit_of(number));
		return LAUNCH_ENVIRONMENT;
	}
	fflush(NULL);
	/* what a child of the command leaves behind stays below us, and is watched: from its exec
	 * on, which may be long over when we are next */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = start_child(launch, request, fd);
	if (pid < 0) {
		number = errno;
		snprintf(error, LAUNCH_ERROR_TEXT, "fork: %s%s", text_error(number, why),
			 limit_of(number));
		close(fd[0]);
		close(fd[1]);
		return LAUNCH_ENVIRONMENT;
	}
	close(fd[1]);
	launch->housekeeping = &request->plan->housekeeping;
	/* a command of that class wouldn't let us do so later */
	launch->is_aside = request->fifo_priority > 0 && launch_step_aside(launch);
	if (read_failure(fd[0], &failure)) {
		close(fd[0]);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
		}
		return explain(request, &failure, error);
	}
	close(fd[0]);
	launch->pid = pid;
	/* 0: it was killed on its way */
	launch->start_ns =
		launch->baseline->exec_ns != 0 ? launch->baseline->exec_ns : clock_mono_ns();
	return 0;
}
