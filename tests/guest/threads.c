/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads N MS: N threads that spin, as those of a busy program do, for so long. Then a line for
 * each: the CPUs that it may run on, and on how many different ones it found itself in the second
 * half of that time: "3 1".
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cpulist.h"

enum { MOST = 64, LIST_TEXT = 64 };

static int64_t span_ns;

struct spinner {
	pthread_t thread;
	struct cpulist allowed, found;
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void *spin(void *argument)
{
	struct spinner *spinner = argument;
	int64_t begin_ns = now_ns(), at_ns;
	cpu_set_t set;

	do {
		at_ns = now_ns();
		if (at_ns - begin_ns > span_ns / 2) {
			cpulist_add(&spinner->found, (size_t)sched_getcpu());
		}
	} while (at_ns - begin_ns < span_ns);
	if (sched_getaffinity(0, sizeof(set), &set) == 0) {
		for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			if (CPU_ISSET(cpu, &set)) {
				cpulist_add(&spinner->allowed, cpu);
			}
		}
	}
	return NULL;
}

int main(int argc, char *argv[])
{
	static struct spinner spinner[MOST];
	size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	char text[LIST_TEXT];

	if (count == 0 || count > MOST) {
		fprintf(stderr, "threads N MS, N at most %d\n", MOST);
		return 2;
	}
	span_ns = strtol(argv[2], NULL, 10) * 1000000;
	for (size_t i = 0; i < count; i++) {
		if (pthread_create(&spinner[i].thread, NULL, spin, &spinner[i]) != 0) {
			return 1;
		}
	}
	for (size_t i = 0; i < count; i++) {
		pthread_join(spinner[i].thread, NULL);
		printf("%s %zu\n", cpulist_text(&spinner[i].allowed, text, sizeof(text)),
		       cpulist_count(&spinner[i].found));
	}
	return 0;
}
