/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the last END to the exit: taps an interface for END datagrams, runs a command (a receiver)
 * until it exits by itself, and prints the time from the last END before the exit to the exit, in
 * us, and how many ENDs had come: "us ends".
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	UDP_BYTES = 8,
	PACKET_BYTES = 256,
	KIND_OFFSET = 5, /* doc/wire-format.md */
	KIND_END = 1,
	LIMIT_MS = 20000,
};

struct tap {
	int fd;
	uint64_t ends;
	int64_t last_end_ns;
};

static void die(const char *what)
{
	fprintf(stderr, "exit_time: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int open_tap(const char *interface)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	int on = 1;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0) {
		die(interface);
	}
	return fd;
}

static void tap_read(struct tap *tap)
{
	uint8_t packet[PACKET_BYTES];
	uint8_t control[PACKET_BYTES];
	struct iovec iovec = {packet, sizeof(packet)};
	struct msghdr header = {
		.msg_iov = &iovec,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	size_t at = sizeof(struct iphdr) + UDP_BYTES;
	struct cmsghdr *cmsg;
	struct timespec stamp;

	if (recvmsg(tap->fd, &header, MSG_DONTWAIT) <= (ssize_t)(at + KIND_OFFSET) ||
	    memcmp(packet + at, "PTPb", 4) != 0 || packet[at + KIND_OFFSET] != KIND_END) {
		return;
	}
	cmsg = CMSG_FIRSTHDR(&header);
	if (!cmsg || cmsg->cmsg_type != SO_TIMESTAMPNS) {
		die("no arrival stamp");
	}
	memcpy(&stamp, CMSG_DATA(cmsg), sizeof(stamp));
	tap->ends++;
	tap->last_end_ns = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
}

int main(int argc, char **argv)
{
	extern char **environ;
	struct tap tap = {0};
	struct pollfd wait[2];
	pid_t child;
	int error;

	if (argc < 3) {
		fprintf(stderr, "usage: exit_time IF COMMAND...\n");
		return 2;
	}
	tap.fd = open_tap(argv[1]);
	error = posix_spawn(&child, argv[2], NULL, NULL, argv + 2, environ);
	if (error) {
		errno = error;
		die(argv[2]);
	}
	wait[0] = (struct pollfd){.fd = tap.fd, .events = POLLIN};
	wait[1] = (struct pollfd){.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN};
	while (poll(wait, 2, LIMIT_MS) > 0) {
		if (wait[0].revents) {
			tap_read(&tap);
		} else if (wait[1].revents) {
			int64_t exit_ns = now_ns();

			waitpid(child, NULL, 0);
			if (tap.ends == 0) {
				fprintf(stderr, "exit_time: the receiver exited before any END\n");
				return 1;
			}
			printf("%lld %llu\n", (long long)(exit_ns - tap.last_end_ns) / 1000,
			       (unsigned long long)tap.ends);
			return 0;
		}
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	fprintf(stderr, "exit_time: the receiver was still there after %d s of silence\n",
		LIMIT_MS / 1000);
	return 1;
}
