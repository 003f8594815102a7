/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From spawn to the end of a command: runs it so many times, one after the other, and prints the
 * median time in us. What it prints goes nowhere. spawn_time RUNS COMMAND [ARGUMENT]...
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { RUNS_MAX = 10000 };

extern char **environ;

static void die(const char *what, int error)
{
	fprintf(stderr, "spawn_time: %s: %s\n", what, strerror(error));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t run_once(char *const argv[], const posix_spawn_file_actions_t *actions)
{
	int64_t began = now_ns();
	int status, error;
	pid_t pid;

	error = posix_spawnp(&pid, argv[0], actions, NULL, argv, environ);
	if (error != 0) {
		die(argv[0], error);
	}
	if (waitpid(pid, &status, 0) < 0) {
		die("waitpid", errno);
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "spawn_time: %s ended with status %#x\n", argv[0],
			(unsigned)status);
		exit(1);
	}
	return now_ns() - began;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char *argv[])
{
	static int64_t took_ns[RUNS_MAX];
	posix_spawn_file_actions_t actions;
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;

	if (runs < 1 || runs > RUNS_MAX) {
		fprintf(stderr, "usage: spawn_time RUNS COMMAND [ARGUMENT]...\n");
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	for (long i = 0; i < runs; i++) {
		took_ns[i] = run_once(argv + 2, &actions);
	}
	qsort(took_ns, (size_t)runs, sizeof(*took_ns), compare);
	printf("%.1f\n", (double)took_ns[runs / 2] / 1000);
	return 0;
}
