/* SPDX-License-Identifier: BSD-2-Clause */
/* The native probe datagram, version 1 (doc/wire-format.md). */
#ifndef PTPROBE_WIRE_H
#define PTPROBE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/*
 *  0       4 5 6     8          16        24        32
 *  | magic |v|k| hlen |  run_id  |   seq   | sent_ns |
 *  32              40               48           56 57 58 59 60      64
 *  | follow_up_seq | follow_up_tx_ns | period_ns |fl|ds|tt| 0|crc32c| padding: i & 0xff
 *
 * All integers are big-endian.
 */
enum {
	WIRE_HEADER_LENGTH = 64,
	WIRE_VERSION = 1,
	WIRE_MAX_LENGTH = 65000, /* longest payload that ptprobe-send makes */
};

#define WIRE_MAGIC UINT32_C(0x50545062) /* "PTPb" */

/* follow_up_seq when the datagram reports no departure */
#define WIRE_NO_FOLLOW_UP UINT64_MAX

enum wire_kind {
	WIRE_PROBE = 0,
	WIRE_END = 1,
};

enum wire_flag {
	WIRE_CLOCK_TAI = 1 << 0,
	WIRE_CLOCK_SYNCHRONISED = 1 << 1,
	WIRE_FOLLOW_UP_HARDWARE = 1 << 2,
	WIRE_LATE_SLOT = 1 << 3, /* the sender was late for this departure */
};

enum wire_result {
	WIRE_OK,
	WIRE_ALIEN,         /* no magic, or an unknown kind */
	WIRE_OTHER_VERSION, /* magic and CRC are right, the version is unknown: alien too */
	WIRE_CORRUPT,       /* the magic, and a CRC or a length that doesn't match */
};

struct probe {
	enum wire_kind kind;
	uint8_t flags;     /* enum wire_flag */
	uint8_t dscp, ttl; /* as set by the sender */
	uint64_t run_id;
	uint64_t seq;            /* from 0; in an END the number of probes sent */
	int64_t sent_ns;         /* clock read just before the send call, ns since the epoch */
	uint64_t follow_up_seq;  /* WIRE_NO_FOLLOW_UP, or the probe that follow_up_tx_ns is of */
	int64_t follow_up_tx_ns; /* its departure as the kernel or the NIC stamped it */
	uint64_t period_ns;      /* nominal spacing of the departures; 0: none */
};

/*
 * Writes probe into the first WIRE_HEADER_LENGTH bytes of payload and the CRC over all length
 * bytes. The bytes behind the header must hold the padding already (wire_pad). length must be
 * WIRE_HEADER_LENGTH..WIRE_MAX_LENGTH.
 */
void wire_encode(uint8_t *payload, size_t length, const struct probe *probe);

/* Fills payload[WIRE_HEADER_LENGTH..length) with the padding pattern. */
void wire_pad(uint8_t *payload, size_t length);

/*
 * Reads one UDP payload of any bytes. *ret_probe is written only with WIRE_OK. A header_length
 * beyond 64 is accepted and the surplus skipped; below 64 or beyond the datagram it is WIRE_CORRUPT
 * when the magic is there.
 */
enum wire_result wire_decode(const uint8_t *payload, size_t length, struct probe *ret_probe);

/*
 * Likewise of a payload of length bytes on the wire of which only the first captured (at most
 * length) are there: what can't be checked then, the CRC, is believed. WIRE_CORRUPT also when the
 * header itself is cut.
 */
enum wire_result wire_decode_cut(const uint8_t *payload, size_t captured, size_t length,
				 struct probe *ret_probe);

/* True when the payload, of which length bytes are there, begins with the magic. */
static inline bool wire_has_magic(const uint8_t *payload, size_t length)
{
	return length >= sizeof(uint32_t) && bytes_get_be32(payload) == WIRE_MAGIC;
}

/*
 * Makes a run_id of 64 random bits: the low bits of its first byte become binary 10 (locally
 * administered, unicast), so that it can serve as a PTP clockIdentity.
 */
uint64_t wire_run_id(uint64_t random);

#endif
