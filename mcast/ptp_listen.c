/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_listen.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "clock.h"
#include "text.h"

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

enum {
	BUFFER = 2048,
	AT_A_TIME = 256, /* messages of one socket, until the others have their turn */
};

/*
 * Of a frame without its Ethernet header: EtherType 88F7, or UDP to port 319 or 320 over IPv4
 * (unfragmented, or the first fragment) or IPv6.
 */
static struct sock_filter ptp_frames[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_PROTOCOL),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_1588, 15, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 8, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 12),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 10),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 8, 0),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
	BPF_JUMP(BPF_JMP | BPF_JA, 3, 0, 0),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6), /* IPv6 */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 3),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 42),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PTP_EVENT_PORT, 2, 0), /* the port */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PTP_GENERAL_PORT, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, 0),
	BPF_STMT(BPF_RET | BPF_K, BUFFER),
};

static const char *const groups[PTP_WAYS][6] = {
	[PTP_WAY_UDP4] = {"224.0.1.129", "224.0.0.107"},
	[PTP_WAY_UDP6] = {"ff0e::181", "ff08::181", "ff05::181", "ff02::181", "ff02::6b"},
	[PTP_WAY_L2] = {"01-1B-19-00-00-00", "01-80-C2-00-00-0E"},
};

/* The first reason counts. */
static void deafen(struct ptp_listen *listen, enum ptp_way way, const char *what, int number,
		   const char *remedy)
{
	struct ptp_ear *ear = &listen->ears.ear[way];
	char reason[TEXT_ERROR];

	if (ear->hears || *ear->why == '\0') {
		snprintf(ear->why, sizeof(ear->why), "%s: %s%s%s", what, text_error(number, reason),
			 remedy ? ": " : "", remedy ? remedy : "");
	}
	ear->hears = false;
}

static void add_socket(struct ptp_listen *listen, int fd, enum ptp_way way, bool is_frames)
{
	listen->socket[listen->count++] = (struct ptp_listen_socket){fd, way, is_frames};
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static int join_mac(int fd, unsigned int ifindex, const struct endpoint *mac)
{
	struct packet_mreq request = {
		.mr_ifindex = (int)ifindex,
		.mr_type = PACKET_MR_MULTICAST,
		.mr_alen = ETH_ALEN,
	};

	memcpy(request.mr_address, endpoint_mac(mac), ETH_ALEN);
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) < 0
		       ? -errno
		       : 0;
}

/* One for all of PTP's frames; false: this process may not. */
static bool open_frames(struct ptp_listen *listen, unsigned int ifindex,
			const struct endpoint *group)
{
	struct sock_fprog filter = {
		.len = sizeof(ptp_frames) / sizeof(ptp_frames[0]),
		.filter = ptp_frames,
	};
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex,
	};
	/* protocol 0: nothing comes before the filter is there */
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct endpoint mac;
	int result = 0;

	if (fd < 0) {
		deafen(listen, PTP_WAY_L2, "open a socket for frames", errno,
		       errno == EPERM ? "needs CAP_NET_RAW" : NULL);
		return false;
	}
	for (const char *const *text = groups[PTP_WAY_L2]; *text; text++) {
		(void)endpoint_parse_mac(*text, &mac);
		result = result ? result : join_mac(fd, ifindex, &mac);
	}
	if (result == 0 && endpoint_is_mac(group)) {
		result = join_mac(fd, ifindex, group);
	}
	if (result == 0 &&
	    (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ||
	     bind(fd, (const struct sockaddr *)(const void *)&address, sizeof(address)) < 0)) {
		result = -errno;
	}
	if (result < 0) {
		deafen(listen, PTP_WAY_L2, "take frames", -result, NULL);
		close(fd);
		return false;
	}
	add_socket(listen, fd, PTP_WAY_L2, true);
	return true;
}

static int join(int fd, unsigned int ifindex, const struct endpoint *group)
{
	bool ipv4 = endpoint_is_ipv4(group);
	struct group_req request = {.gr_interface = ifindex};
	union address address;

	(void)address_set(&address, group, ifindex);
	memcpy(&request.gr_group, &address.storage, sizeof(request.gr_group));
	return setsockopt(fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, MCAST_JOIN_GROUP, &request,
			  sizeof(request)) < 0
		       ? -errno
		       : 0;
}

/*
 * To the group's address itself, so that what is meant for this host alone goes to its own clock
 * daemon as ever, and only what comes in by the interface.
 */
static int bind_group(int fd, unsigned int ifindex, const struct endpoint *group, uint16_t port)
{
	bool ipv4 = endpoint_is_ipv4(group);
	struct endpoint at = *group;
	union address address;
	socklen_t size;

	at.port = port;
	size = address_set(&address, &at, ifindex);
	(void)set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (ipv4) {
		(void)set_int(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
	} else {
		(void)set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
		(void)set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
	}
	return bind(fd, &address.any, size) < 0 ? -errno : 0;
}

/* Joins group; with a port also takes what comes to it. */
static void open_datagrams(struct ptp_listen *listen, unsigned int ifindex,
			   const struct endpoint *group, uint16_t port)
{
	enum ptp_way way = endpoint_is_ipv4(group) ? PTP_WAY_UDP4 : PTP_WAY_UDP6;
	int fd, result;

	if (listen->count == PTP_LISTEN_SOCKETS) {
		deafen(listen, way, "listen", EMFILE, NULL);
		return;
	}
	fd = socket(way == PTP_WAY_UDP4 ? AF_INET : AF_INET6,
		    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		deafen(listen, way, "open a socket", errno, NULL);
		return;
	}
	add_socket(listen, fd, way, false);
	result = join(fd, ifindex, group);
	if (result < 0) {
		deafen(listen, way, "join", -result,
		       result == -ENOBUFS ? "raise net.ipv4.igmp_max_memberships"
					  : "give the interface an address");
		return;
	}
	result = port != 0 ? bind_group(fd, ifindex, group, port) : 0;
	if (result < 0) {
		deafen(listen, way,
		       port == PTP_EVENT_PORT ? "bind to port 319" : "bind to port 320", -result,
		       result == -EACCES       ? "needs CAP_NET_RAW or CAP_NET_BIND_SERVICE"
		       : result == -EADDRINUSE ? "a program of this host has it to itself"
					       : NULL);
	}
}

static void open_groups(struct ptp_listen *listen, unsigned int ifindex,
			const struct endpoint *group, bool has_frames)
{
	struct endpoint known = {0};

	for (enum ptp_way way = PTP_WAY_UDP4; way <= PTP_WAY_UDP6; way++) {
		for (const char *const *text = groups[way]; *text; text++) {
			(void)endpoint_parse_address(*text, &known);
			open_datagrams(listen, ifindex, &known, has_frames ? 0 : PTP_EVENT_PORT);
			if (!has_frames) {
				open_datagrams(listen, ifindex, &known, PTP_GENERAL_PORT);
			}
		}
	}
	if (!endpoint_is_mac(group)) {
		/* one that is among those above is joined by another socket: no harm */
		open_datagrams(listen, ifindex, group, has_frames ? 0 : PTP_EVENT_PORT);
		if (!has_frames) {
			open_datagrams(listen, ifindex, group, PTP_GENERAL_PORT);
		}
	}
}

int ptp_listen_open(struct ptp_listen *listen, const char *interface, const struct endpoint *group,
		    char error[static PTP_LISTEN_ERROR_TEXT])
{
	unsigned int ifindex = if_nametoindex(interface);
	int number = errno;
	char reason[TEXT_ERROR];
	bool has_frames;

	*listen = (struct ptp_listen){0};
	if (ifindex == 0) {
		snprintf(error, PTP_LISTEN_ERROR_TEXT, "interface '%s': %s: see 'ip link'",
			 interface, text_error(number, reason));
		return -number;
	}
	for (int way = 0; way < PTP_WAYS; way++) {
		listen->ears.ear[way].hears = true;
	}
	has_frames = open_frames(listen, ifindex, group);
	open_groups(listen, ifindex, group, has_frames);
	return 0;
}

void ptp_listen_close(struct ptp_listen *listen)
{
	for (uint32_t i = 0; i < listen->count; i++) {
		close(listen->socket[i].fd);
	}
	listen->count = 0;
}

static void take(const struct ptp_listen_socket *socket, struct ptp_heard *heard)
{
	uint8_t bytes[BUFFER];
	union address from;
	struct sockaddr_ll frame;
	struct endpoint source = {0};

	for (int i = 0; i < AT_A_TIME; i++) {
		socklen_t size = sizeof(from);
		ssize_t length =
			recvfrom(socket->fd, bytes, sizeof(bytes), MSG_TRUNC, &from.any, &size);
		size_t captured;

		if (length < 0) {
			return;
		}
		captured = (size_t)length < sizeof(bytes) ? (size_t)length : sizeof(bytes);
		if (socket->is_frames) {
			memcpy(&frame, &from.storage, sizeof(frame));
			ptp_heard_add_frame(heard, ntohs(frame.sll_protocol), frame.sll_addr, bytes,
					    captured, (size_t)length);
		} else {
			address_get(&from, &source);
			ptp_heard_add(heard, socket->way, &source, bytes, captured, (size_t)length);
		}
	}
}

void ptp_listen_wait(struct ptp_listen *listen, int64_t mono_ns, struct ptp_heard *heard)
{
	struct pollfd pollfd[PTP_LISTEN_SOCKETS];
	int64_t left_ns = mono_ns - clock_mono_ns();
	struct timespec timeout = {0};

	if (left_ns > 0) {
		timeout.tv_sec = left_ns / 1000000000;
		timeout.tv_nsec = left_ns % 1000000000;
	}
	for (uint32_t i = 0; i < listen->count; i++) {
		pollfd[i] = (struct pollfd){.fd = listen->socket[i].fd, .events = POLLIN};
	}
	if (ppoll(pollfd, listen->count, &timeout, NULL) <= 0) {
		return;
	}
	for (uint32_t i = 0; i < listen->count; i++) {
		if (pollfd[i].revents != 0) {
			take(&listen->socket[i], heard);
		}
	}
}
