/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link_control.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link_words.h"

#define S_NS  INT64_C(1000000000)
#define MS_NS INT64_C(1000000)

int link_control_open(struct link_control *control, const char *address, const char *device,
		      uint16_t port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
	struct addrinfo *found;
	char service[8];
	int fd, on = 1, err = 0;

	for (size_t i = 0; i < LINK_CONTROL_CONNECTIONS; i++) {
		control->asker[i] = (struct link_asker){.fd = -1};
	}
	control->listener = -1;
	(void)snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(address, service, &hints, &found) != 0) {
		return -EINVAL;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		err = -errno;
	} else {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (device != NULL) {
			/* without it the address alone says which link */
			(void)setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
					 (socklen_t)strlen(device) + 1);
		}
		if (bind(fd, found->ai_addr, found->ai_addrlen) < 0 ||
		    listen(fd, LINK_CONTROL_CONNECTIONS) < 0) {
			err = -errno;
			close(fd);
		}
	}
	freeaddrinfo(found);
	if (err == 0) {
		control->listener = fd;
	}
	return err;
}

static void let_go(struct link_asker *asker)
{
	if (asker->fd >= 0) {
		close(asker->fd);
	}
	free(asker->request);
	free(asker->reply);
	*asker = (struct link_asker){.fd = -1};
}

void link_control_close(struct link_control *control)
{
	for (size_t i = 0; i < LINK_CONTROL_CONNECTIONS; i++) {
		let_go(&control->asker[i]);
	}
	if (control->listener >= 0) {
		close(control->listener);
		control->listener = -1;
	}
}

/* An IPv4 address of an IPv6 socket as what it is. */
static void unmap(struct sockaddr_storage *address)
{
	struct sockaddr_in6 mapped;
	struct sockaddr_in plain = {.sin_family = AF_INET};

	memcpy(&mapped, address, sizeof(mapped));
	if (address->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&mapped.sin6_addr)) {
		memcpy(&plain.sin_addr, mapped.sin6_addr.s6_addr + 12, sizeof(plain.sin_addr));
		memcpy(address, &plain, sizeof(plain));
	}
}

static bool is_same(const struct sockaddr *one, const struct sockaddr_storage *other)
{
	struct sockaddr_in6 one6, other6;
	struct sockaddr_in one4, other4;

	if (one == NULL || one->sa_family != other->ss_family) {
		return false;
	}
	if (one->sa_family == AF_INET) {
		memcpy(&one4, one, sizeof(one4));
		memcpy(&other4, other, sizeof(other4));
		return one4.sin_addr.s_addr == other4.sin_addr.s_addr;
	}
	if (one->sa_family != AF_INET6) {
		return false;
	}
	memcpy(&one6, one, sizeof(one6));
	memcpy(&other6, other, sizeof(other6));
	return memcmp(&one6.sin6_addr, &other6.sin6_addr, sizeof(one6.sin6_addr)) == 0 &&
	       (!IN6_IS_ADDR_LINKLOCAL(&one6.sin6_addr) ||
		one6.sin6_scope_id == other6.sin6_scope_id);
}

/* The interface that has the address that was connected to. False: none. */
static bool find_interface(int fd, char name[static IF_NAMESIZE])
{
	struct sockaddr_storage local;
	socklen_t length = sizeof(local);
	struct ifaddrs *all;
	bool is_found = false;

	if (getsockname(fd, (struct sockaddr *)&local, &length) < 0 || getifaddrs(&all) < 0) {
		return false;
	}
	unmap(&local);
	for (const struct ifaddrs *one = all; one != NULL && !is_found; one = one->ifa_next) {
		if (is_same(one->ifa_addr, &local)) {
			is_found = true;
			(void)snprintf(name, IF_NAMESIZE, "%s", one->ifa_name);
		}
	}
	freeifaddrs(all);
	return is_found;
}

static char *snapshot_reply(const struct link_control *control, const char *interface)
{
	char error[LINK_CONTROL_ERROR] = "no snapshot could be taken";
	json_t *snapshot = NULL;
	char *reply;

	if (control->take == NULL ||
	    control->take(control->context, interface, &snapshot, error) < 0) {
		return link_refusal_text(error);
	}
	reply = link_reply_text(interface, control->iperf_port, snapshot);
	return reply != NULL ? reply : link_refusal_text("the snapshot is too large");
}

static void answer(const struct link_control *control, struct link_asker *asker, size_t length)
{
	char error[LINK_WORDS_ERROR], interface[IF_NAMESIZE];
	enum link_ask ask;

	if (link_request_parse(asker->request, length, &ask, error) < 0) {
		asker->reply = link_refusal_text(error);
	} else if (!find_interface(asker->fd, interface)) {
		asker->reply = link_refusal_text("no interface has the address that was asked");
	} else if (ask == LINK_ASK_HELLO) {
		asker->reply = link_reply_text(interface, control->iperf_port, NULL);
	} else {
		asker->reply = snapshot_reply(control, interface);
		asker->is_snapshot = true;
	}
	if (asker->reply == NULL) {
		let_go(asker); /* memory is out */
		return;
	}
	asker->reply_length = strlen(asker->reply);
}

static void hear(const struct link_control *control, struct link_asker *asker)
{
	ssize_t got = recv(asker->fd, asker->request + asker->asked,
			   LINK_REQUEST_BYTES - asker->asked, 0);
	const char *end;

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (got <= 0) {
		let_go(asker);
		return;
	}
	end = memchr(asker->request + asker->asked, '\n', (size_t)got);
	asker->asked += (size_t)got;
	if (end != NULL) {
		answer(control, asker, (size_t)(end - asker->request));
	} else if (asker->asked == LINK_REQUEST_BYTES) {
		answer(control, asker, asker->asked);
	}
}

static void speak(struct link_control *control, struct link_asker *asker)
{
	ssize_t done = send(asker->fd, asker->reply + asker->sent,
			    asker->reply_length - asker->sent, MSG_NOSIGNAL);

	if (done < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	asker->sent += done > 0 ? (size_t)done : 0;
	control->told += asker->is_snapshot && asker->sent == asker->reply_length;
	if (done <= 0 || asker->sent == asker->reply_length) {
		let_go(asker);
	}
}

/* A free place, or that of who was there first and has yet to ask. NULL: there is none. */
static struct link_asker *find_room(struct link_control *control, int64_t now_ns)
{
	const int64_t grace_ns = LINK_CONTROL_DEADLINE_S * S_NS - LINK_CONTROL_GRACE_MS * MS_NS;
	struct link_asker *first = NULL;

	for (size_t i = 0; i < LINK_CONTROL_CONNECTIONS; i++) {
		struct link_asker *asker = &control->asker[i];

		if (asker->fd < 0) {
			return asker;
		}
		if (asker->reply == NULL && asker->until_ns - now_ns < grace_ns &&
		    (first == NULL || asker->until_ns < first->until_ns)) {
			first = asker;
		}
	}
	return first;
}

static void welcome(struct link_control *control, int64_t now_ns)
{
	struct link_asker *asker;

	while ((asker = find_room(control, now_ns)) != NULL) {
		int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0) {
			return;
		}
		let_go(asker);
		*asker = (struct link_asker){.fd = fd,
					     .until_ns = now_ns + LINK_CONTROL_DEADLINE_S * S_NS,
					     .request = malloc(LINK_REQUEST_BYTES)};
		if (asker->request == NULL) {
			let_go(asker);
			return;
		}
	}
}

void link_control_prepare(struct link_control *control, struct pollfd *pollfds, int64_t now_ns)
{
	for (size_t i = 0; i < LINK_CONTROL_CONNECTIONS; i++) {
		const struct link_asker *asker = &control->asker[i];

		pollfds[i] = (struct pollfd){.fd = asker->fd,
					     .events = asker->reply != NULL ? POLLOUT : POLLIN};
	}
	pollfds[LINK_CONTROL_CONNECTIONS] =
		(struct pollfd){.fd = find_room(control, now_ns) != NULL ? control->listener : -1,
				.events = POLLIN};
}

void link_control_serve(struct link_control *control, const struct pollfd *pollfds, int64_t now_ns)
{
	for (size_t i = 0; i < LINK_CONTROL_CONNECTIONS; i++) {
		struct link_asker *asker = &control->asker[i];

		if (asker->fd < 0) {
			continue;
		}
		if (pollfds[i].revents != 0 && asker->reply != NULL) {
			speak(control, asker);
		} else if (pollfds[i].revents != 0) {
			hear(control, asker);
		}
		if (asker->fd >= 0 && now_ns > asker->until_ns) {
			let_go(asker);
		}
	}
	if (pollfds[LINK_CONTROL_CONNECTIONS].revents != 0) {
		welcome(control, now_ns);
	}
}
