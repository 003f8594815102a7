/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "shard.h"

#include <netinet/udp.h>
#include <string.h>

#include <linux/sock_diag.h>

#include "clock.h"
#include "flows.h"
#include "ptp_pairs.h"
#include "rx_stamp.h"

/* younger than the oldest C libraries that ptprobe is built with */
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

int64_t sock_recv_heard_ns(const struct sock_recv *sock, int64_t mono_ns)
{
	for (size_t i = 0; i < sock->count; i++) {
		const struct shard *shard = &sock->shard[i];

		if (shard->has_more && shard->newest_ns < mono_ns) {
			mono_ns = shard->newest_ns;
		}
	}
	return mono_ns;
}

/* A datagram bears the counter as it was when that was queued: never count backwards. */
static void drops_update(struct sock_recv *sock, struct shard *shard, uint32_t drops)
{
	if ((int32_t)(drops - shard->drops) > 0) {
		sock->drops += drops - shard->drops;
		shard->drops = drops;
	}
}

uint64_t sock_recv_drops(struct sock_recv *sock)
{
	uint32_t meminfo[SK_MEMINFO_VARS];

	for (size_t i = 0; i < sock->count; i++) {
		socklen_t length = sizeof(meminfo);

		if (sock->shard[i].is_packet) {
			sock->drops += shard_packet_take_drops(&sock->shard[i]);
			continue;
		}
		/* at once, where SO_RXQ_OVFL would wait for another datagram */
		if (getsockopt(sock->shard[i].fd, SOL_SOCKET, SO_MEMINFO, meminfo, &length) == 0 &&
		    length > SK_MEMINFO_DROPS * sizeof(*meminfo)) {
			drops_update(sock, &sock->shard[i], meminfo[SK_MEMINFO_DROPS]);
		}
	}
	return sock->drops * (sock->burst > 0 ? sock->burst : 1);
}

/* What the control messages of one datagram say; absent: as *arrival was. */
static void control_read(struct sock_recv *sock, struct shard *shard, struct msghdr *header,
			 struct arrival *arrival, int64_t *kernel_ns, size_t *segment_bytes)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
		const void *data = CMSG_DATA(c);
		int value = 0;

		if (rx_stamp_read(c, sock->config.stamping, arrival, kernel_ns)) {
			continue;
		}
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
			uint32_t drops;

			memcpy(&drops, data, sizeof(drops));
			drops_update(sock, shard, drops);
		} else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
			   (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)) {
			memcpy(&value, data, sizeof(value));
			arrival->ttl = (int16_t)value;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
			arrival->dscp = *(const uint8_t *)data >> 2;
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS) {
			memcpy(&value, data, sizeof(value));
			arrival->dscp = (int16_t)((value & 0xff) >> 2);
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			const struct in_pktinfo *info = data;

			endpoint_set_ipv4(&arrival->group, (const uint8_t *)&info->ipi_addr);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			const struct in6_pktinfo *info = data;

			memcpy(arrival->group.address, &info->ipi6_addr, 16);
		} else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
			memcpy(&value, data, sizeof(value));
			if (value > 0) {
				*segment_bytes = (size_t)value;
			}
		}
	}
}

/* A datagram, or a burst of them, cut into pieces of segment_bytes. */
static inline void feed_native(struct sock_recv *sock, struct flows *flows, struct arrival *arrival,
			       const uint8_t *payload, size_t length, size_t segment_bytes)
{
	/* bound to any address, the port hears unicast too */
	if (!endpoint_is_multicast(&arrival->group)) {
		return;
	}
	if (length > segment_bytes * (sock->burst > 0 ? sock->burst : 1)) {
		sock->burst = (length + segment_bytes - 1) / segment_bytes;
	}
	do {
		size_t segment = length < segment_bytes ? length : segment_bytes;

		flows_add(flows, arrival, payload, segment);
		arrival->within_burst = true;
		payload += segment;
		length -= segment;
	} while (length > 0);
}

size_t sock_recv_read(struct sock_recv *sock, size_t index, size_t max, int64_t offset_ns,
		      struct flows *flows)
{
	struct shard *shard = &sock->shard[index];
	int64_t before_ns = clock_mono_ns(), now_ns;
	struct flow *flow;
	int received;

	if (max > SOCK_RECV_BATCH) {
		max = SOCK_RECV_BATCH;
	}
	for (size_t i = 0; i < max; i++) {
		sock->message[i].msg_hdr.msg_namelen = sizeof(sock->slot[i].source);
		sock->message[i].msg_hdr.msg_controllen = CONTROL_MAX;
	}
	received = recvmmsg(shard->fd, sock->message, (unsigned int)max, MSG_DONTWAIT, NULL);
	now_ns = clock_mono_ns();
	for (int i = 0; i < received; i++) {
		struct arrival arrival = {
			.group = shard->bound,
			.rx_ns = now_ns + offset_ns,
			.rx_stamp = STAMP_USER,
			.ttl = -1,
			.dscp = -1,
		};
		size_t length = sock->message[i].msg_len, segment_bytes = length;
		const uint8_t *payload = sock->iov[i].iov_base;
		int64_t kernel_ns = arrival.rx_ns;

		control_read(sock, shard, &sock->message[i].msg_hdr, &arrival, &kernel_ns,
			     &segment_bytes);
		arrival.mono_ns = kernel_ns - offset_ns;
		/* the wall clock may have been stepped since the stamp */
		if (arrival.mono_ns > now_ns) {
			arrival.mono_ns = now_ns;
		} else if (arrival.mono_ns < shard->drained_ns) {
			arrival.mono_ns = shard->drained_ns;
		}
		shard->newest_ns = arrival.mono_ns;
		if (shard->is_packet) {
			if (!shard_packet_look(sock, (size_t)i, &arrival, &payload, &length)) {
				continue;
			}
		} else {
			address_get(&sock->slot[i].source, &arrival.source);
		}
		if (sock->config.pairs != NULL) {
			(void)ptp_pairs_add(sock->config.pairs, flows, &arrival, payload, length,
					    &flow);
		} else {
			feed_native(sock, flows, &arrival, payload, length, segment_bytes);
		}
	}
	shard->has_more = received == (int)max;
	if (!shard->has_more) {
		shard->drained_ns = before_ns;
	}
	return received > 0 ? (size_t)received : 0;
}
