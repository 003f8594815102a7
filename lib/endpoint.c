/* SPDX-License-Identifier: BSD-2-Clause */
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { AT_IPV4 = 12, AT_MAC = 10 };

static const uint8_t mapped[AT_IPV4] = {[10] = 0xff, [11] = 0xff};

static const uint8_t mac_prefix[AT_MAC] = {0, 0, 'M', 'A', 'C'};

void endpoint_set_mac(struct endpoint *endpoint, const uint8_t mac[static 6])
{
	memcpy(endpoint->address, mac_prefix, sizeof(mac_prefix));
	memcpy(endpoint->address + AT_MAC, mac, 6);
}

bool endpoint_is_mac(const struct endpoint *endpoint)
{
	return memcmp(endpoint->address, mac_prefix, sizeof(mac_prefix)) == 0;
}

const uint8_t *endpoint_mac(const struct endpoint *endpoint)
{
	return endpoint->address + AT_MAC;
}

bool endpoint_is_ipv4(const struct endpoint *endpoint)
{
	return memcmp(endpoint->address, mapped, sizeof(mapped)) == 0;
}

bool endpoint_is_unspecified(const struct endpoint *endpoint)
{
	static const uint8_t zero[16];
	size_t from = endpoint_is_ipv4(endpoint) ? 12 : 0;

	return memcmp(endpoint->address + from, zero, sizeof(zero) - from) == 0;
}

bool endpoint_is_multicast(const struct endpoint *endpoint)
{
	if (endpoint_is_ipv4(endpoint)) {
		return (endpoint->address[AT_IPV4] & 0xf0) == 0xe0;
	}
	if (endpoint_is_mac(endpoint)) {
		return (endpoint->address[AT_MAC] & 1) != 0;
	}
	return endpoint->address[0] == 0xff;
}

char *endpoint_address_text(const struct endpoint *endpoint, char *text)
{
	if (endpoint_is_ipv4(endpoint)) {
		(void)inet_ntop(AF_INET, endpoint->address + AT_IPV4, text, ENDPOINT_ADDRESS_TEXT);
	} else if (endpoint_is_mac(endpoint)) {
		const uint8_t *mac = endpoint->address + AT_MAC;

		snprintf(text, ENDPOINT_ADDRESS_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
			 mac[1], mac[2], mac[3], mac[4], mac[5]);
	} else {
		(void)inet_ntop(AF_INET6, endpoint->address, text, ENDPOINT_ADDRESS_TEXT);
	}
	return text;
}

char *endpoint_text(const struct endpoint *endpoint, char *text)
{
	char address[ENDPOINT_ADDRESS_TEXT];

	if (endpoint_is_mac(endpoint)) {
		return endpoint_address_text(endpoint, text);
	}
	snprintf(text, ENDPOINT_TEXT, endpoint_is_ipv4(endpoint) ? "%s:%u" : "[%s]:%u",
		 endpoint_address_text(endpoint, address), (unsigned int)endpoint->port);
	return text;
}

int endpoint_parse_address(const char *text, struct endpoint *ret_endpoint)
{
	uint8_t address[16];

	if (inet_pton(AF_INET, text, address) == 1) {
		endpoint_set_ipv4(ret_endpoint, address);
		return 0;
	}
	if (inet_pton(AF_INET6, text, address) == 1) {
		memcpy(ret_endpoint->address, address, sizeof(address));
		return 0;
	}
	return -EINVAL;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	digit |= 0x20;
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

int endpoint_parse_mac(const char *text, struct endpoint *ret_endpoint)
{
	char separator;
	uint8_t mac[6];

	if (strlen(text) != 17 || (text[2] != ':' && text[2] != '-')) {
		return -EINVAL;
	}
	separator = text[2];
	for (size_t i = 0; i < sizeof(mac); i++, text += 3) {
		int high = hex_digit(text[0]), low = hex_digit(text[1]);

		if (high < 0 || low < 0 || text[2] != (i + 1 < sizeof(mac) ? separator : '\0')) {
			return -EINVAL;
		}
		mac[i] = (uint8_t)(high << 4 | low);
	}
	endpoint_set_mac(ret_endpoint, mac);
	return 0;
}
