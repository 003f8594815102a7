/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts the signals that it gets: counts MS. Writes "ready" when it can be sent some, and after MS
 * a line for each that came: its number, and how often.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SIGNALS = 32 };

static volatile sig_atomic_t came[SIGNALS];

static void count(int number)
{
	came[number]++;
}

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int main(int argc, char **argv)
{
	static const int number[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1,
				     SIGUSR2, SIGTERM, SIGCONT, SIGPIPE};
	struct sigaction action = {.sa_handler = count};
	long ms = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	struct timespec pause = {.tv_nsec = 5000000};
	int64_t end_ns;

	for (size_t i = 0; i < sizeof(number) / sizeof(*number); i++) {
		sigaction(number[i], &action, NULL);
	}
	puts("ready");
	fflush(stdout);
	end_ns = now_ns() + ms * 1000000;
	while (now_ns() < end_ns) {
		(void)nanosleep(&pause, NULL);
	}
	for (int i = 1; i < SIGNALS; i++) {
		if (came[i] > 0) {
			printf("%d %d\n", i, (int)came[i]);
		}
	}
	return 0;
}
