/* SPDX-License-Identifier: BSD-2-Clause */
#include "sock_setup.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "address.h"
#include "group.h"
#include "text.h"

enum { BUFFER_BYTES = 1 << 20 };

/* Which departures are stamped is said with each datagram; the rest is the socket's. */
enum {
	STAMP_REPORT =
		SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY,
	/* and the card's, beside the kernel's (Linux 4.13) */
	STAMP_REPORT_HARDWARE =
		STAMP_REPORT | SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_OPT_TX_SWHW,
};

int sock_setup_fail(char *error, int number, const char *remedy, const char *format, ...)
{
	char reason[TEXT_ERROR];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(error, SOCK_SEND_ERROR_TEXT, format, arguments);
	va_end(arguments);
	if (length >= 0 && length < SOCK_SEND_ERROR_TEXT) {
		snprintf(error + length, SOCK_SEND_ERROR_TEXT - (size_t)length, ": %s%s%s",
			 text_error(number, reason), remedy ? ": " : "", remedy ? remedy : "");
	}
	return -number;
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

int sock_setup_find_interface(int fd, const char *name, unsigned int *ret_ifindex, char *error)
{
	struct ifreq request = {0};

	if (strlen(name) >= sizeof(request.ifr_name)) {
		return sock_setup_fail(error, ENODEV, "see 'ip link'", "interface '%s'", name);
	}
	strcpy(request.ifr_name, name);
	if (ioctl(fd, SIOCGIFINDEX, &request) < 0) {
		return sock_setup_fail(error, errno, "see 'ip link'", "interface '%s'", name);
	}
	*ret_ifindex = (unsigned int)request.ifr_ifindex;
	return 0;
}

static int set_interface(int fd, const struct sock_send_config *config, unsigned int ifindex,
			 char *error)
{
	struct ip_mreqn mreqn = {.imr_ifindex = (int)ifindex};
	int result;

	if (endpoint_is_ipv4(&config->group->first)) {
		result = setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &mreqn, sizeof(mreqn)) < 0
				 ? -errno
				 : 0;
	} else {
		result = set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)ifindex);
	}
	if (result < 0) {
		return sock_setup_fail(error, -result, "see 'ip link'", "send on '%s'",
				       config->interface);
	}
	/* before Linux 5.7 it needs CAP_NET_RAW; the line above is what counts for multicast */
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, config->interface,
		       (socklen_t)strlen(config->interface)) < 0 &&
	    errno != EPERM) {
		return sock_setup_fail(error, errno, "see 'ip link'", "bind to '%s'",
				       config->interface);
	}
	return 0;
}

int sock_setup_priority(int fd, int priority, char *error)
{
	int result = set_int(fd, SOL_SOCKET, SO_PRIORITY, priority);

	return result < 0 ? sock_setup_fail(error, -result,
					    "7 needs CAP_NET_ADMIN: run as root or take 0..6",
					    "set priority %d", priority)
			  : 0;
}

static int set_marking(int fd, const struct sock_send_config *config, char *error)
{
	int tos = config->dscp << 2;
	int result;

	if (endpoint_is_ipv4(&config->group->first)) {
		result = set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, config->ttl);
		result = result ? result : set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
		result = result ? result : set_int(fd, IPPROTO_IP, IP_TOS, tos);
		/* without it a full queue drops in silence and sendmmsg calls it sent */
		result = result ? result : set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
	} else {
		result = set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, config->ttl);
		result = result ? result : set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
		result = result ? result : set_int(fd, IPPROTO_IPV6, IPV6_TCLASS, tos);
		result = result ? result : set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
	}
	if (result < 0) {
		return sock_setup_fail(error, -result, NULL,
				       "set ttl, dscp and loop of the socket");
	}
	/* after IP_TOS, which sets a priority of its own */
	if (config->pcp >= 0) {
		result = sock_setup_priority(fd, config->pcp, error);
	}
	return result;
}

void sock_setup_buffers(int fd)
{
	/* the kernel gives what it allows; stamps are charged to the receive buffer */
	(void)set_int(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
	(void)set_int(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
}

/* local: address to bind to, with any port; NULL: none. */
static int open_socket(const struct sock_send_config *config, const struct endpoint *local,
		       unsigned int *ret_ifindex, char *error)
{
	bool ipv4 = endpoint_is_ipv4(&config->group->first);
	char text[ENDPOINT_ADDRESS_TEXT];
	unsigned int ifindex = 0;
	int fd, result = 0;

	fd = socket(ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return sock_setup_fail(error, errno,
				       errno == EAFNOSUPPORT
					       ? "this kernel has no IPv6: take an IPv4 group"
				       : errno == EMFILE ? "raise 'ulimit -n'"
							 : NULL,
				       "open a socket");
	}
	if (config->interface) {
		result = sock_setup_find_interface(fd, config->interface, &ifindex, error);
		result = result ? result : set_interface(fd, config, ifindex, error);
	}
	result = result ? result : set_marking(fd, config, error);
	if (result == 0 && local) {
		struct endpoint any_port = *local;
		union address address;
		socklen_t size;

		any_port.port = 0;
		size = address_set(&address, &any_port, ifindex);
		if (bind(fd, &address.any, size) < 0) {
			result = sock_setup_fail(
				error, errno,
				errno == EADDRNOTAVAIL
					? "a source is an address of this host: see 'ip address'"
					: NULL,
				"send from %s", endpoint_address_text(local, text));
		}
	}
	if (result < 0) {
		close(fd);
		return result;
	}
	sock_setup_buffers(fd);
	*ret_ifindex = ifindex;
	return fd;
}

static uint32_t count_fragments(uint32_t length, uint32_t mtu_bytes, bool ipv4)
{
	uint32_t datagram = length + 8;
	uint32_t room = mtu_bytes - (ipv4 ? 20 : 40);
	uint32_t step; /* all but the last fragment carry a multiple of 8 */

	if (mtu_bytes < 68 || datagram <= room) {
		return 1;
	}
	step = (ipv4 ? room : room - 8) & ~7u;
	return (datagram + step - 1) / step;
}

/* The interface that has this address; false when none has. */
static bool find_name(const struct endpoint *source, char name[static IFNAMSIZ])
{
	struct ifaddrs *all, *at;

	if (getifaddrs(&all) < 0) {
		return false;
	}
	for (at = all; at; at = at->ifa_next) {
		struct endpoint endpoint = {0};

		if (!at->ifa_addr ||
		    (at->ifa_addr->sa_family != AF_INET && at->ifa_addr->sa_family != AF_INET6)) {
			continue;
		}
		address_get((const union address *)(const void *)at->ifa_addr, &endpoint);
		if (memcmp(endpoint.address, source->address, sizeof(endpoint.address)) == 0) {
			snprintf(name, IFNAMSIZ, "%s", at->ifa_name);
			break;
		}
	}
	freeifaddrs(all);
	return at != NULL;
}

bool sock_setup_device_stamps(int fd, const char *interface)
{
	struct ethtool_ts_info info = {.cmd = ETHTOOL_GET_TS_INFO};
	struct ifreq request = {.ifr_data = (char *)&info};

	snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
	return ioctl(fd, SIOCETHTOOL, &request) == 0 &&
	       (info.so_timestamping & SOF_TIMESTAMPING_TX_SOFTWARE) != 0;
}

/* Of the socket's interface, which its source tells if no option does. */
static bool device_stamps(const struct sock_setup *setup, const char *interface)
{
	char name[IFNAMSIZ];

	if (!interface && find_name(&setup->facts.source, name)) {
		interface = name;
	}
	return interface && sock_setup_device_stamps(setup->fd, interface);
}

static const char *connect_remedy(int number, bool named)
{
	if (number != ENETDOWN && number != ENETUNREACH && number != ENODEV) {
		return NULL;
	}
	return named ? "bring it up ('ip link set IF up') and give it an address"
		     : "name an interface that is up and has an address with -i";
}

static int connect_to(struct sock_setup *setup, const struct sock_send_config *config, char *error)
{
	bool ipv4 = endpoint_is_ipv4(&config->group->first);
	union address address;
	socklen_t size = address_set(&address, &config->group->first, setup->ifindex);
	char text[ENDPOINT_TEXT];
	int mtu = 0;

	if (connect(setup->fd, &address.any, size) < 0) {
		return sock_setup_fail(error, errno,
				       connect_remedy(errno, config->interface != NULL),
				       "no way to %s", endpoint_text(&config->group->first, text));
	}
	size = sizeof(address);
	if (getsockname(setup->fd, &address.any, &size) == 0) {
		address_get(&address, &setup->facts.source);
	}
	if (endpoint_is_unspecified(&setup->facts.source)) {
		/* receivers drop what comes from nowhere */
		return sock_setup_fail(error, EADDRNOTAVAIL,
				       "give it one, or name another with -i or -B",
				       "'%s' has no %s address",
				       config->interface ? config->interface : "the interface",
				       ipv4 ? "IPv4" : "IPv6");
	}
	size = sizeof(mtu);
	if (getsockopt(setup->fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_MTU : IPV6_MTU, &mtu,
		       &size) == 0 &&
	    mtu > 0) {
		setup->facts.mtu_bytes = (uint32_t)mtu;
	}
	setup->facts.fragments = count_fragments(config->length, setup->facts.mtu_bytes, ipv4);
	setup->facts.device_stamps = device_stamps(setup, config->interface);
	return 0;
}

/* Several groups need a socket that isn't connected, and still one source for all of them. */
static int reopen_unconnected(struct sock_setup *setup, const struct sock_send_config *config,
			      char *error)
{
	struct endpoint source = setup->facts.source;
	union address address;
	socklen_t size = sizeof(address);

	close(setup->fd);
	setup->fd = open_socket(config, &source, &setup->ifindex, error);
	if (setup->fd < 0) {
		return setup->fd;
	}
	if (getsockname(setup->fd, &address.any, &size) == 0) {
		address_get(&address, &setup->facts.source);
	}
	return 0;
}

int sock_setup_stamps(int fd, bool hardware, char *error)
{
	int result = set_int(fd, SOL_SOCKET, SO_TIMESTAMPING,
			     hardware ? STAMP_REPORT_HARDWARE : STAMP_REPORT);

	if (result < 0) {
		return sock_setup_fail(error, -result,
				       hardware ? "needs Linux 4.13 or later: take --stamp=software"
						: "needs Linux 4.6 or later",
				       "ask for departure stamps");
	}
	return 0;
}

static int check_offload(struct sock_setup *setup, const struct sock_send_config *config,
			 char *error)
{
	int value = 0;
	socklen_t size = sizeof(value);

	if (getsockopt(setup->fd, IPPROTO_UDP, UDP_SEGMENT, &value, &size) < 0) {
		return sock_setup_fail(error, errno, "needs Linux 4.18: leave --offload out",
				       "segment bursts");
	}
	if (setup->facts.fragments > 1) {
		snprintf(error, SOCK_SEND_ERROR_TEXT,
			 "%u bytes don't fit the link's MTU of %u, and bursts can't be fragmented: "
			 "take a smaller -l, or leave --offload out",
			 config->length, setup->facts.mtu_bytes);
		return -EMSGSIZE;
	}
	return 0;
}

void sock_setup_restart_ids(int fd, bool hardware)
{
	int report = hardware ? STAMP_REPORT_HARDWARE : STAMP_REPORT;

	/* the kernel starts from 0 whenever OPT_ID is newly set */
	(void)set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, report & ~SOF_TIMESTAMPING_OPT_ID);
	(void)set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, report);
}

int sock_setup_open(const struct sock_send_config *config, struct sock_setup *ret_setup,
		    char error[static SOCK_SEND_ERROR_TEXT])
{
	struct sock_setup setup = {.fd = -1};
	int result;

	result = setup.fd = open_socket(config, config->bind, &setup.ifindex, error);
	result = result < 0 ? result : connect_to(&setup, config, error);
	if (result == 0 && config->offload) {
		result = check_offload(&setup, config, error);
	}
	if (result == 0 && config->group->count > 1) {
		result = reopen_unconnected(&setup, config, error);
	}
	if (result == 0 && config->stamps) {
		result = sock_setup_stamps(setup.fd, config->stamping != NULL, error);
	}
	if (result < 0) {
		if (setup.fd >= 0) {
			close(setup.fd);
		}
		return result;
	}
	*ret_setup = setup;
	return 0;
}
