/* SPDX-License-Identifier: BSD-2-Clause */
/* An IP address and a UDP port; or the MAC address of a frame without IP. */
#ifndef PTPROBE_ENDPOINT_H
#define PTPROBE_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bytes.h"

struct endpoint {
	/*
	 * Network order. IPv4 as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2). A MAC address as
	 * 0:4d41:4300:0:0 and its six bytes, which no host has (0000::/8, section 2.4).
	 */
	uint8_t address[16];
	uint16_t port; /* host order */
};

enum { ENDPOINT_ADDRESS_TEXT = 46, ENDPOINT_TEXT = 64 };

/*
 * IPv4 in network order -> endpoint address. Inline, and in one piece: each frame of a capture has
 * two, which are copied at once.
 */
static inline void endpoint_set_ipv4(struct endpoint *endpoint, const uint8_t ipv4[static 4])
{
	uint64_t half[2] = {0, htobe64(UINT64_C(0xffff) << 32 | bytes_get_be32(ipv4))};

	memcpy(endpoint->address, half, sizeof(half));
}

/* A MAC address -> endpoint address. */
void endpoint_set_mac(struct endpoint *endpoint, const uint8_t mac[static 6]);

/* The six bytes, of an endpoint that is one. */
const uint8_t *endpoint_mac(const struct endpoint *endpoint);

bool endpoint_is_ipv4(const struct endpoint *endpoint);
bool endpoint_is_mac(const struct endpoint *endpoint);
/* 0.0.0.0 or ::. */
bool endpoint_is_unspecified(const struct endpoint *endpoint);
/* Of a MAC address: its group bit is set. */
bool endpoint_is_multicast(const struct endpoint *endpoint);

/* "239.255.31.9", "ff15::1" or "01:1b:19:00:00:00"; text holds ENDPOINT_ADDRESS_TEXT. Returns text.
 */
char *endpoint_address_text(const struct endpoint *endpoint, char *text);

/*
 * "239.255.31.9:31900", "[ff15::1]:31900"; "01:1b:19:00:00:00" of a frame without IP, which has no
 * port. text holds ENDPOINT_TEXT. Returns text.
 */
char *endpoint_text(const struct endpoint *endpoint, char *text);

/* Reads an address without port, IPv4 or IPv6; -EINVAL when text is neither. The port is left
 * alone. */
int endpoint_parse_address(const char *text, struct endpoint *ret_endpoint);

/* Reads "01:1b:19:00:00:00" or "01-1B-19-00-00-00" likewise. 0 or -EINVAL. */
int endpoint_parse_mac(const char *text, struct endpoint *ret_endpoint);

#endif
