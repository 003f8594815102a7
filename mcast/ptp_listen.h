/* SPDX-License-Identifier: BSD-2-Clause */
/* Listens for PTP on an interface, by every way that this process may. Sends nothing but the joins.
 */
#ifndef PTPROBE_PTP_LISTEN_H
#define PTPROBE_PTP_LISTEN_H

#include <signal.h>
#include <stdint.h>

#include "ptp_heard.h"

enum {
	PTP_LISTEN_SOCKETS = 20,
	PTP_LISTEN_ERROR_TEXT = 256,
};

struct ptp_listen {
	struct ptp_ears ears;
	uint32_t count;
	struct ptp_listen_socket {
		int fd;
		enum ptp_way way; /* of a socket for datagrams */
		bool is_frames;   /* takes all three ways */
	} socket[PTP_LISTEN_SOCKETS];
};

/*
 * Joins PTP's groups and group on that interface. With CAP_NET_RAW one socket takes all of PTP's
 * frames, those that this host sends among them; without it UDP alone is heard, from sockets on
 * ports 319 and 320, which the process must be allowed to bind to. What can't be listened to is
 * told in ears. Fails only where there is no such interface: -errno, and one line in error.
 */
int ptp_listen_open(struct ptp_listen *listen, const char *interface, const struct endpoint *group,
		    char error[static PTP_LISTEN_ERROR_TEXT]);
void ptp_listen_close(struct ptp_listen *listen);

/* Waits until mono_ns, or for a signal, or a message, and takes what has come into heard. */
void ptp_listen_wait(struct ptp_listen *listen, int64_t mono_ns, struct ptp_heard *heard);

#endif
