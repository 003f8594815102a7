/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of ptprobe-link. */
#ifndef PTPROBE_LINK_OPTIONS_H
#define PTPROBE_LINK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpulist.h"
#include "iperf_argv.h"
#include "link_limits.h"
#include "option.h"

enum link_task {
	LINK_LOAD,     /* a client's: counters, load, counters */
	LINK_SERVE,    /* the other end */
	LINK_PASSIVE,  /* counters, time, counters */
	LINK_SNAPSHOT, /* counters, into a file */
	LINK_COMPARE,  /* of two such files */
};

struct link_options {
	enum link_task task;
	const char *interface;
	struct iperf_options load; /* host, bind_address and family as given; bind_device unset */
	uint16_t control_port;
	struct cpulist cpus;
	bool pin;
	struct link_limits limits;
	int64_t passive_ns;   /* 0: not passive */
	const char *snapshot; /* a file's name; NULL */
	const char *compare[2];
	uint64_t tests;      /* a server's, then it ends; 0: never */
	int64_t longest_ns;  /* of a server's test */
	int64_t interval_ns; /* between lines while it runs; 0: none */
	bool json, nagios, quiet, verbose;
	unsigned int color; /* enum output_color */
	const char *output, *prometheus;
	/* as they were given; the above says what they mean */
	bool server, compares, ipv4, ipv6, far_end;
	int64_t time_ns, omit_ns, connect_timeout_ns;
	uint64_t port, cport, parallel, length, window, mss, tos, dscp, speed, mtu, max_retrans;
	unsigned int duplex;
};

extern const struct option_table link_option_table;

/* argv to *ret_options; no side effect. See option_parse. */
void link_options_parse(int argc, char *const argv[], struct link_options *ret_options,
			struct option_result *ret_result);

#endif
