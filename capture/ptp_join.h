/* SPDX-License-Identifier: BSD-2-Clause */
/* Membership in PTP's groups, so that switches and the interface let their messages come. */
#ifndef PTPROBE_PTP_JOIN_H
#define PTPROBE_PTP_JOIN_H

#include <stddef.h>

#include "ptp_findings.h"

enum { PTP_JOIN_SOCKETS = 3, PTP_JOIN_ERROR = 512 };

struct ptp_join {
	int fd[PTP_JOIN_SOCKETS]; /* -1: none; the memberships last as long as they are open */
	struct ptp_joins joins;   /* those that were */
	size_t failures;
	char failure[PTP_JOIN_SOCKETS][PTP_JOIN_ERROR]; /* a line each, with the remedy */
};

/*
 * Joins on the interface of that index, by IGMP and MLD, the groups of the transports (bits 1 <<
 * enum transport), and has it take PTP's two Ethernet groups. The kernel sends the reports;
 * nothing else is sent, nor received by these sockets. On memory of any content. 0, or -errno of
 * the first group that couldn't be joined: the others are, and failure tells.
 */
int ptp_join_open(struct ptp_join *join, unsigned int ifindex, const char *interface,
		  unsigned int transports);
void ptp_join_close(struct ptp_join *join);

#endif
