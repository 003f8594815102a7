/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of this host. */
#ifndef PTPROBE_ADDRESSES_H
#define PTPROBE_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>

#include "endpoint.h"

enum { ADDRESSES_MAX = 1024 };

struct addresses {
	size_t count;
	struct endpoint address[ADDRESSES_MAX]; /* IPv4, IPv6 and MAC; ports 0 */
};

/* Those of all interfaces as they are now; beyond ADDRESSES_MAX there are none. 0 or -errno. */
int addresses_read(struct addresses *ret_addresses);

/* True when endpoint's address is one of them. */
bool addresses_have(const struct addresses *addresses, const struct endpoint *endpoint);

#endif
