/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "link_words.h"

static void a_request_is_one_line_that_is_understood(void **state)
{
	static const enum link_ask asks[] = {LINK_ASK_HELLO, LINK_ASK_SNAPSHOT};
	char error[LINK_WORDS_ERROR];

	(void)state;
	assert_string_equal(link_request_text(LINK_ASK_SNAPSHOT),
			    "{\"ptprobe\":\"link/1\",\"ask\":\"snapshot\"}\n");
	for (size_t i = 0; i < 2; i++) {
		const char *line = link_request_text(asks[i]);
		enum link_ask ask = LINK_ASK_HELLO;

		assert_int_equal(link_request_parse(line, strlen(line) - 1, &ask, error), 0);
		assert_int_equal(ask, asks[i]);
	}
}

static void expect_refused(const char *line, const char *part)
{
	char error[LINK_WORDS_ERROR] = "";
	enum link_ask ask = LINK_ASK_SNAPSHOT;

	assert_int_equal(link_request_parse(line, strlen(line), &ask, error), -EPROTO);
	if (strstr(error, part) == NULL) {
		fail_msg("'%s': '%s' doesn't say '%s'", line, error, part);
	}
	assert_int_equal(ask, LINK_ASK_SNAPSHOT);
}

static void what_is_no_request_is_refused_with_a_reason(void **state)
{
	(void)state;
	expect_refused("", "this is ptprobe-link");
	expect_refused("GET / HTTP/1.1", "this is ptprobe-link");
	expect_refused("[]", "link/1");
	expect_refused("{\"ask\":\"snapshot\"}", "link/1");
	expect_refused("{\"ptprobe\":\"link/2\",\"ask\":\"snapshot\"}", "link/1");
	expect_refused("{\"ptprobe\":1,\"ask\":\"snapshot\"}", "link/1");
	expect_refused("{\"ptprobe\":\"link/1\"}", "\"ask\" is missing");
	expect_refused("{\"ptprobe\":\"link/1\",\"ask\":7}", "\"ask\" is missing");
	expect_refused("{\"ptprobe\":\"link/1\",\"ask\":\"reboot\"}", "neither");
	expect_refused("{\"ptprobe\":\"link/1\",\"ask\":\"hello\"} {}", "link/1");
}

static json_t *loaded(char *line)
{
	json_t *json;

	assert_non_null(line);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	json = json_loads(line, 0, NULL);
	assert_non_null(json);
	free(line);
	return json;
}

static void a_reply_is_one_line_and_carries_the_snapshot(void **state)
{
	char error[LINK_WORDS_ERROR];
	json_t *reply = loaded(link_reply_text("eth0", 5201, json_pack("{s:i}", "mtu", 1500)));

	(void)state;
	assert_int_equal(link_reply_check(reply, error), 0);
	assert_string_equal(json_string_value(json_object_get(reply, "interface")), "eth0");
	assert_int_equal(json_integer_value(json_object_get(reply, "port")), 5201);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(reply, "snapshot"), "mtu")),
		1500);
	json_decref(reply);
	reply = loaded(link_reply_text(NULL, 1, NULL));
	assert_int_equal(link_reply_check(reply, error), 0);
	assert_null(json_object_get(reply, "snapshot"));
	json_decref(reply);
}

static void a_reply_of_another_length_than_can_be_read_is_none(void **state)
{
	static char text[LINK_REPLY_BYTES];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_null(link_reply_text("eth0", 5201, json_string(text)));
	text[LINK_REPLY_BYTES - 200] = '\0';
	json_decref(loaded(link_reply_text("eth0", 5201, json_string(text))));
}

static void a_refusal_is_said_in_print(void **state)
{
	char error[LINK_WORDS_ERROR] = "", text[1000];
	json_t *reply = loaded(link_refusal_text("no\x1b[2J\xc3\xa9"));

	(void)state;
	assert_int_equal(link_reply_check(reply, error), -EPROTO);
	assert_string_equal(error, "it says: no?[2J??");
	json_decref(reply);
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	reply = loaded(link_refusal_text(text));
	assert_int_equal(link_reply_check(reply, error), -EPROTO);
	assert_int_equal(strlen(error), LINK_WORDS_ERROR - 1);
	json_decref(reply);
}

static void somebody_else_is_not_taken_for_it(void **state)
{
	char error[LINK_WORDS_ERROR] = "";
	json_t *reply = json_pack("{s:s}", "ptprobe", "link/9");

	(void)state;
	assert_int_equal(link_reply_check(reply, error), -EPROTO);
	assert_non_null(strstr(error, "isn't a ptprobe-link that speaks link/1"));
	json_decref(reply);
	reply = json_array();
	assert_int_equal(link_reply_check(reply, error), -EPROTO);
	json_decref(reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_one_line_that_is_understood),
		cmocka_unit_test(what_is_no_request_is_refused_with_a_reason),
		cmocka_unit_test(a_reply_is_one_line_and_carries_the_snapshot),
		cmocka_unit_test(a_reply_of_another_length_than_can_be_read_is_none),
		cmocka_unit_test(a_refusal_is_said_in_print),
		cmocka_unit_test(somebody_else_is_not_taken_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
