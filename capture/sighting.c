/* SPDX-License-Identifier: BSD-2-Clause */
#include "sighting.h"

#include "frame.h"

static inline bool is_ptp_port(uint16_t port)
{
	return port == PTP_EVENT_PORT || port == PTP_GENERAL_PORT;
}

static inline bool may_be_ptp(const struct frame_view *view)
{
	return view->kind == FRAME_PTP ||
	       (view->kind == FRAME_DATAGRAM &&
		(is_ptp_port(view->arrival.group.port) || is_ptp_port(view->arrival.source.port)));
}

static inline enum transport transport_of(const struct frame_view *view)
{
	if (view->kind == FRAME_PTP) {
		return TRANSPORT_ETHERNET;
	}
	return endpoint_is_ipv4(&view->arrival.group) ? TRANSPORT_UDP4 : TRANSPORT_UDP6;
}

static enum sighting_result failure(enum ptp_result result)
{
	switch (result) {
	case PTP_OTHER_VERSION:
		return SIGHTING_VERSION;
	case PTP_SHORT:
		return SIGHTING_SHORT;
	default:
		return SIGHTING_MALFORMED;
	}
}

enum sighting_result sighting_look(const struct frame *frame, int64_t mono_ns,
				   struct sighting *ret_sighting)
{
	struct frame_view view;
	enum ptp_result result;

	(void)frame_look(frame, &view);
	if (!may_be_ptp(&view)) {
		return SIGHTING_OTHER;
	}
	result = ptp_message_decode(view.payload, view.captured, view.length,
				    &ret_sighting->message);
	if (result != PTP_OK && result != PTP_CUT) {
		return failure(result);
	}
	ret_sighting->rx_ns = view.arrival.rx_ns;
	ret_sighting->mono_ns = mono_ns;
	ret_sighting->stamp = view.arrival.rx_stamp;
	ret_sighting->transport = transport_of(&view);
	ret_sighting->source = view.arrival.source;
	ret_sighting->destination = view.arrival.group;
	ret_sighting->ttl = view.arrival.ttl;
	ret_sighting->dscp = view.arrival.dscp;
	ret_sighting->vlan = view.vlan;
	ret_sighting->pcp = view.pcp;
	return result == PTP_OK ? SIGHTING_MESSAGE : SIGHTING_CUT;
}
