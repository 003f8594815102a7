/* SPDX-License-Identifier: BSD-2-Clause */
/* Who speaks PTP in a domain on a link, as it is heard before probes are sent there. */
#ifndef PTPROBE_PTP_HEARD_H
#define PTPROBE_PTP_HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "endpoint.h"
#include "ptp_message.h"

enum {
	PTP_HEARD_SPEAKERS = 32,
	PTP_HEARD_TEXT = 256,
	PTP_HEARD_WHY = 128,
};

/* How PTP travels. */
enum ptp_way {
	PTP_WAY_UDP4,
	PTP_WAY_UDP6,
	PTP_WAY_L2,
	PTP_WAYS,
};

struct ptp_speaker {
	struct ptp_port_identity port;
	struct endpoint address; /* whence its first message came */
	enum ptp_way way;        /* likewise */
	uint64_t messages;
	uint16_t types; /* bit n: messages of type n came */
	bool is_probe;  /* a Follow_Up of ptprobe's came; alone it is no clock that could be
			   disturbed */
};

/* All zero but for the domain: nothing has been heard. */
struct ptp_heard {
	uint8_t domain;
	uint64_t messages;        /* in the domain, of whatever sdoId */
	uint64_t others;          /* in other domains */
	uint64_t unreadable;      /* what isn't PTP version 2, or malformed */
	uint32_t speakers;        /* those below */
	uint64_t speakers_beyond; /* messages of others, for whom there was no room */
	struct ptp_speaker speaker[PTP_HEARD_SPEAKERS];
};

/* Takes one PTP message of any bytes, of which captured of length are there. */
void ptp_heard_add(struct ptp_heard *heard, enum ptp_way way, const struct endpoint *source,
		   const uint8_t *message, size_t captured, size_t length);

/*
 * Likewise from a frame without its Ethernet header: of that EtherType, from that MAC address. What
 * isn't PTP, by EtherType 88F7 or UDP ports 319 and 320, is passed over.
 */
void ptp_heard_add_frame(struct ptp_heard *heard, uint16_t ethertype, const uint8_t mac[static 6],
			 const uint8_t *frame, size_t captured, size_t length);

/* True when a clock speaks in the domain: anyone but ptprobe's own senders. */
bool ptp_heard_is_in_use(const struct ptp_heard *heard);

/* True when ptprobe's senders are heard, whom probes don't disturb. */
bool ptp_heard_has_probes(const struct ptp_heard *heard);

/*
 * "001122.fffe.334455-1 at 10.31.0.1 (announce, sync), and 2 more": the clocks, by the first of
 * them. Returns text.
 */
char *ptp_heard_text(const struct ptp_heard *heard, char text[static PTP_HEARD_TEXT]);

/* "UDP over IPv4" */
const char *ptp_way_text(enum ptp_way way);

/* By which ways one could listen. */
struct ptp_ears {
	struct ptp_ear {
		bool hears;
		char why[PTP_HEARD_WHY]; /* if not: the reason, and the remedy */
	} ear[PTP_WAYS];
};

enum ptp_verdict {
	PTP_CLEAR,  /* nobody is there */
	PTP_IN_USE, /* a clock is */
	PTP_DEAF,   /* the way that probes take couldn't be listened to */
};

/* May probes be sent by that way? In use outweighs deaf. */
enum ptp_verdict ptp_heard_judge(const struct ptp_heard *heard, const struct ptp_ears *ears,
				 enum ptp_way way);

#endif
