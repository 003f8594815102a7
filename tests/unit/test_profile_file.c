/* SPDX-License-Identifier: BSD-2-Clause */
/* A profile's file: each key, what it makes of messages, and each mistake. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "profile_bed.h"

static struct profile profile;
static char error[PROFILE_ERROR];

static void parse(const char *text)
{
	error[0] = '\0';
	if (profile_parse(text, strlen(text), &profile, error) < 0) {
		fail_msg("%s", error);
	}
}

static void assert_refused(const char *text, const char *said)
{
	struct profile before;

	memset(&profile, 0x5a, sizeof(profile));
	before = profile;
	assert_int_equal(profile_parse(text, strlen(text), &profile, error), -EINVAL);
	assert_string_equal(error, said);
	assert_memory_equal(&profile, &before, sizeof(profile));
}

static void an_empty_file_asks_for_nothing(void **state)
{
	static const char *const empty[] = {"", "\n\n", "# nothing\n \t# nothing\r\n", "#"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		parse(empty[i]);
		assert_string_equal(profile.name, "file");
		for (size_t j = 0; profile_name(j) != NULL; j++) {
			struct sighting sighting = profile_bed_message(profile_name(j), PTP_SYNC);

			assert_int_equal(profile_check(&profile, &sighting), 0);
		}
	}
}

static void every_key_is_read(void **state)
{
	(void)state;
	parse("name = ours\n"
	      "title = Plant 7\n"
	      "source = the plant's rules, 2026\n"
	      "transport = udp4, ethernet\n"
	      "cast = multicast\n"
	      "groups = ieee1588\n"
	      "domain = 24..43\n"
	      "sdo-id = 0x1ff\n"
	      "ttl = 16\n"
	      "dscp = 46\n"
	      "vlan = tagged\n"
	      "pcp = 6 # strict priority\n"
	      "steps = one\n"
	      "types = sync, announce,delay_req ,delay_resp\r\n"
	      "interval.sync = -7..0\n"
	      "\tinterval.announce=1\n"
	      "interval.pdelay_req = any\n"
	      "mac = 01:1b:19:00:00:00, 01-80-C2-00-00-0E\n"
	      "peer-mac = 01:80:c2:00:00:0e\n"
	      "tlv.announce = 8, 0x3:0080c2:000001\n"
	      "tlv.sync = 32771");
	assert_string_equal(profile.name, "ours");
	assert_string_equal(profile.title, "Plant 7");
	assert_string_equal(profile.source, "the plant's rules, 2026");
	assert_int_equal(profile.transports, 1 << TRANSPORT_UDP4 | 1 << TRANSPORT_ETHERNET);
	assert_int_equal(profile.unicast, 0);
	assert_true(profile.groups);
	assert_int_equal(profile.domain_min, 24);
	assert_int_equal(profile.domain_max, 43);
	assert_int_equal(profile.sdo_id, 0x1ff);
	assert_int_equal(profile.ttl, 16);
	assert_int_equal(profile.dscp, 46);
	assert_int_equal(profile.vlan, 1);
	assert_int_equal(profile.pcp, 6);
	assert_int_equal(profile.two_step, 0);
	assert_int_equal(profile.types, 1 << 0 | 1 << 1 | 1 << 9 | 1 << 11);
	assert_int_equal(profile.interval_min[PTP_SYNC], -7);
	assert_int_equal(profile.interval_max[PTP_SYNC], 0);
	assert_int_equal(profile.interval_min[PTP_ANNOUNCE], 1);
	assert_int_equal(profile.interval_max[PTP_ANNOUNCE], 1);
	assert_int_equal(profile.interval_min[PTP_FOLLOW_UP], -7);
	assert_int_equal(profile.interval_min[PTP_PDELAY_REQ], PROFILE_ANY);
	assert_int_equal(profile.macs.count, 2);
	assert_memory_equal(profile.macs.mac[1], "\x01\x80\xc2\x00\x00\x0e", 6);
	assert_int_equal(profile.peer_macs.count, 1);
	assert_int_equal(profile.tlvs, 3);
	assert_int_equal(profile.tlv[0].tlv, 8);
	assert_int_equal(profile.tlv[0].organization, PROFILE_NO_ORGANIZATION);
	assert_int_equal(profile.tlv[1].organization, 0x80c2);
	assert_int_equal(profile.tlv[1].subtype, 1);
	assert_int_equal(profile.tlv[2].type, PTP_SYNC);
	assert_int_equal(profile.tlv[2].tlv, 0x8003);
}

static void a_base_is_changed_by_what_follows(void **state)
{
	struct sighting sighting = profile_bed_message("g8275.1", PTP_SYNC);

	(void)state;
	parse("base = g8275.1\ndomain = 50\nvlan = any\ninterval.sync = -5..-3\n");
	assert_string_equal(profile.name, "file");
	assert_int_equal(profile_check(&profile, &sighting), 1 << PROFILE_DOMAIN);
	sighting.message.domain = 50;
	sighting.vlan = 7;
	sighting.message.log_interval = -5;
	assert_int_equal(profile_check(&profile, &sighting), 0);
	sighting.transport = TRANSPORT_UDP4;
	assert_int_equal(profile_check(&profile, &sighting) & 1 << PROFILE_TRANSPORT,
			 1 << PROFILE_TRANSPORT);
	/* a Follow_Up's interval is its Sync's, whichever of the two comes first */
	parse("interval.follow_up = -2\ninterval.sync = -3\n");
	assert_int_equal(profile.interval_min[PTP_FOLLOW_UP], -2);
	parse("interval.sync = -3\ninterval.follow_up = any\n");
	assert_int_equal(profile.interval_min[PTP_FOLLOW_UP], PROFILE_ANY);
	/* of a type that it names, TLVs of the base are replaced; of the others they stay */
	parse("base = 802.1as\ntlv.announce = any\n");
	assert_int_equal(profile.tlvs, 1);
	assert_int_equal(profile.tlv[0].type, PTP_FOLLOW_UP);
}

static void rules_that_no_built_in_profile_has_are_judged(void **state)
{
	struct sighting sighting = profile_bed_message("default-e2e", PTP_SYNC);
	char text[PROFILE_ERROR];

	(void)state;
	parse("steps = one\npcp = 4\nvlan = tagged\n");
	assert_int_equal(profile_check(&profile, &sighting),
			 1 << PROFILE_STEPS | 1 << PROFILE_VLAN);
	assert_string_equal(profile_text(&profile, &sighting, PROFILE_STEPS, text),
			    "sync is two-step where one-step is asked for");
	assert_string_equal(profile_text(&profile, &sighting, PROFILE_VLAN, text),
			    "the frame is untagged where a vlan tag is asked for");
	sighting.message.flags = 0;
	sighting.vlan = 0;
	sighting.pcp = 4;
	assert_int_equal(profile_check(&profile, &sighting), 0);
	sighting.pcp = 0;
	assert_int_equal(profile_check(&profile, &sighting), 1 << PROFILE_PCP);
	assert_string_equal(profile_text(&profile, &sighting, PROFILE_PCP, text),
			    "pcp is 0 where 4 is asked for");
	parse("steps = two\n");
	assert_int_equal(profile_check(&profile, &sighting), 1 << PROFILE_STEPS);
	assert_string_equal(profile_text(&profile, &sighting, PROFILE_STEPS, text),
			    "sync is one-step where two-step is asked for");
	/* a Follow_Up has no such flag */
	sighting.message.type = PTP_FOLLOW_UP;
	assert_int_equal(profile_check(&profile, &sighting), 0);
}

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	assert_refused("\n# x\nwhat = 1\n", "line 3: 'what' is not a key: see ptprobe-profile(5)");
	assert_refused("domain\n", "line 1: 'domain' is not 'key = value'");
	assert_refused("domain =\n", "line 1: 'domain' has no value");
	assert_refused("= 5\n", "line 1: '' is not a key: see ptprobe-profile(5)");
	assert_refused("ttl = 1\nttl = 1", "line 2: 'ttl' was set above");
	assert_refused("interval.sync = 1\ninterval.sync = 2",
		       "line 2: 'interval.sync' was set above");
	assert_refused("ttl = 1\nbase = aes67",
		       "line 2: base comes first, or what is above would be lost");
	assert_refused("base = aes68", "line 1: 'aes68' is not a built-in profile");
	assert_refused("transport = udp", "line 1: 'udp' is not ethernet, udp4, udp6 or any");
	assert_refused("transport = udp4,", "line 1: '' is not ethernet, udp4, udp6 or any");
	assert_refused("cast = both", "line 1: 'both' is not multicast, unicast or any");
	assert_refused("groups = ours", "line 1: 'ours' is not ieee1588 or any");
	assert_refused("vlan = 5", "line 1: '5' is not untagged, tagged or any");
	assert_refused("steps = 2", "line 1: '2' is not one, two or any");
	assert_refused("types = syn",
		       "line 1: 'syn' is not a type of message, as delay_req, or any");
	assert_refused("interval.syn = 1",
		       "line 1: 'syn' is not a type of message, as sync or delay_resp");
	assert_refused("tlv. = 1", "line 1: '' is not a type of message, as sync or delay_resp");
	assert_refused("name = 0123456789012345678901234567890123456789012345678901234567890123",
		       "line 1: the text is longer than 63 characters");
	assert_refused("mac = 01:1b:19:00:00:00, 01:80:c2:00:00:0e, 01:00:00:00:00:00",
		       "line 1: more than 2 addresses");
	assert_refused("tlv.sync = 1,2,3,4,5", "line 1: more than 4 TLVs");
	assert_refused("ttl = \x1b[2J", "line 1: it holds bytes that are no printable ASCII");
	assert_refused("title = caf\xc3\xa9", "line 1: it holds bytes that are no printable ASCII");
}

static void values_outside_their_range_are_refused(void **state)
{
	static const char *const wrong[] = {
		"domain = 256",
		"domain = -1",
		"domain = 43..24",
		"domain = 1..",
		"domain = ..1",
		"domain = 1...3",
		"domain = 1 2",
		"domain = 99999999999999999999",
		"domain = 0x10",
		"ttl = 256",
		"ttl = -1",
		"ttl = 1x",
		"ttl = 0x",
		"ttl = 1..2",
		"dscp = 64",
		"pcp = 8",
		"sdo-id = 0x1000",
		"sdo-id = x",
		"interval.sync = 128",
		"interval.sync = -129",
		"interval.sync = 1.5",
		"interval.sync = fast",
		"mac = 01:1b:19:00:00",
		"mac = any, any",
		"tlv.sync = 65536",
		"tlv.sync = 3:0080c2",
		"tlv.sync = 3:0080c2:00001",
		"tlv.sync = 3:0080c2:0000001",
		"tlv.sync = 3:0080g2:000001",
		"tlv.sync = :0080c2:000001",
		"tlv.sync = 3:0080c2:000001:",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		if (profile_parse(wrong[i], strlen(wrong[i]), &profile, error) != -EINVAL) {
			fail_msg("'%s' was taken", wrong[i]);
		}
		assert_memory_equal(error, "line 1: '", 9);
	}
}

static void a_long_line_is_refused(void **state)
{
	static char text[600];

	(void)state;
	memset(text, '#', 511);
	assert_int_equal(profile_parse(text, 511, &profile, error), 0);
	memset(text, '#', sizeof(text));
	assert_int_equal(profile_parse(text, 512, &profile, error), -EINVAL);
	assert_string_equal(error, "line 1: it is longer than 511 bytes");
	/* a long value is cut where it is told */
	memset(text, 'x', 500);
	memcpy(text, "ttl = ", 6);
	assert_int_equal(profile_parse(text, 500, &profile, error), -EINVAL);
	assert_string_equal(error, "line 1: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' is not a "
				   "number within 0..255, or any");
	assert_int_equal(profile_parse("ttl\0= 1", 7, &profile, error), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_asks_for_nothing),
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(a_base_is_changed_by_what_follows),
		cmocka_unit_test(rules_that_no_built_in_profile_has_are_judged),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(values_outside_their_range_are_refused),
		cmocka_unit_test(a_long_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
