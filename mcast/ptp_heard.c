/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_heard.h"

#include <assert.h>
#include <inttypes.h>

#include "bytes.h"
#include "ptp_shape.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	PROTOCOL_UDP = 17,
	UDP_HEADER = 8,
	IPV6_HEADER = 40,
};

static struct ptp_speaker *find_speaker(struct ptp_heard *heard,
					const struct ptp_port_identity *port)
{
	for (uint32_t i = 0; i < heard->speakers; i++) {
		struct ptp_speaker *speaker = &heard->speaker[i];

		if (speaker->port.clock == port->clock && speaker->port.port == port->port) {
			return speaker;
		}
	}
	return NULL;
}

void ptp_heard_add(struct ptp_heard *heard, enum ptp_way way, const struct endpoint *source,
		   const uint8_t *message, size_t captured, size_t length)
{
	struct ptp_message ptp;
	struct ptp_shaped shaped;
	struct ptp_speaker *speaker;
	enum ptp_result result = ptp_message_decode(message, captured, length, &ptp);

	if (result != PTP_OK && result != PTP_CUT) {
		heard->unreadable++;
		return;
	}
	if (ptp.domain != heard->domain) {
		heard->others++;
		return;
	}
	heard->messages++;
	speaker = find_speaker(heard, &ptp.source);
	if (speaker == NULL) {
		if (heard->speakers == PTP_HEARD_SPEAKERS) {
			heard->speakers_beyond++;
			return;
		}
		speaker = &heard->speaker[heard->speakers++];
		*speaker = (struct ptp_speaker){
			.port = ptp.source,
			.address = *source,
			.way = way,
		};
	}
	speaker->messages++;
	speaker->types |= (uint16_t)(1u << (ptp.type & 0xf));
	speaker->is_probe |= ptp_shape_decode(message, captured, &shaped) == PTP_SHAPE_FOLLOW_UP;
}

/* A UDP datagram of the frame from at on, if it is to one of PTP's ports. */
static void add_datagram(struct ptp_heard *heard, enum ptp_way way, struct endpoint *source,
			 const uint8_t *frame, size_t at, size_t captured, size_t length)
{
	uint16_t port, udp_length;

	if (captured < at + UDP_HEADER) {
		return;
	}
	source->port = bytes_get_be16(frame + at);
	port = bytes_get_be16(frame + at + 2);
	udp_length = bytes_get_be16(frame + at + 4);
	if ((port != PTP_EVENT_PORT && port != PTP_GENERAL_PORT) || udp_length < UDP_HEADER) {
		return;
	}
	if (length > at + udp_length) { /* Ethernet's padding */
		length = at + udp_length;
	}
	if (captured > length) {
		captured = length;
	}
	ptp_heard_add(heard, way, source, frame + at + UDP_HEADER, captured - at - UDP_HEADER,
		      length - at - UDP_HEADER);
}

static void add_ipv4(struct ptp_heard *heard, const uint8_t *frame, size_t captured, size_t length)
{
	struct endpoint source = {0};
	size_t header;

	if (captured < 20 || frame[0] >> 4 != 4 || frame[9] != PROTOCOL_UDP ||
	    (bytes_get_be16(frame + 6) & 0x1fff) != 0) {
		return;
	}
	header = 4u * (frame[0] & 0xf);
	if (header < 20) {
		return;
	}
	endpoint_set_ipv4(&source, frame + 12);
	add_datagram(heard, PTP_WAY_UDP4, &source, frame, header, captured, length);
}

static void add_ipv6(struct ptp_heard *heard, const uint8_t *frame, size_t captured, size_t length)
{
	struct endpoint source = {0};

	/* PTP's own have no extension headers */
	if (captured < IPV6_HEADER || frame[0] >> 4 != 6 || frame[6] != PROTOCOL_UDP) {
		return;
	}
	memcpy(source.address, frame + 8, sizeof(source.address));
	add_datagram(heard, PTP_WAY_UDP6, &source, frame, IPV6_HEADER, captured, length);
}

void ptp_heard_add_frame(struct ptp_heard *heard, uint16_t ethertype, const uint8_t mac[static 6],
			 const uint8_t *frame, size_t captured, size_t length)
{
	struct endpoint source = {0};

	switch (ethertype) {
	case PTP_ETHERTYPE:
		endpoint_set_mac(&source, mac);
		ptp_heard_add(heard, PTP_WAY_L2, &source, frame, captured, length);
		break;
	case ETHERTYPE_IPV4:
		add_ipv4(heard, frame, captured, length);
		break;
	case ETHERTYPE_IPV6:
		add_ipv6(heard, frame, captured, length);
		break;
	default:
		break;
	}
}

/* What ptprobe-send never sends makes a clock of one who also sends its Follow_Ups. */
static bool is_probe(const struct ptp_speaker *speaker)
{
	return speaker->is_probe && (speaker->types & ~(1u << PTP_SYNC | 1u << PTP_FOLLOW_UP)) == 0;
}

bool ptp_heard_is_in_use(const struct ptp_heard *heard)
{
	for (uint32_t i = 0; i < heard->speakers; i++) {
		if (!is_probe(&heard->speaker[i])) {
			return true;
		}
	}
	return heard->speakers_beyond > 0;
}

bool ptp_heard_has_probes(const struct ptp_heard *heard)
{
	for (uint32_t i = 0; i < heard->speakers; i++) {
		if (is_probe(&heard->speaker[i])) {
			return true;
		}
	}
	return false;
}

/* snprintf's bounds, with the place where it goes on. */
static size_t append(char *text, size_t at, const char *part)
{
	int length = snprintf(text + at, PTP_HEARD_TEXT - at, "%s", part);

	at += length > 0 ? (size_t)length : 0;
	return at < PTP_HEARD_TEXT ? at : PTP_HEARD_TEXT - 1;
}

static size_t append_speaker(char *text, size_t at, const struct ptp_speaker *speaker)
{
	char port[PTP_PORT_TEXT], address[ENDPOINT_ADDRESS_TEXT];
	const char *separator = " (";

	at = append(text, at, ptp_port_text(&speaker->port, port));
	at = append(text, at, " at ");
	at = append(text, at, endpoint_address_text(&speaker->address, address));
	for (unsigned int type = 0; type < PTP_TYPES; type++) {
		if ((speaker->types >> type & 1) != 0) {
			at = append(text, at, separator);
			at = append(text, at, ptp_type_text(type));
			separator = ", ";
		}
	}
	return append(text, at, ")");
}

char *ptp_heard_text(const struct ptp_heard *heard, char text[static PTP_HEARD_TEXT])
{
	const struct ptp_speaker *first = NULL;
	uint32_t more = 0;
	char count[32];
	size_t at = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < heard->speakers; i++) {
		if (is_probe(&heard->speaker[i])) {
			continue;
		}
		more += first != NULL;
		first = first ? first : &heard->speaker[i];
	}
	if (first) {
		at = append_speaker(text, at, first);
	}
	if (more > 0 || heard->speakers_beyond > 0) {
		snprintf(count, sizeof(count), ", and %" PRIu32 "%s more", more,
			 heard->speakers_beyond > 0 ? " or" : "");
		(void)append(text, at, count);
	}
	return text;
}

const char *ptp_way_text(enum ptp_way way)
{
	static const char *const text[PTP_WAYS] = {"UDP over IPv4", "UDP over IPv6", "Ethernet"};

	assert(way < PTP_WAYS);
	return text[way];
}

enum ptp_verdict ptp_heard_judge(const struct ptp_heard *heard, const struct ptp_ears *ears,
				 enum ptp_way way)
{
	if (ptp_heard_is_in_use(heard)) {
		return PTP_IN_USE;
	}
	return ears->ear[way].hears ? PTP_CLEAR : PTP_DEAF;
}
