/* SPDX-License-Identifier: BSD-2-Clause */
/* The counters in the texts of /proc/net. */
#ifndef PTPROBE_COUNTERS_PROC_H
#define PTPROBE_COUNTERS_PROC_H

struct counters;

/*
 * Each appends what text, all of a file, holds, and passes over what has not the form expected or
 * is no unsigned number: kernels differ. 0, or -E2BIG or -ENOMEM from counters_add.
 *
 * pairs: snmp and netstat, lines "Udp: InDatagrams NoPorts" and "Udp: 23 0" -> udp.InDatagrams.
 */
int counters_proc_pairs(const char *text, struct counters *counters);

/* snmp6, lines "Ip6InReceives 1" and "Udp6InErrors 0" -> ip6.InReceives, udp6.InErrors. */
int counters_proc_lines(const char *text, struct counters *counters);

/*
 * softnet_stat, a line of hexadecimal columns for each CPU, of 32 bits each -> softnet.processed,
 * .dropped, .time_squeeze, summed.
 */
int counters_proc_softnet(const char *text, struct counters *counters);

/* udp and udp6, a line for each socket -> socket.drops, summed over all of them and both files. */
int counters_proc_sockets(const char *text, struct counters *counters);

#endif
