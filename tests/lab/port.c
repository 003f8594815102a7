/* SPDX-License-Identifier: BSD-2-Clause */
#include "port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* 16,384 frames: 0.8 s at 20,000 pps, for a machine that keeps the relay waiting */
enum {
	SLOT_BYTES = 2048,
	BLOCK_BYTES = 65536,
	BLOCKS = 512,
	SLOTS = BLOCKS * (BLOCK_BYTES / SLOT_BYTES),
	RING_BYTES = BLOCKS * BLOCK_BYTES,
};

static int set_option(int fd, int option, const void *value, size_t length)
{
	return setsockopt(fd, SOL_PACKET, option, value, (socklen_t)length) < 0 ? -errno : 0;
}

static int port_set_up(struct port *port, unsigned int interface)
{
	int version = TPACKET_V2, on = 1;
	struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = BLOCKS,
		.tp_frame_size = SLOT_BYTES,
		.tp_frame_nr = SLOTS,
	};
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)interface,
	};
	int result;

	if ((result = set_option(port->fd, PACKET_VERSION, &version, sizeof(version))) < 0 ||
	    (result = set_option(port->fd, PACKET_IGNORE_OUTGOING, &on, sizeof(on))) < 0 ||
	    (result = set_option(port->fd, PACKET_RX_RING, &request, sizeof(request))) < 0) {
		return result;
	}
	port->ring = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, port->fd, 0);
	if (port->ring == MAP_FAILED) {
		port->ring = NULL;
		return -errno;
	}
	if (bind(port->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	return 0;
}

int port_open(struct port *port, const char *interface)
{
	unsigned int index = if_nametoindex(interface);
	int result;

	*port = (struct port){.fd = -1};
	if (!index) {
		return -errno;
	}
	/* protocol 0: nothing is received before the bind to the interface */
	port->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (port->fd < 0) {
		return -errno;
	}
	result = port_set_up(port, index);
	if (result < 0) {
		port_close(port);
	}
	return result;
}

void port_close(struct port *port)
{
	if (port->ring) {
		munmap(port->ring, RING_BYTES);
	}
	if (port->fd >= 0) {
		close(port->fd);
	}
	*port = (struct port){.fd = -1};
}

static struct tpacket2_hdr *port_slot(const struct port *port)
{
	return (struct tpacket2_hdr *)(port->ring + port->next * SLOT_BYTES);
}

bool port_next(struct port *port, struct port_frame *ret_frame)
{
	struct tpacket2_hdr *slot = port_slot(port);
	uint32_t status = __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);

	if (!(status & TP_STATUS_USER)) {
		return false;
	}
	*ret_frame = (struct port_frame){
		.bytes = (uint8_t *)slot + slot->tp_mac,
		.length = slot->tp_snaplen,
		.is_whole = slot->tp_snaplen == slot->tp_len,
		.lacks_checksum = status & TP_STATUS_CSUMNOTREADY,
	};
	return true;
}

void port_return(struct port *port)
{
	__atomic_store_n(&port_slot(port)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	port->next = (port->next + 1) % SLOTS;
}

int port_send(struct port *port, const uint8_t *bytes, size_t length)
{
	return send(port->fd, bytes, length, 0) < 0 ? -errno : 0;
}

uint32_t port_take_drops(struct port *port)
{
	struct tpacket_stats stats = {0};
	socklen_t length = sizeof(stats);

	if (getsockopt(port->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length) < 0) {
		return 0;
	}
	return stats.tp_drops;
}
