/* SPDX-License-Identifier: BSD-2-Clause */
#include "wide.h"

#include <assert.h>

struct wide {
	uint64_t high, low;
};

/* By hand in digits of 32 bits. The largest sum of each line is just below 2^64. */
static struct wide multiply_add(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t a_high = a >> 32, a_low = (uint32_t)a;
	uint64_t b_high = b >> 32, b_low = (uint32_t)b;
	uint64_t low = a_low * b_low + (uint32_t)c;
	uint64_t left = a_high * b_low + (low >> 32) + (c >> 32);
	uint64_t right = a_low * b_high + (uint32_t)left;

	return (struct wide){
		.high = a_high * b_high + (left >> 32) + (right >> 32),
		.low = right << 32 | (uint32_t)low,
	};
}

/*
 * One digit of the quotient: (*rest * 2^32 + next) / d, the remainder becomes *rest. *rest < d, and
 * the top bit of d is set: then a guess by the top half of d is at most two too large (Knuth, The
 * Art of Computer Programming 2, 4.3.1, theorem B).
 */
static uint64_t divide_digit(uint64_t *rest, uint32_t next, uint64_t d)
{
	uint64_t d_high = d >> 32, d_low = (uint32_t)d;
	uint64_t digit = *rest / d_high, over = *rest % d_high;

	while (over <= UINT32_MAX && (digit > UINT32_MAX || digit * d_low > (over << 32 | next))) {
		digit--;
		over += d_high;
	}
	*rest = (*rest << 32 | next) - digit * d; /* less than d: modulo 2^64 is enough */
	return digit;
}

uint64_t wide_scale(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	struct wide n = multiply_add(a, b, c);
	uint64_t high;
	int shift;

	assert(d > 0);
	if (n.high == 0) {
		return n.low / d;
	}
	if (n.high >= d) {
		return UINT64_MAX;
	}
	shift = __builtin_clzll(d);
	if (shift > 0) {
		n.high = n.high << shift | n.low >> (64 - shift);
		n.low <<= shift;
		d <<= shift;
	}
	high = divide_digit(&n.high, (uint32_t)(n.low >> 32), d);
	return high << 32 | divide_digit(&n.high, (uint32_t)n.low, d);
}
