/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of the receiver: from the sockets to the exit status. */
#ifndef PTPROBE_RECV_H
#define PTPROBE_RECV_H

#include <stdbool.h>
#include <stdint.h>

#include "clockwatch.h"
#include "downtime.h"
#include "collector.h"
#include "link.h"
#include "ptp_pairs.h"
#include "report_output.h"
#include "report.h"
#include "stamping.h"
#include "verdict.h"
#include "witness.h"

struct flows;
struct pollfd;
struct recv_options;
struct sock_recv;

enum recv_stage {
	RECV_LISTENING,
	RECV_SETTLING, /* ended by us: open gaps may still be filled */
	RECV_DONE,
};

/* Places in struct recv's poll. */
enum {
	RECV_POLL_SIGNAL,
	RECV_POLL_LINK,
	RECV_POLL_SOCK, /* the first socket */
};

struct recv {
	const struct recv_options *options;
	enum recv_stage stage;
	bool stopped_by_us, signalled, silence_told;
	struct link link;
	struct downtime downtime;
	struct clockwatch clockwatch;
	struct sock_recv *sock; /* joined on the interface of joined_ifindex; 0: on none */
	unsigned int joined_ifindex;
	uint64_t rcvbuf_bytes; /* granted to each socket, as far as it was told */
	struct flows *flows;
	struct endpoint other_mac;      /* a second one to listen to, with hears_both_macs */
	struct ptp_pairs pairs;         /* of PTP-shaped probes */
	struct flow_snapshot *snapshot; /* room for FLOWS_MAX */
	struct report_output output;
	struct collector collector;
	struct witness witness;
	struct stamping stamping;
	struct stamps stamps; /* of the report */
	struct report report; /* what doesn't change, and the notes so far */
	int signal_fd;
	struct pollfd *poll; /* room for all sockets */
	/* CLOCK_MONOTONIC, ns */
	int64_t joined_ns, settle_until_ns;
	int64_t tick_ns;          /* when the next one is due */
	int64_t hearing_since_ns; /* the link was down, or the process stopped, until then */
};

/* Runs it all; argv for the report. Returns the exit status (status.h). */
int recv_run(const struct recv_options *options, int argc, char *const argv[]);

#endif
