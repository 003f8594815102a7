/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ethnl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include "ethnl_parse.h"
#include "rtnl.h"

_Static_assert((int)ETHNL_PAUSE_STATS == (int)ETHTOOL_A_PAUSE_STATS &&
		       (int)ETHNL_FEC_STATS == (int)ETHTOOL_A_FEC_STATS &&
		       (int)ETHNL_STATS_GROUP == (int)ETHTOOL_A_STATS_GRP &&
		       (int)ETHNL_GROUP_ID == (int)ETHTOOL_A_STATS_GRP_ID &&
		       (int)ETHNL_GROUP_STAT == (int)ETHTOOL_A_STATS_GRP_STAT &&
		       (int)ETHNL_PHY == (int)ETHTOOL_STATS_ETH_PHY &&
		       (int)ETHNL_MAC == (int)ETHTOOL_STATS_ETH_MAC &&
		       (int)ETHNL_CTRL == (int)ETHTOOL_STATS_ETH_CTRL &&
		       (int)ETHNL_RMON == (int)ETHTOOL_STATS_RMON,
	       "ethnl_parse.h has the kernel's numbers");

static struct nlmsghdr *request(union rtnl_message *message, uint16_t family, uint8_t command)
{
	struct nlmsghdr *header = rtnl_request(message, family, NLM_F_ACK);
	struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(header, sizeof(*generic));

	generic->cmd = command;
	generic->version = 1;
	return header;
}

static int take_family(const struct nlmsghdr *header, void *context)
{
	uint16_t *ret_family = context;
	const struct nlattr *attribute;

	if (header->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(header) < sizeof(struct genlmsghdr)) {
		return MNL_CB_OK;
	}
	mnl_attr_for_each(attribute, header, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attribute, MNL_TYPE_U16) >= 0) {
			*ret_family = mnl_attr_get_u16(attribute);
		}
	}
	return MNL_CB_OK;
}

static int find_family(struct ethnl *ethnl)
{
	union rtnl_message message;
	struct nlmsghdr *header = request(&message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	int err;

	mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, ETHTOOL_GENL_NAME);
	err = rtnl_ask(ethnl->socket, header, take_family, &ethnl->family);
	return err < 0 ? err : ethnl->family == 0 ? -ENOENT : 0;
}

int ethnl_open(struct ethnl *ethnl)
{
	int err;

	*ethnl = (struct ethnl){.socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC)};
	if (ethnl->socket == NULL) {
		return -errno;
	}
	err = mnl_socket_bind(ethnl->socket, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
	err = err < 0 ? err : find_family(ethnl);
	if (err < 0) {
		ethnl_close(ethnl);
	}
	return err;
}

void ethnl_close(struct ethnl *ethnl)
{
	rtnl_close(ethnl->socket);
	*ethnl = (struct ethnl){0};
}

/* One question, and what its answer is read by and into. */
struct question {
	uint16_t family;
	uint8_t command, reply;
	uint16_t header; /* the attribute that names the interface */
	int (*parse)(const void *answer, size_t length, struct counters *counters);
	struct counters *counters;
	int err;
};

static int take_answer(const struct nlmsghdr *header, void *context)
{
	struct question *question = context;
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload(header);
	size_t length = mnl_nlmsg_get_payload_len(header);

	if (header->nlmsg_type == question->family && length >= sizeof(*generic) &&
	    generic->cmd == question->reply && question->err == 0) {
		question->err = question->parse(generic, length, question->counters);
	}
	return MNL_CB_OK;
}

/* The groups of counters that are wanted, as a compact bit set. */
static void put_groups(struct nlmsghdr *header)
{
	struct nlattr *nest = mnl_attr_nest_start(header, ETHTOOL_A_STATS_GROUPS);

	mnl_attr_put(header, ETHTOOL_A_BITSET_NOMASK, 0, NULL);
	mnl_attr_put_u32(header, ETHTOOL_A_BITSET_SIZE, ETHNL_GROUPS);
	mnl_attr_put_u32(header, ETHTOOL_A_BITSET_VALUE, (1U << ETHNL_GROUPS) - 1);
	mnl_attr_nest_end(header, nest);
}

static int ask(const struct ethnl *ethnl, unsigned int ifindex, struct question *question)
{
	union rtnl_message message;
	struct nlmsghdr *header = request(&message, ethnl->family, question->command);
	struct nlattr *nest = mnl_attr_nest_start(header, question->header);
	int err;

	question->family = ethnl->family;
	mnl_attr_put_u32(header, ETHTOOL_A_HEADER_DEV_INDEX, ifindex);
	if (question->command != ETHTOOL_MSG_STATS_GET) {
		mnl_attr_put_u32(header, ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_STATS);
	}
	mnl_attr_nest_end(header, nest);
	if (question->command == ETHTOOL_MSG_STATS_GET) {
		put_groups(header);
	}
	err = rtnl_ask(ethnl->socket, header, take_answer, question);
	return err < 0 ? err : question->err;
}

int ethnl_stats(const struct ethnl *ethnl, unsigned int ifindex, struct counters *counters)
{
	struct question question = {
		.command = ETHTOOL_MSG_STATS_GET,
		.reply = ETHTOOL_MSG_STATS_GET_REPLY,
		.header = ETHTOOL_A_STATS_HEADER,
		.parse = ethnl_parse_stats,
		.counters = counters,
	};

	return ask(ethnl, ifindex, &question);
}

int ethnl_fec(const struct ethnl *ethnl, unsigned int ifindex, struct counters *counters)
{
	struct question question = {
		.command = ETHTOOL_MSG_FEC_GET,
		.reply = ETHTOOL_MSG_FEC_GET_REPLY,
		.header = ETHTOOL_A_FEC_HEADER,
		.parse = ethnl_parse_fec,
		.counters = counters,
	};

	return ask(ethnl, ifindex, &question);
}

int ethnl_pause(const struct ethnl *ethnl, unsigned int ifindex, struct counters *counters)
{
	struct question question = {
		.command = ETHTOOL_MSG_PAUSE_GET,
		.reply = ETHTOOL_MSG_PAUSE_GET_REPLY,
		.header = ETHTOOL_A_PAUSE_HEADER,
		.parse = ethnl_parse_pause,
		.counters = counters,
	};

	return ask(ethnl, ifindex, &question);
}
