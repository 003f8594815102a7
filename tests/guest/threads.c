/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads N MS: N threads that spin, as those of a busy program do, until each was left where it
 * may run for so long, and 10 s at most. Then a line for each: the CPUs that it may run on, and on
 * how many it found itself since that was last changed: "3 1".
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cpulist.h"

enum { MOST = 64, LIST_TEXT = 64 };

static const int64_t longest_ns = 10000000000;
static int64_t span_ns;

struct spinner {
	pthread_t thread;
	cpu_set_t allowed, found;
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
	int64_t begin_ns = now_ns(), changed_ns = begin_ns, at_ns;
	cpu_set_t allowed;

	do {
		at_ns = now_ns();
		if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0 &&
		    !CPU_EQUAL(&allowed, &spinner->allowed)) {
			spinner->allowed = allowed;
			CPU_ZERO(&spinner->found);
			changed_ns = at_ns;
		}
		CPU_SET((size_t)sched_getcpu(), &spinner->found);
	} while (at_ns - begin_ns < longest_ns && at_ns - changed_ns < span_ns);
	return NULL;
}

static void print(const struct spinner *spinner)
{
	struct cpulist list = {0};
	char text[LIST_TEXT];

	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &spinner->allowed)) {
			cpulist_add(&list, cpu);
		}
	}
	printf("%s %d\n", cpulist_text(&list, text, sizeof(text)), CPU_COUNT(&spinner->found));
}

int main(int argc, char *argv[])
{
	static struct spinner spinner[MOST];
	size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;

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
		print(&spinner[i]);
	}
	return 0;
}
