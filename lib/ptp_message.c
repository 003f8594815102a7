/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"

#define S_NS INT64_C(1000000000)

enum {
	AT_TYPE = 0,
	AT_VERSION = 1,
	AT_LENGTH = 2,
	AT_DOMAIN = 4,
	AT_MINOR_SDO = 5,
	AT_FLAGS = 6,
	AT_CORRECTION = 8,
	AT_TYPE_SPECIFIC = 16,
	AT_CLOCK = 20,
	AT_PORT = 28,
	AT_SEQUENCE_ID = 30,
	AT_CONTROL = 32,
	AT_LOG_INTERVAL = 33,
	AT_BODY = 34,
	AT_REQUESTING = 44,

	AT_UTC_OFFSET = 44,
	AT_PRIORITY_1 = 47,
	AT_CLOCK_CLASS = 48,
	AT_CLOCK_ACCURACY = 49,
	AT_VARIANCE = 50,
	AT_PRIORITY_2 = 52,
	AT_GRANDMASTER = 53,
	AT_STEPS_REMOVED = 61,
	AT_TIME_SOURCE = 63,

	TLV_HEADER = 4,
	CLOCK_DIGITS = 16,
	INTERVAL_MAX = 30,
};

/* What stands behind a header. */
enum body {
	BODY_NONE,
	BODY_STAMP,
	BODY_RESPONSE, /* and the requesting port's identity */
	BODY_ANNOUNCE,
	BODY_TARGET, /* the target port's identity alone */
};

static const struct {
	const char *name; /* NULL: reserved */
	uint8_t length;   /* header and body */
	uint8_t body;     /* enum body */
} kinds[PTP_TYPES] = {
	[PTP_SYNC] = {"sync", 44, BODY_STAMP},
	[PTP_DELAY_REQ] = {"delay_req", 44, BODY_STAMP},
	[PTP_PDELAY_REQ] = {"pdelay_req", 54, BODY_STAMP},
	[PTP_PDELAY_RESP] = {"pdelay_resp", 54, BODY_RESPONSE},
	[0x4] = {NULL, PTP_HEADER_LENGTH, BODY_NONE},
	[0x5] = {NULL, PTP_HEADER_LENGTH, BODY_NONE},
	[0x6] = {NULL, PTP_HEADER_LENGTH, BODY_NONE},
	[0x7] = {NULL, PTP_HEADER_LENGTH, BODY_NONE},
	[PTP_FOLLOW_UP] = {"follow_up", 44, BODY_STAMP},
	[PTP_DELAY_RESP] = {"delay_resp", 54, BODY_RESPONSE},
	[PTP_PDELAY_RESP_FOLLOW_UP] = {"pdelay_resp_follow_up", 54, BODY_RESPONSE},
	[PTP_ANNOUNCE] = {"announce", 64, BODY_ANNOUNCE},
	[PTP_SIGNALING] = {"signaling", 44, BODY_TARGET},
	[PTP_MANAGEMENT] = {"management", 48, BODY_TARGET},
	[0xe] = {NULL, PTP_HEADER_LENGTH, BODY_NONE},
	[0xf] = {NULL, PTP_HEADER_LENGTH, BODY_NONE},
};

static inline struct ptp_port_identity get_port(const uint8_t *at)
{
	return (struct ptp_port_identity){
		.clock = bytes_get_be64(at),
		.port = bytes_get_be16(at + 8),
	};
}

static inline struct ptp_timestamp get_stamp(const uint8_t *at)
{
	return (struct ptp_timestamp){
		.seconds = (uint64_t)bytes_get_be16(at) << 32 | bytes_get_be32(at + 2),
		.nanoseconds = bytes_get_be32(at + 6),
	};
}

static inline void read_header(const uint8_t *payload, struct ptp_message *message)
{
	*message = (struct ptp_message){
		.type = payload[AT_TYPE] & 0xf,
		.sdo_id = (uint16_t)((payload[AT_TYPE] & 0xf0) << 4 | payload[AT_MINOR_SDO]),
		.version = payload[AT_VERSION] & 0xf,
		.minor_version = payload[AT_VERSION] >> 4,
		.length = bytes_get_be16(payload + AT_LENGTH),
		.domain = payload[AT_DOMAIN],
		.flags = bytes_get_be16(payload + AT_FLAGS),
		.correction = (int64_t)bytes_get_be64(payload + AT_CORRECTION),
		.type_specific = bytes_get_be32(payload + AT_TYPE_SPECIFIC),
		.source = get_port(payload + AT_CLOCK),
		.sequence_id = bytes_get_be16(payload + AT_SEQUENCE_ID),
		.control = payload[AT_CONTROL],
		.log_interval = (int8_t)payload[AT_LOG_INTERVAL],
	};
}

static inline void read_announce(const uint8_t *payload, struct ptp_announce *announce)
{
	*announce = (struct ptp_announce){
		.utc_offset = (int16_t)bytes_get_be16(payload + AT_UTC_OFFSET),
		.priority1 = payload[AT_PRIORITY_1],
		.clock_class = payload[AT_CLOCK_CLASS],
		.clock_accuracy = payload[AT_CLOCK_ACCURACY],
		.priority2 = payload[AT_PRIORITY_2],
		.variance = bytes_get_be16(payload + AT_VARIANCE),
		.grandmaster = bytes_get_be64(payload + AT_GRANDMASTER),
		.steps_removed = bytes_get_be16(payload + AT_STEPS_REMOVED),
		.time_source = payload[AT_TIME_SOURCE],
	};
}

static inline void read_body(const uint8_t *payload, struct ptp_message *message)
{
	switch ((enum body)kinds[message->type].body) {
	case BODY_ANNOUNCE:
		read_announce(payload, &message->announce);
		message->stamp = get_stamp(payload + AT_BODY);
		break;
	case BODY_RESPONSE:
		message->requesting = get_port(payload + AT_REQUESTING);
		message->stamp = get_stamp(payload + AT_BODY);
		break;
	case BODY_STAMP:
		message->stamp = get_stamp(payload + AT_BODY);
		break;
	case BODY_TARGET:
		message->requesting = get_port(payload + AT_BODY);
		break;
	case BODY_NONE:
		break;
	}
}

/* Whether length bytes are TLVs, one behind the other, and nothing else. */
static inline bool are_tlvs(const uint8_t *at, size_t length)
{
	while (length >= TLV_HEADER) {
		size_t tlv = TLV_HEADER + (size_t)bytes_get_be16(at + 2);

		if (tlv > length) {
			return false;
		}
		at += tlv;
		length -= tlv;
	}
	return length == 0;
}

enum ptp_result ptp_message_decode(const uint8_t *payload, size_t captured, size_t length,
				   struct ptp_message *ret_message)
{
	uint8_t type, version;
	size_t message_length, body;

	if (length < PTP_HEADER_LENGTH) {
		return PTP_FOREIGN;
	}
	if (captured < AT_DOMAIN) {
		return PTP_SHORT;
	}
	version = payload[AT_VERSION] & 0xf;
	if (version != PTP_VERSION) {
		return version == 0 ? PTP_FOREIGN : PTP_OTHER_VERSION;
	}
	type = payload[AT_TYPE] & 0xf;
	body = kinds[type].length;
	message_length = bytes_get_be16(payload + AT_LENGTH);
	if (message_length < body || message_length > length) {
		return PTP_MALFORMED;
	}
	if (captured < body) {
		return PTP_SHORT;
	}
	if (captured >= message_length && kinds[type].body != BODY_NONE &&
	    !are_tlvs(payload + body, message_length - body)) {
		return PTP_MALFORMED;
	}
	read_header(payload, ret_message);
	read_body(payload, ret_message);
	if (captured < message_length) {
		return PTP_CUT;
	}
	if (message_length > body && kinds[type].body != BODY_NONE) {
		ret_message->tlvs = payload + body;
		ret_message->tlvs_length = (uint16_t)(message_length - body);
	}
	return PTP_OK;
}

bool ptp_message_tlv(const struct ptp_message *message, size_t *offset, struct ptp_tlv *ret_tlv)
{
	const uint8_t *at;
	uint16_t length;

	if (*offset > message->tlvs_length || message->tlvs_length - *offset < TLV_HEADER) {
		return false;
	}
	at = message->tlvs + *offset;
	length = bytes_get_be16(at + 2);
	if (message->tlvs_length - *offset - TLV_HEADER < length) {
		return false;
	}
	*ret_tlv = (struct ptp_tlv){
		.type = bytes_get_be16(at),
		.length = length,
		.value = at + TLV_HEADER,
	};
	*offset += TLV_HEADER + (size_t)length;
	return true;
}

const char *ptp_type_text(unsigned int type)
{
	return type < PTP_TYPES && kinds[type].name != NULL ? kinds[type].name : "reserved";
}

int ptp_type_find(const char *name)
{
	for (int type = 0; type < PTP_TYPES; type++) {
		if (kinds[type].name != NULL && strcmp(kinds[type].name, name) == 0) {
			return type;
		}
	}
	return -1;
}

bool ptp_timestamp_ns(const struct ptp_timestamp *timestamp, int64_t *ret_ns)
{
	int64_t ns;

	if (timestamp->nanoseconds >= S_NS || timestamp->seconds > INT64_MAX / (uint64_t)S_NS) {
		return false;
	}
	ns = (int64_t)timestamp->seconds * S_NS;
	if (ns > INT64_MAX - (int64_t)timestamp->nanoseconds) {
		return false;
	}
	*ret_ns = ns + timestamp->nanoseconds;
	return true;
}

int64_t ptp_interval_ns(int8_t log_interval)
{
	if (log_interval < -INTERVAL_MAX || log_interval > INTERVAL_MAX) {
		return 0;
	}
	if (log_interval >= 0) {
		return S_NS << log_interval;
	}
	return (S_NS + (INT64_C(1) << (-log_interval - 1))) >> -log_interval;
}

char *ptp_clock_text(uint64_t clock, char *text)
{
	snprintf(text, PTP_PORT_TEXT, "%06" PRIx64 ".%04" PRIx64 ".%06" PRIx64, clock >> 40,
		 clock >> 24 & 0xffff, clock & 0xffffff);
	return text;
}

char *ptp_port_text(const struct ptp_port_identity *port, char *text)
{
	size_t length = strlen(ptp_clock_text(port->clock, text));

	snprintf(text + length, PTP_PORT_TEXT - length, "-%u", port->port);
	return text;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The form is told by what follows the first two digits, or six. */
static bool is_separated(char separator, int digits)
{
	switch (separator) {
	case ':':
	case '-':
		return digits % 2 == 0;
	case '.':
		return digits == 6 || digits == 10;
	default:
		return false;
	}
}

int ptp_clock_parse(const char *text, uint64_t *ret_clock)
{
	char separator = '\0';
	uint64_t clock = 0;
	size_t length = strlen(text);

	if (length > CLOCK_DIGITS) {
		separator = text[2] == ':' || text[2] == '-' ? text[2] : '.';
	}
	for (int digits = 0; digits < CLOCK_DIGITS; digits++) {
		int value;

		if (digits > 0 && is_separated(separator, digits) && *text++ != separator) {
			return -EINVAL;
		}
		value = digit(*text++);
		if (value < 0) {
			return -EINVAL;
		}
		clock = clock << 4 | (uint64_t)value;
	}
	if (*text != '\0') {
		return -EINVAL;
	}
	*ret_clock = clock;
	return 0;
}
