/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From exec to joined: starts a command and polls /proc/net/igmp until the group is there, then
 * ends the command by SIGTERM. Prints one time in us.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	POLL_NS = 50000,
	LIMIT_NS = 2000000000,
	TABLE_BYTES = 16384,
};

static void die(const char *what)
{
	fprintf(stderr, "join_time: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The table names a group as the 32-bit number that its bytes make on this host. */
static bool is_joined(const char *group_hex)
{
	char table[TABLE_BYTES];
	int fd = open("/proc/net/igmp", O_RDONLY | O_CLOEXEC);
	ssize_t bytes;

	if (fd < 0) {
		die("/proc/net/igmp");
	}
	bytes = read(fd, table, sizeof(table) - 1);
	close(fd);
	if (bytes < 0) {
		die("/proc/net/igmp");
	}
	table[bytes] = '\0';
	return strstr(table, group_hex) != NULL;
}

int main(int argc, char **argv)
{
	extern char **environ;
	const struct timespec pause = {.tv_nsec = POLL_NS};
	struct in_addr group;
	char group_hex[16];
	int64_t start_ns;
	int64_t joined_ns = 0;
	pid_t child;

	if (argc < 3 || inet_pton(AF_INET, argv[1], &group) != 1) {
		fprintf(stderr, "usage: join_time GROUP COMMAND...\n");
		return 2;
	}
	snprintf(group_hex, sizeof(group_hex), "%08X", group.s_addr);
	if (is_joined(group_hex)) {
		fprintf(stderr, "join_time: %s is joined already\n", argv[1]);
		return 1;
	}
	start_ns = now_ns();
	errno = posix_spawn(&child, argv[2], NULL, NULL, argv + 2, environ);
	if (errno) {
		die(argv[2]);
	}
	while (joined_ns == 0 && now_ns() < start_ns + LIMIT_NS) {
		if (is_joined(group_hex)) {
			joined_ns = now_ns();
		} else {
			clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		}
	}
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	if (joined_ns == 0) {
		fprintf(stderr, "join_time: no membership in 2 s\n");
		return 1;
	}
	printf("%lld\n", (long long)(joined_ns - start_ns) / 1000);
	return 0;
}
