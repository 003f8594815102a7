/* SPDX-License-Identifier: BSD-2-Clause */
#include "group.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "bytes.h"
#include "ptp_message.h"
#include "units.h"

enum { GROUP_TEXT = 128 };

static int fail(const char **ret_error, const char *error)
{
	*ret_error = error;
	return -EINVAL;
}

static int parse_port(const char *text, struct endpoint *endpoint, const char **ret_error)
{
	uint64_t port;

	if (units_parse_uint(text, 1, UINT16_MAX, &port) < 0) {
		return fail(ret_error, "a port is a number from 1 to 65535");
	}
	endpoint->port = (uint16_t)port;
	return 0;
}

/* Cuts the brackets off text. Returns what stands behind them, NULL when there are none. */
static char *cut_brackets(char **text)
{
	char *end = **text == '[' ? strchr(*text, ']') : NULL;

	if (!end) {
		return NULL;
	}
	*end = '\0';
	(*text)++;
	return end + 1;
}

static bool is_ipv6(const char *text)
{
	struct endpoint endpoint;

	return strchr(text, ':') && endpoint_parse_address(text, &endpoint) == 0;
}

/* GROUP[:PORT] -> *text the group, *ret_port the port or NULL */
static int split_port(char **text, char **ret_port, const char **ret_error)
{
	bool bracketed = **text == '[';
	char *port = bracketed ? cut_brackets(text) : strrchr(*text, ':');

	if (bracketed) {
		if (!port || !is_ipv6(*text) || (*port != '\0' && *port != ':')) {
			return fail(ret_error, "brackets hold an IPv6 address: [ff15::1]:31900");
		}
	} else if (port && strchr(*text, ':') != port) {
		/* an IPv6 address; but ff15::1:3190 may be one, or one and a port */
		*port = '\0';
		if (is_ipv6(*text) && port[1 + strspn(port + 1, "0123456789")] == '\0') {
			return fail(ret_error, "an IPv6 address that could end in a port needs "
					       "brackets: [ff15::1]:31900");
		}
		*port = ':';
		port = NULL;
	}
	*ret_port = NULL;
	if (port && *port == ':') {
		*port = '\0';
		*ret_port = port + 1;
	}
	return 0;
}

static int parse_group(char *text, struct endpoint *endpoint, const char **ret_error)
{
	char *port;

	if (split_port(&text, &port, ret_error) < 0) {
		return -EINVAL;
	}
	if (endpoint_parse_address(text, endpoint) < 0) {
		return fail(ret_error, "not an address: write [SOURCE,]GROUP[:PORT][+N], such as "
				       "239.255.31.9:31900 or [ff15::1]:31900");
	}
	if (!endpoint_is_multicast(endpoint)) {
		return fail(ret_error, "not a multicast group: 224.0.0.0/4 or ff00::/8");
	}
	endpoint->port = GROUP_DEFAULT_PORT;
	return port ? parse_port(port, endpoint, ret_error) : 0;
}

/* Neither 0.0.0.0, ::, the broadcast address, nor a group: none of these sends. */
static bool is_unicast(const struct endpoint *endpoint)
{
	static const struct endpoint unspecified;
	const uint8_t *address = endpoint->address;

	if (endpoint_is_ipv4(endpoint)) {
		return address[12] != 0 && address[12] < 224;
	}
	return !endpoint_is_multicast(endpoint) &&
	       memcmp(address, unspecified.address, sizeof(unspecified.address)) != 0;
}

static int parse_source(char *text, struct endpoint *source, const char **ret_error)
{
	char *behind = cut_brackets(&text);

	if ((behind && (*behind != '\0' || !is_ipv6(text))) ||
	    endpoint_parse_address(text, source) < 0 || !is_unicast(source)) {
		return fail(ret_error,
			    "the source before the comma is a unicast address without port");
	}
	return 0;
}

static int parse_count(const char *text, struct group *group, const char **ret_error)
{
	struct endpoint last;
	uint64_t count;

	if (units_parse_uint(text, 1, GROUP_MAX_COUNT, &count) < 0) {
		return fail(ret_error, "the number of groups after + is from 1 to 65536");
	}
	group->count = (uint32_t)count;
	last = group_at(group, group->count - 1);
	if (!endpoint_is_multicast(&last)) {
		return fail(ret_error, "so many groups leave the multicast range: write a lower + "
				       "or an earlier group");
	}
	return 0;
}

int group_parse(const char *text, struct group *ret_group, const char **ret_error)
{
	struct group group = {.count = 1};
	char copy[GROUP_TEXT], *source = NULL, *name, *count;
	size_t length = strspn(text, "0123456789abcdefABCDEF.:,+[]");

	if (length == 0 || text[length] != '\0' || length >= sizeof(copy)) {
		return fail(ret_error,
			    "write [SOURCE,]GROUP[:PORT][+N], such as 239.255.31.9:31900");
	}
	memcpy(copy, text, length + 1);
	count = strchr(copy, '+');
	if (count) {
		*count++ = '\0';
	}
	name = strchr(copy, ',');
	if (name) {
		*name++ = '\0';
		source = copy;
	} else {
		name = copy;
	}
	if (parse_group(name, &group.first, ret_error) < 0 ||
	    (source && parse_source(source, &group.source, ret_error) < 0) ||
	    (count && parse_count(count, &group, ret_error) < 0)) {
		return -EINVAL;
	}
	group.has_source = source != NULL;
	if (source && endpoint_is_ipv4(&group.source) != endpoint_is_ipv4(&group.first)) {
		return fail(ret_error, "source and group are not of the same family: both IPv4 or "
				       "both IPv6");
	}
	*ret_group = group;
	return 0;
}

struct endpoint group_at(const struct group *group, uint32_t index)
{
	struct endpoint endpoint = group->first;
	uint64_t carry = index;

	for (size_t i = sizeof(endpoint.address); i-- > 0 && carry > 0;) {
		carry += endpoint.address[i];
		endpoint.address[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return endpoint;
}

static bool is_harmless(const struct endpoint *endpoint, bool has_source)
{
	const uint8_t *address = endpoint->address;
	unsigned int scope = address[1] & 0x0f;
	bool is_transient = address[1] >> 4 == 1;
	bool is_source_specific = address[1] >> 4 == 3 && address[2] == 0 && address[3] == 0;

	if (endpoint_is_ipv4(endpoint)) {
		return address[12] == 239 || (address[12] == 232 && has_source);
	}
	return address[0] == 0xff && (is_transient || (is_source_specific && has_source)) &&
	       ((scope >= 1 && scope <= 5) || scope == 8);
}

bool group_is_harmless(const struct group *group)
{
	for (uint32_t i = 0; i < group->count; i++) {
		struct endpoint endpoint = group_at(group, i);

		if (!is_harmless(&endpoint, group->has_source)) {
			return false;
		}
	}
	return true;
}

static bool is_ptp_mac(const uint8_t *mac)
{
	static const uint8_t all[6] = PTP_MAC, peer[6] = PTP_PEER_MAC;

	return memcmp(mac, all, sizeof(all)) == 0 || memcmp(mac, peer, sizeof(peer)) == 0;
}

/* IEEE 1588-2019, annexes C and D: 224.0.1.129-132, 224.0.0.107, ff0s::181-184, ff02::6b */
static bool is_ptp(const struct endpoint *endpoint)
{
	static const uint8_t zero[10];
	const uint8_t *address = endpoint->address;
	uint32_t low = bytes_get_be32(address + 12);

	if (endpoint_is_ipv4(endpoint)) {
		return (low >= 0xe0000181 && low <= 0xe0000184) || low == 0xe000006b;
	}
	if (endpoint_is_mac(endpoint)) {
		return is_ptp_mac(endpoint_mac(endpoint));
	}
	if (address[0] != 0xff || address[1] > 0x0f ||
	    memcmp(address + 2, zero, sizeof(zero)) != 0) {
		return false;
	}
	return (low >= 0x181 && low <= 0x184) || (address[1] == 2 && low == 0x6b);
}

bool group_is_ptp(const struct group *group)
{
	for (uint32_t i = 0; i < group->count; i++) {
		struct endpoint endpoint = group_at(group, i);

		if (is_ptp(&endpoint)) {
			return true;
		}
	}
	return false;
}
