/* SPDX-License-Identifier: BSD-2-Clause */
#include "send_options.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dscp.h"
#include "ifname.h"
#include "stamps.h"
#include "wire.h"

#define NS_PER_S UINT64_C(1000000000)

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
	 .help = "allow rates above 10 Mb/s, up to R or max"},
	{"allow-group", 0, OPTION_FLAG, FIELD(allow_group),
	 .help = "allow groups outside 239/8 and ff1s::/16, and 232/8 and ff3s::/32 with a source"},
	{"pattern", 0, OPTION_CALL, FIELD(pattern), .argument = "periodic|poisson|burst:N",
	 .preset = "periodic", .parse = parse_pattern, .help = "the departures' pattern"},
	{"seed", 0, OPTION_CALL, FIELD(seed), .argument = "N", .parse = parse_seed,
	 .help = "repeat the poisson schedule of this seed"},
	{"length", 'l', OPTION_UINT, FIELD(length), .argument = "N", .preset = "64",
	 .min = WIRE_HEADER_LENGTH, .max = WIRE_MAX_LENGTH, .help = "bytes of UDP payload"},
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
		    "  ptprobe-send -i eth0 -r 100Mbps --allow-rate 100Mbps -l 1400 239.1.1.1+16\n",
	.max_operands = 1,
	.count = sizeof(option) / sizeof(option[0]),
	.option = option,
};

static int __attribute__((format(printf, 2, 3)))
bad(struct option_result *result, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(result->error, sizeof(result->error), format, arguments);
	va_end(arguments);
	result->outcome = OPTION_BAD;
	return -EINVAL;
}

static bool is_same_address(const struct endpoint *a, const struct endpoint *b)
{
	return memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

static int check_source(struct send_options *options, struct option_result *result)
{
	char bind[ENDPOINT_ADDRESS_TEXT], source[ENDPOINT_ADDRESS_TEXT];

	options->has_bind = !endpoint_is_unspecified(&options->bind);
	if (options->group.has_source && options->has_bind &&
	    !is_same_address(&options->group.source, &options->bind)) {
		return bad(
			result,
			"SOURCE %s is whom the receivers listen to, but --bind says %s: leave one out",
			endpoint_address_text(&options->group.source, source),
			endpoint_address_text(&options->bind, bind));
	}
	if (options->group.has_source) {
		options->bind = options->group.source;
		options->has_bind = true;
	}
	if (options->has_bind &&
	    endpoint_is_ipv4(&options->bind) != endpoint_is_ipv4(&options->group.first)) {
		return bad(result,
			   "source %s and the group are of two families: take one of the group's",
			   endpoint_address_text(&options->bind, bind));
	}
	return 0;
}

static int check_group(struct send_options *options, const char *operand,
		       struct option_result *result)
{
	const uint8_t *address = options->group.first.address;
	const char *error = "not a group";
	bool ipv4;

	if (group_parse(operand, &options->group, &error) < 0) {
		return bad(result, "group '%.80s': %s", operand, error);
	}
	ipv4 = endpoint_is_ipv4(&options->group.first);
	if (options->ipv4 && options->ipv6) {
		return bad(result, "-4 and -6 exclude one another: give one");
	}
	if ((options->ipv4 && !ipv4) || (options->ipv6 && ipv4)) {
		return bad(result, "group '%.80s' is not IPv%d: name one that is, such as %s",
			   operand, options->ipv4 ? 4 : 6,
			   options->ipv4 ? GROUP_DEFAULT : "[ff15::1]:31900");
	}
	if (group_is_ptp(&options->group)) {
		return bad(
			result,
			"group '%.80s' is PTP's own, where a probe disturbs clocks: take another one, "
			"such as " GROUP_DEFAULT,
			operand);
	}
	if (!group_is_harmless(&options->group) && !options->allow_group) {
		return bad(
			result,
			"group '%.80s' may be in use by others: take one of 239.0.0.0/8 or ff15::/16, "
			"or add --allow-group",
			operand);
	}
	if (!ipv4 && (address[1] & 0x0f) <= 2 && !options->interface) {
		return bad(result, "group '%.80s' is of one link only: name it with -i", operand);
	}
	return check_source(options, result);
}

static int check_rate(struct send_options *options, struct option_result *result)
{
	double bits = 8 * (double)options->length;
	const struct units_rate *rate = &options->rate, *allowed = &options->allowed;
	char text[UNITS_TEXT], allowed_text[UNITS_TEXT];
	double allowed_bps;

	if (rate->kind == UNITS_RATE_MAX) {
		if (allowed->kind != UNITS_RATE_MAX) {
			return bad(result,
				   "rate max is as much as this host can: add --allow-rate max "
				   "if the network can bear it");
		}
		if (options->pattern.pattern != PACING_PERIODIC) {
			return bad(result, "rate max has no schedule: leave --pattern out");
		}
		return 0;
	}
	options->rate_bps = rate->kind == UNITS_RATE_BPS ? rate->value : rate->value * bits;
	allowed_bps = allowed->kind == UNITS_RATE_BPS ? allowed->value : allowed->value * bits;
	if (rate->value < 1e-3 || options->rate_bps > 1e12 || options->rate_bps / bits > 1e9) {
		return bad(result, "rate is out of range: 0.001 to 1000000000 probes a second");
	}
	if (allowed->kind != UNITS_RATE_MAX && options->rate_bps > SEND_UNASKED_BPS &&
	    options->rate_bps > allowed_bps) {
		units_rate_text(options->rate_bps, text);
		if (allowed->value > 0) {
			return bad(result,
				   "rate %s is above the %s of --allow-rate: lower the one or "
				   "raise the other",
				   text, units_rate_text(allowed_bps, allowed_text));
		}
		return bad(
			result,
			"rate %s is above 10 Mb/s: add --allow-rate %.0fbps if the network can bear it",
			text, ceil(options->rate_bps));
	}
	return 0;
}

/* The rate's decimal fraction becomes the period's denominator: the schedule is exactly what was
 * asked. */
static void make_plan(struct send_options *options)
{
	const struct units_rate *rate = &options->rate;
	struct pacing_plan *plan = &options->plan;

	*plan = (struct pacing_plan){
		.pattern = options->pattern.pattern,
		.burst = options->pattern.burst,
		.seed = options->seed.value,
	};
	if (rate->kind == UNITS_RATE_MAX) {
		plan->pattern = PACING_MAX;
	} else if (rate->kind == UNITS_RATE_PPS) {
		plan->period_num = NS_PER_S * 1000000;
		plan->period_den = (uint64_t)llround(rate->value * 1e6);
	} else {
		plan->period_num = NS_PER_S * 1000 * 8 * options->length;
		plan->period_den = (uint64_t)llround(rate->value * 1e3);
	}
}

static void check(struct send_options *options, struct option_result *result)
{
	const char *operand = result->operand_count ? result->operand[0] : GROUP_DEFAULT;
	const char *problem = stamps_check(options->stamp, options->hwstamp,
					   options->interface != NULL, options->offload);

	if (check_group(options, operand, result) < 0 || check_rate(options, result) < 0) {
		return;
	}
	if (options->offload && options->group.count > 1) {
		(void)bad(result, "--offload sends its bursts to one group: leave the +%u out",
			  options->group.count);
		return;
	}
	if (options->witness && !options->interface) {
		(void)bad(result, "--witness captures on one interface: name it with -i");
		return;
	}
	if (problem) {
		(void)bad(result, "%s", problem);
		return;
	}
	if (options->quiet && options->verbose) {
		(void)bad(result, "--quiet and --verbose exclude one another: give one");
		return;
	}
	if (options->interval_ns > 0 && options->interval_ns < SEND_INTERVAL_MIN_NS) {
		(void)bad(result,
			  "--interval is 0 for none, or 10ms and more: printing takes time");
		return;
	}
	if (options->json && options->json_stream) {
		(void)bad(result,
			  "--json and --json-stream are two forms of one result: choose one");
		return;
	}
	if (options->time_ns < 0) {
		options->time_ns = options->count ? 0 : (int64_t)(10 * NS_PER_S);
	}
	make_plan(options);
}

void send_options_parse(int argc, char *const argv[], struct send_options *ret_options,
			struct option_result *ret_result)
{
	/* what has no preset and isn't zero: not given */
	*ret_options = (struct send_options){.time_ns = -1, .pcp = -1};
	option_parse(&send_option_table, argc, argv, ret_options, ret_result);
	if (ret_result->outcome == OPTION_RUN) {
		check(ret_options, ret_result);
	}
}
