/* SPDX-License-Identifier: BSD-2-Clause */
#include "sock_send.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "clock.h"
#include "departures.h"
#include "group.h"
#include "sock_setup.h"
#include "stamping.h"
#include "wire.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
	BATCH = 64, /* datagrams of a batch, or super-datagrams with offload */
	BATCH_BYTES = 1 << 20,
	SUPERS = 8,          /* super-datagrams of a batch */
	SEGMENTS = 64,       /* UDP_MAX_SEGMENTS of kernels before 6.9 */
	SUPER_BYTES = 65000, /* payload of one super-datagram */
	STAMPS = 32,         /* messages of one read of the error queue */
};

/* Asked for with each datagram that shall be stamped, so that they can be sampled. */
enum { STAMP_GENERATE = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE };

#define NS_PER_S INT64_C(1000000000)

/* No stamp of the card comes later; the older ones are another's, or its clock was set. */
#define HARDWARE_LATE_NS (10 * NS_PER_S)

struct control {
	_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(uint32_t))];
};

struct sock_send {
	int fd;
	bool connected, offload;
	struct group group;
	unsigned int ifindex;
	socklen_t to_length; /* 0: see sock_setup */
	union address to;
	uint32_t length, batch, segments;
	struct sock_send_facts facts;
	struct stamping *stamping;
	uint8_t *payload; /* batch datagrams without a gap, as UDP_SEGMENT wants them */
	struct mmsghdr message[BATCH];
	struct iovec iov[BATCH];
	union address address[BATCH];
	struct control control[BATCH], segment;
	struct mmsghdr stamp[STAMPS];
	char stamp_control[STAMPS][256];
};

static void put_control(struct msghdr *header, struct control *control, int level, int type,
			const void *value, size_t size)
{
	struct cmsghdr *cmsg;

	header->msg_control = control->bytes;
	header->msg_controllen = CMSG_SPACE(size);
	cmsg = CMSG_FIRSTHDR(header);
	cmsg->cmsg_level = level;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(cmsg), value, size);
}

static int allocate(struct sock_send *sock)
{
	uint32_t generate = STAMP_GENERATE;

	if (sock->stamping) {
		generate |= SOF_TIMESTAMPING_TX_HARDWARE;
	}
	sock->segments = sock->offload ? SUPER_BYTES / sock->length : 1;
	if (sock->segments > SEGMENTS) {
		sock->segments = SEGMENTS;
	}
	sock->batch = sock->offload ? sock->segments * SUPERS : BATCH_BYTES / sock->length;
	if (!sock->offload && sock->batch > BATCH) {
		sock->batch = BATCH;
	}
	sock->payload = malloc((size_t)sock->batch * sock->length);
	if (!sock->payload) {
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < sock->batch; i++) {
		wire_pad(sock_send_payload(sock, i), sock->length);
	}
	for (uint32_t i = 0; i < BATCH; i++) {
		struct msghdr *header = &sock->message[i].msg_hdr;

		header->msg_iov = &sock->iov[i];
		header->msg_iovlen = 1;
		if (!sock->offload) {
			put_control(header, &sock->control[i], SOL_SOCKET, SO_TIMESTAMPING,
				    &generate, sizeof(generate));
			header->msg_controllen = 0;
		}
	}
	return 0;
}

int sock_send_new(const struct sock_send_config *config, struct sock_send **ret_sock,
		  char error[static SOCK_SEND_ERROR_TEXT])
{
	struct sock_setup setup;
	struct sock_send *sock;
	int result = endpoint_is_mac(&config->group->first)
			     ? sock_setup_open_l2(config, &setup, error)
			     : sock_setup_open(config, &setup, error);

	if (result < 0) {
		return result;
	}
	sock = calloc(1, sizeof(*sock));
	if (!sock) {
		close(setup.fd);
		goto no_memory;
	}
	*sock = (struct sock_send){
		.fd = setup.fd,
		.offload = config->offload,
		.group = *config->group,
		.ifindex = setup.ifindex,
		.length = config->length,
		.to_length = setup.to_length,
		.to = setup.to,
		.connected = config->group->count == 1 && setup.to_length == 0,
		.facts = setup.facts,
		.stamping = config->stamping,
	};
	if (allocate(sock) < 0) {
		sock_send_free(sock);
		goto no_memory;
	}
	*ret_sock = sock;
	return 0;
no_memory:
	snprintf(error, SOCK_SEND_ERROR_TEXT, "no memory for a batch of %u bytes each",
		 config->length);
	return -ENOMEM;
}

void sock_send_free(struct sock_send *sock)
{
	if (sock) {
		if (sock->fd >= 0) {
			close(sock->fd);
		}
		free(sock->payload);
		free(sock);
	}
}

const struct sock_send_facts *sock_send_facts(const struct sock_send *sock)
{
	return &sock->facts;
}

uint32_t sock_send_batch_size(const struct sock_send *sock)
{
	return sock->batch;
}

uint32_t sock_send_segments(const struct sock_send *sock)
{
	return sock->segments;
}

uint8_t *sock_send_payload(struct sock_send *sock, uint32_t index)
{
	return sock->payload + (size_t)index * sock->length;
}

void sock_send_prepare(struct sock_send *sock, uint32_t index, uint32_t group, bool stamp)
{
	struct msghdr *header = &sock->message[index].msg_hdr;

	sock->iov[index] = (struct iovec){sock_send_payload(sock, index), sock->length};
	header->msg_controllen = stamp ? CMSG_SPACE(sizeof(uint32_t)) : 0;
	if (sock->to_length > 0) {
		header->msg_name = &sock->to;
		header->msg_namelen = sock->to_length;
	} else if (!sock->connected) {
		struct endpoint endpoint = group_at(&sock->group, group);

		header->msg_name = &sock->address[index];
		header->msg_namelen = address_set(&sock->address[index], &endpoint, sock->ifindex);
	}
}

/* Datagrams first..first+count-1 as super-datagrams; their number. */
static uint32_t prepare_supers(struct sock_send *sock, uint32_t first, uint32_t count)
{
	uint32_t supers = 0;
	uint16_t size = (uint16_t)sock->length;

	for (uint32_t i = 0; i < count; i += sock->segments, supers++) {
		uint32_t in_super = count - i < sock->segments ? count - i : sock->segments;
		struct msghdr *header = &sock->message[supers].msg_hdr;

		sock->iov[supers] = (struct iovec){sock_send_payload(sock, first + i),
						   (size_t)in_super * sock->length};
		header->msg_control = NULL;
		header->msg_controllen = 0;
		if (in_super > 1) {
			put_control(header, &sock->segment, IPPROTO_UDP, UDP_SEGMENT, &size,
				    sizeof(size));
		}
	}
	return supers;
}

int sock_send_batch(struct sock_send *sock, uint32_t first, uint32_t count)
{
	struct mmsghdr *message = sock->message;
	uint32_t messages = count;
	int sent;

	if (sock->offload) {
		messages = prepare_supers(sock, first, count);
	} else {
		message += first;
	}
	sent = sendmmsg(sock->fd, message, messages, MSG_DONTWAIT);
	if (sent < 0) {
		return -errno;
	}
	if ((uint32_t)sent == messages) {
		return (int)count;
	}
	return sent * (int)sock->segments;
}

static int64_t to_ns(const struct timespec *time)
{
	return time->tv_sec * NS_PER_S + time->tv_nsec;
}

/* One stamp of the kernel's, or of the card's: each comes in a message of its own. */
static void give_stamp(struct sock_send *sock, struct departures *departures,
		       const struct sock_extended_err *reason, const struct scm_timestamping *stamp)
{
	int64_t software_ns = to_ns(&stamp->ts[0]), hardware_ns = to_ns(&stamp->ts[2]);

	if (reason->ee_info == SCM_TSTAMP_SCHED) {
		departures_stamp(departures, reason->ee_data, DEPARTURES_SCHED, software_ns);
	} else if (reason->ee_info == SCM_TSTAMP_SND && software_ns != 0) {
		departures_stamp(departures, reason->ee_data, DEPARTURES_SOFTWARE, software_ns);
	} else if (reason->ee_info == SCM_TSTAMP_SND && hardware_ns != 0 && sock->stamping) {
		int64_t now_ns = clock_real_ns(), real_ns;

		if (stamping_real_ns(sock->stamping, hardware_ns, now_ns - HARDWARE_LATE_NS, now_ns,
				     &real_ns)) {
			departures_stamp(departures, reason->ee_data, DEPARTURES_HARDWARE, real_ns);
		}
	}
}

/* One message of the error queue. */
static void take_stamp(struct sock_send *sock, struct msghdr *header, struct departures *departures)
{
	struct scm_timestamping stamp;
	const struct sock_extended_err *reason = NULL;
	const void *stamp_data = NULL;

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(header); cmsg; cmsg = CMSG_NXTHDR(header, cmsg)) {
		if (cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_TIMESTAMPING) {
			stamp_data = CMSG_DATA(cmsg);
		} else if ((cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_RECVERR) ||
			   (cmsg->cmsg_level == IPPROTO_IPV6 && cmsg->cmsg_type == IPV6_RECVERR) ||
			   (cmsg->cmsg_level == SOL_PACKET &&
			    cmsg->cmsg_type == PACKET_TX_TIMESTAMP)) {
			reason = (const struct sock_extended_err *)(const void *)CMSG_DATA(cmsg);
		}
	}
	if (!stamp_data || !reason || reason->ee_origin != SO_EE_ORIGIN_TIMESTAMPING) {
		return;
	}
	/* 32-bit machines align it by 4, and their 64-bit times by 8 */
	memcpy(&stamp, stamp_data, sizeof(stamp));
	give_stamp(sock, departures, reason, &stamp);
}

void sock_send_drain(struct sock_send *sock, struct departures *departures, bool all)
{
	int count;

	do {
		for (int i = 0; i < STAMPS; i++) {
			sock->stamp[i].msg_hdr = (struct msghdr){
				.msg_control = sock->stamp_control[i],
				.msg_controllen = sizeof(sock->stamp_control[i]),
			};
		}
		count = recvmmsg(sock->fd, sock->stamp, STAMPS, MSG_ERRQUEUE | MSG_DONTWAIT, NULL);
		for (int i = 0; i < count; i++) {
			take_stamp(sock, &sock->stamp[i].msg_hdr, departures);
		}
	} while (all && count == STAMPS);
}

void sock_send_restart_ids(struct sock_send *sock)
{
	sock_setup_restart_ids(sock->fd, sock->stamping != NULL);
}

static int wait_for(struct sock_send *sock, short events, int64_t timeout_ns, const sigset_t *mask)
{
	struct pollfd pollfd = {.fd = sock->fd, .events = events};
	struct timespec timeout = {
		.tv_sec = timeout_ns / 1000000000,
		.tv_nsec = timeout_ns % 1000000000,
	};

	return ppoll(&pollfd, 1, &timeout, mask);
}

bool sock_send_wait_stamp(struct sock_send *sock, int64_t timeout_ns, const sigset_t *mask)
{
	int pending;
	socklen_t size = sizeof(pending);

	if (wait_for(sock, 0, timeout_ns, mask) <= 0) {
		return false;
	}
	/* a pending error would wake the next wait at once, and fail the next send */
	(void)getsockopt(sock->fd, SOL_SOCKET, SO_ERROR, &pending, &size);
	return true;
}

void sock_send_wait_room(struct sock_send *sock, int64_t timeout_ns)
{
	(void)wait_for(sock, POLLOUT, timeout_ns, NULL);
}
