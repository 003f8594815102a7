/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sequence_bed.h"

struct sequence sequence;
int64_t now_ns;

int bed_reset(void **state)
{
	(void)state;
	memset(&sequence, 0, sizeof(sequence));
	sequence_init(&sequence, LOST_AFTER, INT64_MAX);
	now_ns = 5000 * MS;
	return 0;
}

enum sequence_fate hear(uint64_t seq)
{
	now_ns += MS;
	sequence_settle(&sequence, now_ns);
	return sequence_add(&sequence, seq, now_ns);
}

void hear_all(const uint64_t *seq, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		(void)hear(seq[i]);
	}
}

void hear_run(uint64_t first, uint64_t last)
{
	for (uint64_t seq = first; seq <= last; seq++) {
		assert_int_equal(hear(seq), SEQUENCE_IN_ORDER);
	}
}

void wait_beyond_lost_after(void)
{
	now_ns += LOST_AFTER + MS;
	sequence_settle(&sequence, now_ns);
}

void assert_ranges(const uint64_t (*want)[2], size_t count)
{
	assert_int_equal(sequence.missing.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(sequence.missing.range[i].first, want[i][0]);
		assert_int_equal(sequence.missing.range[i].last, want[i][1]);
	}
}
