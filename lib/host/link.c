/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "endpoint.h"
#include "rtnl.h"

/* Asks on a socket of its own. */
static int request(struct nlmsghdr *header, mnl_cb_t callback, void *context)
{
	struct mnl_socket *socket;
	int err = rtnl_open(&socket);

	if (err < 0) {
		return err;
	}
	err = rtnl_ask(socket, header, callback, context);
	rtnl_close(socket);
	return err;
}

/* The name a message gives, NULL when it has none. */
static const char *link_name(const struct nlmsghdr *header)
{
	struct nlattr *attribute;

	mnl_attr_for_each(attribute, header, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(attribute) == IFLA_IFNAME &&
		    mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0) {
			return mnl_attr_get_str(attribute);
		}
	}
	return NULL;
}

static void went(struct link *link)
{
	if (link->carrier) {
		link->downs++;
	}
	link->carrier = false;
}

/* An RTM_NEWLINK or RTM_DELLINK, asked for or as an event. */
static int take_link(const struct nlmsghdr *header, void *context)
{
	struct link *link = context;
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	const unsigned int up = IFF_UP | IFF_RUNNING;
	const char *name;
	bool is_named;

	/* a bridge tells of its ports with the same message types, and means the membership */
	if (mnl_nlmsg_get_payload_len(header) < sizeof(*info) || info->ifi_family != AF_UNSPEC) {
		return MNL_CB_OK;
	}
	name = link_name(header);
	is_named = name != NULL && strcmp(name, link->name) == 0;
	if (header->nlmsg_type == RTM_DELLINK) {
		if ((unsigned int)info->ifi_index == link->ifindex) {
			went(link);
			link->ifindex = 0;
		}
		return MNL_CB_OK;
	}
	if (header->nlmsg_type != RTM_NEWLINK) {
		return MNL_CB_OK;
	}
	if (is_named && (unsigned int)info->ifi_index != link->ifindex) {
		went(link);
		link->ifindex = (unsigned int)info->ifi_index;
	}
	if ((unsigned int)info->ifi_index == link->ifindex) {
		if ((info->ifi_flags & up) == up) {
			link->carrier = true;
		} else {
			went(link);
		}
	}
	return MNL_CB_OK;
}

/* Asks for the state by name; no such interface: as if it had just been deleted. */
static int ask(struct link *link)
{
	union rtnl_message message;
	struct nlmsghdr *header = rtnl_request(&message, RTM_GETLINK, NLM_F_ACK);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(header, sizeof(*info));
	int err;

	info->ifi_family = AF_UNSPEC;
	mnl_attr_put_strz(header, IFLA_IFNAME, link->name);
	err = request(header, take_link, link);
	if (err == -ENODEV) {
		went(link);
		link->ifindex = 0;
	}
	return err;
}

struct listing {
	char *text;
	size_t length, room;
};

static int list_link(const struct nlmsghdr *header, void *context)
{
	struct listing *listing = context;
	const char *name = link_name(header);
	int written;

	if (name != NULL && listing->length + IF_NAMESIZE + 3 < listing->room) {
		written = snprintf(listing->text + listing->length, listing->room - listing->length,
				   "%s%s", listing->length > 0 ? ", " : "", name);
		listing->length += (size_t)written;
	}
	return MNL_CB_OK;
}

/* "lo, eth0", as many as fit. */
static void list_all(char *text, size_t room)
{
	union rtnl_message message;
	struct nlmsghdr *header = rtnl_request(&message, RTM_GETLINK, NLM_F_DUMP);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(header, sizeof(*info));
	struct listing listing = {.text = text, .room = room};

	info->ifi_family = AF_UNSPEC;
	snprintf(text, room, "none");
	(void)request(header, list_link, &listing);
}

static int take_route(const struct nlmsghdr *header, void *context)
{
	unsigned int *ret_ifindex = context;
	struct nlattr *attribute;

	if (header->nlmsg_type != RTM_NEWROUTE) {
		return MNL_CB_OK;
	}
	mnl_attr_for_each(attribute, header, sizeof(struct rtmsg))
	{
		if (mnl_attr_get_type(attribute) == RTA_OIF &&
		    mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0) {
			*ret_ifindex = mnl_attr_get_u32(attribute);
		}
	}
	return MNL_CB_OK;
}

unsigned int link_route(const struct endpoint *group, const struct endpoint *source)
{
	union rtnl_message message;
	struct nlmsghdr *header = rtnl_request(&message, RTM_GETROUTE, NLM_F_ACK);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(header, sizeof(*route));
	bool ipv4 = endpoint_is_ipv4(group);
	unsigned int ifindex = 0;

	route->rtm_family = ipv4 ? AF_INET : AF_INET6;
	route->rtm_dst_len = ipv4 ? 32 : 128;
	mnl_attr_put(header, RTA_DST, ipv4 ? 4 : 16, group->address + (ipv4 ? 12 : 0));
	if (source != NULL) {
		route->rtm_src_len = route->rtm_dst_len;
		mnl_attr_put(header, RTA_SRC, ipv4 ? 4 : 16, source->address + (ipv4 ? 12 : 0));
	}
	(void)request(header, take_route, &ifindex);
	return ifindex;
}

static int follow(struct link *link)
{
	int group = RTNLGRP_LINK;

	link->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (link->socket == NULL || mnl_socket_bind(link->socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(link->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) <
		    0) {
		return -errno;
	}
	return 0;
}

int link_open(struct link *link, const char *name, const struct endpoint *group,
	      char error[static LINK_ERROR_TEXT])
{
	char list[LINK_ERROR_TEXT / 2], address[ENDPOINT_ADDRESS_TEXT];
	int err;

	*link = (struct link){0};
	if (name == NULL && if_indextoname(link_route(group, NULL), link->name) == NULL) {
		list_all(list, sizeof(list));
		snprintf(error, LINK_ERROR_TEXT,
			 "no route to %s: name the interface with -i; there are: %s",
			 endpoint_address_text(group, address), list);
		return -ENETUNREACH;
	}
	if (name != NULL) {
		snprintf(link->name, sizeof(link->name), "%s", name);
	}
	/* events first, or a change between the two would be missed */
	err = follow(link);
	if (err == 0 && (name == NULL || strlen(name) < IF_NAMESIZE)) {
		err = ask(link);
	}
	link->downs = 0;
	if (err < 0 && err != -ENODEV) {
		snprintf(error, LINK_ERROR_TEXT, "netlink: %s", strerror(-err));
		link_close(link);
		return err;
	}
	if (link->ifindex == 0) {
		list_all(list, sizeof(list));
		snprintf(error, LINK_ERROR_TEXT, "no such interface '%.32s': there are: %s",
			 name != NULL ? name : link->name, list);
		link_close(link);
		return -ENODEV;
	}
	return 0;
}

void link_close(struct link *link)
{
	if (link->socket != NULL) {
		mnl_socket_close(link->socket);
		link->socket = NULL;
	}
}

int link_fd(const struct link *link)
{
	return mnl_socket_get_fd(link->socket);
}

void link_read(struct link *link)
{
	union rtnl_message message;
	bool missed = false;
	ssize_t length;

	for (;;) {
		length = mnl_socket_recvfrom(link->socket, message.bytes, sizeof(message));
		if (length < 0 && errno == ENOBUFS) {
			missed = true;
		} else if (length <= 0) {
			break;
		} else {
			(void)mnl_cb_run(message.bytes, (size_t)length, 0, 0, take_link, link);
		}
	}
	if (missed) {
		(void)ask(link);
	}
}
