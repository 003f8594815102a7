/* SPDX-License-Identifier: BSD-2-Clause */
/* The profiles that are built in. */
#include <string.h>

#include "profile.h"
#include "sighting.h"

enum {
	ETHERNET = 1 << TRANSPORT_ETHERNET,
	UDP = 1 << TRANSPORT_UDP4 | 1 << TRANSPORT_UDP6,
	ANY = PROFILE_ANY,

	MASTER = 1 << PTP_SYNC | 1 << PTP_FOLLOW_UP | 1 << PTP_ANNOUNCE,
	E2E = 1 << PTP_DELAY_REQ | 1 << PTP_DELAY_RESP,
	P2P = 1 << PTP_PDELAY_REQ | 1 << PTP_PDELAY_RESP | 1 << PTP_PDELAY_RESP_FOLLOW_UP,
	OPTIONAL = 1 << PTP_SIGNALING | 1 << PTP_MANAGEMENT,

	IEEE_802_1 = 0x0080c2,
	IEEE_C37_238 = 0x1c129d,
};

/* IEEE 1588, E.3: peer delay alone isn't forwarded. */
#define MACS .macs = {1, {PTP_MAC}}, .peer_macs = {1, {PTP_PEER_MAC}}

/* One end of the ranges: of Announce, of Sync, of Delay_Resp (minDelayReq), of Pdelay_Req. */
#define INTERVALS(announce, sync, delay, pdelay)                                             \
	{                                                                                    \
		[PTP_SYNC] = (sync), [PTP_DELAY_REQ] = ANY, [PTP_PDELAY_REQ] = (pdelay),     \
		[PTP_PDELAY_RESP] = ANY, [0x4] = ANY, [0x5] = ANY, [0x6] = ANY, [0x7] = ANY, \
		[PTP_FOLLOW_UP] = (sync), [PTP_DELAY_RESP] = (delay),                        \
		[PTP_PDELAY_RESP_FOLLOW_UP] = ANY, [PTP_ANNOUNCE] = (announce),              \
		[PTP_SIGNALING] = ANY, [PTP_MANAGEMENT] = ANY, [0xe] = ANY, [0xf] = ANY,     \
	}

static const struct profile profiles[] = {
	{
		.name = "default-e2e",
		.title = "IEEE 1588 default, delay request-response",
		.source = "IEEE 1588-2019, annex I.3 (2008: J.3)",
		.unicast = 0,
		.groups = true,
		.domain_min = 0,
		.domain_max = 0,
		.sdo_id = 0,
		.ttl = 1,
		.dscp = ANY,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(0, -1, 0, ANY),
		.interval_max = INTERVALS(4, 1, 5, ANY),
		.types = MASTER | E2E | OPTIONAL,
		.two_step = ANY,
		MACS,
	},
	{
		.name = "default-p2p",
		.title = "IEEE 1588 default, peer delay",
		.source = "IEEE 1588-2019, annex I.4 (2008: J.4)",
		.unicast = 0,
		.groups = true,
		.domain_min = 0,
		.domain_max = 0,
		.sdo_id = 0,
		.ttl = 1,
		.dscp = ANY,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(0, -1, ANY, 0),
		.interval_max = INTERVALS(4, 1, ANY, 5),
		.types = MASTER | P2P | OPTIONAL,
		.two_step = ANY,
		MACS,
	},
	{
		.name = "g8275.1",
		.title = "ITU-T G.8275.1, full timing support",
		.source = "ITU-T G.8275.1, annex A",
		.transports = ETHERNET,
		.unicast = 0,
		.domain_min = 24,
		.domain_max = 43,
		.sdo_id = 0,
		.ttl = ANY,
		.dscp = ANY,
		.vlan = 0,
		.pcp = ANY,
		.interval_min = INTERVALS(-3, -4, -4, ANY),
		.interval_max = INTERVALS(-3, -4, -4, ANY),
		.types = MASTER | E2E,
		.two_step = ANY,
		.macs = {2, {PTP_MAC, PTP_PEER_MAC}},
		.peer_macs = {2, {PTP_MAC, PTP_PEER_MAC}},
	},
	{
		.name = "g8275.2",
		.title = "ITU-T G.8275.2, partial timing support",
		.source = "ITU-T G.8275.2, annex A; its rates from secondary sources",
		.transports = UDP,
		.unicast = 1,
		.domain_min = 44,
		.domain_max = 63,
		.sdo_id = 0,
		.ttl = ANY,
		.dscp = ANY,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(-3, -7, -7, ANY),
		.interval_max = INTERVALS(0, 0, 0, ANY),
		.types = MASTER | E2E | 1 << PTP_SIGNALING,
		.two_step = ANY,
	},
	{
		.name = "g8265.1",
		.title = "ITU-T G.8265.1, frequency",
		.source = "secondary: vendors' descriptions of ITU-T G.8265.1, annex A",
		.transports = UDP,
		.unicast = 1,
		.domain_min = 4,
		.domain_max = 23,
		.sdo_id = 0,
		.ttl = ANY,
		.dscp = ANY,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(-3, -7, -7, ANY),
		.interval_max = INTERVALS(4, 4, 4, ANY),
		.types = MASTER | E2E | 1 << PTP_SIGNALING,
		.two_step = ANY,
	},
	{
		.name = "802.1as",
		.title = "IEEE 802.1AS, gPTP",
		.source =
			"IEEE 802.1AS-2020, clauses 8, 10 and 11; the intervals are the initial ones",
		.transports = ETHERNET,
		.unicast = 0,
		.domain_min = 0,
		.domain_max = 0,
		.sdo_id = 0x100,
		.ttl = ANY,
		.dscp = ANY,
		.vlan = 0,
		.pcp = ANY,
		.interval_min = INTERVALS(0, -3, ANY, 0),
		.interval_max = INTERVALS(0, -3, ANY, 0),
		.types = MASTER | P2P | 1 << PTP_SIGNALING,
		.two_step = ANY,
		.macs = {1, {PTP_PEER_MAC}},
		.peer_macs = {1, {PTP_PEER_MAC}},
		.tlvs = 2,
		.tlv = {{PTP_ANNOUNCE, 0x0008, PROFILE_NO_ORGANIZATION, 0},
			{PTP_FOLLOW_UP, 0x0003, IEEE_802_1, 1}},
	},
	{
		.name = "st2059-2",
		.title = "SMPTE ST 2059-2, professional broadcast",
		.source = "SMPTE ST 2059-2:2021, its ranges from secondary sources",
		.transports = UDP,
		.unicast = ANY,
		.groups = true,
		.domain_min = 127,
		.domain_max = 127,
		.sdo_id = 0,
		.ttl = ANY,
		.dscp = ANY,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(-3, -7, -7, -7),
		.interval_max = INTERVALS(1, -1, 4, 4),
		.types = MASTER | E2E | P2P | OPTIONAL,
		.two_step = ANY,
	},
	{
		.name = "aes67",
		.title = "AES67 media profile",
		.source = "secondary: descriptions of AES67, annex A, and of its class of service",
		.transports = UDP,
		.unicast = ANY,
		.groups = true,
		.domain_min = 0,
		.domain_max = 127,
		.sdo_id = 0,
		.ttl = ANY,
		.dscp = 46,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(0, -4, -3, 0),
		.interval_max = INTERVALS(4, 1, 5, 5),
		.types = MASTER | E2E | P2P | OPTIONAL,
		.two_step = ANY,
	},
	{
		.name = "61850-9-3",
		.title = "IEC/IEEE 61850-9-3, power utility",
		.source = "secondary: vendors' descriptions of IEC/IEEE 61850-9-3:2016",
		.transports = ETHERNET,
		.unicast = 0,
		.domain_min = 0,
		.domain_max = 0,
		.sdo_id = 0,
		.ttl = ANY,
		.dscp = ANY,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(0, 0, ANY, 0),
		.interval_max = INTERVALS(0, 0, ANY, 0),
		.types = MASTER | P2P | OPTIONAL,
		.two_step = ANY,
		MACS,
	},
	{
		.name = "c37.238",
		.title = "IEEE C37.238-2017, power systems",
		.source = "secondary: vendors' descriptions of IEEE C37.238-2017",
		.transports = ETHERNET,
		.unicast = 0,
		.domain_min = 254,
		.domain_max = 254,
		.sdo_id = 0,
		.ttl = ANY,
		.dscp = ANY,
		.vlan = ANY,
		.pcp = ANY,
		.interval_min = INTERVALS(0, 0, ANY, 0),
		.interval_max = INTERVALS(0, 0, ANY, 0),
		.types = MASTER | P2P | OPTIONAL,
		.two_step = ANY,
		MACS,
		.tlvs = 1,
		.tlv = {{PTP_ANNOUNCE, 0x0003, IEEE_C37_238, 2}},
	},
};

enum { PROFILES = sizeof(profiles) / sizeof(*profiles) };

/* Other names of theirs. */
static const struct {
	const char *name, *is;
} aliases[] = {
	{"default", "default-e2e"},
	{"gptp", "802.1as"},
};

const char *profile_name(size_t index)
{
	return index < PROFILES ? profiles[index].name : NULL;
}

const struct profile *profile_find(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++) {
		if (strcmp(aliases[i].name, name) == 0) {
			name = aliases[i].is;
		}
	}
	for (size_t i = 0; i < PROFILES; i++) {
		if (strcmp(profiles[i].name, name) == 0) {
			return &profiles[i];
		}
	}
	return NULL;
}
