/* SPDX-License-Identifier: BSD-2-Clause */
#include "profile_bed.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct profile *checked;

/* What a message of each profile looks like: written out by hand. */
static const struct {
	const char *name;
	const char *destination, *peer;
	enum transport transport;
	uint8_t domain;
	uint16_t sdo_id;
	int16_t ttl, dscp;
	int8_t announce, sync, delay;
	uint8_t tlv[40]; /* of Announce */
	uint16_t tlv_length;
} conforming[] = {
	{"default-e2e", "224.0.1.129", NULL, TRANSPORT_UDP4, 0, 0, 1, 0, 1, 0, 0, {0}, 0},
	{"default-p2p", "224.0.1.129", "224.0.0.107", TRANSPORT_UDP4, 0, 0, 1, 0, 1, 0, 0, {0}, 0},
	{"g8275.1",
	 "01:80:c2:00:00:0e",
	 NULL,
	 TRANSPORT_ETHERNET,
	 24,
	 0,
	 -1,
	 -1,
	 -3,
	 -4,
	 -4,
	 {0},
	 0},
	{"g8275.2", "10.31.0.2", NULL, TRANSPORT_UDP4, 44, 0, 64, 46, 0, -4, -4, {0}, 0},
	{"g8265.1", "10.31.0.2", NULL, TRANSPORT_UDP4, 4, 0, 64, 46, 1, -4, -4, {0}, 0},
	{"802.1as",
	 "01:80:c2:00:00:0e",
	 "01:80:c2:00:00:0e",
	 TRANSPORT_ETHERNET,
	 0,
	 0x100,
	 -1,
	 -1,
	 0,
	 -3,
	 0,
	 {0, 8, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8},
	 12},
	{"st2059-2",
	 "224.0.1.129",
	 "224.0.0.107",
	 TRANSPORT_UDP4,
	 127,
	 0,
	 16,
	 46,
	 -2,
	 -3,
	 -3,
	 {0},
	 0},
	{"aes67", "224.0.1.129", "224.0.0.107", TRANSPORT_UDP4, 0, 0, 16, 46, 1, -3, 0, {0}, 0},
	{"61850-9-3",
	 "01:1b:19:00:00:00",
	 "01:80:c2:00:00:0e",
	 TRANSPORT_ETHERNET,
	 0,
	 0,
	 -1,
	 -1,
	 0,
	 0,
	 0,
	 {0},
	 0},
	{"c37.238",
	 "01:1b:19:00:00:00",
	 "01:80:c2:00:00:0e",
	 TRANSPORT_ETHERNET,
	 254,
	 0,
	 -1,
	 -1,
	 0,
	 0,
	 0,
	 {0, 3, 0, 18, 0x1c, 0x12, 0x9d, 0, 0, 2, 0, 123},
	 22},
};

/* IEEE 802.1AS-2020, 11.4.4.3 */
static const uint8_t follow_up_information[32] = {0, 3, 0, 28, 0, 0x80, 0xc2, 0, 0, 1};

void profile_bed_send_to(struct sighting *sighting, const char *address)
{
	int result = endpoint_parse_mac(address, &sighting->destination);

	if (result < 0) {
		result = endpoint_parse_address(address, &sighting->destination);
	}
	assert(result == 0);
	(void)result;
}

struct sighting profile_bed_message(const char *profile, unsigned int type)
{
	struct sighting sighting = {.vlan = -1, .pcp = -1};
	struct ptp_message *message = &sighting.message;
	size_t i = 0;

	while (strcmp(conforming[i].name, profile) != 0) {
		i++;
		assert(i < sizeof(conforming) / sizeof(*conforming));
	}
	sighting.transport = conforming[i].transport;
	sighting.ttl = conforming[i].ttl;
	sighting.dscp = conforming[i].dscp;
	message->type = (uint8_t)type;
	message->version = 2;
	message->domain = conforming[i].domain;
	message->sdo_id = conforming[i].sdo_id;
	message->flags = type == PTP_SYNC || type == PTP_PDELAY_RESP ? PTP_TWO_STEP : 0;
	profile_bed_send_to(&sighting, conforming[i].destination);
	switch (type) {
	case PTP_ANNOUNCE:
		message->log_interval = conforming[i].announce;
		message->tlvs = conforming[i].tlv;
		message->tlvs_length = conforming[i].tlv_length;
		break;
	case PTP_FOLLOW_UP:
		if (conforming[i].sdo_id == 0x100) {
			message->tlvs = follow_up_information;
			message->tlvs_length = sizeof(follow_up_information);
		}
		message->log_interval = conforming[i].sync;
		break;
	case PTP_SYNC:
		message->log_interval = conforming[i].sync;
		break;
	case PTP_DELAY_RESP:
		message->log_interval = conforming[i].delay;
		break;
	case PTP_PDELAY_REQ:
		message->log_interval = conforming[i].delay;
		profile_bed_send_to(&sighting, conforming[i].peer);
		break;
	case PTP_PDELAY_RESP:
	case PTP_PDELAY_RESP_FOLLOW_UP:
		message->log_interval = PTP_NO_INTERVAL;
		profile_bed_send_to(&sighting, conforming[i].peer);
		break;
	default:
		message->log_interval = PTP_NO_INTERVAL;
	}
	return sighting;
}

const struct profile *profile_bed_begin(const char *name)
{
	checked = profile_find(name);
	assert_non_null(checked);
	return checked;
}

void profile_bed_breaks(const struct sighting *sighting, enum profile_rule rule, const char *said)
{
	char text[PROFILE_ERROR];
	uint32_t broken = profile_check(checked, sighting);

	if (broken != 1u << rule) {
		fail_msg("%s: broken are %#x, not %s alone", checked->name, broken,
			 profile_rule_text(rule));
	}
	if (said != NULL) {
		assert_string_equal(profile_text(checked, sighting, rule, text), said);
	}
}

void profile_bed_conforms(const struct sighting *sighting)
{
	uint32_t broken = profile_check(checked, sighting);

	if (broken != 0) {
		fail_msg("%s: %s breaks %#x", checked->name, ptp_type_text(sighting->message.type),
			 broken);
	}
}
