/* SPDX-License-Identifier: BSD-2-Clause */
/* A card's snapshot: written, read again, and refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "snapshot.h"

static const char whole[] =
	"{\"host\":\"alpha\",\"interface\":\"eth0\",\"driver\":\"igb\",\"firmware\":\"1.63\","
	"\"bus\":\"0000:3b:00.0\",\"time_ns\":1700000000000000000,\"up\":true,\"carrier\":false,"
	"\"autonegotiation\":true,\"speed_mbps\":1000,\"duplex\":\"full\",\"mtu_bytes\":1500,"
	"\"rx_ring\":{\"current\":256,\"maximum\":4096},"
	"\"tx_ring\":{\"current\":null,\"maximum\":null},\"rx_pause\":false,\"tx_pause\":null,"
	"\"counters\":{\"link.rx_packets\":7,\"ethtool.rx_crc_errors\":9223372036854775807},"
	"\"lacks\":[\"FEC statistics: operation not supported\"]}";

static const char nothing[] =
	"{\"host\":null,\"interface\":\"lo\",\"driver\":null,\"firmware\":null,\"bus\":null,"
	"\"time_ns\":0,\"up\":null,\"carrier\":null,\"autonegotiation\":null,\"speed_mbps\":null,"
	"\"duplex\":null,\"mtu_bytes\":null,\"rx_ring\":{\"current\":null,\"maximum\":null},"
	"\"tx_ring\":{\"current\":null,\"maximum\":null},\"rx_pause\":null,\"tx_pause\":null,"
	"\"counters\":{},\"lacks\":[]}";

static char *written(const struct snapshot *snapshot)
{
	json_t *json = snapshot_json(snapshot);
	char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);

	assert_non_null(text);
	json_decref(json);
	return text;
}

static int parse(const char *text, struct snapshot *ret_snapshot,
		 char error[static SNAPSHOT_ERROR_TEXT])
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
	int err;

	assert_non_null(json);
	err = snapshot_parse(json, ret_snapshot, error);
	json_decref(json);
	return err;
}

static void assert_reads_the_same(const char *text)
{
	char error[SNAPSHOT_ERROR_TEXT] = "", *again;
	struct snapshot snapshot;

	assert_int_equal(parse(text, &snapshot, error), 0);
	again = written(&snapshot);
	assert_string_equal(again, text);
	free(again);
	snapshot_release(&snapshot);
}

static void what_was_written_reads_the_same(void **state)
{
	(void)state;
	assert_reads_the_same(whole);
}

static void what_is_not_known_is_null_and_reads_as_unknown(void **state)
{
	char error[SNAPSHOT_ERROR_TEXT];
	struct snapshot snapshot;

	(void)state;
	assert_reads_the_same(nothing);
	assert_int_equal(parse(nothing, &snapshot, error), 0);
	assert_int_equal(snapshot.speed_mbps, 0);
	assert_int_equal(snapshot.duplex, SNAPSHOT_DUPLEX_UNKNOWN);
	assert_int_equal(snapshot.carrier, SNAPSHOT_UNKNOWN);
	snapshot_release(&snapshot);
}

/* value NULL: the member is left out. */
static void assert_refused(const char *name, const char *value, const char *expected)
{
	json_t *json = json_loads(whole, 0, NULL);
	char error[SNAPSHOT_ERROR_TEXT] = "", member[64], *dot;
	struct snapshot snapshot, untouched;
	json_t *object = json;

	assert_non_null(json);
	snprintf(member, sizeof(member), "%s", name);
	dot = strchr(member, '.');
	if (dot != NULL) {
		*dot = '\0';
		object = json_object_get(json, member);
		memmove(member, dot + 1, strlen(dot + 1) + 1);
	}
	if (value == NULL) {
		assert_int_equal(json_object_del(object, member), 0);
	} else {
		json_t *replaced = json_loads(value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

		assert_non_null(replaced);
		assert_int_equal(json_object_set_new(object, member, replaced), 0);
	}
	memset(&snapshot, 0xa5, sizeof(snapshot));
	memset(&untouched, 0xa5, sizeof(untouched));
	assert_int_equal(snapshot_parse(json, &snapshot, error), -EINVAL);
	assert_string_equal(error, expected);
	assert_memory_equal(&snapshot, &untouched, sizeof(snapshot));
	json_decref(json);
}

static void each_member_that_is_missing_or_of_another_type_is_named(void **state)
{
	(void)state;
	assert_refused("host", NULL, "host is missing");
	assert_refused("host", "7", "host is no text");
	assert_refused("interface", "null", "interface is null");
	assert_refused("interface", "\"\"", "interface is no name of at most 63 bytes");
	assert_refused("interface",
		       "\"0123456789012345678901234567890123456789012345678901234567890123\"",
		       "interface is no name of at most 63 bytes");
	assert_refused("driver", NULL, "driver is missing");
	assert_refused("time_ns", "-1", "time_ns is no count: an integer of 0 and more");
	assert_refused("up", "1", "up is neither true nor false");
	assert_refused("carrier", NULL, "carrier is missing");
	assert_refused("speed_mbps", "4294967295", "speed_mbps is too large");
	assert_refused("speed_mbps", "1.5", "speed_mbps is no count: an integer of 0 and more");
	assert_refused("duplex", "\"both\"", "duplex is neither half, full nor null");
	assert_refused("duplex", NULL, "duplex is missing");
	assert_refused("mtu_bytes", "1073741825", "mtu_bytes is too large");
	assert_refused("rx_ring", "null", "rx_ring is null");
	assert_refused("rx_ring.maximum", NULL, "rx_ring.maximum is missing");
	assert_refused("rx_ring.current", "4294967296", "rx_ring.current is too large");
	assert_refused("tx_pause", "\"on\"", "tx_pause is neither true nor false");
	assert_refused("counters", "[]", "counters is no object");
	assert_refused("counters", "{\"link.rx_packets\":-7}",
		       "counters.link.rx_packets is no count");
	assert_refused("counters", "{\"link.rx_packets\":7.0}",
		       "counters.link.rx_packets is no count");
	assert_refused("lacks", "{}", "lacks is no array");
	assert_refused("lacks", "[1]", "lacks has what is no text");
	assert_refused("lacks", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]",
		       "lacks is no list of at most 16 texts");
}

static void a_name_that_steers_a_terminal_is_made_printable(void **state)
{
	char error[SNAPSHOT_ERROR_TEXT] = "";
	json_t *json = json_loads(whole, 0, NULL);
	struct snapshot snapshot;

	(void)state;
	json_object_set_new(json, "host", json_string("a\033[2Jb"));
	json_object_set_new(json, "driver", json_string("\xc2\x9bx"));
	json_object_set_new(json, "lacks", json_pack("[s]", "x\ny"));
	assert_int_equal(snapshot_parse(json, &snapshot, error), 0);
	assert_string_equal(snapshot.host, "a?[2Jb");
	assert_string_equal(snapshot.driver, "??x");
	assert_string_equal(snapshot.lack[0], "x?y");
	snapshot_release(&snapshot);
	json_decref(json);
}

static void a_counter_with_a_strange_name_is_refused_and_shown_harmlessly(void **state)
{
	char error[SNAPSHOT_ERROR_TEXT] = "";
	json_t *json = json_loads(whole, 0, NULL);
	struct snapshot snapshot;

	(void)state;
	json_object_set_new(json, "counters", json_pack("{s:i}", "\033[2J", 1));
	assert_int_equal(snapshot_parse(json, &snapshot, error), -EINVAL);
	assert_string_equal(error, "counters.?[2J is no name of a counter");
	json_decref(json);
}

static void more_counters_than_any_card_has_are_refused(void **state)
{
	char error[SNAPSHOT_ERROR_TEXT] = "", name[32];
	json_t *json = json_loads(whole, 0, NULL), *counters = json_object();
	struct snapshot snapshot;

	(void)state;
	for (int i = 0; i <= COUNTERS_MAX; i++) {
		snprintf(name, sizeof(name), "ethtool.c%d", i);
		json_object_set_new(counters, name, json_integer(i));
	}
	json_object_set_new(json, "counters", counters);
	assert_int_equal(snapshot_parse(json, &snapshot, error), -EINVAL);
	assert_string_equal(error, "counters are more than 16384");
	json_decref(json);
}

static void what_is_no_object_is_refused(void **state)
{
	char error[SNAPSHOT_ERROR_TEXT] = "";
	struct snapshot snapshot;

	(void)state;
	assert_int_equal(parse("[1]", &snapshot, error), -EINVAL);
	assert_string_equal(error, "the snapshot is no object");
	assert_int_equal(snapshot_parse(NULL, &snapshot, error), -EINVAL);
}

static void members_of_a_later_version_are_passed_over(void **state)
{
	char error[SNAPSHOT_ERROR_TEXT] = "";
	json_t *json = json_loads(whole, 0, NULL);
	struct snapshot snapshot;

	(void)state;
	json_object_set_new(json, "temperature", json_integer(40));
	assert_int_equal(snapshot_parse(json, &snapshot, error), 0);
	snapshot_release(&snapshot);
	json_decref(json);
}

static void what_is_lacking_is_said_once_and_not_without_end(void **state)
{
	struct snapshot snapshot;

	(void)state;
	snapshot_init(&snapshot);
	snapshot_lacks(&snapshot, "rings: %s", "gone");
	snapshot_lacks(&snapshot, "rings: %s", "gone");
	assert_int_equal(snapshot.lack_count, 1);
	for (int i = 0; i < 2 * SNAPSHOT_LACKS; i++) {
		snapshot_lacks(&snapshot, "number %d", i);
	}
	assert_int_equal(snapshot.lack_count, SNAPSHOT_LACKS);
	snapshot_release(&snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_reads_the_same),
		cmocka_unit_test(what_is_not_known_is_null_and_reads_as_unknown),
		cmocka_unit_test(each_member_that_is_missing_or_of_another_type_is_named),
		cmocka_unit_test(a_name_that_steers_a_terminal_is_made_printable),
		cmocka_unit_test(a_counter_with_a_strange_name_is_refused_and_shown_harmlessly),
		cmocka_unit_test(more_counters_than_any_card_has_are_refused),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(members_of_a_later_version_are_passed_over),
		cmocka_unit_test(what_is_lacking_is_said_once_and_not_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
