/* SPDX-License-Identifier: BSD-2-Clause */
/* Stamps of arrival: how a socket is asked for them, and what a control message says. */
#ifndef PTPROBE_RX_STAMP_H
#define PTPROBE_RX_STAMP_H

#include <stdbool.h>

struct arrival;
struct cmsghdr;

/* Asks for the kernel's stamp of each arrival at fd, a socket of any family. 0 or -errno. */
int rx_stamp_enable(int fd);

/*
 * Takes rx_ns and rx_stamp from a control message. False: it is about something else, or bears no
 * stamp, and *arrival is as it was.
 */
bool rx_stamp_read(const struct cmsghdr *control, struct arrival *arrival);

#endif
