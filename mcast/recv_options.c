/* SPDX-License-Identifier: BSD-2-Clause */
#include "recv_options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "ifname.h"
#include "stamps.h"

#define AT(field) offsetof(struct recv_options, field)
#define YEAR_NS   REPORT_OPTIONS_YEAR_NS

static const struct option_def options[] = {
	{.name = "interface",
	 .letter = 'i',
	 .type = OPTION_CALL,
	 .offset = AT(interface),
	 .argument = "IF",
	 .parse = ifname_parse,
	 .help = "join on this interface (without: where the routing table points)"},
	REPORT_OPTIONS_SPAN(struct recv_options),
	{.name = "wait",
	 .letter = 'W',
	 .type = OPTION_DURATION,
	 .offset = AT(wait_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = YEAR_NS,
	 .help = "give up when no probe has come by then (default: as --time, or never)"},
	{.name = "ipv4",
	 .letter = '4',
	 .type = OPTION_FLAG,
	 .offset = AT(ipv4),
	 .help = "insist on an IPv4 group"},
	{.name = "ipv6",
	 .letter = '6',
	 .type = OPTION_FLAG,
	 .offset = AT(ipv6),
	 .help = "insist on an IPv6 group"},
	REPORT_OPTIONS_FORMS(struct recv_options, report),
	REPORT_OPTIONS_LIMITS(struct recv_options, report),
	STAMPS_OPTIONS(struct recv_options),
	{.name = "offload",
	 .type = OPTION_FLAG,
	 .offset = AT(offload),
	 .help = "take bursts as one (UDP GRO): for load; stamps are then per burst"},
	{.name = "witness",
	 .type = OPTION_FLAG,
	 .offset = AT(witness),
	 .help = "capture beside it, and say where probes were lost (needs CAP_NET_RAW)"},
	{.name = "rcvbuf",
	 .type = OPTION_UINT,
	 .offset = AT(rcvbuf_bytes),
	 .argument = "BYTES",
	 .min = 4096,
	 .max = 1 << 30,
	 .preset = "16777216",
	 .help = "receive buffer of each socket"},
	REPORT_OPTIONS_PLACE(struct recv_options),
	REPORT_OPTIONS_TALK(struct recv_options, report),
};

const struct option_table recv_option_table = {
	.program = "ptprobe-recv",
	.operands = "[[SOURCE,]GROUP[:PORT][+N]]",
	.purpose = "join a multicast group, measure every stream of probes in it, judge limits",
	.examples = "  ptprobe-recv -i eth0                           "
		    "default group " GROUP_DEFAULT "\n"
		    "  ptprobe-recv -i eth0 192.0.2.1,232.1.2.3:5000  only from that source\n"
		    "  ptprobe-recv -i eth0 --max-loss 0 --max-pdv p99.9=50us -t 10s\n",
	.max_operands = 1,
	.count = sizeof(options) / sizeof(*options),
	.option = options,
};

/* What no single option can know: how they go together. NULL: well. */
static const char *settle(struct recv_options *o)
{
	const char *problem = report_options_settle(&o->report);

	if (problem == NULL) {
		problem = stamps_check(o->stamp, o->hwstamp, o->interface != NULL, o->offload);
	}
	if (problem != NULL) {
		return problem;
	}
	if (o->ipv4 && o->ipv6) {
		return "-4 and -6 exclude one another: give one";
	}
	if (o->ipv4 && !endpoint_is_ipv4(&o->group.first)) {
		return "-4 with an IPv6 group: name an IPv4 group, such as 239.255.31.9";
	}
	if (o->ipv6 && endpoint_is_ipv4(&o->group.first)) {
		return "-6 with an IPv4 group: name an IPv6 group, such as ff15::1f09";
	}
	if (o->wait_ns == 0) {
		o->wait_ns = o->time_ns;
	}
	return NULL;
}

void recv_options_parse(int argc, char *const argv[], struct recv_options *ret_options,
			struct option_result *ret_result)
{
	struct recv_options parsed = {0};
	const char *text = GROUP_DEFAULT, *problem;

	option_parse(&recv_option_table, argc, argv, &parsed, ret_result);
	if (ret_result->outcome != OPTION_RUN) {
		return;
	}
	if (ret_result->operand_count > 0) {
		text = ret_result->operand[0];
	}
	if (group_parse(text, &parsed.group, &problem) < 0) {
		ret_result->outcome = OPTION_BAD;
		snprintf(ret_result->error, sizeof(ret_result->error), "group '%.80s': %s", text,
			 problem);
		return;
	}
	problem = settle(&parsed);
	if (problem != NULL) {
		ret_result->outcome = OPTION_BAD;
		snprintf(ret_result->error, sizeof(ret_result->error), "%s", problem);
		return;
	}
	*ret_options = parsed;
}
