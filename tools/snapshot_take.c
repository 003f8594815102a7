/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "snapshot_take.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ethtool.h"
#include "text.h"

int snapshot_source_open(struct snapshot_source *source, const char *interface,
			 char error[static SNAPSHOT_TAKE_ERROR])
{
	unsigned int ifindex = if_nametoindex(interface);

	*source = (struct snapshot_source){.ethnl_error = -ENOENT, .collector.ethtool_fd = -1};
	if (ifindex == 0) {
		snprintf(error, SNAPSHOT_TAKE_ERROR,
			 "interface '%.64s' does not exist: ip link lists those that do",
			 interface);
		return -ENODEV;
	}
	(void)gethostname(source->host, sizeof(source->host) - 1);
	collector_open(&source->collector, ifindex, false);
	source->ethnl_error = ethnl_open(&source->ethnl);
	return 0;
}

void snapshot_source_close(struct snapshot_source *source)
{
	collector_close(&source->collector);
	ethnl_close(&source->ethnl);
}

/* Of the host's counters, those that a frame through the card could be lost by. */
static bool is_wanted(const char *name)
{
	static const char *const prefix[] = {"link.", "ethtool.", "qdisc.",
					     "udp.",  "udp6.",    "softnet."};

	for (size_t i = 0; i < sizeof(prefix) / sizeof(*prefix); i++) {
		if (strncmp(name, prefix[i], strlen(prefix[i])) == 0) {
			return true;
		}
	}
	return false;
}

static int take_counters(const struct evidence *evidence, struct snapshot *snapshot)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < evidence->after.count; i++) {
		const struct counter *counter = &evidence->after.counter[i];

		if (is_wanted(counter->name)) {
			err = counters_add(&snapshot->counters, counter->name, counter->value);
		}
	}
	for (size_t i = 0; i < evidence->unavailable; i++) {
		const char *text = evidence->unavailable_text[i];

		/* of the rest of what the collector looks at, nothing is in a snapshot */
		if (strncmp(text, "rp_filter", 9) != 0 && strncmp(text, "memberships", 11) != 0) {
			snapshot_lacks(snapshot, "%s", text);
		}
	}
	return err;
}

static enum snapshot_answer answer_of(enum evidence_answer answer)
{
	return answer == EVIDENCE_UNKNOWN ? SNAPSHOT_UNKNOWN
	       : answer == EVIDENCE_YES   ? SNAPSHOT_YES
					  : SNAPSHOT_NO;
}

static enum snapshot_answer answer_of_flag(int flag)
{
	return flag == ETHTOOL_UNKNOWN ? SNAPSHOT_UNKNOWN : flag ? SNAPSHOT_YES : SNAPSHOT_NO;
}

static void say_error(struct snapshot *snapshot, const char *what, int err)
{
	char why[TEXT_ERROR];

	if (err < 0) {
		snapshot_lacks(snapshot, "%s: %s", what, text_error(-err, why));
	}
}

static void take_settings(int fd, const char *name, struct snapshot *snapshot)
{
	struct ethtool_settings settings;

	ethtool_settings(fd, name, &settings);
	memcpy(snapshot->driver, settings.driver, sizeof(settings.driver));
	memcpy(snapshot->firmware, settings.firmware, sizeof(settings.firmware));
	memcpy(snapshot->bus, settings.bus, sizeof(settings.bus));
	snapshot->speed_mbps = settings.speed_mbps;
	snapshot->duplex = settings.full_duplex == ETHTOOL_UNKNOWN ? SNAPSHOT_DUPLEX_UNKNOWN
			   : settings.full_duplex                  ? SNAPSHOT_DUPLEX_FULL
								   : SNAPSHOT_DUPLEX_HALF;
	snapshot->autonegotiation = answer_of_flag(settings.autonegotiation);
	snapshot->rx_ring = (struct snapshot_ring){settings.rx_ring, settings.rx_ring_max};
	snapshot->tx_ring = (struct snapshot_ring){settings.tx_ring, settings.tx_ring_max};
	snapshot->rx_pause = answer_of_flag(settings.rx_pause);
	snapshot->tx_pause = answer_of_flag(settings.tx_pause);
	if (snapshot->carrier == SNAPSHOT_UNKNOWN) {
		snapshot->carrier = answer_of_flag(settings.link);
	}
	say_error(snapshot, "driver", settings.error.driver);
	say_error(snapshot, "speed and duplex", settings.error.settings);
	if (settings.error.settings == 0 && settings.speed_mbps == 0) {
		snapshot_lacks(snapshot, snapshot->carrier == SNAPSHOT_NO
						 ? "speed: there is no link"
						 : "speed: the driver says that it doesn't know");
	}
	say_error(snapshot, "rings", settings.error.ring);
	say_error(snapshot, "pause settings", settings.error.pause);
}

static int say_none(struct snapshot *snapshot, const char *what, int err, size_t before)
{
	if (err == -ENOMEM) {
		return err;
	}
	say_error(snapshot, what, err);
	if (err == 0 && snapshot->counters.count == before) {
		snapshot_lacks(snapshot, "%s: the driver has none", what);
	}
	return 0;
}

static int take_standard(const struct snapshot_source *source, struct snapshot *snapshot)
{
	static const struct {
		const char *what;
		int (*ask)(const struct ethnl *, unsigned int, struct counters *);
	} question[] = {
		{"standard counters", ethnl_stats},
		{"FEC counters", ethnl_fec},
		{"pause counters", ethnl_pause},
	};

	if (source->ethnl.socket == NULL) {
		say_error(snapshot, "standard counters: ethtool netlink", source->ethnl_error);
		return 0;
	}
	for (size_t i = 0; i < sizeof(question) / sizeof(*question); i++) {
		size_t before = snapshot->counters.count;
		int err = question[i].ask(&source->ethnl, source->collector.ifindex,
					  &snapshot->counters);

		if (say_none(snapshot, question[i].what, err, before) < 0) {
			return -ENOMEM;
		}
	}
	return 0;
}

static int take_all(struct snapshot_source *source, struct snapshot *snapshot)
{
	const struct evidence *evidence = collector_finish(&source->collector);
	uint64_t packets;
	int err;

	/* it was deleted, or netlink has failed: without the kernel's own counters it is nothing */
	if (counters_get(&evidence->after, "link.rx_packets", &packets) < 0) {
		return -ENODEV;
	}
	snprintf(snapshot->interface, sizeof(snapshot->interface), "%s",
		 source->collector.interface);
	memcpy(snapshot->host, source->host, sizeof(snapshot->host));
	snapshot->up = answer_of(evidence->settings.up);
	snapshot->carrier = answer_of(evidence->settings.carrier);
	snapshot->mtu_bytes = evidence->settings.mtu_bytes;
	err = take_counters(evidence, snapshot);
	if (err < 0) {
		return err;
	}
	if (source->collector.ethtool_fd >= 0) {
		take_settings(source->collector.ethtool_fd, source->collector.name, snapshot);
	}
	if (strcmp(source->collector.name, snapshot->interface) != 0) {
		snapshot_lacks(snapshot, "its name: it is called %s by now",
			       source->collector.name);
	}
	return take_standard(source, snapshot);
}

int snapshot_source_take(struct snapshot_source *source, int64_t now_ns,
			 struct snapshot *ret_snapshot, char error[static SNAPSHOT_TAKE_ERROR])
{
	struct snapshot snapshot;
	char why[TEXT_ERROR];
	int err;

	snapshot_init(&snapshot);
	snapshot.time_ns = now_ns;
	err = take_all(source, &snapshot);
	if (err < 0) {
		snprintf(error, SNAPSHOT_TAKE_ERROR, "counters of '%.64s': %s",
			 source->collector.interface,
			 err == -ENODEV ? "it was deleted" : text_error(-err, why));
		snapshot_release(&snapshot);
		return err;
	}
	*ret_snapshot = snapshot;
	return 0;
}
