/* SPDX-License-Identifier: BSD-2-Clause */
#include "send_options.h"

#include <errno.h>
#include <string.h>

#include "dscp.h"
#include "ifname.h"
#include "ptp_shape.h"
#include "send_check.h"
#include "stamps.h"
#include "wire.h"

static int parse_rate(const char *text, void *field, const char **ret_error)
{
	int result = units_parse_rate(text, field);

	if (result < 0) {
		*ret_error = result == -ERANGE ? "out of range: 0.001 to 1000000000 probes a second"
					       : "a rate is written 1000, 1000pps, 10Mbps or max";
		return -EINVAL;
	}
	return 0;
}

static int parse_pattern(const char *text, void *field, const char **ret_error)
{
	struct send_pattern *pattern = field;
	uint64_t burst;

	if (strcmp(text, "periodic") == 0) {
		*pattern = (struct send_pattern){PACING_PERIODIC, 1};
	} else if (strcmp(text, "poisson") == 0) {
		*pattern = (struct send_pattern){PACING_POISSON, 1};
	} else if (strncmp(text, "burst:", 6) == 0 &&
		   units_parse_uint(text + 6, 1, 1000000, &burst) == 0) {
		*pattern = (struct send_pattern){PACING_BURST, (uint32_t)burst};
	} else {
		*ret_error = "a pattern is periodic, poisson, or burst:N with N from 1 to 1000000";
		return -EINVAL;
	}
	return 0;
}

static int parse_seed(const char *text, void *field, const char **ret_error)
{
	struct send_seed *seed = field;

	if (units_parse_uint(text, 0, UINT64_MAX, &seed->value) < 0) {
		*ret_error = "a seed is a number from 0 to 2^64-1";
		return -EINVAL;
	}
	seed->given = true;
	return 0;
}

static int parse_pcp(const char *text, void *field, const char **ret_error)
{
	uint64_t pcp;

	if (units_parse_uint(text, 0, 7, &pcp) < 0) {
		*ret_error = "a priority is 0..7";
		return -EINVAL;
	}
	*(int *)field = (int)pcp;
	return 0;
}

static int parse_bind(const char *text, void *field, const char **ret_error)
{
	if (endpoint_parse_address(text, field) < 0) {
		*ret_error =
			"not an address: write it in numbers, such as 192.0.2.1 or 2001:db8::1";
		return -EINVAL;
	}
	return 0;
}

static int parse_ptp(const char *text, void *field, const char **ret_error)
{
	struct send_ptp *ptp = field;
	uint64_t domain = SEND_PTP_DOMAIN;

	if (text && units_parse_uint(text, 0, 255, &domain) < 0) {
		*ret_error = "a domain is 0..255";
		return -EINVAL;
	}
	*ptp = (struct send_ptp){true, (uint8_t)domain};
	return 0;
}

static int parse_l2(const char *text, void *field, const char **ret_error)
{
	struct send_l2 *l2 = field;
	struct endpoint mac = {.port = PTP_SHAPE_EVENT_PORT};

	if (endpoint_parse_mac(text ? text : SEND_L2_MAC, &mac) < 0 ||
	    !endpoint_is_multicast(&mac)) {
		*ret_error = "a group's MAC address is written 01-1B-19-00-00-00";
		return -EINVAL;
	}
	*l2 = (struct send_l2){true, mac};
	return 0;
}

#define FIELD(member) .offset = offsetof(struct send_options, member)

static const struct option_def option[] = {
	{"interface", 'i', OPTION_CALL, FIELD(interface), .argument = "IF", .parse = ifname_parse,
	 .help = "send on this interface"},
	{"count", 'c', OPTION_UINT, FIELD(count), .argument = "N", .min = 1,
	 .help = "stop after N probes"},
	{"time", 't', OPTION_DURATION, FIELD(time_ns), .argument = "DUR",
	 .help = "stop after this time, 0: never (default 10s, or none with --count)"},
	{"rate", 'r', OPTION_CALL, FIELD(rate), .argument = "R", .preset = "128pps",
	 .parse = parse_rate,
	 .help = "1000, 1000pps, 10Mbps of payload, or max; all groups together"},
	{"allow-rate", 0, OPTION_CALL, FIELD(allowed), .argument = "R", .parse = parse_rate,
	 .help = "allow rates above 10 Mb/s, with --ptp above 128pps, up to R or max"},
	{"allow-group", 0, OPTION_FLAG, FIELD(allow_group),
	 .help = "allow groups outside 239/8 and ff1s::/16, and 232/8 and ff3s::/32 with a source; "
		 "with --l2 addresses that aren't PTP's"},
	{"pattern", 0, OPTION_CALL, FIELD(pattern), .argument = "periodic|poisson|burst:N",
	 .preset = "periodic", .parse = parse_pattern, .help = "the departures' pattern"},
	{"seed", 0, OPTION_CALL, FIELD(seed), .argument = "N", .parse = parse_seed,
	 .help = "repeat the poisson schedule of this seed"},
	{"length", 'l', OPTION_UINT, FIELD(length), .argument = "N", .min = WIRE_HEADER_LENGTH,
	 .max = WIRE_MAX_LENGTH, .help = "bytes of UDP payload (default 64)"},
	{"ttl", 'T', OPTION_UINT, FIELD(ttl), .argument = "N", .preset = "1", .max = 255,
	 .help = "time to live, or hop limit"},
	{"dscp", 0, OPTION_CALL, FIELD(dscp), .argument = "D", .preset = "0", .parse = dscp_parse,
	 .help = "code point, 0..63 or a name such as EF"},
	{"pcp", 0, OPTION_CALL, FIELD(pcp), .argument = "N", .parse = parse_pcp,
	 .help = "socket priority 0..7, which a VLAN interface's egress map turns into a PCP"},
	{"bind", 'B', OPTION_CALL, FIELD(bind), .argument = "ADDR", .parse = parse_bind,
	 .help = "send from this address"},
	{"ipv4", '4', OPTION_FLAG, FIELD(ipv4), .help = "insist on an IPv4 group"},
	{"ipv6", '6', OPTION_FLAG, FIELD(ipv6), .help = "insist on an IPv6 group"},
	{"ptp", 0, OPTION_CALL, FIELD(ptp), .argument = "DOMAIN", .argument_optional = true,
	 .parse = parse_ptp,
	 .help = "probes in the shape of PTP's Sync and Follow_Up, in this domain or 99"},
	{"l2", 0, OPTION_CALL, FIELD(l2), .argument = "MAC", .argument_optional = true,
	 .parse = parse_l2,
	 .help = "these in Ethernet frames, to this group or 01-1B-19-00-00-00; implies --ptp"},
	{"listen", 0, OPTION_DURATION, FIELD(listen_ns), .argument = "DUR",
	 .help = "with --ptp: so long listen for PTP in the domain first (default 3s)"},
	{"force", 0, OPTION_FLAG, FIELD(force),
	 .help = "with --ptp: send even into a domain that is in use, or may be"},
	{"interval", 'I', OPTION_DURATION, FIELD(interval_ns), .argument = "DUR", .preset = "1s",
	 .help = "time between interval lines, 0: none"},
	{"json", 'J', OPTION_FLAG, FIELD(json), .help = "report as JSON"},
	{"json-stream", 0, OPTION_FLAG, FIELD(json_stream),
	 .help = "one JSON object a line: the intervals, then the report"},
	{"output", 'o', OPTION_TEXT, FIELD(output), .argument = "FILE",
	 .help = "write the result there instead of standard output"},
	STAMPS_OPTIONS(struct send_options),
	{"offload", 0, OPTION_FLAG, FIELD(offload),
	 .help = "UDP segmentation offload, for load: no departure stamps"},
	{"witness", 0, OPTION_FLAG, FIELD(witness),
	 .help = "capture beside it, and say where probes were lost (needs CAP_NET_RAW)"},
	{"cpus", 'A', OPTION_CALL, FIELD(cpus), .argument = "LIST", .parse = cpulist_parse,
	 .help = "run on these CPUs only: 2, 0-3,8 or 10-14:2"},
	{"fifo", 0, OPTION_UINT, FIELD(fifo_priority), .argument = "PRIO", .min = 1, .max = 99,
	 .help = "run with this priority of SCHED_FIFO"},
	{"trace", 0, OPTION_FLAG, FIELD(trace),
	 .help = "count why this host's kernel drops packets, for the evidence; needs root"},
	{"quiet", 'q', OPTION_FLAG, FIELD(quiet), .help = "only the result and errors"},
	{"verbose", 'v', OPTION_FLAG, FIELD(verbose), .help = "more on standard error"},
	{"color", 0, OPTION_CHOICE, FIELD(color), .argument = "WHEN", .preset = "auto",
	 .choices = "auto|always|never", .help = "colour the verdict"},
};

const struct option_table send_option_table = {
	.program = "ptprobe-send",
	.operands = "[[SOURCE,]GROUP[:PORT][+N]]",
	.purpose = "send paced probes to a multicast group, " GROUP_DEFAULT " unless told",
	.examples = "  ptprobe-send -i eth0 -r 1000 -t 1m 239.255.31.9\n"
		    "  ptprobe-send -i eth0 -c 100000 --pattern poisson [ff15::1]:31900\n"
		    "  ptprobe-send -i eth0 -r 100Mbps --allow-rate 100Mbps -l 1400 239.1.1.1+16\n"
		    "  ptprobe-send -i eth0 --ptp -r 8 -t 1m\n",
	.max_operands = 1,
	.count = sizeof(option) / sizeof(option[0]),
	.option = option,
};

void send_options_parse(int argc, char *const argv[], struct send_options *ret_options,
			struct option_result *ret_result)
{
	/* what has no preset and isn't zero: not given */
	*ret_options = (struct send_options){.time_ns = -1, .listen_ns = -1, .pcp = -1};
	option_parse(&send_option_table, argc, argv, ret_options, ret_result);
	if (ret_result->outcome == OPTION_RUN) {
		send_check(ret_options, ret_result);
	}
}
