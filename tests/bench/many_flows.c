/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends probes of many runs in turn, with every field that makes a receiver use all of a flow's
 * memory: follow-ups, and now and then a hole. Prints "runs probes_each".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "wire.h"

enum {
	BATCH = 32,
	MAX_RUNS = 65536,
	HOLE = 101, /* one seq in so many isn't sent */
};

static void die(const char *what)
{
	fprintf(stderr, "many_flows: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int open_socket(const char *interface, const char *group, const char *port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
	};
	struct ip_mreqn egress = {.imr_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || inet_pton(AF_INET, group, &to.sin_addr) != 1 ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &egress, sizeof(egress)) < 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		die(group);
	}
	return fd;
}

static void send_round(int fd, uint64_t runs, uint64_t seq)
{
	uint8_t image[BATCH][WIRE_HEADER_LENGTH];
	struct mmsghdr message[BATCH] = {0};
	struct iovec iovec[BATCH];

	for (uint64_t run = 0; run < runs; run += BATCH) {
		unsigned count = runs - run < BATCH ? (unsigned)(runs - run) : BATCH;

		for (unsigned i = 0; i < count; i++) {
			struct probe probe = {
				.run_id = wire_run_id(run + i + 1),
				.seq = seq,
				.sent_ns = clock_ns(CLOCK_REALTIME),
				.follow_up_seq = seq >= 2 ? seq - 2 : WIRE_NO_FOLLOW_UP,
				.follow_up_tx_ns = clock_ns(CLOCK_REALTIME),
				.ttl = 1,
			};

			wire_encode(image[i], sizeof(image[i]), &probe);
			iovec[i] = (struct iovec){image[i], sizeof(image[i])};
			message[i].msg_hdr.msg_iov = &iovec[i];
			message[i].msg_hdr.msg_iovlen = 1;
		}
		if (sendmmsg(fd, message, count, 0) < 0 && errno != ENOBUFS) {
			die("send");
		}
	}
}

int main(int argc, char **argv)
{
	uint64_t runs;
	uint64_t seq = 0;
	uint64_t rounds = 0;
	int64_t end_ns;
	int fd;

	if (argc != 6) {
		fprintf(stderr, "usage: many_flows RUNS SECONDS IF GROUP PORT\n");
		return 2;
	}
	runs = strtoull(argv[1], NULL, 10);
	end_ns = clock_ns(CLOCK_MONOTONIC) + (int64_t)(strtod(argv[2], NULL) * 1e9);
	fd = open_socket(argv[3], argv[4], argv[5]);
	for (; clock_ns(CLOCK_MONOTONIC) < end_ns; rounds++) {
		send_round(fd, runs, seq);
		seq += seq % HOLE == HOLE - 1 ? 2 : 1;
	}
	printf("%llu %llu\n", (unsigned long long)runs, (unsigned long long)rounds);
	return 0;
}
