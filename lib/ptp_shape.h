/* SPDX-License-Identifier: BSD-2-Clause */
/* Probes in the shape of PTP messages (doc/wire-format.md; IEEE 1588-2019, clauses 13 and 14). */
#ifndef PTPROBE_PTP_SHAPE_H
#define PTPROBE_PTP_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ptp_message.h"
#include "wire.h"

struct endpoint;

/*
 * The header of every PTP message, and the time stamp of a Sync or Follow_Up behind it:
 *
 *  0       1   2       4    5    6     8          16   20            28     30     32  33  34 44
 *  |sdo,typ|ver|length |dom |sdo |flags|correction|    |clockIdentity| port |seq id|ctl|log| s 48
 * ns 32 |
 *
 * and behind a Follow_Up's the TLV of a probe:
 *
 *  44     46     48          51          54       118
 *  | 0003 | 0046 | 02 50 54  | 00 00 01  | native header, whose CRC covers these 64 bytes |
 *
 * All integers are big-endian. In Ethernet, padding may follow.
 */
enum {
	PTP_SHAPE_EVENT_PORT = PTP_EVENT_PORT,
	PTP_SHAPE_GENERAL_PORT = PTP_GENERAL_PORT,
	PTP_SHAPE_SYNC_LENGTH = 44,
	PTP_SHAPE_FOLLOW_UP_LENGTH = 118,
};

enum ptp_shape {
	PTP_SHAPE_FOREIGN,   /* no probe, or no PTP: not ours */
	PTP_SHAPE_SYNC,      /* may be a probe: its Follow_Up tells */
	PTP_SHAPE_FOLLOW_UP, /* a probe or an END */
	PTP_SHAPE_CORRUPT,   /* a Follow_Up with our TLV in which something is wrong */
};

struct ptp_shaped {
	uint64_t run_id; /* clockIdentity */
	uint8_t domain;
	uint16_t sequence_id;
	int64_t stamp_ns;   /* originTimestamp or preciseOriginTimestamp; 0: none */
	int64_t correction; /* correctionField: ns times 2^16 */
	struct probe probe; /* of a Follow_Up alone */
};

/*
 * Reads a PTP message of any bytes, of which length are there. *ret_message is written only for a
 * Sync or a Follow_Up. A Sync that could be a probe is a two-step one of 44 bytes from port 1 of a
 * clock whose identity has the form of a run_id.
 */
enum ptp_shape ptp_shape_decode(const uint8_t *payload, size_t length,
				struct ptp_shaped *ret_message);

/*
 * True of a Follow_Up that ptp_shape_decode takes for a probe's or an END, decoded before: its TLV
 * must be there whole.
 */
bool ptp_shape_is_follow_up(const struct ptp_message *message);

/* True of what begins as any PTP message of version 2 does: a header, and messageLength bytes. */
bool ptp_shape_is_message(const uint8_t *payload, size_t length);

/*
 * Writes the Sync of probe: PTP_SHAPE_SYNC_LENGTH bytes, no more. Of probe its run_id, seq, sent_ns
 * and period_ns count.
 */
void ptp_shape_encode_sync(uint8_t *payload, uint8_t domain, const struct probe *probe);

/*
 * Writes the Follow_Up of probe, or an END: PTP_SHAPE_FOLLOW_UP_LENGTH bytes. stamp_ns: the
 * departure of the Sync of that seq, from the epoch on; 0: not known, which readers take for none.
 * An END's sequenceId is seq mod 2^16 as well, that of the Sync behind the last one.
 */
void ptp_shape_encode_follow_up(uint8_t *payload, uint8_t domain, int64_t stamp_ns,
				const struct probe *probe);

/*
 * endpoint_text of the group that a run's messages go to; of frames without IP, which have no port,
 * "01:1b:19:00:00:00 (event)" or "(general)" by the one that UDP would have. text holds
 * ENDPOINT_TEXT. Returns text.
 */
char *ptp_shape_group_text(const struct endpoint *group, char *text);

/* logMessageInterval: log2 of period_ns in seconds, rounded; 0x7f when it is 0. */
int8_t ptp_shape_log_interval(uint64_t period_ns);

#endif
