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
#include "ethtool_stats.h"

_Static_assert((int)ETHTOOL_STATS_NAME == ETH_GSTRING_LEN, "names are as long as the kernel's");

enum { TRIES = 3 };

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

static int read_counters(int fd, const char *interface, struct counters *counters)
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
	if (err == 0) {
		err = ethtool_stats_add(counters, (const char *)strings->data, stats->data, count);
	}
out:
	free(strings);
	free(stats);
	return err;
}

int ethtool_counters(int fd, const char *interface, struct counters *counters)
{
	int tries = 0, err;

	do {
		err = read_counters(fd, interface, counters);
	} while (err == -EAGAIN && ++tries < TRIES);
	return err;
}

/* From a field that a driver may have filled without an end. */
static void take_text(const char *field, size_t length, char text[static ETHTOOL_TEXT])
{
	length = strnlen(field, length);
	length = length < ETHTOOL_TEXT ? length : ETHTOOL_TEXT - 1;
	memcpy(text, field, length);
	text[length] = '\0';
}

static int read_driver(int fd, const char *interface, struct ethtool_settings *settings)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	int err = ask(fd, interface, &info);

	if (err == 0) {
		take_text(info.driver, sizeof(info.driver), settings->driver);
		take_text(info.fw_version, sizeof(info.fw_version), settings->firmware);
		take_text(info.bus_info, sizeof(info.bus_info), settings->bus);
	}
	return err;
}

static int read_link(int fd, const char *interface, struct ethtool_settings *settings)
{
	struct ethtool_value value = {.cmd = ETHTOOL_GLINK};
	int err = ask(fd, interface, &value);

	if (err == 0) {
		settings->link = value.data != 0;
	}
	return err;
}

static void take_link_settings(const struct ethtool_link_settings *link,
			       struct ethtool_settings *settings)
{
	/* a driver may hand on a -1 of another width, too */
	if (link->speed != (uint32_t)SPEED_UNKNOWN && link->speed != UINT16_MAX &&
	    link->speed <= INT32_MAX) {
		settings->speed_mbps = link->speed;
	}
	settings->full_duplex = link->duplex == DUPLEX_FULL   ? 1
				: link->duplex == DUPLEX_HALF ? 0
							      : ETHTOOL_UNKNOWN;
	settings->autonegotiation = link->autoneg == AUTONEG_ENABLE    ? 1
				    : link->autoneg == AUTONEG_DISABLE ? 0
								       : ETHTOOL_UNKNOWN;
}

/*
 * The first question is answered with the negative number of words in the kernel's link mode masks,
 * the one that has that number with the settings and three masks behind them.
 */
static int read_link_settings(int fd, const char *interface, struct ethtool_settings *settings)
{
	union {
		struct ethtool_link_settings link;
		char bytes[sizeof(struct ethtool_link_settings) + 3 * INT8_MAX * sizeof(uint32_t)];
	} answer;
	int words = 0, err;

	for (int tries = 0; tries <= TRIES; tries++) {
		memset(&answer, 0, sizeof(answer));
		answer.link.cmd = ETHTOOL_GLINKSETTINGS;
		answer.link.link_mode_masks_nwords = (int8_t)words;
		err = ask(fd, interface, &answer);
		if (err < 0) {
			return err;
		}
		if (words > 0 && answer.link.link_mode_masks_nwords == words) {
			take_link_settings(&answer.link, settings);
			return 0;
		}
		words = -answer.link.link_mode_masks_nwords;
		if (words <= 0 || words > INT8_MAX) {
			return -EPROTO;
		}
	}
	return -EAGAIN;
}

static int read_rings(int fd, const char *interface, struct ethtool_settings *settings)
{
	struct ethtool_ringparam ring = {.cmd = ETHTOOL_GRINGPARAM};
	int err = ask(fd, interface, &ring);

	if (err == 0) {
		settings->rx_ring = ring.rx_pending;
		settings->rx_ring_max = ring.rx_max_pending;
		settings->tx_ring = ring.tx_pending;
		settings->tx_ring_max = ring.tx_max_pending;
	}
	return err;
}

static int read_pause(int fd, const char *interface, struct ethtool_settings *settings)
{
	struct ethtool_pauseparam pause = {.cmd = ETHTOOL_GPAUSEPARAM};
	int err = ask(fd, interface, &pause);

	if (err == 0) {
		settings->rx_pause = pause.rx_pause != 0;
		settings->tx_pause = pause.tx_pause != 0;
	}
	return err;
}

void ethtool_settings(int fd, const char *interface, struct ethtool_settings *ret_settings)
{
	struct ethtool_settings settings = {
		.link = ETHTOOL_UNKNOWN,
		.full_duplex = ETHTOOL_UNKNOWN,
		.autonegotiation = ETHTOOL_UNKNOWN,
		.rx_pause = ETHTOOL_UNKNOWN,
		.tx_pause = ETHTOOL_UNKNOWN,
	};

	settings.error.driver = read_driver(fd, interface, &settings);
	settings.error.link = read_link(fd, interface, &settings);
	settings.error.settings = read_link_settings(fd, interface, &settings);
	settings.error.ring = read_rings(fd, interface, &settings);
	settings.error.pause = read_pause(fd, interface, &settings);
	*ret_settings = settings;
}
