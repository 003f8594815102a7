/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "evidence.h"
#include "nic_class.h"
#include "put.h"

/* Written even when it didn't move, so that "it stood still" can be told from "nobody looked". */
static const char *const always[] = {
	"link.rx_packets",
	"link.tx_packets",
	"link.rx_errors",
	"link.tx_errors",
	"link.rx_dropped",
	"link.tx_dropped",
	"link.rx_crc_errors",
	"link.rx_frame_errors",
	"link.rx_length_errors",
	"link.rx_over_errors",
	"link.rx_fifo_errors",
	"link.rx_missed_errors",
	"link.rx_nohandler",
	"link.tx_carrier_errors",
	"link.tx_fifo_errors",
	"link.carrier_changes",
	"ip.InReceives",
	"ip.InHdrErrors",
	"ip.InAddrErrors",
	"ip.InDiscards",
	"ip.InDelivers",
	"ip.OutRequests",
	"ip.OutDiscards",
	"ip.OutNoRoutes",
	"ip.ReasmReqds",
	"ip.ReasmOKs",
	"ip.ReasmFails",
	"ip.ReasmTimeout",
	"ip.FragFails",
	"ipext.InMcastPkts",
	"ipext.OutMcastPkts",
	"tcpext.IPReversePathFilter",
	"udp.InDatagrams",
	"udp.NoPorts",
	"udp.InErrors",
	"udp.OutDatagrams",
	"udp.RcvbufErrors",
	"udp.SndbufErrors",
	"udp.InCsumErrors",
	"udp.IgnoredMulti",
	"udp.MemErrors",
	"ip6.InReceives",
	"ip6.InHdrErrors",
	"ip6.InAddrErrors",
	"ip6.InDiscards",
	"ip6.InDelivers",
	"ip6.InMcastPkts",
	"ip6.OutRequests",
	"ip6.OutDiscards",
	"ip6.OutNoRoutes",
	"ip6.OutMcastPkts",
	"ip6.ReasmReqds",
	"ip6.ReasmOKs",
	"ip6.ReasmFails",
	"ip6.ReasmTimeout",
	"ip6.FragFails",
	"udp6.InDatagrams",
	"udp6.NoPorts",
	"udp6.InErrors",
	"udp6.OutDatagrams",
	"udp6.RcvbufErrors",
	"udp6.SndbufErrors",
	"udp6.InCsumErrors",
	"udp6.IgnoredMulti",
	"udp6.MemErrors",
	"softnet.processed",
	"softnet.dropped",
	"softnet.time_squeeze",
	"socket.drops",
	"trace.lost",
	"trace.NOT_SPECIFIED",
	"trace.NO_SOCKET",
	"trace.SOCKET_FILTER",
	"trace.SOCKET_RCVBUFF",
	"trace.UDP_CSUM",
	"trace.NETFILTER_DROP",
	"trace.IP_RPFILTER",
	"trace.TC_EGRESS",
	"trace.TC_INGRESS",
	"trace.QDISC_DROP",
	"trace.CPU_BACKLOG",
	"trace.XDP",
	"trace.NEIGH_FAILED",
	"trace.NEIGH_QUEUEFULL",
	"trace.FRAG_REASM_TIMEOUT",
};

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool ends(const char *name, const char *suffix)
{
	size_t length = strlen(name), tail = strlen(suffix);

	return length >= tail && strcmp(name + length - tail, suffix) == 0;
}

static bool is_always_written(const char *name)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++) {
		if (strcmp(always[i], name) == 0) {
			return true;
		}
	}
	return (begins(name, "qdisc.") && ends(name, ".drops")) ||
	       (begins(name, "ethtool.") && nic_class_of(name) == NIC_WIRE);
}

/* One of the two moments, of which other is the other. */
static json_t *counters_json(const struct counters *counters, const struct counters *other)
{
	json_t *object = json_object();
	int failed = 0;

	for (size_t i = 0; i < counters->count; i++) {
		const struct counter *counter = &counters->counter[i];
		const struct counter *then = counters_find(other, counter->name);

		/* a counter that a kernel makes when it first counts moved from 0 */
		if ((then != NULL ? then->value : 0) != counter->value ||
		    is_always_written(counter->name)) {
			failed |= put_count(object, counter->name, counter->value);
		}
	}
	return put_whole(object, failed);
}

static json_t *answer_json(enum evidence_answer answer)
{
	return answer == EVIDENCE_UNKNOWN ? json_null() : json_boolean(answer == EVIDENCE_YES);
}

static json_t *xdp_json(enum evidence_xdp xdp)
{
	static const char *const text[] = {
		[EVIDENCE_XDP_UNKNOWN] = NULL,      [EVIDENCE_XDP_NONE] = "none",
		[EVIDENCE_XDP_NATIVE] = "native",   [EVIDENCE_XDP_GENERIC] = "generic",
		[EVIDENCE_XDP_OFFLOAD] = "offload",
	};

	return put_text_value(text[xdp]);
}

static json_t *member_json(const struct evidence_settings *settings)
{
	char text[ENDPOINT_ADDRESS_TEXT];
	json_t *array;
	int failed = 0;

	if (settings->members_known != EVIDENCE_YES) {
		return json_null();
	}
	array = json_array();
	for (size_t i = 0; i < settings->member.count; i++) {
		endpoint_address_text(&settings->member.group[i], text);
		failed |= json_array_append_new(array, json_string(text));
	}
	return put_whole(array, failed);
}

static json_t *settings_json(const struct evidence_settings *settings)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put(object, "up", answer_json(settings->up));
	failed |= put(object, "carrier", answer_json(settings->carrier));
	failed |= put(object, "mtu",
		      settings->mtu_bytes > 0 ? put_count_value(settings->mtu_bytes) : json_null());
	failed |= put(object, "rp_filter",
		      settings->rp_filter >= 0 ? json_integer(settings->rp_filter) : json_null());
	failed |= put(object, "xdp", xdp_json(settings->xdp));
	failed |= put_text(object, "kind", settings->kind[0] != '\0' ? settings->kind : NULL);
	failed |= put(object, "member", member_json(settings));
	return put_whole(object, failed);
}

json_t *evidence_json(const struct evidence *evidence)
{
	json_t *object = json_object(), *unavailable = json_array();
	int failed = 0;

	for (size_t i = 0; i < evidence->unavailable; i++) {
		failed |= json_array_append_new(unavailable,
						put_text_value(evidence->unavailable_text[i]));
	}
	failed |= put_text(object, "interface",
			   evidence->interface[0] != '\0' ? evidence->interface : NULL);
	failed |= put(object, "before", counters_json(&evidence->before, &evidence->after));
	failed |= put(object, "after", counters_json(&evidence->after, &evidence->before));
	failed |= put(object, "settings", settings_json(&evidence->settings));
	failed |= put(object, "unavailable", unavailable);
	return put_whole(object, failed);
}
