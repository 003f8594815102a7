/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rtnl.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/socket.h>

struct nlmsghdr *rtnl_request(union rtnl_message *message, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(message->bytes);

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	return header;
}

int rtnl_open(struct mnl_socket **ret_socket)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err;

	if (socket == NULL) {
		return -errno;
	}
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		mnl_socket_close(socket);
		return err;
	}
	*ret_socket = socket;
	return 0;
}

void rtnl_close(struct mnl_socket *socket)
{
	if (socket != NULL) {
		mnl_socket_close(socket);
	}
}

int rtnl_ask(struct mnl_socket *socket, struct nlmsghdr *request, mnl_cb_t callback, void *context)
{
	enum { SEQUENCE = 1 };
	union rtnl_message answer;
	ssize_t length;
	int result;

	/* what is left of a dump that was given up would be taken for the answer */
	while (recv(mnl_socket_get_fd(socket), answer.bytes, sizeof(answer), MSG_DONTWAIT) > 0) {
	}
	request->nlmsg_seq = SEQUENCE;
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) {
		return -errno;
	}
	do {
		length = mnl_socket_recvfrom(socket, answer.bytes, sizeof(answer));
		if (length < 0) {
			return -errno;
		}
		result = mnl_cb_run(answer.bytes, (size_t)length, SEQUENCE,
				    mnl_socket_get_portid(socket), callback, context);
	} while (result > MNL_CB_STOP);
	return result == MNL_CB_ERROR ? -errno : 0;
}

static int take_index(const struct nlmsghdr *header, void *context)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	unsigned int *ret_ifindex = context;

	if (header->nlmsg_type == RTM_NEWLINK &&
	    mnl_nlmsg_get_payload_len(header) >= sizeof(*info)) {
		*ret_ifindex = (unsigned int)info->ifi_index;
	}
	return MNL_CB_OK;
}

unsigned int rtnl_ifindex(struct mnl_socket *socket, const char *name)
{
	union rtnl_message message;
	struct nlmsghdr *header = rtnl_request(&message, RTM_GETLINK, NLM_F_ACK);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(header, sizeof(*info));
	unsigned int ifindex = 0;

	info->ifi_family = AF_UNSPEC;
	mnl_attr_put_strz(header, IFLA_IFNAME, name);
	(void)rtnl_ask(socket, header, take_index, &ifindex);
	return ifindex;
}
