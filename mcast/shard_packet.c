/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "flow.h"
#include "group.h"
#include "shard.h"
#include "text.h"

/* The MAC addresses that are listened to. Returns how many. */
static size_t groups_of(const struct sock_recv *sock, struct endpoint ret_group[static 2])
{
	const struct sock_recv_config *config = &sock->config;

	ret_group[0] = config->group->first;
	if (config->other_mac != NULL) {
		ret_group[1] = *config->other_mac;
	}
	return config->other_mac != NULL ? 2 : 1;
}

static int fail(char *error, int err, const char *interface, const char *remedy)
{
	char why[TEXT_ERROR];

	snprintf(error, RECV_ERROR_TEXT, "listen to frames on %s: %s%s", interface,
		 text_error(-err, why), remedy);
	return err;
}

static int join(int fd, unsigned int ifindex, const struct endpoint *group)
{
	struct packet_mreq membership = {
		.mr_ifindex = (int)ifindex,
		.mr_type = PACKET_MR_MULTICAST,
		.mr_alen = ETH_ALEN,
	};

	memcpy(membership.mr_address, endpoint_mac(group), ETH_ALEN);
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof(membership)) <
			       0
		       ? -errno
		       : 0;
}

int shard_packet_bind(struct sock_recv *sock, struct shard *shard,
		      char error[static RECV_ERROR_TEXT])
{
	const struct sock_recv_config *config = &sock->config;
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_1588),
		.sll_ifindex = (int)config->ifindex,
	};
	socklen_t length = sizeof(address);
	struct endpoint group[2];
	size_t groups = groups_of(sock, group);
	int err = 0;

	if (bind(shard->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    getsockname(shard->fd, (struct sockaddr *)&address, &length) < 0) {
		return fail(error, -errno, config->interface, "");
	}
	if (address.sll_hatype != ARPHRD_ETHER && address.sll_hatype != ARPHRD_LOOPBACK) {
		return fail(error, -ENOTSUP, config->interface,
			    ": it is no Ethernet: leave --l2 away");
	}
	for (size_t i = 0; err == 0 && i < groups; i++) {
		err = join(shard->fd, config->ifindex, &group[i]);
	}
	return err < 0 ? fail(error, err, config->interface, "") : 0;
}

int shard_packet_open(struct sock_recv *sock, struct shard *ret_shard,
		      char error[static RECV_ERROR_TEXT])
{
	const char *interface = sock->config.interface;
	struct shard shard = {.is_packet = true, .drained_ns = INT64_MIN};
	int err;

	/* of no protocol before it is bound, or it would hear all other interfaces until then */
	shard.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (shard.fd < 0) {
		return fail(error, -errno, interface,
			    errno == EPERM ? ": it needs CAP_NET_RAW: run as root" : "");
	}
	err = shard_set_common(sock, shard.fd);
	if (err < 0) {
		(void)fail(error, err, interface, "");
	} else {
		err = shard_packet_bind(sock, &shard, error);
	}
	if (err < 0) {
		close(shard.fd);
		return err;
	}
	*ret_shard = shard;
	return 0;
}

uint64_t shard_packet_take_drops(const struct shard *shard)
{
	struct tpacket_stats stats = {0};
	socklen_t length = sizeof(stats);

	if (getsockopt(shard->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length) < 0) {
		return 0;
	}
	return stats.tp_drops;
}

bool shard_packet_look(const struct sock_recv *sock, size_t index, struct arrival *arrival,
		       const uint8_t **ret_payload, size_t *length)
{
	const uint8_t *frame = sock->iov[index].iov_base;
	struct sockaddr_ll from;
	struct endpoint group[2];
	size_t groups = groups_of(sock, group);

	memcpy(&from, &sock->slot[index].source.storage, sizeof(from));
	/*
	 * The kernel has taken a VLAN's tag away, and calls what is of a VLAN that this interface
	 * isn't of another host's.
	 */
	if (*length < ETH_HLEN || from.sll_pkttype == PACKET_OTHERHOST ||
	    bytes_get_be16(frame + 2 * ETH_ALEN) != ETH_P_1588) {
		return false;
	}
	endpoint_set_mac(&arrival->group, frame);
	endpoint_set_mac(&arrival->source, frame + ETH_ALEN);
	arrival->group.port = 0;
	arrival->source.port = 0;
	*ret_payload = frame + ETH_HLEN;
	*length -= ETH_HLEN;
	for (size_t i = 0; i < groups; i++) {
		if (memcmp(group[i].address, arrival->group.address, sizeof(group[i].address)) ==
		    0) {
			return true;
		}
	}
	return false;
}
