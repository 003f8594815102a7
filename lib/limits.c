/* SPDX-License-Identifier: BSD-2-Clause */
/* The limits of verdict.h, read from options. */
#include "verdict.h"

#include <errno.h>
#include <string.h>

/* A bare number would be seconds: a limit that nobody meant, and nothing violates. */
static int parse_duration(const char *text, int64_t *ret_ns)
{
	size_t length = strlen(text);

	if (length == 0 || (text[length - 1] >= '0' && text[length - 1] <= '9')) {
		return -EINVAL;
	}
	return units_parse_duration(text, ret_ns);
}

/* "p99.9=50us", "max=1ms", "1ms" */
static int parse_pdv(const char *text, struct limit *limit, const char **ret_error)
{
	const char *equals = strchr(text, '=');
	struct units_amount amount;
	char percent[16];

	limit->quantile = 1;
	if (equals != NULL) {
		size_t length = (size_t)(equals - text);

		if (text[0] == 'p' && length > 1 && length < sizeof(percent)) {
			/* p99.9 is the share 99.9% */
			memcpy(percent, text + 1, length - 1);
			strcpy(percent + length - 1, "%");
			if (units_parse_amount(percent, &amount) != 0 || !amount.is_share ||
			    amount.share <= 0) {
				*ret_error = "a percentile is p50, p99, p99.9, up to p100, or max";
				return -EINVAL;
			}
			limit->quantile = amount.share;
		} else if (length != 3 || memcmp(text, "max", 3) != 0) {
			*ret_error = "a percentile is p50, p99, p99.9, up to p100, or max";
			return -EINVAL;
		}
		text = equals + 1;
	}
	if (parse_duration(text, &limit->duration_ns) != 0) {
		*ret_error =
			"a limit of delay variation is p99.9=50us, max=1ms, or 1ms, with the unit";
		return -EINVAL;
	}
	return 0;
}

int limits_add(struct limits *limits, enum limit_metric metric, const char *text,
	       const char **ret_error)
{
	struct limit limit = {.metric = metric, .quantile = 1};

	if (limits->count == LIMITS_MAX) {
		*ret_error = "too many limits: at most 32";
		return -ENOSPC;
	}
	switch (metric) {
	case LIMIT_LOSS:
	case LIMIT_DUPLICATE:
	case LIMIT_REORDER:
	case LIMIT_RECEIVED:
		if (units_parse_amount(text, &limit.amount) != 0) {
			*ret_error = "a limit is a count, such as 5, or a share, such as 0.1%";
			return -EINVAL;
		}
		break;
	case LIMIT_JITTER:
	case LIMIT_OUTAGE:
		if (parse_duration(text, &limit.duration_ns) != 0) {
			*ret_error = "a limit is a duration with its unit, such as 50us or 1.5ms";
			return -EINVAL;
		}
		break;
	case LIMIT_PDV:
		if (parse_pdv(text, &limit, ret_error) != 0) {
			return -EINVAL;
		}
		break;
	}
	limits->limit[limits->count++] = limit;
	return 0;
}
