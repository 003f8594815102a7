/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data.h"

static const char *const kernel[] = {
	"rx_errors",          "tx_errors",         "rx_dropped",       "tx_dropped",
	"multicast",          "collisions",        "rx_length_errors", "rx_over_errors",
	"rx_crc_errors",      "rx_frame_errors",   "rx_fifo_errors",   "rx_missed_errors",
	"tx_aborted_errors",  "tx_carrier_errors", "tx_fifo_errors",   "tx_heartbeat_errors",
	"tx_window_errors",   "rx_nohandler",      "carrier_changes",  "carrier_up_count",
	"carrier_down_count",
};

void nic_bed_add(struct snapshot *snapshot, const char *name, uint64_t value)
{
	assert_int_equal(counters_add(&snapshot->counters, name, value), 0);
}

static void add_line(struct snapshot *snapshot, char *line)
{
	char *colon = strrchr(line, ':');

	assert_non_null(colon);
	*colon = '\0';
	line += strspn(line, " ");
	assert_int_equal(counters_add_to(&snapshot->counters, "ethtool", line,
					 strtoull(colon + 1, NULL, 10)),
			 0);
}

static void add_driver(struct snapshot *snapshot, const char *driver, const char *when)
{
	char name[64], *text, *rest = NULL, *line;

	snprintf(name, sizeof(name), "ethtool/%s.%s", driver, when);
	text = data_text(name);
	line = strtok_r(text, "\n", &rest); /* "NIC statistics:" */
	while ((line = strtok_r(NULL, "\n", &rest)) != NULL) {
		add_line(snapshot, line);
	}
	free(text);
}

void nic_bed_snapshot(const char *driver, const char *when, int then_s, struct snapshot *snapshot)
{
	static const char *const flow[] = {"link.rx_packets", "link.tx_packets"};
	static const char *const bytes[] = {"link.rx_bytes", "link.tx_bytes"};
	char name[COUNTERS_NAME];

	snapshot_init(snapshot);
	snprintf(snapshot->host, sizeof(snapshot->host), "alpha");
	snprintf(snapshot->interface, sizeof(snapshot->interface), "eth0");
	snprintf(snapshot->driver, sizeof(snapshot->driver), "%s", driver != NULL ? driver : "odd");
	snapshot->time_ns = INT64_C(1700000000000000000) + INT64_C(1000000000) * then_s;
	snapshot->up = SNAPSHOT_YES;
	snapshot->carrier = SNAPSHOT_YES;
	snapshot->speed_mbps = 1000;
	snapshot->duplex = SNAPSHOT_DUPLEX_FULL;
	snapshot->mtu_bytes = 1500;
	snapshot->rx_ring = (struct snapshot_ring){256, 4096};
	snapshot->tx_ring = (struct snapshot_ring){256, 4096};
	for (size_t i = 0; i < 2; i++) {
		nic_bed_add(snapshot, flow[i], 1000 + 1000 * (uint64_t)then_s);
		nic_bed_add(snapshot, bytes[i], 1000000 + 1000000 * (uint64_t)then_s);
	}
	for (size_t i = 0; i < sizeof(kernel) / sizeof(*kernel); i++) {
		snprintf(name, sizeof(name), "link.%s", kernel[i]);
		nic_bed_add(snapshot, name, 0);
	}
	if (driver != NULL) {
		add_driver(snapshot, driver, when);
	}
}

const struct moved *nic_bed_find(const struct moved_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->moved[i].name, name) == 0) {
			return &list->moved[i];
		}
	}
	return NULL;
}
