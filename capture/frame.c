/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"

#include <string.h>

#include "bytes.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_PTP = 0x88f7,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_QINQ_OLD = 0x9100, /* before 802.1ad had its own */

	ETHERNET_HEADER = 14,
	SLL_HEADER = 16,
	SLL2_HEADER = 20,
	LOOP_HEADER = 4,
	TAG = 4,
	TAGS_MAX = 2,
	TAG_VID = 0x0fff,
	TAG_PCP_SHIFT = 5, /* of the first byte */
	SLL_OUTGOING = 4,  /* PACKET_OUTGOING */

	IPV4_HEADER = 20,
	IPV4_MORE_FRAGMENTS = 0x2000,
	IPV4_OFFSET = 0x1fff,
	IPV6_HEADER = 40,
	IPV6_EXTENSIONS_MAX = 8,
	UDP_HEADER = 8,

	NEXT_HOP_BY_HOP = 0,
	NEXT_UDP = 17,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_DESTINATION = 60,
};

/* What of the frame isn't looked at yet. */
struct rest {
	const uint8_t *at;
	uint32_t captured, length; /* captured <= length */
};

static inline void skip(struct rest *rest, uint32_t bytes)
{
	rest->at += bytes;
	rest->captured -= bytes;
	rest->length -= bytes;
}

/* Nothing behind length is part of it: padding, or a frame check sequence. */
static inline void end_at(struct rest *rest, uint32_t length)
{
	if (length < rest->length) {
		rest->length = length;
	}
	if (rest->captured > rest->length) {
		rest->captured = rest->length;
	}
}

static enum frame_kind look_at_udp(struct rest *rest, struct frame_view *view)
{
	uint32_t length;

	if (rest->captured < UDP_HEADER) {
		return FRAME_OTHER;
	}
	view->arrival.source.port = bytes_get_be16(rest->at);
	view->arrival.group.port = bytes_get_be16(rest->at + 2);
	length = bytes_get_be16(rest->at + 4);
	if (length != 0 && length < UDP_HEADER) {
		return FRAME_OTHER;
	}
	skip(rest, UDP_HEADER);
	if (length != 0) {
		end_at(rest, length - UDP_HEADER);
	}
	view->payload = rest->at;
	view->captured = rest->captured;
	view->length = rest->length;
	if (view->is_fragment && length > rest->length + UDP_HEADER) {
		view->length = length - UDP_HEADER;
	}
	return FRAME_DATAGRAM;
}

static enum frame_kind look_at_ipv4(struct rest *rest, struct frame_view *view)
{
	const uint8_t *ip = rest->at;
	uint32_t header, total, fragment;

	if (rest->captured < IPV4_HEADER || ip[0] >> 4 != 4 || ip[9] != NEXT_UDP) {
		return FRAME_OTHER;
	}
	header = (ip[0] & 0xfu) * 4;
	total = bytes_get_be16(ip + 2);
	if (header < IPV4_HEADER || header > rest->captured || (total != 0 && total < header)) {
		return FRAME_OTHER;
	}
	fragment = bytes_get_be16(ip + 6);
	view->is_fragment = (fragment & IPV4_MORE_FRAGMENTS) != 0;
	view->arrival.ttl = ip[8];
	view->arrival.dscp = ip[1] >> 2;
	view->arrival.source.port = 0;
	view->arrival.group.port = 0;
	endpoint_set_ipv4(&view->arrival.source, ip + 12);
	endpoint_set_ipv4(&view->arrival.group, ip + 16);
	if (total != 0) {
		end_at(rest, total);
	}
	skip(rest, header);
	if ((fragment & IPV4_OFFSET) != 0) {
		view->payload = rest->at;
		view->captured = rest->captured;
		view->length = rest->length;
		return FRAME_FRAGMENT;
	}
	return look_at_udp(rest, view);
}

/* Walks the extension headers. Returns the kind that the frame has, or FRAME_DATAGRAM at UDP. */
static enum frame_kind skip_extensions(struct rest *rest, uint8_t next, struct frame_view *view)
{
	uint32_t length;

	for (int i = 0; next != NEXT_UDP; i++) {
		if (i == IPV6_EXTENSIONS_MAX || rest->captured < 8) {
			return FRAME_OTHER;
		}
		switch (next) {
		case NEXT_HOP_BY_HOP:
		case NEXT_ROUTING:
		case NEXT_DESTINATION:
			length = (rest->at[1] + 1u) * 8;
			break;
		case NEXT_FRAGMENT:
			length = 8;
			if (bytes_get_be16(rest->at + 2) >> 3 != 0) {
				/* the header that it names is the one behind the first's options */
				return rest->at[0] == NEXT_UDP ? FRAME_FRAGMENT : FRAME_OTHER;
			}
			view->is_fragment = (rest->at[3] & 1) != 0;
			break;
		default:
			return FRAME_OTHER;
		}
		if (length > rest->captured) {
			return FRAME_OTHER;
		}
		next = rest->at[0];
		skip(rest, length);
	}
	return FRAME_DATAGRAM;
}

static enum frame_kind look_at_ipv6(struct rest *rest, struct frame_view *view)
{
	const uint8_t *ip = rest->at;
	enum frame_kind kind;
	uint32_t length;

	if (rest->captured < IPV6_HEADER || ip[0] >> 4 != 6) {
		return FRAME_OTHER;
	}
	length = bytes_get_be16(ip + 4);
	view->is_fragment = false;
	view->arrival.ttl = ip[7];
	view->arrival.dscp = (int16_t)(bytes_get_be16(ip) >> 6 & 0x3f);
	memcpy(view->arrival.source.address, ip + 8, 16);
	memcpy(view->arrival.group.address, ip + 24, 16);
	view->arrival.source.port = 0;
	view->arrival.group.port = 0;
	skip(rest, IPV6_HEADER);
	if (length != 0) {
		end_at(rest, length);
	}
	kind = skip_extensions(rest, ip[6], view);
	if (kind == FRAME_FRAGMENT) {
		view->payload = rest->at;
		view->captured = rest->captured;
		view->length = rest->length;
	}
	return kind == FRAME_DATAGRAM ? look_at_udp(rest, view) : kind;
}

static enum frame_kind look_at_ip(struct rest *rest, struct frame_view *view)
{
	if (rest->captured == 0) {
		return FRAME_OTHER;
	}
	return rest->at[0] >> 4 == 4 ? look_at_ipv4(rest, view) : look_at_ipv6(rest, view);
}

static enum frame_kind look_at_ptp(struct rest *rest, const uint8_t *source,
				   const uint8_t *destination, struct frame_view *view)
{
	static const uint8_t none[6];

	view->is_fragment = false;
	view->arrival.ttl = -1;
	view->arrival.dscp = -1;
	view->arrival.source.port = 0;
	view->arrival.group.port = 0;
	endpoint_set_mac(&view->arrival.source, source);
	endpoint_set_mac(&view->arrival.group, destination != NULL ? destination : none);
	view->payload = rest->at;
	view->captured = rest->captured;
	view->length = rest->length;
	return FRAME_PTP;
}

/* type: the EtherType of what follows, which VLAN tags may come before. */
static enum frame_kind look_behind(struct rest *rest, uint16_t type, const uint8_t *source,
				   const uint8_t *destination, struct frame_view *view)
{
	for (int i = 0;
	     type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD; i++) {
		if (i == TAGS_MAX || rest->captured < TAG) {
			return FRAME_OTHER;
		}
		if (i == 0) {
			view->vlan = bytes_get_be16(rest->at) & TAG_VID;
			view->pcp = rest->at[0] >> TAG_PCP_SHIFT;
		}
		type = bytes_get_be16(rest->at + 2);
		skip(rest, TAG);
	}
	switch (type) {
	case ETHERTYPE_IPV4:
		return look_at_ipv4(rest, view);
	case ETHERTYPE_IPV6:
		return look_at_ipv6(rest, view);
	case ETHERTYPE_PTP:
		return look_at_ptp(rest, source, destination, view);
	default:
		return FRAME_OTHER;
	}
}

static enum frame_kind look_at_cooked(struct rest *rest, bool is_second, struct frame_view *view)
{
	const uint8_t *header = rest->at;
	uint32_t length = is_second ? SLL2_HEADER : SLL_HEADER;
	uint16_t packet_type;

	if (rest->captured < length) {
		return FRAME_OTHER;
	}
	packet_type = is_second ? header[10] : bytes_get_be16(header);
	view->direction = packet_type == SLL_OUTGOING ? FRAME_OUTGOING : FRAME_INCOMING;
	skip(rest, length);
	return look_behind(rest, bytes_get_be16(is_second ? header : header + 14),
			   is_second ? header + 12 : header + 6, NULL, view);
}

static inline void begin_arrival(const struct frame *frame, struct arrival *arrival)
{
	arrival->rx_ns = frame->stamp_ns;
	arrival->rx_stamp = STAMP_SOFTWARE;
	arrival->within_burst = false;
	arrival->encoding = FLOW_NATIVE;
}

static enum frame_kind look(const struct frame *frame, struct frame_view *view)
{
	struct rest rest = {
		.at = frame->bytes,
		.captured = frame->captured,
		.length = frame->length,
	};

	view->direction = frame->direction;
	view->vlan = -1;
	view->pcp = -1;
	begin_arrival(frame, &view->arrival);
	switch (frame->link_type) {
	case FRAME_ETHERNET:
		if (rest.captured < ETHERNET_HEADER) {
			return FRAME_OTHER;
		}
		skip(&rest, ETHERNET_HEADER);
		return look_behind(&rest, bytes_get_be16(frame->bytes + 12), frame->bytes + 6,
				   frame->bytes, view);
	case FRAME_SLL:
		return look_at_cooked(&rest, false, view);
	case FRAME_SLL2:
		return look_at_cooked(&rest, true, view);
	case FRAME_NULL:
	case FRAME_LOOP:
		if (rest.captured < LOOP_HEADER) {
			return FRAME_OTHER;
		}
		/* families differ between systems; the IP header tells its version itself */
		skip(&rest, LOOP_HEADER);
		return look_at_ip(&rest, view);
	case FRAME_RAW_12:
	case FRAME_RAW_14:
	case FRAME_RAW:
	case FRAME_IPV4:
	case FRAME_IPV6:
		return look_at_ip(&rest, view);
	default:
		return FRAME_OTHER;
	}
}

/*
 * What nearly every frame of a capture is: Ethernet, IPv4 without options, all of a UDP datagram,
 * and lengths that agree. False: look closer.
 */
static inline bool is_plain(const struct frame *frame)
{
	const uint8_t *ip = frame->bytes + ETHERNET_HEADER;
	uint32_t total, length;

	if (frame->link_type != FRAME_ETHERNET ||
	    frame->captured < ETHERNET_HEADER + IPV4_HEADER + UDP_HEADER ||
	    bytes_get_be16(ip - 2) != ETHERTYPE_IPV4 || ip[0] != 0x45 || ip[9] != NEXT_UDP ||
	    (bytes_get_be16(ip + 6) & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET)) != 0) {
		return false;
	}
	total = bytes_get_be16(ip + 2);
	length = bytes_get_be16(ip + IPV4_HEADER + 4);
	return length >= UDP_HEADER && total == IPV4_HEADER + length &&
	       ETHERNET_HEADER + total <= frame->captured;
}

enum frame_kind frame_look(const struct frame *frame, struct frame_view *ret_view)
{
	const uint8_t *ip = frame->bytes + ETHERNET_HEADER, *udp = ip + IPV4_HEADER;

	if (!is_plain(frame)) {
		ret_view->kind = look(frame, ret_view);
		return ret_view->kind;
	}
	begin_arrival(frame, &ret_view->arrival);
	ret_view->kind = FRAME_DATAGRAM;
	ret_view->is_fragment = false;
	ret_view->arrival.ttl = ip[8];
	ret_view->arrival.dscp = ip[1] >> 2;
	ret_view->direction = frame->direction;
	ret_view->vlan = -1;
	ret_view->pcp = -1;
	endpoint_set_ipv4(&ret_view->arrival.source, ip + 12);
	endpoint_set_ipv4(&ret_view->arrival.group, ip + 16);
	ret_view->arrival.source.port = bytes_get_be16(udp);
	ret_view->arrival.group.port = bytes_get_be16(udp + 2);
	ret_view->payload = udp + UDP_HEADER;
	ret_view->length = bytes_get_be16(udp + 4) - (uint32_t)UDP_HEADER;
	ret_view->captured = ret_view->length;
	return FRAME_DATAGRAM;
}
