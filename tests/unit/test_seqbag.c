/* SPDX-License-Identifier: BSD-2-Clause */
/* Seqs in any order, against a bitmap. The seed is printed, and may be given as the only argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "seqbag.h"

enum { SEQS = 20000, ROUNDS = 20 };

static uint64_t seed = 1;

static uint64_t next(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (seed >> 33) % below;
}

static void assert_same(struct seqbag *bag, const bool map[SEQS])
{
	struct seqset seqs = {0};
	uint64_t count = 0;

	seqbag_take(bag, &seqs);
	assert_int_equal(seqs.error, 0);
	for (uint64_t i = 0; i < SEQS; i++) {
		assert_int_equal(seqset_has(&seqs, i), map[i]);
		count += map[i];
	}
	assert_int_equal(seqset_count(&seqs), count);
	seqset_release(&seqs);
}

/* In order but for a few, of which some are lost, some come twice. */
static void a_streams_seqs_are_gathered(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct seqbag bag = {0};
		bool map[SEQS] = {false};

		for (uint64_t i = 0; i < SEQS; i++) {
			uint64_t seq = next(10) == 0 ? i - next(i + 1) : i;

			if (next(20) > 0) {
				seqbag_add(&bag, seq);
				map[seq] = true;
			}
		}
		assert_same(&bag, map);
		assert_true(seqset_is_empty(&bag.seqs));
		seqbag_release(&bag);
	}
}

static void any_order_is_gathered(void **state)
{
	struct seqbag bag = {0};
	bool map[SEQS] = {false};

	(void)state;
	for (size_t i = 0; i < (size_t)3 * SEQBAG_LATE; i++) {
		uint64_t seq = next(SEQS);

		seqbag_add(&bag, seq);
		map[seq] = true;
	}
	assert_same(&bag, map);
}

static void descending_seqs_are_gathered(void **state)
{
	struct seqbag bag = {0};
	bool map[SEQS] = {false};

	(void)state;
	for (uint64_t i = SEQS; i > 0; i -= 2) {
		seqbag_add(&bag, i - 1);
		map[i - 1] = true;
	}
	assert_same(&bag, map);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_streams_seqs_are_gathered),
		cmocka_unit_test(any_order_is_gathered),
		cmocka_unit_test(descending_seqs_are_gathered),
	};

	if (argc > 1) {
		seed = strtoull(argv[1], NULL, 10);
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
