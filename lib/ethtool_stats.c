/* SPDX-License-Identifier: BSD-2-Clause */
#include "ethtool_stats.h"

#include <errno.h>
#include <string.h>

#include "counters.h"

int ethtool_stats_add(struct counters *counters, const char *names, const void *numbers,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *number = (const char *)numbers + i * sizeof(uint64_t);
		char name[ETHTOOL_STATS_NAME + 1] = "";
		uint64_t value;
		int err;

		memcpy(name, names + i * ETHTOOL_STATS_NAME, ETHTOOL_STATS_NAME);
		memcpy(&value, number, sizeof(value));
		err = counters_add_to(counters, "ethtool", name, value);
		/* some drivers have strings without a name */
		if (err < 0 && err != -EINVAL) {
			return err;
		}
	}
	return 0;
}
