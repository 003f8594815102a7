/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "json_budget.h"
#include "text.h"

#define MS_NS INT64_C(1000000)

static int domain_of(uint8_t family)
{
	return family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
}

int link_peer_resolve(struct link_peer *peer, const char *host, uint8_t family,
		      char error[static LINK_PEER_ERROR])
{
	const struct addrinfo hints = {.ai_family = domain_of(family), .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int result = getaddrinfo(host, NULL, &hints, &found);

	if (result == 0) {
		result = getnameinfo(found->ai_addr, found->ai_addrlen, peer->address,
				     sizeof(peer->address), NULL, 0, NI_NUMERICHOST);
		peer->family = found->ai_family == AF_INET6 ? 6 : 4;
		freeaddrinfo(found);
	}
	if (result != 0) {
		(void)snprintf(error, LINK_PEER_ERROR,
			       "find '%.100s': %s: check the name, %sor give an address", host,
			       gai_strerror(result),
			       family == 4   ? "that it has an IPv4 address, "
			       : family == 6 ? "that it has an IPv6 address, "
					     : "");
		return result == EAI_AGAIN    ? -EAGAIN
		       : result == EAI_MEMORY ? -ENOMEM
		       : result == EAI_SYSTEM ? -EIO
					      : -ENOENT;
	}
	return 0;
}

/* Until fd is ready for events. 0, or -ETIMEDOUT. */
static int wait_for(int fd, short events, int64_t until_ns)
{
	for (;;) {
		struct pollfd pollfd = {.fd = fd, .events = events};
		int64_t left_ns = until_ns - clock_mono_ns();

		if (left_ns <= 0) {
			return -ETIMEDOUT;
		}
		if (poll(&pollfd, 1, (int)(left_ns / MS_NS) + 1) > 0) {
			return 0;
		}
	}
}

static int get_address(const char *text, uint16_t port, int domain, struct addrinfo **ret_found)
{
	const struct addrinfo hints = {.ai_family = domain,
				       .ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	char service[8];

	(void)snprintf(service, sizeof(service), "%u", port);
	return getaddrinfo(text, service, &hints, ret_found) == 0 ? 0 : -EINVAL;
}

static int bind_to(int fd, const struct link_peer *peer, int domain)
{
	struct addrinfo *found;
	int result;

	if (peer->bind_device != NULL) {
		(void)setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, peer->bind_device,
				 (socklen_t)strlen(peer->bind_device) + 1);
	}
	if (peer->bind_address == NULL) {
		return 0;
	}
	result = get_address(peer->bind_address, 0, domain, &found);
	if (result == 0) {
		result = bind(fd, found->ai_addr, found->ai_addrlen) < 0 ? -errno : 0;
		freeaddrinfo(found);
	}
	return result;
}

/* A socket that is connected, or -errno. */
static int open_connection(const struct link_peer *peer)
{
	int domain = domain_of(peer->family), fd, result, cause = 0;
	socklen_t length = sizeof(cause);
	struct addrinfo *found;

	result = get_address(peer->address, peer->port, domain, &found);
	if (result < 0) {
		return result;
	}
	fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	result = fd < 0 ? -errno : bind_to(fd, peer, domain);
	if (result == 0 && connect(fd, found->ai_addr, found->ai_addrlen) < 0) {
		result = -errno;
	}
	freeaddrinfo(found);
	if (result == -EINPROGRESS) {
		result = wait_for(fd, POLLOUT, clock_mono_ns() + peer->timeout_ms * MS_NS);
		if (result == 0) {
			(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &cause, &length);
			result = -cause;
		}
	}
	if (result < 0 && fd >= 0) {
		close(fd);
	}
	return result < 0 ? result : fd;
}

/* One line of at most LINK_REPLY_BYTES, without its newline. 0 and its length, or -errno. */
static int read_line(int fd, int64_t until_ns, char *line, size_t *ret_length)
{
	size_t length = 0;

	while (length < LINK_REPLY_BYTES) {
		int result = wait_for(fd, POLLIN, until_ns);
		ssize_t got;
		char *end;

		if (result < 0) {
			return result;
		}
		got = recv(fd, line + length, LINK_REPLY_BYTES - length, 0);
		if (got == 0) {
			return -EPROTO;
		}
		if (got < 0 && errno != EAGAIN && errno != EINTR) {
			return -errno;
		}
		end = got > 0 ? memchr(line + length, '\n', (size_t)got) : NULL;
		length += got > 0 ? (size_t)got : 0;
		if (end != NULL) {
			*ret_length = (size_t)(end - line);
			return 0;
		}
	}
	return -EMSGSIZE;
}

static int exchange(int fd, const struct link_peer *peer, enum link_ask ask, json_t **ret_reply)
{
	int64_t until_ns = clock_mono_ns() + peer->timeout_ms * MS_NS;
	const char *request = link_request_text(ask);
	char *line = malloc(LINK_REPLY_BYTES);
	size_t length = 0;
	json_error_t cause;
	int result;

	if (line == NULL) {
		return -ENOMEM;
	}
	/* it fits into any socket's buffer */
	result = send(fd, request, strlen(request), MSG_NOSIGNAL) < 0 ? -errno : 0;
	result = result < 0 ? result : read_line(fd, until_ns, line, &length);
	if (result == 0) {
		json_budget_begin();
		*ret_reply = json_loadb(line, length, 0, &cause);
		(void)json_budget_end();
		result = *ret_reply == NULL ? -EPROTO : 0;
	}
	free(line);
	return result;
}

int link_peer_ask(const struct link_peer *peer, enum link_ask ask, json_t **ret_reply,
		  char error[static LINK_PEER_ERROR])
{
	char words[LINK_WORDS_ERROR] = "what listens there isn't a ptprobe-link";
	char why[TEXT_ERROR];
	json_t *reply = NULL;
	int fd = open_connection(peer), result = fd < 0 ? fd : exchange(fd, peer, ask, &reply);

	if (fd >= 0) {
		close(fd);
	}
	if (result == 0) {
		result = link_reply_check(reply, words);
	}
	if (result == 0) {
		*ret_reply = reply;
		return 0;
	}
	json_decref(reply);
	if (result == -ECONNREFUSED) {
		(void)snprintf(error, LINK_PEER_ERROR,
			       "nobody listens at port %u of %s, as with a "
			       "stock iperf3: run ptprobe-link --server there",
			       peer->port, peer->address);
	} else {
		(void)snprintf(error, LINK_PEER_ERROR, "counters of %s at port %u: %s",
			       peer->address, peer->port,
			       result == -EPROTO ? words : text_error(-result, why));
	}
	return result;
}
