/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be seen on a card at all, and what became of its link between two snapshots. */
#include "moved.h"

#include <string.h>

#include "moved_parts.h"

static uint64_t value_of(const struct snapshot *snapshot, const char *name)
{
	uint64_t value = 0;

	(void)counters_get(&snapshot->counters, name, &value);
	return value;
}

static bool duplex_is_known(const struct snapshot *snapshot)
{
	return snapshot->duplex != SNAPSHOT_DUPLEX_UNKNOWN;
}

/*
 * The kernel has every field of its struct for every interface, also where no driver ever counts in
 * it: of itself it is no sight. A number in it is.
 */
static void see(const struct snapshot *before, const struct snapshot *after,
		enum moved_sight sight[static NIC_CLASSES])
{
	for (size_t i = 0; i < after->counters.count; i++) {
		const struct counter *counter = &after->counters.counter[i];
		struct counter_kind kind;
		bool is_netdev;

		counter_kind_of(counter->name, &kind);
		if (kind.class == NIC_NONE ||
		    counters_find(&before->counters, counter->name) == NULL) {
			continue;
		}
		/* what the card sent out is no sight of what it received */
		if (kind.class == NIC_WIRE && kind.direction != MOVED_RX) {
			continue;
		}
		is_netdev = strncmp(counter->name, "ethtool.", 8) != 0 &&
			    strncmp(counter->name, "std.", 4) != 0;
		if (!is_netdev || kind.class == NIC_UNCLASSIFIED ||
		    strcmp(counter->name, "link.carrier_changes") == 0 || counter->value > 0 ||
		    value_of(before, counter->name) > 0) {
			sight[kind.class] = MOVED_OBSERVABLE;
		}
	}
	if (duplex_is_known(before) && duplex_is_known(after)) {
		sight[NIC_DUPLEX] = MOVED_OBSERVABLE;
	}
}

static bool has_link_changed(const struct snapshot *before, const struct snapshot *after)
{
	return (before->speed_mbps > 0 && after->speed_mbps > 0 &&
		before->speed_mbps != after->speed_mbps) ||
	       (duplex_is_known(before) && duplex_is_known(after) &&
		before->duplex != after->duplex);
}

bool moved_rise(const struct snapshot *before, const struct snapshot *after, const char *name,
		uint64_t *ret_rise)
{
	enum counters_change change =
		counters_delta(&before->counters, &after->counters, name, ret_rise);

	return change == COUNTERS_FLAT || change == COUNTERS_ROSE;
}

static void tell_link(const struct snapshot *before, const struct snapshot *after,
		      struct moved_list *list)
{
	uint64_t changes;

	list->carrier_changes =
		moved_rise(before, after, "link.carrier_changes", &changes) && changes <= INT64_MAX
			? (int64_t)changes
			: -1;
	list->carrier_now = after->carrier == SNAPSHOT_YES;
	list->link_changed = has_link_changed(before, after);
	list->seconds_ns = after->time_ns - before->time_ns;
	list->rx_known = moved_rise(before, after, "link.rx_packets", &list->rx_packets) &&
			 moved_rise(before, after, "link.rx_bytes", &list->rx_bytes);
	list->tx_known = moved_rise(before, after, "link.tx_packets", &list->tx_packets) &&
			 moved_rise(before, after, "link.tx_bytes", &list->tx_bytes);
}

void moved_see(const struct snapshot *before, const struct snapshot *after, struct moved_list *list)
{
	see(before, after, list->sight);
	tell_link(before, after, list);
}
