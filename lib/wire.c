/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include "bytes.h"
#include "crc32c.h"

enum {
	AT_MAGIC = 0,
	AT_VERSION = 4,
	AT_KIND = 5,
	AT_HEADER_LENGTH = 6,
	AT_RUN_ID = 8,
	AT_SEQ = 16,
	AT_SENT = 24,
	AT_FOLLOW_UP_SEQ = 32,
	AT_FOLLOW_UP_TX = 40,
	AT_PERIOD = 48,
	AT_FLAGS = 56,
	AT_DSCP = 57,
	AT_TTL = 58,
	AT_RESERVED = 59,
	AT_CRC = 60,
};

void wire_pad(uint8_t *payload, size_t length)
{
	for (size_t i = WIRE_HEADER_LENGTH; i < length; i++) {
		payload[i] = (uint8_t)(i & 0xff);
	}
}

void wire_encode(uint8_t *payload, size_t length, const struct probe *probe)
{
	bytes_put_be32(payload + AT_MAGIC, WIRE_MAGIC);
	payload[AT_VERSION] = WIRE_VERSION;
	payload[AT_KIND] = (uint8_t)probe->kind;
	bytes_put_be16(payload + AT_HEADER_LENGTH, WIRE_HEADER_LENGTH);
	bytes_put_be64(payload + AT_RUN_ID, probe->run_id);
	bytes_put_be64(payload + AT_SEQ, probe->seq);
	bytes_put_be64(payload + AT_SENT, (uint64_t)probe->sent_ns);
	bytes_put_be64(payload + AT_FOLLOW_UP_SEQ, probe->follow_up_seq);
	bytes_put_be64(payload + AT_FOLLOW_UP_TX, (uint64_t)probe->follow_up_tx_ns);
	bytes_put_be64(payload + AT_PERIOD, probe->period_ns);
	payload[AT_FLAGS] = probe->flags;
	payload[AT_DSCP] = probe->dscp;
	payload[AT_TTL] = probe->ttl;
	payload[AT_RESERVED] = 0;
	bytes_put_be32(payload + AT_CRC, crc32c_zeroing(payload, length, AT_CRC));
}

/* Reads the header of a payload whose CRC is right, or has to be believed. */
static enum wire_result read_header(const uint8_t *payload, size_t length, struct probe *ret_probe)
{
	size_t header_length;

	if (payload[AT_VERSION] != WIRE_VERSION) {
		return WIRE_OTHER_VERSION;
	}
	header_length = bytes_get_be16(payload + AT_HEADER_LENGTH);
	if (header_length < WIRE_HEADER_LENGTH || header_length > length) {
		return WIRE_CORRUPT;
	}
	if (payload[AT_KIND] != WIRE_PROBE && payload[AT_KIND] != WIRE_END) {
		return WIRE_ALIEN;
	}
	*ret_probe = (struct probe){
		.kind = (enum wire_kind)payload[AT_KIND],
		.flags = payload[AT_FLAGS],
		.dscp = payload[AT_DSCP],
		.ttl = payload[AT_TTL],
		.run_id = bytes_get_be64(payload + AT_RUN_ID),
		.seq = bytes_get_be64(payload + AT_SEQ),
		.sent_ns = (int64_t)bytes_get_be64(payload + AT_SENT),
		.follow_up_seq = bytes_get_be64(payload + AT_FOLLOW_UP_SEQ),
		.follow_up_tx_ns = (int64_t)bytes_get_be64(payload + AT_FOLLOW_UP_TX),
		.period_ns = bytes_get_be64(payload + AT_PERIOD),
	};
	return WIRE_OK;
}

enum wire_result wire_decode(const uint8_t *payload, size_t length, struct probe *ret_probe)
{
	if (!wire_has_magic(payload, length)) {
		return WIRE_ALIEN;
	}
	if (length < WIRE_HEADER_LENGTH ||
	    bytes_get_be32(payload + AT_CRC) != crc32c_zeroing(payload, length, AT_CRC)) {
		return WIRE_CORRUPT;
	}
	return read_header(payload, length, ret_probe);
}

enum wire_result wire_decode_cut(const uint8_t *payload, size_t captured, size_t length,
				 struct probe *ret_probe)
{
	if (!wire_has_magic(payload, captured)) {
		return WIRE_ALIEN;
	}
	return captured < WIRE_HEADER_LENGTH ? WIRE_CORRUPT
					     : read_header(payload, length, ret_probe);
}

uint64_t wire_run_id(uint64_t random)
{
	return (random & ~(UINT64_C(3) << 56)) | (UINT64_C(2) << 56);
}
