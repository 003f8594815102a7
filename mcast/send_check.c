/* SPDX-License-Identifier: BSD-2-Clause */
#include "send_check.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ptp_shape.h"
#include "send_options.h"
#include "stamps.h"
#include "wire.h"

#define NS_PER_S UINT64_C(1000000000)

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

/* What one link alone has can't be routed. */
static int check_scope(const struct send_options *options, const char *operand,
		       struct option_result *result)
{
	const struct endpoint *first = &options->group.first;

	if (!endpoint_is_ipv4(first) && (first->address[1] & 0x0f) <= 2 && !options->interface) {
		return bad(result, "group '%.80s' is of one link only: name it with -i", operand);
	}
	return 0;
}

static int check_harm(const struct send_options *options, const char *operand,
		      struct option_result *result)
{
	if (group_is_ptp(&options->group)) {
		if (options->ptp.given) {
			return 0;
		}
		return bad(result,
			   "group '%.80s' is PTP's own, where a probe of another shape disturbs "
			   "clocks: take another one, such as " GROUP_DEFAULT ", or --ptp",
			   operand);
	}
	if (!group_is_harmless(&options->group) && !options->allow_group) {
		return bad(
			result,
			"group '%.80s' may be in use by others: take one of 239.0.0.0/8 or ff15::/16, "
			"or add --allow-group",
			operand);
	}
	return 0;
}

static int check_ptp_group(struct send_options *options, const char *operand,
			   struct option_result *result)
{
	struct group *group = &options->group;
	bool is_default = group->first.port == GROUP_DEFAULT_PORT && !strstr(operand, ":31900");

	if (!is_default && group->first.port != PTP_SHAPE_EVENT_PORT) {
		return bad(result, "group '%.80s': PTP's ports are 319 and 320: leave the port out",
			   operand);
	}
	group->first.port = PTP_SHAPE_EVENT_PORT;
	if (group->count > 1) {
		return bad(result, "--ptp probes one group: leave the +%u out", group->count);
	}
	return 0;
}

/* Of the family that is insisted on. */
static const char *example_group(const struct send_options *options)
{
	if (options->ptp.given) {
		return options->ipv6 ? SEND_PTP_GROUP_6 : SEND_PTP_GROUP;
	}
	return options->ipv6 ? "[ff15::1]:31900" : GROUP_DEFAULT;
}

static int check_group(struct send_options *options, const char *operand,
		       struct option_result *result)
{
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
			   operand, options->ipv4 ? 4 : 6, example_group(options));
	}
	if ((options->ptp.given && check_ptp_group(options, operand, result) < 0) ||
	    check_harm(options, operand, result) < 0 || check_scope(options, operand, result) < 0) {
		return -EINVAL;
	}
	return check_source(options, result);
}

uint64_t send_options_probe_bytes(const struct send_options *options)
{
	return options->ptp.given ? PTP_SHAPE_SYNC_LENGTH + PTP_SHAPE_FOLLOW_UP_LENGTH
				  : options->length;
}

/* Up to here nothing needs to be allowed. */
static double unasked_bps(const struct send_options *options)
{
	return options->ptp.given
		       ? SEND_PTP_UNASKED_PPS * 8 * (double)send_options_probe_bytes(options)
		       : SEND_UNASKED_BPS;
}

static int check_rate(struct send_options *options, struct option_result *result)
{
	double bits = 8 * (double)send_options_probe_bytes(options);
	const struct units_rate *rate = &options->rate, *allowed = &options->allowed;
	char text[UNITS_TEXT], allowed_text[UNITS_TEXT];
	double allowed_bps;

	if (rate->kind == UNITS_RATE_MAX) {
		if (options->ptp.given) {
			return bad(result, "rate max is none of PTP's: take a number, such as 128");
		}
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
	if (allowed->kind != UNITS_RATE_MAX && options->rate_bps > unasked_bps(options) &&
	    options->rate_bps > allowed_bps) {
		units_rate_text(options->rate_bps, text);
		if (allowed->value > 0) {
			return bad(result,
				   "rate %s is above the %s of --allow-rate: lower the one or "
				   "raise the other",
				   text, units_rate_text(allowed_bps, allowed_text));
		}
		if (options->ptp.given) {
			return bad(result,
				   "rate %g is above 128 a second, PTP's highest default: add "
				   "--allow-rate %.0fpps if the network can bear it",
				   options->rate_bps / bits, ceil(options->rate_bps / bits));
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
		plan->period_num = NS_PER_S * 1000 * 8 * send_options_probe_bytes(options);
		plan->period_den = (uint64_t)llround(rate->value * 1e3);
	}
}

/* Frames without IP. */
static int check_l2(struct send_options *options, struct option_result *result)
{
	char mac[ENDPOINT_ADDRESS_TEXT];

	if (result->operand_count > 0) {
		return bad(result,
			   "'%.80s' is a group of IP, and --l2 sends without: leave one of them "
			   "out, or name the group's MAC address as --l2=MAC",
			   result->operand[0]);
	}
	if (options->ipv4 || options->ipv6) {
		return bad(result, "--l2 sends without IP: leave -%d out", options->ipv4 ? 4 : 6);
	}
	if (!endpoint_is_unspecified(&options->bind)) {
		return bad(result, "--l2 sends from the interface's MAC address: leave --bind out");
	}
	if (options->dscp != 0) {
		return bad(result,
			   "frames without IP have no DSCP: leave --dscp out, or take --pcp");
	}
	if (options->ttl != 1) {
		return bad(result, "frames without IP have no TTL: leave --ttl out");
	}
	options->ttl = 0;
	options->group = (struct group){.first = options->l2.mac, .count = 1};
	if (!group_is_ptp(&options->group) && !options->allow_group) {
		return bad(result,
			   "MAC address %s may be in use by others: take 01-1B-19-00-00-00 or "
			   "01-80-C2-00-00-0E, or add --allow-group",
			   endpoint_address_text(&options->group.first, mac));
	}
	return 0;
}

static int check_ptp(struct send_options *options, struct option_result *result)
{
	if (options->length != 0) {
		return bad(
			result,
			"--ptp has the lengths of PTP's messages, %d and %d bytes: leave --length "
			"out",
			PTP_SHAPE_SYNC_LENGTH, PTP_SHAPE_FOLLOW_UP_LENGTH);
	}
	if (options->offload) {
		return bad(result,
			   "--ptp needs stamps of its departures, and --offload takes none: "
			   "leave one of them out");
	}
	if (!options->interface) {
		return bad(result,
			   "--ptp listens on one interface before it sends: name it with -i");
	}
	if (options->listen_ns < 0) {
		options->listen_ns = SEND_LISTEN_NS;
	}
	if (options->listen_ns < SEND_LISTEN_NS && !(options->listen_ns == 0 && options->force)) {
		return bad(result,
			   "--listen is 3s and more, for so long a master may be silent; or 0 "
			   "together with --force");
	}
	options->length = PTP_SHAPE_SYNC_LENGTH;
	return 0;
}

static int check_shape(struct send_options *options, struct option_result *result)
{
	if (options->l2.given && !options->ptp.given) {
		options->ptp = (struct send_ptp){true, SEND_PTP_DOMAIN};
	}
	if (options->ptp.given) {
		return check_ptp(options, result);
	}
	if (options->listen_ns >= 0 || options->force) {
		return bad(result, "--%s is of PTP-shaped probes: add --ptp",
			   options->force ? "force" : "listen");
	}
	if (options->length == 0) {
		options->length = WIRE_HEADER_LENGTH;
	}
	return 0;
}

static int check_target(struct send_options *options, struct option_result *result)
{
	const char *operand = options->ptp.given ? example_group(options) : GROUP_DEFAULT;

	if (options->l2.given) {
		return check_l2(options, result);
	}
	return check_group(options, result->operand_count ? result->operand[0] : operand, result);
}

void send_check(struct send_options *options, struct option_result *result)
{
	const char *problem = stamps_check(options->stamp, options->hwstamp,
					   options->interface != NULL, options->offload);

	if (check_shape(options, result) < 0 || check_target(options, result) < 0 ||
	    check_rate(options, result) < 0) {
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
