/* SPDX-License-Identifier: BSD-2-Clause */
#include "observer.h"

#include "flows.h"
#include "segments.h"

/* A longer payload fits no frame of the common MTU, 1500, but may well be a super-frame's. */
enum { COMMON_PAYLOAD = 1500 - 20 - 8 };

static void note_flow(struct observer *observer, const struct flow *flow, const struct frame *frame,
		      const struct frame_view *view)
{
	struct observer_flow *known = &observer->flow[flows_index(observer->flows, flow)];

	if (known->frames == 0) {
		known->first_ns = frame->stamp_ns;
		known->direction = view->direction;
	}
	known->frames++;
	known->last_ns = frame->stamp_ns;
}

static struct flow *feed(struct observer *observer, const struct arrival *arrival,
			 const struct probe *probe, uint32_t length)
{
	if (!run_id_fits(&observer->run, probe->run_id)) {
		return NULL;
	}
	observer->counts.probes += probe->kind == WIRE_PROBE;
	return flows_add_probe(observer->flows, arrival, probe, length);
}

/* A datagram of which a part is missing: its header is believed. */
static struct flow *feed_cut(struct observer *observer, const struct arrival *arrival,
			     const uint8_t *payload, uint32_t captured, uint32_t length,
			     bool is_fragment)
{
	struct probe probe;
	struct flow *flow;

	if (captured < WIRE_HEADER_LENGTH) {
		observer->counts.unseen++;
		return NULL;
	}
	if (wire_decode_cut(payload, captured, length, &probe) != WIRE_OK) {
		return flows_add_refused(observer->flows, arrival, WIRE_CORRUPT);
	}
	flow = feed(observer, arrival, &probe, length);
	if (flow != NULL && probe.kind == WIRE_PROBE) {
		struct observer_flow *known = &observer->flow[flows_index(observer->flows, flow)];

		observer->counts.unverified++;
		known->unverified++;
		observer->counts.fragmented += is_fragment;
		known->fragmented += is_fragment;
		observer->counts.doubtful += !is_fragment && length > COMMON_PAYLOAD;
	}
	return flow;
}

/* All of a datagram, which may be corrupt. */
static struct flow *feed_whole(struct observer *observer, const struct arrival *arrival,
			       const uint8_t *payload, uint32_t length)
{
	struct probe probe;
	enum wire_result result = wire_decode(payload, length, &probe);

	if (result != WIRE_OK) {
		return flows_add_refused(observer->flows, arrival, result);
	}
	return feed(observer, arrival, &probe, length);
}

/* The probes of a super-frame, cut into pieces of segment bytes. Returns one of their streams. */
static struct flow *feed_segments(struct observer *observer, struct frame_view *view,
				  uint32_t segment)
{
	const struct arrival *arrival = &view->arrival;
	struct flow *flow, *any = NULL;

	observer->counts.offloaded++;
	for (uint32_t at = 0; at < view->length; at += segment) {
		uint32_t length = view->length - at < segment ? view->length - at : segment;
		uint32_t captured = at >= view->captured           ? 0
				    : view->captured - at < length ? view->captured - at
								   : length;

		if (captured == length) {
			flow = feed_whole(observer, arrival, view->payload + at, length);
		} else {
			flow = feed_cut(observer, arrival, view->payload + at, captured, length,
					false);
		}
		any = flow != NULL ? flow : any;
		view->arrival.within_burst = true;
	}
	return any;
}

/* Begins with the magic. */
static struct flow *feed_native(struct observer *observer, struct frame_view *view)
{
	const struct arrival *arrival = &view->arrival;
	bool is_whole = view->captured == view->length;
	struct probe probe;
	enum wire_result result = WIRE_CORRUPT;
	size_t segment;

	if (is_whole) {
		result = wire_decode(view->payload, view->length, &probe);
		if (result == WIRE_OK) {
			return feed(observer, arrival, &probe, view->length);
		}
	}
	if (result == WIRE_CORRUPT && !view->is_fragment) {
		segment = segments_length(view->payload, view->captured, view->length);
		if (segment < view->length) {
			return feed_segments(observer, view, (uint32_t)segment);
		}
	}
	return is_whole ? flows_add_refused(observer->flows, arrival, result)
			: feed_cut(observer, arrival, view->payload, view->captured, view->length,
				   view->is_fragment);
}

static bool is_ptp(const struct frame_view *view)
{
	return view->kind == FRAME_PTP || (view->kind == FRAME_DATAGRAM &&
					   (view->arrival.group.port == PTP_SHAPE_EVENT_PORT ||
					    view->arrival.group.port == PTP_SHAPE_GENERAL_PORT));
}

bool observer_add(struct observer *observer, const struct frame *frame, int64_t mono_ns)
{
	struct frame_view view;
	struct flow *flow = NULL;
	bool is_native;

	observer->counts.frames++;
	observer->fed = NULL;
	frame_look(frame, &view);
	if (view.kind == FRAME_OTHER || view.kind == FRAME_FRAGMENT) {
		return false;
	}
	is_native = view.kind == FRAME_DATAGRAM && wire_has_magic(view.payload, view.captured);
	if (!is_native && !is_ptp(&view)) {
		return false;
	}
	view.arrival.mono_ns = mono_ns;
	if (is_native) {
		flow = feed_native(observer, &view);
	} else {
		observer->pairs.run_id = observer->run;
		if (ptp_pairs_add(&observer->pairs, observer->flows, &view.arrival, view.payload,
				  view.captured, &flow) == PTP_PAIRS_FOREIGN) {
			return false;
		}
		observer->counts.probes += flow != NULL;
	}
	if (flow != NULL) {
		note_flow(observer, flow, frame, &view);
		observer->fed = flow;
	}
	return true;
}

void observer_end(struct observer *observer)
{
	ptp_pairs_end(&observer->pairs, observer->flows);
}
