/* SPDX-License-Identifier: BSD-2-Clause */
/* PTP profiles: what a profile asks of messages, and which of it a message breaks. */
#ifndef PTPROBE_PROFILE_H
#define PTPROBE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ptp_message.h"

struct sighting;

enum {
	PROFILE_NAME = 64,
	PROFILE_ERROR = 200,
	PROFILE_ANY = -1000, /* a number that the profile leaves open */
	PROFILE_MACS = 2,
	PROFILE_TLVS = 4,
	PROFILE_NO_ORGANIZATION = -1,
};

/* What a message can break. Their names ("transport", ...) are what reports and files use. */
enum profile_rule {
	PROFILE_TRANSPORT,   /* Ethernet, UDP over IPv4 or IPv6 */
	PROFILE_DESTINATION, /* group, MAC address, or unicast where multicast is asked, or the
				reverse */
	PROFILE_DOMAIN,
	PROFILE_SDO_ID,
	PROFILE_TTL,
	PROFILE_DSCP,
	PROFILE_VLAN, /* tagged though untagged is asked, or the reverse */
	PROFILE_PCP,
	PROFILE_INTERVAL, /* logMessageInterval of that type */
	PROFILE_MESSAGE,  /* a type that the profile doesn't know: the other delay mechanism */
	PROFILE_STEPS,    /* one- or two-step where the other is asked */
	PROFILE_TLV,      /* one that is asked for is missing (802.1AS, 37.238) */
	PROFILE_RULES,
};

struct profile_macs {
	uint8_t count; /* 0: any */
	uint8_t mac[PROFILE_MACS][6];
};

/* A TLV that each message of a type must bear. */
struct profile_tlv {
	uint8_t type;         /* of the message, enum ptp_type */
	uint16_t tlv;         /* tlvType */
	int32_t organization; /* organizationId and organizationSubType, of the types that have */
	int32_t subtype;      /* them; PROFILE_NO_ORGANIZATION: any */
};

struct profile {
	char name[PROFILE_NAME];
	char title[PROFILE_NAME];   /* "ITU-T G.8275.1" */
	char source[PROFILE_ERROR]; /* where its values are from; says so when it's secondary */
	uint8_t transports;         /* bits 1 << enum transport; 0: any */
	int unicast;                /* 1 asked, 0 refused, PROFILE_ANY */
	int domain_min, domain_max, sdo_id, ttl, dscp, vlan,
		pcp; /* PROFILE_ANY; vlan 1: tagged, 0: not */
	/*
	 * logMessageInterval by type: the range that the profile allows, a single value when min =
	 * max. PROFILE_ANY: not judged. PTP_NO_INTERVAL is fine wherever the standard has it: of
	 * Delay_Req, Pdelay_*, Signaling and Management, and of unicast messages.
	 */
	int16_t interval_min[PTP_TYPES], interval_max[PTP_TYPES];
	uint16_t types; /* bits 1 << enum ptp_type that may occur; 0: any */
	int two_step;   /* of Sync and Pdelay_Resp: 1, 0, PROFILE_ANY */
	bool groups;    /* multicast over UDP goes to IEEE 1588's groups; else to any */
	/* destinations of multicast in Ethernet: of all but peer delay, and of peer delay */
	struct profile_macs macs, peer_macs;
	uint8_t tlvs;
	struct profile_tlv tlv[PROFILE_TLVS];
};

/* The known profiles' names, in order; NULL beyond the last. */
const char *profile_name(size_t index);

/* The built-in profile of that name; NULL when there is none. */
const struct profile *profile_find(const char *name);

/*
 * Reads a profile's file: a line "key = value" each, blank ones and what follows a '#' apart, ASCII
 * alone. "base = NAME" may come first: the rest then changes a built-in profile; without it nothing
 * is asked for but what is written. A key comes once.
 *
 *   name, title, source     text
 *   transport               ethernet, udp4, udp6, divided by commas; any
 *   cast                    multicast, unicast, any
 *   groups                  ieee1588, any: multicast over UDP
 *   domain                  5, 24..43, any
 *   sdo-id                  0x100, any
 *   ttl, dscp, pcp          a number, any
 *   vlan                    tagged, untagged, any
 *   steps                   one, two, any
 *   types                   sync, follow_up, ..., divided by commas; any
 *   interval.TYPE           logMessageInterval of a type: -4, -7..0, any; sync's is also
 *                           follow_up's unless that one is given
 *   mac, peer-mac           up to two destinations, divided by a comma; any
 *   tlv.TYPE                8 or 3:0080c2:000001 (type:organizationId:organizationSubType) that
 * each message of the type bears, divided by commas; any
 *
 * 0, or -EINVAL and error, one line with the number of the line and what to write instead;
 * *ret_profile is untouched then.
 */
int profile_parse(const char *text, size_t length, struct profile *ret_profile,
		  char error[static PROFILE_ERROR]);

/*
 * What sighting breaks: bits 1 << enum profile_rule. What isn't known of a sighting (TTL of
 * Ethernet, the destination of a cooked frame, TLVs that were cut) breaks nothing. IEEE 1588's
 * groups are those of its annexes C and D (224.0.1.129, ff0x::181; peer delay 224.0.0.107,
 * ff02::6b).
 */
uint32_t profile_check(const struct profile *profile, const struct sighting *sighting);

/* "ttl is 64 where 1 is asked for", of one broken rule. Returns text. */
char *profile_text(const struct profile *profile, const struct sighting *sighting,
		   enum profile_rule rule, char text[static PROFILE_ERROR]);

/* "transport"; rule < PROFILE_RULES. */
const char *profile_rule_text(enum profile_rule rule);

#endif
