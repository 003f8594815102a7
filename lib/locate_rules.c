/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table that turns evidence into a place: for each segment of the path its rules in the order
 * of the path, each with the counters that speak for it. First match wins: a rule matches when what
 * it counts covers the losses.
 */
#include <inttypes.h>
#include <string.h>

#include "locate_parts.h"
#include "nic_class.h"

/* What the counters are, place by place. */

static bool is_wire(const char *name)
{
	return nic_class_of(name) == NIC_WIRE;
}

static bool is_overrun(const char *name)
{
	enum nic_class class = nic_class_of(name);

	return class == NIC_HOST || class == NIC_MEMORY;
}

static bool is_transmit_error(const char *name)
{
	switch (nic_class_of(name)) {
	case NIC_WIRE:
	case NIC_DUPLEX:
	case NIC_LINK:
		return true;
	case NIC_UNCLASSIFIED: /* a drop may be the queue's, and an overrun the host's */
		return strstr(name, "err") != NULL;
	default:
		return false;
	}
}

static bool is_xdp_drop(const char *name)
{
	return strstr(name, "xdp") != NULL && strstr(name, "drop") != NULL;
}

/* Refused by the send call for a reason of that place; of several groups, whose seqs aren't told
 * apart. */
static void measure_refused(const struct scene *scene, struct measure *measure, enum place place)
{
	const struct vantage *sender = scene->join->sender;

	for (size_t i = 0; sender != NULL && i < sender->sent.refusals; i++) {
		const struct vantage_refusal *refusal = &sender->sent.refusal[i];
		uint64_t listed = seqset_count(&refusal->list.seqs);

		if (refusal->list.count > listed && place_of_refusal(refusal->error) == place) {
			measure->is_own = true;
			measure_say(measure, refusal->list.count - listed,
				    "the send call returned %s for %" PRIu64, refusal->error,
				    refusal->list.count);
		}
	}
}

static void sender_app(const struct scene *scene, struct measure *measure)
{
	measure_refused(scene, measure, PLACE_SENDER_APP);
}

static void sender_firewall(const struct scene *scene, struct measure *measure)
{
	measure_refused(scene, measure, PLACE_SENDER_FIREWALL);
}

static void sender_refusing_queue(const struct scene *scene, struct measure *measure)
{
	measure_refused(scene, measure, PLACE_SENDER_QDISC);
}

static const struct evidence_settings *sender_settings(const struct scene *scene)
{
	for (size_t i = 0; i < 2; i++) {
		if (scene->sender.evidence[i] != NULL) {
			return &scene->sender.evidence[i]->settings;
		}
	}
	return NULL;
}

static void sender_no_carrier(const struct scene *scene, struct measure *measure)
{
	const struct evidence_settings *settings = sender_settings(scene);

	if (settings != NULL && settings->carrier != EVIDENCE_UNKNOWN) {
		measure->known = true;
	}
	if (settings != NULL && settings->carrier == EVIDENCE_NO) {
		measure->any = true;
		snprintf(measure->text, sizeof(measure->text), "%.40s had no carrier at the end",
			 scene->sender.name);
	}
}

static void sender_carrier_went(const struct scene *scene, struct measure *measure)
{
	uint64_t rise = 0;

	if (host_rise(&scene->sender, "link.carrier_changes", &rise) && rise > 0) {
		measure->known = true;
		measure->any = true;
		snprintf(measure->text, sizeof(measure->text),
			 "the carrier of %.40s changed %" PRIu64 " times", scene->sender.name,
			 rise);
	}
}

static void sender_qdisc(const struct scene *scene, struct measure *measure)
{
	measure_qdiscs(measure, &scene->sender, "qdisc.");
	measure_family(measure, scene, &scene->sender, "udp", "SndbufErrors");
	measure_family(measure, scene, &scene->sender, "ip", "OutDiscards");
	measure_counter(measure, &scene->sender, "trace.QDISC_DROP");
	measure_counter(measure, &scene->sender, "trace.TC_EGRESS");
	/* each refusal that the sender has tried again is a drop to these counters */
	measure->is_vague = scene->join->sender != NULL && scene->join->sender->sent.retried > 0;
}

static void sender_neighbour(const struct scene *scene, struct measure *measure)
{
	measure_counter(measure, &scene->sender, "trace.NEIGH_FAILED");
	measure_counter(measure, &scene->sender, "trace.NEIGH_QUEUEFULL");
	measure_counter(measure, &scene->sender, "trace.NEIGH_DEAD");
	measure_counter(measure, &scene->sender, "trace.NEIGH_CREATEFAIL");
}

static void sender_nic(const struct scene *scene, struct measure *measure)
{
	measure_card(measure, &scene->sender, DIRECTION_TRANSMIT, is_transmit_error);
}

static void last_hop_wire(const struct scene *scene, struct measure *measure)
{
	measure_card(measure, &scene->receiver, DIRECTION_RECEIVE, is_wire);
}

static void receiver_nic(const struct scene *scene, struct measure *measure)
{
	measure_card(measure, &scene->receiver, DIRECTION_RECEIVE, is_overrun);
}

static void receiver_backlog(const struct scene *scene, struct measure *measure)
{
	measure_counter(measure, &scene->receiver, "softnet.dropped");
	measure_counter(measure, &scene->receiver, "trace.CPU_BACKLOG");
}

static void receiver_xdp(const struct scene *scene, struct measure *measure)
{
	measure_card(measure, &scene->receiver, DIRECTION_RECEIVE, is_xdp_drop);
	measure_counter(measure, &scene->receiver, "trace.XDP");
}

/* The card brought frames that the tap didn't see, and a program sits between. */
static void receiver_xdp_attached(const struct scene *scene, struct measure *measure)
{
	const struct evidence *evidence = scene->receiver.of_tap;
	uint64_t packets = 0;

	if (evidence == NULL || scene->offloaded || evidence->settings.xdp <= EVIDENCE_XDP_NONE ||
	    !evidence_rise_of(evidence, "link.rx_packets", &packets) || packets < scene->frames) {
		return;
	}
	measure->is_sure = packets - scene->frames == scene->count;
	measure_say(measure, packets - scene->frames,
		    "an XDP program is attached, and link.rx_packets +%" PRIu64
		    " on %.40s where its capture saw %" PRIu64 " frames",
		    packets, scene->receiver.name, scene->frames);
}

static void receiver_ingress(const struct scene *scene, struct measure *measure)
{
	const struct evidence *evidence = scene->receiver.of_tap;
	const char *name = scene->ipv4 ? "ip.InReceives" : "ip6.InReceives";
	uint64_t received = 0;

	measure_qdiscs(measure, &scene->receiver, "qdisc.clsact.");
	measure_qdiscs(measure, &scene->receiver, "qdisc.ingress.");
	measure_counter(measure, &scene->receiver, "trace.TC_INGRESS");
	/* a super-frame is one to the tap and one to IP, but not always the same one */
	if (evidence != NULL && !scene->offloaded && scene->fragmented == 0 &&
	    evidence_rise_of(evidence, name, &received)) {
		measure_say(measure, scene->frames > received ? scene->frames - received : 0,
			    "%s +%" PRIu64 " on %.40s, where its capture saw %" PRIu64 " frames",
			    name, received, scene->receiver.name, scene->frames);
	}
}

static void receiver_rpfilter(const struct scene *scene, struct measure *measure)
{
	measure_counter(measure, &scene->receiver, "tcpext.IPReversePathFilter");
	measure_counter(measure, &scene->receiver, "trace.IP_RPFILTER");
}

static void receiver_checksum(const struct scene *scene, struct measure *measure)
{
	measure_family(measure, scene, &scene->receiver, "udp", "InCsumErrors");
	measure_counter(measure, &scene->receiver, "trace.UDP_CSUM");
}

static uint64_t family_rise(const struct scene *scene, const char *name)
{
	uint64_t rise = 0;
	char full[COUNTERS_NAME];

	snprintf(full, sizeof(full), "%s.%s", scene->ipv4 ? "ip" : "ip6", name);
	return host_rise(&scene->receiver, full, &rise) ? rise : 0;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* Fragments that came, and are in no datagram that was put together. */
static void receiver_reassembly(const struct scene *scene, struct measure *measure)
{
	uint64_t required = family_rise(scene, "ReasmReqds");
	uint64_t whole = family_rise(scene, "ReasmOKs"), used = 0;

	if (scene->fragments <= 1 && scene->fragmented == 0) {
		return;
	}
	measure_family(measure, scene, &scene->receiver, "ip", "ReasmFails");
	if (scene->fragments > 1 && !__builtin_mul_overflow(whole, scene->fragments, &used)) {
		measure_say(measure, less(required, used),
			    "%" PRIu64 " fragments came to %.40s, and %" PRIu64
			    " datagrams of %" PRIu64 " were put together",
			    required, scene->receiver.name, whole, scene->fragments);
	}
}

static void receiver_socket(const struct scene *scene, struct measure *measure)
{
	struct measure checksum = {0};

	measure_family(measure, scene, &scene->receiver, "udp", "RcvbufErrors");
	measure_counter(measure, &scene->receiver, "trace.SOCKET_RCVBUFF");
	measure_counter(measure, &scene->receiver, "trace.SOCKET_FILTER");
	/* a socket counts what had a wrong checksum as dropped, too */
	measure_family(&checksum, scene, &scene->receiver, "udp", "InCsumErrors");
	if (less(scene->own_drops, checksum.count) >= measure->count && scene->own_drops > 0) {
		measure->count = 0;
		measure->is_own = true;
		measure_say(measure, less(scene->own_drops, checksum.count),
			    "its own socket dropped %" PRIu64 " at %.40s",
			    less(scene->own_drops, checksum.count), scene->receiver.name);
	}
}

static void came_late(const struct scene *scene, struct measure *measure)
{
	measure->is_own = true;
	measure_say(measure, scene->late,
		    "%" PRIu64 " came to %.40s later than --lost-after: not lost, late",
		    scene->late, scene->receiver.name);
}

static void receiver_firewall(const struct scene *scene, struct measure *measure)
{
	uint64_t received = family_rise(scene, "InReceives"), dropped = 0;
	uint64_t rpfilter = 0, gap = less(received, family_rise(scene, "InDelivers"));

	if (host_rise(&scene->receiver, "trace.NETFILTER_DROP", &dropped)) {
		measure->is_sure = dropped >= scene->count;
		measure_counter(measure, &scene->receiver, "trace.NETFILTER_DROP");
	}
	/* less what has a name of its own */
	(void)host_rise(&scene->receiver, "tcpext.IPReversePathFilter", &rpfilter);
	gap = less(gap, less(family_rise(scene, "ReasmReqds"), family_rise(scene, "ReasmOKs")));
	gap = less(gap, rpfilter);
	gap = less(gap, family_rise(scene, "InHdrErrors"));
	gap = less(gap, family_rise(scene, "InAddrErrors"));
	gap = less(gap, family_rise(scene, "InDiscards"));
	if (scene->fragmented == 0 && received > 0) {
		measure_say(measure, gap,
			    "IP received %" PRIu64 " more than it delivered on %.40s, and no "
			    "counter names why",
			    gap, scene->receiver.name);
	}
}

static void receiver_membership(const struct scene *scene, struct measure *measure)
{
	/* IPv6 has no such counter */
	measure_counter(measure, &scene->receiver, "udp.IgnoredMulti");
	if (measure->count > 0) {
		size_t length = strlen(measure->text);

		snprintf(measure->text + length, sizeof(measure->text) - length,
			 ": no socket wanted it (port, source filter or device)");
	}
}

/* The tables. */

/* clang-format off */
static const struct rule refused_rules[] = {
	{PLACE_SENDER_APP,          LOCATE_CERTAIN, sender_app},
	{PLACE_SENDER_FIREWALL,     LOCATE_CERTAIN, sender_firewall},
	{PLACE_SENDER_QDISC,        LOCATE_HIGH,    sender_refusing_queue},
	{.measure = NULL},
};

static const struct rule carrier_rules[] = {
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_no_carrier},
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_carrier_went},
	{.measure = NULL},
};

static const struct rule queue_rules[] = {
	{PLACE_SENDER_QDISC,        LOCATE_HIGH,    sender_qdisc},
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_no_carrier},
	{PLACE_SENDER_NEIGHBOUR,    LOCATE_HIGH,    sender_neighbour},
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_carrier_went},
	{.measure = NULL},
};

static const struct rule sender_nic_rules[] = {
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_nic},
	{.measure = NULL},
};

static const struct rule path_rules[] = {
	{PLACE_LAST_HOP_WIRE,       LOCATE_HIGH,    last_hop_wire},
	{PLACE_RECEIVER_NIC,        LOCATE_HIGH,    receiver_nic},
	{PLACE_RECEIVER_BACKLOG,    LOCATE_MEDIUM,  receiver_backlog},
	{PLACE_RECEIVER_XDP,        LOCATE_HIGH,    receiver_xdp},
	{PLACE_RECEIVER_XDP,        LOCATE_MEDIUM,  receiver_xdp_attached},
	{.measure = NULL},
};

static const struct rule host_rules[] = {
	{PLACE_RECEIVER_INGRESS,    LOCATE_HIGH,    receiver_ingress},
	{PLACE_RECEIVER_RPFILTER,   LOCATE_HIGH,    receiver_rpfilter},
	{PLACE_RECEIVER_CHECKSUM,   LOCATE_HIGH,    receiver_checksum},
	{PLACE_RECEIVER_REASSEMBLY, LOCATE_HIGH,    receiver_reassembly},
	{PLACE_RECEIVER_SOCKET,     LOCATE_HIGH,    receiver_socket},
	{PLACE_DELIVERED,           LOCATE_HIGH,    came_late},
	{PLACE_RECEIVER_FIREWALL,   LOCATE_MEDIUM,  receiver_firewall},
	{PLACE_RECEIVER_MEMBERSHIP, LOCATE_MEDIUM,  receiver_membership},
	{.measure = NULL},
};

static const struct ruleset rulesets[FATES] = {
	[FATE_UNSCHEDULED] = {LOCATE_SENDER, {carrier_rules},
		PLACE_SENDER_NEIGHBOUR, LOCATE_HIGH, false,
		"sent, and never reached the queue (no SCHED stamp): neighbour, late netfilter or cgroup"},
	[FATE_QUEUED] = {LOCATE_SENDER, {queue_rules},
		PLACE_SENDER_QDISC, LOCATE_HIGH, false,
		"reached the queue and not the device (SCHED stamp, no SND stamp)"},
	[FATE_ABSENT] = {LOCATE_SENDER, {refused_rules, queue_rules},
		PLACE_SENDER_NEIGHBOUR, LOCATE_MEDIUM, true,
		"sent, and absent from the sender's capture, which lost none"},
	[FATE_SHARED_PATH] = {LOCATE_PATH, {sender_nic_rules},
		PLACE_NETWORK, LOCATE_MEDIUM, false,
		"left the sender, and absent from the captures of all receivers, which lost none"},
	[FATE_PATH] = {LOCATE_PATH, {sender_nic_rules, path_rules},
		PLACE_NETWORK, LOCATE_MEDIUM, false,
		"left the sender, and absent from the capture of %s, which lost none"},
	[FATE_HOST] = {LOCATE_HOST, {host_rules},
		PLACE_UNDETERMINED, LOCATE_LOW, false,
		"in the capture of %s, and never at its application"},
	[FATE_PATH_HOST] = {LOCATE_PATH | LOCATE_HOST, {sender_nic_rules, path_rules, host_rules},
		PLACE_UNDETERMINED, LOCATE_LOW, false,
		"left the sender, and never came to the application at %s"},
	[FATE_SENDER_PATH] = {LOCATE_SENDER | LOCATE_PATH, {refused_rules, queue_rules, path_rules},
		PLACE_UNDETERMINED, LOCATE_LOW, false,
		"absent from the capture of %s, which lost none"},
	[FATE_ANYWHERE] = {LOCATE_SENDER | LOCATE_PATH | LOCATE_HOST,
		{refused_rules, queue_rules, path_rules, host_rules},
		PLACE_UNDETERMINED, LOCATE_LOW, false,
		"never came to the application at %s"},
};
/* clang-format on */

const struct ruleset *ruleset_of(enum fate fate)
{
	return &rulesets[fate];
}
