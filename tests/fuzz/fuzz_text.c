/* SPDX-License-Identifier: BSD-2-Clause */
/* The parsers of single words: group, address, durations, rates, amounts, limits. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "fuzz.h"
#include "group.h"
#include "units.h"
#include "verdict.h"

static void parse_group(const char *text)
{
	struct group group, again;
	struct endpoint last;
	const char *error = NULL;
	char name[ENDPOINT_TEXT];

	memset(&group, 0xa5, sizeof(group));
	memcpy(&again, &group, sizeof(group));
	if (group_parse(text, &group, &error) != 0) {
		assert(error != NULL && error[0] != '\0');
		assert(memcmp(&group, &again, sizeof(group)) == 0);
		return;
	}
	assert(group.count >= 1 && group.count <= GROUP_MAX_COUNT);
	last = group_at(&group, group.count - 1);
	assert(endpoint_is_multicast(&group.first) && endpoint_is_multicast(&last));
	(void)group_is_harmless(&group);
	(void)group_is_ptp(&group);

	/* what was read can be written, and reads the same again */
	assert(strlen(endpoint_text(&group.first, name)) < sizeof(name));
	assert(group_parse(name, &again, &error) == 0);
	assert(again.first.port == group.first.port);
	assert(memcmp(again.first.address, group.first.address, sizeof(again.first.address)) == 0);
}

static void parse_address(const char *text)
{
	struct endpoint endpoint = {.port = 7}, again = {0};
	char name[ENDPOINT_ADDRESS_TEXT];

	if (endpoint_parse_address(text, &endpoint) != 0) {
		return;
	}
	assert(endpoint.port == 7);
	assert(endpoint_parse_address(endpoint_address_text(&endpoint, name), &again) == 0);
	assert(memcmp(endpoint.address, again.address, sizeof(again.address)) == 0);
}

static void parse_units(const char *text)
{
	uint64_t value = 77;
	int64_t ns = -77;
	struct units_rate rate = {.value = -77};
	struct units_amount amount = {.share = -77};
	char shown[UNITS_TEXT];
	int result;

	result = units_parse_uint(text, 5, 1000000, &value);
	assert(result == 0 ? value >= 5 && value <= 1000000 : value == 77);
	assert(result == 0 || result == -EINVAL || result == -ERANGE);

	result = units_parse_duration(text, &ns);
	assert(result == 0 ? ns >= 0 : ns == -77);
	assert(strlen(units_duration_text(ns, shown)) < sizeof(shown));

	result = units_parse_rate(text, &rate);
	assert(result == 0 ? rate.kind == UNITS_RATE_MAX || rate.value > 0 : rate.value == -77);
	assert(strlen(units_rate_text(rate.value, shown)) < sizeof(shown));

	result = units_parse_amount(text, &amount);
	assert(result == 0 ? !amount.is_share || (amount.share >= 0 && amount.share <= 1)
			   : amount.share == -77);
}

static void parse_limits(const char *text)
{
	static const enum limit_metric metrics[] = {
		LIMIT_LOSS, LIMIT_DUPLICATE, LIMIT_REORDER,  LIMIT_JITTER,
		LIMIT_PDV,  LIMIT_OUTAGE,    LIMIT_RECEIVED,
	};
	struct limits limits = {0};

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		const char *error = NULL;
		size_t before = limits.count;

		if (limits_add(&limits, metrics[i], text, &error) == 0) {
			const struct limit *limit = &limits.limit[before];

			assert(limits.count == before + 1);
			assert(limit->metric == metrics[i]);
			assert(limit->duration_ns >= 0);
			assert(limit->quantile >= 0 && limit->quantile <= 1);
		} else {
			assert(limits.count == before && error != NULL && error[0] != '\0');
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	assert(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	parse_group(text);
	parse_address(text);
	parse_units(text);
	parse_limits(text);
	free(text);
	return 0;
}
