/* SPDX-License-Identifier: BSD-2-Clause */
#include "profile.h"

#include <string.h>

#include "profile_parts.h"
#include "sighting.h"

enum {
	TLV_ORGANIZATION_LENGTH = 6, /* organizationId, organizationSubType */
};

static inline bool is_outside(int min, int max, int value)
{
	return min != PROFILE_ANY && (value < min || value > max);
}

static inline bool is_other(int asked, int value)
{
	return asked != PROFILE_ANY && value != asked;
}

/* Likewise, of a value that is -1 when it isn't known. */
static inline bool is_known_other(int asked, int value)
{
	return value >= 0 && is_other(asked, value);
}

static bool is_one_of(const struct profile_macs *macs, const uint8_t *mac)
{
	for (int i = 0; i < macs->count; i++) {
		if (memcmp(macs->mac[i], mac, sizeof(macs->mac[i])) == 0) {
			return true;
		}
	}
	return macs->count == 0;
}

/* IEEE 1588, C.3 and D.3; ff02::181 and all the other scopes alike. */
static bool is_group(const struct endpoint *destination, bool is_peer)
{
	static const uint8_t ipv4[16] = {[10] = 0xff, 0xff, 224, 0, 1, 129},
			     ipv4_peer[16] = {[10] = 0xff, 0xff, 224, 0, 0, 107},
			     ipv6[16] = {0xff, 0, [14] = 0x01, 0x81},
			     ipv6_peer[16] = {0xff, 0x02, [15] = 0x6b};
	const uint8_t *address = destination->address;

	if (endpoint_is_ipv4(destination)) {
		return memcmp(address, is_peer ? ipv4_peer : ipv4, 16) == 0;
	}
	if (is_peer) {
		return memcmp(address, ipv6_peer, 16) == 0;
	}
	return address[0] == 0xff && address[1] <= 0x0f && memcmp(address + 2, ipv6 + 2, 14) == 0;
}

/* A cooked frame has none. */
static bool is_unknown(const struct sighting *sighting)
{
	static const uint8_t none[6];

	return sighting->transport == TRANSPORT_ETHERNET &&
	       memcmp(endpoint_mac(&sighting->destination), none, sizeof(none)) == 0;
}

static bool is_wrong_destination(const struct profile *profile, const struct sighting *sighting)
{
	const struct endpoint *destination = &sighting->destination;
	bool is_peer = profile_is_peer(sighting->message.type);

	if (is_unknown(sighting)) {
		return false;
	}
	if (!endpoint_is_multicast(destination)) {
		return profile->unicast == 0;
	}
	if (profile->unicast == 1) {
		return true;
	}
	if (sighting->transport == TRANSPORT_ETHERNET) {
		return !is_one_of(is_peer ? &profile->peer_macs : &profile->macs,
				  endpoint_mac(destination));
	}
	return profile->groups && !is_group(destination, is_peer);
}

static inline bool has_no_interval(const struct sighting *sighting)
{
	switch (sighting->message.type) {
	case PTP_SYNC:
	case PTP_FOLLOW_UP:
	case PTP_ANNOUNCE:
	case PTP_DELAY_RESP:
		return !endpoint_is_multicast(&sighting->destination);
	default:
		return true;
	}
}

static inline bool is_wrong_interval(const struct profile *profile, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	int min = profile->interval_min[message->type], max = profile->interval_max[message->type];

	return is_outside(min, max, message->log_interval) &&
	       !(message->log_interval == PTP_NO_INTERVAL && has_no_interval(sighting));
}

static inline bool is_wrong_step(const struct profile *profile, const struct ptp_message *message)
{
	return (message->type == PTP_SYNC || message->type == PTP_PDELAY_RESP) &&
	       is_other(profile->two_step, (message->flags & PTP_TWO_STEP) != 0);
}

static bool is_tlv(const struct profile_tlv *asked, const struct ptp_tlv *tlv)
{
	if (tlv->type != asked->tlv) {
		return false;
	}
	if (asked->organization == PROFILE_NO_ORGANIZATION) {
		return true;
	}
	return tlv->length >= TLV_ORGANIZATION_LENGTH &&
	       (tlv->value[0] << 16 | tlv->value[1] << 8 | tlv->value[2]) == asked->organization &&
	       (tlv->value[3] << 16 | tlv->value[4] << 8 | tlv->value[5]) == asked->subtype;
}

static bool bears(const struct ptp_message *message, const struct profile_tlv *asked)
{
	struct ptp_tlv tlv;

	for (size_t offset = 0; ptp_message_tlv(message, &offset, &tlv);) {
		if (is_tlv(asked, &tlv)) {
			return true;
		}
	}
	return false;
}

const struct profile_tlv *profile_lacking(const struct profile *profile,
					  const struct ptp_message *message)
{
	for (int i = 0; i < profile->tlvs && !message->cut; i++) {
		if (profile->tlv[i].type == message->type && !bears(message, &profile->tlv[i])) {
			return &profile->tlv[i];
		}
	}
	return NULL;
}

static inline uint32_t bit(enum profile_rule rule, bool is_broken)
{
	return (uint32_t)is_broken << rule;
}

uint32_t profile_check(const struct profile *profile, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;

	return bit(PROFILE_TRANSPORT, profile->transports != 0 && (profile->transports &
								   1 << sighting->transport) == 0) |
	       bit(PROFILE_DESTINATION, is_wrong_destination(profile, sighting)) |
	       bit(PROFILE_DOMAIN,
		   is_outside(profile->domain_min, profile->domain_max, message->domain)) |
	       bit(PROFILE_SDO_ID, is_other(profile->sdo_id, message->sdo_id)) |
	       bit(PROFILE_TTL, is_known_other(profile->ttl, sighting->ttl)) |
	       bit(PROFILE_DSCP, is_known_other(profile->dscp, sighting->dscp)) |
	       bit(PROFILE_VLAN, is_other(profile->vlan, sighting->vlan >= 0)) |
	       bit(PROFILE_PCP, is_known_other(profile->pcp, sighting->pcp)) |
	       bit(PROFILE_INTERVAL, is_wrong_interval(profile, sighting)) |
	       bit(PROFILE_MESSAGE,
		   profile->types != 0 && (profile->types & 1 << message->type) == 0) |
	       bit(PROFILE_STEPS, is_wrong_step(profile, message)) |
	       bit(PROFILE_TLV, profile_lacking(profile, message) != NULL);
}

void profile_clear(struct profile *profile)
{
	*profile = (struct profile){
		.unicast = PROFILE_ANY,
		.domain_min = PROFILE_ANY,
		.domain_max = PROFILE_ANY,
		.sdo_id = PROFILE_ANY,
		.ttl = PROFILE_ANY,
		.dscp = PROFILE_ANY,
		.vlan = PROFILE_ANY,
		.pcp = PROFILE_ANY,
		.two_step = PROFILE_ANY,
	};
	for (int type = 0; type < PTP_TYPES; type++) {
		profile->interval_min[type] = PROFILE_ANY;
		profile->interval_max[type] = PROFILE_ANY;
	}
}
