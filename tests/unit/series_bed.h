/* SPDX-License-Identifier: BSD-2-Clause */
/* Series for the tests of MTIE, TDEV and MATIE, and the definitions as they are written, O(N n). */
#ifndef PTPROBE_TEST_SERIES_BED_H
#define PTPROBE_TEST_SERIES_BED_H

#include <stddef.h>
#include <stdint.h>

/* A seed: PTPROBE_SEED of the environment, or a fixed one; printed once. */
uint64_t bed_seed(void);

/* xorshift64*: 0 <= value < 1. *state isn't 0. */
double bed_random(uint64_t *state);

/* count samples of a random walk with white noise on it, ns. To be freed. */
int64_t *bed_walk(uint64_t seed, size_t count, double step_ns, double noise_ns);

/*
 * NIST SP 1065 (Riley, 2008), section 12.4: 1000 frequency values n / 2147483647 with n0 =
 * 1234567890, n' = 16807 n mod 2147483647. Here as phase, 1001 values, times 2147483647 and less
 * half of that a step, which changes neither ADEV nor TDEV. To be freed.
 */
enum { BED_NIST_COUNT = 1001 };
#define BED_NIST_SCALE 2147483647.0
int64_t *bed_nist(void);

/* ITU-T G.810, II.3: with the inner sum made anew each time. */
double bed_tdev(const int64_t *x, size_t count, size_t n);

/* G.810, II.5. */
int64_t bed_mtie(const int64_t *x, size_t count, size_t n);

/* G.8260, I.3, of x less slope a sample. */
double bed_matie(const int64_t *x, size_t count, size_t n, double slope);

#endif
