/* SPDX-License-Identifier: BSD-2-Clause */
/* An IP address and a UDP port. */
#ifndef PTPROBE_ENDPOINT_H
#define PTPROBE_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct endpoint {
	uint8_t address[16]; /* network order; IPv4 as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2) */
	uint16_t port;       /* host order */
};

enum { ENDPOINT_ADDRESS_TEXT = 46, ENDPOINT_TEXT = 64 };

/* IPv4 in network order -> endpoint address. */
void endpoint_set_ipv4(struct endpoint *endpoint, const uint8_t ipv4[static 4]);

bool endpoint_is_ipv4(const struct endpoint *endpoint);
/* 0.0.0.0 or ::. */
bool endpoint_is_unspecified(const struct endpoint *endpoint);
bool endpoint_is_multicast(const struct endpoint *endpoint);

/* "239.255.31.9" or "ff15::1"; text holds ENDPOINT_ADDRESS_TEXT. Returns text. */
char *endpoint_address_text(const struct endpoint *endpoint, char *text);

/* "239.255.31.9:31900" or "[ff15::1]:31900"; text holds ENDPOINT_TEXT. Returns text. */
char *endpoint_text(const struct endpoint *endpoint, char *text);

/* Reads an address without port, IPv4 or IPv6; -EINVAL when text is neither. The port is left
 * alone. */
int endpoint_parse_address(const char *text, struct endpoint *ret_endpoint);

#endif
