/* SPDX-License-Identifier: BSD-2-Clause */
/* A report's evidence: written, read again, and refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "evidence.h"

static struct evidence evidence;

static int begin(void **state)
{
	(void)state;
	evidence_init(&evidence);
	return 0;
}

static int end(void **state)
{
	(void)state;
	evidence_release(&evidence);
	return 0;
}

static void count(const char *name, uint64_t before, uint64_t after)
{
	assert_int_equal(counters_add(&evidence.before, name, before), 0);
	assert_int_equal(counters_add(&evidence.after, name, after), 0);
}

/* What was written, as compact text in the order of writing; to be freed. */
static char *written(void)
{
	json_t *json = evidence_json(&evidence);
	char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);

	assert_non_null(text);
	json_decref(json);
	return text;
}

static void what_moved_and_what_the_locator_reads_is_written(void **state)
{
	struct endpoint group = {0};
	char *text;

	(void)state;
	strcpy(evidence.interface, "eth0");
	count("link.rx_packets", 10, 20);
	count("link.rx_compressed", 0, 0);
	count("ethtool.rx_crc_errors_phy", 3, 3);
	count("ethtool.rx_packets", 3, 3);
	count("ethtool.rx_discards_phy", 3, 4);
	count("qdisc.tbf.1.drops", 0, 0);
	count("qdisc.tbf.1.requeues", 0, 0);
	count("udp.RcvbufErrors", 5, 4);
	count("ip.DefaultTTL", 64, 64);
	assert_int_equal(counters_add(&evidence.after, "icmpmsg.OutType3", 2), 0);
	evidence.settings = (struct evidence_settings){
		.up = EVIDENCE_YES,
		.carrier = EVIDENCE_NO,
		.mtu_bytes = 1500,
		.rp_filter = 2,
		.xdp = EVIDENCE_XDP_NATIVE,
		.members_known = EVIDENCE_YES,
	};
	strcpy(evidence.settings.kind, "macvlan");
	assert_int_equal(endpoint_parse_address("239.255.31.9", &group), 0);
	assert_int_equal(igmp_groups_add(&evidence.settings.member, &group), 0);
	evidence_lacks(&evidence, "ethtool statistics of %s: operation not supported", "lo");
	text = written();
	assert_string_equal(
		text,
		"{\"interface\":\"eth0\","
		"\"before\":{\"link.rx_packets\":10,\"ethtool.rx_crc_errors_phy\":3,"
		"\"ethtool.rx_discards_phy\":3,\"qdisc.tbf.1.drops\":0,\"udp.RcvbufErrors\":5},"
		"\"after\":{\"link.rx_packets\":20,\"ethtool.rx_crc_errors_phy\":3,"
		"\"ethtool.rx_discards_phy\":4,\"qdisc.tbf.1.drops\":0,\"udp.RcvbufErrors\":4,"
		"\"icmpmsg.OutType3\":2},"
		"\"settings\":{\"up\":true,\"carrier\":false,\"mtu\":1500,\"rp_filter\":2,"
		"\"xdp\":\"native\",\"kind\":\"macvlan\",\"member\":[\"239.255.31.9\"]},"
		"\"unavailable\":[\"ethtool statistics of lo: operation not supported\"]}");
	free(text);
}

static void what_is_not_known_is_null(void **state)
{
	char *text = written();

	(void)state;
	assert_string_equal(
		text,
		"{\"interface\":null,\"before\":{},\"after\":{},"
		"\"settings\":{\"up\":null,\"carrier\":null,\"mtu\":null,"
		"\"rp_filter\":null,\"xdp\":null,\"kind\":null,\"member\":null},\"unavailable\":[]}");
	free(text);
}

static void what_is_lacking_is_said_once_and_not_without_end(void **state)
{
	(void)state;
	evidence_lacks(&evidence, "netlink: %s", "gone");
	evidence_lacks(&evidence, "netlink: %s", "gone");
	assert_int_equal(evidence.unavailable, 1);
	for (int i = 0; i < 2 * EVIDENCE_UNAVAILABLE; i++) {
		evidence_lacks(&evidence, "number %d", i);
	}
	assert_int_equal(evidence.unavailable, EVIDENCE_UNAVAILABLE);
}

static void what_was_written_reads_the_same(void **state)
{
	static const char *const texts[] = {
		"{\"interface\":\"eth0.100\",\"before\":{\"udp.RcvbufErrors\":5,"
		"\"ip.InReceives\":9223372036854775807},"
		"\"after\":{\"udp.RcvbufErrors\":4,\"ip.InReceives\":9223372036854775807},"
		"\"settings\":{\"up\":false,\"carrier\":true,\"mtu\":65536,\"rp_filter\":0,"
		"\"xdp\":\"offload\",\"kind\":\"none\",\"member\":[\"239.255.31.9\",\"ff15::1\"]},"
		"\"unavailable\":[\"a\",\"b\"]}",
		"{\"interface\":null,\"before\":{},\"after\":{},"
		"\"settings\":{\"up\":null,\"carrier\":null,\"mtu\":null,"
		"\"rp_filter\":null,\"xdp\":null,\"kind\":null,\"member\":null},\"unavailable\":[]}",
	};
	char error[EVIDENCE_ERROR_TEXT] = "", *text;
	uint64_t rise;
	json_t *json;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json = json_loads(texts[i], 0, NULL);
		assert_non_null(json);
		assert_int_equal(evidence_parse(json, &evidence, error), 0);
		json_decref(json);
		text = written();
		assert_string_equal(text, texts[i]);
		free(text);
		if (i == 0) {
			assert_int_equal(evidence_delta(&evidence, "udp.RcvbufErrors", &rise),
					 COUNTERS_RESET);
			assert_int_equal(evidence_delta(&evidence, "ip.InReceives", &rise),
					 COUNTERS_FLAT);
			assert_int_equal(evidence_rise(&evidence, "qdisc.", ".drops").known, 0);
		}
		evidence_release(&evidence);
	}
}

#define SETTINGS                                                                \
	"\"settings\":{\"up\":null,\"carrier\":null,\"mtu\":null,\"rp_filter\"" \
	":null,\"xdp\":null,\"kind\":null,\"member\":null}"

/* member: what stands in place of NAME's value in a report that is right but for it. */
static void assert_refused(const char *name, const char *value, const char *expected)
{
	char error[EVIDENCE_ERROR_TEXT] = "";
	struct evidence untouched;
	json_t *json = json_loads("{\"interface\":\"eth0\",\"before\":{},\"after\":{}," SETTINGS
				  ",\"unavailable\":[],\"from_the_future\":[1]}",
				  0, NULL);
	json_t *object = json, *json_value;

	assert_non_null(json);
	if (strncmp(name, "settings.", 9) == 0) {
		object = json_object_get(json, "settings");
		name += 9;
	}
	memset(&untouched, 0xa5, sizeof(untouched));
	memset(&evidence, 0xa5, sizeof(evidence));
	if (value == NULL) {
		assert_int_equal(json_object_del(object, name), 0);
	} else {
		json_value = json_loads(value, JSON_DECODE_ANY, NULL);
		assert_non_null(json_value);
		assert_int_equal(json_object_set_new(object, name, json_value), 0);
	}
	assert_int_equal(evidence_parse(json, &evidence, error), -EINVAL);
	assert_string_equal(error, expected);
	assert_memory_equal(&evidence, &untouched, sizeof(evidence));
	json_decref(json);
	evidence_init(&evidence);
}

static void each_member_of_the_wrong_type_is_named(void **state)
{
	(void)state;
	assert_refused("interface", NULL, "evidence: 'interface' is missing");
	assert_refused("interface", "5", "evidence: 'interface' is no name of at most 15 bytes");
	assert_refused("interface", "\"\"", "evidence: 'interface' is no name of at most 15 bytes");
	assert_refused("interface", "\"a-name-of-16-byt\"",
		       "evidence: 'interface' is no name of at most 15 bytes");
	assert_refused("before", NULL, "evidence: 'before' is missing, or no object");
	assert_refused("before", "[]", "evidence: 'before' is missing, or no object");
	assert_refused("after", "{\"ip.InReceives\":-1}",
		       "evidence.after: 'ip.InReceives' is no count");
	assert_refused("after", "{\"ip.InReceives\":1.5}",
		       "evidence.after: 'ip.InReceives' is no count");
	assert_refused("after", "{\"ip.InReceives\":\"1\"}",
		       "evidence.after: 'ip.InReceives' is no count");
	assert_refused("after", "{\"\":1}", "evidence.after: '' is no name of a counter");
	assert_refused("after", "{\"\\u001b[2J\":1}",
		       "evidence.after: '?[2J' is no name of a counter");
	assert_refused("settings", NULL, "evidence: 'settings' is missing, or no object");
	assert_refused("settings.up", "1",
		       "evidence.settings: 'up' is neither true, false nor null");
	assert_refused("settings.carrier", NULL, "evidence.settings: 'carrier' is missing");
	assert_refused("settings.mtu", "0", "evidence.settings: 'mtu' is not from 1 to 1073741824");
	assert_refused("settings.mtu", "\"1500\"",
		       "evidence.settings: 'mtu' is not from 1 to 1073741824");
	assert_refused("settings.rp_filter", "3",
		       "evidence.settings: 'rp_filter' is not from 0 to 2");
	assert_refused("settings.xdp", "\"odd\"",
		       "evidence.settings: 'xdp' is none of none, native, generic, offload");
	assert_refused("settings.xdp", "[]",
		       "evidence.settings: 'xdp' is none of none, native, generic, offload");
	assert_refused("settings.kind", "7", "evidence.settings: 'kind' is no kind of interface");
	assert_refused("settings.kind", "\"\"",
		       "evidence.settings: 'kind' is no kind of interface");
	assert_refused("settings.kind", "\"veth \\u001b[2J\"",
		       "evidence.settings: 'kind' is no kind of interface");
	assert_refused("settings.kind", "\"a-kind-of-twenty-four-by\"",
		       "evidence.settings: 'kind' is no kind of interface");
	assert_refused("settings.member", "{}",
		       "evidence.settings: 'member' is no list of at most 131072 groups");
	assert_refused("settings.member", "[\"239.1.2.3\",7]",
		       "evidence.settings.member: [1] is no address");
	assert_refused("settings.member", "[\"eth0\"]",
		       "evidence.settings.member: [0] is no address");
	assert_refused("unavailable", NULL, "evidence: 'unavailable' is missing");
	assert_refused("unavailable", "[null]", "evidence.unavailable: [0] is no text");
}

static void devices_on_top_of_others_are_told_from_cards(void **state)
{
	static const char *const stacked[] = {"macvlan", "macvtap", "vlan",  "ipvlan", "bridge",
					      "bond",    "team",    "vxlan", "gre"};
	static const char *const alone[] = {"none", "veth", "dummy", "tun", "ifb", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(stacked) / sizeof(*stacked); i++) {
		strcpy(evidence.settings.kind, stacked[i]);
		assert_true(evidence_is_stacked(&evidence.settings));
	}
	for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++) {
		strcpy(evidence.settings.kind, alone[i]);
		assert_false(evidence_is_stacked(&evidence.settings));
	}
}

static void more_than_there_is_room_for_is_refused(void **state)
{
	char *text = malloc(COUNTERS_MAX * 24 + 64), *at = text;

	(void)state;
	assert_non_null(text);
	at += sprintf(at, "{\"a\":0");
	for (int i = 0; i < COUNTERS_MAX; i++) {
		at += sprintf(at, ",\"c%d\":1", i);
	}
	strcpy(at, "}");
	assert_refused("before", text, "evidence.before: more than 16384 counters");
	at = text;
	at += sprintf(at, "[\"\"");
	for (int i = 0; i < EVIDENCE_UNAVAILABLE; i++) {
		at += sprintf(at, ",\"%d\"", i);
	}
	strcpy(at, "]");
	assert_refused("unavailable", text,
		       "evidence: 'unavailable' is no list of at most 32 texts");
	free(text);
}

static void no_object_at_all_is_refused(void **state)
{
	char error[EVIDENCE_ERROR_TEXT];
	json_t *json = json_array();

	(void)state;
	assert_int_equal(evidence_parse(json, &evidence, error), -EINVAL);
	assert_string_equal(error, "evidence: no object");
	assert_int_equal(evidence_parse(NULL, &evidence, error), -EINVAL);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_moved_and_what_the_locator_reads_is_written,
						begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_known_is_null, begin, end),
		cmocka_unit_test_setup_teardown(what_is_lacking_is_said_once_and_not_without_end,
						begin, end),
		cmocka_unit_test_setup_teardown(what_was_written_reads_the_same, begin, end),
		cmocka_unit_test_setup_teardown(each_member_of_the_wrong_type_is_named, begin, end),
		cmocka_unit_test_setup_teardown(devices_on_top_of_others_are_told_from_cards, begin,
						end),
		cmocka_unit_test_setup_teardown(more_than_there_is_room_for_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(no_object_at_all_is_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
