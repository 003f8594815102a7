/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sending side of the ceiling: numbered 64-byte datagrams as fast as one system call after
 * another takes them, and nothing else. Without clock, CRC, schedule or stamps it is what a sender
 * that does all of that is measured against.
 */
#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"

enum {
	PAYLOAD_BYTES = 64,
	SEQ_OFFSET = 16,
	BATCH = 32,
	BURST = 64, /* segments in one UDP_SEGMENT send: the kernel's UDP_MAX_SEGMENTS of old */
};

enum method {
	METHOD_SENDTO,
	METHOD_SENDMMSG,
	METHOD_GSO,
};

struct sender {
	int fd;
	uint64_t seq;
	uint8_t payload[BATCH * BURST * PAYLOAD_BYTES];
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "bare_send: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_socket(const char *interface, const char *group, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct ip_mreqn egress = {.imr_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int off = 0;

	if (fd < 0) {
		die("socket");
	}
	if (inet_pton(AF_INET, group, &to.sin_addr) != 1) {
		errno = EINVAL;
		die(group);
	}
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &egress, sizeof(egress)) < 0) {
		die(interface);
	}
	(void)setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof(off));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		die("connect");
	}
	return fd;
}

static void number(struct sender *sender, int datagrams)
{
	for (int i = 0; i < datagrams; i++) {
		bytes_put_be64(sender->payload + i * PAYLOAD_BYTES + SEQ_OFFSET,
			       sender->seq + (uint64_t)i);
	}
}

/* Sends messages of bytes each in one call; returns how many the kernel took. */
static int send_batch(struct sender *sender, int messages, size_t bytes)
{
	struct mmsghdr message[BATCH] = {0};
	struct iovec iovec[BATCH];

	for (int i = 0; i < messages; i++) {
		iovec[i] = (struct iovec){sender->payload + (size_t)i * bytes, bytes};
		message[i].msg_hdr.msg_iov = &iovec[i];
		message[i].msg_hdr.msg_iovlen = 1;
	}
	return sendmmsg(sender->fd, message, (unsigned)messages, 0);
}

static void send_once(struct sender *sender, enum method method)
{
	int taken;

	switch (method) {
	case METHOD_SENDTO:
		number(sender, 1);
		taken = send(sender->fd, sender->payload, PAYLOAD_BYTES, 0) < 0 ? -1 : 1;
		break;
	case METHOD_SENDMMSG:
		number(sender, BATCH);
		taken = send_batch(sender, BATCH, PAYLOAD_BYTES);
		break;
	default:
		number(sender, BATCH * BURST);
		taken = send_batch(sender, BATCH, BURST * PAYLOAD_BYTES);
		taken = taken < 0 ? taken : taken * BURST;
		break;
	}
	if (taken > 0) {
		sender->seq += (uint64_t)taken;
	} else if (errno != ENOBUFS && errno != EAGAIN) {
		die("send");
	}
}

static struct sender sender;

int main(int argc, char **argv)
{
	enum method method = METHOD_SENDMMSG;
	int64_t duration_ns = 1000000000;
	const char *interface = "";
	int segment_bytes = PAYLOAD_BYTES;
	int option;

	while ((option = getopt(argc, argv, "i:m:t:")) != -1) {
		switch (option) {
		case 'i':
			interface = optarg;
			break;
		case 'm':
			method = strcmp(optarg, "sendto") == 0 ? METHOD_SENDTO
				 : strcmp(optarg, "gso") == 0  ? METHOD_GSO
							       : METHOD_SENDMMSG;
			break;
		case 't':
			duration_ns = (int64_t)(strtod(optarg, NULL) * 1e9);
			break;
		default:
			return 2;
		}
	}
	if (optind + 2 != argc) {
		fprintf(stderr,
			"usage: bare_send -i IF [-m sendto|sendmmsg|gso] [-t SECONDS] GROUP PORT\n");
		return 2;
	}
	sender.fd =
		open_socket(interface, argv[optind], (uint16_t)strtoul(argv[optind + 1], NULL, 10));
	if (method == METHOD_GSO && setsockopt(sender.fd, IPPROTO_UDP, UDP_SEGMENT, &segment_bytes,
					       sizeof(segment_bytes)) < 0) {
		die("UDP_SEGMENT");
	}
	for (int64_t end_ns = now_ns() + duration_ns; now_ns() < end_ns;) {
		send_once(&sender, method);
	}
	printf("%llu\n", (unsigned long long)sender.seq);
	return 0;
}
