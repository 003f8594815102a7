/* SPDX-License-Identifier: BSD-2-Clause */
#include "places.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* remedy: %s stands for the interface, as often as need be. */
static const struct {
	const char *name, *meaning;
	enum rung rung;
	const char *remedy;
} places[PLACES] = {
	[PLACE_SENDER_APP] =
		{"sender-app", "the sender's program never handed it over", RUNG_SENDER_APPLICATION,
		 "see 'errors' in the sender's report: the errno says why the send call refused them"},
	[PLACE_SENDER_FIREWALL] =
		{"sender-firewall", "the sender's own firewall refused it", RUNG_SENDER_QDISC,
		 "on the sender, read its OUTPUT rules: nft list ruleset (or iptables -L OUTPUT -v -n)"},
	[PLACE_SENDER_NEIGHBOUR] =
		{"sender-neighbour", "between the send call and the sender's queue",
		 RUNG_SENDER_QDISC,
		 "on the sender: ip -s link show %s; ip neigh show dev %s; nft list ruleset (postrouting); "
		 "cgroup and BPF filters"},
	[PLACE_SENDER_QDISC] =
		{"sender-qdisc", "in the sender's queue, or a filter behind it", RUNG_SENDER_QDISC,
		 "on the sender: tc -s qdisc show dev %s; tc -s filter show dev %s egress; then a longer "
		 "queue or a lower --rate"},
	[PLACE_SENDER_DRIVER] =
		{"sender-driver", "between the sender's tap and its device", RUNG_SENDER_NIC,
		 "on the sender: ethtool -S %s; ethtool -g %s; then a larger ring: ethtool -G %s tx 4096"},
	[PLACE_SENDER_NIC] =
		{"sender-nic", "in the sender's network card", RUNG_SENDER_NIC,
		 "on the sender: ip -s -s link show %s; ethtool %s; look at the cable and at the port's "
		 "carrier"},
	[PLACE_NETWORK] =
		{"network", "between the two hosts", RUNG_NETWORK,
		 "read the drop counters of the ports between, and set a capture one hop nearer to the "
		 "sender: ptprobe-capture -i IF -w FILE"},
	[PLACE_LAST_HOP_WIRE] =
		{"last-hop-wire", "damaged on the receiver's cable", RUNG_NETWORK,
		 "replace the receiver's cable or optic, clean the fibre, try another port; then "
		 "ethtool -S %s again"},
	[PLACE_RECEIVER_NIC] =
		{"receiver-nic", "the receiver's card had no room for it", RUNG_RECEIVER_NIC,
		 "on the receiver: ethtool -g %s; then a larger ring: ethtool -G %s rx 4096; and the "
		 "card's interrupts to a core that is free"},
	[PLACE_RECEIVER_BACKLOG] =
		{"receiver-backlog", "the receiver's CPU was too slow for its backlog",
		 RUNG_RECEIVER_NIC,
		 "on the receiver: sysctl -w net.core.netdev_max_backlog=10000; spread the receive "
		 "queues over cores (RPS, IRQ affinity)"},
	[PLACE_RECEIVER_XDP] =
		{"receiver-xdp", "an XDP program on the receiver", RUNG_RECEIVER_NIC,
		 "on the receiver: ip link show %s names the program; ip link set dev %s xdp off takes "
		 "it away"},
	[PLACE_RECEIVER_INGRESS] =
		{"receiver-ingress", "tc or netfilter at the receiver's ingress",
		 RUNG_RECEIVER_KERNEL,
		 "on the receiver: tc -s filter show dev %s ingress; tc -s qdisc show dev %s; nft list "
		 "ruleset (ingress, prerouting)"},
	[PLACE_RECEIVER_RPFILTER] =
		{"receiver-rpfilter", "the receiver's reverse path filter", RUNG_RECEIVER_KERNEL,
		 "on the receiver, a route back to the source by %s, or sysctl -w "
		 "net.ipv4.conf.%s.rp_filter=2 (and .all)"},
	[PLACE_RECEIVER_FIREWALL] =
		{"receiver-firewall", "the receiver's firewall", RUNG_RECEIVER_KERNEL,
		 "on the receiver, read its INPUT rules: nft list ruleset (or iptables -L INPUT -v -n)"},
	[PLACE_RECEIVER_MEMBERSHIP] =
		{"receiver-membership", "the receiver hadn't joined that group, or not so",
		 RUNG_RECEIVER_KERNEL,
		 "on the receiver: ip maddr show dev %s; then join the sender's group and port, on that "
		 "interface: ptprobe-recv -i %s GROUP:PORT"},
	[PLACE_RECEIVER_CHECKSUM] =
		{"receiver-checksum", "its UDP checksum was wrong", RUNG_RECEIVER_SOCKET,
		 "look for what rewrites payloads on the way; on virtual links: ethtool -K %s tx off on "
		 "the sending side"},
	[PLACE_RECEIVER_REASSEMBLY] =
		{"receiver-reassembly", "a fragment of it was missing", RUNG_RECEIVER_KERNEL,
		 "send what fits the MTU (ptprobe-send -l), or raise the MTU of the path; sysctl "
		 "net.ipv4.ipfrag_high_thresh"},
	[PLACE_RECEIVER_SOCKET] =
		{"receiver-socket", "the receiving socket had no room for it", RUNG_RECEIVER_SOCKET,
		 "on the receiver: sysctl -w net.core.rmem_max=67108864 and ptprobe-recv --rcvbuf "
		 "67108864; give it a core of its own (-A)"},
	[PLACE_UNDETERMINED] = {"undetermined", "not known", RUNG_RECEIVER_APPLICATION, NULL},
	[PLACE_DELIVERED] = {"delivered", "the application saw it", RUNG_RECEIVER_APPLICATION,
			     NULL},
};

static const struct {
	const char *name, *text;
} rungs[RUNGS] = {
	[RUNG_SENDER_APPLICATION] = {"sender-application", "sender application"},
	[RUNG_SENDER_QDISC] = {"sender-qdisc", "qdisc"},
	[RUNG_SENDER_NIC] = {"sender-nic", "NIC"},
	[RUNG_NETWORK] = {"network", "network"},
	[RUNG_RECEIVER_NIC] = {"receiver-nic", "NIC"},
	[RUNG_RECEIVER_KERNEL] = {"receiver-kernel", "kernel"},
	[RUNG_RECEIVER_SOCKET] = {"receiver-socket", "socket"},
	[RUNG_RECEIVER_APPLICATION] = {"receiver-application", "application"},
};

const char *place_name(enum place place)
{
	return places[place].name;
}

const char *place_meaning(enum place place)
{
	return places[place].meaning;
}

int place_parse(const char *name, enum place *ret_place)
{
	for (size_t i = 0; i < PLACES; i++) {
		if (strcmp(name, places[i].name) == 0) {
			*ret_place = (enum place)i;
			return 0;
		}
	}
	return -EINVAL;
}

bool place_is_senders(enum place place)
{
	return place <= PLACE_SENDER_NIC;
}

enum rung place_rung(enum place place)
{
	return places[place].rung;
}

const char *rung_name(enum rung rung)
{
	return rungs[rung].name;
}

const char *rung_text(enum rung rung)
{
	return rungs[rung].text;
}

/* What a report calls an interface ends in a command that someone may copy into a shell. */
static const char *harmless(const char *interface)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-";
	size_t length = interface != NULL ? strlen(interface) : 0;

	return length > 0 && length < 16 && interface[0] != '-' && strspn(interface, allowed) == length ? interface : "IF";
}

char *place_remedy(enum place place, const char *interface, char text[static PLACE_REMEDY])
{
	const char *from = places[place].remedy != NULL ? places[place].remedy : "";
	const char *name = harmless(interface);
	size_t length = 0;

	while (*from != '\0' && length + 1 < PLACE_REMEDY) {
		if (strncmp(from, "%s", 2) == 0) {
			int written = snprintf(text + length, PLACE_REMEDY - length, "%s", name);

			length += (size_t)written;
			from += 2;
		} else {
			text[length++] = *from++;
		}
	}
	length = length < PLACE_REMEDY ? length : PLACE_REMEDY - 1;
	text[length] = '\0';
	return text;
}
