/* SPDX-License-Identifier: BSD-2-Clause */
#include "recv_options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "ifname.h"

#define AT(field)       offsetof(struct recv_options, field)
#define INTERVAL_MIN_NS INT64_C(10000000)
#define YEAR_NS         (UINT64_C(366) * 86400 * 1000000000)

/* OPTION_CALL has no place for the metric: a parser for each. */
#define LIMIT_PARSER(name, metric)                                                         \
	static int parse_max_##name(const char *text, void *field, const char **ret_error) \
	{                                                                                  \
		return limits_add(field, metric, text, ret_error) < 0 ? -EINVAL : 0;       \
	}

LIMIT_PARSER(loss, LIMIT_LOSS)
LIMIT_PARSER(dup, LIMIT_DUPLICATE)
LIMIT_PARSER(reorder, LIMIT_REORDER)
LIMIT_PARSER(jitter, LIMIT_JITTER)
LIMIT_PARSER(pdv, LIMIT_PDV)
LIMIT_PARSER(outage, LIMIT_OUTAGE)

static int parse_min_received(const char *text, void *field, const char **ret_error)
{
	return limits_add(field, LIMIT_RECEIVED, text, ret_error) < 0 ? -EINVAL : 0;
}

static const struct option_def options[] = {
	{.name = "interface",
	 .letter = 'i',
	 .type = OPTION_CALL,
	 .offset = AT(interface),
	 .argument = "IF",
	 .parse = ifname_parse,
	 .help = "join on this interface (without: where the routing table points)"},
	{.name = "count",
	 .letter = 'c',
	 .type = OPTION_UINT,
	 .offset = AT(count),
	 .argument = "N",
	 .min = 1,
	 .max = INT64_MAX,
	 .help = "stop after N probes"},
	{.name = "time",
	 .letter = 't',
	 .type = OPTION_DURATION,
	 .offset = AT(time_ns),
	 .argument = "DUR",
	 .min = 0,
	 .max = YEAR_NS,
	 .help = "stop so long after the first probe, 0: never"},
	{.name = "wait",
	 .letter = 'W',
	 .type = OPTION_DURATION,
	 .offset = AT(wait_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = YEAR_NS,
	 .help = "give up when no probe has come by then (default: as --time, or never)"},
	{.name = "lost-after",
	 .letter = 'L',
	 .type = OPTION_DURATION,
	 .offset = AT(lost_after_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = UINT64_C(3600000000000),
	 .preset = "1s",
	 .help = "a probe that has not come by then is lost"},
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
	{.name = "interval",
	 .letter = 'I',
	 .type = OPTION_DURATION,
	 .offset = AT(interval_ns),
	 .argument = "DUR",
	 .min = 0,
	 .max = YEAR_NS,
	 .preset = "1s",
	 .help = "time between interval lines, 0 for none"},
	{.name = "json",
	 .letter = 'J',
	 .type = OPTION_FLAG,
	 .offset = AT(json),
	 .help = "write the report as JSON"},
	{.name = "json-stream",
	 .type = OPTION_FLAG,
	 .offset = AT(json_stream),
	 .help = "write a JSON object a line: the intervals, then the report"},
	{.name = "csv",
	 .type = OPTION_FLAG,
	 .offset = AT(csv),
	 .help = "write the report as CSV, a line for each flow"},
	{.name = "influx",
	 .type = OPTION_FLAG,
	 .offset = AT(influx),
	 .help = "write the report in InfluxDB's line protocol"},
	{.name = "nagios",
	 .type = OPTION_FLAG,
	 .offset = AT(nagios),
	 .help = "write the report as one line of a Nagios plugin"},
	{.name = "output",
	 .letter = 'o',
	 .type = OPTION_TEXT,
	 .offset = AT(output),
	 .argument = "FILE",
	 .help = "write the result to FILE instead of standard output"},
	{.name = "prom",
	 .type = OPTION_TEXT,
	 .offset = AT(prometheus),
	 .argument = "FILE",
	 .help = "also write Prometheus metrics; FILE is replaced as a whole"},
	{.name = "hgrm",
	 .type = OPTION_TEXT,
	 .offset = AT(hgrm),
	 .argument = "FILE",
	 .help = "also write the first flow's delay variation as a percentile distribution"},
	{.name = "max-loss",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "N|P%",
	 .parse = parse_max_loss,
	 .help = "fail when more probes, or a larger share, were lost"},
	{.name = "max-dup",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "N|P%",
	 .parse = parse_max_dup,
	 .help = "fail when more were duplicated"},
	{.name = "max-reorder",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "N|P%",
	 .parse = parse_max_reorder,
	 .help = "fail when more were reordered"},
	{.name = "max-jitter",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "DUR",
	 .parse = parse_max_jitter,
	 .help = "fail when the jitter (RFC 3550) is larger"},
	{.name = "max-pdv",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "[pQ=]DUR",
	 .parse = parse_max_pdv,
	 .help = "fail when the delay variation is larger, at a percentile: p99.9=50us, max=1ms"},
	{.name = "max-outage",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "DUR",
	 .parse = parse_max_outage,
	 .help = "fail when nothing came for longer"},
	{.name = "min-received",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "N|P%",
	 .parse = parse_min_received,
	 .help = "fail when fewer probes came"},
	{.name = "offload",
	 .type = OPTION_FLAG,
	 .offset = AT(offload),
	 .help = "take bursts as one (UDP GRO): for load; stamps are then per burst"},
	{.name = "rcvbuf",
	 .type = OPTION_UINT,
	 .offset = AT(rcvbuf_bytes),
	 .argument = "BYTES",
	 .min = 4096,
	 .max = 1 << 30,
	 .preset = "16777216",
	 .help = "receive buffer of each socket"},
	{.name = "cpus",
	 .letter = 'A',
	 .type = OPTION_CALL,
	 .offset = AT(cpus),
	 .argument = "LIST",
	 .parse = cpulist_parse,
	 .help = "run on these CPUs only: 2, 0-3,8 or 10-14:2"},
	{.name = "fifo",
	 .type = OPTION_UINT,
	 .offset = AT(fifo_priority),
	 .argument = "PRIO",
	 .min = 1,
	 .max = 99,
	 .help = "run with this priority of SCHED_FIFO"},
	{.name = "trace",
	 .type = OPTION_FLAG,
	 .offset = AT(trace),
	 .help = "count why this host's kernel drops packets, for the evidence; needs root"},
	{.name = "quiet",
	 .letter = 'q',
	 .type = OPTION_FLAG,
	 .offset = AT(quiet),
	 .help = "no messages and no interval lines"},
	{.name = "verbose",
	 .letter = 'v',
	 .type = OPTION_FLAG,
	 .offset = AT(verbose),
	 .help = "say on standard error what happens"},
	{.name = "color",
	 .type = OPTION_CHOICE,
	 .offset = AT(color),
	 .argument = "WHEN",
	 .choices = "auto|always|never",
	 .preset = "auto",
	 .help = "colour the text"},
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
	const struct {
		bool given;
		enum recv_form form;
	} forms[] = {
		{o->json, RECV_JSON},     {o->json_stream, RECV_JSON_STREAM}, {o->csv, RECV_CSV},
		{o->influx, RECV_INFLUX}, {o->nagios, RECV_NAGIOS},
	};
	unsigned int given = 0;

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (forms[i].given) {
			o->form = forms[i].form;
			given++;
		}
	}
	if (given > 1) {
		return "--json, --json-stream, --csv, --influx and --nagios exclude one another: give one";
	}
	if (o->interval_ns > 0 && o->interval_ns < INTERVAL_MIN_NS) {
		return "--interval is 0 for none, or 10ms and more: printing takes time";
	}
	if (o->quiet && o->verbose) {
		return "--quiet and --verbose exclude one another: give one";
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
