/* SPDX-License-Identifier: BSD-2-Clause */
#include "silence.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "endpoint.h"
#include "group.h"

static __attribute__((format(printf, 2, 3))) void add(struct silence_reasons *reasons,
						      const char *format, ...)
{
	va_list arguments;

	if (reasons->count < SILENCE_REASONS) {
		va_start(arguments, format);
		vsnprintf(reasons->reason[reasons->count++], SILENCE_TEXT, format, arguments);
		va_end(arguments);
	}
}

/* What keeps this host from hearing anything. */
static void explain_link(const struct silence *silence, struct silence_reasons *reasons)
{
	const char *interface = silence->interface;

	if (!silence->interface_exists) {
		add(reasons, "%s was deleted and has not come back: create it again", interface);
	} else if (!silence->carrier) {
		add(reasons, "%s is down or has no carrier: 'ip link set %s up', look at the cable",
		    interface, interface);
	} else if (!silence->is_member) {
		add(reasons,
		    "this host is not a member of the group on %s: another program or the kernel has "
		    "ended the membership: start again",
		    interface);
	}
}

/* What came as far as the socket. */
static void explain_heard(const struct silence *silence, struct silence_reasons *reasons)
{
	uint64_t strange = silence->alien - silence->other_version;

	if (silence->other_version > 0) {
		add(reasons,
		    "%" PRIu64
		    " probes of another ptprobe version came: install the same version at both "
		    "ends",
		    silence->other_version);
	}
	if (silence->corrupt > 0) {
		add(reasons,
		    "%" PRIu64
		    " probes came, each of them corrupt: something on the path changes payloads",
		    silence->corrupt);
	}
	if (silence->unheard_ends > 0) {
		add(reasons,
		    "the end of a run was announced that may have begun before this receiver joined: "
		    "start the receiver first, a second or more before the sender");
	}
	if (strange > 0) {
		add(reasons,
		    "%" PRIu64
		    " datagrams came to port %u that are no probes: another program sends to it: "
		    "choose another port at both ends",
		    strange, silence->group->first.port);
	}
}

static void explain_ptp(const struct silence *silence, struct silence_reasons *reasons)
{
	uint64_t others = silence->foreign_ptp - silence->unvouched_syncs - silence->other_domain;

	if (silence->other_domain > 0) {
		add(reasons,
		    "%" PRIu64
		    " probes of domain %u came: listen to it by --ptp=%u, or to all by --ptp",
		    silence->other_domain, silence->last_other_domain, silence->last_other_domain);
	}
	if (silence->unvouched_syncs > 0) {
		add(reasons,
		    "%" PRIu64
		    " Syncs came that could be probes, and no Follow_Up to vouch for them: does "
		    "the path pass general messages%s?",
		    silence->unvouched_syncs,
		    endpoint_is_mac(&silence->group->first) ? "" : " (port 320)");
	}
	if (others > 0) {
		add(reasons,
		    "%" PRIu64
		    " PTP messages of other clocks came, so PTP does reach this host: is the "
		    "sender running, with --ptp, to the same group?",
		    others);
	}
}

/* What the kernel has dropped before the socket. */
static void explain_dropped(const struct silence *silence, struct silence_reasons *reasons)
{
	if (silence->checksum > 0) {
		add(reasons,
		    "the kernel dropped %" PRIu64
		    " datagrams for a wrong UDP checksum: look for a broken "
		    "checksum offload ('ethtool -K IF tx off' at the sender)",
		    silence->checksum);
	} else if (silence->own_drops > 0) {
		add(reasons,
		    "this host dropped %" PRIu64 " datagrams for want of buffer: raise --rcvbuf",
		    silence->own_drops);
	}
	if (silence->reverse_path > 0) {
		add(reasons,
		    "the reverse path filter dropped %" PRIu64
		    " packets: set net.ipv4.conf.%s.rp_filter "
		    "and net.ipv4.conf.all.rp_filter to 0 (the stricter is %" PRId64 ")",
		    silence->reverse_path, silence->sysctl_part, silence->rp_filter);
	}
	if (silence->ignored > 0) {
		add(reasons,
		    "%" PRIu64
		    " multicast datagrams came to ports that nobody listens to: does the sender "
		    "send to port %u%s",
		    silence->ignored, silence->group->first.port,
		    silence->group->has_source ? ", and from that source?" : "?");
	}
}

void silence_explain(const struct silence *silence, struct silence_reasons *ret_reasons)
{
	char group[ENDPOINT_ADDRESS_TEXT], source[ENDPOINT_ADDRESS_TEXT];

	*ret_reasons = (struct silence_reasons){0};
	explain_link(silence, ret_reasons);
	explain_heard(silence, ret_reasons);
	explain_ptp(silence, ret_reasons);
	explain_dropped(silence, ret_reasons);
	if (ret_reasons->count > 0) {
		return;
	}
	endpoint_address_text(&silence->group->first, group);
	if (endpoint_is_mac(&silence->group->first)) {
		add(ret_reasons,
		    "no frame for %s reached this host by %s: is the sender running, on the same "
		    "Ethernet? no router passes it on",
		    group, silence->interface);
		add(ret_reasons,
		    "no bridge forwards 01-80-C2-00-00-0E by default: is there one on the way?");
		return;
	}
	add(ret_reasons,
	    "nothing for %s reached this host by %s: is the sender running, on the right interface, with a "
	    "TTL for every router on the way?",
	    group, silence->interface);
	if (silence->group->has_source) {
		add(ret_reasons, "only %s is listened to: is it the sender's address?",
		    endpoint_address_text(&silence->group->source, source));
	}
	add(ret_reasons,
	    "a sender on this very host isn't heard: it sends to other hosts only: run it on another, "
	    "or in a network namespace");
	add(ret_reasons,
	    "a switch that snoops IGMP or MLD passes a group only while a querier is heard: is there one?");
}
