/* SPDX-License-Identifier: BSD-2-Clause */
#include "series_bed.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t bed_seed(void)
{
	static bool is_printed;
	const char *text = getenv("PTPROBE_SEED");
	uint64_t seed = text != NULL ? strtoull(text, NULL, 0) : 20260601;

	if (!is_printed) {
		printf("# PTPROBE_SEED=%llu\n", (unsigned long long)seed);
		is_printed = true;
	}
	return seed != 0 ? seed : 1;
}

double bed_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (double)((*state * UINT64_C(0x2545f4914f6cdd1d)) >> 11) / 0x1p53;
}

int64_t *bed_walk(uint64_t seed, size_t count, double step_ns, double noise_ns)
{
	int64_t *x = calloc(count, sizeof(*x));
	double at_ns = 0;

	for (size_t i = 0; x != NULL && i < count; i++) {
		at_ns += (bed_random(&seed) - 0.5) * step_ns;
		x[i] = llround(at_ns + (bed_random(&seed) - 0.5) * noise_ns);
	}
	return x;
}

int64_t *bed_nist(void)
{
	int64_t *x = calloc(BED_NIST_COUNT, sizeof(*x));
	int64_t n = 1234567890;

	for (size_t i = 1; x != NULL && i < BED_NIST_COUNT; i++) {
		x[i] = x[i - 1] + n - 1073741823;
		n = n * 16807 % 2147483647;
	}
	return x;
}

double bed_tdev(const int64_t *x, size_t count, size_t n)
{
	double squares = 0;

	for (size_t j = 0; j + 3 * n <= count; j++) {
		double inner = 0;

		for (size_t i = j; i < j + n; i++) {
			inner += (double)(x[i + 2 * n] - 2 * x[i + n] + x[i]);
		}
		squares += inner * inner;
	}
	return sqrt(squares / (6 * (double)n * (double)n * ((double)count - 3 * (double)n + 1)));
}

int64_t bed_mtie(const int64_t *x, size_t count, size_t n)
{
	int64_t most = 0;

	for (size_t k = 0; k + n < count; k++) {
		int64_t low = x[k], high = x[k];

		for (size_t i = k; i <= k + n; i++) {
			low = x[i] < low ? x[i] : low;
			high = x[i] > high ? x[i] : high;
		}
		most = high - low > most ? high - low : most;
	}
	return most;
}

double bed_matie(const int64_t *x, size_t count, size_t n, double slope)
{
	double most = 0;

	for (size_t k = 0; k + 2 * n <= count; k++) {
		double sum = 0;

		for (size_t i = k; i < k + n; i++) {
			sum += (double)(x[i + n] - x[i]) - slope * (double)n;
		}
		most = fmax(most, fabs(sum) / (double)n);
	}
	return most;
}
