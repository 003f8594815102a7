/* SPDX-License-Identifier: BSD-2-Clause */
#include "units.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "wide.h"

#define NS_PER_S         UINT64_C(1000000000)
#define HUNDRED_YEARS_NS (NS_PER_S * 86400 * 36525)

/* Bounds of a rate: the time between two of the longest probes stays within 64 bits of ns. */
#define RATE_MIN_INVERSE 1e3
#define RATE_MAX         1e12

enum { FRACTION_DIGITS = 18 };

/* An exact decimal number: whole + fraction / scale. */
struct decimal {
	uint64_t whole, fraction;
	uint64_t scale; /* a power of ten */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits from *text on, which it moves behind them. */
static int scan_integer(const char **text, uint64_t *ret_value)
{
	const char *at = *text;
	uint64_t value = 0;
	bool overflow = false;

	if (!is_digit(*at)) {
		return -EINVAL;
	}
	for (; is_digit(*at); at++) {
		overflow |= __builtin_mul_overflow(value, 10, &value) ||
			    __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value);
	}
	*text = at;
	*ret_value = value;
	return overflow ? -ERANGE : 0;
}

/*
 * Reads "12" or "12.34". -ERANGE leaves *text behind the number all the same, so that the caller
 * can tell a number that is too large from junk. Digits beyond the 18th of the fraction are
 * dropped.
 */
static int scan_decimal(const char **text, struct decimal *ret_decimal)
{
	uint64_t whole = 0, fraction = 0, scale = 1;
	int result = scan_integer(text, &whole);

	if (result == -EINVAL) {
		return result;
	}
	if (**text == '.') {
		const char *at = *text + 1;

		if (!is_digit(*at)) {
			return -EINVAL;
		}
		for (int digits = 0; is_digit(*at); at++, digits++) {
			if (digits < FRACTION_DIGITS) {
				fraction = fraction * 10 + (uint64_t)(*at - '0');
				scale *= 10;
			}
		}
		*text = at;
	}
	*ret_decimal = (struct decimal){
		.whole = whole,
		.fraction = fraction,
		.scale = scale,
	};
	return result;
}

/* The number times its scale: a whole one, and exact up to 2^53. */
static double decimal_scaled(const struct decimal *number)
{
	return (double)number->whole * (double)number->scale + (double)number->fraction;
}

int units_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value)
{
	uint64_t value;
	int result = scan_integer(&text, &value);

	if (result == -EINVAL || *text != '\0') {
		return -EINVAL;
	}
	if (result < 0 || value < min || value > max) {
		return -ERANGE;
	}
	*ret_value = value;
	return 0;
}

static const struct {
	const char *name;
	uint64_t ns;
} time_unit[] = {
	{"", NS_PER_S}, {"s", NS_PER_S},      {"ms", 1000000},        {"us", 1000},
	{"ns", 1},      {"m", 60 * NS_PER_S}, {"h", 3600 * NS_PER_S}, {"d", 86400 * NS_PER_S},
};

int units_parse_duration(const char *text, int64_t *ret_ns)
{
	struct decimal number;
	int result = scan_decimal(&text, &number);

	if (result == -EINVAL) {
		return result;
	}
	for (size_t i = 0; i < sizeof(time_unit) / sizeof(*time_unit); i++) {
		uint64_t unit_ns = time_unit[i].ns;
		uint64_t whole_ns, fraction_ns;

		if (strcasecmp(text, time_unit[i].name) != 0) {
			continue;
		}
		fraction_ns = wide_scale(number.fraction, unit_ns, number.scale / 2, number.scale);
		if (result < 0 || __builtin_mul_overflow(number.whole, unit_ns, &whole_ns) ||
		    whole_ns > HUNDRED_YEARS_NS || whole_ns + fraction_ns > HUNDRED_YEARS_NS) {
			return -ERANGE;
		}
		*ret_ns = (int64_t)(whole_ns + fraction_ns);
		return 0;
	}
	return -EINVAL;
}

/* "k", "M", "G" at *text, which it moves behind them; in any case, since milli makes no rate. */
static double scan_prefix(const char **text)
{
	switch (**text) {
	case 'k':
	case 'K':
		(*text)++;
		return 1e3;
	case 'm':
	case 'M':
		(*text)++;
		return 1e6;
	case 'g':
	case 'G':
		(*text)++;
		return 1e9;
	default:
		return 1;
	}
}

int units_parse_rate(const char *text, struct units_rate *ret_rate)
{
	struct units_rate rate = {.kind = UNITS_RATE_PPS};
	struct decimal number;
	double scale;
	int result;

	if (strcasecmp(text, "max") == 0) {
		*ret_rate = (struct units_rate){.kind = UNITS_RATE_MAX};
		return 0;
	}
	result = scan_decimal(&text, &number);
	if (result == -EINVAL) {
		return result;
	}
	rate.value = decimal_scaled(&number);
	if (*text != '\0') {
		rate.value *= scan_prefix(&text);
		if (strcmp(text, "bps") == 0 || strcmp(text, "bit") == 0 ||
		    strcmp(text, "b/s") == 0 || strcmp(text, "bit/s") == 0) {
			rate.kind = UNITS_RATE_BPS; /* a capital B would mean bytes */
		} else if (strcasecmp(text, "pps") != 0) {
			return -EINVAL; /* a bare "10M", too: of probes, or of bits as iperf has it?
					 */
		}
	}
	scale = (double)number.scale;
	/* before it is divided: a quotient depends on the registers of the machine */
	if (result < 0 || rate.value * RATE_MIN_INVERSE < scale || rate.value > RATE_MAX * scale) {
		return -ERANGE;
	}
	rate.value /= scale;
	*ret_rate = rate;
	return 0;
}

int units_parse_amount(const char *text, struct units_amount *ret_amount)
{
	struct units_amount amount = {0};
	struct decimal number;
	int result = scan_decimal(&text, &number);

	if (result == -EINVAL) {
		return result;
	}
	if (strcmp(text, "%") == 0) {
		amount.is_share = true;
		amount.share = decimal_scaled(&number) / (100 * (double)number.scale);
		if (amount.share > 1) {
			return -ERANGE;
		}
	} else if (*text != '\0' || number.scale != 1) {
		return -EINVAL;
	}
	if (result < 0) {
		return result;
	}
	if (!amount.is_share) {
		amount.count = number.whole;
	}
	*ret_amount = amount;
	return 0;
}

char *units_duration_text(int64_t ns, char *text)
{
	/* decimals: at most so many; below: the next unit takes over from there */
	static const struct {
		uint64_t ns;
		int decimals;
		uint64_t below;
		const char *name;
	} unit[] = {
		{1, 0, 1000, "ns"},
		{1000, 2, 1000, "us"},
		{1000000, 2, 1000, "ms"},
		{NS_PER_S, 2, 10000, "s"},
		{3600 * NS_PER_S, 2, 1000, "h"},
		{86400 * NS_PER_S, 2, UINT64_MAX, "d"},
	};
	static const uint64_t power[] = {1, 10, 100};
	uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

	for (size_t i = 0; i < sizeof(unit) / sizeof(*unit); i++) {
		for (int decimals = unit[i].decimals; decimals >= 0; decimals--) {
			uint64_t step = power[decimals];
			/* rounded first, so that 999.6 us doesn't become "1000 us" */
			uint64_t value = wide_scale(magnitude, step, unit[i].ns / 2, unit[i].ns);

			if (value >= (decimals > 0 ? 1000 : unit[i].below)) {
				continue;
			}
			snprintf(text, UNITS_TEXT, "%s%.*f %s", ns < 0 ? "-" : "", decimals,
				 (double)value / (double)step, unit[i].name);
			return text;
		}
	}
	return text; /* not reached: days have no upper bound */
}

char *units_rate_text(double bits_per_second, char *text)
{
	static const char *const unit[] = {"b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s"};
	double value = bits_per_second;
	size_t i = 0;

	/* 999.5 would be printed as 1000 */
	for (; value >= 999.5 && i + 1 < sizeof(unit) / sizeof(*unit); i++) {
		value /= 1000;
	}
	snprintf(text, UNITS_TEXT, "%.*f %s",
		 value < 9.995   ? 2
		 : value < 99.95 ? 1
				 : 0,
		 value, unit[i]);
	return text;
}
