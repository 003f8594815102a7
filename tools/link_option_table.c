/* SPDX-License-Identifier: BSD-2-Clause */
/* The options, one by one. */
#include "link_options.h"

#include <errno.h>
#include <stddef.h>

#include "dscp.h"
#include "ifname.h"
#include "iperf_units.h"
#include "report_options.h"
#include "units.h"

#define AT(field) offsetof(struct link_options, field)
#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define DAY_NS    (1440 * MINUTE_NS)

static int parse_bitrate(const char *text, void *field, const char **ret_error)
{
	struct iperf_options *load = field;
	double bps = 0;

	if (iperf_units_rate(text, &bps) < 0 || (bps > 0 && bps < 1)) {
		*ret_error = "a rate in bits a second is written 100M, 1G or 940Mbps; 0 is as fast "
			     "as it goes";
		return -EINVAL;
	}
	load->rate_bps = (uint64_t)bps;
	load->rate_unlimited = load->rate_bps == 0;
	return 0;
}

static int parse_min_rate(const char *text, void *field, const char **ret_error)
{
	double bps = 0;

	if (iperf_units_rate(text, &bps) < 0 || bps < 1) {
		*ret_error = "a rate in bits a second is written 940M, 1G or 940Mbps";
		return -EINVAL;
	}
	*(double *)field = bps;
	return 0;
}

static int parse_bytes(const char *text, void *field, const char **ret_error)
{
	uint64_t bytes = 0;

	if (iperf_units_bytes(text, &bytes) < 0 || bytes == 0 || bytes > IPERF_WINDOW_BYTES) {
		*ret_error = "a number of bytes is written 1400, 128K or 4M; 512M at most";
		return -EINVAL;
	}
	*(uint64_t *)field = bytes;
	return 0;
}

static int parse_max_jitter(const char *text, void *field, const char **ret_error)
{
	struct link_limits *limits = field;
	int64_t ns;

	if (units_parse_duration(text, &ns) < 0) {
		*ret_error = "a duration is written 250us or 1ms";
		return -EINVAL;
	}
	limits->has_max_jitter = true;
	limits->max_jitter_ns = ns;
	return 0;
}

static int parse_max_udp_loss(const char *text, void *field, const char **ret_error)
{
	struct link_limits *limits = field;

	if (units_parse_amount(text, &limits->max_udp_loss) < 0) {
		*ret_error = "a limit is a number of datagrams, or a share such as 0.1%";
		return -EINVAL;
	}
	limits->has_max_udp_loss = true;
	return 0;
}

static int parse_max(const char *text, void *field, const char **ret_error)
{
	return link_limits_max(field, text, ret_error);
}

static int parse_dscp(const char *text, void *field, const char **ret_error)
{
	uint8_t dscp;
	int err = dscp_parse(text, &dscp, ret_error);

	if (err == 0) {
		*(uint64_t *)field = dscp;
	}
	return err;
}

/* Names that are handed to libiperf as words of a command line. */
static int parse_word(const char *text, void *field, const char **ret_error)
{
	if (*text == '-' || *text == '\0') {
		*ret_error = "a name doesn't begin with '-'";
		return -EINVAL;
	}
	*(const char **)field = text;
	return 0;
}

static const struct option_def options[] = {
	{.name = "interface",
	 .letter = 'i',
	 .type = OPTION_CALL,
	 .offset = AT(interface),
	 .argument = "IF",
	 .parse = ifname_parse,
	 .help = "the interface to judge, and through which the load goes"},
	{.name = "server",
	 .letter = 's',
	 .type = OPTION_FLAG,
	 .offset = AT(server),
	 .help = "be the other end: serve this tool and any iperf3"},
	{.name = "passive",
	 .type = OPTION_DURATION,
	 .offset = AT(passive_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = REPORT_OPTIONS_YEAR_NS,
	 .help = "no load: watch the counters for so long"},
	{.name = "snapshot",
	 .type = OPTION_TEXT,
	 .offset = AT(snapshot),
	 .argument = "FILE",
	 .help = "no load: write the counters as they are to FILE"},
	{.name = "compare",
	 .type = OPTION_FLAG,
	 .offset = AT(compares),
	 .help = "judge what lies between two such files"},
	{.name = "time",
	 .letter = 't',
	 .type = OPTION_DURATION,
	 .offset = AT(time_ns),
	 .argument = "DUR",
	 .min = SECOND_NS,
	 .max = DAY_NS,
	 .help = "load it for so long (default 60s)"},
	{.name = "parallel",
	 .letter = 'P',
	 .type = OPTION_UINT,
	 .offset = AT(parallel),
	 .argument = "N",
	 .min = 1,
	 .max = IPERF_STREAMS,
	 .help = "by so many streams"},
	{.name = "reverse",
	 .letter = 'R',
	 .type = OPTION_FLAG,
	 .offset = AT(load.reverse),
	 .help = "the other end sends"},
	{.name = "bidir",
	 .type = OPTION_FLAG,
	 .offset = AT(load.bidirectional),
	 .help = "both ends send at the same time"},
	{.name = "udp",
	 .letter = 'u',
	 .type = OPTION_FLAG,
	 .offset = AT(load.udp),
	 .help = "datagrams instead of TCP: jitter and loss"},
	{.name = "bitrate",
	 .letter = 'b',
	 .type = OPTION_CALL,
	 .offset = AT(load),
	 .argument = "RATE",
	 .parse = parse_bitrate,
	 .help = "of each stream, 100M or 1G; 0: as fast as it goes (default: 1M of UDP, TCP as "
		 "fast as it goes)"},
	{.name = "length",
	 .letter = 'l',
	 .type = OPTION_CALL,
	 .offset = AT(length),
	 .argument = "BYTES",
	 .parse = parse_bytes,
	 .help = "of a write, or a datagram (default 128K, 1400)"},
	{.name = "port",
	 .letter = 'p',
	 .type = OPTION_UINT,
	 .offset = AT(port),
	 .argument = "PORT",
	 .min = 1,
	 .max = 65534,
	 .preset = "5201",
	 .help = "the server's; its counters are told at the next one"},
	{.name = "bind",
	 .letter = 'B',
	 .type = OPTION_CALL,
	 .offset = AT(load.bind_address),
	 .argument = "ADDR",
	 .parse = parse_word,
	 .help = "this address of ours; of a server, the one that it listens at"},
	{.name = "cpus",
	 .letter = 'A',
	 .type = OPTION_CALL,
	 .offset = AT(cpus),
	 .argument = "LIST",
	 .parse = cpulist_parse,
	 .help = "run the load on these CPUs: 2, 0-3,8"},
	{.name = "pin",
	 .type = OPTION_FLAG,
	 .offset = AT(pin),
	 .help = "run the load on the best CPU for the interface, as ptprobe-pin(1) chooses it"},
	{.name = "cport",
	 .type = OPTION_UINT,
	 .offset = AT(cport),
	 .argument = "PORT",
	 .min = 1,
	 .max = 65535,
	 .help = "send from this port"},
	{.name = "connect-timeout",
	 .type = OPTION_DURATION,
	 .offset = AT(connect_timeout_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = MINUTE_NS,
	 .preset = "5s",
	 .help = "give the connection up after so long"},
	{.name = "congestion",
	 .letter = 'C',
	 .type = OPTION_CALL,
	 .offset = AT(load.congestion),
	 .argument = "NAME",
	 .parse = parse_word,
	 .help = "TCP's congestion control: cubic, bbr, ..."},
	{.name = "window",
	 .letter = 'w',
	 .type = OPTION_CALL,
	 .offset = AT(window),
	 .argument = "BYTES",
	 .parse = parse_bytes,
	 .help = "socket buffers: 512K, 4M"},
	{.name = "set-mss",
	 .letter = 'M',
	 .type = OPTION_UINT,
	 .offset = AT(mss),
	 .argument = "BYTES",
	 .min = 88,
	 .max = IPERF_MSS_BYTES,
	 .help = "TCP's maximum segment size"},
	{.name = "tos",
	 .letter = 'S',
	 .type = OPTION_UINT,
	 .offset = AT(tos),
	 .argument = "N",
	 .min = 0,
	 .max = 255,
	 .help = "the whole type of service byte"},
	{.name = "dscp",
	 .type = OPTION_CALL,
	 .offset = AT(dscp),
	 .argument = "D",
	 .parse = parse_dscp,
	 .help = "mark it with this code point: 46, EF, CS5, ..."},
	{.name = "zerocopy",
	 .letter = 'Z',
	 .type = OPTION_FLAG,
	 .offset = AT(load.zerocopy),
	 .help = "send by sendfile(2): less CPU"},
	{.name = "ipv4",
	 .letter = '4',
	 .type = OPTION_FLAG,
	 .offset = AT(ipv4),
	 .help = "IPv4 only"},
	{.name = "ipv6",
	 .letter = '6',
	 .type = OPTION_FLAG,
	 .offset = AT(ipv6),
	 .help = "IPv6 only"},
	{.name = "omit",
	 .letter = 'O',
	 .type = OPTION_DURATION,
	 .offset = AT(omit_ns),
	 .argument = "DUR",
	 .min = 0,
	 .max = IPERF_OMIT_S * SECOND_NS,
	 .help = "leave the first so long, TCP's slow start, out of the figures"},
	{.name = "tests",
	 .type = OPTION_UINT,
	 .offset = AT(tests),
	 .argument = "N",
	 .min = 1,
	 .help = "with --server: end after so many"},
	{.name = "longest",
	 .type = OPTION_DURATION,
	 .offset = AT(longest_ns),
	 .argument = "DUR",
	 .min = SECOND_NS,
	 .max = REPORT_OPTIONS_YEAR_NS,
	 .preset = "25h",
	 .help = "with --server: no test takes longer"},
	{.name = "speed",
	 .type = OPTION_UINT,
	 .offset = AT(speed),
	 .argument = "MBPS",
	 .min = 1,
	 .max = 10000000,
	 .help = "fail when the link has another speed, in Mb/s"},
	{.name = "duplex",
	 .type = OPTION_CHOICE,
	 .offset = AT(duplex),
	 .argument = "WHICH",
	 .choices = "any|half|full",
	 .preset = "any",
	 .help = "fail when the link has another duplex"},
	{.name = "mtu",
	 .type = OPTION_UINT,
	 .offset = AT(mtu),
	 .argument = "BYTES",
	 .min = 68,
	 .max = 1000000,
	 .help = "fail when the interface has another MTU"},
	{.name = "min-rate",
	 .type = OPTION_CALL,
	 .offset = AT(limits.min_rate_bps),
	 .argument = "RATE",
	 .parse = parse_min_rate,
	 .help = "fail when less arrived, in each direction that was loaded: 900M"},
	{.name = "max-retrans",
	 .type = OPTION_UINT,
	 .offset = AT(max_retrans),
	 .argument = "N",
	 .min = 0,
	 .help = "fail when TCP sent more segments again"},
	{.name = "max-jitter",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "DUR",
	 .parse = parse_max_jitter,
	 .help = "fail when UDP's jitter is larger"},
	{.name = "max-udp-loss",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "N|P%",
	 .parse = parse_max_udp_loss,
	 .help = "fail when more datagrams, or a larger share, were lost"},
	{.name = "max",
	 .type = OPTION_CALL,
	 .offset = AT(limits),
	 .argument = "CLASS=N",
	 .parse = parse_max,
	 .help = "fail when more errors of a class were counted: host=0, wire=any (default: wire, "
		 "duplex and link at 0)"},
	{.name = "far-end",
	 .type = OPTION_FLAG,
	 .offset = AT(far_end),
	 .help = "without the other end's counters it is inconclusive"},
	{.name = "interval",
	 .letter = 'I',
	 .type = OPTION_DURATION,
	 .offset = AT(interval_ns),
	 .argument = "DUR",
	 .min = 0,
	 .max = REPORT_OPTIONS_YEAR_NS,
	 .preset = "1s",
	 .help = "time between lines on what passes the interface, 0 for none"},
	{.name = "json",
	 .letter = 'J',
	 .type = OPTION_FLAG,
	 .offset = AT(json),
	 .help = "write the report as JSON"},
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
	{.name = "quiet",
	 .letter = 'q',
	 .type = OPTION_FLAG,
	 .offset = AT(quiet),
	 .help = "no messages, and no interval lines"},
	{.name = "verbose",
	 .letter = 'v',
	 .type = OPTION_FLAG,
	 .offset = AT(verbose),
	 .help = "say what is being done"},
	{.name = "color",
	 .type = OPTION_CHOICE,
	 .offset = AT(color),
	 .argument = "WHEN",
	 .choices = "auto|always|never",
	 .preset = "auto",
	 .help = "colour the text"},
};

const struct option_table link_option_table = {
	.program = "ptprobe-link",
	.operands = "-i IF HOST | -i IF --server | -i IF --passive DUR | --compare A B",
	.purpose = "read a card's counters, load the link, read them again: can it be trusted?",
	.examples =
		"  ptprobe-link -i eth0 --server                the other end\n"
		"  ptprobe-link -i eth0 HOST                    load it for a minute, and judge\n"
		"  ptprobe-link -i eth0 --speed 1000 --duplex full --min-rate 900M HOST\n"
		"  ptprobe-link -i eth0 -u -b 500M --max-udp-loss 0 HOST\n"
		"  ptprobe-link -i eth0 --passive 10s           watch it under its own load\n"
		"  ptprobe-link -i eth0 --snapshot before.json  by hand: then, after the load,\n"
		"  ptprobe-link -i eth0 --snapshot after.json\n"
		"  ptprobe-link --compare before.json after.json\n",
	.max_operands = 2,
	.count = sizeof(options) / sizeof(*options),
	.option = options,
};
