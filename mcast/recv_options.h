/* SPDX-License-Identifier: BSD-2-Clause */
/* What ptprobe-recv was asked to do. */
#ifndef PTPROBE_RECV_OPTIONS_H
#define PTPROBE_RECV_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpulist.h"
#include "group.h"
#include "option.h"
#include "report_options.h"

/* --ptp[=DOMAIN] */
struct recv_ptp {
	bool is_given, has_domain;
	uint8_t domain;
};

/* --l2[=MAC] */
struct recv_l2 {
	bool is_given, has_mac;
	struct endpoint mac;
};

struct recv_options {
	/* with ptp its port is that of the Syncs; with l2 the MAC address */
	struct group group;
	bool hears_both_macs;
	struct endpoint other_mac; /* the second, then */
	struct recv_ptp ptp;       /* is_given with l2 too */
	struct recv_l2 l2;
	const char *interface; /* NULL: the routing table's choice */
	uint64_t count;        /* stop after so many probes; 0: no limit */
	int64_t time_ns;       /* stop so long after the first probe; 0: no limit */
	int64_t wait_ns;       /* for the first probe; 0: for ever */
	int64_t lost_after_ns;
	uint64_t rcvbuf_bytes;
	struct cpulist cpus;    /* empty: where the system puts it */
	uint64_t fifo_priority; /* of SCHED_FIFO; 0: an ordinary task */
	bool offload;
	bool trace;
	bool witness;       /* a capture beside it */
	unsigned int stamp; /* enum stamps_want */
	bool hwstamp;       /* the NIC is set up for hardware stamps */
	struct report_options report;
	bool ipv4, ipv6; /* as they were given: group says what they mean */
};

extern const struct option_table recv_option_table;

/* Reads argv. With OPTION_BAD, ret_result->error says what is wrong in one line. No side effects.
 */
void recv_options_parse(int argc, char *const argv[], struct recv_options *ret_options,
			struct option_result *ret_result);

#endif
