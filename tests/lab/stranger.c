/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What else may be at the other end of a link test:
 *
 *   stranger mute ADDRESS PORT
 *     accepts connections, and says nothing.
 *   stranger tell ADDRESS PORT FILE...
 *     tells the first who asks a line the first file, the second the second, and so on; those that
 *     come later the last one.
 *   stranger hold ADDRESS PORT N
 *     opens so many connections, and says nothing.
 *   stranger say ADDRESS PORT TEXT
 *     says TEXT and a newline, "-": what it reads, and prints the answer until it is hung up on.
 *   stranger poke ADDRESS PORT TEXT
 *     begins a test of iperf3 with TEXT for its parameters, empty: with none; until it is hung up
 *     on.
 *
 * The first three say "ready", and stay until they are ended.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FAILED = 4, CHUNK = 65536 };

/* A socket for that address, a number; -1. */
static int open_socket(const char *host, const char *port, bool is_server, int flags)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found;
	int fd, on = 1, failed;

	if (getaddrinfo(host, port, &hints, &found) != 0) {
		return -1;
	}
	fd = socket(found->ai_family, SOCK_STREAM | flags, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (is_server) {
		failed = bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, 8) < 0;
	} else {
		failed = connect(fd, found->ai_addr, found->ai_addrlen) < 0 && errno != EINPROGRESS;
	}
	freeaddrinfo(found);
	return failed ? -1 : fd;
}

static int ready(int fd)
{
	if (fd < 0) {
		perror("stranger");
		return FAILED;
	}
	printf("ready\n");
	fflush(stdout);
	return 0;
}

static int mute(const char *host, const char *port)
{
	int fd = open_socket(host, port, true, 0);

	if (ready(fd) != 0) {
		return FAILED;
	}
	for (;;) {
		(void)accept(fd, NULL, NULL);
	}
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t done = write(fd, bytes, length);

		if (done <= 0) {
			return false;
		}
		bytes += done;
		length -= (size_t)done;
	}
	return true;
}

static void copy(int from, int to)
{
	char bytes[CHUNK];
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0 && write_all(to, bytes, (size_t)got)) {
	}
}

static int tell(const char *host, const char *port, char *const files[], int count)
{
	int fd = open_socket(host, port, true, 0);

	if (ready(fd) != 0) {
		return FAILED;
	}
	for (int i = 0;; i += i < count - 1) {
		int asker = accept(fd, NULL, NULL), file = open(files[i], O_RDONLY);
		char question[CHUNK];

		if (asker >= 0 && file >= 0 && read(asker, question, sizeof(question)) > 0) {
			copy(file, asker);
		}
		close(file);
		close(asker);
	}
}

static int hold(const char *host, const char *port, long count)
{
	for (long i = 0; i < count; i++) {
		if (open_socket(host, port, false, SOCK_NONBLOCK) < 0) {
			return ready(-1);
		}
	}
	(void)ready(0);
	for (;;) {
		pause();
	}
}

static int say(const char *host, const char *port, const char *text)
{
	int fd = open_socket(host, port, false, 0);

	if (fd < 0) {
		return FAILED;
	}
	if (strcmp(text, "-") == 0) {
		copy(STDIN_FILENO, fd);
	} else if (!write_all(fd, text, strlen(text)) || !write_all(fd, "\n", 1)) {
		return FAILED;
	}
	copy(fd, STDOUT_FILENO);
	return 0;
}

/* As an iperf3 begins: a cookie, the wish for its parameters, and their length. */
static int poke(const char *host, const char *port, const char *text)
{
	static const char cookie[37] = "ptprobeptprobeptprobeptprobeptprobe!";
	uint32_t length = htonl((uint32_t)strlen(text));
	int fd = open_socket(host, port, false, 0);
	char byte = 0;

	if (fd < 0 || !write_all(fd, cookie, sizeof(cookie))) {
		return FAILED;
	}
	if (*text != '\0' && (read(fd, &byte, 1) != 1 || write(fd, &length, 4) != 4 ||
			      !write_all(fd, text, strlen(text)))) {
		return FAILED;
	}
	while (read(fd, &byte, 1) == 1) {
	}
	return 0;
}

int main(int argc, char *argv[])
{
	(void)signal(SIGPIPE, SIG_IGN);
	if (argc == 4 && strcmp(argv[1], "mute") == 0) {
		return mute(argv[2], argv[3]);
	}
	if (argc > 4 && strcmp(argv[1], "tell") == 0) {
		return tell(argv[2], argv[3], argv + 4, argc - 4);
	}
	if (argc == 5 && strcmp(argv[1], "hold") == 0) {
		return hold(argv[2], argv[3], strtol(argv[4], NULL, 10));
	}
	if (argc == 5 && strcmp(argv[1], "say") == 0) {
		return say(argv[2], argv[3], argv[4]);
	}
	if (argc == 5 && strcmp(argv[1], "poke") == 0) {
		return poke(argv[2], argv[3], argv[4]);
	}
	fprintf(stderr, "usage: stranger mute|tell|hold|say|poke ADDRESS PORT ...\n");
	return 2;
}
