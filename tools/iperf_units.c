/* SPDX-License-Identifier: BSD-2-Clause */
#include "iperf_units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const double most_bps = 1e12, most_bytes = 1099511627776.0;

/* A decimal number, a fraction too, and what stands behind it. Negative: there is none. */
static double number(const char *text, const char **ret_rest)
{
	size_t length = strspn(text, "0123456789.");
	char digits[32], *end;
	double value;

	if (length == 0 || length >= sizeof(digits) || *text == '.') {
		return -1;
	}
	memcpy(digits, text, length);
	digits[length] = '\0';
	value = strtod(digits, &end);
	*ret_rest = text + length;
	return *end == '\0' ? value : -1;
}

/* Takes the prefix, if there is one, off *rest. */
static double factor(const char **rest, double step)
{
	static const char prefix[] = "kmgt";
	const char *found = **rest != '\0' ? strchr(prefix, **rest | 0x20) : NULL;
	double result = 1;

	if (found != NULL) {
		for (const char *at = prefix; at <= found; at++) {
			result *= step;
		}
		(*rest)++;
	}
	return result;
}

int iperf_units_rate(const char *text, double *ret_bps)
{
	const char *rest = "";
	double value = number(text, &rest);

	value *= factor(&rest, 1000);
	if (value < 0 || value > most_bps ||
	    (*rest != '\0' && strcmp(rest, "bps") != 0 && strcmp(rest, "bit") != 0)) {
		return -EINVAL;
	}
	*ret_bps = value;
	return 0;
}

int iperf_units_bytes(const char *text, uint64_t *ret_bytes)
{
	const char *rest = "";
	double value = number(text, &rest);

	value *= factor(&rest, 1024);
	if (value < 0 || value > most_bytes || *rest != '\0') {
		return -EINVAL;
	}
	*ret_bytes = (uint64_t)value;
	return 0;
}
