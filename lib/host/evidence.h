/* SPDX-License-Identifier: BSD-2-Clause */
/* What procfs knows that explains why nothing was heard. */
#ifndef PTPROBE_EVIDENCE_H
#define PTPROBE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

struct endpoint;

enum { EVIDENCE_HOLDER_TEXT = 64 };

/* Counters of this network namespace; one that the kernel doesn't have is 0. */
struct evidence {
	uint64_t multicast;    /* packets to groups that this host is a member of (InMcastPkts) */
	uint64_t ignored;      /* multicast datagrams that no socket wanted (IgnoredMulti) */
	uint64_t checksum;     /* UDP datagrams of a wrong checksum (InCsumErrors) */
	uint64_t reverse_path; /* packets that rp_filter has dropped (IPReversePathFilter) */
};

void evidence_read(bool ipv4, struct evidence *ret_evidence);

/* True when this host is a member of group on that interface, by /proc/net/igmp or igmp6. */
bool evidence_is_member(const struct endpoint *group, const char *interface);

/*
 * A sysctl's value by its name as sysctl(8) takes it: "net.core.rmem_max"; a dot within a part is
 * written as a slash, "net.ipv4.conf.eth0/100.rp_filter". 0 or -errno.
 */
int evidence_sysctl(const char *name, int64_t *ret_value);

/*
 * "'iperf' (pid 123)": a program with a socket on that UDP port. 0, or -ESRCH when /proc doesn't
 * tell this user.
 */
int evidence_port_holder(const struct endpoint *group, char holder[static EVIDENCE_HOLDER_TEXT]);

#endif
