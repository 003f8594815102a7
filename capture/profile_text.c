/* SPDX-License-Identifier: BSD-2-Clause */
/* What is broken, as text. */
#include <stdio.h>
#include <string.h>

#include "profile.h"
#include "profile_parts.h"
#include "sighting.h"

enum { WORDS = 128 };

static const char *const rules[PROFILE_RULES] = {
	[PROFILE_TRANSPORT] = "transport",
	[PROFILE_DESTINATION] = "destination",
	[PROFILE_DOMAIN] = "domain",
	[PROFILE_SDO_ID] = "sdo_id",
	[PROFILE_TTL] = "ttl",
	[PROFILE_DSCP] = "dscp",
	[PROFILE_VLAN] = "vlan",
	[PROFILE_PCP] = "pcp",
	[PROFILE_INTERVAL] = "interval",
	[PROFILE_MESSAGE] = "message",
	[PROFILE_STEPS] = "steps",
	[PROFILE_TLV] = "tlv",
};

static const char *const transports[] = {
	[TRANSPORT_ETHERNET] = "ethernet",
	[TRANSPORT_UDP4] = "udp4",
	[TRANSPORT_UDP6] = "udp6",
};

enum { TRANSPORTS = sizeof(transports) / sizeof(*transports) };

const char *profile_rule_text(enum profile_rule rule)
{
	return rules[rule];
}

const char *profile_transport_text(unsigned int transport)
{
	return transport < TRANSPORTS ? transports[transport] : NULL;
}

/* A list's next word. */
static void add(char words[static WORDS], const char *word)
{
	size_t length = strlen(words);

	snprintf(words + length, WORDS - length, "%s%s", length > 0 ? " or " : "", word);
}

static const char *asked_transports(const struct profile *profile, char words[static WORDS])
{
	words[0] = '\0';
	for (unsigned int i = 0; i < TRANSPORTS; i++) {
		if ((profile->transports & 1 << i) != 0) {
			add(words, transports[i]);
		}
	}
	return words;
}

static const char *asked_macs(const struct profile_macs *macs, char words[static WORDS])
{
	words[0] = '\0';
	for (int i = 0; i < macs->count; i++) {
		char text[ENDPOINT_ADDRESS_TEXT];
		struct endpoint mac;

		endpoint_set_mac(&mac, macs->mac[i]);
		add(words, endpoint_address_text(&mac, text));
	}
	return words;
}

static const char *asked_destination(const struct profile *profile, const struct sighting *sighting,
				     char words[static WORDS])
{
	bool is_peer = profile_is_peer(sighting->message.type);

	if (!endpoint_is_multicast(&sighting->destination)) {
		return "multicast";
	}
	if (profile->unicast == 1) {
		return "unicast";
	}
	switch (sighting->transport) {
	case TRANSPORT_ETHERNET:
		return asked_macs(is_peer ? &profile->peer_macs : &profile->macs, words);
	case TRANSPORT_UDP4:
		return is_peer ? "224.0.0.107" : "224.0.1.129";
	default:
		return is_peer ? "ff02::6b" : "ff0x::181";
	}
}

static const char *asked_range(int min, int max, char words[static WORDS])
{
	if (min == max) {
		snprintf(words, WORDS, "%d is", min);
	} else {
		snprintf(words, WORDS, "%d to %d are", min, max);
	}
	return words;
}

static void put_lacking(const struct profile *profile, const struct ptp_message *message,
			char text[static PROFILE_ERROR])
{
	const struct profile_tlv *tlv = profile_lacking(profile, message);
	char organization[WORDS] = "";

	if (tlv == NULL) {
		snprintf(text, PROFILE_ERROR, "%s bears the TLVs that are asked for",
			 ptp_type_text(message->type));
		return;
	}
	if (tlv->organization != PROFILE_NO_ORGANIZATION) {
		snprintf(organization, sizeof(organization), " of organization %06x, subtype %06x",
			 (unsigned int)tlv->organization, (unsigned int)tlv->subtype);
	}
	snprintf(text, PROFILE_ERROR, "%s lacks TLV 0x%04x%s", ptp_type_text(message->type),
		 tlv->tlv, organization);
}

char *profile_text(const struct profile *profile, const struct sighting *sighting,
		   enum profile_rule rule, char text[static PROFILE_ERROR])
{
	const struct ptp_message *message = &sighting->message;
	const char *type = ptp_type_text(message->type);
	char words[WORDS], address[ENDPOINT_ADDRESS_TEXT];

	switch (rule) {
	case PROFILE_TRANSPORT:
		snprintf(text, PROFILE_ERROR, "transport is %s where %s is asked for",
			 transports[sighting->transport], asked_transports(profile, words));
		break;
	case PROFILE_DESTINATION:
		snprintf(text, PROFILE_ERROR, "destination of %s is %s where %s is asked for", type,
			 endpoint_address_text(&sighting->destination, address),
			 asked_destination(profile, sighting, words));
		break;
	case PROFILE_DOMAIN:
		snprintf(text, PROFILE_ERROR, "domain is %u where %s asked for", message->domain,
			 asked_range(profile->domain_min, profile->domain_max, words));
		break;
	case PROFILE_SDO_ID:
		snprintf(text, PROFILE_ERROR, "sdoId is 0x%03x where 0x%03x is asked for",
			 message->sdo_id, (unsigned int)profile->sdo_id);
		break;
	case PROFILE_TTL:
	case PROFILE_DSCP:
	case PROFILE_PCP:
		snprintf(text, PROFILE_ERROR, "%s is %d where %d is asked for", rules[rule],
			 rule == PROFILE_TTL    ? sighting->ttl
			 : rule == PROFILE_DSCP ? sighting->dscp
						: sighting->pcp,
			 rule == PROFILE_TTL    ? profile->ttl
			 : rule == PROFILE_DSCP ? profile->dscp
						: profile->pcp);
		break;
	case PROFILE_VLAN:
		if (sighting->vlan >= 0) {
			snprintf(text, PROFILE_ERROR,
				 "vlan is %d where untagged frames are asked for", sighting->vlan);
		} else {
			snprintf(text, PROFILE_ERROR,
				 "the frame is untagged where a vlan tag is asked for");
		}
		break;
	case PROFILE_INTERVAL:
		snprintf(text, PROFILE_ERROR, "logMessageInterval of %s is %d where %s asked for",
			 type, message->log_interval,
			 asked_range(profile->interval_min[message->type],
				     profile->interval_max[message->type], words));
		break;
	case PROFILE_MESSAGE:
		snprintf(text, PROFILE_ERROR, "%s is no message of this profile", type);
		break;
	case PROFILE_STEPS:
		snprintf(text, PROFILE_ERROR, "%s is %s-step where %s-step is asked for", type,
			 (message->flags & PTP_TWO_STEP) != 0 ? "two" : "one",
			 profile->two_step == 1 ? "two" : "one");
		break;
	case PROFILE_TLV:
		put_lacking(profile, message, text);
		break;
	case PROFILE_RULES:
		text[0] = '\0';
	}
	return text;
}
