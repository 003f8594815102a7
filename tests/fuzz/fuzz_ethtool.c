/* SPDX-License-Identifier: BSD-2-Clause */
/* What a driver tells of itself: strings with their numbers, and answers of ethtool netlink. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "counters.h"
#include "ethnl_parse.h"
#include "ethtool_stats.h"
#include "fuzz.h"

static void check(struct counters *counters, const char *prefix)
{
	assert(counters->count <= COUNTERS_MAX);
	for (size_t i = 0; i < counters->count; i++) {
		const char *name = counters->counter[i].name;

		assert(strncmp(name, prefix, strlen(prefix)) == 0);
		assert(strlen(name) < COUNTERS_NAME);
		for (const char *at = name; *at != '\0'; at++) {
			assert(*at >= 0x21 && *at <= 0x7e);
		}
		assert(counters_find(counters, name) == &counters->counter[i]);
	}
	counters_release(counters);
}

static void parse_strings(const uint8_t *data, size_t size)
{
	size_t count = size / (ETHTOOL_STATS_NAME + sizeof(uint64_t));
	struct counters counters = {0};

	assert(ethtool_stats_add(&counters, (const char *)data, data + count * ETHTOOL_STATS_NAME,
				 count) == 0);
	assert(counters.count <= count);
	check(&counters, "ethtool.");
}

static void parse_answer(const uint8_t *data, size_t size,
			 int (*parse)(const void *, size_t, struct counters *), const char *prefix)
{
	struct counters counters = {0};
	int err = parse(data, size, &counters);

	assert(err == 0 || err == -EBADMSG);
	check(&counters, prefix);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0) {
		return 0;
	}
	switch (data[0]) {
	case 's':
		parse_answer(data + 1, size - 1, ethnl_parse_stats, "std.");
		break;
	case 'f':
		parse_answer(data + 1, size - 1, ethnl_parse_fec, "std.fec.");
		break;
	case 'p':
		parse_answer(data + 1, size - 1, ethnl_parse_pause, "std.pause.");
		break;
	default:
		parse_strings(data + 1, size - 1);
		break;
	}
	return 0;
}
