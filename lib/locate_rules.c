/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table that turns evidence into a place: for each segment of the path its rules in the order
 * of the path, each with the counters that speak for it. locate_decide.c makes something of them.
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
 * apart, and of Follow_Ups, whose seqs aren't told. */
static void measure_refused(const struct vantage_sent *sent, struct measure *measure,
			    enum place place)
{
	for (size_t i = 0; i < sent->refusals; i++) {
		const struct vantage_refusal *refusal = &sent->refusal[i];
		uint64_t listed = seqset_count(&refusal->list.seqs);

		if (refusal->list.count > listed && place_of_refusal(refusal->error) == place) {
			measure_say(measure, READING_OWN, refusal->list.count - listed,
				    "the send call returned %s for %" PRIu64, refusal->error,
				    refusal->list.count);
		}
	}
}

static void measure_all_refused(const struct scene *scene, struct measure *measure,
				enum place place)
{
	const struct vantage *sender = scene->join->sender;

	if (sender != NULL) {
		measure_refused(&sender->sent, measure, place);
		measure_refused(&sender->general, measure, place);
	}
}

static void sender_app(const struct scene *scene, struct measure *measure)
{
	measure_all_refused(scene, measure, PLACE_SENDER_APP);
}

static void sender_firewall(const struct scene *scene, struct measure *measure)
{
	measure_all_refused(scene, measure, PLACE_SENDER_FIREWALL);
}

static void sender_refusing_queue(const struct scene *scene, struct measure *measure)
{
	measure_all_refused(scene, measure, PLACE_SENDER_QDISC);
}

/* Had the host no carrier at the end, or did it come and go? False: no, or nobody knows. */
static bool has_link_trouble(const struct host *host, char text[static LOCATE_EVIDENCE_TEXT])
{
	uint64_t rise = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct evidence *evidence = host->evidence[i];

		if (evidence != NULL && (evidence->settings.carrier == EVIDENCE_NO ||
					 evidence->settings.up == EVIDENCE_NO)) {
			snprintf(text, LOCATE_EVIDENCE_TEXT, "%.40s had no carrier at the end",
				 host->name);
			return true;
		}
	}
	if (host_rise(host, "link.carrier_changes", &rise) && rise > 0) {
		snprintf(text, LOCATE_EVIDENCE_TEXT,
			 "the carrier of %.40s changed %" PRIu64 " times", host->name, rise);
		return true;
	}
	return false;
}

static void sender_carrier(const struct scene *scene, struct measure *measure)
{
	char text[LOCATE_EVIDENCE_TEXT];

	if (has_link_trouble(&scene->sender, text)) {
		measure_say(measure, READING_ANY, 0, "%s", text);
	}
}

/* What was on its way when the link went counts nowhere. */
static void receiver_carrier(const struct scene *scene, struct measure *measure)
{
	char text[LOCATE_EVIDENCE_TEXT];

	if (has_link_trouble(&scene->receiver, text)) {
		measure_say(measure, READING_ANY | READING_NEVER, 0, "%s", text);
	}
}

/* What no receiver's tap has is no single receiver's link; but of all of them it may be. */
static void every_receivers_carrier(const struct scene *scene, struct measure *measure)
{
	const struct locate_result *result = scene->join->result;
	char text[LOCATE_EVIDENCE_TEXT];

	for (size_t i = 0; i < result->branches; i++) {
		struct host host = host_of(result->branch[i].receiver, result->branch[i].tap);

		if (!has_link_trouble(&host, text)) {
			return;
		}
	}
	measure_say(measure, READING_ANY | READING_NEVER, 0, "at every receiver: %.160s", text);
}

/* A capture on an upper device doesn't tell what the lower one of the same host did. */
static void lower_device(const struct host *host, struct measure *measure)
{
	for (size_t i = 0; i < 2; i++) {
		const struct evidence *evidence = host->evidence[i];

		if (evidence != NULL && evidence_is_stacked(&evidence->settings)) {
			measure_say(measure, READING_ANY | READING_NEVER, 0,
				    "%s of %.40s is a %s: the device below it, in the same host, "
				    "was not looked at",
				    evidence->interface, host->name, evidence->settings.kind);
			return;
		}
	}
}

static void senders_lower_device(const struct scene *scene, struct measure *measure)
{
	lower_device(&scene->sender, measure);
}

static void receivers_lower_device(const struct scene *scene, struct measure *measure)
{
	lower_device(&scene->receiver, measure);
}

static void every_receivers_lower_device(const struct scene *scene, struct measure *measure)
{
	const struct locate_result *result = scene->join->result;
	struct measure one = {0};

	for (size_t i = 0; i < result->branches; i++) {
		struct host host = host_of(result->branch[i].receiver, result->branch[i].tap);

		one = (struct measure){0};
		lower_device(&host, &one);
		if (one.count == 0) {
			return;
		}
	}
	*measure = one;
}

static void sender_qdisc(const struct scene *scene, struct measure *measure)
{
	bool has_retried = scene->join->sender != NULL && scene->join->sender->sent.retried > 0;

	measure_qdiscs(measure, &scene->sender, "qdisc.");
	measure_family(measure, scene, &scene->sender, "udp", "SndbufErrors");
	measure_family(measure, scene, &scene->sender, "ip", "OutDiscards");
	measure_counter(measure, &scene->sender, "trace.QDISC_DROP");
	measure_counter(measure, &scene->sender, "trace.TC_EGRESS");
	/* each refusal that the sender has tried again is a drop to these counters */
	for (size_t i = 0; i < measure->count && has_retried; i++) {
		measure->reading[i].flags |= READING_NEVER;
	}
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

	/* without a program none can have dropped them */
	measure->known |= evidence != NULL && evidence->settings.xdp == EVIDENCE_XDP_NONE;
	if (evidence == NULL || scene->offloaded || evidence->settings.xdp <= EVIDENCE_XDP_NONE ||
	    !evidence_rise_of(evidence, "link.rx_packets", &packets) || packets < scene->frames) {
		return;
	}
	measure_say(measure,
		    READING_FIT | (packets - scene->frames == scene->count ? READING_SURE : 0),
		    packets - scene->frames,
		    "an XDP program is attached, and link.rx_packets +%" PRIu64
		    " on %.40s where its capture saw %" PRIu64 " frames",
		    packets, scene->receiver.name, scene->frames);
}

/* Both directions of clsact count in one: when IP got all that the tap saw, it is the other one. */
static bool is_refuted(const struct scene *scene, uint64_t drops, bool ip_told, uint64_t received)
{
	return ip_told && received >= scene->frames && drops != scene->count;
}

static void receiver_ingress(const struct scene *scene, struct measure *measure)
{
	static const char *const prefix[] = {"qdisc.clsact.", "qdisc.ingress."};
	const struct evidence *evidence = scene->receiver.of_tap;
	const char *name = scene->ipv4 ? "ip.InReceives" : "ip6.InReceives";
	uint64_t received = 0;
	/* a super-frame is one to the tap and one to IP, but not always the same one */
	bool ip_told = evidence != NULL && !scene->offloaded && scene->fragmented == 0 &&
		       evidence_rise_of(evidence, name, &received);

	for (size_t i = 0; i < sizeof(prefix) / sizeof(*prefix); i++) {
		struct measure drops = {0};

		measure_qdiscs(&drops, &scene->receiver, prefix[i]);
		measure->known |= drops.known;
		if (drops.count > 0 &&
		    !is_refuted(scene, drops.reading[0].count, ip_told, received)) {
			measure->reading[measure->count++] = drops.reading[0];
		}
	}
	measure_counter(measure, &scene->receiver, "trace.TC_INGRESS");
	if (ip_told) {
		measure_say(measure, READING_GAP,
			    scene->frames > received ? scene->frames - received : 0,
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

/* Of a datagram that lacks a fragment one at least is left, and at most all others: how many
 * datagrams so many are, when they may be as many as were lost. */
static uint64_t datagrams_of(const struct scene *scene, uint64_t left)
{
	uint64_t most = scene->fragments - 1, fewest = left / most + (left % most > 0);

	return left < scene->count ? left : fewest > scene->count ? fewest : scene->count;
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
		measure_say(measure, 0, datagrams_of(scene, less(required, used)),
			    "%" PRIu64 " fragments came to %.40s, and %" PRIu64
			    " datagrams of %" PRIu64 " were put together",
			    required, scene->receiver.name, whole, scene->fragments);
	}
}

static void receiver_socket(const struct scene *scene, struct measure *measure)
{
	struct measure checksum = {0};
	uint64_t own;

	/* a socket counts what had a wrong checksum as dropped, too */
	measure_family(&checksum, scene, &scene->receiver, "udp", "InCsumErrors");
	own = less(scene->own_drops, checksum.count > 0 ? checksum.reading[0].count : 0);
	if (own > 0) {
		measure_say(measure, scene->heard_others ? 0 : READING_OWN, own,
			    "its own socket dropped %" PRIu64 " at %.40s", own,
			    scene->receiver.name);
	}
	measure_family(measure, scene, &scene->receiver, "udp", "RcvbufErrors");
	for (size_t i = 0; i < measure->count && scene->heard_others; i++) {
		measure->reading[i].flags |= READING_SHARED;
	}
	measure_counter(measure, &scene->receiver, "trace.SOCKET_RCVBUFF");
	measure_counter(measure, &scene->receiver, "trace.SOCKET_FILTER");
}

static void receiver_firewall(const struct scene *scene, struct measure *measure)
{
	uint64_t received = family_rise(scene, "InReceives");
	uint64_t rpfilter = 0, gap = less(received, family_rise(scene, "InDelivers"));

	measure_counter(measure, &scene->receiver, "trace.NETFILTER_DROP");
	/* less what has a name of its own */
	(void)host_rise(&scene->receiver, "tcpext.IPReversePathFilter", &rpfilter);
	gap = less(gap, less(family_rise(scene, "ReasmReqds"), family_rise(scene, "ReasmOKs")));
	gap = less(gap, rpfilter);
	gap = less(gap, family_rise(scene, "InHdrErrors"));
	gap = less(gap, family_rise(scene, "InAddrErrors"));
	gap = less(gap, family_rise(scene, "InDiscards"));
	if (scene->fragmented == 0 && received > 0) {
		measure_say(measure, READING_GAP, gap,
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
		struct reading *reading = &measure->reading[0];
		size_t length = strlen(reading->text);

		reading->flags |= READING_GAP;
		snprintf(reading->text + length, sizeof(reading->text) - length,
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
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_carrier},
	{.measure = NULL},
};

static const struct rule queue_rules[] = {
	{PLACE_SENDER_QDISC,        LOCATE_HIGH,    sender_qdisc},
	{PLACE_SENDER_NEIGHBOUR,    LOCATE_HIGH,    sender_neighbour},
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_carrier},
	{.measure = NULL},
};

static const struct rule sender_nic_rules[] = {
	{PLACE_SENDER_NIC,          LOCATE_MEDIUM,  sender_nic},
	{PLACE_UNDETERMINED,        LOCATE_LOW,     senders_lower_device},
	{.measure = NULL},
};

static const struct rule shared_rules[] = {
	{PLACE_LAST_HOP_WIRE,       LOCATE_LOW,     every_receivers_carrier},
	{PLACE_UNDETERMINED,        LOCATE_LOW,     every_receivers_lower_device},
	{.measure = NULL},
};

static const struct rule path_rules[] = {
	{PLACE_LAST_HOP_WIRE,       LOCATE_HIGH,    last_hop_wire},
	{PLACE_LAST_HOP_WIRE,       LOCATE_LOW,     receiver_carrier},
	{PLACE_UNDETERMINED,        LOCATE_LOW,     receivers_lower_device},
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
	[FATE_SHARED_PATH] = {LOCATE_PATH, {sender_nic_rules, shared_rules},
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
