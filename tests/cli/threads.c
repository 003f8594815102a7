/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads that spin, and where they may run: threads COUNT MS. Each writes its mask, as
 * /proc/self/task/TID/status has it, a line each, when MS are over; the first is the main thread's.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 64, LINE = 128 };

static int64_t end_ns;
static char mask[THREADS + 1][LINE];

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void read_mask(char line[static LINE])
{
	static const char name[] = "Cpus_allowed_list:\t";
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", gettid());
	file = fopen(path, "r");
	while (file != NULL && fgets(line, LINE, file) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0) {
			memmove(line, line + strlen(name), strlen(line + strlen(name)) + 1);
			break;
		}
	}
	if (file != NULL) {
		fclose(file);
	}
}

static void *spin(void *own)
{
	while (now_ns() < end_ns) {
	}
	read_mask(own);
	return NULL;
}

int main(int argc, char **argv)
{
	long count = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	long ms = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	pthread_t thread[THREADS];

	if (count < 0 || count > THREADS || ms <= 0) {
		fputs("usage: threads COUNT MS\n", stderr);
		return 2;
	}
	end_ns = now_ns() + ms * 1000000;
	for (long i = 0; i < count; i++) {
		if (pthread_create(&thread[i], NULL, spin, mask[i + 1]) != 0) {
			return 4;
		}
	}
	spin(mask[0]);
	for (long i = 0; i < count; i++) {
		(void)pthread_join(thread[i], NULL);
	}
	for (long i = 0; i <= count; i++) {
		fputs(mask[i], stdout);
	}
	return 0;
}
