/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "group.h"

static struct group group_of(const char *text)
{
	const char *error = NULL;
	struct group group;

	if (group_parse(text, &group, &error) < 0) {
		fail_msg("'%s' was refused: %s", text, error);
	}
	return group;
}

static void expect_text(const struct group *group, uint32_t index, const char *expected)
{
	struct endpoint endpoint = group_at(group, index);
	char text[ENDPOINT_TEXT];

	assert_string_equal(endpoint_text(&endpoint, text), expected);
}

/* Refused, with a message that holds part. */
static void expect_refused(const char *text, const char *part)
{
	const char *error = NULL;
	struct group group, before;

	memset(&group, 0x5a, sizeof(group));
	before = group;
	assert_int_equal(group_parse(text, &group, &error), -EINVAL);
	assert_memory_equal(&group, &before, sizeof(before));
	assert_non_null(error);
	if (!strstr(error, part)) {
		fail_msg("'%s' was refused with: %s", text, error);
	}
}

static void group_alone_has_the_default_port(void **state)
{
	struct group group = group_of("239.255.31.9");

	(void)state;
	assert_false(group.has_source);
	assert_int_equal(group.count, 1);
	expect_text(&group, 0, "239.255.31.9:31900");
	group = group_of("ff15::1");
	expect_text(&group, 0, "[ff15::1]:31900");
	group = group_of("[ff15::1]");
	expect_text(&group, 0, "[ff15::1]:31900");
	group = group_of(GROUP_DEFAULT);
	expect_text(&group, 0, "239.255.31.9:31900");
}

static void every_part_of_the_operand_is_read(void **state)
{
	struct group group = group_of("10.1.2.3,232.1.1.1:5000+3");
	char text[ENDPOINT_TEXT];

	(void)state;
	assert_true(group.has_source);
	assert_string_equal(endpoint_text(&group.source, text), "10.1.2.3:0");
	assert_int_equal(group.count, 3);
	expect_text(&group, 0, "232.1.1.1:5000");
	expect_text(&group, 2, "232.1.1.3:5000");
	group = group_of("[2001:db8::1],[ff35::8000:1]:65535+2");
	assert_string_equal(endpoint_text(&group.source, text), "[2001:db8::1]:0");
	expect_text(&group, 1, "[ff35::8000:2]:65535");
	group = group_of("2001:db8::1,[ff35::8000:1]:1");
	assert_string_equal(endpoint_text(&group.source, text), "[2001:db8::1]:0");
	expect_text(&group, 0, "[ff35::8000:1]:1");
}

static void consecutive_groups_carry_into_the_next_byte(void **state)
{
	struct group group = group_of("239.0.255.254+65536");

	(void)state;
	expect_text(&group, 1, "239.0.255.255:31900");
	expect_text(&group, 2, "239.1.0.0:31900");
	expect_text(&group, 65535, "239.1.255.253:31900");
	group = group_of("[ff15::1:ffff:ffff]+2");
	expect_text(&group, 1, "[ff15::2:0:0]:31900");
}

static void groups_may_not_run_out_of_the_multicast_range(void **state)
{
	struct group group = group_of("239.255.255.255+1");

	(void)state;
	expect_text(&group, 0, "239.255.255.255:31900");
	expect_refused("239.255.255.255+2", "multicast range");
	expect_refused("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]+2", "multicast range");
}

static void number_of_groups_is_1_to_65536(void **state)
{
	(void)state;
	assert_int_equal(group_of("239.0.0.1+65536").count, 65536);
	expect_refused("239.0.0.1+0", "from 1 to 65536");
	expect_refused("239.0.0.1+65537", "from 1 to 65536");
	expect_refused("239.0.0.1+18446744073709551617", "from 1 to 65536");
	expect_refused("239.0.0.1+", "from 1 to 65536");
	expect_refused("239.0.0.1+1+1", "from 1 to 65536");
	expect_refused("239.0.0.1+1.5", "from 1 to 65536");
}

static void port_is_1_to_65535(void **state)
{
	(void)state;
	expect_refused("239.0.0.1:0", "1 to 65535");
	expect_refused("239.0.0.1:65536", "1 to 65535");
	expect_refused("239.0.0.1:", "1 to 65535");
	expect_refused("239.0.0.1:12a", "1 to 65535");
	expect_refused("[ff15::1]:", "1 to 65535");
	expect_refused("[ff15::1]:0", "1 to 65535");
}

static void unicast_is_no_group(void **state)
{
	(void)state;
	expect_refused("10.0.0.1", "not a multicast group: 224.0.0.0/4 or ff00::/8");
	expect_refused("240.0.0.1:31900", "not a multicast group");
	expect_refused("fe80::1", "not a multicast group");
	expect_refused("::ffff:10.0.0.1", "not a multicast group");
}

/* "ff15::1:3190" is an address, and "ff15::1" with a port. */
static void ipv6_that_could_end_in_a_port_needs_brackets(void **state)
{
	(void)state;
	expect_refused("ff15::1:3190", "brackets");
	expect_refused("ff15::1:31900", "brackets");
	expect_refused("ff15:0:0:0:0:0:0:1:31900", "brackets");
	expect_text(&(struct group){.first = group_of("ff15:0:0:0:0:0:0:1").first}, 0,
		    "[ff15::1]:31900");
	expect_text(&(struct group){.first = group_of("[ff15::1:3190]").first}, 0,
		    "[ff15::1:3190]:31900");
}

static void brackets_are_a_pair_around_ipv6(void **state)
{
	(void)state;
	expect_refused("[ff15::1", "brackets");
	expect_refused("[239.0.0.1]:5", "brackets");
	expect_refused("[ff15::1]5", "brackets");
	expect_refused("[]", "brackets");
	expect_refused("[[ff15::1]]", "brackets");
	expect_refused("ff15::1]", "not an address");
}

static void source_is_a_unicast_address_of_the_same_family(void **state)
{
	(void)state;
	expect_refused("2001:db8::1,239.0.0.1", "same family");
	expect_refused("10.0.0.1,[ff15::1]", "same family");
	expect_refused("239.0.0.2,239.0.0.1", "unicast");
	expect_refused("255.255.255.255,239.0.0.1", "unicast");
	expect_refused("0.0.0.0,239.0.0.1", "unicast");
	expect_refused("::,ff15::1", "unicast");
	expect_refused("10.0.0.1:5,239.0.0.1", "unicast");
	expect_refused("[10.0.0.1],239.0.0.1", "unicast");
	expect_refused("[2001:db8::1]:5,[ff15::1]", "unicast");
	expect_refused(",239.0.0.1", "unicast");
}

static void junk_is_refused_with_the_form_to_write(void **state)
{
	static const char *const junk[] = {
		"",
		" 239.0.0.1",
		"239.0.0.1 ",
		"239.0.0.1%eth0",
		"eth0",
		"example.org",
		"239.0.0.1\n",
		"239.0.0",
		"239.0.0.1:1:2",
		"10.0.0.1,239.0.0.1,239.0.0.2",
		"10.0.0.1,",
		"+5",
		":",
		"224.0.0.0/4",
	};
	char longest[512];

	(void)state;
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		expect_refused(junk[i], "write [SOURCE,]GROUP[:PORT][+N]");
	}
	memset(longest, '1', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	expect_refused(longest, "write [SOURCE,]GROUP[:PORT][+N]");
}

static void only_local_scopes_are_harmless(void **state)
{
	static const struct {
		const char *text;
		bool harmless;
	} row[] = {
		{"239.0.0.0", true},
		{"239.255.255.255", true},
		{"238.255.255.255", false},
		{"238.255.255.255+2", false},
		{"224.0.1.1", false},
		{"232.1.1.1", false},
		{"10.0.0.1,232.1.1.1", true},
		{"10.0.0.1,224.1.1.1", false},
		{"[ff11::1]", true},
		{"[ff12::1]", true},
		{"[ff15::1]", true},
		{"[ff18::1]", true},
		{"[ff10::1]", false},
		{"[ff16::1]", false},
		{"[ff1e::1]", false},
		{"[ff05::1]", false},
		{"[ff35::1]", false},
		{"2001:db8::1,[ff35::1]", true},
		{"2001:db8::1,[ff38::1]", true},
		{"2001:db8::1,[ff3e::1]", false},
		{"2001:db8::1,[ff35:30:2001:db8::1]", false},
		{"10.0.0.1,232.255.255.255+2", false},
		{"[ff15:ffff:ffff:ffff:ffff:ffff:ffff:ffff]+2", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct group group = group_of(row[i].text);

		if (group_is_harmless(&group) != row[i].harmless) {
			fail_msg("%s", row[i].text);
		}
	}
}

/* IEEE 1588-2019, annexes C.3 and D.3 */
static void ptp_groups_are_told(void **state)
{
	static const struct {
		const char *text;
		bool ptp;
	} row[] = {
		{"224.0.1.128", false},     {"224.0.1.129", true},     {"224.0.1.130", true},
		{"224.0.1.132", true},      {"224.0.1.133", false},    {"224.0.0.107", true},
		{"224.0.0.106", false},     {"224.0.0.106+2", true},   {"224.0.0.108+276", false},
		{"224.0.0.108+277", false}, {"224.0.0.108+278", true}, {"[ff0e::181]", true},
		{"[ff02::181]", true},      {"[ff05::184]", true},     {"[ff05::180]", false},
		{"[ff05::185]", false},     {"[ff02::6b]", true},      {"[ff05::6b]", false},
		{"[ff15::181]", false},     {"[ff0e::1:181]", false},  {"[ff0e::100]+200", true},
		{"239.255.31.9", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct group group = group_of(row[i].text);

		if (group_is_ptp(&group) != row[i].ptp) {
			fail_msg("%s", row[i].text);
		}
	}
}

/* IEEE 1588-2019, annex E */
static void ptp_groups_of_ethernet_are_told(void **state)
{
	static const struct {
		const char *text;
		bool ptp;
	} row[] = {
		{"01-1B-19-00-00-00", true},  {"01-80-C2-00-00-0E", true},
		{"01-1B-19-00-00-01", false}, {"01-80-C2-00-00-00", false},
		{"01-80-C2-00-00-0F", false}, {"FF-FF-FF-FF-FF-FF", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct group group = {.count = 1};

		assert_int_equal(endpoint_parse_mac(row[i].text, &group.first), 0);
		if (group_is_ptp(&group) != row[i].ptp) {
			fail_msg("%s", row[i].text);
		}
		assert_false(group_is_harmless(&group));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(group_alone_has_the_default_port),
		cmocka_unit_test(every_part_of_the_operand_is_read),
		cmocka_unit_test(consecutive_groups_carry_into_the_next_byte),
		cmocka_unit_test(groups_may_not_run_out_of_the_multicast_range),
		cmocka_unit_test(number_of_groups_is_1_to_65536),
		cmocka_unit_test(port_is_1_to_65535),
		cmocka_unit_test(unicast_is_no_group),
		cmocka_unit_test(ipv6_that_could_end_in_a_port_needs_brackets),
		cmocka_unit_test(brackets_are_a_pair_around_ipv6),
		cmocka_unit_test(source_is_a_unicast_address_of_the_same_family),
		cmocka_unit_test(junk_is_refused_with_the_form_to_write),
		cmocka_unit_test(only_local_scopes_are_harmless),
		cmocka_unit_test(ptp_groups_are_told),
		cmocka_unit_test(ptp_groups_of_ethernet_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
