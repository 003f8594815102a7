/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"

#include <string.h>

enum {
	ETHERNET_LENGTH = 14,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_PTP = 0x88f7,
	VLAN_LENGTH = 4,
	PTP_LENGTH = 34,
	IPV4_LENGTH = 20,
	IPV6_LENGTH = 40,
	IPV6_FRAGMENT_LENGTH = 8,
	PROTOCOL_UDP = 17,
	PROTOCOL_IPV6_FRAGMENT = 44,
	UDP_LENGTH = 8,
	PROBE_LENGTH = 64,
	MAGIC_LENGTH = 4,
};

static uint64_t read_be(const uint8_t *bytes, size_t length)
{
	uint64_t value = 0;

	for (size_t i = 0; i < length; i++) {
		value = value << 8 | bytes[i];
	}
	return value;
}

/* A UDP header in a frame, and what the pseudo header takes from the IP header. */
struct udp_view {
	size_t at;
	size_t end; /* of the IP packet in the frame: Ethernet pads short ones */
	bool is_fragment;
	const uint8_t *source, *destination;
	size_t address_length;
};

static bool find_udp_ipv4(const uint8_t *frame, size_t length, struct udp_view *ret_udp)
{
	const uint8_t *ip = frame + ETHERNET_LENGTH;
	size_t header_length, total_length;
	uint64_t fragment;

	if (length < ETHERNET_LENGTH + IPV4_LENGTH || ip[0] >> 4 != 4) {
		return false;
	}
	header_length = (size_t)(ip[0] & 15) * 4;
	total_length = read_be(ip + 2, 2);
	fragment = read_be(ip + 6, 2);
	if (header_length < IPV4_LENGTH || total_length < header_length + UDP_LENGTH ||
	    ETHERNET_LENGTH + total_length > length || ip[9] != PROTOCOL_UDP || fragment & 0x1fff) {
		return false;
	}
	*ret_udp = (struct udp_view){
		.at = ETHERNET_LENGTH + header_length,
		.end = ETHERNET_LENGTH + total_length,
		.is_fragment = fragment & 0x2000,
		.source = ip + 12,
		.destination = ip + 16,
		.address_length = 4,
	};
	return true;
}

static bool find_udp_ipv6(const uint8_t *frame, size_t length, struct udp_view *ret_udp)
{
	const uint8_t *ip = frame + ETHERNET_LENGTH;
	size_t header_length = IPV6_LENGTH, total_length;
	bool is_fragment = false;
	uint8_t next;

	if (length < ETHERNET_LENGTH + IPV6_LENGTH || ip[0] >> 4 != 6) {
		return false;
	}
	next = ip[6];
	total_length = IPV6_LENGTH + read_be(ip + 4, 2);
	if (ETHERNET_LENGTH + total_length > length) {
		return false;
	}
	if (next == PROTOCOL_IPV6_FRAGMENT) {
		if (total_length < IPV6_LENGTH + IPV6_FRAGMENT_LENGTH ||
		    read_be(ip + IPV6_LENGTH + 2, 2) >> 3 != 0) {
			return false;
		}
		is_fragment = true;
		next = ip[IPV6_LENGTH];
		header_length += IPV6_FRAGMENT_LENGTH;
	}
	if (next != PROTOCOL_UDP || total_length < header_length + UDP_LENGTH) {
		return false;
	}
	*ret_udp = (struct udp_view){
		.at = ETHERNET_LENGTH + header_length,
		.end = ETHERNET_LENGTH + total_length,
		.is_fragment = is_fragment,
		.source = ip + 8,
		.destination = ip + 24,
		.address_length = 16,
	};
	return true;
}

static bool find_udp(const uint8_t *frame, size_t length, struct udp_view *ret_udp)
{
	if (length < ETHERNET_LENGTH) {
		return false;
	}
	switch (read_be(frame + 12, 2)) {
	case ETHERTYPE_IPV4:
		return find_udp_ipv4(frame, length, ret_udp);
	case ETHERTYPE_IPV6:
		return find_udp_ipv6(frame, length, ret_udp);
	default:
		return false;
	}
}

static void copy_address(uint8_t *to, const uint8_t *from, size_t length)
{
	memset(to, 0, 16);
	if (length == 4) {
		to[10] = to[11] = 0xff;
	}
	memcpy(to + 16 - length, from, length);
}

bool frame_find_probe(const uint8_t *frame, size_t length, struct frame_probe *ret_probe)
{
	static const uint8_t magic[MAGIC_LENGTH] = {0x50, 0x54, 0x50, 0x62};
	struct udp_view udp;
	const uint8_t *payload;

	if (!find_udp(frame, length, &udp) || udp.end - udp.at < UDP_LENGTH + PROBE_LENGTH) {
		return false;
	}
	payload = frame + udp.at + UDP_LENGTH;
	if (memcmp(payload, magic, MAGIC_LENGTH) != 0 || payload[4] != 1 || payload[5] > 1) {
		return false;
	}
	*ret_probe = (struct frame_probe){
		.udp = udp.at,
		.payload = udp.at + UDP_LENGTH,
		.length = udp.end - udp.at - UDP_LENGTH,
		.is_fragment = udp.is_fragment,
		.is_end = payload[5] == 1,
		.run_id = read_be(payload + 8, 8),
		.seq = read_be(payload + 16, 8),
		.source_port = (uint16_t)read_be(frame + udp.at, 2),
		.port = (uint16_t)read_be(frame + udp.at + 2, 2),
	};
	copy_address(ret_probe->source, udp.source, udp.address_length);
	copy_address(ret_probe->group, udp.destination, udp.address_length);
	return true;
}

/* The offset of what may be a PTP header; 0: nothing is. */
static size_t find_ptp(const uint8_t *frame, size_t length)
{
	size_t at = ETHERNET_LENGTH;
	struct udp_view udp;
	uint64_t port;

	if (find_udp(frame, length, &udp)) {
		port = read_be(frame + udp.at + 2, 2);
		return port == 319 || port == 320 ? udp.at + UDP_LENGTH : 0;
	}
	if (length >= at + VLAN_LENGTH && read_be(frame + at - 2, 2) == ETHERTYPE_VLAN) {
		at += VLAN_LENGTH;
	}
	return length >= at && read_be(frame + at - 2, 2) == ETHERTYPE_PTP ? at : 0;
}

bool frame_find_ptp(const uint8_t *frame, size_t length, struct frame_ptp *ret_ptp)
{
	size_t at = find_ptp(frame, length);
	const uint8_t *message = frame + at;

	if (!at || length < at + PTP_LENGTH || (message[1] & 15) != 2) {
		return false;
	}
	*ret_ptp = (struct frame_ptp){
		.at = at,
		.type = message[0] & 15,
		.domain = message[4],
		.clock = read_be(message + 20, 8),
		.port = (uint16_t)read_be(message + 28, 2),
		.sequence_id = (uint16_t)read_be(message + 30, 2),
	};
	return true;
}

static uint64_t sum_words(const uint8_t *bytes, size_t length)
{
	uint64_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2) {
		sum += read_be(bytes + i, 2);
	}
	if (length % 2) {
		sum += (uint64_t)bytes[length - 1] << 8;
	}
	return sum;
}

void frame_write_checksum(uint8_t *frame, size_t length)
{
	struct udp_view udp;
	size_t udp_length;
	uint64_t sum;

	if (!find_udp(frame, length, &udp) || udp.is_fragment) {
		return;
	}
	udp_length = udp.end - udp.at;
	frame[udp.at + 6] = frame[udp.at + 7] = 0;
	sum = sum_words(udp.source, udp.address_length) +
	      sum_words(udp.destination, udp.address_length) + PROTOCOL_UDP + udp_length +
	      sum_words(frame + udp.at, udp_length);
	while (sum >> 16) {
		sum = (sum & 0xffff) + (sum >> 16);
	}
	sum = ~sum & 0xffff;
	if (sum == 0) {
		sum = 0xffff; /* 0 says that there is no checksum */
	}
	frame[udp.at + 6] = (uint8_t)(sum >> 8);
	frame[udp.at + 7] = (uint8_t)sum;
}

void frame_corrupt(uint8_t *frame, size_t length, const struct frame_probe *probe)
{
	size_t at = MAGIC_LENGTH + probe->seq * 7 % (probe->length - MAGIC_LENGTH);

	frame[probe->payload + at] ^= (uint8_t)(1 << probe->seq % 8);
	frame_write_checksum(frame, length);
}

void frame_make_alien(uint8_t *frame, size_t length, const struct frame_probe *probe)
{
	memset(frame + probe->payload, 'x', MAGIC_LENGTH);
	frame_write_checksum(frame, length);
}

void frame_correct(uint8_t *frame, size_t length, const struct frame_ptp *ptp, uint64_t ns)
{
	uint64_t correction = read_be(frame + ptp->at + 8, 8) + ns * 65536;

	for (size_t i = 0; i < 8; i++) {
		frame[ptp->at + 8 + i] = (uint8_t)(correction >> (56 - 8 * i));
	}
	frame_write_checksum(frame, length);
}

void frame_make_one_step(uint8_t *frame, size_t length, const struct frame_ptp *ptp)
{
	frame[ptp->at + 6] &= (uint8_t)~2;
	frame_write_checksum(frame, length);
}
