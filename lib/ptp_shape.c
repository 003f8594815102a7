/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_shape.h"

#include <stdbool.h>
#include <string.h>

#include "bytes.h"

#define S_NS   INT64_C(1000000000)
#define SQRT_2 1.4142135623730951

enum {
	AT_TYPE = 0, /* majorSdoId, messageType */
	AT_VERSION = 1,
	AT_LENGTH = 2,
	AT_DOMAIN = 4,
	AT_FLAGS = 6,
	AT_CORRECTION = 8,
	AT_IDENTITY = 20,
	AT_PORT = 28,
	AT_SEQUENCE_ID = 30,
	AT_CONTROL = 32,
	AT_LOG_INTERVAL = 33,
	AT_SECONDS_HIGH = 34,
	AT_SECONDS = 36,
	AT_NANOSECONDS = 40,
	AT_TLV = 44,
	AT_NATIVE = 54,

	TYPE_SYNC = 0x0,
	TYPE_FOLLOW_UP = 0x8,
	VERSION_MASK = 0x0f,
	VERSION = 2,
	TWO_STEP = 0x0200,
	CONTROL_FOLLOW_UP = 2, /* 13.3.2.13, for version 1 */
	NO_INTERVAL = 0x7f,
};

/* type, length, organisation, subtype */
static const uint8_t tlv[AT_NATIVE - AT_TLV] = {0x00, 0x03, 0x00, 0x46, 0x02,
						0x50, 0x54, 0x00, 0x00, 0x01};

/* Seconds beyond what 63 bits of nanoseconds hold are nobody's clock. */
static int64_t read_stamp(const uint8_t *payload)
{
	uint64_t seconds = (uint64_t)bytes_get_be16(payload + AT_SECONDS_HIGH) << 32 |
			   bytes_get_be32(payload + AT_SECONDS);
	uint32_t nanoseconds = bytes_get_be32(payload + AT_NANOSECONDS);

	if (seconds >= INT64_MAX / (uint64_t)S_NS || nanoseconds >= S_NS) {
		return 0;
	}
	return (int64_t)seconds * S_NS + nanoseconds;
}

static enum ptp_shape read_sync(const uint8_t *payload, struct ptp_shaped *message)
{
	/* only what wire_run_id makes */
	if (wire_run_id(message->run_id) != message->run_id ||
	    bytes_get_be16(payload + AT_LENGTH) != PTP_SHAPE_SYNC_LENGTH ||
	    (bytes_get_be16(payload + AT_FLAGS) & TWO_STEP) == 0 ||
	    bytes_get_be16(payload + AT_PORT) != 1) {
		return PTP_SHAPE_FOREIGN;
	}
	return PTP_SHAPE_SYNC;
}

static enum ptp_shape read_follow_up(const uint8_t *payload, size_t length,
				     struct ptp_shaped *message)
{
	if (length < PTP_SHAPE_FOLLOW_UP_LENGTH ||
	    bytes_get_be16(payload + AT_LENGTH) < PTP_SHAPE_FOLLOW_UP_LENGTH ||
	    memcmp(payload + AT_TLV, tlv, sizeof(tlv)) != 0) {
		return PTP_SHAPE_FOREIGN;
	}
	switch (wire_decode(payload + AT_NATIVE, WIRE_HEADER_LENGTH, &message->probe)) {
	case WIRE_OK:
		break;
	case WIRE_CORRUPT:
		return PTP_SHAPE_CORRUPT;
	default:
		return PTP_SHAPE_FOREIGN;
	}
	/* the CRC doesn't cover what stands before the TLV */
	if (message->probe.run_id != message->run_id ||
	    (message->probe.kind == WIRE_PROBE &&
	     (uint16_t)message->probe.seq != message->sequence_id)) {
		return PTP_SHAPE_CORRUPT;
	}
	return PTP_SHAPE_FOLLOW_UP;
}

enum ptp_shape ptp_shape_decode(const uint8_t *payload, size_t length,
				struct ptp_shaped *ret_message)
{
	struct ptp_shaped message;
	enum ptp_shape shape = PTP_SHAPE_FOREIGN;

	if (length < PTP_SHAPE_SYNC_LENGTH || (payload[AT_VERSION] & VERSION_MASK) != VERSION) {
		return PTP_SHAPE_FOREIGN;
	}
	message.run_id = bytes_get_be64(payload + AT_IDENTITY);
	message.domain = payload[AT_DOMAIN];
	message.correction = (int64_t)bytes_get_be64(payload + AT_CORRECTION);
	message.sequence_id = bytes_get_be16(payload + AT_SEQUENCE_ID);
	message.stamp_ns = read_stamp(payload);
	if (payload[AT_TYPE] == TYPE_SYNC) { /* majorSdoId 0 */
		shape = read_sync(payload, &message);
		message.probe = (struct probe){0};
	} else if (payload[AT_TYPE] == TYPE_FOLLOW_UP) {
		shape = read_follow_up(payload, length, &message);
	}
	if (shape == PTP_SHAPE_SYNC || shape == PTP_SHAPE_FOLLOW_UP) {
		*ret_message = message;
	}
	return shape;
}

bool ptp_shape_is_message(const uint8_t *payload, size_t length)
{
	uint16_t message_length;

	if (length < AT_SECONDS_HIGH || (payload[AT_VERSION] & VERSION_MASK) != VERSION) {
		return false;
	}
	message_length = bytes_get_be16(payload + AT_LENGTH);
	return message_length >= AT_SECONDS_HIGH && message_length <= length;
}

int8_t ptp_shape_log_interval(uint64_t period_ns)
{
	int log = 0;

	if (period_ns == 0) {
		return NO_INTERVAL;
	}
	/* it rounds to log while it lies within a factor of the square root of 2 */
	for (double s = (double)period_ns / (double)S_NS; s >= SQRT_2; s /= 2) {
		log++;
	}
	for (double s = (double)period_ns / (double)S_NS; s < SQRT_2 / 2; s *= 2) {
		log--;
	}
	return (int8_t)log;
}

static void put_header(uint8_t *payload, uint8_t type, uint16_t length, uint8_t domain,
		       const struct probe *probe)
{
	memset(payload, 0, AT_SECONDS_HIGH);
	payload[AT_TYPE] = type;
	payload[AT_VERSION] = VERSION;
	bytes_put_be16(payload + AT_LENGTH, length);
	payload[AT_DOMAIN] = domain;
	bytes_put_be64(payload + AT_IDENTITY, probe->run_id);
	bytes_put_be16(payload + AT_PORT, 1);
	bytes_put_be16(payload + AT_SEQUENCE_ID, (uint16_t)probe->seq);
	payload[AT_LOG_INTERVAL] = (uint8_t)ptp_shape_log_interval(probe->period_ns);
}

/* A clock before the epoch has no time that fits. */
static void put_stamp(uint8_t *payload, int64_t ns)
{
	uint64_t seconds = ns > 0 ? (uint64_t)(ns / S_NS) : 0;

	bytes_put_be16(payload + AT_SECONDS_HIGH, (uint16_t)(seconds >> 32));
	bytes_put_be32(payload + AT_SECONDS, (uint32_t)seconds);
	bytes_put_be32(payload + AT_NANOSECONDS, ns > 0 ? (uint32_t)(ns % S_NS) : 0);
}

void ptp_shape_encode_sync(uint8_t *payload, uint8_t domain, const struct probe *probe)
{
	put_header(payload, TYPE_SYNC, PTP_SHAPE_SYNC_LENGTH, domain, probe);
	bytes_put_be16(payload + AT_FLAGS, TWO_STEP);
	put_stamp(payload, probe->sent_ns);
}

void ptp_shape_encode_follow_up(uint8_t *payload, uint8_t domain, int64_t stamp_ns,
				const struct probe *probe)
{
	put_header(payload, TYPE_FOLLOW_UP, PTP_SHAPE_FOLLOW_UP_LENGTH, domain, probe);
	payload[AT_CONTROL] = CONTROL_FOLLOW_UP;
	put_stamp(payload, stamp_ns);
	memcpy(payload + AT_TLV, tlv, sizeof(tlv));
	wire_encode(payload + AT_NATIVE, WIRE_HEADER_LENGTH, probe);
}
