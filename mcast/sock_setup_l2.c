/* SPDX-License-Identifier: BSD-2-Clause */
#include "sock_setup.h"

#include <errno.h>
#include <net/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "group.h"

/* Its own address and MTU, of an interface that is up and an Ethernet. */
static int ask_interface(int fd, const struct sock_send_config *config,
			 struct sock_send_facts *facts, char *error)
{
	struct ifreq request = {0};

	strcpy(request.ifr_name, config->interface); /* its index was found: it fits */
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0) {
		return sock_setup_fail(error, errno, NULL, "flags of '%s'", config->interface);
	}
	if ((request.ifr_flags & IFF_UP) == 0) {
		return sock_setup_fail(error, ENETDOWN, "bring it up: 'ip link set IF up'",
				       "send on '%s'", config->interface);
	}
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0 ||
	    request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
		return sock_setup_fail(error, EOPNOTSUPP, "leave --l2 out", "'%s' is no Ethernet",
				       config->interface);
	}
	endpoint_set_mac(&facts->source, (const uint8_t *)request.ifr_hwaddr.sa_data);
	facts->source.port = config->group->first.port;
	if (ioctl(fd, SIOCGIFMTU, &request) == 0 && request.ifr_mtu > 0) {
		facts->mtu_bytes = (uint32_t)request.ifr_mtu;
	}
	facts->fragments = 1;
	facts->device_stamps = sock_setup_device_stamps(fd, config->interface);
	return 0;
}

static void set_to(struct sock_setup *setup, const struct endpoint *mac)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_1588),
		.sll_ifindex = (int)setup->ifindex,
		.sll_halen = ETH_ALEN,
	};

	memcpy(to.sll_addr, endpoint_mac(mac), ETH_ALEN);
	setup->to = (union address){0};
	memcpy(&setup->to.storage, &to, sizeof(to));
	setup->to_length = sizeof(to);
}

int sock_setup_open_l2(const struct sock_send_config *config, struct sock_setup *ret_setup,
		       char error[static SOCK_SEND_ERROR_TEXT])
{
	struct sock_setup setup = {.fd = -1};
	int result;

	/* protocol 0: it takes in nothing but its own stamps */
	setup.fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (setup.fd < 0) {
		return sock_setup_fail(error, errno,
				       errno == EPERM    ? "needs CAP_NET_RAW: run as root"
				       : errno == EMFILE ? "raise 'ulimit -n'"
							 : NULL,
				       "open a socket for frames");
	}
	result = sock_setup_find_interface(setup.fd, config->interface, &setup.ifindex, error);
	result = result ? result : ask_interface(setup.fd, config, &setup.facts, error);
	if (result == 0 && config->pcp >= 0) {
		result = sock_setup_priority(setup.fd, config->pcp, error);
	}
	if (result == 0 && config->stamps) {
		result = sock_setup_stamps(setup.fd, config->stamping != NULL, error);
	}
	if (result < 0) {
		close(setup.fd);
		return result;
	}
	sock_setup_buffers(setup.fd);
	set_to(&setup, &config->group->first);
	*ret_setup = setup;
	return 0;
}
