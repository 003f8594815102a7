/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes snapshots of an interface, and prints how many counters it has and the median time of one,
 * in us: "counters us". */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "snapshot_take.h"

enum { TIMES = 51 };

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

int main(int argc, char *argv[])
{
	char error[SNAPSHOT_TAKE_ERROR];
	struct snapshot_source source;
	int64_t took_ns[TIMES];
	size_t counters = 0;

	if (argc != 2) {
		fputs("usage: snapshot_time INTERFACE\n", stderr);
		return 2;
	}
	if (snapshot_source_open(&source, argv[1], error) < 0) {
		fprintf(stderr, "snapshot_time: %s\n", error);
		return 1;
	}
	for (int i = 0; i < TIMES; i++) {
		struct snapshot snapshot;
		int64_t from_ns = now_ns();

		if (snapshot_source_take(&source, 0, &snapshot, error) < 0) {
			fprintf(stderr, "snapshot_time: %s\n", error);
			return 1;
		}
		took_ns[i] = now_ns() - from_ns;
		counters = snapshot.counters.count;
		snapshot_release(&snapshot);
	}
	snapshot_source_close(&source);
	qsort(took_ns, TIMES, sizeof(*took_ns), compare);
	printf("%zu %lld\n", counters, (long long)(took_ns[TIMES / 2] / 1000));
	return 0;
}
