/* SPDX-License-Identifier: BSD-2-Clause */
/* Interval sets against a bitmap, which does the same the slow way; and their edges. The seed is
 * printed, and may be given as the only argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "seqset.h"

enum { SEQS = 256, ROUNDS = 3000, MANY = 24 };

static uint64_t seed = 1;

static uint64_t next(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (seed >> 33) % below;
}

/* The ranges are ascending, and none touches the next. */
static void assert_well_formed(const struct seqset *set)
{
	for (size_t i = 0; i < set->count; i++) {
		assert_true(set->range[i].first <= set->range[i].last);
		assert_true(i == 0 || set->range[i].first - set->range[i - 1].last > 1);
	}
}

static void assert_same(const struct seqset *set, const bool map[SEQS])
{
	uint64_t count = 0;

	assert_int_equal(set->error, 0);
	assert_well_formed(set);
	for (uint64_t i = 0; i < SEQS; i++) {
		assert_int_equal(seqset_has(set, i), map[i]);
		count += map[i];
	}
	assert_int_equal(seqset_count(set), count);
	assert_int_equal(seqset_is_empty(set), count == 0);
}

static struct range draw_range(void)
{
	uint64_t first = next(SEQS), last = first + next(SEQS / 8);

	return (struct range){first, last < SEQS ? last : SEQS - 1};
}

static void mark(bool map[SEQS], const struct range *range)
{
	for (uint64_t i = range->first; i <= range->last; i++) {
		map[i] = true;
	}
}

/* Some ranges in any order, one by one or many at once. */
static void draw_set(struct seqset *set, bool map[SEQS])
{
	struct range range[MANY];
	size_t count = next(MANY);

	memset(map, 0, SEQS);
	for (size_t i = 0; i < count; i++) {
		range[i] = draw_range();
		mark(map, &range[i]);
	}
	if (next(2) == 0) {
		for (size_t i = 0; i < count; i++) {
			seqset_add(set, range[i].first, range[i].last);
		}
	} else {
		size_t half = next(count + 1);

		seqset_add_many(set, range, half);
		seqset_add_many(set, range + half, count - half);
	}
	assert_same(set, map);
}

static void sets_agree_with_a_bitmap(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct seqset a = {0}, b = {0}, result = {0};
		bool in_a[SEQS], in_b[SEQS], expected[SEQS];
		struct range window = draw_range();

		draw_set(&a, in_a);
		draw_set(&b, in_b);
		for (size_t i = 0; i < SEQS; i++) {
			expected[i] = in_a[i] || in_b[i];
		}
		seqset_unite(&a, &b, &result);
		assert_same(&result, expected);
		for (size_t i = 0; i < SEQS; i++) {
			expected[i] = in_a[i] && in_b[i];
		}
		seqset_intersect(&a, &b, &result);
		assert_same(&result, expected);
		for (size_t i = 0; i < SEQS; i++) {
			expected[i] = in_a[i] && i >= window.first && i <= window.last;
		}
		seqset_clip(&a, window.first, window.last, &result);
		assert_same(&result, expected);
		for (size_t i = 0; i < SEQS; i++) {
			expected[i] = in_a[i] && !in_b[i];
		}
		seqset_subtract(&a, &b, &result);
		assert_same(&result, expected);
		/* the result may be an operand */
		seqset_subtract(&a, &b, &a);
		assert_same(&a, expected);
		seqset_copy(&a, &b);
		assert_same(&b, expected);
		assert_same(&a, expected);
		seqset_move(&a, &result);
		assert_same(&result, expected);
		assert_true(seqset_is_empty(&a));
		seqset_release(&a);
		seqset_release(&b);
		seqset_release(&result);
	}
}

static void the_ends_of_the_numbers_are_no_edge(void **state)
{
	struct seqset set = {0}, all = {0};

	(void)state;
	seqset_add(&set, UINT64_MAX, UINT64_MAX);
	seqset_add(&set, 0, 0);
	assert_int_equal(seqset_count(&set), 2);
	assert_true(seqset_has(&set, UINT64_MAX));
	seqset_add(&set, UINT64_MAX - 5, UINT64_MAX - 1);
	assert_int_equal(set.count, 2);
	seqset_add(&all, 0, UINT64_MAX);
	assert_true(seqset_count(&all) == UINT64_MAX);
	seqset_subtract(&all, &set, &all);
	assert_int_equal(all.count, 1);
	assert_true(all.range[0].first == 1 && all.range[0].last == UINT64_MAX - 6);
	seqset_unite(&all, &set, &all);
	assert_int_equal(all.count, 1);
	seqset_clip(&all, UINT64_MAX, UINT64_MAX, &all);
	assert_int_equal(seqset_count(&all), 1);
	seqset_clip(&all, 1, 0, &all);
	assert_true(seqset_is_empty(&all));
	seqset_release(&set);
	seqset_release(&all);
}

static void more_ranges_than_there_is_room_for_are_an_error_that_stays(void **state)
{
	struct seqset set = {0}, other = {0}, result = {0};

	(void)state;
	for (uint64_t i = 0; i < SEQSET_MAX; i++) {
		seqset_add(&set, 2 * i, 2 * i);
	}
	assert_int_equal(set.error, 0);
	assert_int_equal(set.count, SEQSET_MAX);
	seqset_add(&set, 2 * (uint64_t)SEQSET_MAX - 1, 2 * (uint64_t)SEQSET_MAX - 1);
	assert_int_equal(set.error, 0); /* it touches the last one */
	seqset_add(&set, UINT64_MAX, UINT64_MAX);
	assert_int_equal(set.error, -28);
	assert_true(seqset_is_empty(&set));
	seqset_add(&set, 1, 1);
	assert_true(seqset_is_empty(&set));
	seqset_add(&other, 1, 1);
	seqset_unite(&other, &set, &result);
	assert_int_equal(result.error, -28);
	assert_true(seqset_is_empty(&result));
	seqset_subtract(&other, &set, &other);
	assert_int_equal(other.error, -28);
	seqset_release(&set);
	seqset_release(&other);
	seqset_release(&result);
	assert_int_equal(set.error, 0);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_agree_with_a_bitmap),
		cmocka_unit_test(the_ends_of_the_numbers_are_no_edge),
		cmocka_unit_test(more_ranges_than_there_is_room_for_are_an_error_that_stays),
	};

	if (argc > 1) {
		seed = strtoull(argv[1], NULL, 10);
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
