/* SPDX-License-Identifier: BSD-2-Clause */
/* Memberships out of /proc/net/igmp and igmp6. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "data.h"
#include "igmp.h"

static struct igmp_groups groups;

static int clear(void **state)
{
	(void)state;
	igmp_groups_release(&groups);
	return 0;
}

static void parse_file(const char *name,
		       int (*parse)(const char *, const char *, struct igmp_groups *),
		       const char *interface)
{
	char *text = data_text(name);

	assert_int_equal(parse(text, interface, &groups), 0);
	free(text);
}

static bool has(const char *address)
{
	struct endpoint group = {.port = 31900};

	assert_int_equal(endpoint_parse_address(address, &group), 0);
	return igmp_groups_has(&groups, &group);
}

/* The file was recorded on a machine of that byte order. */
static void groups_of_one_interface_are_listed(void **state)
{
	(void)state;
	if (*(const uint8_t *)&(const uint16_t){1} != 1) {
		skip();
	}
	parse_file("proc/igmp", igmp_parse4, "lo");
	assert_int_equal(groups.count, 3);
	assert_true(has("239.255.31.9"));
	assert_true(has("239.255.31.10"));
	assert_true(has("224.0.0.1"));
	assert_false(has("239.255.31.11"));
}

static void ipv6_groups_of_one_interface_are_listed(void **state)
{
	(void)state;
	parse_file("proc/igmp6", igmp_parse6, "vb");
	assert_int_equal(groups.count, 4);
	assert_true(has("ff15::1"));
	assert_true(has("ff02::1:ffbf:f678"));
	assert_false(has("ff15::2"));
}

static void an_interface_whose_name_begins_the_same_is_another(void **state)
{
	(void)state;
	parse_file("proc/igmp", igmp_parse4, "l");
	parse_file("proc/igmp", igmp_parse4, "lo0");
	parse_file("proc/igmp6", igmp_parse6, "v");
	assert_int_equal(groups.count, 0);
}

/* "%d\t%-10s: %5d %7s": no space is left before the colon then. */
static void a_name_of_fifteen_bytes_is_found(void **state)
{
	static const char text[] =
		"Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
		"7\tenp1s0f0np0.100:     1      V3\n"
		"\t\t\t\t00000000     1 0:00000000\t\t0\n";

	(void)state;
	assert_int_equal(igmp_parse4(text, "enp1s0f0np0.100", &groups), 0);
	assert_int_equal(groups.count, 1);
	assert_true(has("0.0.0.0"));
}

static void lines_of_other_forms_are_passed_over(void **state)
{
	static const char igmp[] = "\t\t\t\t010000E0     1\n"
				   "1\n"
				   "2\teth0 : 1 V3\n"
				   "\n"
				   "\t\t\t\t010000E\n"
				   "\t\t\t\t0x0000E0 1\n"
				   "\t\t\t\t010000E0010000E0 1";
	static const char igmp6[] = "2 eth0\n"
				    "2 eth0 ff02\n"
				    "2 eth0 ff02000000000000000000000000000g 1\n"
				    "2 eth0 ff0200000000000000000000000000011 1\n";

	(void)state;
	assert_int_equal(igmp_parse4(igmp, "eth0", &groups), 0);
	assert_int_equal(igmp_parse6(igmp6, "eth0", &groups), 0);
	assert_int_equal(groups.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(groups_of_one_interface_are_listed, clear),
		cmocka_unit_test_teardown(ipv6_groups_of_one_interface_are_listed, clear),
		cmocka_unit_test_teardown(an_interface_whose_name_begins_the_same_is_another,
					  clear),
		cmocka_unit_test_teardown(a_name_of_fifteen_bytes_is_found, clear),
		cmocka_unit_test_teardown(lines_of_other_forms_are_passed_over, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
