/* SPDX-License-Identifier: BSD-2-Clause */
#include "recv_options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "ifname.h"
#include "ptp_shape.h"
#include "stamps.h"
#include "units.h"

#define AT(field) offsetof(struct recv_options, field)
#define YEAR_NS   REPORT_OPTIONS_YEAR_NS

#define PTP_GROUP_IPV4 "224.0.1.129"
#define PTP_GROUP_IPV6 "ff0e::181"

static const uint8_t ptp_mac[6] = PTP_MAC, ptp_peer_mac[6] = PTP_PEER_MAC;

static int parse_domain(const char *text, void *field, const char **ret_error)
{
	struct recv_ptp *ptp = field;
	uint64_t domain = 0;

	if (text != NULL && units_parse_uint(text, 0, UINT8_MAX, &domain) < 0) {
		*ret_error = "a PTP domain is a number from 0 to 255";
		return -EINVAL;
	}
	*ptp = (struct recv_ptp){true, text != NULL, (uint8_t)domain};
	return 0;
}

static int parse_mac(const char *text, void *field, const char **ret_error)
{
	struct recv_l2 *l2 = field;

	*l2 = (struct recv_l2){true, text != NULL, {.port = PTP_SHAPE_EVENT_PORT}};
	if (text != NULL &&
	    (endpoint_parse_mac(text, &l2->mac) < 0 || !endpoint_is_multicast(&l2->mac))) {
		*ret_error = "write a multicast MAC address, such as 01-1B-19-00-00-00";
		return -EINVAL;
	}
	return 0;
}

static const struct option_def options[] = {
	{.name = "interface",
	 .letter = 'i',
	 .type = OPTION_CALL,
	 .offset = AT(interface),
	 .argument = "IF",
	 .parse = ifname_parse,
	 .help = "join on this interface (without: where the routing table points)"},
	{.name = "ptp",
	 .type = OPTION_CALL,
	 .offset = AT(ptp),
	 .argument = "DOMAIN",
	 .argument_optional = true,
	 .parse = parse_domain,
	 .help = "hear PTP-shaped probes, in any domain or in that one; needs ports 319 and 320"},
	{.name = "l2",
	 .type = OPTION_CALL,
	 .offset = AT(l2),
	 .argument = "MAC",
	 .argument_optional = true,
	 .parse = parse_mac,
	 .help = "hear them in Ethernet frames, to both of PTP's MAC addresses or to that one; "
		 "needs CAP_NET_RAW"},
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
	.examples =
		"  ptprobe-recv -i eth0                           "
		"default group " GROUP_DEFAULT "\n"
		"  ptprobe-recv -i eth0 192.0.2.1,232.1.2.3:5000  only from that source\n"
		"  ptprobe-recv -i eth0 --max-loss 0 --max-pdv p99.9=50us -t 10s\n"
		"  ptprobe-recv -i eth0 --ptp                     Syncs and Follow_Ups, apart\n",
	.max_operands = 1,
	.count = sizeof(options) / sizeof(*options),
	.option = options,
};

/* What PTP-shaped probes don't go with. NULL: well. */
static const char *settle_ptp(struct recv_options *o, bool has_group)
{
	o->ptp.is_given |= o->l2.is_given;
	if (!o->ptp.is_given) {
		return NULL;
	}
	if (o->offload) {
		return "--offload is for native probes: PTP's come one by one";
	}
	if (!o->l2.is_given) {
		if (o->group.first.port != GROUP_DEFAULT_PORT &&
		    o->group.first.port != PTP_SHAPE_EVENT_PORT) {
			return "PTP's ports are 319 and 320: name the group without a port";
		}
		o->group.first.port = PTP_SHAPE_EVENT_PORT;
		return NULL;
	}
	if (has_group) {
		return "--l2 hears frames, which have no group: --l2=MAC names an address";
	}
	if (o->ipv4 || o->ipv6) {
		return "--l2 hears frames without IP: leave -4 and -6 away";
	}
	if (o->interface == NULL) {
		return "--l2 needs an interface: give -i IF";
	}
	o->hears_both_macs = !o->l2.has_mac;
	if (o->hears_both_macs) {
		o->other_mac.port = PTP_SHAPE_EVENT_PORT;
		endpoint_set_mac(&o->other_mac, ptp_peer_mac);
		endpoint_set_mac(&o->l2.mac, ptp_mac);
	}
	o->group = (struct group){.first = o->l2.mac, .count = 1};
	return NULL;
}

/* What no single option can know: how they go together. NULL: well. */
static const char *settle(struct recv_options *o, bool has_group)
{
	const char *problem = report_options_settle(&o->report);

	problem = problem != NULL ? problem : settle_ptp(o, has_group);
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

static const char *default_group(const struct recv_options *o)
{
	if (!o->ptp.is_given) {
		return GROUP_DEFAULT;
	}
	return o->ipv6 ? PTP_GROUP_IPV6 : PTP_GROUP_IPV4;
}

void recv_options_parse(int argc, char *const argv[], struct recv_options *ret_options,
			struct option_result *ret_result)
{
	struct recv_options parsed = {0};
	const char *text, *problem;

	option_parse(&recv_option_table, argc, argv, &parsed, ret_result);
	if (ret_result->outcome != OPTION_RUN) {
		return;
	}
	text = ret_result->operand_count > 0 ? ret_result->operand[0] : default_group(&parsed);
	if (group_parse(text, &parsed.group, &problem) < 0) {
		ret_result->outcome = OPTION_BAD;
		snprintf(ret_result->error, sizeof(ret_result->error), "group '%.80s': %s", text,
			 problem);
		return;
	}
	problem = settle(&parsed, ret_result->operand_count > 0);
	if (problem != NULL) {
		ret_result->outcome = OPTION_BAD;
		snprintf(ret_result->error, sizeof(ret_result->error), "%s", problem);
		return;
	}
	*ret_options = parsed;
}
