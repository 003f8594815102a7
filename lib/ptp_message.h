/* SPDX-License-Identifier: BSD-2-Clause */
/* A PTP message, version 2 (IEEE 1588-2019, clauses 13 and 14). */
#ifndef PTPROBE_PTP_MESSAGE_H
#define PTPROBE_PTP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 *  0       1   2       4    5    6     8          16   20            28     30     32  33  34
 *  |sdo,typ|ver|length |dom |sdo |flags|correction|type|clockIdentity| port |seq id|ctl|log|
 *
 * All integers are big-endian. Behind it the body, then TLVs: type 16, length 16, value. Behind
 * UDP over IPv6 two further bytes, in Ethernet padding may follow what messageLength covers.
 */
enum {
	PTP_HEADER_LENGTH = 34,
	PTP_VERSION = 2,
	PTP_EVENT_PORT = 319,
	PTP_GENERAL_PORT = 320,
	PTP_ETHERTYPE = 0x88f7,
	PTP_NO_INTERVAL = 0x7f, /* logMessageInterval of messages that have none */
};

/* The groups of frames without IP: of all messages but those of the peer delay mechanism, and the
 * latter's, which no bridge forwards (IEEE 1588-2019, annex E). Initialisers of 6 bytes. */
/* clang-format off */
#define PTP_MAC      {0x01, 0x1b, 0x19, 0x00, 0x00, 0x00}
#define PTP_PEER_MAC {0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e}
/* clang-format on */

enum ptp_type {
	PTP_SYNC = 0x0,
	PTP_DELAY_REQ = 0x1,
	PTP_PDELAY_REQ = 0x2,
	PTP_PDELAY_RESP = 0x3,
	PTP_FOLLOW_UP = 0x8,
	PTP_DELAY_RESP = 0x9,
	PTP_PDELAY_RESP_FOLLOW_UP = 0xa,
	PTP_ANNOUNCE = 0xb,
	PTP_SIGNALING = 0xc,
	PTP_MANAGEMENT = 0xd,
	PTP_TYPES = 0x10, /* values that the field can hold; the others are reserved */
};

/* flagField, its first byte in the high half. */
enum ptp_flag {
	PTP_ALTERNATE_MASTER = 0x0100,
	PTP_TWO_STEP = 0x0200,
	PTP_UNICAST = 0x0400,
	PTP_LEAP_61 = 0x0001,
	PTP_LEAP_59 = 0x0002,
	PTP_UTC_OFFSET_VALID = 0x0004,
	PTP_TIMESCALE = 0x0008, /* the epoch is PTP's, the scale TAI */
	PTP_TIME_TRACEABLE = 0x0010,
	PTP_FREQUENCY_TRACEABLE = 0x0020,
	PTP_SYNC_UNCERTAIN = 0x0040,
};

struct ptp_port_identity {
	uint64_t clock; /* clockIdentity, its first byte the highest */
	uint16_t port;
};

/* A Timestamp (5.3.3). */
struct ptp_timestamp {
	uint64_t seconds;     /* 48 bits */
	uint32_t nanoseconds; /* as it came: a sane one is below 10^9 */
};

/* Of an Announce (13.5.1). */
struct ptp_announce {
	int16_t utc_offset; /* currentUtcOffset, s */
	uint8_t priority1, clock_class, clock_accuracy, priority2;
	uint16_t variance; /* offsetScaledLogVariance */
	uint64_t grandmaster;
	uint16_t steps_removed;
	uint8_t time_source;
};

struct ptp_message {
	uint8_t type;    /* enum ptp_type, or a reserved value */
	uint16_t sdo_id; /* majorSdoId (4 bits) and minorSdoId (8 bits): 12 bits */
	uint8_t version, minor_version;
	uint16_t length; /* messageLength */
	uint8_t domain;
	uint16_t flags;     /* enum ptp_flag */
	int64_t correction; /* correctionField: ns times 2^16 */
	uint32_t type_specific;
	struct ptp_port_identity source;
	uint16_t sequence_id;
	uint8_t control;
	int8_t log_interval; /* logMessageInterval */
	/* of every type but Signaling and Management: the Timestamp behind the header */
	struct ptp_timestamp stamp;
	struct ptp_port_identity requesting; /* of the responses; target of Signaling, Management */
	struct ptp_announce announce;        /* of an Announce alone */
	const uint8_t *tlvs;                 /* within the payload; NULL: none */
	uint16_t tlvs_length;
	bool cut; /* PTP_CUT: it may bear TLVs that aren't there */
};

enum ptp_result {
	PTP_OK,
	PTP_FOREIGN,       /* no PTP: too short for a header, or version 0 */
	PTP_OTHER_VERSION, /* versionPTP isn't 2 */
	PTP_MALFORMED, /* messageLength is less than the type needs or more than there is, or a TLV
			  leaves it */
	PTP_CUT,       /* sound as far as it goes, but the capture cut its TLVs */
	PTP_SHORT,     /* the capture cut its header or body */
};

/*
 * Reads a PTP message of any bytes: captured of length bytes on the wire are there (captured <=
 * length). *ret_message is written with PTP_OK and with PTP_CUT, which has no TLVs then. A reserved
 * type is PTP_OK with the header alone.
 */
enum ptp_result ptp_message_decode(const uint8_t *payload, size_t captured, size_t length,
				   struct ptp_message *ret_message);

struct ptp_tlv {
	uint16_t type, length;
	const uint8_t *value; /* length bytes */
};

/*
 * The TLV at *offset within message->tlvs, which is moved behind it; 0 to begin with. False when
 * there is none.
 */
bool ptp_message_tlv(const struct ptp_message *message, size_t *offset, struct ptp_tlv *ret_tlv);

/* "sync", "delay_req"; "reserved" for what the standard doesn't name. */
const char *ptp_type_text(unsigned int type);

/* The type of that name; -1: none. */
int ptp_type_find(const char *name);

/* ns since its epoch; false when 63 bits don't hold it or nanoseconds isn't below 10^9. */
bool ptp_timestamp_ns(const struct ptp_timestamp *timestamp, int64_t *ret_ns);

/* correctionField, in ns, rounded towards zero. */
static inline int64_t ptp_correction_ns(int64_t correction)
{
	return correction / 65536;
}

/* 2^log_interval s in ns; 0 for PTP_NO_INTERVAL and for what is beyond -30..30. */
int64_t ptp_interval_ns(int8_t log_interval);

/* "001122.fffe.334455-1" as linuxptp writes them; text holds PTP_PORT_TEXT. Returns text. Of a
 * clock alone without "-1". */
enum { PTP_PORT_TEXT = 32 };
char *ptp_port_text(const struct ptp_port_identity *port, char *text);
char *ptp_clock_text(uint64_t clock, char *text);

/* Reads ptp_clock_text's form, and 16 hexadecimal digits with or without ':' or '-'. 0 or -EINVAL.
 */
int ptp_clock_parse(const char *text, uint64_t *ret_clock);

#endif
