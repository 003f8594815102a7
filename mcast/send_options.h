/* SPDX-License-Identifier: BSD-2-Clause */
/* What ptprobe-send was asked to do. */
#ifndef PTPROBE_SEND_OPTIONS_H
#define PTPROBE_SEND_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpulist.h"
#include "endpoint.h"
#include "group.h"
#include "option.h"
#include "pacing.h"
#include "units.h"

/* Beyond it a rate needs to be allowed: bits of UDP payload a second. */
#define SEND_UNASKED_BPS 10e6

/* Likewise with --ptp: pairs a second. */
#define SEND_PTP_UNASKED_PPS 128

/* Where PTP-shaped probes go unless told. */
#define SEND_PTP_DOMAIN  99
#define SEND_PTP_GROUP   "224.0.1.129"
#define SEND_PTP_GROUP_6 "ff0e::181"
#define SEND_L2_MAC      "01-1B-19-00-00-00"

/* They listen at least so long first. */
#define SEND_LISTEN_NS INT64_C(3000000000)

/* Interval lines that come faster would delay the probes. */
#define SEND_INTERVAL_MIN_NS INT64_C(10000000)

struct send_pattern {
	enum pacing_pattern pattern;
	uint32_t burst;
};

struct send_seed {
	bool given;
	uint64_t value;
};

struct send_ptp {
	bool given;
	uint8_t domain;
};

struct send_l2 {
	bool given;
	struct endpoint mac; /* port 319 */
};

struct send_options {
	struct group group;    /* with l2 of its MAC address; with ptp its port is 319 */
	const char *interface; /* NULL: the system's choice */
	bool has_bind;
	struct endpoint bind;            /* -B, or the operand's SOURCE */
	uint64_t count;                  /* 0: no limit */
	int64_t time_ns;                 /* 0: no limit */
	struct units_rate rate, allowed; /* allowed.value 0: not given */
	double rate_bps;                 /* of UDP payload; 0 with UNITS_RATE_MAX */
	struct send_pattern pattern;
	struct send_seed seed;
	struct pacing_plan plan; /* of all that; its seed only if given */
	uint64_t length;         /* of the UDP payload; with ptp of the Sync */
	uint64_t ttl;            /* 0 with l2 */
	uint8_t dscp;
	int pcp;             /* -1: unset */
	struct send_ptp ptp; /* given with l2 as well */
	struct send_l2 l2;
	int64_t listen_ns;   /* with ptp; 0: not at all */
	int64_t interval_ns; /* 0: no interval lines */
	bool json, json_stream;
	const char *output;     /* NULL: stdout */
	struct cpulist cpus;    /* empty: where the system puts it */
	uint64_t fifo_priority; /* of SCHED_FIFO; 0: an ordinary task */
	bool witness;           /* a capture beside it */
	bool offload, trace, quiet, verbose, allow_group, ipv4, ipv6, force;
	unsigned int color; /* enum output_color */
};

extern const struct option_table send_option_table;

/* Bytes of payload of one probe: with ptp of both its messages. */
uint64_t send_options_probe_bytes(const struct send_options *options);

/*
 * argv -> options, checked against each other and against what keeps a sender from being a weapon.
 * No side effect; with any outcome but OPTION_RUN *ret_options is of no use.
 */
void send_options_parse(int argc, char *const argv[], struct send_options *ret_options,
			struct option_result *ret_result);

#endif
