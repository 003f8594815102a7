/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface's counters and state, and its queues', as rtnetlink tells them. */
#ifndef PTPROBE_RTNL_COUNTERS_H
#define PTPROBE_RTNL_COUNTERS_H

#include <net/if.h>

struct counters;
struct evidence_settings;
struct mnl_socket;

/*
 * Appends link.* of the interface with that index: struct rtnl_link_stats64's fields, and
 * carrier_changes, carrier_up_count, carrier_down_count. *ret_settings: up, carrier, mtu_bytes and
 * xdp are set; name: as it is called now. 0 or -errno: -ENODEV when there is none.
 */
int rtnl_counters_link(struct mnl_socket *socket, unsigned int ifindex, struct counters *counters,
		       struct evidence_settings *ret_settings, char name[static IF_NAMESIZE]);

/*
 * Appends qdisc.KIND.HANDLE.drops, .overlimits, .requeues and .backlog_packets (which is no
 * counter: it goes down too) of each of its qdiscs; HANDLE: the major number in hexadecimal. Those
 * of one name, such as the queues' of an mq, are summed. 0 or -errno.
 */
int rtnl_counters_qdiscs(struct mnl_socket *socket, unsigned int ifindex,
			 struct counters *counters);

#endif
