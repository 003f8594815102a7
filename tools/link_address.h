/* SPDX-License-Identifier: BSD-2-Clause */
/* The address of an interface of this host. */
#ifndef PTPROBE_LINK_ADDRESS_H
#define PTPROBE_LINK_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

enum { LINK_ADDRESS_TEXT = 64 };

/*
 * Its first address in that family (4 or 6), as a number; link-local ones of IPv6 when there is no
 * other, with their zone: "fe80::1%eth0". False: it has none.
 */
bool link_address_of(const char *interface, uint8_t family, char text[static LINK_ADDRESS_TEXT]);

#endif
