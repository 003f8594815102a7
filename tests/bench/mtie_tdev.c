/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MTIE and TDEV (and MATIE, which comes with it) of a series of COUNT samples: a random walk with
 * white noise. Prints the seconds that they took, the noise's own left out, and the most memory
 * that the process had, in KiB: "seconds kib".
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "maties.h"
#include "mtie.h"
#include "sums.h"
#include "tdev.h"

enum { BLOCK = 65536 }; /* samples made at a time */

static struct mtie mtie;
static struct sums sums;
static struct tdev tdev;
static struct maties maties;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void make(int64_t *sample_ns, uint64_t *random, int64_t *walk_ns)
{
	for (int i = 0; i < BLOCK; i++) {
		*random ^= *random << 13;
		*random ^= *random >> 7;
		*random ^= *random << 17;
		*walk_ns += (int64_t)(*random % 201) - 100;
		sample_ns[i] = *walk_ns + (int64_t)(*random >> 32 & 4095);
	}
}

static void take(const int64_t *sample_ns, long count)
{
	for (long i = 0; i < count; i++) {
		mtie_add(&mtie, sample_ns[i], sample_ns[i]);
		sums_add(&sums, sample_ns[i]);
		tdev_add(&tdev, &sums);
		maties_add(&maties, &sums);
	}
}

int main(int argc, char *argv[])
{
	static int64_t sample_ns[BLOCK];
	uint64_t random = 88172645463325252; /* xorshift64 */
	int64_t walk_ns = 0, took_ns = 0, peak_ns = 0;
	long count = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	struct rusage usage;
	double last_ns = 0;
	unsigned int k = 0;

	if (count < 12) {
		fputs("usage: mtie_tdev COUNT\n", stderr);
		return 2;
	}
	mtie_clear(&mtie);
	sums_clear(&sums);
	tdev_init(&tdev, 1);
	maties_init(&maties, 1);
	for (long left = count; left > 0; left -= BLOCK) {
		int64_t from_ns;

		make(sample_ns, &random, &walk_ns);
		from_ns = now_ns();
		take(sample_ns, left < BLOCK ? left : BLOCK);
		took_ns += now_ns() - from_ns;
	}
	while (tdev_is_supported(UINT64_C(2) << k, (uint64_t)count)) {
		k++;
	}
	if (!tdev_ns(&tdev, k, &last_ns) || !mtie_ns(&mtie, k, &peak_ns) || last_ns <= 0 ||
	    peak_ns <= 0) {
		fputs("mtie_tdev: nothing was measured\n", stderr);
		return 1;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%.3f %ld\n", (double)took_ns * 1e-9, usage.ru_maxrss);
	return 0;
}
