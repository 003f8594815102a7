/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations, rates, shares: text to integers and back. */
#ifndef PTPROBE_UNITS_H
#define PTPROBE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNITS_TEXT = 32 };

/* Each parser returns 0, -EINVAL for text that is no such thing, -ERANGE for a value out of range,
 * and leaves its result untouched then. No sign, no spaces; a decimal fraction is allowed where
 * said. */

/* A decimal integer within min..max. */
int units_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value);

/*
 * "10s", "1.5ms", "250us", "40ns", "5m", "1h", "2d", in upper or lower case; a bare number is
 * seconds. 0..100 years, ns; what is finer than 1 ns is rounded to the nearest.
 */
int units_parse_duration(const char *text, int64_t *ret_ns);

enum units_rate_kind {
	UNITS_RATE_PPS,
	UNITS_RATE_BPS, /* bits of UDP payload a second */
	UNITS_RATE_MAX, /* as fast as it goes */
};

struct units_rate {
	enum units_rate_kind kind;
	double value; /* pps or bit/s, 0.001..1e12 */
};

/*
 * "1000", "1000pps", "2.5kpps", "10Mbps", "1Gbps", "500kbit", "max". Prefixes are decimal. A bare
 * "10M" is refused: it could mean probes or, as in iperf, bits; so is "MBps", which would mean
 * bytes.
 */
int units_parse_rate(const char *text, struct units_rate *ret_rate);

/* A limit: "5" is a count, "0.1%" a share. */
struct units_amount {
	bool is_share;
	uint64_t count;
	double share; /* 0..1 */
};

int units_parse_amount(const char *text, struct units_amount *ret_amount);

/* "12.3 us": three or four significant digits and the unit that suits. text holds UNITS_TEXT. */
char *units_duration_text(int64_t ns, char *text);

/* "9.98 Mb/s". */
char *units_rate_text(double bits_per_second, char *text);

#endif
