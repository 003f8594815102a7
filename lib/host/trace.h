/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why this host's kernel drops packets: the reasons of tracepoint skb:kfree_skb, counted. They are
 * the whole host's, of every network namespace, and of IPv4 and IPv6 alone.
 *
 * Through perf_event_open(2), of which nothing is left behind however the process ends, and which
 * tells of each event that there was no room for.
 */
#ifndef PTPROBE_TRACE_H
#define PTPROBE_TRACE_H

struct counters;
struct trace;

enum { TRACE_ERROR_TEXT = 128 };

/*
 * Begins to count. Needs tracefs, CAP_PERFMON (or root), and a kernel that gives reasons; what is
 * needed later is open then. 0 and *ret_trace; or -errno and error: the reason and the remedy.
 */
int trace_open(struct trace **ret_trace, char error[static TRACE_ERROR_TEXT]);
void trace_free(struct trace *trace); /* NULL is accepted */

/*
 * Takes in what has come, and makes room: some 50,000 events of each CPU fit between two calls. No
 * system call.
 */
void trace_drain(struct trace *trace);

/*
 * Appends the counts so far: trace.NAME for each reason that this kernel has a name for or that
 * came, and trace.lost, of events that there was no room for: if it rises, the others are lower
 * bounds.
 */
int trace_counters(struct trace *trace, struct counters *counters);

#endif
