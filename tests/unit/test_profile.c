/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each profile with a message that conforms, and with each rule that it has broken alone. The
 * values are the table of profiles', written out by hand; not the code's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "profile_bed.h"

enum { E2E = 1, P2P = 2 };

static const struct {
	const char *name;
	int mechanisms;
	const char *other_destination, *wrong_cast;
	enum transport other_transport; /* TRANSPORT_UDP6 + 1: none */
	int other_domain, other_domain_below;
} expected[] = {
	{"default-e2e", E2E, "224.0.0.107", "10.31.0.2", 3, 1, -1},
	{"default-p2p", P2P, "224.0.0.107", "10.31.0.2", 3, 1, -1},
	{"g8275.1", E2E, "01:1b:19:00:00:01", "02:00:00:00:00:01", TRANSPORT_UDP4, 44, 23},
	{"g8275.2", E2E, NULL, "224.0.1.129", TRANSPORT_ETHERNET, 64, 43},
	{"g8265.1", E2E, NULL, "224.0.1.129", TRANSPORT_ETHERNET, 24, 3},
	{"802.1as", P2P, "01:1b:19:00:00:00", "02:00:00:00:00:01", TRANSPORT_UDP4, 1, -1},
	{"st2059-2", E2E | P2P, "239.0.1.129", NULL, TRANSPORT_ETHERNET, 128, 126},
	{"aes67", E2E | P2P, "239.0.1.129", NULL, TRANSPORT_ETHERNET, 128, -1},
	{"61850-9-3", P2P, "01:80:c2:00:00:0e", "02:00:00:00:00:01", TRANSPORT_UDP6, 1, -1},
	{"c37.238", P2P, "01:80:c2:00:00:0e", "02:00:00:00:00:01", TRANSPORT_UDP6, 0, 253},
};

enum { PROFILES = sizeof(expected) / sizeof(*expected) };

static const struct profile *profile;
static const char *name;

static void begin(size_t i)
{
	name = expected[i].name;
	profile = profile_bed_begin(name);
}

static struct sighting sync_message(void)
{
	return profile_bed_message(name, PTP_SYNC);
}

static void profiles_are_found_by_their_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		begin(i);
		assert_string_equal(profile_name(i), name);
		assert_string_equal(profile->name, name);
		assert_true(strlen(profile->title) > 0 && strlen(profile->source) > 0);
	}
	assert_null(profile_name(PROFILES));
	assert_null(profile_name(SIZE_MAX));
	assert_null(profile_find("g8275.3"));
	assert_null(profile_find(""));
	assert_ptr_equal(profile_find("gptp"), profile_find("802.1as"));
	assert_ptr_equal(profile_find("default"), profile_find("default-e2e"));
}

static void conforming_messages_break_nothing(void **state)
{
	static const unsigned int all[] = {PTP_SYNC, PTP_FOLLOW_UP, PTP_ANNOUNCE},
				  e2e[] = {PTP_DELAY_REQ, PTP_DELAY_RESP},
				  p2p[] = {PTP_PDELAY_REQ, PTP_PDELAY_RESP,
					   PTP_PDELAY_RESP_FOLLOW_UP};

	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct sighting sighting;

		begin(i);
		for (size_t j = 0; j < 3; j++) {
			sighting = profile_bed_message(name, all[j]);
			profile_bed_conforms(&sighting);
		}
		for (size_t j = 0; j < 2 && (expected[i].mechanisms & E2E) != 0; j++) {
			sighting = profile_bed_message(name, e2e[j]);
			profile_bed_conforms(&sighting);
		}
		for (size_t j = 0; j < 3 && (expected[i].mechanisms & P2P) != 0; j++) {
			sighting = profile_bed_message(name, p2p[j]);
			profile_bed_conforms(&sighting);
		}
	}
}

static void the_other_delay_mechanism_is_no_message_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct sighting sighting;

		begin(i);
		/* the destination stays that of a Sync, which is peer delay's as well in some */
		sighting = sync_message();
		sighting.message.log_interval = PTP_NO_INTERVAL;
		sighting.message.flags = 0;
		if ((expected[i].mechanisms & E2E) == 0) {
			sighting.message.type = PTP_DELAY_REQ;
			profile_bed_breaks(&sighting, PROFILE_MESSAGE,
					   "delay_req is no message of this profile");
		}
		if ((expected[i].mechanisms & P2P) == 0) {
			sighting.message.type = PTP_PDELAY_RESP_FOLLOW_UP;
			if (sighting.transport == TRANSPORT_UDP4 && profile->unicast == 0) {
				profile_bed_send_to(&sighting, "224.0.0.107");
			}
			profile_bed_breaks(&sighting, PROFILE_MESSAGE,
					   "pdelay_resp_follow_up is no message of this profile");
		}
		sighting = sync_message();
		sighting.message.type = 0x7;
		sighting.message.flags = 0;
		profile_bed_breaks(&sighting, PROFILE_MESSAGE,
				   "reserved is no message of this profile");
	}
}

static void management_belongs_to_some(void **state)
{
	static const struct {
		const char *name;
		bool management, signaling;
	} may[] = {
		{"default-e2e", true, true}, {"g8275.1", false, false}, {"g8275.2", false, true},
		{"g8265.1", false, true},    {"802.1as", false, true},  {"st2059-2", true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(may) / sizeof(*may); i++) {
		struct sighting sighting;

		name = may[i].name;
		profile = profile_find(name);
		sighting = profile_bed_message(name, PTP_MANAGEMENT);
		assert_int_equal(profile_check(profile, &sighting),
				 may[i].management ? 0 : 1 << PROFILE_MESSAGE);
		sighting = profile_bed_message(name, PTP_SIGNALING);
		assert_int_equal(profile_check(profile, &sighting),
				 may[i].signaling ? 0 : 1 << PROFILE_MESSAGE);
	}
}

static void another_transport_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct sighting sighting;

		begin(i);
		sighting = sync_message();
		if (expected[i].other_transport > TRANSPORT_UDP6) {
			sighting.transport = TRANSPORT_UDP6;
			profile_bed_send_to(&sighting, "ff0e::181");
			profile_bed_conforms(&sighting);
			sighting.transport = TRANSPORT_ETHERNET;
			profile_bed_send_to(&sighting, "01:1b:19:00:00:00");
			sighting.ttl = -1;
			sighting.dscp = -1;
			profile_bed_conforms(&sighting);
			continue;
		}
		sighting.transport = expected[i].other_transport;
		profile_bed_send_to(&sighting,
				    expected[i].other_transport == TRANSPORT_UDP4   ? "224.0.1.129"
				    : expected[i].other_transport == TRANSPORT_UDP6 ? "ff02::181"
				    : profile->unicast == 1 ? "02:00:00:00:00:01"
							    : "01:1b:19:00:00:00");
		profile_bed_breaks(&sighting, PROFILE_TRANSPORT, NULL);
	}
	begin(2);
	{
		struct sighting sighting = sync_message();
		char text[PROFILE_ERROR];

		sighting.transport = TRANSPORT_UDP6;
		assert_string_equal(profile_text(profile, &sighting, PROFILE_TRANSPORT, text),
				    "transport is udp6 where ethernet is asked for");
		begin(3);
		sighting.transport = TRANSPORT_ETHERNET;
		assert_string_equal(profile_text(profile, &sighting, PROFILE_TRANSPORT, text),
				    "transport is ethernet where udp4 or udp6 is asked for");
	}
}

static void another_destination_is_noticed(void **state)
{
	struct sighting sighting;

	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		begin(i);
		sighting = sync_message();
		if (expected[i].other_destination != NULL) {
			profile_bed_send_to(&sighting, expected[i].other_destination);
			profile_bed_breaks(&sighting, PROFILE_DESTINATION, NULL);
		}
		sighting = sync_message();
		if (expected[i].wrong_cast != NULL) {
			profile_bed_send_to(&sighting, expected[i].wrong_cast);
			profile_bed_breaks(&sighting, PROFILE_DESTINATION, NULL);
		} else {
			profile_bed_send_to(&sighting, "10.31.0.2");
			profile_bed_conforms(&sighting);
		}
	}
	begin(0);
	sighting = sync_message();
	profile_bed_send_to(&sighting, "224.0.0.107");
	profile_bed_breaks(&sighting, PROFILE_DESTINATION,
			   "destination of sync is 224.0.0.107 where 224.0.1.129 is asked for");
	profile_bed_send_to(&sighting, "10.31.0.2");
	profile_bed_breaks(&sighting, PROFILE_DESTINATION,
			   "destination of sync is 10.31.0.2 where multicast is asked for");
	begin(1);
	sighting = profile_bed_message(name, PTP_PDELAY_REQ);
	profile_bed_send_to(&sighting, "224.0.1.129");
	profile_bed_breaks(
		&sighting, PROFILE_DESTINATION,
		"destination of pdelay_req is 224.0.1.129 where 224.0.0.107 is asked for");
	begin(2);
	sighting = sync_message();
	profile_bed_send_to(&sighting, "01:00:5e:00:00:01");
	profile_bed_breaks(&sighting, PROFILE_DESTINATION,
			   "destination of sync is 01:00:5e:00:00:01 where 01:1b:19:00:00:00 or "
			   "01:80:c2:00:00:0e is asked for");
	/* both are G.8275.1's */
	profile_bed_send_to(&sighting, "01:1b:19:00:00:00");
	profile_bed_conforms(&sighting);
	/* a cooked frame's isn't known */
	profile_bed_send_to(&sighting, "00:00:00:00:00:00");
	profile_bed_conforms(&sighting);
	begin(3);
	sighting = sync_message();
	profile_bed_send_to(&sighting, "224.0.1.129");
	profile_bed_breaks(&sighting, PROFILE_DESTINATION,
			   "destination of sync is 224.0.1.129 where unicast is asked for");
}

static void every_scope_of_ipv6_is_the_group(void **state)
{
	struct sighting sighting;

	(void)state;
	begin(1);
	sighting = sync_message();
	sighting.transport = TRANSPORT_UDP6;
	profile_bed_send_to(&sighting, "ff02::181");
	profile_bed_conforms(&sighting);
	profile_bed_send_to(&sighting, "ff0e::181");
	profile_bed_conforms(&sighting);
	profile_bed_send_to(&sighting, "ff15::181");
	profile_bed_breaks(&sighting, PROFILE_DESTINATION,
			   "destination of sync is ff15::181 where ff0x::181 is asked for");
	sighting = profile_bed_message(name, PTP_PDELAY_REQ);
	sighting.transport = TRANSPORT_UDP6;
	profile_bed_send_to(&sighting, "ff02::6b");
	profile_bed_conforms(&sighting);
	profile_bed_send_to(&sighting, "ff0e::6b");
	profile_bed_breaks(&sighting, PROFILE_DESTINATION, NULL);
}

static void another_domain_is_noticed(void **state)
{
	struct sighting sighting;

	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		begin(i);
		sighting = sync_message();
		sighting.message.domain = (uint8_t)expected[i].other_domain;
		profile_bed_breaks(&sighting, PROFILE_DOMAIN, NULL);
		if (expected[i].other_domain_below >= 0) {
			sighting.message.domain = (uint8_t)expected[i].other_domain_below;
			profile_bed_breaks(&sighting, PROFILE_DOMAIN, NULL);
		}
	}
	begin(2);
	sighting = sync_message();
	sighting.message.domain = 43;
	profile_bed_conforms(&sighting);
	sighting.message.domain = 0;
	profile_bed_breaks(&sighting, PROFILE_DOMAIN, "domain is 0 where 24 to 43 are asked for");
	begin(0);
	sighting = sync_message();
	sighting.message.domain = 5;
	profile_bed_breaks(&sighting, PROFILE_DOMAIN, "domain is 5 where 0 is asked for");
}

static void another_sdo_id_is_noticed(void **state)
{
	struct sighting sighting;

	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		begin(i);
		sighting = sync_message();
		sighting.message.sdo_id ^= 0x100;
		profile_bed_breaks(&sighting, PROFILE_SDO_ID, NULL);
	}
	begin(5);
	sighting = sync_message();
	sighting.message.sdo_id = 0;
	profile_bed_breaks(&sighting, PROFILE_SDO_ID, "sdoId is 0x000 where 0x100 is asked for");
}

static void the_marking_is_judged_where_it_is_known(void **state)
{
	struct sighting sighting;

	(void)state;
	begin(0);
	sighting = sync_message();
	sighting.ttl = 64;
	profile_bed_breaks(&sighting, PROFILE_TTL, "ttl is 64 where 1 is asked for");
	sighting.ttl = -1;
	profile_bed_conforms(&sighting);
	begin(7);
	sighting = sync_message();
	sighting.dscp = 0;
	profile_bed_breaks(&sighting, PROFILE_DSCP, "dscp is 0 where 46 is asked for");
	sighting.dscp = -1;
	profile_bed_conforms(&sighting);
}

static void tags_are_refused_where_they_are(void **state)
{
	static const size_t untagged[] = {2, 5};
	struct sighting sighting;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		begin(untagged[i]);
		sighting = sync_message();
		sighting.vlan = 7;
		sighting.pcp = 6;
		profile_bed_breaks(&sighting, PROFILE_VLAN,
				   "vlan is 7 where untagged frames are asked for");
	}
}

static void rules_have_names(void **state)
{
	static const char *const names[] = {"transport", "destination", "domain", "sdo_id",
					    "ttl",       "dscp",        "vlan",   "pcp",
					    "interval",  "message",     "steps",  "tlv"};

	(void)state;
	assert_int_equal(PROFILE_RULES, 12);
	for (unsigned int rule = 0; rule < PROFILE_RULES; rule++) {
		assert_string_equal(profile_rule_text(rule), names[rule]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_found_by_their_names),
		cmocka_unit_test(conforming_messages_break_nothing),
		cmocka_unit_test(the_other_delay_mechanism_is_no_message_of_it),
		cmocka_unit_test(management_belongs_to_some),
		cmocka_unit_test(another_transport_is_noticed),
		cmocka_unit_test(another_destination_is_noticed),
		cmocka_unit_test(every_scope_of_ipv6_is_the_group),
		cmocka_unit_test(another_domain_is_noticed),
		cmocka_unit_test(another_sdo_id_is_noticed),
		cmocka_unit_test(the_marking_is_judged_where_it_is_known),
		cmocka_unit_test(tags_are_refused_where_they_are),
		cmocka_unit_test(rules_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
