/* SPDX-License-Identifier: BSD-2-Clause */
/* Stamps of arrival: how a socket is asked for them, and what a control message says. */
#ifndef PTPROBE_RX_STAMP_H
#define PTPROBE_RX_STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct arrival;
struct cmsghdr;
struct stamping;

/* Asks for stamps of each arrival at fd, a socket of any family: the kernel's, the card's. 0 or
 * -errno. */
int rx_stamp_enable(int fd, bool software, bool hardware);

/*
 * Takes rx_ns and rx_stamp from a control message, and *kernel_ns, which are as they would be
 * without. stamping: maps the card's stamps; NULL: they aren't looked at. False: it is about
 * something else, or bears no stamp, and nothing is changed.
 */
bool rx_stamp_read(const struct cmsghdr *control, struct stamping *stamping,
		   struct arrival *arrival, int64_t *kernel_ns);

#endif
