/* SPDX-License-Identifier: BSD-2-Clause */
/* What procfs tells of this host: texts for the pure parsers, sysctls, who holds a port. */
#ifndef PTPROBE_PROCFS_H
#define PTPROBE_PROCFS_H

#include <stdbool.h>
#include <stdint.h>

struct counters;
struct endpoint;
struct evidence;
struct igmp_groups;

enum { PROCFS_HOLDER_TEXT = 64, PROCFS_SYSCTL_PART = 32 };

/*
 * All of a file as one text, to be freed; the NULs in it, if any, as spaces. 0, -errno, or -EFBIG
 * beyond 64 MB.
 */
int procfs_read(const char *path, char **ret_text);

/*
 * Appends the counters of this network namespace, and of softnet_stat, which is the whole host's,
 * to counters; what can't be read is said in evidence.
 */
void procfs_counters(struct counters *counters, struct evidence *evidence);

/* Appends the groups that this host is a member of on interface: of IPv4, then of IPv6. 0 or
 * -errno.
 */
int procfs_members(const char *interface, struct igmp_groups *groups);

bool procfs_is_member(const struct endpoint *group, const char *interface);

/*
 * A sysctl's value by its name as sysctl(8) takes it: "net.core.rmem_max"; a dot within a part is
 * written as a slash, "net.ipv4.conf.eth0/100.rp_filter". 0 or -errno.
 */
int procfs_sysctl(const char *name, int64_t *ret_value);

/* The name of an interface as such a part. Returns part. */
char *procfs_sysctl_part(const char *interface, char part[static PROCFS_SYSCTL_PART]);

/* The reverse path filter that counts on interface: the stricter of its own and all's. 0 or -errno.
 */
int procfs_rp_filter(const char *interface, int64_t *ret_value);

/*
 * "'iperf' (pid 123)": a program with a socket on that UDP port. 0, or -ESRCH when /proc doesn't
 * tell this user.
 */
int procfs_port_holder(const struct endpoint *group, char holder[static PROCFS_HOLDER_TEXT]);

#endif
