/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_limits.h"

#include <errno.h>
#include <string.h>

#include "health.h"
#include "verdict.h"

static int add(struct ptp_limits *limits, const struct ptp_limit *limit, const char **ret_error)
{
	if (limits->count == PTP_LIMITS_MAX) {
		*ret_error = "one limit too many: 48 can be set";
		return -EINVAL;
	}
	limits->limit[limits->count++] = *limit;
	return 0;
}

static int add_amount(struct ptp_limits *limits, enum ptp_metric metric, const char *text,
		      const char **ret_error)
{
	struct ptp_limit limit = {.metric = metric};

	if (units_parse_amount(text, &limit.amount) != 0) {
		*ret_error = "a limit is a count, such as 5, or a share, such as 0.1%";
		return -EINVAL;
	}
	return add(limits, &limit, ret_error);
}

int ptp_limits_loss(const char *text, void *field, const char **ret_error)
{
	return add_amount(field, PTP_METRIC_LOSS, text, ret_error);
}

int ptp_limits_duplicate(const char *text, void *field, const char **ret_error)
{
	return add_amount(field, PTP_METRIC_DUPLICATE, text, ret_error);
}

int ptp_limits_reorder(const char *text, void *field, const char **ret_error)
{
	return add_amount(field, PTP_METRIC_REORDER, text, ret_error);
}

int ptp_limits_follow_up(const char *text, void *field, const char **ret_error)
{
	return add_amount(field, PTP_METRIC_FOLLOW_UP, text, ret_error);
}

int ptp_limits_unanswered(const char *text, void *field, const char **ret_error)
{
	return add_amount(field, PTP_METRIC_UNANSWERED, text, ret_error);
}

int ptp_limits_correction(const char *text, void *field, const char **ret_error)
{
	struct ptp_limit limit = {.metric = PTP_METRIC_CORRECTION};

	if (units_parse_uint(text, 0, UINT64_MAX, &limit.amount.count) < 0) {
		*ret_error = "is a number of changes, 0 and more";
		return -EINVAL;
	}
	return add(field, &limit, ret_error);
}

int ptp_limits_rate(const char *text, void *field, const char **ret_error)
{
	struct ptp_limit limit = {.metric = PTP_METRIC_RATE};

	if (units_parse_amount(text, &limit.amount) != 0 || !limit.amount.is_share ||
	    limit.amount.share <= 0) {
		*ret_error = "is a share of the advertised rate, such as 90%";
		return -EINVAL;
	}
	return add(field, &limit, ret_error);
}

static bool is_reported(double quantile)
{
	static const double reported[] = {0.5, 0.9, 0.99, 0.999, 1};

	for (size_t i = 0; i < sizeof(reported) / sizeof(*reported); i++) {
		if (quantile > reported[i] - 1e-9 && quantile < reported[i] + 1e-9) {
			return true;
		}
	}
	return false;
}

int ptp_limits_pdv(const char *text, void *field, const char **ret_error)
{
	struct limits parsed = {0};
	struct ptp_limit limit = {.metric = PTP_METRIC_PDV};

	if (limits_add(&parsed, LIMIT_PDV, text, ret_error) < 0) {
		return -EINVAL;
	}
	limit.duration_ns = parsed.limit[0].duration_ns;
	limit.quantile = parsed.limit[0].quantile;
	if (!is_reported(limit.quantile)) {
		*ret_error = "the percentiles of this tool are p50, p90, p99, p99.9 and max";
		return -EINVAL;
	}
	return add(field, &limit, ret_error);
}

int ptp_limits_events(const char *text, void *field, const char **ret_error)
{
	struct ptp_limit limit = {.metric = PTP_METRIC_EVENTS, .event = PTP_EVENTS_ANY};
	const char *equals = strchr(text, '=');
	char name[48] = "";

	if (equals != NULL && (size_t)(equals - text) < sizeof(name)) {
		memcpy(name, text, (size_t)(equals - text));
	}
	if (strcmp(name, "any") != 0) {
		limit.event = health_event_find(name);
		if (name[0] == '\0' || limit.event < 0) {
			*ret_error = "not KIND=N with 'any' or a kind of event that the manual "
				     "page names, such as two_masters";
			return -EINVAL;
		}
	}
	if (units_parse_uint(equals + 1, 0, UINT64_MAX, &limit.amount.count) < 0) {
		*ret_error = "behind '=' is a number of events";
		return -EINVAL;
	}
	return add(field, &limit, ret_error);
}

int ptp_limits_messages(const char *text, void *field, const char **ret_error)
{
	struct ptp_limit limit = {.metric = PTP_METRIC_MESSAGES};

	if (units_parse_uint(text, 1, UINT64_MAX, &limit.amount.count) < 0) {
		*ret_error = "is a number of messages, 1 and more";
		return -EINVAL;
	}
	return add(field, &limit, ret_error);
}

int ptp_limits_grandmaster(const char *text, void *field, const char **ret_error)
{
	struct ptp_limits *limits = field;

	if (ptp_clock_parse(text, &limits->grandmaster) < 0) {
		*ret_error = "is a clock's identity, such as 001122.fffe.334455 or its 16 "
			     "hexadecimal digits";
		return -EINVAL;
	}
	limits->has_grandmaster = true;
	return 0;
}
