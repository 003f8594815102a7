/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "endpoint.h"

static struct endpoint endpoint_of(const char *text)
{
	struct endpoint endpoint = {0};

	assert_int_equal(endpoint_parse_address(text, &endpoint), 0);
	return endpoint;
}

static void ipv4_is_kept_as_a_mapped_ipv6_address(void **state)
{
	static const uint8_t expected[16] = {[10] = 0xff, [11] = 0xff, 239, 255, 31, 9};
	struct endpoint endpoint = endpoint_of("239.255.31.9");

	(void)state;
	assert_memory_equal(endpoint.address, expected, sizeof(expected));
	assert_true(endpoint_is_ipv4(&endpoint));
	memset(&endpoint, 0, sizeof(endpoint));
	endpoint_set_ipv4(&endpoint, (const uint8_t[]){239, 255, 31, 9});
	assert_memory_equal(endpoint.address, expected, sizeof(expected));
}

static void ipv6_is_kept_in_network_order(void **state)
{
	static const uint8_t expected[16] = {0xff, 0x15, [14] = 0x12, [15] = 0x34};
	struct endpoint endpoint = endpoint_of("ff15::1234");

	(void)state;
	assert_memory_equal(endpoint.address, expected, sizeof(expected));
	assert_false(endpoint_is_ipv4(&endpoint));
}

static void multicast_is_224_to_239_and_ff(void **state)
{
	static const struct {
		const char *text;
		bool multicast;
	} row[] = {
		{"223.255.255.255", false}, {"224.0.0.0", true},
		{"239.255.255.255", true},  {"240.0.0.0", false},
		{"0.0.0.0", false},         {"255.255.255.255", false},
		{"ff00::", true},           {"ff0e::1", true},
		{"fe80::1", false},         {"::1", false},
		{"::e000:1", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct endpoint endpoint = endpoint_of(row[i].text);

		assert_int_equal(endpoint_is_multicast(&endpoint), row[i].multicast);
	}
}

static void only_zeros_are_unspecified(void **state)
{
	static const struct {
		const char *text;
		bool unspecified;
	} row[] = {
		{"0.0.0.0", true}, {"::", true}, {"0.0.0.1", false}, {"::1", false}, {"1::", false},
	};
	struct endpoint endpoint;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_int_equal(endpoint_parse_address(row[i].text, &endpoint), 0);
		if (endpoint_is_unspecified(&endpoint) != row[i].unspecified) {
			fail_msg("%s", row[i].text);
		}
	}
}

static void text_comes_back_as_it_was_read(void **state)
{
	static const char *const row[] = {
		"239.255.31.9", "0.0.0.0", "255.255.255.255",
		"ff15::1",      "::",      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	char text[ENDPOINT_ADDRESS_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct endpoint endpoint = endpoint_of(row[i]);

		assert_string_equal(endpoint_address_text(&endpoint, text), row[i]);
	}
}

static void port_follows_a_colon_and_ipv6_has_brackets(void **state)
{
	struct endpoint endpoint = endpoint_of("239.255.31.9");
	char text[ENDPOINT_TEXT];

	(void)state;
	endpoint.port = 31900;
	assert_string_equal(endpoint_text(&endpoint, text), "239.255.31.9:31900");
	endpoint = endpoint_of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	endpoint.port = 65535;
	assert_string_equal(endpoint_text(&endpoint, text),
			    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

static void a_mac_address_has_no_port(void **state)
{
	static const uint8_t mac[6] = {0x01, 0x1b, 0x19, 0x00, 0x00, 0x00};
	struct endpoint endpoint = {.port = 319};
	char text[ENDPOINT_TEXT];

	(void)state;
	endpoint_set_mac(&endpoint, mac);
	assert_string_equal(endpoint_text(&endpoint, text), "01:1b:19:00:00:00");
}

static void reading_an_address_leaves_the_port_alone(void **state)
{
	struct endpoint endpoint = {.port = 31900};

	(void)state;
	assert_int_equal(endpoint_parse_address("ff15::1", &endpoint), 0);
	assert_int_equal(endpoint.port, 31900);
	assert_int_equal(endpoint_parse_address("10.0.0.1", &endpoint), 0);
	assert_int_equal(endpoint.port, 31900);
}

static void no_address_is_refused_and_changes_nothing(void **state)
{
	static const char *const junk[] = {
		"",
		"239.255.31",
		"239.255.31.9.1",
		"239.255.31.256",
		"239.255.31.09",
		" 10.0.0.1",
		"10.0.0.1 ",
		"10.0.0.1:5",
		"0x0a.0.0.1",
		"167772161",
		"[ff15::1]",
		"fe80::1%eth0",
		"ff15:::1",
		"ff15::1::2",
		"12345::",
		"1:2:3:4:5:6:7:8:9",
		"example.org",
	};
	struct endpoint endpoint, before;

	(void)state;
	memset(&before, 0x5a, sizeof(before));
	endpoint = before;
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		assert_int_equal(endpoint_parse_address(junk[i], &endpoint), -EINVAL);
		assert_memory_equal(&endpoint, &before, sizeof(before));
	}
}

static void mac_addresses_are_read_with_colons_or_hyphens(void **state)
{
	static const uint8_t mac[6] = {0x01, 0x1b, 0x19, 0x00, 0xAB, 0x0e};
	struct endpoint endpoint = {.port = 319};
	char text[ENDPOINT_ADDRESS_TEXT];

	(void)state;
	assert_int_equal(endpoint_parse_mac("01:1b:19:00:aB:0e", &endpoint), 0);
	assert_memory_equal(endpoint_mac(&endpoint), mac, sizeof(mac));
	assert_true(endpoint_is_mac(&endpoint));
	assert_int_equal(endpoint.port, 319);
	assert_string_equal(endpoint_address_text(&endpoint, text), "01:1b:19:00:ab:0e");
	assert_int_equal(endpoint_parse_mac("01-1B-19-00-AB-0E", &endpoint), 0);
	assert_memory_equal(endpoint_mac(&endpoint), mac, sizeof(mac));
}

static void what_is_no_mac_address_is_refused(void **state)
{
	static const char *const junk[] = {
		"",
		"01",
		"01:1b:19:00:00",
		"01:1b:19:00:00:",
		"01:1b:19:00:00:0",
		"01:1b:19:00:00:00:",
		"01:1b:19:00:00:00:00",
		"01:1b-19:00-00:00",
		"01-1b:19:00:00:00",
		"01:1b:19:00:00-00",
		"011b19000000",
		"1:1b:19:0:0:0",
		"01:1g:19:00:00:00",
		"01.1b.19.00.00.00",
	};
	struct endpoint endpoint, before;

	(void)state;
	memset(&before, 0x5a, sizeof(before));
	endpoint = before;
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		assert_int_equal(endpoint_parse_mac(junk[i], &endpoint), -EINVAL);
		assert_memory_equal(&endpoint, &before, sizeof(before));
	}
}

static void a_mac_address_is_multicast_by_its_group_bit(void **state)
{
	struct endpoint endpoint = {0};

	(void)state;
	assert_int_equal(endpoint_parse_mac("01:80:c2:00:00:0e", &endpoint), 0);
	assert_true(endpoint_is_multicast(&endpoint));
	assert_int_equal(endpoint_parse_mac("fe:80:c2:00:00:0f", &endpoint), 0);
	assert_false(endpoint_is_multicast(&endpoint));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_is_kept_as_a_mapped_ipv6_address),
		cmocka_unit_test(ipv6_is_kept_in_network_order),
		cmocka_unit_test(multicast_is_224_to_239_and_ff),
		cmocka_unit_test(only_zeros_are_unspecified),
		cmocka_unit_test(text_comes_back_as_it_was_read),
		cmocka_unit_test(port_follows_a_colon_and_ipv6_has_brackets),
		cmocka_unit_test(a_mac_address_has_no_port),
		cmocka_unit_test(reading_an_address_leaves_the_port_alone),
		cmocka_unit_test(no_address_is_refused_and_changes_nothing),
		cmocka_unit_test(mac_addresses_are_read_with_colons_or_hyphens),
		cmocka_unit_test(what_is_no_mac_address_is_refused),
		cmocka_unit_test(a_mac_address_is_multicast_by_its_group_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
