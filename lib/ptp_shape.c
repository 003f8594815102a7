/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_shape.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "endpoint.h"

#define S_NS   INT64_C(1000000000)
#define SQRT_2 1.4142135623730951

enum {
	AT_TYPE = 0, /* majorSdoId, messageType */
	AT_VERSION = 1,
	AT_LENGTH = 2,
	AT_DOMAIN = 4,
	AT_FLAGS = 6,
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

	CONTROL_FOLLOW_UP = 2, /* 13.3.2.13, for version 1 */
};

/* type, length, organisation, subtype */
static const uint8_t tlv[AT_NATIVE - AT_TLV] = {0x00, 0x03, 0x00, 0x46, 0x02,
						0x50, 0x54, 0x00, 0x00, 0x01};

static enum ptp_shape read_sync(const struct ptp_message *ptp)
{
	/* only what wire_run_id makes */
	if (wire_run_id(ptp->source.clock) != ptp->source.clock ||
	    ptp->length != PTP_SHAPE_SYNC_LENGTH || (ptp->flags & PTP_TWO_STEP) == 0 ||
	    ptp->source.port != 1) {
		return PTP_SHAPE_FOREIGN;
	}
	return PTP_SHAPE_SYNC;
}

/* at: the TLV, and what follows it, of which length bytes are there. */
static enum ptp_shape read_follow_up(const uint8_t *at, size_t length,
				     const struct ptp_message *ptp, struct probe *probe)
{
	if (length < PTP_SHAPE_FOLLOW_UP_LENGTH - AT_TLV ||
	    ptp->length < PTP_SHAPE_FOLLOW_UP_LENGTH || memcmp(at, tlv, sizeof(tlv)) != 0) {
		return PTP_SHAPE_FOREIGN;
	}
	switch (wire_decode(at + sizeof(tlv), WIRE_HEADER_LENGTH, probe)) {
	case WIRE_OK:
		break;
	case WIRE_CORRUPT:
		return PTP_SHAPE_CORRUPT;
	default:
		return PTP_SHAPE_FOREIGN;
	}
	/* the CRC doesn't cover what stands before the TLV */
	if (ptp->length != PTP_SHAPE_FOLLOW_UP_LENGTH || probe->run_id != ptp->source.clock ||
	    (probe->kind == WIRE_PROBE && (uint16_t)probe->seq != ptp->sequence_id)) {
		return PTP_SHAPE_CORRUPT;
	}
	return PTP_SHAPE_FOLLOW_UP;
}

bool ptp_shape_is_follow_up(const struct ptp_message *message)
{
	struct probe probe;

	return message->type == PTP_FOLLOW_UP && message->tlvs != NULL &&
	       message->sdo_id >> 8 == 0 &&
	       read_follow_up(message->tlvs, message->tlvs_length, message, &probe) ==
		       PTP_SHAPE_FOLLOW_UP;
}

enum ptp_shape ptp_shape_decode(const uint8_t *payload, size_t length,
				struct ptp_shaped *ret_message)
{
	struct ptp_shaped message = {0};
	struct ptp_message ptp;
	enum ptp_shape shape = PTP_SHAPE_FOREIGN;
	enum ptp_result result;

	/* a capture may have cut what is behind it: that is for the CRC to judge */
	result = ptp_message_decode(payload, length, UINT16_MAX, &ptp);
	if ((result != PTP_OK && result != PTP_CUT) || ptp.sdo_id >> 8 != 0) {
		return PTP_SHAPE_FOREIGN;
	}
	message.run_id = ptp.source.clock;
	message.domain = ptp.domain;
	message.correction = ptp.correction;
	message.sequence_id = ptp.sequence_id;
	/* seconds beyond what 63 bits of nanoseconds hold are nobody's clock: 0 */
	(void)ptp_timestamp_ns(&ptp.stamp, &message.stamp_ns);
	if (ptp.type == PTP_SYNC) {
		shape = read_sync(&ptp);
	} else if (ptp.type == PTP_FOLLOW_UP) {
		shape = length < AT_TLV ? PTP_SHAPE_FOREIGN
					: read_follow_up(payload + AT_TLV, length - AT_TLV, &ptp,
							 &message.probe);
	}
	if (shape == PTP_SHAPE_SYNC || shape == PTP_SHAPE_FOLLOW_UP) {
		*ret_message = message;
	}
	return shape;
}

bool ptp_shape_is_message(const uint8_t *payload, size_t length)
{
	uint16_t message_length;

	if (length < PTP_HEADER_LENGTH || (payload[AT_VERSION] & 0xf) != PTP_VERSION) {
		return false;
	}
	message_length = bytes_get_be16(payload + AT_LENGTH);
	return message_length >= PTP_HEADER_LENGTH && message_length <= length;
}

int8_t ptp_shape_log_interval(uint64_t period_ns)
{
	int log = 0;

	if (period_ns == 0) {
		return PTP_NO_INTERVAL;
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
	payload[AT_VERSION] = PTP_VERSION;
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
	put_header(payload, PTP_SYNC, PTP_SHAPE_SYNC_LENGTH, domain, probe);
	bytes_put_be16(payload + AT_FLAGS, PTP_TWO_STEP);
	put_stamp(payload, probe->sent_ns);
}

void ptp_shape_encode_follow_up(uint8_t *payload, uint8_t domain, int64_t stamp_ns,
				const struct probe *probe)
{
	put_header(payload, PTP_FOLLOW_UP, PTP_SHAPE_FOLLOW_UP_LENGTH, domain, probe);
	payload[AT_CONTROL] = CONTROL_FOLLOW_UP;
	put_stamp(payload, stamp_ns);
	memcpy(payload + AT_TLV, tlv, sizeof(tlv));
	wire_encode(payload + AT_NATIVE, WIRE_HEADER_LENGTH, probe);
}

char *ptp_shape_group_text(const struct endpoint *group, char *text)
{
	size_t length = strlen(endpoint_text(group, text));

	if (endpoint_is_mac(group)) {
		snprintf(text + length, ENDPOINT_TEXT - length, " (%s)",
			 group->port == PTP_SHAPE_EVENT_PORT ? "event" : "general");
	}
	return text;
}
