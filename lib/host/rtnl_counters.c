/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rtnl_counters.h"

#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "counters.h"
#include "evidence.h"
#include "rtnl.h"

enum { TRIES = 5 };

#define STATS_FIELD(field)                                         \
	{                                                          \
#field, offsetof(struct rtnl_link_stats64, field), \
	}

/* Kernels before 4.6, 5.19 and so on end the struct earlier, newer ones later. */
static const struct {
	const char *name;
	size_t offset;
} stats_fields[] = {
	STATS_FIELD(rx_packets),        STATS_FIELD(tx_packets),
	STATS_FIELD(rx_bytes),          STATS_FIELD(tx_bytes),
	STATS_FIELD(rx_errors),         STATS_FIELD(tx_errors),
	STATS_FIELD(rx_dropped),        STATS_FIELD(tx_dropped),
	STATS_FIELD(multicast),         STATS_FIELD(collisions),
	STATS_FIELD(rx_length_errors),  STATS_FIELD(rx_over_errors),
	STATS_FIELD(rx_crc_errors),     STATS_FIELD(rx_frame_errors),
	STATS_FIELD(rx_fifo_errors),    STATS_FIELD(rx_missed_errors),
	STATS_FIELD(tx_aborted_errors), STATS_FIELD(tx_carrier_errors),
	STATS_FIELD(tx_fifo_errors),    STATS_FIELD(tx_heartbeat_errors),
	STATS_FIELD(tx_window_errors),  STATS_FIELD(rx_compressed),
	STATS_FIELD(tx_compressed),     STATS_FIELD(rx_nohandler),
};

/* What an answer is read into. err: the first failure to add. */
struct reading {
	unsigned int ifindex;
	struct counters *counters;
	struct evidence_settings *settings;
	char *name;
	bool found;
	int err;
};

static void add(struct reading *reading, const char *prefix, const char *name, uint64_t value)
{
	int err = counters_add_to(reading->counters, prefix, name, value);

	reading->err = reading->err < 0 ? reading->err : err;
}

static void take_stats(const struct nlattr *attribute, struct reading *reading)
{
	const char *payload = mnl_attr_get_payload(attribute);
	size_t length = mnl_attr_get_payload_len(attribute);
	uint64_t value;

	for (size_t i = 0; i < sizeof(stats_fields) / sizeof(*stats_fields); i++) {
		if (stats_fields[i].offset + sizeof(value) <= length) {
			/* aligned by 4 only */
			memcpy(&value, payload + stats_fields[i].offset, sizeof(value));
			add(reading, "link", stats_fields[i].name, value);
		}
	}
}

static void take_xdp(const struct nlattr *nest, struct reading *reading)
{
	static const enum evidence_xdp modes[] = {
		[XDP_ATTACHED_NONE] = EVIDENCE_XDP_NONE,
		[XDP_ATTACHED_DRV] = EVIDENCE_XDP_NATIVE,
		[XDP_ATTACHED_SKB] = EVIDENCE_XDP_GENERIC,
		[XDP_ATTACHED_HW] = EVIDENCE_XDP_OFFLOAD,
		/* several at once: the first that a frame meets and that this host runs */
		[XDP_ATTACHED_MULTI] = EVIDENCE_XDP_NATIVE,
	};
	const struct nlattr *attribute;
	uint8_t mode;

	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) == IFLA_XDP_ATTACHED &&
		    mnl_attr_validate(attribute, MNL_TYPE_U8) >= 0) {
			mode = mnl_attr_get_u8(attribute);
			if (mode < sizeof(modes) / sizeof(*modes)) {
				reading->settings->xdp = modes[mode];
			}
		}
	}
}

static void take_kind(const struct nlattr *nest, struct reading *reading)
{
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND &&
		    mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0) {
			snprintf(reading->settings->kind, EVIDENCE_KIND, "%s",
				 mnl_attr_get_str(attribute));
		}
	}
}

static bool is_u32(const struct nlattr *attribute)
{
	return mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0;
}

static void take_link_attribute(const struct nlattr *attribute, struct reading *reading)
{
	switch (mnl_attr_get_type(attribute)) {
	case IFLA_IFNAME:
		if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0) {
			snprintf(reading->name, IF_NAMESIZE, "%s", mnl_attr_get_str(attribute));
		}
		break;
	case IFLA_MTU:
		reading->settings->mtu_bytes = is_u32(attribute) ? mnl_attr_get_u32(attribute) : 0;
		break;
	case IFLA_CARRIER:
		if (mnl_attr_validate(attribute, MNL_TYPE_U8) >= 0) {
			reading->settings->carrier =
				mnl_attr_get_u8(attribute) != 0 ? EVIDENCE_YES : EVIDENCE_NO;
		}
		break;
	case IFLA_STATS64:
		take_stats(attribute, reading);
		break;
	case IFLA_CARRIER_CHANGES:
	case IFLA_CARRIER_UP_COUNT:
	case IFLA_CARRIER_DOWN_COUNT:
		if (is_u32(attribute)) {
			add(reading, "link",
			    mnl_attr_get_type(attribute) == IFLA_CARRIER_CHANGES ? "carrier_changes"
			    : mnl_attr_get_type(attribute) == IFLA_CARRIER_UP_COUNT
				    ? "carrier_up_count"
				    : "carrier_down_count",
			    mnl_attr_get_u32(attribute));
		}
		break;
	case IFLA_LINKINFO:
		take_kind(attribute, reading);
		break;
	case IFLA_XDP:
		take_xdp(attribute, reading);
		break;
	default:
		break;
	}
}

static int take_link(const struct nlmsghdr *header, void *context)
{
	struct reading *reading = context;
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	const struct nlattr *attribute;

	if (header->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(header) < sizeof(*info) ||
	    (unsigned int)info->ifi_index != reading->ifindex) {
		return MNL_CB_OK;
	}
	reading->found = true;
	snprintf(reading->settings->kind, EVIDENCE_KIND, "none");
	reading->settings->up = (info->ifi_flags & IFF_UP) != 0 ? EVIDENCE_YES : EVIDENCE_NO;
	mnl_attr_for_each(attribute, header, sizeof(*info))
	{
		take_link_attribute(attribute, reading);
	}
	return MNL_CB_OK;
}

int rtnl_counters_link(struct mnl_socket *socket, unsigned int ifindex, struct counters *counters,
		       struct evidence_settings *ret_settings, char name[static IF_NAMESIZE])
{
	union rtnl_message message;
	struct nlmsghdr *header = rtnl_request(&message, RTM_GETLINK, NLM_F_ACK);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(header, sizeof(*info));
	struct reading reading = {
		.ifindex = ifindex,
		.counters = counters,
		.settings = ret_settings,
		.name = name,
	};
	int err;

	info->ifi_family = AF_UNSPEC;
	info->ifi_index = (int)ifindex;
	err = rtnl_ask(socket, header, take_link, &reading);
	err = err < 0 ? err : reading.err;
	return err < 0 ? err : reading.found ? 0 : -ENODEV;
}

static void take_queue(const struct nlattr *nest, const char *prefix, struct reading *reading)
{
	const struct nlattr *attribute;
	struct gnet_stats_queue queue;

	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) == TCA_STATS_QUEUE &&
		    mnl_attr_get_payload_len(attribute) >= sizeof(queue)) {
			memcpy(&queue, mnl_attr_get_payload(attribute), sizeof(queue));
			add(reading, prefix, "drops", queue.drops);
			add(reading, prefix, "overlimits", queue.overlimits);
			add(reading, prefix, "requeues", queue.requeues);
			add(reading, prefix, "backlog_packets", queue.qlen);
		}
	}
}

static int take_qdisc(const struct nlmsghdr *header, void *context)
{
	struct reading *reading = context;
	const struct tcmsg *tc = mnl_nlmsg_get_payload(header);
	const struct nlattr *attribute, *stats = NULL;
	char prefix[COUNTERS_NAME] = "";

	/* the kernel tells of every interface's, whichever was asked for */
	if (header->nlmsg_type != RTM_NEWQDISC || mnl_nlmsg_get_payload_len(header) < sizeof(*tc) ||
	    (unsigned int)tc->tcm_ifindex != reading->ifindex) {
		return MNL_CB_OK;
	}
	mnl_attr_for_each(attribute, header, sizeof(*tc))
	{
		if (mnl_attr_get_type(attribute) == TCA_KIND &&
		    mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0) {
			snprintf(prefix, sizeof(prefix), "qdisc.%.16s.%x",
				 mnl_attr_get_str(attribute), tc->tcm_handle >> 16);
		} else if (mnl_attr_get_type(attribute) == TCA_STATS2) {
			stats = attribute;
		}
	}
	if (prefix[0] != '\0' && stats != NULL) {
		take_queue(stats, prefix, reading);
	}
	return MNL_CB_OK;
}

static int read_qdiscs(struct mnl_socket *socket, unsigned int ifindex, struct counters *counters)
{
	union rtnl_message message;
	struct nlmsghdr *header = rtnl_request(&message, RTM_GETQDISC, NLM_F_DUMP);
	struct tcmsg *tc = mnl_nlmsg_put_extra_header(header, sizeof(*tc));
	struct reading reading = {.ifindex = ifindex, .counters = counters};
	int err;

	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = (int)ifindex;
	err = rtnl_ask(socket, header, take_qdisc, &reading);
	return err < 0 ? err : reading.err;
}

int rtnl_counters_qdiscs(struct mnl_socket *socket, unsigned int ifindex, struct counters *counters)
{
	struct counters all = {0};
	int tries = 0, err;

	/* -EINTR: something changed meanwhile, and the list may lack some or tell some twice */
	do {
		counters_clear(&all);
		err = read_qdiscs(socket, ifindex, &all);
	} while (err == -EINTR && ++tries < TRIES);
	for (size_t i = 0; err == 0 && i < all.count; i++) {
		err = counters_add(counters, all.counter[i].name, all.counter[i].value);
	}
	counters_release(&all);
	return err;
}
