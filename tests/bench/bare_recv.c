/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receiving side of the ceiling: recvmmsg with the kernel's arrival stamps, one bit a seq, and
 * nothing else. Ends with SIGTERM or when nothing has come for half a second after the first
 * datagram. Prints "received unique span_ns" (unique seqs; first to last stamp).
 */
#include <errno.h>
#include <getopt.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "bytes.h"

enum {
	PAYLOAD_BYTES = 64,
	SEQ_OFFSET = 16,
	BATCH = 32,
	BUFFER_BYTES = 65536, /* a whole UDP_GRO train */
	CONTROL_BYTES = 128,
	RECEIVE_BUFFER_BYTES = 4194304,
	MAX_SEQ = 1 << 28,
};

struct tally {
	uint64_t received, unique;
	int64_t first_ns, last_ns;
	uint64_t seen[MAX_SEQ / 64];
};

static volatile sig_atomic_t stopped;

static void on_signal(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "bare_recv: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void set(int fd, int level, int name, int value, const char *text)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) < 0) {
		die(text);
	}
}

static int open_socket(const char *interface, const char *group, uint16_t port, bool gro)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct ip_mreqn join = {.imr_ifindex = (int)if_nametoindex(interface)};
	struct timeval idle = {.tv_usec = 500000};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int buffer_bytes = RECEIVE_BUFFER_BYTES;

	if (fd < 0) {
		die("socket");
	}
	if (inet_pton(AF_INET, group, &at.sin_addr) != 1) {
		errno = EINVAL;
		die(group);
	}
	join.imr_multiaddr = at.sin_addr;
	set(fd, SOL_SOCKET, SO_TIMESTAMPING,
	    SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE, "SO_TIMESTAMPING");
	if (gro) {
		set(fd, IPPROTO_UDP, UDP_GRO, 1, "UDP_GRO");
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof(buffer_bytes)) < 0) {
		set(fd, SOL_SOCKET, SO_RCVBUF, buffer_bytes, "SO_RCVBUF");
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof(join)) < 0) {
		die(group);
	}
	return fd;
}

static void tally_add(struct tally *tally, const uint8_t *data, size_t bytes, struct msghdr *header)
{
	size_t segment_bytes = bytes;

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(header); cmsg; cmsg = CMSG_NXTHDR(header, cmsg)) {
		if (cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SO_TIMESTAMPING) {
			struct timespec stamp;

			memcpy(&stamp, CMSG_DATA(cmsg), sizeof(stamp));
			tally->last_ns = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
			tally->first_ns = tally->first_ns ? tally->first_ns : tally->last_ns;
		} else if (cmsg->cmsg_level == IPPROTO_UDP && cmsg->cmsg_type == UDP_GRO) {
			int segment;

			memcpy(&segment, CMSG_DATA(cmsg), sizeof(segment));
			segment_bytes = (size_t)segment;
		}
	}
	for (size_t at = 0; at + PAYLOAD_BYTES <= bytes; at += segment_bytes) {
		uint64_t seq = bytes_get_be64(data + at + SEQ_OFFSET) % MAX_SEQ;
		uint64_t bit = UINT64_C(1) << (seq % 64);

		tally->received++;
		tally->unique += (tally->seen[seq / 64] & bit) == 0;
		tally->seen[seq / 64] |= bit;
	}
}

static struct tally tally;
static uint8_t buffer[BATCH][BUFFER_BYTES];
static uint8_t control[BATCH][CONTROL_BYTES];

static void receive(int fd)
{
	struct mmsghdr message[BATCH];
	struct iovec iovec[BATCH];

	while (!stopped) {
		int count;

		for (int i = 0; i < BATCH; i++) {
			iovec[i] = (struct iovec){buffer[i], BUFFER_BYTES};
			message[i].msg_hdr = (struct msghdr){
				.msg_iov = &iovec[i],
				.msg_iovlen = 1,
				.msg_control = control[i],
				.msg_controllen = CONTROL_BYTES,
			};
		}
		count = recvmmsg(fd, message, BATCH, MSG_WAITFORONE, NULL);
		if (count < 0 && (errno == EAGAIN ? tally.received > 0 : errno != EINTR)) {
			return;
		}
		for (int i = 0; i < count; i++) {
			tally_add(&tally, buffer[i], message[i].msg_len, &message[i].msg_hdr);
		}
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal};
	const char *interface = "";
	bool gro = false;
	int option;

	while ((option = getopt(argc, argv, "gi:")) != -1) {
		switch (option) {
		case 'g':
			gro = true;
			break;
		case 'i':
			interface = optarg;
			break;
		default:
			return 2;
		}
	}
	if (optind + 2 != argc) {
		fprintf(stderr, "usage: bare_recv [-g] -i IF GROUP PORT\n");
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	receive(open_socket(interface, argv[optind], (uint16_t)strtoul(argv[optind + 1], NULL, 10),
			    gro));
	printf("%llu %llu %lld\n", (unsigned long long)tally.received,
	       (unsigned long long)tally.unique, (long long)(tally.last_ns - tally.first_ns));
	return 0;
}
