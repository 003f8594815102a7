/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "wide.h"

#define TWO_32 (UINT64_C(1) << 32)
#define TWO_63 (UINT64_C(1) << 63)

static void expect(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t expected)
{
	uint64_t got = wide_scale(a, b, c, d);

	if (got != expected) {
		fail_msg("(%llu * %llu + %llu) / %llu is not %llu", (unsigned long long)a,
			 (unsigned long long)b, (unsigned long long)c, (unsigned long long)d,
			 (unsigned long long)got);
	}
}

static void what_fits_64_bits_is_divided(void **state)
{
	(void)state;
	expect(0, 0, 0, 1, 0);
	expect(6, 7, 0, 10, 4);
	expect(6, 7, 8, 10, 5);
	expect(6, 7, 7, 10, 4);
	expect(UINT64_MAX, 1, 0, 1, UINT64_MAX);
	expect(TWO_32 - 1, TWO_32 - 1, 0, TWO_32 - 1, TWO_32 - 1);
}

/* (2^64 - 1)^2 + 2^64 - 1 = (2^64 - 1) * 2^64 */
static void products_of_128_bits_are_exact(void **state)
{
	(void)state;
	expect(UINT64_MAX, UINT64_MAX, 0, UINT64_MAX, UINT64_MAX);
	expect(TWO_63, 2, 0, 2, TWO_63);
	expect(TWO_32, TWO_32, 0, TWO_32, TWO_32);
	expect(TWO_32, TWO_32, 0, UINT64_MAX, 1);
	expect(TWO_32, TWO_32, UINT64_MAX - 1, UINT64_MAX, 2);
	expect(TWO_32, TWO_32, UINT64_MAX - 2, UINT64_MAX, 1);
	/* 10^15 * 10^9 / (7 * 10^6) */
	expect(UINT64_C(1000000000000000), 1000000000, 0, 7000000, UINT64_C(142857142857142857));
	/* 2^64 = 3 * 6148914691236517205 + 1 */
	expect(TWO_63, 2, 0, 3, UINT64_C(6148914691236517205));
	expect(TWO_63, 2, 1, 3, UINT64_C(6148914691236517205));
	expect(TWO_63, 2, 2, 3, UINT64_C(6148914691236517206));
}

static void a_carry_of_the_addend_is_kept(void **state)
{
	(void)state;
	expect(UINT64_MAX, 1, 1, 2, TWO_63);
	expect(TWO_32 - 1, TWO_32 + 1, 1, 4, TWO_63 / 2);
	expect(UINT64_MAX, 2, UINT64_MAX, 3, UINT64_MAX);
}

static void what_exceeds_64_bits_saturates(void **state)
{
	(void)state;
	expect(UINT64_MAX, UINT64_MAX, UINT64_MAX, 1, UINT64_MAX);
	expect(TWO_63, 2, 0, 1, UINT64_MAX);
	expect(UINT64_MAX, 1, 1, 1, UINT64_MAX);
	/* (2^64 - 1) * 2^64 / (2^64 - 1) = 2^64: just too much */
	expect(UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX);
	expect(UINT64_MAX, UINT64_MAX, UINT64_MAX - 1, UINT64_MAX, UINT64_MAX);
}

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Of every length, and often with runs of ones or zeros: there a guessed digit is off. */
static uint64_t random_operand(uint64_t *state)
{
	uint64_t value = random_next(state), shape = random_next(state);

	switch (shape % 4) {
	case 0:
		value |= UINT64_MAX << (shape >> 8) % 64;
		break;
	case 1:
		value &= UINT64_MAX << (shape >> 8) % 64;
		break;
	default:
		break;
	}
	return value >> (shape >> 16) % 64;
}

/* An oracle without a division: floor((quotient * d + rest) / d), rest being less than d. */
static void quotient_of_a_product_is_its_factor(void **state)
{
	uint64_t seed = 42;

	(void)state;
	printf("# seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 2000000; i++) {
		uint64_t quotient = random_operand(&seed), d = random_operand(&seed);
		uint64_t rest = random_operand(&seed);

		if (d > 0) {
			expect(quotient, d, rest % d, d, quotient);
			expect(quotient, d, d - 1, d, quotient);
		}
	}
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 uint128;

static void compilers_128_bits_agree(void **state)
{
	uint64_t seed = 43;

	(void)state;
	printf("# seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 5000000; i++) {
		uint64_t a = random_operand(&seed), b = random_operand(&seed);
		uint64_t c = random_operand(&seed), d = random_operand(&seed);

		if (d > 0) {
			uint128 exact = ((uint128)a * b + c) / d;

			expect(a, b, c, d, exact > UINT64_MAX ? UINT64_MAX : (uint64_t)exact);
		}
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_64_bits_is_divided),
		cmocka_unit_test(products_of_128_bits_are_exact),
		cmocka_unit_test(a_carry_of_the_addend_is_kept),
		cmocka_unit_test(what_exceeds_64_bits_saturates),
		cmocka_unit_test(quotient_of_a_product_is_its_factor),
#ifdef __SIZEOF_INT128__
		cmocka_unit_test(compilers_128_bits_agree),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
