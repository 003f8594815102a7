/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "counters.h"

int ethtool_open(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* a kernel without IPv4 has another family's */
	if (fd < 0 && errno == EAFNOSUPPORT) {
		fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	}
	return fd < 0 ? -errno : fd;
}

static int ask(int fd, const char *interface, void *data)
{
	struct ifreq request = {.ifr_data = data};

	snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
	return ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

static int count_strings(int fd, const char *interface, uint32_t *ret_count)
{
	union {
		struct ethtool_sset_info info;
		char bytes[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
	} set = {.info = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = UINT64_C(1) << ETH_SS_STATS}};
	int err = ask(fd, interface, &set);

	if (err < 0) {
		return err;
	}
	if (set.info.sset_mask == 0) {
		return -EOPNOTSUPP;
	}
	memcpy(ret_count, set.bytes + sizeof(set.info), sizeof(*ret_count));
	return *ret_count == 0 ? -EOPNOTSUPP : *ret_count > COUNTERS_MAX ? -E2BIG : 0;
}

int ethtool_counters(int fd, const char *interface, struct counters *counters)
{
	struct ethtool_gstrings *strings = NULL;
	struct ethtool_stats *stats = NULL;
	uint32_t count, room;
	int err = count_strings(fd, interface, &count);

	if (err < 0) {
		return err;
	}
	/* the kernel writes as many as there are by then, whatever it is asked for: a driver whose
	 * queues have just become more must not write behind the end */
	room = 4 * count + 4096;
	strings = calloc(1, sizeof(*strings) + (size_t)room * ETH_GSTRING_LEN);
	stats = calloc(1, sizeof(*stats) + (size_t)room * sizeof(uint64_t));
	if (strings == NULL || stats == NULL) {
		err = -ENOMEM;
		goto out;
	}
	strings->cmd = ETHTOOL_GSTRINGS;
	strings->string_set = ETH_SS_STATS;
	strings->len = count;
	stats->cmd = ETHTOOL_GSTATS;
	stats->n_stats = count;
	err = ask(fd, interface, strings);
	err = err < 0 ? err : ask(fd, interface, stats);
	if (err == 0 && (strings->len != count || stats->n_stats != count)) {
		err = -EAGAIN; /* the names may belong to other numbers */
	}
	for (uint32_t i = 0; err == 0 && i < count; i++) {
		char name[ETH_GSTRING_LEN + 1] = "";
		uint64_t value;

		memcpy(name, strings->data + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
		memcpy(&value, stats->data + i, sizeof(value));
		err = counters_add_to(counters, "ethtool", name, value);
		/* some drivers have strings without a name */
		err = err == -EINVAL ? 0 : err;
	}
out:
	free(strings);
	free(stats);
	return err;
}
