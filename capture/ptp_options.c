/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A number at *text, which is moved behind it. */
static int take_domain(const char **text, unsigned int *ret_domain)
{
	unsigned int domain = 0;
	size_t digits = strspn(*text, "0123456789");

	if (digits == 0 || digits > 3) {
		return -EINVAL;
	}
	for (size_t i = 0; i < digits; i++) {
		domain = 10 * domain + (unsigned int)((*text)[i] - '0');
	}
	*text += digits;
	*ret_domain = domain;
	return domain > 255 ? -EINVAL : 0;
}

int ptp_options_domains(const char *text, void *field, const char **ret_error)
{
	struct ptp_domains *domains = field;
	unsigned int from, to;

	*ret_error = "domains are numbers from 0 to 255: 0, 0,127 or 24-43";
	do {
		if (take_domain(&text, &from) < 0) {
			return -EINVAL;
		}
		to = from;
		if (*text == '-') {
			text++;
			if (take_domain(&text, &to) < 0 || to < from) {
				return -EINVAL;
			}
		}
		for (unsigned int domain = from; domain <= to; domain++) {
			domains->word[domain / 64] |= UINT64_C(1) << (domain % 64);
		}
	} while (*text++ == ',');
	if (text[-1] != '\0') {
		return -EINVAL;
	}
	domains->any_named = true;
	return 0;
}

int ptp_options_utc_offset(const char *text, void *field, const char **ret_error)
{
	struct ptp_utc_offset *offset = field;
	uint64_t seconds;

	if (units_parse_uint(text, 0, 32767, &seconds) < 0) {
		*ret_error = "is TAI - UTC in seconds, 37 since 2017, or 0 where stamps are in TAI";
		return -EINVAL;
	}
	*offset = (struct ptp_utc_offset){.is_given = true, .seconds = (int64_t)seconds};
	return 0;
}

bool ptp_options_judge(const struct ptp_options *options)
{
	return options->limits.count > 0 || options->limits.has_grandmaster ||
	       options->profile != NULL || options->mask != NULL;
}

/* Those that mean nothing where files are read, unless they are as if not given. NULL: well. */
static const char *settle_files(const struct ptp_options *o)
{
	struct ptp_options unasked = {0};
	struct option_result result;
	struct inputs_live live;
	char *const none[] = {NULL};

	option_parse(&ptp_option_table, 0, none, &unasked, &result);
	live = (struct inputs_live){
		.promiscuous = o->promiscuous,
		.trace = o->trace,
		.is_buffer_set = o->buffer_bytes != unasked.buffer_bytes,
		.wait_ns = o->wait_ns,
	};
	if (o->no_join) {
		return "--no-join is for -i: nothing is joined to read files";
	}
	if (o->snaplen != unasked.snaplen) {
		return "--snaplen is for -i: a file's frames are as long as they are";
	}
	return inputs_settle_files(&live);
}

static void settle_transports(struct ptp_options *o)
{
	o->transports = (o->ethernet ? 1u << TRANSPORT_ETHERNET : 0) |
			(o->ipv4 ? 1u << TRANSPORT_UDP4 : 0) | (o->ipv6 ? 1u << TRANSPORT_UDP6 : 0);
	o->is_transport_given = o->transports != 0;
	if (!o->is_transport_given) {
		o->transports =
			1u << TRANSPORT_ETHERNET | 1u << TRANSPORT_UDP4 | 1u << TRANSPORT_UDP6;
	}
}

/* What no single option can know: how they go together. NULL: well. */
static const char *settle(struct ptp_options *o)
{
	const char *problem = report_options_settle(&o->report);

	if (problem != NULL) {
		return problem;
	}
	o->lists_profiles = o->profile != NULL && strcmp(o->profile, "list") == 0;
	o->lists_masks = o->mask != NULL && strcmp(o->mask, "list") == 0;
	if (o->lists_profiles || o->lists_masks) {
		return NULL;
	}
	problem = inputs_settle(o->interface, &o->read);
	if (problem == NULL && o->read.count > 0) {
		problem = settle_files(o);
	}
	if (problem != NULL) {
		return problem;
	}
	if (o->utc_offset.is_given && !o->synchronised) {
		return "--utc-offset means something with --synchronised alone: without, there is "
		       "no absolute time";
	}
	if (o->floor_delta_ns >= o->floor_window_ns) {
		return "--floor-delta is a part of a delay, --floor-window a time of many packets: "
		       "the window is longer";
	}
	settle_transports(o);
	if (o->wait_ns == 0 && o->interface != NULL) {
		o->wait_ns = o->time_ns;
	}
	return NULL;
}

void ptp_options_parse(int argc, char *const argv[], struct ptp_options *ret_options,
		       struct option_result *ret_result)
{
	struct ptp_options parsed = {0};
	const char *problem;

	option_parse(&ptp_option_table, argc, argv, &parsed, ret_result);
	if (ret_result->outcome != OPTION_RUN) {
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
