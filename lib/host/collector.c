/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "collector.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ethtool.h"
#include "procfs.h"
#include "rtnl.h"
#include "rtnl_counters.h"
#include "text.h"
#include "trace.h"

void collector_open(struct collector *collector, unsigned int ifindex, bool with_trace)
{
	char why[TEXT_ERROR], error[TRACE_ERROR_TEXT];
	struct evidence *evidence = &collector->evidence;
	int err;

	*collector = (struct collector){.ifindex = ifindex, .ethtool_fd = -1};
	evidence_init(evidence);
	if (ifindex == 0) {
		evidence_lacks(evidence, "the interface's counters: it isn't known which it is: "
					 "name it with -i");
	} else {
		err = rtnl_open(&collector->socket);
		if (err < 0) {
			evidence_lacks(evidence, "netlink: %s", text_error(-err, why));
		}
		collector->ethtool_fd = ethtool_open();
		if (collector->ethtool_fd < 0) {
			evidence_lacks(evidence, "ethtool statistics: %s",
				       text_error(-collector->ethtool_fd, why));
		}
	}
	if (with_trace && trace_open(&collector->trace, error) < 0) {
		evidence_lacks(evidence, "drop reasons: %s", error);
	}
}

/* name: as the interface is called. */
static void read_ethtool(struct collector *collector, const char *name, struct counters *counters)
{
	char why[TEXT_ERROR];
	int err;

	if (collector->ethtool_fd >= 0) {
		err = ethtool_counters(collector->ethtool_fd, name, counters);
		if (err < 0) {
			evidence_lacks(&collector->evidence, "ethtool statistics of %s: %s", name,
				       text_error(-err, why));
		}
	}
}

/* Link, queues and driver; by index, as another device may have got the name meanwhile. */
static void read_interface(struct collector *collector, struct counters *counters,
			   struct evidence_settings *ret_settings)
{
	struct evidence *evidence = &collector->evidence;
	char name[IF_NAMESIZE] = "", why[TEXT_ERROR];
	int err;

	if (collector->socket == NULL) {
		return;
	}
	err = rtnl_counters_link(collector->socket, collector->ifindex, counters, ret_settings,
				 name);
	if (err == -ENODEV && collector->interface[0] != '\0') {
		evidence_lacks(evidence,
			       rtnl_ifindex(collector->socket, collector->interface) != 0
				       ? "counters of %s: it was deleted and created again: there "
					 "is nothing to compare"
				       : "counters of %s: it was deleted",
			       collector->interface);
		return;
	}
	if (err < 0) {
		evidence_lacks(evidence, "counters of interface %u: %s", collector->ifindex,
			       text_error(-err, why));
		return;
	}
	if (collector->interface[0] == '\0') {
		memcpy(collector->interface, name, sizeof(collector->interface));
		memcpy(evidence->interface, name, sizeof(evidence->interface));
	}
	memcpy(collector->name, name, sizeof(collector->name));
	err = rtnl_counters_qdiscs(collector->socket, collector->ifindex, counters);
	if (err < 0) {
		evidence_lacks(evidence, "queues of %s: %s", name, text_error(-err, why));
	}
	read_ethtool(collector, name, counters);
}

static void read_all(struct collector *collector, struct counters *counters,
		     struct evidence_settings *ret_settings)
{
	counters_clear(counters);
	read_interface(collector, counters, ret_settings);
	procfs_counters(counters, &collector->evidence);
	if (collector->trace != NULL && trace_counters(collector->trace, counters) < 0) {
		evidence_lacks(&collector->evidence, "drop reasons: too many counters");
	}
}

void collector_start(struct collector *collector)
{
	struct evidence_settings settings = {0};

	read_all(collector, &collector->evidence.before, &settings);
	collector->lacking = collector->evidence.unavailable;
}

void collector_tick(struct collector *collector)
{
	if (collector->trace != NULL) {
		trace_drain(collector->trace);
	}
}

static void read_settings(struct collector *collector, struct evidence_settings *settings)
{
	const char *name = collector->interface;
	char why[TEXT_ERROR];
	int64_t rp_filter;
	int err;

	if (name[0] == '\0') {
		return;
	}
	err = procfs_rp_filter(name, &rp_filter);
	if (err == 0 && rp_filter >= 0 && rp_filter <= 2) {
		settings->rp_filter = (int)rp_filter;
	} else if (err < 0) {
		evidence_lacks(&collector->evidence, "rp_filter of %s: %s", name,
			       text_error(-err, why));
	}
	err = procfs_members(name, &settings->member);
	settings->members_known = err == 0 ? EVIDENCE_YES : EVIDENCE_UNKNOWN;
	if (err < 0) {
		evidence_lacks(&collector->evidence, "memberships of %s: %s", name,
			       text_error(-err, why));
	}
}

const struct evidence *collector_finish(struct collector *collector)
{
	struct evidence *evidence = &collector->evidence;
	uint64_t lost;

	evidence->unavailable = collector->lacking;
	igmp_groups_release(&evidence->settings.member);
	evidence->settings = (struct evidence_settings){.rp_filter = -1};
	read_all(collector, &evidence->after, &evidence->settings);
	read_settings(collector, &evidence->settings);
	if (evidence_delta(evidence, "trace.lost", &lost) == COUNTERS_ROSE) {
		evidence_lacks(evidence,
			       "drop reasons: %" PRIu64
			       " came too fast to be read: their counts are lower bounds",
			       lost);
	}
	return evidence;
}

void collector_close(struct collector *collector)
{
	rtnl_close(collector->socket);
	if (collector->ethtool_fd >= 0) {
		close(collector->ethtool_fd);
	}
	trace_free(collector->trace);
	evidence_release(&collector->evidence);
	*collector = (struct collector){.ethtool_fd = -1};
}
