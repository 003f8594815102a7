/* SPDX-License-Identifier: BSD-2-Clause */
/* What the options mean together. */
#include "link_options.h"

#include <stdio.h>
#include <string.h>

#define NONE      UINT64_MAX
#define SECOND_NS INT64_C(1000000000)

static const int64_t time_preset_ns = 60 * SECOND_NS;

/* Which of the tasks was asked for. NULL: well. */
static const char *settle_task(struct link_options *o, const struct option_result *result)
{
	if (o->server + (o->passive_ns > 0) + (o->snapshot != NULL) + o->compares > 1) {
		return "--server, --passive, --snapshot and --compare exclude one another: give one";
	}
	o->task = o->server             ? LINK_SERVE
		  : o->passive_ns > 0   ? LINK_PASSIVE
		  : o->snapshot != NULL ? LINK_SNAPSHOT
		  : o->compares         ? LINK_COMPARE
					: LINK_LOAD;
	if (o->compares) {
		o->compare[0] = result->operand[0];
		o->compare[1] = result->operand[1];
		return result->operand_count == 2 ? NULL
						  : "--compare takes two files: before, and after";
	}
	if (o->interface == NULL) {
		return "which interface? give -i IF";
	}
	if (o->task == LINK_LOAD) {
		o->load.host = result->operand[0];
		if (result->operand_count != 1) {
			return result->operand_count == 0
				       ? "load it against whom? name the HOST of an iperf3 or "
					 "ptprobe-link server, or see --passive"
				       : "one HOST only";
		}
		return *o->load.host == '-' ? "a HOST doesn't begin with '-'" : NULL;
	}
	return result->operand_count > 0 ? "a HOST is for a load: leave it out" : NULL;
}

/* A limit of --max that isn't the preset. */
static bool limits_a_class(const struct link_limits *limits)
{
	struct link_limits preset;

	link_limits_init(&preset);
	for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
		if (limits->max[class].is_judged != preset.max[class].is_judged ||
		    limits->max[class].most != preset.max[class].most) {
			return true;
		}
	}
	return false;
}

/* Those of a load, where there is none. NULL: well. */
static const char *settle_unloaded(const struct link_options *o)
{
	const struct iperf_options *load = &o->load;

	if (load->reverse || load->bidirectional || load->udp || load->zerocopy ||
	    load->rate_bps > 0 || load->rate_unlimited || o->time_ns > 0 || o->omit_ns > 0 ||
	    o->parallel > 0 || o->length > 0 || o->window > 0 || o->mss > 0 || o->cport > 0 ||
	    load->congestion != NULL || o->tos != NONE || o->dscp != NONE) {
		return o->task == LINK_SERVE ? "the load is the client's to choose: give its "
					       "options there"
					     : "there is no load: leave out the options of one";
	}
	if (o->task != LINK_SERVE && load->bind_address != NULL) {
		return "there is no load that could be bound: leave out -B";
	}
	if (o->limits.min_rate_bps > 0 || o->max_retrans != NONE || o->limits.has_max_jitter ||
	    o->limits.has_max_udp_loss || o->far_end) {
		return "there is no load whose result could be judged: leave out its limits";
	}
	if (o->pin || cpulist_count(&o->cpus) > 0) {
		return o->task == LINK_SERVE ? NULL : "there is no load that could be placed";
	}
	return NULL;
}

static void fill_load(struct link_options *o)
{
	int64_t time_ns = o->time_ns > 0 ? o->time_ns : time_preset_ns;

	o->load.port = (uint16_t)o->port;
	o->control_port = (uint16_t)(o->port + 1);
	o->load.family = o->ipv4 ? 4 : o->ipv6 ? 6 : 0;
	/* libiperf knows whole seconds */
	o->load.seconds = (uint32_t)((time_ns + SECOND_NS - 1) / SECOND_NS);
	o->load.omit_s = (uint32_t)((o->omit_ns + SECOND_NS - 1) / SECOND_NS);
	o->load.parallel = (uint32_t)o->parallel;
	o->load.length_bytes = (uint32_t)o->length;
	o->load.window_bytes = (uint32_t)o->window;
	o->load.mss_bytes = (uint32_t)o->mss;
	o->load.cport = (uint16_t)o->cport;
	o->load.connect_timeout_ms = (uint32_t)(o->connect_timeout_ns / 1000000);
	o->load.tos = o->tos != NONE    ? (uint8_t)o->tos
		      : o->dscp != NONE ? (uint8_t)(o->dscp << 2)
					: 0;
	o->limits.speed_mbps = (uint32_t)o->speed;
	o->limits.mtu_bytes = (uint32_t)o->mtu;
	o->limits.duplex = (enum snapshot_duplex)o->duplex;
	o->limits.has_max_retrans = o->max_retrans != NONE;
	o->limits.max_retrans = o->max_retrans != NONE ? o->max_retrans : 0;
	o->limits.far_end_needed = o->far_end;
}

/* Those of a judgement, where nothing is judged. NULL: well. */
static const char *settle_unjudged(const struct link_options *o)
{
	bool has_limits = o->speed > 0 || o->duplex > 0 || o->mtu > 0 || limits_a_class(&o->limits);
	bool has_forms = o->json || o->nagios || o->prometheus != NULL || o->output != NULL;

	if (o->task == LINK_SERVE && (has_limits || has_forms)) {
		return "a server judges nothing: give limits and forms of the result to its client";
	}
	if (o->task == LINK_SNAPSHOT && has_limits) {
		return "--snapshot judges nothing: give limits to --compare";
	}
	if (o->task == LINK_SNAPSHOT && has_forms) {
		return "--snapshot writes its FILE, which is JSON, and nothing else: leave out -J, "
		       "--nagios, --prom and -o";
	}
	return NULL;
}

/* What libiperf would refuse in the midst of a run, or pass over. NULL: well. */
static const char *settle_load(const struct link_options *o)
{
	const struct iperf_options *load = &o->load;

	if (load->udp && (load->zerocopy || load->congestion != NULL || o->mss > 0)) {
		return "--congestion, --set-mss and --zerocopy are TCP's: leave them out, or -u";
	}
	if (load->udp && o->length > 0 &&
	    (o->length < IPERF_UDP_MIN_BYTES || o->length > IPERF_UDP_LENGTH_BYTES)) {
		return "--length of a datagram is 16 to 65507";
	}
	if (!load->udp && o->length > IPERF_TCP_LENGTH_BYTES) {
		return "--length of a write is 1M at most";
	}
	return NULL;
}

/* What no single option can know: how they go together. NULL: well. */
static const char *settle(struct link_options *o, const struct option_result *result)
{
	const char *bind = o->load.bind_address;
	const char *problem = settle_task(o, result);

	if (problem == NULL && o->task != LINK_LOAD) {
		problem = settle_unloaded(o);
	}
	if (problem == NULL) {
		problem = o->task == LINK_LOAD ? settle_load(o) : settle_unjudged(o);
	}
	if (problem != NULL) {
		return problem;
	}
	if (o->ipv4 && o->ipv6) {
		return "-4 and -6 exclude one another: give one";
	}
	if (bind != NULL && ((o->ipv4 && strchr(bind, ':') != NULL) ||
			     (o->ipv6 && bind[strspn(bind, "0123456789.")] == '\0'))) {
		return "-B has an address of another family than -4 or -6 asks for";
	}
	if (o->tos != NONE && o->dscp != NONE) {
		return "--tos and --dscp set the same byte: give one";
	}
	if (o->load.reverse && o->load.bidirectional) {
		return "--reverse and --bidir exclude one another: give one";
	}
	if (o->pin && cpulist_count(&o->cpus) > 0) {
		return "--pin chooses what --cpus names: give one";
	}
	if (o->json && o->nagios) {
		return "--json and --nagios are two forms of one result: give one";
	}
	if (o->quiet && o->verbose) {
		return "-q and -v exclude one another: give one";
	}
	if (o->load.udp && o->max_retrans != NONE) {
		return "--max-retrans is for TCP: UDP sends nothing again";
	}
	if (!o->load.udp && (o->limits.has_max_jitter || o->limits.has_max_udp_loss)) {
		return "--max-jitter and --max-udp-loss are for -u";
	}
	if (o->task != LINK_SERVE && o->tests > 0) {
		return "--tests is for --server";
	}
	fill_load(o);
	return NULL;
}

void link_options_parse(int argc, char *const argv[], struct link_options *ret_options,
			struct option_result *ret_result)
{
	char error[IPERF_ARGV_ERROR];
	struct iperf_argv words;
	const char *problem;

	*ret_options = (struct link_options){.tos = NONE, .dscp = NONE, .max_retrans = NONE};
	link_limits_init(&ret_options->limits);
	option_parse(&link_option_table, argc, argv, ret_options, ret_result);
	if (ret_result->outcome != OPTION_RUN) {
		return;
	}
	problem = settle(ret_options, ret_result);
	if (problem == NULL && ret_options->task == LINK_LOAD &&
	    iperf_argv_fill(&words, &ret_options->load, error) < 0) {
		problem = error;
	}
	if (problem != NULL) {
		ret_result->outcome = OPTION_BAD;
		snprintf(ret_result->error, sizeof(ret_result->error), "%s", problem);
	}
}
